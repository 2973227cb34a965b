"""The tree of a commit: the files that a checkout would give, what is refused by its name, and how bombs end."""

from __future__ import annotations

import os
import shutil
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker import submission
from checker.errors import SubmissionError
from checker.repository import git as module
from checker.repository import tree as tree_module
from checker.repository.local import LocalRepository
from checker.repository.tree import listed
from checker.submission import freeze

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.submission import Submission
    from tests.repository.conftest import Made

REQUIRED = ["alembic.ini", "app/main.py", "lambda_function.py", "requirements.txt"]


def files(folder: Path) -> dict[str, bytes]:
    """Return the files of a copy with their bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if not path.is_dir()}


@pytest.fixture
def frozen(work: Path, tmp_path: Path) -> Callable[..., Submission]:
    """Return a way to freeze a commit of a repository."""
    numbers = iter(range(100))
    return lambda made, ref="evil": (
        LocalRepository(made.folder, work).commit(ref).freeze(tmp_path / f"target{next(numbers)}")
    )


NAMES = [
    "a",
    ".gitignore",
    "app/.gitignore",
    ".env",
    "logs/x",
    "app/x.db",
    "app/keep.db",
    "venv/pyvenv.cfg",
    "venv/lib/x.py",
    "pyvenv.cfg",
    "node_modules/x/y.js",
    "app/__pycache__/x.pyc",
    ".cache",
    "deep/" * 20 + "x",
    "caf\u00e9",
    "a\\b",
    "-rf",
    " ",
    "...",
    ".gitmodules",
    ".gitattributes",
    "git",
    ".github/workflows/x.yml",
    "A",
]
IGNORING = [b"x", b".env\nlogs/\n", b"*.db\n!keep.db\n", b"*\n!app\n!app/**\n", b"/a\n"]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tree=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(IGNORING)), link=st.sampled_from(["", "l", "app/l"])
)
def test_a_commit_and_its_checkout_are_the_same_files(
    make: Callable[..., Made], tmp_path_factory: pytest.TempPathFactory, tree: dict[str, bytes], link: str
) -> None:
    """Of a commit exactly those files are taken that are taken of a folder with that commit checked out."""
    root = tmp_path_factory.mktemp("case")
    made = make(os.path.relpath(root / "made", make("unused" + root.name).folder.parent))
    for name, data in tree.items():
        made.put(name, data)
    if link:
        (made.folder / link).symlink_to("requirements.txt")
    made.commit()
    (root / "work").mkdir()
    made.git("clone", "--quiet", ".", str(root / "clone"))
    commit = LocalRepository(made.folder, root / "work").commit("main")
    ends = [outcome(lambda: freeze(root / "clone", root / "1")), outcome(lambda: commit.freeze(root / "2"))]
    assert ends[0] == ends[1]
    shutil.rmtree(root)


def outcome(freeze_it: Callable[[], Submission]) -> object:
    """Return what was frozen, or why nothing was."""
    try:
        frozen = freeze_it()
    except SubmissionError as error:
        return error.message
    return files(frozen.folder), frozen.skipped_links


def test_what_git_ignores_is_left_out_also_where_it_is_tracked(made: Made, frozen: Callable[..., Submission]) -> None:
    """A file that was added in spite of `.gitignore` is taken neither of a folder nor of a commit."""
    made.put(".gitignore", b".env\n")
    made.put(".env", b"SECRET=1\n")
    made.commit()
    assert ".env" in made.git("ls-files")
    assert sorted(files(frozen(made, "main").folder)) == sorted([*REQUIRED, ".gitignore"])


def test_links_and_submodules_are_skipped_and_counted(made: Made, frozen: Callable[..., Submission]) -> None:
    """Links to anywhere are no files, a submodule is no folder; neither is looked at."""
    targets = [b"/etc/passwd", b"..", b"requirements.txt", b".git/config", b"loop", b"/dev/zero"]
    links = [("120000", b"link%d" % number, made.object("blob", to)) for number, to in enumerate(targets)]
    modules = made.object("blob", b'[submodule "x"]\n path = sub\n url = ext::sh -c touch% /tmp/x\n')
    made.evil(*links, ("100644", b".gitmodules", modules), ("160000", b"sub", "e" * 40), ("160000", b"app2", "1" * 40))
    taken = frozen(made)
    assert sorted(files(taken.folder)) == sorted([*REQUIRED, ".gitmodules"])
    assert (taken.skipped_links, taken.skipped_submodules) == (6, 2)
    assert not any(path.is_symlink() for path in taken.folder.rglob("*"))


@pytest.mark.parametrize("mode", ["120000", "160000", "40000"])
def test_a_needed_file_that_is_none_is_missing(made: Made, frozen: Callable[..., Submission], mode: str) -> None:
    """A link, a submodule or a folder in place of a file that the contract asks for is no such file."""
    blob = made.object("blob", b"/etc/passwd")
    target = {"120000": blob, "160000": "e" * 40, "40000": made.tree(("100644", b"x", blob))}[mode]
    app = made.git("rev-parse", "HEAD:app")
    rest = [("100644", name, blob) for name in (b"alembic.ini", b"lambda_function.py")]
    made.commit_of(made.tree(*rest, ("40000", b"app", app), (mode, b"requirements.txt", target)))
    with pytest.raises(SubmissionError, match=r"no requirements\.txt"):
        frozen(made)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (b"..", "leads elsewhere"),
        (b".", "leads elsewhere"),
        (b"", "leads elsewhere"),
        (b"/etc/passwd", "leads elsewhere"),
        (b"../x", "leads elsewhere"),
        (b"a/b", "leads elsewhere"),
        (b"new\nline", "control characters"),
        (b"\x1b[31m", "control characters"),
        (b"\x7f", "control characters"),
        ("\u0085".encode(), "control characters"),
        (b".git", "git's own folder"),
        (b".GiT", "git's own folder"),
        (b"git~1", "git's own folder"),
        (b".git ", "git's own folder"),
        (b".git. .", "git's own folder"),
        (b".git::$INDEX_ALLOCATION", "git's own folder"),
        (b".git\\config", "git's own folder"),
        (".g\u200cit".encode(), "git's own folder"),
        ("\ufeff.git".encode(), "git's own folder"),
        ("\uff0egit".encode(), "git's own folder"),
        (b"x" * 256, "more than 255 bytes"),
        (b"x" * 5000, "more than 255 bytes"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("mode", ["100644", "40000", "120000"])
def test_names_that_no_file_may_have_are_refused(
    made: Made, frozen: Callable[..., Submission], mode: str, name: bytes, reason: str
) -> None:
    """A name that leads out of its folder, steers a terminal or stands for `.git` somewhere ends it, in one line."""
    blob = made.object("blob", b"x")
    target = made.tree(("100644", b"x", blob)) if mode == "40000" else blob
    made.evil((mode, name, target))
    with pytest.raises(SubmissionError, match=reason) as caught:
        frozen(made)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    "name", [b"caf\xe9.py", "\u00fcn\u2603".encode(), b"x" * 255, b".gitfoo", b"gi~1", b"a:b", b"con"]
)
def test_odd_names_are_names(made: Made, frozen: Callable[..., Submission], name: bytes) -> None:
    """A name is bytes: what is merely odd is taken as it is."""
    made.evil(("100644", name, made.object("blob", b"odd")))
    assert (frozen(made).folder / os.fsdecode(name)).read_bytes() == b"odd"


def test_one_name_for_two_things_is_refused(made: Made, frozen: Callable[..., Submission]) -> None:
    """A name that is there twice could be one thing to us and another to whoever looks."""
    blob = made.object("blob", b"x")
    for second in (("100644", b"x", blob), ("40000", b"x", made.tree(("100644", b"y", blob))), ("120000", b"x", blob)):
        made.evil(("100644", b"x", blob), second)
        with pytest.raises(SubmissionError, match="two entries of one name: 'x'"):
            frozen(made)


@pytest.mark.parametrize("mode", ["0", "100600", "20000", "10000", "", "40755"])
def test_an_entry_of_no_known_kind_is_refused(made: Made, frozen: Callable[..., Submission], mode: str) -> None:
    """There are files, folders, links and submodules, and neither pipes nor devices."""
    made.evil((mode, b"x", made.object("blob", b"x")))
    with pytest.raises(SubmissionError, match="no known kind: 'x'"):
        frozen(made)


@pytest.mark.parametrize("kind", ["blob", "commit", "tree"])
def test_an_object_of_the_wrong_kind_is_refused(made: Made, frozen: Callable[..., Submission], kind: str) -> None:
    """A folder that is a file, a file that is a folder or a commit."""
    name = made.object("blob", b"x") if kind == "blob" else made.git("rev-parse", f"HEAD^{{{kind}}}")
    made.evil(("40000" if kind == "blob" else "100644", b"x", name))
    with pytest.raises(SubmissionError, match=f"is a {kind} where the commit needs a"):
        frozen(made)


@pytest.mark.parametrize(
    "data", [b"100644", b"100644 x", b"100644 x\0short", b"\0", b" ", b"100644 x\0" + b"1" * 20 + b"1"]
)
def test_a_list_that_is_none_is_refused(data: bytes) -> None:
    """A tree object that was not written by git ends in one line."""
    with pytest.raises(SubmissionError, match="not listed as git lists one"):
        list(listed(data, 20))


@given(st.binary(max_size=200))
def test_no_list_breaks_the_reader(data: bytes) -> None:
    """Any bytes are a list or are refused."""
    try:
        for mode, name, one in listed(data, 20):
            assert mode + b" " + name + b"\0" + bytes.fromhex(one) in data
    except SubmissionError:
        pass


def levels(made: Made, *leaf: tuple[str, bytes, str]) -> str:
    """Return a folder that holds ten folders that hold ten folders, ten deep, and in the last the leaf."""
    tree = made.tree(*leaf)
    for _ in range(10):
        tree = made.tree(*(("40000", b"d%d" % number, tree) for number in range(10)))
    return tree


@pytest.mark.parametrize("leaves", [1, 10])
def test_ten_billion_files_are_refused_at_the_first_few_thousand(
    made: Made, frozen: Callable[..., Submission], tmp_path: Path, leaves: int
) -> None:
    """A commit of some kilobytes that stands for 10^10 files ends at the cap, without the memory or the disk."""
    blob = made.object("blob", b"boom")
    made.evil(("40000", b"bomb", levels(made, *(("100644", b"f%d" % number, blob) for number in range(leaves)))))
    tracemalloc.start()
    with pytest.raises(SubmissionError, match=r"more than 5000 files|more than 2000 folders"):
        frozen(made)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * 2**20
    assert not (tmp_path / "target0").exists()


@pytest.mark.parametrize("leaf", ["nothing", "links", "ignored"])
def test_folders_without_files_are_counted_too(
    made: Made, frozen: Callable[..., Submission], monkeypatch: pytest.MonkeyPatch, leaf: str
) -> None:
    """The same bomb with nothing in it that would count as a file ends as early."""
    monkeypatch.setattr(tree_module, "MAX_FOLDERS", 500)
    blob = made.object("blob", b"*")
    leaves = {"nothing": [], "links": [("120000", b"l", blob)], "ignored": [("100644", b".gitignore", blob)]}
    made.evil(("40000", b"bomb", levels(made, *leaves[leaf])))
    with pytest.raises(SubmissionError, match=r"more than 500 folders|more than 2000 patterns"):
        frozen(made)


def test_a_folder_that_is_left_out_is_not_looked_into(made: Made, frozen: Callable[..., Submission]) -> None:
    """A committed `node_modules` costs nothing, however much it holds."""
    made.evil(("40000", b"node_modules", levels(made, ("100644", b"f", made.object("blob", b"boom")))))
    assert sorted(files(frozen(made).folder)) == REQUIRED


@pytest.mark.parametrize(("depth", "fits"), [(64, True), (65, False)])
def test_folders_have_a_depth(made: Made, frozen: Callable[..., Submission], depth: int, *, fits: bool) -> None:
    """Folders in folders are followed so deep and no deeper."""
    tree = made.tree(("100644", b"x", made.object("blob", b"x")))
    for _ in range(depth - 1):
        tree = made.tree(("40000", b"d", tree))
    made.evil(("40000", b"d", tree))
    if fits:
        assert len(files(frozen(made).folder)) == len(REQUIRED) + 1
    else:
        with pytest.raises(SubmissionError, match="more than 64 deep"):
            frozen(made)


@pytest.mark.parametrize("mode", ["100644", "40000"])
def test_an_object_of_ten_gigabytes_is_not_begun(made: Made, frozen: Callable[..., Submission], mode: str) -> None:
    """What says that it has 10 GB is refused by that alone: as a file by its name, as a folder."""
    kind = "blob" if mode == "100644" else "tree"
    made.evil((mode, b"big.bin", made.object(kind, b"x" * 1000, size=10 * 2**30)))
    with pytest.raises(SubmissionError, match=r"'big\.bin' has more than 5 MB|list more than 2 MB"):
        frozen(made)


def test_what_says_that_it_is_small_is_read_no_further(made: Made, frozen: Callable[..., Submission]) -> None:
    """An object that holds more than it says is refused, not read to its end."""
    made.evil(("100644", b"x", made.object("blob", b"x" * 2**24, size=10)))
    with pytest.raises(SubmissionError):
        frozen(made)


def test_a_folder_of_a_million_names_is_refused(made: Made, frozen: Callable[..., Submission]) -> None:
    """The list of a folder that has too many entries is not read, and several shorter ones are added up."""
    blob = made.object("blob", b"x")
    million = made.tree(*(("120000", b"link%d" % number, blob) for number in range(100_000)))
    made.evil(("40000", b"x", million))
    with pytest.raises(SubmissionError, match="list more than 2 MB"):
        frozen(made)
    shorter = made.tree(*(("120000", b"link%d" % number, blob) for number in range(15_000)))
    made.evil(*(("40000", b"%d" % number, shorter) for number in range(10)))
    with pytest.raises(SubmissionError, match="list more than 2 MB"):
        frozen(made)


@pytest.mark.parametrize("extra", [0, 1])
def test_bytes_are_counted(
    made: Made, frozen: Callable[..., Submission], monkeypatch: pytest.MonkeyPatch, extra: int
) -> None:
    """As many bytes as the contract allows are taken, one more is not; the same object counts each time."""
    monkeypatch.setattr(submission, "MAX_BYTES", 2**20)
    there = sum(len(data) for data in files(frozen(made, "main").folder).values())
    half = made.object("blob", b"x" * ((2**20 - there) // 2))
    rest = made.object("blob", b"x" * ((2**20 - there) % 2 + extra))
    made.evil(("100644", b"1", half), ("100644", b"2", half), ("100644", b"3", rest))
    if extra:
        with pytest.raises(SubmissionError, match="more than 1 MB"):
            frozen(made)
    else:
        frozen(made)


def test_git_has_limits(made: Made, work: Path) -> None:
    """The process that reads has a limit on memory and on what it writes, and dumps no core."""
    with LocalRepository(made.folder, work)._objects() as objects:  # noqa: SLF001 - what reads is not to be seen from outside
        lines = Path(f"/proc/{objects._call.process.pid}/limits").read_text().splitlines()  # noqa: SLF001 - likewise
    limits = {line[:26].strip(): line[26:].split()[1] for line in lines[1:]}
    assert limits["Max address space"] == str(module.MAX_MEMORY_BYTES)
    assert limits["Max file size"] == str(module.MAX_FETCHED_BYTES)
    assert limits["Max core file size"] == "0"
