"""The whole terminal of a lab, driven by events that are made up."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, cast

import pytest
from textual.widgets import Static

from checker.errors import InfrastructureError, SubmissionError
from checker.lab.attach import Addresses, Attachments
from checker.lab.figures import Counter, Sample
from checker.lab.plan import MIX, Load
from checker.lab.run import LabRun, Wanted
from checker.lab.screen import LabApp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.pilot import Pilot

    Script = Callable[[Pilot[None]], Awaitable[None]]

ADDRESSES = Addresses(
    api="http://127.0.0.1:1001",
    database="postgresql://candidate:0123456789abcdef0123456789abcdef@127.0.0.1:1002/tasks",
    cache="redis://127.0.0.1:1003/0",
    queue="http://127.0.0.1:1004/000000000000/tasks",
    endpoint="http://127.0.0.1:1004",
    aws={},
)
SIZES = [(80, 24), (120, 40)]


class FakeRun:
    """A lab that does nothing but count how often its service was started."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.wanted = Wanted("scenario1", None, Load())
        self.starts: SimpleQueue[str] = SimpleQueue()
        self._refusal = refusal

    def start_service(self, say: Callable[[str], None]) -> None:
        """Count, or refuse."""
        del say
        self.starts.put("started")
        if self._refusal is not None:
            raise self._refusal

    def attachments(self) -> Attachments:
        """Return what to attach with."""
        return Attachments(ADDRESSES, {"api": 4711, "worker": 4712}, Path("/run/logs"), Path("/run/env"), "psql")


def event(at: float = 1.0, starts: int = 1) -> dict[str, Any]:
    """Return a sample as it comes from the lab."""
    counter = Counter([entry.label for entry in MIX])
    counter.answered("GET /tasks/{id}", at, 0.012, 200)
    counter.answered("POST /tasks", at, 0.5, 503)
    sample = Sample(at, counter.traffic(at, 0.0), 80 * 2**20, {"idle": 3}, {"visible": 2}, 9.0, starts, {"api": 12})
    return {"sample": sample.to_data()}


def drive(app: LabApp, script: Script, size: tuple[int, int] = (80, 24)) -> LabApp:
    """Run an application and a script of keys and events."""

    async def scenario() -> None:
        async with app.run_test(size=size) as pilot:
            await script(pilot)

    asyncio.run(scenario())
    return app


def made(run: FakeRun | None = None, seconds: float | None = None) -> LabApp:
    """Return the application over a lab that is made up."""
    return LabApp(cast("LabRun", run or FakeRun()), seconds)


def shown(app: LabApp) -> str:
    """Return the text on the screen."""
    strips = app.screen._compositor.render_strips()  # noqa: SLF001 - what a person would see, and no other way to it
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_figures_and_addresses_stand_there(size: tuple[int, int]) -> None:
    """Within the terminal's size: each figure, each kind of request, and as much of the addresses as fits."""
    seen: list[str] = []

    async def script(pilot: Pilot[None]) -> None:
        app = cast("LabApp", pilot.app)
        app.hear(event(75.0))
        await pilot.pause()
        seen.append(shown(app))

    drive(made(), script, size)
    lines = seen[0].splitlines()
    assert len(lines) <= size[1]
    for part in ("scenario1: the starter", "00:01:15", "80.0 MB", "idle 3", "waiting 2", "9.0/s", "q quit"):
        assert part in seen[0], part
    for part in ("GET /tasks/{missing}", "500.0", "http://127.0.0.1:1001", "/run/env", "redis://127.0.0.1:1003/0"):
        assert part in seen[0], part


def test_the_rest_is_reached_by_scrolling() -> None:
    """On a small terminal the last line comes with the arrow keys."""
    seen: list[str] = []

    async def script(pilot: Pilot[None]) -> None:
        app = cast("LabApp", pilot.app)
        app.hear(event())
        await pilot.pause()
        before = shown(app)
        await pilot.press("end")
        await pilot.pause()
        seen.extend([before, shown(app)])

    drive(made(), script, (80, 18))
    assert "tail -f /run/logs/*.log" not in seen[0]
    assert "tail -f /run/logs/*.log" in seen[1]


def test_a_service_that_does_not_come_up_is_explained() -> None:
    """Why it stopped, the end of its log, and the key that tries again; brackets in it are text."""
    seen: list[str] = []

    async def script(pilot: Pilot[None]) -> None:
        app = cast("LabApp", pilot.app)
        app.hear({"stopped": "`uvicorn app.main:app` exited with status 1", "log": "line\nImportError: [nothing]"})
        await pilot.pause()
        seen.append(shown(app))

    drive(made(), script)
    assert "exited with status 1" in seen[0]
    assert "ImportError: [nothing]" in seen[0]
    assert "r starts it again" in seen[0]


def test_r_runs_the_files_as_they_are() -> None:
    """The service is started anew; what refuses the files is shown, and the lab stays."""
    run = FakeRun(SubmissionError("the submission has no app/main.py"))
    seen: list[str] = []

    async def script(pilot: Pilot[None]) -> None:
        await pilot.press("r")
        assert await asyncio.to_thread(run.starts.get, timeout=10) == "started"
        while "no app/main.py" not in shown(cast("LabApp", pilot.app)):
            await pilot.pause(0.01)
        seen.append(shown(cast("LabApp", pilot.app)))

    app = drive(made(run), script)
    assert "no app/main.py" in seen[0]
    assert (app.broken, app.stopped_by) == (None, None)


@pytest.mark.parametrize(("key", "number"), [("q", None), ("ctrl+c", signal.SIGINT)])
def test_keys_that_leave(key: str, number: signal.Signals | None) -> None:
    """`q` leaves; Ctrl-C leaves as a signal would."""
    assert drive(made(), lambda pilot: pilot.press(key)).stopped_by is number


def test_it_ends_by_itself_after_so_many_seconds() -> None:
    """With --seconds it leaves at that sample."""

    async def script(pilot: Pilot[None]) -> None:
        app = cast("LabApp", pilot.app)
        for second in (1.0, 2.0):
            assert app.is_running
            app.hear(event(second))
        await pilot.pause()

    app = drive(made(seconds=2), script)
    assert app._exit  # noqa: SLF001 - whether it was told to leave


def test_trouble_of_ours_ends_it() -> None:
    """What broke is kept for whoever ran the screen."""
    error = InfrastructureError("the queue ended")

    async def script(pilot: Pilot[None]) -> None:
        cast("LabApp", pilot.app).fail(error)
        await pilot.pause()

    assert drive(made(), script).broken is error


def test_a_second_start_is_told() -> None:
    """An API that was started again is not taken for one that never fell."""

    async def script(pilot: Pilot[None]) -> None:
        app = cast("LabApp", pilot.app)
        app.hear({"died": "the API was ended: it used more than 1 GiB of memory", "log": ""})
        app.hear(event(1.0, starts=2))
        await pilot.pause()
        assert "started 2 times" in str(app.query_one("#status", Static).visual)

    drive(made(), script)
