"""task-ownership: who sees which tasks, who can change them, and the worker, which has no user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.kit.expect import NotRun, expect, proves
from checker.kit.tasks import items_of, task_of
from checker.suites.task1.judging import expect_untouched, needs_ending, needs_tasks, needs_token

if TYPE_CHECKING:
    from checker.kit.http import Reply
    from checker.suites.task1.owning import Belongings, Lists
    from checker.suites.task1.trial import Trial


@proves("task-ownership")
def test_a_user_can_make_tasks(trial: Trial) -> None:
    """POST /tasks answers 201 with the task, and PUT 200, as they did before there were users."""
    needs_token(trial)
    for one in (trial.owners, trial.others):
        for reply in one.created:
            if reply.status == 401:
                raise NotRun("the token that was given out is not accepted")
            expect(task_of(reply.expect_status(201))["status"] == "pending", expected="a task `pending`", seen=reply)
        if one.set_to_failed is not None:
            one.set_to_failed.expect_status(200)
    served = trial.upgraded.served
    if trial.upgraded.is_whole and served is not None and served.created is not None and served.created.status != 401:
        expect(
            served.created.status == 201,
            expected="201 for POST /tasks also on a database that held tasks before it was upgraded",
            seen=served.created,
            repeat=served.created.request,
        )


@proves("task-ownership")
def test_lists_show_a_user_s_own_tasks_alone(trial: Trial) -> None:
    """Each user's lists, with and without a status, hold that user's tasks and no others."""
    seen = needs_tasks(trial)
    if seen.newcomer is not None:
        expect_list(seen.newcomer.whole, set(), "a user who has no tasks")
    for lists, belongings in ((seen.owner, trial.owners), (seen.other, trial.others)):
        expect_lists(lists, belongings)


@proves("task-ownership")
def test_lists_are_right_where_both_users_ask_at_once(trial: Trial) -> None:
    """Nobody gets the list of whoever asks at the same time."""
    for replies in needs_tasks(trial).crowd:
        for reply, belongings in zip(replies, (trial.owners, trial.others), strict=True):
            expect_list(reply, set(belongings.ids), "a user, while another one asks as well")


def expect_lists(lists: Lists, belongings: Belongings) -> None:
    """Refute that a user's lists are what they should be."""
    failed = {belongings.failed}
    expect_list(lists.whole, set(belongings.ids), "a user")
    expect_list(lists.pending, set(belongings.ids) - failed, "a user, of those that are pending")
    expect_list(lists.failed, failed, "a user, of those that failed")


def expect_list(reply: Reply, wanted: set[int], whose: str) -> None:
    """Refute that a list holds exactly the tasks that are `wanted`."""
    found = sorted(task["id"] for task in items_of(reply.expect_status(200)))
    expect(
        found == sorted(wanted),
        expected=f"the tasks {sorted(wanted)} in the list of {whose} ({reply.asked})",
        seen=f"{found}",
        repeat=reply.request,
    )


@proves("task-ownership")
def test_a_limit_counts_own_tasks(trial: Trial) -> None:
    """A list that is cut short holds as many of the user's own tasks as there is room for."""
    seen = needs_tasks(trial)
    for lists, belongings in ((seen.owner, trial.owners), (seen.other, trial.others)):
        found = [task["id"] for task in items_of(lists.one.expect_status(200))]
        expect(
            len(found) == 1 and found[0] in belongings.ids,
            expected=f"one of the user's own tasks {list(belongings.ids)} for {lists.one.asked}",
            seen=f"{found}",
            repeat=lists.one.request,
        )


@proves("task-ownership")
def test_an_array_is_in_the_order_of_ids(trial: Trial) -> None:
    """A list that is an array holds a user's tasks by id, and `skip` counts them; pages have an order of their own."""
    seen = needs_tasks(trial)
    for lists, belongings in ((seen.owner, trial.owners), (seen.other, trial.others)):
        if not isinstance(lists.whole.expect_status(200).json(), list):
            return
        own = sorted(belongings.ids)
        for reply, wanted in ((lists.whole, own), (lists.second, own[1:2])):
            found = [task["id"] for task in items_of(reply.expect_status(200))]
            expect(
                found == wanted,
                expected=f"the user's own tasks {wanted}, by id, for {reply.asked}",
                seen=f"{found}",
                repeat=reply.request,
            )


