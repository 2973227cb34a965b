"""The verdict as JSON (the contract, section 4)."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from checker.renderers.plain import inert, plain
from checker.verdict import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.verdict import RequirementResult, Verdict


def render_json(verdicts: Sequence[Verdict]) -> str:
    """Return one JSON object in ASCII: the verdict, or several under `results`; no line is a command to a CI log."""
    objects = [as_data(verdict) for verdict in verdicts]
    whole = objects[0] if len(objects) == 1 else {"schema": SCHEMA, "results": objects}
    return inert(json.dumps(whole, indent=2), hash_sign=r"\u0023")


def as_data(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain data."""
    return {
        "schema": SCHEMA,
        "kata": verdict.kata.id,
        "verdict": str(verdict.result),
        "score": verdict.score,
        "seconds": verdict.seconds,
        "requirements": [requirement_data(one) for one in verdict.requirements],
        "cause": None if verdict.cause is None else plain(verdict.cause),
        "hints_taken": verdict.hints_taken,
        "submission": {key: value for key, value in asdict(verdict.origin).items() if key in shown(verdict)},
        "stack": verdict.stack,
        "workbench": verdict.workbench,
    }


def shown(verdict: Verdict) -> set[str]:
    """Return the keys of the origin that the contract shows: the path or the repository, and what git calls it."""
    return {"repository" if verdict.origin.repository else "path", "commit", "tree"}


def requirement_data(one: RequirementResult) -> dict[str, Any]:
    """Return one requirement's result as plain data."""
    return {
        "id": one.requirement.id,
        "title": one.requirement.title,
        "status": str(one.status),
        "weight": one.requirement.weight,
        "stretch": one.requirement.stretch,
        "message": plain(one.message),
        "hint": one.hint,
    }
