"""protected-endpoints: what every endpoint under /tasks refuses, in which order, and what stays open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from checker.kit.expect import expect, proves
from checker.suites.task1.judging import is_good, needs_token

if TYPE_CHECKING:
    from checker.kit.http import Reply
    from checker.suites.task1.doors import Knock
    from checker.suites.task1.trial import Trial

CHALLENGE: Final = re.compile(r"(?:^|,)\s*Bearer(?:\s|,|$)", re.IGNORECASE)  # RFC 9110: schemes have no case


def expect_refused(trial: Trial, kind: str) -> None:
    """Refute that all requests of a kind were answered with 401."""
    for one in trial.guard.knocks.get(kind, []):
        expect(
            one.reply.status == 401,
            expected=f"401 for {named(one)} with {one.what}",
            seen=one.reply,
            repeat=one.reply.request,
        )


def named(one: Knock) -> str:
    """Return a request's method and path, and what else is wrong with it."""
    return f"{one.door.method} {one.door.path} {one.door.first}".strip()


@proves("protected-endpoints")
def test_without_a_token(trial: Trial) -> None:
    """A request without a token is refused."""
    expect_refused(trial, "no-token")


@proves("protected-endpoints")
def test_with_a_malformed_token(trial: Trial) -> None:
    """What is no JWT is refused."""
    expect_refused(trial, "malformed")


@proves("protected-endpoints")
def test_with_an_altered_token(trial: Trial) -> None:
    """A token that was changed after it was signed is refused."""
    needs_token(trial)
    expect_refused(trial, "altered")


@proves("protected-endpoints")
def test_with_an_expired_token(trial: Trial) -> None:
    """A token that expired more than 60 s ago is refused."""
    needs_token(trial)
    expect_refused(trial, "expired")


@proves("protected-endpoints")
def test_with_a_token_without_an_end(trial: Trial) -> None:
    """A token without `exp` is refused."""
    needs_token(trial)
    expect_refused(trial, "endless")


@proves("protected-endpoints")
def test_with_an_unsigned_token(trial: Trial) -> None:
    """A token that says it needs no signature is refused."""
    needs_token(trial)
    expect_refused(trial, "unsigned")


@proves("protected-endpoints")
def test_with_a_token_of_another_key(trial: Trial) -> None:
    """A token that somebody else signed is refused."""
    needs_token(trial)
    expect_refused(trial, "other-key")


@proves("protected-endpoints")
def test_with_a_token_of_another_algorithm(trial: Trial) -> None:
    """A token signed by another algorithm is refused, even with the right key."""
    needs_token(trial)
    expect_refused(trial, "other-algorithm")


@proves("protected-endpoints")
def test_with_a_token_of_a_user_who_is_gone(trial: Trial) -> None:
    """A user can be removed by SQL, and the user's token is refused then."""
    needs_token(trial)
    expect(
        trial.guard.farewell is None,
        expected="`DELETE FROM users WHERE username = …` to work for a user who has no tasks",
        seen=trial.guard.farewell,
    )
    expect_refused(trial, "gone")


@proves("protected-endpoints")
def test_401_comes_first(trial: Trial) -> None:
    """401 comes before 404 and 422."""
    expect_refused(trial, "first")


@proves("protected-endpoints")
def test_a_refusal_names_the_scheme(trial: Trial) -> None:
    """Every 401 has WWW-Authenticate: Bearer."""
    for one in trial.guard.all:
        found = one.reply.headers.get("www-authenticate", "")
        expect(
            one.reply.status != 401 or CHALLENGE.search(found),
            expected=f"WWW-Authenticate: Bearer in the 401 for {named(one)} with {one.what}",
            seen=found or "no such header",
            repeat=one.reply.request,
        )


@proves("protected-endpoints")
def test_what_is_refused_has_no_effect(trial: Trial) -> None:
    """Requests that were to be refused neither made nor changed a task."""
    guard = trial.guard
    expect(guard.made == 0, expected="no tasks by requests without a good token", seen=f"{guard.made} new tasks")
    expect(
        guard.after == guard.before,
        expected="a task not to be changed by requests without a good token",
        seen=f"its row as {guard.after}",
    )


@proves("protected-endpoints")
def test_the_rest_stays_open(trial: Trial) -> None:
    """/health, /openapi.json and /auth/* need no token, and a bad one does not matter there."""
    for reply in trial.open:
        expect(reply.status == 200, expected=f"200 for {reply.asked}", seen=reply, repeat=reply.request)
    for reply in authenticating(trial):
        expect(
            reply.status != 401,
            expected=f"no 401 for {reply.asked} with a token that is good for nothing",
            seen=reply,
            repeat=reply.request,
        )


def authenticating(trial: Trial) -> list[Reply]:
    """Return the answers to requests under /auth that came with a useless token and had nothing else to fear."""
    people = trial.people
    replies = [trial.guard.useless] if trial.guard.useless is not None else []
    names_are_kept = people.race.is_fair and not is_good(people.taking.login)
    if people.leaver is not None and names_are_kept and is_good(people.owner.logged_in):
        replies.append(people.leaver.logged_in)
    return replies


@proves("protected-endpoints")
def test_openapi_declares_a_security_scheme(trial: Trial) -> None:
    """The OpenAPI document has a security scheme."""
    reply = trial.open[-1]
    document = reply.expect_status(200).json()
    components = document.get("components") if isinstance(document, dict) else None
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    expect(
        isinstance(schemes, dict) and schemes,
        expected="a security scheme in /openapi.json (components.securitySchemes)",
        seen=f"{schemes}",
        repeat=reply.request,
    )
