"""A lab on the whole terminal: figures, requests, what to attach with."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rich.table import Table
from rich.text import Text
from textual.app import App
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from checker.errors import SubmissionError, WorkbenchError
from checker.interrupts import STATUSES, Interrupted
from checker.lab import wording
from checker.lab.figures import Sample

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from checker.lab.attach import Attachments
    from checker.lab.run import LabRun

BREAKPOINTS: Final = [(0, "-narrow"), (100, "-wide")]
MARGIN: Final = 46  # columns of the memory's line that its course leaves to the figures
KEYS: Final = "[b]r[/b] restart on the changed files   [b]↑↓[/b] scroll   [b]q[/b] quit"


def run_screen(run: LabRun, seconds: float | None) -> None:
    """Show a lab until it is left, or for about so many seconds.

    Raises `Interrupted` where a signal ended it, `InfrastructureError` where something of ours broke.
    """
    app = LabApp(run, seconds)
    threading.Thread(target=app.listen, daemon=True).start()
    asyncio.run(run_stoppable(app))
    if app.broken is not None:
        raise app.broken
    if app.stopped_by is not None:
        raise Interrupted(STATUSES[app.stopped_by])


async def run_stoppable(app: LabApp) -> None:
    """Run the application; a signal ends it in order, where an exception would get lost in the event loop."""
    loop = asyncio.get_running_loop()
    for number in STATUSES:
        loop.add_signal_handler(number, app.stop, number)
    try:
        await app.run_async()
    finally:
        for number in STATUSES:
            loop.remove_signal_handler(number)


class LabApp(App[None]):
    """The screen of one lab; `broken` is what of ours broke, `stopped_by` the signal that ended it, if one did."""

    CSS_PATH = "lab.tcss"
    TITLE = "workbench lab"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "restart", "Restart"),
        Binding("q", "quit", "Quit"),
        Binding("ctrl+c", "interrupt", "Stop", priority=True),
    ]

    def __init__(self, run: LabRun, seconds: float | None = None) -> None:
        super().__init__()
        self._lab = run
        self._seconds = seconds
        self._course = wording.Memory()
        self._samples = 0
        self._starting = False
        self._status = f"{wording.PHASES['parts']} …"
        self.broken: WorkbenchError | None = None
        self.stopped_by: signal.Signals | None = None
        self.animation_level = "none"

    def compose(self) -> ComposeResult:
        """Make the parts of the screen."""
        yield Static(id="title")
        yield Static(id="figures", markup=False)
        yield Static(self._status, id="status", markup=False)
        with VerticalScroll(id="body"):
            yield Static(id="requests", markup=False)
            yield Static(id="attach", markup=False)
        yield Static(KEYS, id="keys")

    def on_mount(self) -> None:
        """Say what runs, and leave where the terminal has gone without a signal."""
        self._entitle("")
        if has_terminal():
            self.set_interval(1, self._look_for_terminal)

    def listen(self) -> None:
        """Hear the lab's events, on a thread of its own, until either is gone."""
        with contextlib.suppress(RuntimeError, ValueError):  # the application or the pipe has been closed
            try:
                for event in self._lab.events():
                    self.call_from_thread(self.hear, event)
            except WorkbenchError as error:
                self.call_from_thread(self.fail, error)

    def hear(self, event: dict[str, Any]) -> None:
        """Take one event."""
        if "sample" in event:
            self._show(Sample.from_data(event["sample"]))
        elif "phase" in event:
            self._say(f"{wording.PHASES[event['phase']]} …")
        elif "stopped" in event:
            self._say(
                f"{event['stopped']}\n{wording.tail(event['log'], 8)}\nr starts it again, on the files as they are"
            )
        elif "died" in event:
            self._say(f"{event['died']}; it is started again\n{wording.tail(event['log'], 3)}")

    def fail(self, error: WorkbenchError) -> None:
        """Leave because of an error of ours."""
        self.broken = error
        self.exit()

    def stop(self, number: signal.Signals) -> None:
        """Leave because of a signal."""
        self.stopped_by = number
        self.exit()

    def action_interrupt(self) -> None:
        """Do what Ctrl-C does anywhere."""
        self.stop(signal.SIGINT)

    def action_restart(self) -> None:
        """Run the service as its files are now."""
        if not self._starting:
            self._starting = True
            self._say("taking the files as they are …")
            threading.Thread(target=self._restart, daemon=True).start()

    def _restart(self) -> None:
        with contextlib.suppress(RuntimeError):  # the application has gone
            try:
                self._lab.start_service(lambda line: self.call_from_thread(self._say, f"installing: {line}"))
            except SubmissionError as error:
                event = {"stopped": error.message, "log": error.log}
                self.call_from_thread(self.hear, event)
            except WorkbenchError as error:
                self.call_from_thread(self.fail, error)
            finally:
                self._starting = False

    def _show(self, sample: Sample) -> None:
        self._samples += 1
        self._course.add(sample.at, sample.memory)
        self._entitle(wording.clock(sample.at))
        self._say("" if sample.starts == 1 else f"the API was started {sample.starts} times")
        self.query_one("#figures", Static).update(
            figures(sample, self._course, self._lab.wanted.load.rate, self.size.width)
        )
        self.query_one("#requests", Static).update(requests(sample))
        self.query_one("#attach", Static).update(attach(self._lab.attachments()))
        if self._seconds is not None and self._samples >= self._seconds:
            self.exit()

    def _say(self, text: str) -> None:
        status = self.query_one("#status", Static)
        status.update(text)
        status.display = bool(text)

    def _entitle(self, running: str) -> None:
        self.query_one("#title", Static).update(Text(f"workbench lab · {self._lab.wanted.title} · {running}"))

    def _look_for_terminal(self) -> None:
        if not has_terminal():
            self.stop(signal.SIGHUP)


def figures(sample: Sample, course: wording.Memory, rate: float, width: int) -> Table:
    """Return the figures, a line each."""
    lines = {
        "requests": wording.requests(sample.traffic, rate),
        "memory": wording.memory(sample, course, max(8, min(60, width - MARGIN))),
        "connections": wording.connections(sample),
        "queue": wording.queue(sample),
        "statements": wording.statements(sample),
    }
    return pairs(lines.items())


def attach(attachments: Attachments) -> Table:
    """Return what to attach with."""
    return pairs(attachments.lines())


def pairs(lines: Any) -> Table:
    """Return texts beside what they are about."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for what, text in lines:
        table.add_row(what, Text(text))
    return table


def requests(sample: Sample) -> Table:
    """Return a line for each kind of request."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    table.add_column(wording.HEADINGS[0], no_wrap=True, overflow="ellipsis", min_width=20)
    for heading in wording.HEADINGS[1:]:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in sample.traffic.rows:
        table.add_row(*map(Text, wording.cells(row)))
    return table


def has_terminal() -> bool:
    """Whether there is a terminal to read from."""
    return sys.__stdin__ is not None and not sys.__stdin__.closed and os.isatty(sys.__stdin__.fileno())
