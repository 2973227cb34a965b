"""Verdicts in the records, on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.verdict import Origin
from records.verdicts import KeptRequirement, VerdictStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.verdict import Verdict
    from records.connection import Records


@pytest.fixture
def store(records: Records) -> VerdictStore:
    """Return the store of verdicts of new records."""
    return VerdictStore(records)


def test_a_verdict_comes_back(store: VerdictStore, make_verdict: Callable[..., Verdict]) -> None:
    """Result, score, each requirement and what was graded are kept, in the order in which they came."""
    origin = Origin(path="/home/ada/tiny", commit="a" * 40, tree="b" * 64)
    store.add(make_verdict("fail", "pass", origin=origin, hints_taken=2), " Ada  Lovelace")
    store.add(make_verdict("not-run", "not-run", cause="it does not start\x00"))
    first, second = store.all()
    assert (first.candidate, first.kata, first.verdict, first.score) == ("Ada Lovelace", "tiny", "fail", 33)
    assert first.requirements == (
        KeptRequirement("alpha", "Alpha works", "fail", 2, stretch=False),
        KeptRequirement("beta", "Beta works", "pass", 1, stretch=False),
    )
    assert (first.source, first.commit, first.tree) == ("/home/ada/tiny", "a" * 40, "b" * 64)
    assert (first.hints_taken, first.seconds, first.stack, first.workbench) == (2, 1.25, "local", "0.1.0")
    assert (second.candidate, second.cause) == (None, "it does not start�")
    assert first.at <= second.at


def test_a_candidate_has_a_history(store: VerdictStore, make_verdict: Callable[..., Verdict]) -> None:
    """Verdicts are found by the name, upper and lower case aside, and never those without one."""
    for candidate in ("Ada", None, "ADA", "Bob", ""):
        store.add(make_verdict("pass", "pass", result="pass"), candidate)
    assert [one.candidate for one in store.of("ada")] == ["Ada", "ADA"]
    assert [one.candidate for one in store.of("")] == [""]
