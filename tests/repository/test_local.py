"""Local repositories: which commit a name means, what is never followed or run, and that nothing is written."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from checker.errors import SubmissionError, UsageError
from checker.repository import links
from checker.repository.local import LocalRepository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.repository.commit import Commit
    from checker.submission import Submission
    from tests.repository.conftest import Made


@pytest.fixture
def read(work: Path) -> Callable[..., Commit]:
    """Return a way to read a commit of a repository."""
    return lambda folder, ref="main": LocalRepository(folder, work).commit(ref)


@pytest.fixture
def frozen(read: Callable[..., Commit], tmp_path: Path) -> Iterator[Callable[..., Submission]]:
    """Return a way to freeze a commit of a repository; nothing of ours is left of it but the copy."""
    numbers = iter(range(100))
    yield lambda folder, ref="main": read(folder, ref).freeze(tmp_path / f"target{next(numbers)}")
    assert not list((tmp_path / "work").iterdir())


def test_a_commit_is_found_by_every_name(made: Made, read: Callable[..., Commit]) -> None:
    """Branch, tag, tag of a tag, HEAD, full names of references and the commit's own all mean the same commit."""
    made.git("branch", "feature/x")
    made.git("tag", "light")
    made.git("tag", "--annotate", "--message", "x", "v1.0")
    made.git("tag", "--annotate", "--message", "x", "again", "v1.0")
    made.git("update-ref", "refs/remotes/origin/there", "HEAD")
    name = made.git("rev-parse", "HEAD")
    own = ["main", "HEAD", "feature/x", "light", "v1.0", "again", "origin/there", "refs/heads/main", name, name[:10]]
    for ref in [*own, made.git("rev-parse", "v1.0")]:
        commit = read(made.folder, ref)
        assert (commit.name, commit.ref, commit.repository) == (name, ref, str(made.folder))
        assert commit.tree == made.git("rev-parse", "HEAD^{tree}")


def test_packed_references_and_objects_are_found(made: Made, frozen: Callable[..., Submission]) -> None:
    """The same after `git gc`."""
    made.git("tag", "--annotate", "--message", "x", "v1.0")
    made.git("branch", "amain")
    made.git("gc", "--quiet")
    assert not (made.folder / ".git/refs/heads/main").exists()
    for ref in ("main", "v1.0", "HEAD"):
        assert frozen(made.folder, ref).commit == made.git("rev-parse", "HEAD")


def test_the_files_are_those_of_the_commit(made: Made, frozen: Callable[..., Submission]) -> None:
    """What lies about in the checkout plays no part; the tree's name is git's own."""
    made.put("app/data.bin", bytes(range(256)) * 10)
    made.commit()
    made.put("app/main.py", b"changed")
    made.put("untracked")
    (made.folder / "lambda_function.py").unlink()
    submission = frozen(made.folder)
    assert (submission.folder / "app/data.bin").read_bytes() == bytes(range(256)) * 10
    assert (submission.folder / "app/main.py").read_text() != "changed"
    assert not (submission.folder / "untracked").exists()
    assert (submission.folder / "lambda_function.py").is_file()
    assert submission.origin.tree == made.git("rev-parse", "HEAD^{tree}")
    assert (submission.origin.repository, submission.origin.path) == (str(made.folder), None)


@pytest.mark.parametrize("kind", ["bare", "worktree", "sha256", "shallow"])
def test_every_shape_of_repository_is_read(
    make: Callable[..., Made], frozen: Callable[..., Submission], tmp_path: Path, kind: str
) -> None:
    """A bare one, a second checkout, one with SHA-256, a shallow clone."""
    made = make("origin", *(["--object-format=sha256"] if kind == "sha256" else []))
    made.commit()
    folder = tmp_path / "other"
    if kind == "bare":
        made.git("clone", "--quiet", "--bare", ".", str(folder))
    elif kind == "worktree":
        made.git("worktree", "add", "--quiet", "-b", "other", str(folder))
    elif kind == "shallow":
        made.git("clone", "--quiet", "--depth=1", f"file://{made.folder}", str(folder))
    folder = folder if folder.exists() else made.folder
    assert frozen(folder, "HEAD").commit == made.git("rev-parse", "HEAD")


def test_a_checkout_has_its_own_head(made: Made, frozen: Callable[..., Submission], tmp_path: Path) -> None:
    """In a second checkout HEAD is that checkout's, and branches are everybody's."""
    first = made.git("rev-parse", "HEAD")
    made.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "other"))
    second = made.commit()
    assert frozen(tmp_path / "other", "HEAD").commit == first
    assert frozen(tmp_path / "other", "main").commit == second


