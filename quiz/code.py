"""Code that a question talks about: a reference into the reference service, and the lines that it names."""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import yaml

from checker.content import find_content
from checker.errors import InfrastructureError

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGES: Final = {".py": "python", ".yml": "yaml", ".yaml": "yaml", ".toml": "toml", ".ini": "ini", ".md": "markdown"}
NAMED: Final = {"Dockerfile": "docker", ".env.example": "bash"}
Lines = tuple[int, int]  # the first and the last line of something, from 1 on


@dataclass(frozen=True)
class CodeReference:
    """A file below the reference service, and a symbol in it: `app/database.py:get_db`, `docker-compose.yml:api`.

    In a Python file a symbol is a class, a function or a variable, or a method behind its class, as in
    `SQSClient.delete_message`. In a YAML file it is a key, of the top or of `services`, with further keys behind it, as
    in `api.depends_on`.
    """

    path: str
    symbol: str | None = None

    @classmethod
    def parse(cls, text: str) -> CodeReference:
        """Read a reference as the bank spells it."""
        path, _, symbol = text.partition(":")
        return cls(path, symbol or None)


@dataclass(frozen=True)
class Excerpt:
    """A piece of a file: its first line's number from 1 on, its text without common indentation, a lexer's name."""

    path: str
    first_line: int
    text: str
    language: str


def find_excerpt(reference: str, service: Path | None = None) -> Excerpt:
    """Return the code that a reference names, in this installation's service if none is given.

    What does not resolve is an `InfrastructureError` that names the reference.
    """
    wanted = CodeReference.parse(reference)
    text = read_text(reference, wanted.path, service or find_content().service)
    language = NAMED.get(PurePosixPath(wanted.path).name) or LANGUAGES.get(PurePosixPath(wanted.path).suffix, "text")
    if wanted.symbol is None:
        return Excerpt(wanted.path, 1, text, language)
    first, last = find_lines(reference, text, wanted.symbol, language)
    cut = "".join(text.splitlines(keepends=True)[first - 1 : last])
    return Excerpt(wanted.path, first, textwrap.dedent(cut), language)


def read_text(reference: str, path: str, service: Path) -> str:
    """Read a file of the service; a path that leads out of it is refused."""
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or PurePosixPath(path).is_absolute():
        raise InfrastructureError(f"the code reference {reference!r} leads out of the service")
    try:
        return service.joinpath(*parts).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise InfrastructureError(f"the code reference {reference!r} cannot be read: {reason}") from error


def find_lines(reference: str, text: str, symbol: str, language: str) -> Lines:
    """Return where a symbol stands in a text."""
    finders = {"python": python_lines, "yaml": yaml_lines}
    if language not in finders:
        raise InfrastructureError(f"the code reference {reference!r} names a symbol, but its file has none")
    try:
        lines = finders[language](text, symbol.split("."))
    except (SyntaxError, ValueError, yaml.YAMLError) as error:
        raise InfrastructureError(f"the code reference {reference!r} cannot be read: {error}") from error
    if lines is None:
        raise InfrastructureError(f"the code reference {reference!r} names {symbol}, which its file does not have")
    return lines


def python_lines(text: str, names: list[str]) -> Lines | None:
    """Return the lines of a definition, its decorators included; None where there is none."""
    body: list[ast.stmt] = ast.parse(text).body
    found: ast.stmt | None = None
    for name in names:
        found = next((node for node in body if name in defined(node)), None)
        body = found.body if isinstance(found, ast.ClassDef) else []
    if found is None:
        return None
    decorators = getattr(found, "decorator_list", ())
    return min(node.lineno for node in (found, *decorators)), found.end_lineno or found.lineno


def defined(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement defines."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def yaml_lines(text: str, names: list[str]) -> Lines | None:
    """Return the lines of a key and its value, without what is empty or a comment behind them; None where it is not."""
    top = yaml.compose(text, Loader=yaml.SafeLoader)
    pair = key_of(top, names) or key_of(top, ["services", *names])
    if pair is None:
        return None
    lines = text.splitlines()
    first, last = pair[0].start_mark.line, max(pair[0].start_mark.line, last_line(pair[1]))
    while last > first and (not lines[last].strip() or lines[last].lstrip().startswith("#")):
        last -= 1
    return first + 1, last + 1


def last_line(node: yaml.Node) -> int:
    """Return the number, from 0 on, of the last line of a node; a block's mark stands where the next token begins."""
    block = isinstance(node, yaml.CollectionNode) and not node.flow_style
    ends_before = block or node.end_mark.column == 0
    return int(node.end_mark.line) - int(ends_before)


def key_of(node: yaml.Node | None, names: list[str]) -> tuple[yaml.Node, yaml.Node] | None:
    """Return the key and the value that a path of keys leads to."""
    found: tuple[yaml.Node, yaml.Node] | None = None
    for name in names:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = next(((key, value) for key, value in pairs if key.value == name), None)
        node = found[1] if found else None
    return found
