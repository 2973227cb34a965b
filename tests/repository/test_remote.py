"""Repositories over the network: one commit is fetched, within limits, and whose doing it is when it is not."""

from __future__ import annotations

import base64
import os
import threading
from typing import TYPE_CHECKING

import pytest

from checker.errors import InfrastructureError, SubmissionError, UsageError
from checker.repository import git as settings
from checker.repository.address import read_address
from checker.repository.opening import open_repository
from checker.repository.remote import RemoteRepository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from checker.repository.commit import Commit
    from checker.submission import Submission
    from tests.repository.conftest import Made, Served


@pytest.fixture
def read(served: Served, work: Path) -> Callable[..., Commit]:
    """Return a way to find a commit of the served repository."""
    own = f"{served.url}/repository/.git"
    known: dict[str, RemoteRepository] = {}

    def read(ref: str = "main", url: str = own) -> Commit:
        if url not in known:
            folder = work / str(len(known))
            folder.mkdir()
            known[url] = RemoteRepository(read_address(url), folder)
        return known[url].commit(ref)

    return read


@pytest.fixture
def frozen(read: Callable[..., Commit], tmp_path: Path) -> Callable[..., Submission]:
    """Return a way to freeze a commit of the served repository."""
    numbers = iter(range(100))
    return lambda *names: read(*names).freeze(tmp_path / f"target{next(numbers)}")


def test_a_commit_is_found_by_every_name(made: Made, frozen: Callable[..., Submission]) -> None:
    """Branch, tags of both kinds, HEAD, full names and the commit's own are fetched as the same commit."""
    made.put("old", b"x" * 1000)
    made.commit()
    made.git("rm", "--quiet", "old")
    name = made.commit()
    made.git("branch", "feature/x")
    made.git("tag", "--annotate", "--message", "x", "v1.0")
    made.git("tag", "light")
    for ref in ("main", "HEAD", "feature/x", "v1.0", "light", "refs/tags/v1.0", name, made.git("rev-parse", "v1.0")):
        submission = frozen(ref)
        assert submission.commit == name
        assert submission.tree == made.git("rev-parse", "HEAD^{tree}")
        assert (submission.folder / "app/main.py").is_file()


def test_an_earlier_commit_is_found_by_its_name(made: Made, read: Callable[..., Commit]) -> None:
    """A commit that no reference names any more can be had where the server gives it out."""
    first = made.git("rev-parse", "HEAD")
    made.commit()
    assert (read(first).name, read(first).tree) == (first, made.git("rev-parse", f"{first}^{{tree}}"))


