"""A verdict as plain data and back, whole: what a journal keeps until its batch is done."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from checker.verdict import Finding, Origin, RequirementResult, Result, Status, Verdict

if TYPE_CHECKING:
    from checker.catalog import Kata

PLAIN: Final = ("stack", "workbench", "cause", "log", "seconds", "ended", "hints_taken", "isolation")


def to_data(verdict: Verdict) -> dict[str, Any]:
    """Return all that a renderer may show of a verdict; its observations are not among that."""
    return {
        "kata": verdict.kata.id,
        "result": str(verdict.result),
        "origin": asdict(verdict.origin),
        "requirements": [
            {
                "id": one.requirement.id,
                "status": str(one.status),
                "hint": one.hint,
                "findings": [asdict(finding) for finding in one.findings],
            }
            for one in verdict.requirements
        ],
        **{name: getattr(verdict, name) for name in PLAIN},
    }


def from_data(data: dict[str, Any], kata: Kata) -> Verdict:
    """Return the verdict that `to_data` took apart; `ValueError`, `KeyError` or `TypeError` where it did not."""
    if data["kata"] != kata.id:
        raise ValueError(f"a verdict of {data['kata']}")
    known = {one.id: one for one in kata.requirements}
    requirements = tuple(
        RequirementResult(
            known[one["id"]],
            Status(one["status"]),
            tuple(Finding(**finding) for finding in one["findings"]),
            one["hint"],
        )
        for one in data["requirements"]
    )
    plain = {name: data[name] for name in PLAIN}
    return Verdict(
        kata=kata, result=Result(data["result"]), requirements=requirements, origin=Origin(**data["origin"]), **plain
    )
