"""What several of task1's checks need to judge a trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.kit.expect import NotRun, expect
from checker.kit.tokens import Token, read_token
from checker.suites.task1.owning import PROMISED_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checker.kit.accounts import Account
    from checker.kit.http import Reply
    from checker.suites.task1.owning import Meddling, Seen, TaskRow
    from checker.suites.task1.trial import Ending, Trial

REFUSALS = (403, 404)  # the contract: of a task that is another's


def is_good(reply: Reply) -> bool:
    """Whether a request succeeded, with whichever status."""
    return reply.status is not None and 200 <= reply.status < 300


def accounts(trial: Trial) -> list[Account]:
    """Return the users who could register; without one there is nothing to log in with.

    The one who logged in with a useless token beside the password is left out: what that breaks is not the login.
    """
    people = trial.people
    everybody = {one.name: one for one in (*people.extremes, people.owner, people.other)}
    found = [one for one in everybody.values() if is_good(one.registered)]
    if not found:
        raise NotRun("no user could register")
    return found


def edges(account: Account) -> str:
    """Say what is easily overlooked in a password."""
    return ", the first and the last of which are spaces" if account.password.strip() != account.password else ""


def tokens(trial: Trial) -> list[tuple[Account, str, int, Token]]:
    """Return the tokens that are JWTs, each with its user, the secret, and the minutes that it is good for."""
    given = [(trial.people.owner, trial.secret, 30), (trial.people.other, trial.secret, 30)]
    served = trial.upgraded.served
    if served is not None:
        given.append((served.account, served.secret, served.minutes))
    return [
        (account, secret, minutes, token)
        for account, secret, minutes in given
        if (token := token_of(account)) is not None
    ]


def token_of(account: Account) -> Token | None:
    """Return a user's token taken apart; None where there is none or it is no JWT."""
    try:
        return read_token(account.token or "")
    except ValueError:
        return None


def needs_token(trial: Trial) -> None:
    """Leave a check out where there is no token to make it with."""
    if trial.people.owner.token is None:
        raise NotRun(f"no token can be had: {trial.people.owner.logged_in}")


def needs_tasks(trial: Trial) -> Seen:
    """Return what was seen of tasks; leave a check out where none could be made."""
    needs_token(trial)
    if trial.seen is None:
        raise NotRun("no tasks could be made with a token")
    return trial.seen


def needs_ending(trial: Trial) -> Ending:
    """Return what was seen after the worker had done its work; likewise."""
    needs_tasks(trial)
    if trial.ending is None:
        raise NotRun("no tasks could be made with a token")
    return trial.ending


def expect_untouched(meddling: Iterable[Meddling], whose: str) -> None:
    """Refute that a task is out of reach for somebody whose it is not."""
    for one in meddling:
        for what, reply in one.replies.items():
            expect(
                reply.status in REFUSALS,
                expected=f"404 (or 403) for {what} of {whose}",
                seen=reply,
                repeat=reply.request,
            )
        expect(
            one.after == one.before,
            expected=f"{whose} not to be changed by {', '.join(one.replies)}",
            seen=changed_columns(one.before, one.after),
        )


def changed_columns(before: TaskRow | None, after: TaskRow | None) -> str:
    """Say what is different in a task's row."""
    if before is None or after is None:
        return "the task is gone" if after is None else "the task is there"
    pairs = zip(PROMISED_COLUMNS, before, after, strict=True)
    return "; ".join(f"{name} was {old}, is {new}" for name, old, new in pairs if old != new)
