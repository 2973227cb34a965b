"""Addresses of repositories: which are taken, which are refused and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.errors import UsageError
from checker.repository.address import is_address, read_address
from checker.repository.opening import local_path


@pytest.mark.parametrize(
    ("text", "url", "protocol"),
    [
        ("https://example.org/a/b.git", "https://example.org/a/b.git", "https"),
        ("HTTPS://Example.org:8443/a", "https://example.org:8443/a", "https"),
        ("https://ada:token@example.org/a", "https://example.org/a", "https"),
        ("https://[::1]:8443/a", "https://[::1]:8443/a", "https"),
        ("http://localhost:3000/a", "http://localhost:3000/a", "http"),
        ("http://127.0.0.1/a", "http://127.0.0.1/a", "http"),
    ],
)
def test_these_are_taken(text: str, url: str, protocol: str) -> None:
    """HTTPS from anywhere, HTTP from this machine; git may speak that protocol and no other."""
    address = read_address(text)
    assert (address.url, address.shown) == (url, url)
    assert address.environ["GIT_ALLOW_PROTOCOL"] == protocol


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("http://example.org/a", "nobody vouches"),
        ("http://127.0.0.1.example.org/a", "nobody vouches"),
        ("git://example.org/a", "nobody vouches"),
        ("ssh://git@example.org/a", "your keys"),
        ("ssh://-oProxyCommand=x/a", "your keys"),
        ("git@example.org:a/b", "your keys"),
        ("example.org:a/b", "your keys"),
        ("ext::sh -c touch% x", "no URL"),
        ("ext::sh", "run a program"),
        ("https::https://example.org/a", "run a program"),
        ("fd::3", "run a program"),
        ("ftp://example.org/a", "run a program"),
        ("--upload-pack=x://y/z", "run a program"),
        ("https://example.org", "names no repository"),
        ("https://example.org/", "names no repository"),
        ("https:///a", "names no repository"),
        ("https://-x/a", "names no repository"),
        ("https://exa_mple/a", "names no repository"),
        ("https://example.org:x/a", "no URL"),
        ("https://example.org:99999/a", "no URL"),
        ("https://[::1/a", "no URL"),
        ("https://example.org/a\n", "no URL"),
        ("https://example.org/a b", "no URL"),
        ("https://example.org/\x1b[31m", "no URL"),
        ("https://example.org/" + "a" * 3000, "no URL"),
        ("https://\u0430pple.org/a", "no URL"),
    ],
)
def test_these_are_refused(text: str, reason: str) -> None:
    """Everything else is a wrong call, in one line with the reason."""
    assert is_address(text) or "\x1b" in text
    with pytest.raises(UsageError, match=reason) as caught:
        read_address(text)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 200


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text is an address or is refused, and what is taken is what git is told."""
    try:
        address = read_address(text)
    except UsageError:
        return
    assert address.url.startswith(("https://", "http://"))


@pytest.mark.parametrize("text", ["file://host/x", "file:///gone", "gone", "", "\0", "a" * 5000, "file:///etc/passwd"])
def test_a_path_that_is_no_folder_is_a_wrong_call(text: str) -> None:
    """What is not there, is a file, or is on another machine."""
    with pytest.raises(UsageError):
        local_path(text)


def test_a_path_with_a_colon_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder whose name looks like an address is named with a slash before the colon, as for git."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a:b").mkdir()
    assert local_path("a:b") is None
    assert local_path("./a:b") == tmp_path / "a:b"
    assert local_path(f"file://{tmp_path}/a%3Ab") == tmp_path / "a:b"
