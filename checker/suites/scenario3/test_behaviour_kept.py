"""behaviour-kept: what the service offered before it was mended, it offers still."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checker.kit.expect import Refuted, expect, proves
from checker.kit.tasks import items_of, task_of
from checker.suites.scenario3.bench import ANNOUNCED_SECONDS, DEAD_LETTERS, GRACE_SECONDS, message, until
from checker.suites.scenario3.poison import COMEBACK_SECONDS

if TYPE_CHECKING:
    from checker.suites.scenario3.bench import Bench
    from checker.suites.scenario3.trial import Trial

NOWHERE: Final = 2_000_000_000
KEPT: Final = ("id", "title", "description", "status")  # that a task was announced may count as an update
WRONG: Final[tuple[dict[str, object], ...]] = ({}, {"title": ""}, {"title": "x" * 201}, {"title": 7})


@proves("behaviour-kept")
def test_tasks_are_made_announced_and_completed(bench: Bench) -> None:
    """201 and pending; the message within 5 s; completed by the worker, which shows in the events."""
    bench.pause()
    reply = bench.create("Water the plants.").expect_status(201)
    task = task_of(reply)
    expect(task["status"] == "pending", expected="a new task to be pending", seen=task, repeat=reply.request)
    read = bench.api.get(task["id"]).expect_status(200)
    kept = {name: task[name] for name in KEPT}
    same = {name: task_of(read).get(name) for name in KEPT} == kept
    expect(same, expected=f"{kept} for {read.asked}", seen=read, repeat=read.request)
    if not until(lambda: bench.announced(task["id"]), ANNOUNCED_SECONDS + GRACE_SECONDS):
        raise Refuted(f"a message on the queue {ANNOUNCED_SECONDS:g} s after POST /tasks", "none", reply.request)
    bench.resume()
    fate = bench.settled([task["id"]], COMEBACK_SECONDS)[task["id"]]
    expect(fate.done_once, expected="a task completed, with one row in task_events", seen=fate)
    events = bench.api.client.request("GET", f"/tasks/{task['id']}/events").expect_status(200)
    kinds = [one.get("kind") if isinstance(one, dict) else one for one in array(events.json())]
    expect("completed" in kinds, expected="an event `completed` for GET /tasks/{id}/events", seen=events)


@proves("behaviour-kept")
def test_tasks_are_listed_changed_and_deleted(bench: Bench) -> None:
    """Lists by status and page, PUT of some fields, DELETE."""
    bench.pause()
    first, second = bench.make([None, None])
    listed = bench.api.client.request("GET", "/tasks?status=pending&limit=1000").expect_status(200)
    ids = [task["id"] for task in items_of(listed)]
    expect(
        ids == sorted(ids) and {first, second} <= set(ids),
        expected=f"the tasks {first} and {second} in a list by id",
        seen=ids,
        repeat=listed.request,
    )
    changed = bench.api.client.request("PUT", f"/tasks/{first}", json={"title": "another"}).expect_status(200)
    task = task_of(changed)
    expect(
        (task["title"], task["status"]) == ("another", "pending"),
        expected="another title, and the rest as it was",
        seen=changed,
        repeat=changed.request,
    )
    bench.api.client.request("DELETE", f"/tasks/{second}").expect_status(204)
    bench.api.get(second).expect_status(404)
    bench.resume()


@proves("behaviour-kept")
def test_what_is_wrong_is_refused(bench: Bench) -> None:
    """404 for what is not there, 422 for what does not validate."""
    ask = bench.api.client.request
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/events")):
        ask(method, f"/tasks/{NOWHERE}{path}").expect_status(404)
    ask("PUT", f"/tasks/{NOWHERE}", json={"title": "x"}).expect_status(404)
    for body in WRONG:
        ask("POST", "/tasks", json=body).expect_status(422)
    ask("GET", "/tasks?status=lost").expect_status(422)
    ask("GET", "/health").expect_status(200)


@proves("behaviour-kept")
def test_a_message_of_a_task_that_is_gone_is_dropped(bench: Bench) -> None:
    """It goes, and does not become a dead letter."""
    body = message(NOWHERE - 1)
    bench.send(body)
    gone = until(lambda: body not in bench.bodies(), 3 * COMEBACK_SECONDS)
    dead = body in bench.bodies(DEAD_LETTERS)
    expect(
        gone and not dead,
        expected="the message of a task that is gone dropped",
        seen="it comes back" if not gone else "a dead letter",
    )


@proves("behaviour-kept")
def test_every_message_comes_in_time(trial: Trial) -> None:
    """Within 5 s, where many tasks are made."""
    expect(
        not trial.unannounced,
        expected=f"a message on the queue within {ANNOUNCED_SECONDS:g} s for each of many tasks",
        seen=f"none for {list(trial.unannounced)}",
    )


def array(value: object) -> list[object]:
    """Return a JSON array, or refute that it is one."""
    if not isinstance(value, list):
        raise Refuted("an array of events", str(value)[:200])
    return value