NONSENSE = [
    "",
    "-x",
    "--upload-pack=touch x",
    "a\nb",
    "a b",
    "x" * 4096,
    "refs/heads/../x",
    "refs/heads/../../../secret",
    "../secret",
    "/etc/passwd",
    "main~1",
    "main^{tree}",
    "HEAD:app",
    "@{u}",
    "@",
    "main.lock",
    "a//b",
    "a/",
    "*",
    "\x1b[31m",
    "\u202egnp",
    "gone",
    "refs/heads/gone",
    "refs/heads/folder",
    "refs/heads",
    "0" * 40,
    "0123456",
    "secret",
    "refs/heads/link",
    "refs/heads/loop",
    "refs/heads/pipe",
    "refs/heads/out",
]


@pytest.mark.parametrize("ref", NONSENSE, ids=lambda ref: repr(ref)[:30])
def test_what_names_no_commit_is_a_wrong_call(made: Made, read: Callable[..., Commit], ref: str) -> None:
    """Options, paths, expressions, links, pipes and what is not there are refused in one line that stays short."""
    heads = made.folder / ".git/refs/heads"
    name = made.git("rev-parse", "HEAD")
    for place in (made.folder / "secret", made.folder / ".git/secret", made.folder.parent / "secret"):
        place.write_text(name)
    (heads / "folder").mkdir()
    (heads / "link").symlink_to(made.folder / "secret")
    (heads / "loop").write_text("ref: refs/heads/loop\n")
    (heads / "out").write_text("ref: refs/heads/../../../secret\n")
    os.mkfifo(heads / "pipe")
    with pytest.raises(UsageError) as caught:
        read(made.folder, ref)
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 300 + len(str(made.folder))


@pytest.mark.parametrize("what", ["HEAD^{tree}", "HEAD:app/main.py"])
def test_a_tag_on_no_commit_is_a_wrong_call(made: Made, read: Callable[..., Commit], what: str) -> None:
    """A tag may be put on a folder or a file, and neither can be graded."""
    made.git("tag", "odd", what)
    made.git("tag", "--annotate", "--message", "x", "odder", what)
    for ref in ("odd", "odder", made.git("rev-parse", what)):
        with pytest.raises(UsageError, match="no commit"):
            read(made.folder, ref)


def test_a_full_name_is_never_a_branch(made: Made, read: Callable[..., Commit]) -> None:
    """A branch that is called like a commit does not stand for it; by its full name it can be had."""
    first = made.git("rev-parse", "HEAD")
    second = made.commit()
    made.git("update-ref", f"refs/heads/{first}", second)
    made.git("update-ref", f"refs/heads/{'e' * 40}", second)
    assert read(made.folder, first).name == first
    assert read(made.folder, f"refs/heads/{first}").name == second
    with pytest.raises(UsageError):
        read(made.folder, "e" * 40)


def test_a_name_with_two_meanings_is_refused(made: Made, read: Callable[..., Commit]) -> None:
    """A branch and a tag of one name on different commits: the caller has to say which."""
    made.git("tag", "both")
    second = made.commit()
    made.git("branch", "both")
    with pytest.raises(UsageError, match="refs/heads/both or refs/tags/both"):
        read(made.folder, "both")
    assert read(made.folder, "refs/heads/both").name == second
    made.git("tag", "--force", "both")
    assert read(made.folder, "both").name == second


def test_where_references_are_not_read_it_is_said(made: Made, read: Callable[..., Commit]) -> None:
    """A repository with a reftable answers to full names alone, and says so."""
    name = made.git("rev-parse", "HEAD")
    shutil.rmtree(made.folder / ".git/refs/heads")
    (made.folder / ".git/reftable").mkdir()
    with pytest.raises(UsageError, match="reftable"):
        read(made.folder, "main")
    assert read(made.folder, name).name == name


def evil_script(folder: Path, proof: Path) -> Path:
    """Write a program that leaves a proof of having been run."""
    script = folder / "evil"
    script.write_text(f"#!/bin/sh\necho ran >> {proof}\n")
    script.chmod(0o755)
    return script


