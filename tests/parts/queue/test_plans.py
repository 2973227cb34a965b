"""Which request gets which fault."""

from __future__ import annotations

import pytest

from checker.parts.queue.calls import Call, Entry
from checker.parts.queue.faults import KINDS, Reset, ServerError, Throttle, read_fault
from checker.parts.queue.plans import Plans, read_plan

RESET = {"kind": "reset"}
THROTTLE = {"kind": "throttle"}


def send(body: str) -> Call:
    """Return a send of `body`."""
    return Call("json", "SendMessage", body=body)


def kinds(plans: Plans, calls: list[Call]) -> list[str | None]:
    """Return what each of `calls` gets, by its kind."""
    return [fault.kind if (fault := plans.decide(call)) else None for call in calls]


def plans_of(*orders: dict[str, object]) -> Plans:
    """Return the plans that `orders` make."""
    plans = Plans()
    for order in orders:
        plans.add(read_plan(order))
    return plans


@pytest.mark.parametrize(
    ("order", "seen"),
    [
        ({"faults": [RESET, THROTTLE]}, ["reset", "throttle", None, None]),
        ({"faults": [RESET], "then": "repeat-last"}, ["reset"] * 4),
        ({"faults": [RESET], "then": "repeat-last", "claims": 2}, ["reset", "reset", None, None]),
        ({"faults": [RESET], "operations": ["DeleteMessage"]}, [None] * 4),
    ],
)
def test_each_request_takes_the_next_fault(order: dict[str, object], seen: list[str | None]) -> None:
    """Scope `each` counts requests, whatever they carry."""
    assert kinds(plans_of(order), [send("a"), send("b"), send("a"), send("c")]) == seen


def test_each_operation_has_its_own_count() -> None:
    """A plan over two operations begins its list for each of them."""
    plans = plans_of({"faults": [RESET], "operations": ["SendMessage", "ReceiveMessage"]})
    receive = Call("json", "ReceiveMessage")
    assert kinds(plans, [send("a"), receive, send("a"), receive]) == ["reset", "reset", None, None]


def test_each_message_has_its_own_list() -> None:
    """Scope `message` counts the attempts of one message, however they are mixed with others."""
    plans = plans_of({"faults": [RESET, THROTTLE], "scope": "message"})
    calls = [send(body) for body in "abbaab"]
    assert kinds(plans, calls) == ["reset", "reset", "throttle", "throttle", None, None]


def test_messages_beyond_the_claims_fall_to_the_next_plan() -> None:
    """A plan claims so many new messages; an attempt of an older one is nobody's."""
    plans = plans_of(
        {"faults": [RESET], "scope": "message", "claims": 1, "then": "repeat-last"},
        {"faults": [THROTTLE], "scope": "message", "claims": 1},
    )
    assert kinds(plans, [send(body) for body in "abcabc"]) == ["reset", "throttle", None, "reset", None, None]


def test_a_message_that_was_seen_before_the_plan_is_not_new() -> None:
    """A retry that is under way is not claimed as somebody's first attempt."""
    plans = Plans()
    assert plans.decide(send("a")) is None
    plans.add(read_plan({"faults": [RESET], "scope": "message"}))
    assert kinds(plans, [send("a"), send("b")]) == [None, "reset"]


def test_deletes_and_batches_are_messages_too() -> None:
    """A delete is known by its receipt, a batch by all of its bodies, a receive by nothing."""
    plans = plans_of({"faults": [RESET], "scope": "message"})
    delete = Call("json", "DeleteMessage", receipt_handle="r")
    batch = Call("json", "SendMessageBatch", entries=(Entry("1", "a"), Entry("2", "b")))
    receive = Call("json", "ReceiveMessage")
    assert kinds(plans, [delete, delete, batch, batch, receive]) == ["reset", None, "reset", None, None]


def test_cleared_plans_are_gone() -> None:
    """After `clear` everything passes."""
    plans = plans_of({"faults": [RESET], "then": "repeat-last"})
    plans.clear()
    assert kinds(plans, [send("a")]) == [None]


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"faults": []},
        {"faults": [RESET], "scopes": "each"},
        {"faults": [RESET], "scope": "all"},
        {"faults": [RESET], "then": "stop"},
        {"faults": [RESET], "claims": 0},
        {"faults": [RESET], "operations": []},
        {"faults": [RESET], "operations": ["CreateQueue"]},
        {"faults": [{"kind": "explode"}]},
        {"faults": [{"kind": "reset", "status": 500}]},
        {"faults": [{"kind": "hang", "seconds": 0}]},
        {"faults": [{"kind": "server-error", "status": 499}]},
        {"faults": [{"kind": "server-error", "body": "xml"}]},
        {"faults": [{"kind": "throttle", "code": "Throttling"}]},
        {"faults": [{"kind": "throttle", "status": 200}]},
        {"faults": [{"kind": "malformed", "code": "AccessDenied"}]},
    ],
)
def test_a_wrong_order_is_refused(order: dict[str, object]) -> None:
    """A typing error in a suite must not become a plan that does nothing."""
    with pytest.raises(ValueError, match=r"."):
        read_plan(order)


def test_faults_are_read_with_their_defaults() -> None:
    """A fault's JSON names its kind; the rest may be left out."""
    assert read_fault(RESET) == Reset()
    assert read_fault({"kind": "server-error"}) == ServerError(503, "json")
    assert read_fault({"kind": "throttle", "status": 429}) == Throttle("RequestThrottled", 429)
    assert set(KINDS) == {"reset", "hang", "server-error", "throttle", "deny", "unknown-queue", "malformed"}