@proves("task-ownership")
def test_another_s_task_is_out_of_reach(trial: Trial) -> None:
    """Another user's task answers 404 or 403 to GET, PUT and DELETE, and is not changed."""
    expect_untouched([needs_tasks(trial).meddling], "another user's task")


@proves("task-ownership")
def test_a_request_cannot_say_whose_a_task_is(trial: Trial) -> None:
    """A task belongs to the user who made it, whatever else the bodies of POST and PUT hold."""
    gifts = needs_tasks(trial).gifts
    found = [task["title"] for task in items_of(gifts.shown.expect_status(200))]
    expect(
        not set(found) & set(gifts.titles),
        expected=f"a task to stay with the user who made it, also where a body holds {' or '.join(gifts.columns)}",
        seen="it in the list of the user whose id stood there",
        repeat=gifts.shown.request,
    )


@proves("task-ownership")
def test_a_task_is_its_owner_s_to_use(trial: Trial) -> None:
    """The owner reads, changes and deletes tasks as before, and what does not validate is still refused."""
    own = needs_tasks(trial).own
    task_of(own["read"].expect_status(200))
    for what in ("change", "read the change"):
        reply = own[what].expect_status(200)
        expect(
            task_of(reply).get("description") == "as its owner wants it",
            expected="the description that the owner gave the task",
            seen=reply,
            repeat=reply.request,
        )
    own["delete"].expect_status(204)
    own["read what was deleted"].expect_status(404)
    own["make one without a title"].expect_status(422)


@proves("task-ownership")
def test_nobody_s_task_is_out_of_reach(trial: Trial) -> None:
    """A row inserted by SQL belongs to nobody: it answers 404 or 403 to everybody, and is not changed."""
    meddling = needs_tasks(trial).with_nobodys
    if meddling is None:
        expect(
            not trial.upgraded.is_whole,  # otherwise what forbids the row was refuted with the migration
            expected="an INSERT into tasks that names title, description, status, created_at and updated_at to work",
            seen=trial.inserted,
        )
        return
    expect_untouched([meddling], "a task that nobody owns")


@proves("task-ownership")
def test_tasks_from_before_belong_to_nobody(trial: Trial) -> None:
    """Tasks from before the migration show to nobody, and cannot be changed."""
    needs_token(trial)
    if not trial.upgraded.is_whole or trial.upgraded.served is None:
        return  # refuted elsewhere, and there is nothing to look at
    lists = trial.upgraded.served.lists
    if lists is None or lists.whole.status == 401:
        raise NotRun("no token that is accepted can be had from an API on a database that was upgraded")
    for reply in (lists.whole, lists.pending, lists.failed):
        expect_list(reply, set(), "the first user after the migration")
    expect_untouched(trial.upgraded.served.meddling, "a task from before the migration")


@proves("task-ownership")
def test_the_worker_completes_every_task(trial: Trial) -> None:
    """Tasks of both users and a task of nobody's are completed, and stay whose they were."""
    ending = needs_ending(trial)
    for task_id, status in ending.completed.items():
        whose = "a user's task" if task_id in (*trial.owners.ids, *trial.others.ids) else "a task that nobody owns"
        expect(status == "completed", expected=f"{whose} `completed` by the worker", seen=f"task {task_id} `{status}`")
    shown = task_of(ending.read.expect_status(200))["status"]
    expect(shown == "completed", expected="the owner to see the task `completed`", seen=ending.read)
    found = {task["id"] for task in items_of(ending.lists.whole.expect_status(200))}
    expect(
        trial.owners.pending in found,
        expected="the owner's task still in the owner's list when the worker has completed it",
        seen=f"{sorted(found)}",
        repeat=ending.lists.whole.request,
    )


@proves("task-ownership")
def test_tasks_can_be_deleted_by_sql(trial: Trial) -> None:
    """Other tables do not stop a DELETE FROM tasks."""
    removal = needs_ending(trial).removal
    expect(removal is None, expected="`DELETE FROM tasks WHERE id = …` to work", seen=removal)
