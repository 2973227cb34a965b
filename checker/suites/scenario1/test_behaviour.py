"""behaviour-kept: what the service offered before it was mended, it offers still."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from checker.kit.expect import Refuted, expect, proves
from checker.kit.tasks import items_of, task_of

if TYPE_CHECKING:
    from checker.kit.http import Reply
    from checker.suites.scenario1.trial import Trial

SHOWN: Final = 50
LISTS: Final = {"": slice(None), "?skip=2&limit=3": slice(2, 5), "?status=completed": slice(0, 0)}


def expect_tag(reply: Reply) -> str:
    """Return an answer's ETag, or refute that it has one."""
    tag = reply.headers.get("etag", "")
    expect(tag, expected=f"an ETag with {reply.asked}", seen="none", repeat=reply.request)
    return tag


@proves("behaviour-kept")
def test_tasks_are_made_and_announced(trial: Trial) -> None:
    """201, pending, and a message on the queue for each."""
    made = [task_of(reply.expect_status(201)) for reply in trial.behaviour.created]
    for task, reply in zip(made, trial.behaviour.created, strict=True):
        expect(task["status"] == "pending", expected="a new task to be pending", seen=task, repeat=reply.request)
    announced = [one.task_id for one in trial.behaviour.messages]
    expect(
        sorted(map(str, announced)) == sorted(str(task["id"]) for task in made),
        expected="a message on the queue for every task that was made",
        seen=f"{len(made)} tasks, and messages for {announced}",
    )


@proves("behaviour-kept")
def test_tasks_are_read_as_they_were_made(trial: Trial) -> None:
    """GET returns what POST returned."""
    for made, read in zip(trial.behaviour.created, trial.behaviour.read, strict=True):
        expect(
            task_of(read.expect_status(200)) == task_of(made),
            expected=f"{made.json()} for {read.asked}",
            seen=read,
            repeat=read.request,
        )


@proves("behaviour-kept")
def test_lists_are_cut_and_filtered(trial: Trial) -> None:
    """By id, by `skip` and `limit`, by status."""
    made = [task_of(reply) for reply in trial.behaviour.created]
    for query, reply in trial.behaviour.listed.items():
        expect(
            items_of(reply.expect_status(200)) == made[LISTS[query]],
            expected=f"the tasks with the ids {[task['id'] for task in made[LISTS[query]]]} for {reply.asked}",
            seen=reply,
            repeat=reply.request,
        )


@proves("behaviour-kept")
def test_what_is_wrong_is_refused(trial: Trial) -> None:
    """404 for what is not there, 422 for what does not validate."""
    for reply in trial.behaviour.missing.values():
        reply.expect_status(404)
    for reply in trial.behaviour.refused.values():
        reply.expect_status(422)


@proves("behaviour-kept")
def test_the_export_has_a_line_for_each_task(trial: Trial) -> None:
    """Lines of JSON, by id, each as GET shows the task."""
    reply = trial.behaviour.exported.expect_status(200)
    lines = [line for line in reply.body.split(b"\n") if line.strip()]
    expected = [task_of(made) for made in trial.behaviour.created]
    expect(
        [line_of(reply, line) for line in lines] == expected,
        expected=f"{len(expected)} lines of JSON by id, each with the task as GET /tasks/{{id}} shows it",
        seen=reply,
        repeat=reply.request,
    )
    kind = reply.headers.get("content-type", "")
    expect(kind.startswith("application/x-ndjson"), expected="application/x-ndjson", seen=kind, repeat=reply.request)


def line_of(reply: Reply, line: bytes) -> Any:
    """Return what a line of the export holds."""
    return replace(reply, body=line).json()


