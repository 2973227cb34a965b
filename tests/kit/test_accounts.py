"""What counts as a token in an answer that nobody vouches for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from checker.kit.accounts import client_with, token_of
from checker.kit.http import Reply


def reply(body: bytes, status: int | None = 200) -> Reply:
    """Return an answer."""
    return Reply("curl", status, {}, body, 0.0, 1.0)


@pytest.mark.parametrize(
    ("body", "token"),
    [
        ({"access_token": "a.b.c", "token_type": "bearer"}, "a.b.c"),
        ({"access_token": ""}, None),
        ({"access_token": 7}, None),
        ({"access_token": "a\nb"}, None),
        ({"access_token": "ü"}, None),
        ({"token": "a.b.c"}, None),
        (["a.b.c"], None),
        (None, None),
    ],
)
def test_a_token_is_text_that_a_header_can_carry(body: Any, token: str | None) -> None:
    """Anything else is no token, and no error either."""
    assert token_of(reply(json.dumps(body).encode())) == token


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b'{"access_token": "a", "access_token": "b"}'])
def test_what_is_no_json_holds_no_token(body: bytes) -> None:
    """An empty, broken or ambiguous body gives None."""
    assert token_of(reply(body)) is None


def test_a_client_sends_the_token_it_was_made_with() -> None:
    """With a token there is one header, without one there is none."""
    assert client_with("http://localhost", "a.b.c").headers == {"Authorization": "Bearer a.b.c"}
    assert client_with("http://localhost", None).headers == {}