def poison(made: Made, script: Path) -> None:
    """Let a repository's configuration, hooks and attributes name a program wherever one can be named."""
    with (made.folder / ".git/config").open("a") as file:
        file.write(f"""
[core]
 fsmonitor = {script}
 pager = {script}
 sshCommand = {script}
 hooksPath = {made.folder}/.git/hooks
 alternateRefsCommand = {script}
 attributesFile = {made.folder}/.gitattributes
[diff]
 external = {script}
[filter "x"]
 clean = {script}
 smudge = {script}
 process = {script}
 required = true
[diff "x"]
 textconv = {script}
[uploadpack]
 packObjectsHook = {script}
[alias]
 cat-file = !{script}
[include]
 path = {made.folder}/.git/more
[extensions]
 partialClone = evil
[remote "evil"]
 url = ext::{script}
 promisor = true
 uploadpack = {script}
""")
    for hook in ("post-checkout", "fsmonitor-watchman", "post-index-change", "reference-transaction", "pre-auto-gc"):
        shutil.copy(script, made.folder / ".git/hooks" / hook)
    (made.folder / ".git/more").write_text(f"[core]\n fsmonitor = {script}\n")


def test_no_program_of_the_repository_is_run(made: Made, frozen: Callable[..., Submission], tmp_path: Path) -> None:
    """Nothing that configuration, hooks, attributes, or a partial clone's promise name is run; git itself would."""
    proof = tmp_path / "proof"
    made.put(".gitattributes", b"* filter=x diff=x text eol=crlf export-ignore\n")
    made.put("text.txt", b"one\ntwo\n")
    made.commit()
    poison(made, evil_script(tmp_path, proof))
    submission = frozen(made.folder)
    assert (submission.folder / "text.txt").read_bytes() == b"one\ntwo\n"
    assert not proof.exists()
    subprocess.run(["git", "status"], cwd=made.folder, capture_output=True, check=False)
    assert proof.exists(), "the configuration would have been obeyed by git itself"


