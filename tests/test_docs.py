"""The documentation: what it says to type works, what it points at is there, what it lists is whole."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import typer

from checker.catalog import Kata, Requirement
from checker.renderers.json import render_json
from checker.variants import Edit, Variant, VariantFile
from cli import app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.verdict import Verdict

REPOSITORY: Final = Path(__file__).parents[1]
DOCS: Final = REPOSITORY / "docs"
PAGES: Final = [*(REPOSITORY / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG")), *DOCS.rglob("*.md")]
BIN: Final = Path(sys.executable).parent
SECONDS: Final = 180.0  # a check takes some ten seconds; this is for a machine with much else to do

FENCE: Final = re.compile(r"^( *)```(\w+)(?: (\S+))?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
CALL: Final = re.compile(r"(?:^ *|&& |[A-Z]=\S* )(?:\S+/)?workbench ([^|>&;]+)")
SPAN: Final = re.compile(r"(?<!`)`(workbench [^`\n]+)`(?!`)")
PLACEHOLDER: Final = re.compile(r"[\[\]…|]|COMMAND")  # a synopsis, not a command line


def fences(page: Path) -> Iterator[tuple[str, str, str]]:
    """Yield each fenced block of a page: its language, the file that it names (or nothing), its text."""
    for indent, language, file, text in FENCE.findall(page.read_text(encoding="utf-8")):
        yield language, file, re.sub(f"^{indent}", "", text, flags=re.MULTILINE)


def command_lines(page: Path) -> Iterator[list[str]]:
    """Yield the words of every call of the workbench that a page documents."""
    for language, _, text in fences(page):
        lines = [line.removeprefix("$ ") for line in text.splitlines() if language == "sh" or line.startswith("$ ")]
        for line in lines:
            if call := CALL.search(line.partition("#")[0]):
                yield shlex.split(call[1])
    for span in SPAN.findall(page.read_text(encoding="utf-8")):
        is_name = span in commands()  # a sentence may name a command without what it needs
        if not is_name and not PLACEHOLDER.search(span):
            yield shlex.split(span)[1:]


def parse(words: list[str]) -> None:
    """Parse a call as the command line does, and run nothing."""
    command: Any = typer.main.get_command(app)
    name = "workbench"
    while hasattr(command, "commands") and not is_called(command, words):
        name, *words = words
        assert name in command.commands, f"no command {name!r}"
        command = command.commands[name]
    command.make_context(name, words)


def is_called(command: Any, words: list[str]) -> bool:
    """Whether a command does something with these words, and not one of the commands below it."""
    group = hasattr(command, "commands")
    return not group or (command.invoke_without_command and (not words or words[0].startswith("-")))


def commands() -> dict[str, Any]:
    """Return every command by its full name."""
    found: dict[str, Any] = {}

    def walk(prefix: str, command: Any) -> None:
        for name, child in getattr(command, "commands", {}).items():
            walk(f"{prefix} {name}", child)
        if is_called(command, []):
            found[prefix] = command

    walk("workbench", typer.main.get_command(app))
    return found


def slugs(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as a repository's pages have them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def run(argv: list[str], folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a program in `folder` with this environment's programs first on the path."""
    whole = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "XDG_STATE_HOME": str(folder / "state"), **environ}
    return subprocess.run(argv, cwd=folder, env=whole, capture_output=True, text=True, timeout=SECONDS, check=False)


def named_files(page: Path, folder: Path) -> None:
    """Write the files that a page's blocks name, and apply its patches."""
    for language, file, text in fences(page):
        if language == "diff":
            patched = subprocess.run(["git", "apply", "-"], cwd=folder, input=text, text=True, check=False)
            assert patched.returncode == 0, file
        elif file:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_documented_call_parses(page: Path) -> None:
    """Every call of the workbench on a page has a command, options and arguments that exist."""
    for words in command_lines(page):
        try:
            parse(list(words))
        except Exception as error:  # noqa: BLE001 - a test's message has to name the line
            pytest.fail(f"workbench {shlex.join(words)}: {error}")


def test_the_calls_are_found() -> None:
    """The search for calls finds those of the README, in blocks and in sentences."""
    found = [shlex.join(words) for words in command_lines(REPOSITORY / "README.md")]
    assert {"check task2 --model", "start task2", "check --format json", "hint max-retries"} <= set(found)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """Every relative link names a file that is there, and a heading that is in it."""
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in slugs(target), link