def test_a_commit_is_fetched_once(made: Made, served: Served, frozen: Callable[..., Submission]) -> None:
    """Several katas of one commit, also at a time, cost one fetch; nothing is fetched to find a branch."""
    commit = frozen("main")
    before = len(served.asked)
    threads = [threading.Thread(target=frozen, args=("main",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked = [one for one in served.asked[before:] if "service" not in one]
    assert len(asked) == 3, "one question for references each"
    assert commit.commit == made.git("rev-parse", "HEAD")


@pytest.mark.parametrize(
    "ref",
    ["gone", "-x", "--upload-pack=touch x", "a\nb", "x" * 4096, "refs/heads/../x", "abcdef0", "0" * 40, "ain", "*"],
)
def test_what_names_no_commit_is_a_wrong_call(made: Made, read: Callable[..., Commit], ref: str) -> None:
    """Options, patterns and what is not there are refused in one line; a part of a name is not the name."""
    made.git("branch", "deep/main2")
    with pytest.raises(UsageError) as caught:
        read(ref)
    assert "\n" not in caught.value.message


def test_a_name_with_two_meanings_is_refused(made: Made, read: Callable[..., Commit]) -> None:
    """A branch and a tag of one name: the caller has to say which, unless they are the same commit."""
    made.git("tag", "--annotate", "--message", "x", "both")
    made.git("branch", "both")
    first = made.git("rev-parse", "HEAD")
    assert read("both").name == first
    made.commit()
    made.git("branch", "--force", "both")
    with pytest.raises(UsageError, match="refs/heads/both or refs/tags/both"):
        read("both")


def test_a_tag_on_no_commit_is_refused(made: Made, frozen: Callable[..., Submission]) -> None:
    """A tag that is put on a file names no commit, which fetching it tells."""
    made.git("tag", "odd", "HEAD:app/main.py")
    with pytest.raises((UsageError, SubmissionError)):
        frozen("odd")


def test_a_repository_that_is_not_there_is_a_wrong_call(read: Callable[..., Commit], served: Served) -> None:
    """What the server knows nothing of is told with a next step."""
    with pytest.raises(UsageError, match="is not there, or not for everybody"):
        read("main", f"{served.url}/gone")


def test_a_server_that_is_not_there_is_our_trouble(read: Callable[..., Commit], free_port: int) -> None:
    """Without an answer nothing is said of the submission."""
    with pytest.raises(InfrastructureError, match="cannot be read"):
        read("main", f"http://127.0.0.1:{free_port}/x")


def test_a_password_is_for_the_server_alone(made: Made, served: Served, read: Callable[..., Commit]) -> None:
    """A name and token in the URL open the repository, and stand in nothing that is shown or that others can see."""
    served.password = "Basic " + base64.b64encode(b"ada:se:cret@").decode()
    with pytest.raises(UsageError, match="not for everybody"):
        read("main", f"{served.url}/repository/.git")
    url = f"{served.url}/repository/.git".replace("//", "//ada:se%3Acret%40@")
    commit = read("main", url)
    assert commit.name == made.git("rev-parse", "HEAD")
    assert "cret" not in f"{commit} {commit.origin} {read_address(url).url} {read_address(url).shown}"
    with pytest.raises(UsageError) as caught:
        read("gone", url)
    assert "cret" not in f"{caught.value} {caught.value.next_step}"


@pytest.mark.parametrize("to", ["file:///{}", "ext::sh -c touch% {}", "ssh://127.0.0.1/{}", "git://127.0.0.1/{}"])
def test_no_server_sends_git_elsewhere(
    made: Made, served: Served, read: Callable[..., Commit], tmp_path: Path, to: str
) -> None:
    """A redirection to a file, a program or another protocol is not followed."""
    served.moved["moved"] = to.format(made.folder)
    with pytest.raises((InfrastructureError, UsageError)):
        read("main", f"{served.url}/moved")
    assert not (tmp_path / "touch").exists()


def test_a_commit_too_large_to_fetch_is_refused(
    made: Made, frozen: Callable[..., Submission], monkeypatch: pytest.MonkeyPatch, work: Path
) -> None:
    """The kernel stops git at the limit; nothing of what came is kept."""
    monkeypatch.setattr(settings, "MAX_FETCHED_BYTES", 2**20)
    made.put("big", os.urandom(3 * 2**20))
    made.commit()
    with pytest.raises(SubmissionError, match="takes more than"):
        frozen("main")
    assert [path.name for path in (work / "0").iterdir()] == ["asking.git"]


def test_a_bomb_is_fetched_as_the_little_that_it_is(made: Made, frozen: Callable[..., Submission]) -> None:
    """A commit that stands for a billion files is refused after a fetch of some kilobytes."""
    tree = made.tree(("100644", b"f", made.object("blob", b"boom")))
    for _ in range(9):
        tree = made.tree(*(("40000", b"d%d" % number, tree) for number in range(10)))
    made.evil(("40000", b"bomb", tree))
    with pytest.raises(SubmissionError, match="more than 2000 folders"):
        frozen("evil")


@pytest.mark.parametrize("name", [b".git", b".."])
def test_git_checks_what_comes_over_the_network(made: Made, frozen: Callable[..., Submission], name: bytes) -> None:
    """A tree with a name that no checkout survives is refused when it comes in."""
    made.evil(("100644", name, made.object("blob", b"x")))
    with pytest.raises(SubmissionError):
        frozen("evil")


def test_no_submodule_is_fetched(made: Made, served: Served, frozen: Callable[..., Submission]) -> None:
    """A submodule is counted; its address is never asked."""
    modules = f'[submodule "sub"]\n path = sub\n url = {served.url}/other\n'.encode()
    made.evil(("100644", b".gitmodules", made.object("blob", modules)), ("160000", b"sub", "e" * 40))
    assert frozen("evil").skipped_submodules == 1
    assert not any("other" in one for one in served.asked)


def test_a_server_that_says_nothing_is_not_waited_for(
    served: Served, read: Callable[..., Commit], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many seconds the call is ended, with what it started, and it is our trouble."""
    monkeypatch.setattr(settings, "SECONDS", 1.0)
    served.held = threading.Event()
    with pytest.raises(InfrastructureError, match="took longer than 1 s"):
        read("main")


def test_offline_nothing_is_asked(served: Served) -> None:
    """Without the network a URL is a wrong call, and a path is none."""
    with (
        pytest.raises(UsageError, match="--offline"),
        open_repository(f"{served.url}/repository", offline=True),
    ):
        pass
    assert not served.asked


def test_a_file_url_is_a_path(made: Made) -> None:
    """`file://` names a folder, which is read as one and not fetched from."""
    with open_repository(f"file://{made.folder}", offline=True) as repository:
        assert repository.commit("main").repository == str(made.folder)
