"""behaviour-kept: the service answers what it answered, from what the database holds at that moment."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import pytest

from checker.kit.expect import Refuted, expect, proves
from checker.kit.tasks import TaskApi, items_of, task_of
from checker.suites.scenario2.asks import FIRST_WORD
from checker.suites.scenario2.looking import ALL, Look
from checker.suites.scenario2.rows import Rows, last, some_word

if TYPE_CHECKING:
    from checker.kit.fixtures import Service
    from checker.kit.http import Client
    from checker.suites.scenario2.production import Production

NOWHERE: Final = 2**31 - 7  # an id that no task has
COMPLETED_SECONDS: Final = 15.0  # an invocation may take 10 s
REFUSALS: Final[tuple[tuple[str, str, Any, int], ...]] = (
    ("POST", "/tasks", {}, 422),
    ("POST", "/tasks", {"title": "x" * 201}, 422),
    ("GET", "/tasks?limit=0", None, 422),
    ("GET", "/tasks?status=done", None, 422),
    ("GET", "/tasks/seven", None, 422),
    ("GET", "/tasks/seven/events", None, 422),
    ("GET", "/search", None, 422),
    ("GET", "/search?q=", None, 422),
    ("GET", f"/search?q={'x' * 201}", None, 422),
    ("GET", "/search?q=x&limit=0", None, 422),
    ("GET", "/search?q=x&limit=101", None, 422),
    ("GET", f"/tasks/{NOWHERE}", None, 404),
    ("GET", f"/tasks/{NOWHERE}/events", None, 404),
    ("PUT", f"/tasks/{NOWHERE}", {"title": "x"}, 404),
    ("DELETE", f"/tasks/{NOWHERE}", None, 404),
)
# How many minutes after now events were, in the order of their ids: by one statement each group.
LATENESS: Final = (
    ((1, 2, 3),),
    ((3, 2, 1),),
    ((2,), (1,)),
    ((1,), (3,), (2,)),
    ((5, 5), (5,), (4,)),
    ((-90_000,),),
    ((0.5, 7, 0.25), (6.75, 3)),
)


def send(client: Client, method: str, path: str, body: Any) -> Any:
    """Send a request, with a body or without."""
    return client.request(method, path, **({} if body is None else {"json": body}))


@proves("behaviour-kept")
@pytest.mark.parametrize(("method", "path", "body", "status"), REFUSALS)
def test_what_cannot_be_is_refused(api: TaskApi, method: str, path: str, body: Any, status: int) -> None:
    """404 for an id that is not there, 422 for what does not validate."""
    send(api.client, method, path, body).expect_status(status)


@proves("behaviour-kept")
def test_a_task_is_made_changed_and_deleted(service: Service, api: TaskApi) -> None:
    """POST, GET, PUT and DELETE do what they did, and the message is on the queue."""
    made = task_of(api.create(some_word()).expect_status(201))
    attempts = service.lane("api").attempts("SendMessage")
    expect(
        any(attempt.task_id == made["id"] and not attempt.failed for attempt in attempts),
        expected="a message with the new task's id",
        seen=f"{len(attempts)} messages, none of which names it",
    )
    changed = task_of(api.client.request("PUT", f"/tasks/{made['id']}", json={"status": "failed"}).expect_status(200))
    expect(
        (made["status"], changed["status"], changed["title"]) == ("pending", "failed", made["title"]),
        expected="a pending task that PUT turns to failed and otherwise leaves alone",
        seen=f"{made}, then {changed}",
    )
    read = api.get(made["id"]).expect_status(200)
    expect(task_of(read)["status"] == "failed", expected="the task as it was changed", seen=read, repeat=read.request)
    api.client.request("DELETE", f"/tasks/{made['id']}").expect_status(204)
    api.get(made["id"]).expect_status(404)
    api.client.request("GET", f"/tasks/{made['id']}/events").expect_status(404)


@proves("behaviour-kept")
def test_a_list_is_cut_as_it_was(api: TaskApi, rows: Rows) -> None:
    """By id, 100 where no limit is named, from `skip` on, and of one status where that is named."""
    look = Look(api.client)
    made = rows.add_tasks(
        [some_word() for _ in range(130)], ["failed", "completed", "failed", "failed", "pending"] * 26
    )
    every = look.listed()
    expect(every == sorted(every) and set(made) <= set(every), expected="all tasks by id", seen=every[:10])
    expect(look.listed("") == every[:100], expected="the first 100 tasks without a limit", seen=len(look.listed("")))
    some = look.listed("?skip=5&limit=115")
    expect(some == every[5:120], expected="115 tasks from the sixth on", seen=f"{len(some)}: {some[:5]}…")
    failed = look.listed(f"?status=failed&limit={ALL}")
    wanted = [number for number, (status,) in zip(every, statuses(rows, every), strict=True) if status == "failed"]
    expect(failed == wanted, expected=f"{len(wanted)} failed tasks by id", seen=f"{len(failed)}: {failed[:5]}…")


def statuses(rows: Rows, ids: list[int]) -> list[tuple[str]]:
    """Return the status of each of these tasks."""
    return rows.database.rows("SELECT status::text FROM public.tasks WHERE id = ANY(%s) ORDER BY id", ids)


@proves("behaviour-kept")
def test_a_list_shows_the_last_event_of_each_task(api: TaskApi, rows: Rows) -> None:
    """The latest by time and then by id, whenever it was written, and null where there is none."""
    look = Look(api.client)
    bare = rows.add_task(status="failed")
    made = {rows.add_task(status="failed"): late for late in LATENESS}
    for task_id, groups in made.items():
        for number, group in enumerate(groups):
            rows.add_events(task_id, *group, kind=f"group {number}")
            shown = look.last_events()[task_id]
            wanted = last(rows.events(task_id))
            expect(shown == wanted, expected=f"`last_event` {wanted} in GET /tasks", seen=shown)
    filtered = look.last_events(f"?status=failed&limit={ALL}")
    for task_id in (bare, *made):
        wanted = last(rows.events(task_id))
        shown = filtered.get(task_id)
        expect(
            task_id in filtered and shown == wanted,
            expected=f"`last_event` {wanted} in GET /tasks?status=failed",
            seen=shown if task_id in filtered else "the task is not shown",
        )


@proves("behaviour-kept")
def test_events_that_come_at_once_leave_the_last_one(api: TaskApi, rows: Rows) -> None:
    """Four imports write events of one task side by side."""
    task_id = rows.add_task()
    minutes = random.sample(range(1000), 60)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda later: rows.add_events(task_id, later), minutes))
    shown, wanted = Look(api.client).last_events()[task_id], last(rows.events(task_id))
    expect(shown == wanted, expected=f"`last_event` {wanted}", seen=shown)


@proves("behaviour-kept")
def test_the_service_writes_what_happens(api: TaskApi, rows: Rows) -> None:
    """`created` and `updated`, which the history shows oldest first, and which go with the task."""
    look = Look(api.client)
    task_id = task_of(api.create(some_word()).expect_status(201))["id"]
    api.client.request("PUT", f"/tasks/{task_id}", json={"description": "new"}).expect_status(200)
    kinds = [event.kind for event in look.history(task_id)]
    expect(kinds == ["created", "updated"], expected="created, updated in the history", seen=kinds)
    rows.add_events(task_id, -5, 5, -5)
    shown, wanted = look.history(task_id), rows.events(task_id)
    expect(shown == wanted, expected=f"the history {wanted}", seen=shown)
    expect(
        look.last_events()[task_id] == wanted[-1],
        expected=f"`last_event` {wanted[-1]}",
        seen=look.last_events()[task_id],
    )
    api.client.request("DELETE", f"/tasks/{task_id}").expect_status(204)
    left = rows.events(task_id)
    expect(not left, expected="no events of a task that was deleted", seen=left)


@proves("behaviour-kept")
def test_the_worker_completes_and_writes_it_down(service: Service, api: TaskApi, rows: Rows) -> None:
    """`started` and `completed`, once each, and the list and the board show it."""
    look = Look(api.client)
    task_id = task_of(api.create(some_word()).expect_status(201))["id"]
    service.start_worker()
    functions = service.desk.open_part("functions")
    functions.call("mapping_resume")
    deadline = time.monotonic() + COMPLETED_SECONDS
    while rows.database.rows("SELECT FROM public.tasks WHERE status IN ('pending', 'processing') AND id = %s", task_id):
        if time.monotonic() > deadline:
            raise Refuted("the worker to complete the task", f"it is not completed after {COMPLETED_SECONDS:g} s")
        time.sleep(0.02)
    functions.call("mapping_pause")
    functions.close()
    kinds = [event.kind for event in look.history(task_id)]
    expect(kinds == ["created", "started", "completed"], expected="created, started, completed", seen=kinds)
    shown = look.last_events()[task_id]
    expect(shown is not None and shown.kind == "completed", expected="`last_event` of kind completed", seen=shown)


@proves("behaviour-kept")
def test_the_search_finds_beginnings(api: TaskApi, rows: Rows) -> None:
    """In either case, by id, and with no character that stands for others."""
    look, word = Look(api.client), some_word()
    titles = [
        f"{word} {rest}"
        for rest in (
            "Zeta 100%",
            "alpha a_b",
            "beta a\\b",
            "beta axb",
            "Alpha 100x",
            "/x",
            "ab cd",
            "ab~",
            "ab zzzz",
            "ab\u00e9",
        )
    ]
    made = rows.add_tasks(titles, ["completed"] * len(titles))
    rows.add_task(f"not {word}")
    rows.add_task(f"{word[:-1]}-")
    cases = {
        word: made,
        word.upper(): made,
        word.lower(): made,
        f"{word} ALPHA": [made[1], made[4]],
        f"{word} zeta 100%": [made[0]],
        f"{word} zeta 1%": [],
        f"{word} alpha A_B": [made[1]],
        f"{word} beta a_b": [],
        f"{word} beta A\\b": [made[2]],
        f"{word} beta a": [made[2], made[3]],
        f"{word} /": [made[5]],
        f"{word} ab C": [made[6]],
        f"{word} ab": made[6:],
        f"{word} ab ": [made[6], made[8]],
        f"{word}  ab": [],
        titles[0]: [made[0]],
        f"{titles[0]} more": [],
        "%": [],
        f"%{word}": [],
        f"{word[1:]} alpha": [],
    }
    for asked, wanted in cases.items():
        found = look.found(asked)
        expect(found == wanted, expected=f"the tasks {wanted} for q={asked}", seen=found)


@proves("behaviour-kept")
def test_the_search_is_cut_as_it_was(api: TaskApi, rows: Rows) -> None:
    """The first 20 by id, or as many as are asked for, up to 100."""
    look, word = Look(api.client), some_word()
    made = rows.add_tasks([f"{word} {200 - number}" for number in range(110)], ["failed"] * 110)
    for more, wanted in (("", made[:20]), ("&limit=3", made[:3]), ("&limit=100", made[:100])):
        found = look.found(word, more)
        expect(found == wanted, expected=f"the first {len(wanted)} by id", seen=f"{len(found)}: {found[:5]}…")


@proves("behaviour-kept")
def test_the_board_counts_at_once(api: TaskApi, rows: Rows) -> None:
    """Every task, whoever wrote it, as soon as it is written; a status that no task has as well."""
    look = Look(api.client)
    look.expect_board(rows.board(), "all tasks were deleted by SQL")
    task_id = task_of(api.create(some_word()).expect_status(201))["id"]
    look.expect_board(rows.board(), "POST /tasks")
    api.client.request("PUT", f"/tasks/{task_id}", json={"status": "failed"}).expect_status(200)
    look.expect_board(rows.board(), "PUT /tasks/{id}")
    rows.add_task(status="completed")
    look.expect_board(rows.board(), "INSERT")
    rows.database.write(
        "INSERT INTO public.tasks (title, description, status, created_at, updated_at)"
        " SELECT 'many', NULL, CASE n %% 3 WHEN 0 THEN 'failed' ELSE 'pending' END, now(), now() FROM"
        " generate_series(1, 40) AS n"
    )
    look.expect_board(rows.board(), "an INSERT of many")
    rows.database.write("UPDATE public.tasks SET status = 'processing' WHERE status = 'pending' AND id %% 2 = 0")
    look.expect_board(rows.board(), "UPDATE")
    rows.database.write("DELETE FROM public.tasks WHERE status = 'failed'")
    look.expect_board(rows.board(), "DELETE by SQL")


@proves("behaviour-kept")
def test_nothing_that_is_shown_is_old(api: TaskApi, rows: Rows) -> None:
    """List, search and history show what was just written by SQL, though they were asked for the same a moment ago."""
    look, word = Look(api.client), some_word()
    task_id = rows.add_task(word)
    for minute in range(1, 4):
        for path in (f"/search?q={word}", f"/tasks/{task_id}/events", f"/tasks?limit={ALL}"):
            look.ask(path)  # whoever keeps an answer keeps it now
        other = rows.add_task(f"{word} {minute}")
        rows.add_events(task_id, minute)
        found = look.found(word)
        expect(other in found, expected=f"the task {other}, which was just inserted, for q={word}", seen=found)
        wanted = rows.events(task_id)
        expect(look.history(task_id) == wanted, expected=f"the history {wanted}", seen=look.history(task_id))
        rows.database.write("UPDATE public.tasks SET title = %s WHERE id = %s", some_word(), other)
        found = look.found(word)
        expect(other not in found, expected=f"no task {other}, whose title was just changed, for q={word}", seen=found)
        shown = look.last_events()[task_id]
        expect(shown == wanted[-1], expected=f"`last_event` {wanted[-1]}", seen=shown)


@proves("behaviour-kept")
def test_a_full_database_is_upgraded(production: Production) -> None:
    """`alembic upgrade head` works on it, loses nothing, and the service comes up."""
    expect(not production.trouble, expected="the service on a full database at 0003", seen=production.trouble)
    expect(not production.lost, expected="every task and event after the migration", seen=production.lost)


@proves("behaviour-kept")
def test_a_full_database_is_shown_as_it_is(production: Production, own: Client) -> None:
    """Lists with last events, search, history and board, for rows that were there before the migration."""
    look, rows = Look(own), Rows(production.database)
    look.expect_board(rows.board(), "the migration")
    for query in ("?limit=7", "?status=failed&skip=3&limit=9", "?skip=70000&limit=3"):
        reply = look.ask(f"/tasks{query}")
        for task_id, shown in look.last_events(query).items():
            wanted = last(rows.events(task_id))
            expect(
                shown == wanted, expected=f"`last_event` {wanted} of task {task_id}", seen=shown, repeat=reply.request
            )
    reply = look.ask("/tasks?skip=4711&limit=1")
    for task in items_of(reply):
        wanted_ids = [task["id"] % 5000 + 5000 * number for number in range(20)]
        found = look.found(task["title"][:FIRST_WORD].swapcase())
        expect(found == wanted_ids, expected=f"the tasks {wanted_ids} for a search", seen=found)
        shown_events, events = look.history(task["id"]), rows.events(task["id"])
        expect(shown_events == events, expected=f"the history {events}", seen=shown_events)
