"""Freezing a submission: what is taken, what is left out, what is refused, and that nothing of it is run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker import submission
from checker.errors import InfrastructureError, SubmissionError, UsageError
from checker.submission import freeze, head_commit
from checker.walk import LEFT_OUT, MAX_RULES, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

COMMIT: Final = "0123456789abcdef" * 2 + "01234567"
REQUIRED: Final = ["alembic.ini", "app/main.py", "lambda_function.py", "requirements.txt"]


@pytest.fixture
def source(data: Path, tmp_path: Path) -> Path:
    """Return a submission with nothing but what the contract asks for."""
    return Path(shutil.copytree(data / "service", tmp_path / "source", ignore=shutil.ignore_patterns("__pycache__")))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return where the copy goes."""
    return tmp_path / "target"


def put(root: Path, name: str, data: bytes = b"x") -> Path:
    """Write a file and the folders that it needs."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def files(folder: Path) -> list[str]:
    """Return the files of a copy."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def test_a_copy_holds_the_same_bytes(source: Path, target: Path) -> None:
    """Every file is there byte by byte, whatever its bytes are; the origin is told."""
    put(source, "app/data.bin", bytes(range(256)) * 10)
    put(source, "empty.txt", b"")
    frozen = freeze(source, target)
    assert files(target) == sorted([*REQUIRED, "app/data.bin", "empty.txt"])
    assert (target / "app/data.bin").read_bytes() == bytes(range(256)) * 10
    assert (frozen.folder, frozen.source, frozen.commit, frozen.skipped_links) == (target, str(source), None, 0)


def test_the_tree_is_named_by_names_and_bytes(source: Path, tmp_path: Path) -> None:
    """The tree's name depends on names and contents, and on nothing else."""
    first = freeze(source, tmp_path / "1").tree
    os.utime(source / "app/main.py", (1, 1))
    (source / "app/main.py").chmod(0o755)
    put(source, "node_modules/x.js")
    assert freeze(source, tmp_path / "2").tree == first
    put(source, "a", b"b")
    second = freeze(source, tmp_path / "3").tree
    (source / "a").write_bytes(b"c")
    third = freeze(source, tmp_path / "4").tree
    (source / "a").rename(source / "b")
    assert len({first, second, third, freeze(source, tmp_path / "5").tree}) == 4


@pytest.mark.parametrize("name", sorted(LEFT_OUT))
def test_caches_and_git_are_left_out(source: Path, target: Path, name: str) -> None:
    """`.git`, `node_modules` and caches are left out at any depth, as folders and as files."""
    put(source, f"{name}/x")
    put(source, f"app/{name}/deep/x")
    put(source, f"other/{name}")
    freeze(source, target)
    assert files(target) == REQUIRED


@pytest.mark.parametrize("name", ["venv", ".venv", "env3", "app/my environment"])
def test_virtual_environments_are_left_out(source: Path, target: Path, name: str) -> None:
    """A virtual environment is known by its `pyvenv.cfg`, whatever it is called."""
    put(source, f"{name}/pyvenv.cfg")
    put(source, f"{name}/lib/python3.11/site-packages/x.py")
    put(source, "venvs/x.py")
    freeze(source, target)
    assert files(target) == sorted([*REQUIRED, "venvs/x.py"])


def test_what_git_ignores_is_left_out(source: Path, target: Path) -> None:
    """`.gitignore` files count, nested ones too (tests/test_ignores.py compares with git)."""
    put(source, ".gitignore", b".env\nlogs/\n")
    put(source, "app/.gitignore", b"*.db\n!keep.db\n")
    for name in (".env", "logs/x", "app/x.db", "app/keep.db"):
        put(source, name)
    freeze(source, target)
    assert files(target) == sorted([*REQUIRED, ".gitignore", "app/.gitignore", "app/keep.db"])