def test_nothing_is_fetched_for_an_object_that_is_missing(
    made: Made, frozen: Callable[..., Submission], tmp_path: Path
) -> None:
    """Where an object is missing, no remote that the repository promises it from is asked."""
    proof = tmp_path / "proof"
    blob = made.git("rev-parse", "HEAD:app/main.py")
    poison(made, evil_script(tmp_path, proof))
    (made.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(SubmissionError, match=blob):
        frozen(made.folder)
    assert not proof.exists()


def state(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return what writing would change, of everything below a folder."""
    found = [folder, *folder.rglob("*")]
    return {str(path): (info.st_mtime_ns, info.st_size, info.st_ino) for path in found for info in [path.lstat()]}


def test_the_repository_is_not_written_to(made: Made, frozen: Callable[..., Submission]) -> None:
    """Nothing appears in it, changes or goes, be its objects loose or packed."""
    made.git("repack", "--quiet")
    made.commit()
    before = state(made.folder)
    frozen(made.folder)
    with pytest.raises(UsageError):
        frozen(made.folder, "gone")
    assert state(made.folder) == before


def test_replaced_objects_are_not(made: Made, frozen: Callable[..., Submission]) -> None:
    """`git replace` and grafts show git another file or history; what is graded is what the commit's name says."""
    made.put("app/main.py", b"honest")
    made.commit()
    honest = made.git("rev-parse", "HEAD:app/main.py")
    other = made.git("hash-object", "-w", "--stdin", stdin=b"replaced")
    made.git("replace", honest, other)
    made.put(".git/info/grafts", f"{made.git('rev-parse', 'HEAD')} {'0' * 40}\n".encode())
    assert made.git("show", "HEAD:app/main.py") == "replaced"
    assert (frozen(made.folder).folder / "app/main.py").read_bytes() == b"honest"


def test_an_object_under_another_ones_name_is_refused(made: Made, frozen: Callable[..., Submission]) -> None:
    """A file, a folder or a commit that does not hold what its name says is refused, though git would show it."""
    for what in ("HEAD:app/main.py", "HEAD:app", "HEAD"):
        name = made.git("rev-parse", what)
        path = made.folder / ".git/objects" / name[:2] / name[2:]
        kept = path.read_bytes()
        kind = made.git("cat-file", "-t", name)
        raw = subprocess.run(["git", "cat-file", kind, name], cwd=made.folder, capture_output=True, check=True).stdout
        path.unlink()
        made.object(kind, raw.replace(b"main", b"mine").replace(b"hello", b"jello") + b"", name=name)
        if kind == "commit":
            path.unlink()
            made.object(kind, raw + b"more\n", name=name)
        with pytest.raises(SubmissionError, match="does not hold what its name says"):
            frozen(made.folder)
        path.unlink()
        path.write_bytes(kept)
    frozen(made.folder)


@pytest.mark.parametrize("how", ["garbage", "empty", "folder", "cut"])
def test_an_object_that_is_broken_is_the_commits_fault(made: Made, frozen: Callable[..., Submission], how: str) -> None:
    """What git cannot read is told in one line."""
    name = made.git("rev-parse", "HEAD:app/main.py")
    path = made.folder / ".git/objects" / name[:2] / name[2:]
    kept = path.read_bytes()
    path.unlink()
    if how == "folder":
        path.mkdir()
    else:
        path.write_bytes({"garbage": b"x" * 100, "empty": b"", "cut": kept[: len(kept) // 2]}[how])
    with pytest.raises(SubmissionError) as caught:
        frozen(made.folder)
    assert "\n" not in caught.value.message


def test_a_pipe_among_the_objects_is_not_waited_for(made: Made, frozen: Callable[..., Submission]) -> None:
    """A named pipe in an object's place is not opened, nor is a link followed."""
    for what, make_instead in (
        ("HEAD:app/main.py", os.mkfifo),
        ("HEAD:alembic.ini", lambda path: path.symlink_to("/x")),
    ):
        name = made.git("rev-parse", what)
        path = made.folder / ".git/objects" / name[:2] / name[2:]
        kept = path.read_bytes()
        path.unlink()
        make_instead(path)
        with pytest.raises(SubmissionError, match="is not in the repository"):
            frozen(made.folder)
        path.unlink()
        path.write_bytes(kept)


def test_so_many_files_of_objects_are_looked_at(
    made: Made, read: Callable[..., Commit], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repository of millions of loose objects is given up early."""
    monkeypatch.setattr(links, "MAX_ENTRIES", 3)
    with pytest.raises(SubmissionError, match="git gc"):
        read(made.folder)


def test_borrowed_objects_are_not_followed(made: Made, read: Callable[..., Commit], tmp_path: Path) -> None:
    """A clone that borrows its objects from a repository elsewhere is refused, and told why."""
    made.git("clone", "--quiet", "--shared", ".", str(tmp_path / "shared"))
    with pytest.raises(UsageError, match="borrows objects"):
        read(tmp_path / "shared")


def test_a_partial_clone_is_the_callers_mistake(made: Made, frozen: Callable[..., Submission], tmp_path: Path) -> None:
    """A clone without its files is refused as a wrong call, and nothing is fetched for it."""
    made.git("config", "uploadpack.allowFilter", "true")
    url = f"file://{made.folder}"
    made.git("clone", "--quiet", "--no-checkout", "--filter=blob:none", url, str(tmp_path / "partial"))
    before = state(tmp_path / "partial")
    with pytest.raises(UsageError, match="partial clone"):
        frozen(tmp_path / "partial")
    assert state(tmp_path / "partial") == before


@pytest.mark.parametrize("how", ["file", "faked", "link", "objects", "loop", "garbage"])
def test_no_pointer_leads_out_of_what_was_named(
    made: Made, read: Callable[..., Commit], tmp_path: Path, how: str
) -> None:
    """A `.git` that points at somebody else's repository is refused, unless that one has it among its checkouts."""
    folder = tmp_path / "folder"
    folder.mkdir()
    git = folder / ".git"
    if how == "file":
        git.write_text(f"gitdir: {made.folder}/.git\n")
    elif how == "faked":  # what a checkout has, with a way on to another repository
        (folder / "own/worktrees/x").mkdir(parents=True)
        git.write_text(f"gitdir: {folder}/own/worktrees/x\n")
        (folder / "own/worktrees/x/gitdir").write_text(f"{git}\n")
        (folder / "own/worktrees/x/commondir").write_text(f"{made.folder}/.git\n")
        (folder / "own/worktrees/x/HEAD").write_text("ref: refs/heads/main\n")
    elif how == "link":
        git.symlink_to(made.folder / ".git")
    elif how == "objects":
        shutil.copytree(made.folder / ".git", git)
        shutil.rmtree(git / "objects")
        (git / "objects").symlink_to(made.folder / ".git/objects")
    elif how == "loop":
        git.write_text("gitdir: .git\n")
    else:
        git.write_bytes(bytes(range(256)))
    with pytest.raises(UsageError):
        read(folder)


@pytest.mark.parametrize("name", ["", "app", "app/main.py", "gone"])
def test_what_is_no_repository_is_a_wrong_call(made: Made, read: Callable[..., Commit], name: str) -> None:
    """A folder in a repository, or without one, is no repository; none further up is taken instead."""
    if not name:
        shutil.rmtree(made.folder / ".git")
    with pytest.raises(UsageError, match="no git repository"):
        read(made.folder / name)
