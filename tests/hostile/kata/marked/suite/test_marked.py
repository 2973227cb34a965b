"""Four ways to look at one service, which have to agree."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from checker.kit.expect import expect, proves
from checker.kit.tasks import task_of

if TYPE_CHECKING:
    from checker.kit.tasks import TaskApi

    from conftest import Inserted, Posted  # CANARY


@proves("stored")
def test_posted_CANARY(posted: Posted) -> None:
    """The answer is the task, and the row is the same."""
    words, task = posted.words, task_of(posted.reply.expect_status(201))
    agreed = (task["title"], task.get("description")) == (words.title, words.description)
    expect(agreed, expected="the title and the description that were sent", seen=posted.reply)
    found = posted.rows == [(task["id"], words.description)]
    expect(found, expected="one row for the task", seen=f"{len(posted.rows)} rows that fit")


@proves("queued")
def test_announced_CANARY(posted: Posted) -> None:
    """The queue holds one message, which names the task."""
    ids = announced(posted.bodies)
    expect(ids == [posted.task_id], expected="one message for the task", seen=f"{len(ids)} messages")


@proves("read")
def test_read_CANARY(inserted: Inserted) -> None:
    """A row that SQL wrote is answered as it stands."""
    words, task = inserted.words, task_of(inserted.got.expect_status(200))
    seen = (task["id"], task["title"], task.get("description"), task["status"])
    wanted = (inserted.task_id, words.title, words.description, "pending")
    expect(seen == wanted, expected="the task as its row stands", seen=inserted.got)


@proves("marked")
def test_mark_CANARY(inserted: Inserted) -> None:
    """The mark is made of the title and the salt."""
    words, body = inserted.words, inserted.mark.expect_status(200).json()
    wanted = hashlib.sha256(f"{words.title}{words.salt}".encode()).hexdigest()
    mark = body.get("mark") if isinstance(body, dict) else None
    expect(type(mark) is str and mark == wanted, expected="the mark of the task", seen=inserted.mark)


@proves("completed")
def test_completed_CANARY(posted: Posted, worked: str | None, api: TaskApi) -> None:
    """The row and the answer say so."""
    expect(worked == "completed", expected="the row `completed`", seen=f"`{worked}`")
    got = api.get(posted.task_id)
    expect(task_of(got.expect_status(200))["status"] == "completed", expected="the task `completed`", seen=got)


def announced(bodies: list[str]) -> list[Any]:
    """Return the ids of the tasks that messages name."""
    found = []
    for body in bodies:
        try:
            found.append(json.loads(body)["task_id"])
        except (ValueError, KeyError, TypeError):
            found.append(None)
    return found