def test_links_are_skipped_and_counted(source: Path, target: Path, tmp_path: Path) -> None:
    """No link is followed: to a file, a folder, itself, nothing, or out of the tree."""
    put(tmp_path, "secret/password", b"secret")
    (source / "file").symlink_to("requirements.txt")
    (source / "folder").symlink_to("app")
    (source / "loop").symlink_to("loop")
    (source / "up").symlink_to("..")
    (source / "nowhere").symlink_to("gone")
    (source / "app/out").symlink_to(tmp_path / "secret/password")
    (source / "app/outside").symlink_to(tmp_path / "secret")
    (source / "app/system").symlink_to("/etc/passwd")
    frozen = freeze(source, target)
    assert files(target) == REQUIRED
    assert frozen.skipped_links == 8


@pytest.mark.parametrize("name", REQUIRED)
def test_a_needed_file_that_is_a_link_is_missing(source: Path, target: Path, name: str) -> None:
    """A link in place of a file that the contract asks for is no such file."""
    (source / name).rename(source / "real")
    (source / name).symlink_to(source / "real")
    with pytest.raises(SubmissionError, match=name):
        freeze(source, target)


def test_what_is_no_file_is_skipped(source: Path, target: Path) -> None:
    """A named pipe and a socket are passed over without being opened."""
    os.mkfifo(source / "pipe")
    os.mkfifo(source / "app/pipe.py")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(source / "s"))
        freeze(source, target)
    assert files(target) == REQUIRED


def test_a_pipe_that_takes_a_files_place_is_not_waited_for(source: Path) -> None:
    """Between listing and reading a file may become something else; reading it neither blocks nor follows."""
    os.mkfifo(source / "pipe")
    (source / "link").symlink_to("requirements.txt")
    assert submission.read_regular(source / "pipe", Path("pipe")) == b""
    with pytest.raises(OSError, match="symbolic links"):
        submission.read_regular(source / "link", Path("link"))


@pytest.mark.parametrize("extra", [0, 1])
def test_files_are_counted(source: Path, target: Path, monkeypatch: pytest.MonkeyPatch, extra: int) -> None:
    """As many files as the contract allows are taken, one more is not; links and what is left out do not count."""
    monkeypatch.setattr(submission, "MAX_FILES", 20)
    for number in range(20 - len(REQUIRED) + extra):
        put(source, f"more/{number}")
        put(source, f"node_modules/{number}")
        (source / f"link{number}").symlink_to("gone")
    if extra:
        with pytest.raises(SubmissionError, match="more than 20 files"):
            freeze(source, target)
    else:
        freeze(source, target)


@pytest.mark.parametrize("extra", [0, 1])
def test_bytes_are_counted(source: Path, target: Path, monkeypatch: pytest.MonkeyPatch, extra: int) -> None:
    """As many bytes as the contract allows are taken, one more is not."""
    monkeypatch.setattr(submission, "MAX_BYTES", 2**20)
    there = sum((source / name).stat().st_size for name in REQUIRED)
    put(source, "big", b"x" * (2**20 - there + extra))
    if extra:
        with pytest.raises(SubmissionError, match="more than 1 MB"):
            freeze(source, target)
    else:
        freeze(source, target)


@pytest.mark.parametrize("extra", [0, 1])
def test_a_file_has_a_size(source: Path, target: Path, extra: int) -> None:
    """A file of 5 MB is taken, one with a byte more is refused by its name."""
    put(source, "app/big.bin", b"x" * (5 * 2**20 + extra))
    if extra:
        with pytest.raises(SubmissionError, match=r"app/big\.bin has more than 5 MB"):
            freeze(source, target)
    else:
        freeze(source, target)


@pytest.mark.parametrize(("name", "cap"), [("app/sparse", "5 MB"), ("app/.gitignore", "64 kB")])
def test_a_file_of_a_terabyte_is_not_read_whole(source: Path, target: Path, name: str, cap: str) -> None:
    """A sparse file costs nothing to make and must cost nothing to refuse, where it is read as patterns too."""
    with (source / name).open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(SubmissionError, match=f"{name} has more than {cap}"):
        freeze(source, target)


