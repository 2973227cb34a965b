"""The pytest plugin that turns checks into a stream of observations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TextIO

import pytest

from checker.kit.expect import NotRun, Refuted

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

MAX_TEXT: Final = 2_000  # characters of foreign text in one field


class Observer:
    """Writes a manifest, one observation a check, and an end; each at once."""

    def __init__(self, stream: TextIO, only: Sequence[str], first: Sequence[str] = ()) -> None:
        self._stream = stream
        self._only = frozenset(only)
        self._first = frozenset(first)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Refuse checks that are bound wrongly, drop what was not asked for, and write the manifest."""
        bound = {item.nodeid: requirement_of(item) for item in items}
        left_out = [item for item in items if self._only and bound[item.nodeid] not in self._only]
        kept = [item for item in items if item not in left_out]
        items[:] = sorted(kept, key=lambda item: bound[item.nodeid] not in self._first)
        config.hook.pytest_deselected(items=left_out)
        self._write({"manifest": [item.nodeid for item in items]})

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Write the observation when a check is decided: in its call, or in a set-up that did not succeed."""
        report = yield
        decided = call.when == "call" or (call.when == "setup" and call.excinfo is not None)
        if decided:
            error = call.excinfo.value if call.excinfo is not None else None
            self._write({"observation": {"check": item.nodeid, "requirement": requirement_of(item), **judged(error)}})
        elif call.excinfo is not None:
            self._write({"trouble": f"{item.nodeid}: {call.excinfo.value!r}"[:MAX_TEXT]})
        return report

    def pytest_sessionfinish(self) -> None:
        """Write the end."""
        self._write({"end": True})

    def _write(self, record: dict[str, Any]) -> None:
        self._stream.write(json.dumps(record) + "\n")
        self._stream.flush()


def requirement_of(item: pytest.Item) -> str:
    """Return the one requirement that a check is bound to; a `UsageError` where it is none or two."""
    markers = list(item.iter_markers("requirement"))
    if len(markers) != 1 or len(markers[0].args) != 1:
        raise pytest.UsageError(f"{item.nodeid} is bound to {len(markers)} requirements, not to one")
    return str(markers[0].args[0])


def judged(error: BaseException | None) -> dict[str, str]:
    """Return the outcome and texts of a check that ended with `error`."""
    if error is None:
        return {"outcome": "pass"}
    if isinstance(error, Refuted):
        texts = {"expected": error.expected, "seen": error.seen, "repeat": error.repeat}
        return {"outcome": "fail", **{name: text[:MAX_TEXT] for name, text in texts.items()}}
    if isinstance(error, NotRun):
        return {"outcome": "not-run", "seen": str(error)[:MAX_TEXT]}
    return {"outcome": "error", "detail": f"{type(error).__name__}: {error}"[:MAX_TEXT]}
