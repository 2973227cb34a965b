"""Verdicts in the Common Test Report Format (https://ctrf.io): a test a requirement, its suite the kata."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from checker.renderers.plain import inert
from checker.renderers.shown import show
from checker.verdict import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.renderers.shown import Outcome, Row, Shown
    from checker.verdict import Verdict

SPECIFICATION: Final = "0.0.0"  # the working draft, which calls itself so
TOOL: Final = "interview-workbench"
STATUSES: Final[dict[Outcome, str]] = {"passed": "passed", "failed": "failed", "skipped": "skipped", "error": "other"}


def render_ctrf(verdicts: Sequence[Verdict]) -> str:
    """Return one JSON object in ASCII; no line of it is a command to a CI log."""
    shown = show(verdicts)
    whole = {
        "reportFormat": "CTRF",
        "specVersion": SPECIFICATION,
        "timestamp": datetime.fromtimestamp(last(shown), UTC).isoformat(timespec="seconds"),
        "generatedBy": TOOL,
        "results": results(shown),
    }
    return inert(json.dumps(whole, indent=2), hash_sign=r"\u0023")


def results(shown: Sequence[Shown]) -> dict[str, Any]:
    """Return the one run that a document describes: all verdicts together."""
    versions = {one.workbench for one in shown}
    return {
        "tool": {"name": TOOL, **({"version": versions.pop()} if len(versions) == 1 else {})},
        "summary": summary(shown),
        "tests": [test(one, row) for one in shown for row in one.rows],
        "environment": {"healthy": all(one.result is not Result.ERROR for one in shown)},
        "extra": {"verdicts": [verdict(one) for one in shown]},
    }


def summary(shown: Sequence[Shown]) -> dict[str, int]:
    """Return how many ended how, and when; in milliseconds, since 1970 or long."""
    counts = {word: sum(one.count(name) for one in shown) for name, word in STATUSES.items()}
    start = milliseconds(min((one.started for one in shown), default=0.0))
    stop = milliseconds(last(shown))
    tests = sum(len(one.rows) for one in shown)
    times = {"start": start, "stop": stop, "duration": stop - start}
    return {"tests": tests, **counts, "pending": 0, "suites": len(shown), **times}


def test(shown: Shown, row: Row) -> dict[str, Any]:
    """Return one requirement's result; how long it took is not told, as checks run beside each other."""
    return {
        "name": row.id,
        "status": STATUSES[row.outcome],
        "duration": 0,
        "suite": [shown.name],
        "rawStatus": row.status,
        "message": f"{row.title}: {row.message}",
        "tags": ["stretch"] if row.stretch else [],
        "labels": {"weight": row.weight},
    }


def verdict(shown: Shown) -> dict[str, Any]:
    """Return what the format has no field for."""
    names = ("kata", "title", "score", "cause", "log", "source", "commit", "tree", "stack", "isolation", "seconds")
    return {"suite": shown.name, "verdict": str(shown.result), **{name: getattr(shown, name) for name in names}}


def last(shown: Sequence[Shown]) -> float:
    """Return when the last verdict was reached."""
    return max((one.ended for one in shown), default=0.0)


def milliseconds(seconds: float) -> int:
    """Return whole milliseconds."""
    return round(seconds * 1000)