@pytest.mark.parametrize("extra", [0, 1])
def test_patterns_are_counted(source: Path, target: Path, extra: int) -> None:
    """All `.gitignore` files together have so many patterns and no more; comments and empty lines are none."""
    half = MAX_RULES // 2
    put(source, ".gitignore", b"#\n\n" * 100 + b"x\n" * half)
    put(source, "app/.gitignore", b"x\n" * (half + extra))
    if extra:
        with pytest.raises(SubmissionError, match="more than 2000 patterns"):
            freeze(source, target)
    else:
        freeze(source, target)


@pytest.mark.parametrize(("depth", "fits"), [(64, True), (65, False)])
def test_folders_have_a_depth(source: Path, target: Path, depth: int, *, fits: bool) -> None:
    """Folders in folders are followed so deep and no deeper."""
    put(source, "/".join(["d"] * depth) + "/x")
    if fits:
        assert len(files(freeze(source, target).folder)) == len(REQUIRED) + 1
    else:
        with pytest.raises(SubmissionError, match="more than 64 deep"):
            freeze(source, target)


def test_paths_have_a_length(source: Path, target: Path) -> None:
    """A path that a copy elsewhere could not hold is the submission's doing."""
    put(source, "/".join(["d" * 200] * 6) + "/x")
    with pytest.raises(SubmissionError, match="more than 1024 bytes"):
        freeze(source, target)


@pytest.mark.parametrize(
    "name", [b"caf\xe9.py", b"new\nline", b"-rf", b" ", b"a\\b", b"\x1b[31m", "ünï☃".encode(), b"x" * 255, b"..."]
)
def test_odd_names_are_names(source: Path, target: Path, name: bytes) -> None:
    """A name is bytes: no UTF-8, a line end or an escape sequence in it makes no difference."""
    Path(os.fsdecode(os.fsencode(source / "app") + b"/" + name)).write_bytes(b"odd")
    freeze(source, target)
    assert (target / "app" / os.fsdecode(name)).read_bytes() == b"odd"


@pytest.mark.parametrize("missing", [["requirements.txt"], ["app/main.py", "alembic.ini"], REQUIRED])
def test_missing_files_are_named(source: Path, target: Path, missing: list[str]) -> None:
    """A folder that lacks what the contract asks for is refused with every name and what to do."""
    for name in missing:
        (source / name).unlink()
    with pytest.raises(SubmissionError) as caught:
        freeze(source, target)
    assert all(f"no {name}" in caught.value.message for name in missing)
    assert "--path" in str(caught.value.next_step)


def test_a_folder_in_a_files_place_is_missing(source: Path, target: Path) -> None:
    """`requirements.txt/` is no `requirements.txt`."""
    (source / "requirements.txt").unlink()
    put(source, "requirements.txt/x")
    with pytest.raises(SubmissionError, match=r"no requirements\.txt"):
        freeze(source, target)


@pytest.mark.parametrize("name", ["gone", "source/requirements.txt"])
def test_what_is_no_folder_is_a_wrong_call(tmp_path: Path, source: Path, target: Path, name: str) -> None:
    """A path that is not there or is a file is the caller's mistake."""
    assert source.is_dir()
    with pytest.raises(UsageError, match="is no folder"):
        freeze(tmp_path / name, target)


@pytest.fixture
def guarded(open_folder: Path, data: Path) -> Path:
    """Return a submission that every user may read."""
    folder = Path(shutil.copytree(data / "service", open_folder / "source"))
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    (open_folder / "copies").mkdir()
    (open_folder / "copies").chmod(0o777)
    return folder


