"""The load of a kata as it is written down."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from checker.catalog import Catalog
from checker.lab.plan import MAX_AT_ONCE, MIX, Entry, Load

MODEL_CONNECTIONS = 15  # what SQLAlchemy's pool has, where nothing is said: more at once would be a fault of the load's


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"weight": 2}, "either a path or a message"),
        ({"path": "/tasks", "message": "{}"}, "either a path or a message"),
        ({"path": "tasks"}, "path"),
        ({"path": "/tasks/{task}"}, "no such placeholder: task"),
        ({"path": "/tasks", "body": {"deep": [{"title": "{nothing}"}]}}, "no such placeholder: nothing"),
        ({"path": "/tasks", "method": "PATCH"}, "method"),
        ({"path": "/tasks", "weight": 0}, "weight"),
        ({"path": "/tasks", "verb": "GET"}, "verb"),
    ],
)
def test_an_entry_that_means_nothing_is_refused(data: dict[str, object], said: str) -> None:
    """Whoever writes a mix is told what is wrong with it."""
    with pytest.raises(ValidationError, match=said):
        Entry.model_validate(data)


@pytest.mark.parametrize(
    "data", [{"rate": 0}, {"rate": 1000}, {"at_once": MAX_AT_ONCE + 1}, {"rows": -1}, {"requests": []}]
)
def test_a_load_without_bounds_is_refused(data: dict[str, object]) -> None:
    """No kata asks for more than a machine of two cores can give."""
    with pytest.raises(ValidationError):
        Load.model_validate(data)


def test_placeholders_are_found_everywhere() -> None:
    """Path, headers and body are looked through, and a message."""
    entry = Entry(path="/a/{id}", headers={"X": "{number}"}, body={"a": ["{random}"]})
    assert entry.placeholders() == {"id", "number", "random"}
    assert Entry(message='{"task_id": {missing}}').placeholders() == {"missing"}


@pytest.mark.parametrize("kata", Catalog().ids())
def test_no_kata_spends_the_pool_by_its_load(kata: str) -> None:
    """A service as it should be has connections left under each kata's load, and something makes tasks."""
    load = Catalog().load(kata).load
    assert load.at_once < MODEL_CONNECTIONS
    assert load.rows or any(entry.method == "POST" and entry.path == "/tasks" for entry in load.requests)


def test_the_usual_mix_makes_asks_changes_and_errs() -> None:
    """It creates, reads, lists and changes tasks, and asks for a 404 and a 422."""
    labels = [entry.label for entry in MIX]
    assert {"POST /tasks", "GET /tasks/{id}", "PUT /tasks/{id}", "GET /tasks/{missing}"} < set(labels)
    assert labels.count("POST /tasks") == 2
