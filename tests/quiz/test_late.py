"""A store that is opened when there is something to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quiz.late import LateStore
from quiz.session import Conclusion, Kept, Mark, Plan, Session

if TYPE_CHECKING:
    from tests.quiz.conftest import Bench

KEPT = Kept("000000", "Ada", Plan(("q1", "q2")), 7.0)


class Opener:
    """Begins an interview in the bench's store, having failed so many times before."""

    def __init__(self, bench: Bench, failures: int = 0) -> None:
        self.bench = bench
        self.failures = failures
        self.begun = 0

    def __call__(self, kept: Kept) -> object:
        """Begin it."""
        self.begun += 1
        if self.begun <= self.failures:
            raise OSError(28, "No space left on device")
        assert self.bench.store.create(kept.candidate, kept.plan, kept.started) == kept.id
        return self.bench.store


def session_over(bench: Bench, opener: Opener) -> Session:
    """Begin an interview whose store is opened late."""
    late = LateStore(KEPT, opener)  # type: ignore[arg-type]  # the opener returns what the fixture holds
    session = Session.resume(bench.bank, late, KEPT.id)
    assert opener.begun == 0
    late.ready()
    return session


def test_nothing_is_opened_before_something_is_kept_and_then_once(bench: Bench) -> None:
    """The first tick begins the interview, with its candidate, plan and time; it is begun once."""
    opener = Opener(bench)
    session = session_over(bench, opener)
    session.tick()
    assert bench.store.load(KEPT.id) == Kept("000000", "Ada", KEPT.plan, 7.0, sheets=bench.store.load(KEPT.id).sheets)
    assert bench.store.load(KEPT.id).sheets["q1"].asked
    session.go(1)
    session.mark("types", Mark.COVERED)
    session.conclude(Conclusion(note="done"))
    session.end()
    kept = bench.store.load(KEPT.id)
    assert (kept.position, kept.sheets["q2"].marks, kept.conclusion.note) == (1, {"types": Mark.COVERED}, "done")
    assert kept.ended is not None
    assert opener.begun == 1


def test_a_store_that_cannot_be_opened_is_heard_and_tried_again(bench: Bench) -> None:
    """What could not be kept raises, and the next change keeps everything."""
    session = session_over(bench, Opener(bench, failures=1))
    with pytest.raises(OSError, match="No space left"):
        session.write_note("lost")
    session.write_note("kept")
    assert bench.store.load(KEPT.id).sheets["q1"].note == "kept"