@pytest.mark.parametrize(("name", "mode"), [("app/main.py", 0o000), ("app", 0o000), ("app", 0o444), ("app", 0o111)])
def test_what_cannot_be_read_is_named(
    guarded: Path, unprivileged: Callable[[], AbstractContextManager[None]], name: str, mode: int
) -> None:
    """A file or folder without permission is named, with the command that mends it; it is no fail and no error."""
    (guarded / name).chmod(mode)
    with (
        unprivileged(),
        pytest.raises(UsageError, match=rf"source/{name}.* cannot be read: permission denied") as caught,
    ):
        freeze(guarded, guarded.parent / "copies" / "x")
    assert "chmod -R u+rX" in str(caught.value.next_step)


def test_what_cannot_be_read_but_is_left_out_is_in_nobodys_way(
    guarded: Path, unprivileged: Callable[[], AbstractContextManager[None]]
) -> None:
    """A database's data folder that is ignored need not be readable."""
    (guarded / ".gitignore").write_text("pgdata/\n")
    (guarded / ".gitignore").chmod(0o644)
    (guarded / "pgdata").mkdir(mode=0o700)
    with unprivileged():
        freeze(guarded, guarded.parent / "copies" / "x")


def test_a_copy_that_cannot_be_written_is_our_trouble(
    guarded: Path, unprivileged: Callable[[], AbstractContextManager[None]]
) -> None:
    """Where the run's place is at fault, the error says so and how to name another."""
    with unprivileged(), pytest.raises(InfrastructureError, match="cannot write") as caught:
        freeze(guarded, guarded.parent / "not there" / "x")
    assert "TMPDIR" in str(caught.value.next_step)


