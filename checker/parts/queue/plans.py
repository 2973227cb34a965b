"""Fault plans: which requests of a lane get which fault. Arithmetic alone, no I/O."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from checker.parts.queue.calls import DATA_OPERATIONS
from checker.parts.queue.faults import Fault, read_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from checker.parts.queue.calls import Call

Scope = Literal["each", "message"]
Then = Literal["pass", "repeat-last"]
FIELDS = frozenset({"operations", "scope", "faults", "then", "claims"})


@dataclass(frozen=True, slots=True)
class Plan:
    """An order to a lane, as docs/reference/queue-front.md describes it.

    `claims` is how many messages (scope `message`) or requests (scope `each`) the plan takes; null is all.
    """

    faults: tuple[Fault, ...]
    operations: frozenset[str] = DATA_OPERATIONS
    scope: Scope = "each"
    then: Then = "pass"
    claims: int | None = None

    def fault_at(self, attempt: int) -> Fault | None:
        """Return what the attempt with that index (from 0) gets; null is to pass it on."""
        if attempt < len(self.faults):
            return self.faults[attempt]
        return self.faults[-1] if self.then == "repeat-last" else None


def read_plan(data: Mapping[str, Any]) -> Plan:
    """Make a plan of its JSON; `ValueError` says which key or value is wrong."""
    if unknown := set(data) - FIELDS:
        raise ValueError(f"a plan has no {sorted(unknown)}")
    faults = tuple(read_fault(fault) for fault in data.get("faults", ()))
    named = data.get("operations")
    plan = Plan(
        faults=faults,
        operations=DATA_OPERATIONS if named is None else frozenset(named),
        scope=data.get("scope", "each"),
        then=data.get("then", "pass"),
        claims=data.get("claims"),
    )
    _check(plan)
    return plan


def _check(plan: Plan) -> None:
    if not plan.faults:
        raise ValueError("a plan has at least one fault")
    if not plan.operations or plan.operations - DATA_OPERATIONS:
        raise ValueError(f"a plan's operations are some of {sorted(DATA_OPERATIONS)}")
    if plan.scope not in get_args(Scope) or plan.then not in get_args(Then):
        raise ValueError(f"a plan's scope is one of {get_args(Scope)} and its then one of {get_args(Then)}")
    if plan.claims is not None and plan.claims < 1:
        raise ValueError("a plan's claims are at least 1, or null for all")


class Plans:
    """The plans of one lane in their order, with how far each has come."""

    def __init__(self) -> None:
        self._running: list[_Running] = []
        self._seen: set[tuple[str, ...]] = set()

    def add(self, plan: Plan) -> None:
        """Put `plan` behind those that are there."""
        self._running.append(_Running(plan))

    def clear(self) -> None:
        """Forget every plan; messages that were seen stay seen."""
        self._running.clear()

    def decide(self, call: Call) -> Fault | None:
        """Return the fault that `call` gets, and count it; null is to pass it on."""
        messages = call.messages
        is_new = messages not in self._seen
        self._seen.add(messages)
        for running in self._running:
            if running.takes(call.operation, messages, is_new=is_new):
                return running.next_fault(call.operation, messages)
        return None


class _Running:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._attempts: Counter[tuple[str, ...]] = Counter()

    def takes(self, operation: str, messages: tuple[str, ...], *, is_new: bool) -> bool:
        if operation not in self._plan.operations:
            return False
        if self._plan.scope == "each":
            return self._plan.claims is None or self._attempts.total() < self._plan.claims
        if messages in self._attempts:
            return True
        return bool(messages) and is_new and (self._plan.claims is None or len(self._attempts) < self._plan.claims)

    def next_fault(self, operation: str, messages: tuple[str, ...]) -> Fault | None:
        key = (operation,) if self._plan.scope == "each" else messages
        self._attempts[key] += 1
        return self._plan.fault_at(self._attempts[key] - 1)
