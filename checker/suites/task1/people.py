"""The users of the trial: who registers, who logs in, and who tries to without success."""

from __future__ import annotations

import secrets
import string
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.kit.accounts import Account, ask_for_token, log_in, open_account, register
from checker.kit.expect import Refuted
from checker.kit.tables import Row, all_rows, columns_of
from checker.suites.task1.meeting import locked_users, wait_until_waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.kit.database import Database
    from checker.kit.fixtures import Service
    from checker.kit.http import Reply

LETTERS: Final = string.ascii_lowercase + string.digits
SIGNS: Final = f"{string.punctuation} "  # every ASCII character that is neither letter, digit nor control
AT_ONCE: Final = 6  # the contract
RACES: Final = 2
CREATED: Final = 201
CONFLICT: Final = 409
REFUSED: Final = range(400, 600)
USELESS: Final = {"Authorization": "Bearer let.me.in"}


@dataclass(frozen=True)
class Race:
    """Several requests for one name, of digits, at once: the answers, and how many users of that name there are."""

    replies: list[Reply]
    rows: int | None

    @property
    def statuses(self) -> Counter[int | None]:
        """How many answers there are of each status."""
        return Counter(reply.status for reply in self.replies)

    @property
    def is_refused(self) -> bool:
        """Whether every request was told that the name cannot be had by anybody."""
        return all(reply.status in {400, 422} for reply in self.replies)

    @property
    def is_fair(self) -> bool:
        """Whether one request got the name and all others were told that it is taken."""
        return self.statuses == {CREATED: 1, CONFLICT: AT_ONCE - 1}


@dataclass(frozen=True)
class Taking:
    """A registration of a name that is taken, and a login with its password."""

    password: str
    reply: Reply
    login: Reply


@dataclass(frozen=True)
class People:
    """The users, the logins that had to fail, the race, and what the database held when all that was over."""

    extremes: Sequence[Account]  # with the shortest and the longest name and password
    owner: Account
    other: Account
    leaver: Account | None  # who won the race
    taking: Taking  # of the owner's name
    unknown: Reply  # a login with a name that nobody has
    wrong: dict[str, Reply]
    race: Race
    has_table: bool  # `users`, with the columns that the contract names
    stored: Sequence[Row]

    @property
    def all(self) -> list[Account]:
        """Everybody who registered."""
        return [*self.extremes, *([self.leaver] if self.leaver else [])]


def gather_people(service: Service, base: str) -> People:
    """Let everybody register and log in, side by side."""
    with ThreadPoolExecutor(2) as pool:
        short = pool.submit(open_account, base, a_name(3), some(12))
        long = pool.submit(open_account, base, a_name(32), f" {some(11)}{shuffled(SIGNS)}{some(18)} ")
        extremes = short.result(), long.result()
        first, second = (in_any_case(base, one) for one in extremes)
        pending = pool.submit(take, base, first.name)
        unknown, wrong = try_in_vain(base, first, second)
        taking = pending.result()
        race, leaver = run_race(service, base)
        rows = all_rows(service.database)
    has_table = has_users(service.database)
    return People(extremes, first, second, leaver, taking, unknown, wrong, race, has_table, rows)


def in_any_case(base: str, account: Account) -> Account:
    """Return the account or, where its name or password was not taken, one whose name and password are plain."""
    is_useless = account.registered.status in REFUSED or account.token is None
    return open_account(base, a_name(8), some(16)) if is_useless else account


def take(base: str, name: str) -> Taking:
    """Register a name that is taken, with a password of one's own, and try to log in with that."""
    password = some(14)
    return Taking(password, register(base, name, password).result(), ask_for_token(base, name, password).result())


def try_in_vain(base: str, owner: Account, other: Account) -> tuple[Reply, dict[str, Reply]]:
    """Ask for tokens that must not be given: with a name that nobody has, and by what is wrong with the password."""
    last = other.password[-1]
    logins = {
        "a password whose last character is another one": (other.name, other.password[:-1] + chr(ord(last) ^ 1)),
    }
    unknown = ask_for_token(base, a_name(12), owner.password)
    pending = {what: ask_for_token(base, name, password) for what, (name, password) in logins.items()}
    return unknown.result(), {what: reply.result() for what, reply in pending.items()}


def some(length: int, characters: str = LETTERS) -> str:
    """Return random characters."""
    return "".join(secrets.choice(characters) for _ in range(length))


def a_name(length: int) -> str:
    """Return a name that begins with a letter: whether digits alone are taken is seen by the race."""
    return some(1, string.ascii_lowercase) + some(length - 1)


def shuffled(characters: str) -> str:
    """Return the same characters in a random order."""
    return "".join(secrets.SystemRandom().sample(characters, len(characters)))


def run_race(service: Service, base: str) -> tuple[Race, Account | None]:
    """Let several requests ask for one name while the table takes no rows: all have looked before one writes.

    A race that was fair, though not all had come when it began, is run once more: it may have been luck. Whoever gets
    the name logs in, with a header that is good for nothing, as clients send it whose token has expired.
    """
    for _ in range(RACES):
        name, passwords = some(9, string.digits), [some(16) for _ in range(AT_ONCE)]
        with locked_users(service, "SHARE ROW EXCLUSIVE") as is_closed:
            pending = [register(base, name, password) for password in passwords]
            all_came = wait_until_waiting(service.database, pending)
        replies = [one.result() for one in pending]
        race = Race(replies, count_users(service.database, name))
        if not race.is_fair or (is_closed and all_came):
            break
    for password, reply in zip(passwords, replies, strict=True):
        if reply.status == CREATED:
            return race, log_in(base, name, password, reply, headers=USELESS)
    return race, None


def has_users(database: Database) -> bool:
    """Whether there is the table that the contract names."""
    return {"id", "username"} <= set(columns_of(database, "users"))


def count_users(database: Database, name: str) -> int | None:
    """Return how many users have a name; None where the table or its column is not there."""
    try:
        return int(database.rows("SELECT count(*) FROM public.users WHERE username = %s", name)[0][0])
    except Refuted:
        return None
