"""jwt-tokens: what a login answers, and what is in the token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeGuard

from checker.kit.expect import NotRun, expect, proves
from checker.kit.tokens import read_token
from checker.suites.task1.judging import accounts, edges, is_good, tokens

if TYPE_CHECKING:
    from checker.kit.http import Reply
    from checker.suites.task1.trial import Trial

TOLERANCE: Final = 10.0  # seconds; the contract


@proves("jwt-tokens")
def test_a_login_gives_a_bearer_token(trial: Trial) -> None:
    """POST /auth/token answers 200 with `access_token` and `token_type`, and the token is accepted."""
    for account in accounts(trial):
        reply = account.logged_in
        right = f"the right name and password{edges(account)}"
        expect(reply.status == 200, expected=f"200 for {right}", seen=reply, repeat=reply.request)
        body = reply.json()
        whole = isinstance(body, dict) and account.token is not None and body.get("token_type") == "bearer"
        expect(whole, expected='{"access_token": …, "token_type": "bearer"}', seen=reply, repeat=reply.request)
    for account, belongings in ((trial.people.owner, trial.owners), (trial.people.other, trial.others)):
        reply = belongings.created[0]
        expect(
            account.token is None or reply.status != 401,
            expected="a token that was given out to be accepted",
            seen=reply,
            repeat=reply.request,
        )


@proves("jwt-tokens")
def test_a_token_is_a_signed_jwt(trial: Trial) -> None:
    """It is a JWT, signed with HS256 under the JWT_SECRET of the environment."""
    for account in accounts(trial):
        if account.token is None:
            raise NotRun("no token was given")
        try:
            read_token(account.token)
        except ValueError as error:
            expect(False, expected="a token that is a JWT", seen=f"{account.token[:200]} ({error})")
    for _, secret, _, token in tokens(trial):
        algorithm = token.header.get("alg")
        expect(algorithm == "HS256", expected="`alg` HS256 in the token's header", seen=algorithm)
        expect(
            token.is_signed_by(secret.encode()),
            expected="a token signed with HS256 under the JWT_SECRET of the environment",
            seen="a signature of another key",
        )


@proves("jwt-tokens")
def test_the_subject_is_a_string(trial: Trial) -> None:
    """`sub` is a string."""
    for _, _, _, token in tokens(trial):
        found = token.claims.get("sub")
        expect(type(found) is str, expected="a string as `sub`", seen=f"the claims {token.claims}")


@proves("jwt-tokens")
def test_the_token_expires_when_it_should(trial: Trial) -> None:
    """`exp` lies JWT_EXPIRE_MINUTES ahead, whatever they are set to."""
    for account, _, minutes, token in tokens(trial):
        expires = token.claims.get("exp")
        earliest, latest = (moment + trial.wall + 60 * minutes for moment in window(account.logged_in))
        expect(
            is_number(expires) and earliest - TOLERANCE <= expires <= latest + TOLERANCE,
            expected=f"`exp` {minutes} minutes ahead, within 10 s, where JWT_EXPIRE_MINUTES is {minutes}",
            seen=ahead(expires, latest - 60 * minutes),
        )


def ahead(expires: Any, asked: float) -> str:
    """Say how far ahead of a request a claim lies."""
    return f"{(expires - asked) / 60:.1f} minutes ahead ({expires})" if is_number(expires) else repr(expires)


def is_number(value: Any) -> TypeGuard[float]:
    """Whether a claim is a JSON number."""
    return type(value) in (int, float)


def window(reply: Reply) -> tuple[float, float]:
    """Return when a request was under way, by the monotonic clock."""
    return reply.started, reply.ended


@proves("jwt-tokens")
def test_settings_come_from_the_environment(trial: Trial) -> None:
    """An API with another secret and other minutes starts, and gives tokens out."""
    if not trial.upgraded.is_whole:
        return  # refuted elsewhere, and there is nothing to serve
    served = trial.upgraded.served
    where = "an API with another JWT_SECRET (of 32 bytes) and JWT_EXPIRE_MINUTES"
    expect(served is not None, expected=f"{where} to start", seen="that it does not")
    if served is not None and is_good(served.account.registered):
        reply = served.account.logged_in
        expect(
            served.account.token is not None,
            expected=f"a token from {where}",
            seen=reply,
            repeat=reply.request,
        )


@proves("jwt-tokens")
def test_a_failed_login_does_not_tell_why(trial: Trial) -> None:
    """A wrong name and a wrong password answer 401, with the same detail."""
    accounts(trial)
    unknown = trial.people.unknown
    for what, reply in {"a name that nobody has": unknown, **trial.people.wrong}.items():
        expect(reply.status == 401, expected=f"401 for a login with {what}", seen=reply, repeat=reply.request)
        expect(
            detail_of(reply) == detail_of(unknown),
            expected="the same detail for a wrong name and a wrong password",
            seen=f"{unknown} and {reply}",
            repeat=reply.request,
        )


def detail_of(reply: Reply) -> object:
    """Return an answer's detail, or the whole of a body that has none."""
    body = reply.json()
    return body.get("detail", body) if isinstance(body, dict) else body