@proves("behaviour-kept")
def test_the_last_requests_are_told(trial: Trial) -> None:
    """50 of them, the newest first, with target, agent and status."""
    reply = trial.behaviour.activity.expect_status(200)
    visits = reply.json()
    expect(
        isinstance(visits, list) and len(visits) == SHOWN and all(isinstance(visit, dict) for visit in visits),
        expected=f"an array of {SHOWN} objects for GET /activity after more requests than that",
        seen=f"{len(visits)} of them" if isinstance(visits, list) else reply,
        repeat=reply.request,
    )
    told = [(visit.get("method"), visit.get("target"), visit.get("agent")) for visit in visits]
    made = [("GET", target, agent) for target, agent in trial.behaviour.visits[-SHOWN:]][::-1]
    wrong = next((pair for pair in zip(made, told, strict=True) if pair[0] != pair[1]), None)
    expect(wrong is None, expected="the last requests, the newest first", seen=f"{wrong}", repeat=reply.request)
    statuses = [visit.get("status") for visit in visits[:2]]
    expect(statuses == [404, 200], expected="their statuses (404 for the last, 200 before)", seen=statuses)


@proves("behaviour-kept")
def test_every_answer_has_an_id_of_its_own(trial: Trial) -> None:
    """X-Request-ID, never twice."""
    replies = [*trial.behaviour.created, *trial.behaviour.read, *trial.behaviour.missing.values()]
    ids = [reply.headers.get("x-request-id", "") for reply in replies]
    expect(all(ids), expected="X-Request-ID with every answer", seen=f"{ids.count('')} answers without")
    expect(len(set(ids)) == len(ids), expected="no X-Request-ID twice", seen=f"{len(ids) - len(set(ids))} again")


@proves("behaviour-kept")
def test_a_copy_that_is_good_is_not_sent_again(trial: Trial) -> None:
    """The same version has the same ETag, and 304 where the client has it."""
    seen = trial.behaviour.versions
    tag = expect_tag(seen.first.expect_status(200))
    again = expect_tag(seen.again.expect_status(200))
    expect(again == tag, expected=f"the ETag {tag} again", seen=again, repeat=seen.again.request)
    seen.with_tag.expect_status(304)
    expect(not seen.with_tag.body, expected="no body with 304", seen=seen.with_tag, repeat=seen.with_tag.request)


@proves("behaviour-kept")
def test_a_change_shows_at_once(trial: Trial) -> None:
    """After a PUT the old tag is good no more, and the new version is read."""
    seen = trial.behaviour.versions
    put = task_of(seen.put.expect_status(200))
    for reply in (seen.changed_with_old_tag, seen.changed):
        expect(
            task_of(reply.expect_status(200)) == put,
            expected="the task as the PUT before had answered",
            seen=reply,
            repeat=reply.request,
        )
        tag = expect_tag(reply)
        expect(tag != expect_tag(seen.first), expected="another ETag than before", seen=tag, repeat=reply.request)


@proves("behaviour-kept")
def test_changes_in_quick_succession_have_tags_of_their_own(trial: Trial) -> None:
    """An ETag made of the second of the change would tell a client that its copy is still good."""
    tags = [expect_tag(reply.expect_status(200)) for reply in trial.behaviour.versions.quick]
    same = len(tags) - len(set(tags))
    expect(
        not same, expected=f"another ETag after each of {len(tags)} changes in quick succession", seen=f"{same} again"
    )


@proves("behaviour-kept")
def test_the_work_is_done_and_shows(trial: Trial) -> None:
    """The worker takes a task to completed, and a client with the version before is told."""
    seen = trial.behaviour.versions
    expect(seen.status == "completed", expected="the worker to complete the task", seen=seen.status)
    task = task_of(seen.worked_with_old_tag.expect_status(200))
    if task["status"] != "completed":
        raise Refuted("`completed` once the worker is done", str(task), seen.worked_with_old_tag.request)


@proves("behaviour-kept")
def test_what_is_deleted_is_gone(trial: Trial) -> None:
    """204, and 404 from then on, whatever tag a client has."""
    trial.behaviour.versions.deleted.expect_status(204)
    trial.behaviour.versions.gone_with_old_tag.expect_status(404)
