"""Code references: what they cut out of the service, and what is said where they lead nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.content import find_content
from checker.errors import InfrastructureError
from quiz.code import CodeReference, Excerpt, find_excerpt

if TYPE_CHECKING:
    from pathlib import Path

PYTHON = """\
import os

LIMIT = 3
size: int = 4


class Client:
    # what it does

    @property
    def name(self) -> str:
        return "x"


async def run() -> None:
    pass
"""
COMPOSE = """\
x-common: &common
  image: one  # the only one

services:
  api:
    <<: *common
    depends_on: [db, queue]
    command:
      - run

  # keeps the rows
  db:
    image: two
"""


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """Return a service of a Python file, a compose file and a Dockerfile."""
    folder = tmp_path / "service"
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "main.py").write_text(PYTHON, encoding="utf-8")
    (folder / "docker-compose.yml").write_text(COMPOSE, encoding="utf-8")
    (folder / "Dockerfile").write_text("FROM base\n", encoding="utf-8")
    (folder / "picture.bin").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "secret.py").write_text("x = 1\n", encoding="utf-8")
    return folder


FOUND = [
    ("app/main.py:LIMIT", 3, "LIMIT = 3\n", "python"),
    ("app/main.py:size", 4, "size: int = 4\n", "python"),
    ("app/main.py:Client.name", 10, '@property\ndef name(self) -> str:\n    return "x"\n', "python"),
    ("app/main.py:run", 15, "async def run() -> None:\n    pass\n", "python"),
    ("docker-compose.yml:x-common", 1, "x-common: &common\n  image: one  # the only one\n", "yaml"),
    ("docker-compose.yml:db", 12, "db:\n  image: two\n", "yaml"),
    ("docker-compose.yml:services.db.image", 13, "image: two\n", "yaml"),
    ("docker-compose.yml:api.depends_on", 7, "depends_on: [db, queue]\n", "yaml"),
    ("docker-compose.yml:api.command", 8, "command:\n  - run\n", "yaml"),
    ("Dockerfile", 1, "FROM base\n", "docker"),
]


@pytest.mark.parametrize(("reference", "first_line", "text", "language"), FOUND)
def test_a_reference_is_cut_out(service: Path, reference: str, first_line: int, text: str, language: str) -> None:
    """A symbol comes with its decorators and without its indentation, a YAML key without the comment behind it."""
    expected = Excerpt(reference.partition(":")[0], first_line, text, language)
    assert find_excerpt(reference, service) == expected


def test_a_service_of_compose_ends_where_it_ends(service: Path) -> None:
    """The empty line and the comment before the next service are not part of one."""
    assert find_excerpt("docker-compose.yml:api", service).text.splitlines()[-1] == "    - run"


WRONG = [
    ("app/main.py:missing", "names missing"),
    ("app/main.py:Client.missing", r"names Client\.missing"),
    ("app/main.py:LIMIT.real", r"names LIMIT\.real"),
    ("docker-compose.yml:redis", "names redis"),
    ("docker-compose.yml:db.image.two", r"names db\.image\.two"),
    ("app/missing.py", "No such file"),
    ("app", "Is a directory"),
    ("../secret.py", "leads out"),
    ("/etc/hostname", "leads out"),
    ("", "leads out"),
    ("Dockerfile:base", "names a symbol"),
    ("picture.bin", "is no text"),
]


@pytest.mark.parametrize(("reference", "message"), WRONG)
def test_what_does_not_resolve_is_told(service: Path, reference: str, message: str) -> None:
    """The error names the reference and the reason."""
    with pytest.raises(InfrastructureError, match=message) as caught:
        find_excerpt(reference, service)
    assert repr(reference) in caught.value.message


@pytest.mark.parametrize(("name", "text"), [("broken.py", "def ("), ("broken.yml", "a: [")])
def test_a_file_that_does_not_parse_is_told(service: Path, name: str, text: str) -> None:
    """A symbol in a file that is no Python, or no YAML, is an error and no crash."""
    (service / name).write_text(text, encoding="utf-8")
    with pytest.raises(InfrastructureError, match="cannot be read"):
        find_excerpt(f"{name}:a", service)


def test_the_installation_s_service_is_the_default() -> None:
    """Without a folder the reference service is read; its line numbers are the file's own."""
    excerpt = find_excerpt("app/database.py:get_db")
    lines = (find_content().service / "app" / "database.py").read_text(encoding="utf-8").splitlines()
    assert excerpt.text.splitlines()[0] == lines[excerpt.first_line - 1]


def test_a_reference_is_read_as_it_is_spelt() -> None:
    """A path alone has no symbol, nor has one with nothing behind the colon."""
    assert CodeReference.parse("a/b.py:c.d") == CodeReference("a/b.py", "c.d")
    assert CodeReference.parse("a.py") == CodeReference.parse("a.py:") == CodeReference("a.py")
