"""user-accounts: registering, names that are taken, passwords that stay secret, and a migration that loses nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from checker.kit.accounts import token_of as given_token
from checker.kit.expect import expect, proves
from checker.suites.task1.judging import edges, token_of
from checker.suites.task1.people import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.kit.http import Reply
    from checker.suites.task1.people import People
    from checker.suites.task1.trial import Trial

NOT_VALID: Final = (400, 422)  # where a framework repeats what was sent, and the request was not one of the contract's


@proves("user-accounts")
def test_registering_answers_with_id_and_name(trial: Trial) -> None:
    """Names of 3 to 32 letters and digits with passwords of 12 to 64 characters are accepted."""
    for account in trial.people.extremes:
        reply = account.registered
        what = f"a name of {len(account.name)} and a password of {len(account.password)} characters{edges(account)}"
        expect(reply.status == 201, expected=f"201 for registering {what}", seen=reply, repeat=reply.request)
        body = reply.json()
        right = isinstance(body, dict) and type(body.get("id")) in (int, str) and body.get("username") == account.name
        expect(right, expected='{"id": integer or string, "username": the name}', seen=reply, repeat=reply.request)


@proves("user-accounts")
def test_users_stand_in_a_table_of_that_name(trial: Trial) -> None:
    """There is a table `users` with the columns `id` and `username`."""
    expect(trial.people.has_table, expected="a table `users` with columns `id` and `username`", seen="none")


@proves("user-accounts")
def test_a_taken_name_is_refused(trial: Trial) -> None:
    """A name that is taken answers 409, and stays whose it was."""
    reply = trial.people.taking.reply
    expect(reply.status == 409, expected="409 for a name that is taken", seen=reply, repeat=reply.request)
    login = trial.people.taking.login
    expect(
        given_token(login) is None,
        expected="no token for the password of a registration that was refused",
        seen=login,
        repeat=login.request,
    )


@proves("user-accounts")
def test_one_of_several_at_once_gets_the_name(trial: Trial) -> None:
    """Where six ask for a name at the same time one of them gets it, and the others 409."""
    race = trial.people.race
    expect(
        not race.is_refused,
        expected="201 for registering a name of digits alone",
        seen=race.replies[0],
        repeat=race.replies[0].request,
    )
    expect(
        race.is_fair,
        expected=f"one 201 and {AT_ONCE - 1} times 409 where {AT_ONCE} requests ask for one name at the same time",
        seen=", ".join(f"{count} times {status}" for status, count in race.statuses.items()),
        repeat=race.replies[0].request,
    )
    expect(race.rows in {1, None}, expected="one user of that name", seen=f"{race.rows} rows in users")


@proves("user-accounts")
def test_a_password_never_comes_back(trial: Trial) -> None:
    """No answer holds the password that was sent, nor does a token."""
    for password, what, reply in answers(trial.people):
        text = "" if reply.status in NOT_VALID else shown(reply.body)
        expect(password not in text, expected=f"no password in the answer to {what}", seen=text[:300])
    for account in trial.people.all:
        token = token_of(account)
        text = "" if token is None else json.dumps([token.header, token.claims], ensure_ascii=False)
        expect(account.password not in text, expected="no password in a token", seen=text[:300])


def answers(people: People) -> Iterator[tuple[str, str, Reply]]:
    """Yield passwords, what they were sent for, and what was answered."""
    for account in people.all:
        yield account.password, "registering", account.registered
        yield account.password, "logging in", account.logged_in
    yield people.taking.password, "registering a name that is taken", people.taking.reply
    yield people.owner.password, "a login with a wrong name", people.unknown


def shown(body: bytes) -> str:
    """Return a body as text, JSON without its escapes."""
    text = body.decode("utf-8", "replace")
    return text.replace('\\"', '"').replace("\\\\", "\\").replace("\\/", "/")


@proves("user-accounts")
def test_no_password_can_be_had_from_the_database(trial: Trial) -> None:
    """No table holds a password in clear, nor what a fast hash makes of it."""
    expect(
        not trial.found,
        expected="no password in the database, neither in clear nor under a fast hash",
        seen=" and ".join(trial.found),
    )


@proves("user-accounts")
def test_the_migration_keeps_every_task(trial: Trial) -> None:
    """A database that held tasks at revision 0001 can be upgraded, and holds the same tasks then, and users."""
    upgraded = trial.upgraded
    expect(
        upgraded.failure is None,
        expected="`alembic upgrade head` to work on a database at revision 0001 that holds tasks",
        seen=upgraded.failure,
    )
    ids, left = [row[0] for row in upgraded.before], [row[0] for row in upgraded.after]
    gone = [one for one in ids if one not in left]
    changed = [row[0] for row in upgraded.before if row[0] in left and row not in upgraded.after]
    expect(
        upgraded.after == upgraded.before,
        expected=f"the {len(ids)} tasks (id {ids}; others had been deleted) as they were before `alembic upgrade head`",
        seen=f"{len(left)} tasks (id {left}); gone are {gone}, and changed are {changed}",
    )
    expect(
        upgraded.has_table or not trial.people.has_table,
        expected="`users` in a database that was at revision 0001 and was upgraded (0001 stays as it is)",
        seen="no such table there",
    )