def test_every_page_is_in_the_index() -> None:
    """A page that no index points at is not found."""
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in LINK.findall((DOCS / "README.md").read_text())}
    assert not {page for page in DOCS.rglob("*.md") if page != DOCS / "README.md"} - linked


@pytest.mark.parametrize("name", commands())
def test_every_command_is_described(name: str) -> None:
    """Each command has a heading in the reference, and each of its options stands below it."""
    text = (DOCS / "reference" / "command-line.md").read_text(encoding="utf-8")
    sections = [part for part in text.split("\n## ") if re.match(rf"`{name}(?:`| [^a-z])", part)]
    assert len(sections) == 1
    options = [option for one in commands()[name].params for option in one.opts if option.startswith("--")]
    missing = [option for option in options if option != "--help" and f"`{option}" not in sections[0]]
    assert not missing


def test_the_json_is_described_whole(make_verdict: Callable[..., Verdict]) -> None:
    """The reference lists exactly the keys that the JSON has, and its example has them too."""
    text = (DOCS / "reference" / "verdict.md").read_text(encoding="utf-8")
    example = next(json.loads(block) for kind, _, block in fences(DOCS / "reference" / "verdict.md") if kind == "json")
    made = json.loads(render_json([make_verdict("pass", "fail")]))
    assert list(example) == list(made)
    assert list(example["requirements"][0]) == list(made["requirements"][0])
    assert list(example["submission"]) == list(made["submission"])
    listed = re.findall(
        r"^\| ((?:`\w+`(?:, )?)+) \|", text[text.index("| key |") : text.index("Several katas")], re.MULTILINE
    )
    keys = re.findall(r"`(\w+)`", " ".join(listed))
    assert sorted(keys) == sorted([*made, *made["requirements"][0]])


@pytest.mark.parametrize("model", [Kata, Requirement, VariantFile, Variant, Edit])
def test_every_key_of_a_kata_is_described(model: type[Kata]) -> None:
    """Each key of the files that an author writes stands in the reference."""
    text = (DOCS / "reference" / "kata-files.md").read_text(encoding="utf-8")
    assert not [key for key in model.model_fields if f"`{key}`" not in text]


def test_the_quick_start_is_two_commands() -> None:
    """The README's quick start is what `.ci/quickstart` runs: two commands, a line each."""
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^## Quick start\n.*?^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(block.splitlines()) == 2


def test_the_picture_needs_nothing_from_elsewhere() -> None:
    """The picture fetches no font or file, and shows a failure with what was expected and seen."""
    picture = (DOCS / "pictures" / "check.svg").read_text(encoding="utf-8")
    assert picture.count("://") == picture.count('xmlns="http://www.w3.org/2000/svg"') == 1
    assert "@font-face" not in picture
    assert "@import" not in picture
    for word in ("expected", "seen", "exponential-backoff", "FAIL"):
        assert word in picture


def test_the_tutorial_ends_with_a_pass(tmp_path: Path) -> None:
    """Whoever follows the tutorial to its end has a submission that passes."""
    started = run(["workbench", "start", "task2"], tmp_path)
    assert started.returncode == 0, started.stderr
    named_files(DOCS / "tutorial.md", tmp_path / "task2")
    checked = run(["workbench", "check", "--format", "json"], tmp_path / "task2")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_kata_of_ones_own_holds(tmp_path: Path) -> None:
    """The kata that the how-to begins has the files that it shows, is listed, and passes the gate."""
    page = DOCS / "how-to" / "add-a-kata.md"
    script = "".join(text for language, _, text in fences(page) if language == "sh")
    done = run(["bash", "-euc", script], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "health" in done.stdout
    shown = {file: text for _, file, text in fences(page) if file}
    assert len(shown) == 4
    assert {file: (tmp_path / file).read_text(encoding="utf-8") for file in shown} == shown


def test_the_step_for_ci_keeps_the_exit_status(tmp_path: Path) -> None:
    """The shell lines for CI end with the check's own exit status, and read the JSON that it left."""
    blocks = [text for language, _, text in fences(DOCS / "how-to" / "check-in-ci.md") if language == "sh"]
    decide, read = blocks[1].replace(".venv/bin/", ""), blocks[2]
    done = run(["bash", "-euc", decide], tmp_path)
    assert done.returncode == 1, done.stderr
    told = run(["bash", "-euc", read], tmp_path)
    assert told.stdout.startswith("fail 0 the submission has no app/main.py"), told.stderr
