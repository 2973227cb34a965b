"""What a page costs: the statements that it came to, and the rows that they returned and read."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from checker.kit.database import Database
from checker.kit.plans import reading, returned
from checker.kit.statements import Executed, Statement, StatementLog
from checker.suites.task3.pages import Page

MORE_RETURNED: Final = 10  # rows beyond the limit; the contract
MORE_READ: Final = 20  # rows beyond twice the limit; the contract
ENORMOUS: Final = 5_000  # rows
COUNTED_SECONDS: Final = 1.1  # PGSTAT_MIN_INTERVAL of PostgreSQL, and some more
COUNTERS: Final = """
SELECT (SELECT seq_tup_read FROM pg_stat_user_tables WHERE relid = 'public.tasks'::regclass)
     + (SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes WHERE relid = 'public.tasks'::regclass)
"""

Ask = Callable[[], Page | None]


@dataclass(frozen=True)
class Cost:
    """One page, and the statements that it came to."""

    page: Page
    limit: int
    executed: Executed
    hidden: float = 0.0  # rows of tasks that were read for cursors which never came to an end

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements that came to an end."""
        return self.executed.statements

    @property
    def texts(self) -> list[str]:
        """The texts of all statements."""
        return [*(one.text for one in self.statements), *self.executed.unfinished]

    @property
    def returned(self) -> float:
        """The rows that came back."""
        return sum(rows for rows, _ in self.returned_by)

    @property
    def returned_by(self) -> list[tuple[float, str]]:
        """The rows that came back, and the text, of each statement that no function ran."""
        return [(returned(one.plan), one.text) for one in self.statements if not one.nested]

    @property
    def read(self) -> float:
        """The rows of tasks that were read, those for one count left out."""
        return sum(rows for rows, _ in self.read_by) + self.hidden

    @property
    def read_by(self) -> list[tuple[float, str]]:
        """The rows of tasks that each statement read, and its text; the count that read the most is left out."""
        readings = [reading(one.plan, "tasks") for one in self.statements]
        counts = [max(one.for_counts, default=0.0) for one in readings]
        spared = counts.index(max(counts, default=0.0)) if counts else None
        return [
            (one.rows - (counts[number] if number == spared else 0.0), self.statements[number].text)
            for number, one in enumerate(readings)
        ]

    @property
    def rows(self) -> tuple[float, float]:
        """Both, to tell which of two costs is less."""
        return self.read, self.returned

    @property
    def is_enormous(self) -> bool:
        """Whether so many rows came back that nothing more has to be known, and more of the kind would take minutes."""
        return max(self.returned, self.hidden) > ENORMOUS

    @property
    def within_bounds(self) -> bool:
        """Whether neither bound is exceeded."""
        return self.returned <= self.limit + MORE_RETURNED and self.read <= 2 * self.limit + MORE_READ


@dataclass(frozen=True)
class Meter:
    """Finds what a page costs."""

    log: StatementLog
    database: Database

    def cost(self, limit: int, ask: Ask) -> Cost | None:
        """Ask for a page while the database's log is read; None where no link led to it."""
        page, executed = self.log.during(ask)
        if page is None:
            return None
        return Cost(page, limit, executed, self._hidden_rows(ask) if executed.unfinished else 0.0)

    def _hidden_rows(self, ask: Ask) -> float:
        """Return how many rows of tasks a page reads beside those that its plans tell of, by the server's counters.

        A session adds to the counters when it falls idle and has not done so for a second: the first page leaves none
        of its rows for the second.
        """
        time.sleep(COUNTED_SECONDS)
        ask()
        before = self._counters()
        time.sleep(COUNTED_SECONDS)
        _, executed = self.log.during(ask)
        explained = sum(reading(one.plan, "tasks").rows for one in executed.statements)
        return max(0.0, self._counters() - before - explained)

    def _counters(self) -> float:
        return float(self.database.rows(COUNTERS)[0][0])