def test_a_file_that_goes_meanwhile_is_told(source: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that moves files while they are copied makes no traceback: the same command works again."""

    def listed(root: Path) -> Iterator[Path]:
        yield from walk(root)
        yield root / "moved away"

    monkeypatch.setattr(submission, "walk", listed)
    with pytest.raises(UsageError, match="moved away cannot be read: no such file") as caught:
        freeze(source, target)
    assert "again" in str(caught.value.next_step)


names = st.sampled_from(["a", "b.py", "node_modules", "é", ".git", "x y", ".env", "deep"])
trees = st.dictionaries(st.lists(names, min_size=1, max_size=4).map("/".join), st.binary(max_size=20), max_size=10)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=trees)
def test_random_trees_are_copied_exactly(
    tmp_path_factory: pytest.TempPathFactory, data: Path, tree: dict[str, bytes]
) -> None:
    """A copy holds what `walk` names, with the same bytes; a copy of the copy is the same tree."""
    root = tmp_path_factory.mktemp("tree")
    source = Path(shutil.copytree(data / "service", root / "source", ignore=shutil.ignore_patterns("__pycache__")))
    for name, content in tree.items():
        try:
            put(source, name, content)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            continue
    frozen = freeze(source, root / "1")
    assert files(root / "1") == sorted(str(path.relative_to(source)) for path in walk(source))
    assert all((root / "1" / path.relative_to(source)).read_bytes() == path.read_bytes() for path in walk(source))
    assert not any(part in LEFT_OUT for name in files(root / "1") for part in Path(name).parts)
    assert freeze(root / "1", root / "2").tree == frozen.tree
    shutil.rmtree(root)


def git(folder: Path, *arguments: str) -> str:
    """Run git without anybody's settings."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *author, *arguments], cwd=folder, env=environ, check=True, capture_output=True)
    return done.stdout.decode().strip()


@pytest.fixture
def repository(source: Path) -> Path:
    """Return the submission as a real repository with one commit on `main`."""
    git(source, "init", "--quiet")
    git(source, "add", ".")
    git(source, "commit", "--quiet", "--message", "one")
    return source


def test_a_commit_is_read_from_a_loose_reference(repository: Path, target: Path) -> None:
    """The commit of a branch is what git calls it, also on a branch with a slash, and `.git` is not copied."""
    git(repository, "switch", "--quiet", "--create", "feature/x")
    assert freeze(repository, target).commit == git(repository, "rev-parse", "HEAD")
    assert files(target) == REQUIRED


def test_a_commit_is_read_from_packed_references(repository: Path) -> None:
    """The same after `git gc`, among other branches and tags."""
    git(repository, "tag", "--annotate", "--message", "x", "main2")
    git(repository, "branch", "amain")
    git(repository, "pack-refs", "--all", "--prune")
    assert not (repository / ".git/refs/heads/main").exists()
    assert head_commit(repository) == git(repository, "rev-parse", "HEAD")


def test_a_commit_is_read_from_a_detached_head(repository: Path) -> None:
    """The same where no branch is checked out."""
    git(repository, "checkout", "--quiet", "--detach")
    assert head_commit(repository) == git(repository, "rev-parse", "HEAD")


def test_a_branch_without_a_commit_has_none(source: Path) -> None:
    """A repository that was just made has no commit."""
    git(source, "init", "--quiet")
    assert head_commit(source) is None


def test_a_worktree_has_none(repository: Path, tmp_path: Path, target: Path) -> None:
    """Where `.git` is a file that points elsewhere, nothing elsewhere is read; the folder is taken all the same."""
    git(repository, "worktree", "add", "--quiet", str(tmp_path / "other"))
    frozen = freeze(tmp_path / "other", target)
    assert frozen.commit is None
    assert files(target) == REQUIRED


@pytest.mark.parametrize(
    "head",
    [
        b"ref: ../../secret",
        b"ref: refs/heads/../../../secret",
        b"ref: refs/heads/link",
        b"ref: SECRET",
        b"ref: .",
        b"ref: ",
        b"ref: refs/heads/no\0thing",
        b"ref: " + b"x/" * 5000,
        b"ref: refs/heads/folder",
        b"secret",
        b"0123456789",
        COMMIT.upper().encode(),
        b"\xff\xfe",
        b"",
    ],
)
def test_a_hostile_head_names_no_commit(source: Path, head: bytes) -> None:
    """No reference leads out of `.git`, and what is no commit's name is not shown."""
    put(source, ".git/HEAD", head)
    put(source.parent, "secret", COMMIT.encode())
    (source / ".git/SECRET").symlink_to(source.parent / "secret")
    (source / ".git/refs/heads/folder").mkdir(parents=True)
    (source / ".git/refs/heads/link").symlink_to(source.parent / "secret")
    put(source, ".git/packed-refs", b"\n \nx\n")
    assert head_commit(source) is None


@pytest.mark.parametrize("name", ["HEAD", "refs/heads/main", "packed-refs"])
def test_pipes_in_git_are_not_waited_for(source: Path, name: str) -> None:
    """A named pipe in place of a file of git's does not hold anybody up."""
    put(source, ".git/HEAD", b"ref: refs/heads/main\n")
    (source / ".git/refs/heads").mkdir(parents=True)
    (source / ".git" / name).unlink(missing_ok=True)
    os.mkfifo(source / ".git" / name)
    assert head_commit(source) is None


def test_no_program_of_the_repository_is_run(repository: Path, target: Path, tmp_path: Path) -> None:
    """Freezing runs no hook, filter, monitor or other program that a repository's configuration can name."""
    proof = tmp_path / "proof"
    script = put(repository, ".git/evil", f"#!/bin/sh\necho ran >> {proof}\n".encode())
    script.chmod(0o755)
    for hook in ("post-checkout", "pre-commit", "fsmonitor-watchman", "post-index-change"):
        shutil.copy(script, repository / ".git/hooks" / hook)
    settings_of_git = f"""
[core]
 fsmonitor = {script}
 pager = {script}
 sshCommand = {script}
 attributesFile = {repository}/.gitattributes
[diff]
 external = {script}
[filter "x"]
 clean = {script}
 smudge = {script}
 process = {script}
"""
    with (repository / ".git/config").open("a") as file:
        file.write(settings_of_git)
    put(repository, ".gitattributes", b"* filter=x diff=x\n")
    freeze(repository, target)
    assert not proof.exists()
    git(repository, "status")
    assert proof.exists(), "the configuration would have been obeyed by git itself"
