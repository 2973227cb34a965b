"""completed: the worker does its work."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from checker.kit.expect import NotRun, expect, proves

if TYPE_CHECKING:
    from checker.kit.fixtures import Service
    from checker.kit.http import Reply

SECONDS: Final = 10.0


@proves("completed")
def test_the_worker_completes_the_task(service: Service, posted: Reply) -> None:
    """A task is completed soon after its message is on the queue."""
    if posted.status != 201:
        raise NotRun("no task could be created")
    service.start_worker()
    functions = service.desk.open_part("functions")
    functions.call("mapping_resume")
    functions.call("wait_invocations", count=1, seconds=SECONDS)
    functions.close()
    deadline = time.monotonic() + 1.0
    while (status := service.database.task_status("Water the plants")) != "completed" and time.monotonic() < deadline:
        time.sleep(0.05)
    expect(status == "completed", expected="the task `completed`", seen=f"`{status}`")
