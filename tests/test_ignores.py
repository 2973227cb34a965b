"""`.gitignore` files: what git itself says is what is said here."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.ignores import read_rules
from checker.walk import walk

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: Final = [
    *("a", "b", "ab", "c.py", "x y", "*", "**", "***", "**b", "?", "*.py", "a*", "*b*", "?*", "[ab]", "[!a]", "[^a]"),
    *("[a-c]", "[c-a]", "[]a]", "[^]]", "[a-]", "[--a]", "[*]", "[!]", "[", "]", "[b", "[[:alpha:]]", "[[:digit:]b]"),
    *(
        "[[:nope:]]",
        "[[:alpha:]-z]",
        "[\\]]",
        "[a\\-c]",
        "\\a",
        "\\*",
        "\\\\",
        "a\\",
        "a\\ ",
        "#a",
        "\\#a",
        "\\!a",
        "é",
    ),
]
NAMES: Final = ["a", "b", "ab", "ba", "c.py", "x y", "d", "é", "#a", "!a", "]", "[", "*", "-", "a ", "\\", "A", "7"]

patterns = st.builds(
    lambda negation, root, words, end: negation + root + "/".join(words) + end,
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "", "/"]),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
    st.sampled_from(["", "", "", "/", " ", "/ ", "\r", "\t"]),
)
paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)
ignore_files = st.lists(patterns, max_size=4).map("\n".join)


class Repository:
    """A real repository, whose own settings are elsewhere."""

    def __init__(self, root: Path) -> None:
        self.tree = root / "tree"
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(root),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_DIR": str(root / "git"),
            "GIT_WORK_TREE": str(self.tree),
        }
        self.tree.mkdir()
        subprocess.run(["git", "init", "--quiet"], env=self.environ, cwd=root, check=True)

    def fill(self, files: Mapping[str, bytes]) -> None:
        """Replace everything in the work tree; a file that cannot be, as its folder is a file, is left out."""
        shutil.rmtree(self.tree)
        self.tree.mkdir()
        for name, data in files.items():
            try:
                (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
                (self.tree / name).write_bytes(data)
            except (FileExistsError, NotADirectoryError, IsADirectoryError):
                continue

    def listed(self) -> set[bytes]:
        """Return what git lists."""
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        done = subprocess.run(command, env=self.environ, cwd=self.tree, check=True, capture_output=True)
        return {name for name in done.stdout.split(b"\0") if name}

    def walked(self) -> set[bytes]:
        """Return what takes part in a submission."""
        return {os.fsencode(path.relative_to(self.tree)) for path in walk(self.tree)}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Return an empty repository."""
    return Repository(tmp_path_factory.mktemp("repository"))


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(paths, min_size=1, max_size=12),
    ignores=st.dictionaries(st.one_of(st.just("."), paths), ignore_files, max_size=3),
)
def test_random_trees_are_read_as_git_reads_them(
    repository: Repository, names: list[str], ignores: dict[str, str]
) -> None:
    """In a tree with any `.gitignore` files, nested ones among them, the same files are left out as by git."""
    files = dict.fromkeys(names, b"x")
    repository.fill({**files, **{f"{folder}/.gitignore": text.encode() for folder, text in ignores.items()}})
    assert repository.walked() == repository.listed()


@pytest.mark.parametrize(
    "text",
    [
        b"*\n!*/\n!*.py\n!.gitignore\n",
        b"data/**\n!data/keep\n",
        b"data/*\n!data/deep/\n",
        b"data/\n!data/keep\n",
        b"\xef\xbb\xbfkeep\n",
        b"keep\r\n*.log\r\n",
        b"keep   \nx\\ \n",
        b"# keep\n\n   \n\\#odd\n",
        b"/keep\n",
        b"**/deep\n",
        b"data/**/y.log\n",
        b"*.log\n!data/deep/y.log\n",
        b"!\n/\n//\n!/\n",
        b"keep\x0bx\nkeep\xe2\x80\xa8y\n",
        b"caf\xe9\n",
        b"caf?\n",
        b"caf??\n",
        b"[\nkeep\\\nkeep\n",
        b"keep",
        b"",
    ],
)
def test_common_and_odd_files_are_read_as_git_reads_them(repository: Repository, text: bytes) -> None:
    """The idioms of real projects, and what only a file that is not quite right holds."""
    names = ["keep", "data/keep", "data/x.log", "data/deep/y.log", "data/deep/z.py", "x.py", "x ", "#odd", "café"]
    names += [os.fsdecode(b"caf\xe9"), "keep\x0bx", "keep\u2028y", "keep\r"]
    repository.fill({**dict.fromkeys(names, b"x"), ".gitignore": text})
    assert repository.walked() == repository.listed()


def test_a_deeper_file_speaks_of_its_folder_alone(repository: Repository) -> None:
    """What a nested `.gitignore` lets in again is what it names, not everything below."""
    nested = {".gitignore": b"*.log\n", "a/.gitignore": b"!deep\n!x.log\n"}
    repository.fill({**nested, "a/deep/y.log": b"", "a/deep/y.py": b"", "a/x.log": b"", "x.log": b""})
    assert repository.walked() == repository.listed()
    assert b"a/deep/y.log" not in repository.walked()


def test_a_link_is_no_ignore_file(repository: Repository) -> None:
    """Like git, nobody follows a `.gitignore` that is a link."""
    repository.fill({"rules": b"x\n", "x": b""})
    (repository.tree / ".gitignore").symlink_to("rules")
    assert repository.walked() == repository.listed() == {b"rules", b"x", b".gitignore"}


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        (b"*a" * 40 + b"b", b"a" * 250),
        (b"**/a/" * 25 + b"b", b"a/" * 60 + b"a"),
        (b"**/*a*a*a*a*a*a*a*a*a*a*b/" * 8 + b"c", (b"a" * 100 + b"/") * 30),
        (b"[a-z]*" * 60 + b"!", b"a" * 250),
    ],
)
def test_a_hostile_pattern_takes_no_time(pattern: bytes, name: bytes) -> None:
    """However many asterisks there are, matching does not try all ways."""
    names = name.strip(b"/").split(b"/")
    started = time.monotonic()
    rules = list(read_rules(pattern, 9))
    assert [rule.meets(names, is_folder=False) for rule in rules] == [False]
    assert time.monotonic() - started < 1.0


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(data: bytes) -> None:
    """No file breaks the reading, nor a rule of it the matching."""
    for rule in read_rules(data, 999):
        rule.meets([b"a", b"b"], is_folder=True)


def test_git_is_here(repository: Repository) -> None:
    """The comparison is with a real git, which leaves out what it is told to."""
    repository.fill({".gitignore": b"x\n", "x": b"", "y": b""})
    assert repository.listed() == {b".gitignore", b"y"}
