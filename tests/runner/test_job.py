"""What a run is told and what it tells back, through a pipe."""

from __future__ import annotations

import json

import pytest

from checker.runner.job import Job, Observation, Outcome, Patience, Preparation


def test_a_preparation_crosses_the_pipe() -> None:
    """It comes back as it was, in one line."""
    patience = Patience(migration=1.5, ready=2.5, checks=3.5)
    sent = Preparation("/suite", "/run", "none", ("a",), ("b", "c"), patience, explain=True, hidden=("/x",))
    assert "\n" not in sent.to_json()
    assert Preparation.from_json(sent.to_json()) == sent
    assert Preparation.from_json(Preparation("/suite", "/run", "none").to_json()).patience == Patience()


def test_a_job_crosses_the_pipe() -> None:
    """The same for the submission, odd names included."""
    sent = Job("/a b\n☃", "/venv", "/client")
    assert "\n" not in sent.to_json()
    assert Job.from_json(sent.to_json()) == sent


@pytest.mark.parametrize("kind", ["complete", "stopped", "broken"])
def test_an_outcome_crosses_the_pipe(kind: str) -> None:
    """The same for the outcome with all its observations."""
    seen = (Observation("c", "alpha", "fail", "a", "b\n", "c", "d"), Observation("e", "beta", "pass"))
    sent = Outcome(kind, seen, "because", "log\nlog", explained=False, isolation="none", phases={"a": 0.5})  # type: ignore[arg-type]  # a word of a table
    assert "\n" not in sent.to_json()
    assert Outcome.from_data(json.loads(sent.to_json())) == sent
