"""The outside of a lab: its doors, its inner process, its events, its end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from checker.assemble import assemble
from checker.errors import InfrastructureError
from checker.isolation import Isolation
from checker.lab.attach import Addresses, Attachments
from checker.lab.pids import outside
from checker.lab.relay import Doors
from checker.lab.stack import LOGS
from checker.parts.functions.client import runtime_client_folder
from checker.parts.postgres import find_installation
from checker.runner.job import Job, Preparation
from checker.stacks.launch_local import LocalRun
from checker.stacks.venues import Local
from checker.submission import freeze
from checker.workspace import cache_folder, run_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.catalog import Catalog
    from checker.lab.plan import Load

COMMAND: Final = (sys.executable, "-I", "-X", "utf8", "-m", "checker.lab")
DOORS: Final = ("api", "database", "cache", "queue")
EXPORTS: Final = "env"
# Removes the run's folder when this process is gone, however it went: logs and a copy of the service lie in it.
JANITOR: Final = 'trap "" HUP INT TERM; cat; for n in 1 2 3 4 5; do rm -rf -- "$1" && exit; sleep 0.2; done'


@dataclass(frozen=True)
class Wanted:
    """Which service runs: the files of `folder`, or a kata's starter."""

    kata: str
    folder: Path | None
    load: Load

    @property
    def title(self) -> str:
        """What the panel calls it."""
        return f"{self.kata}: {self.folder or 'the starter'}"


@dataclass
class LabRun:
    """A lab under way. Events are dicts; see `checker.lab.inside`."""

    catalog: Catalog
    wanted: Wanted
    folder: Path
    doors: Doors
    process: InnerProcess
    isolation: str
    services: int = 0
    environ: dict[str, str] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)
    inside: dict[str, int] = field(default_factory=dict)

    def start_service(self, say: Callable[[str], None]) -> None:
        """Run the service as its files are now, in the place of the one that runs; errors as of a check."""
        self.services += 1
        source = self.wanted.folder or self._starter()
        submission = freeze(source, self.folder / f"service-{self.services}")
        venv = Local(self.catalog).environment(submission, say)
        client = runtime_client_folder(cache_folder() / "runtime-client")
        self.process.run(Job(str(submission.folder), str(venv), str(client)))

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield what happens until the lab ends; `InfrastructureError` where something of ours breaks."""
        for event in self.process.events():
            if "broken" in event:
                raise InfrastructureError(event["broken"])
            if "up" in event:
                self.environ = event["up"]
                self._write_exports()
            elif "sample" in event:
                self._find_pids(event["sample"]["pids"])
            yield event
        raise InfrastructureError(f"the lab ended by itself {self.process.last_words()}")

    def attachments(self) -> Attachments:
        """Return what to attach with, once the service was up."""
        return Attachments(
            Addresses.of(self.environ, self.doors.ports), self.pids, self.folder / LOGS, self._exports, psql()
        )

    @property
    def _exports(self) -> Path:
        return self.folder / EXPORTS

    def _write_exports(self) -> None:
        self._exports.write_text(self.attachments().addresses.exports(psql()), encoding="utf-8")

    def _find_pids(self, inside: dict[str, int]) -> None:
        """Find the processes again where others run than before, or where one was not to be seen yet."""
        if inside != self.inside or len(self.pids) < len(inside):
            self.inside = inside
            self.pids = outside(self.process.pid, inside, namespaces=self.isolation == Isolation.NAMESPACES)

    def _starter(self) -> Path:
        layers = self.catalog.layers(self.wanted.kata)
        return assemble(layers, self.folder / f"starter-{self.services}")


@dataclass(frozen=True)
class Opening:
    """What the inner process is told first, after the preparation: the load, and which descriptors are doors."""

    load: Load
    doors: dict[str, int]

    def to_json(self) -> str:
        """Return one line of JSON."""
        return json.dumps({"load": self.load.model_dump(), "doors": self.doors})


class InnerProcess(LocalRun):
    """The inner process: orders go in as lines, events come out."""

    def __init__(self, preparation: Preparation, doors: Doors, load: Load) -> None:
        super().__init__(preparation, COMMAND, tuple(doors.descriptors.values()))
        self._give(Opening(load, doors.descriptors))

    @property
    def pid(self) -> int:
        """The id of the process, or of the shell around it."""
        return self._process.pid

    def run(self, job: Job) -> None:
        """Have a service run; where nobody listens any more, that shows in the events."""
        self._give(job)

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield events until it ends."""
        for line in self._process.stdout or ():
            yield json.loads(line)

    def last_words(self) -> str:
        """Say how it ended."""
        return self._last_words()


@contextmanager
def lab_run(catalog: Catalog, wanted: Wanted) -> Iterator[LabRun]:
    """Start a lab's parts; everything of it ends with the context, and with this process, however that goes."""
    isolation = Local(catalog).isolation()
    with run_folder() as folder, janitor(folder), Doors(DOORS) as doors:
        hidden = tuple(map(str, catalog.secrets()))
        preparation = Preparation(
            "", str(folder), isolation, patience=catalog.load(wanted.kata).patience, hidden=hidden
        )
        with InnerProcess(preparation, doors, wanted.load) as process:
            yield LabRun(catalog, wanted, folder, doors, process, isolation)


@contextmanager
def janitor(folder: Path) -> Iterator[None]:
    """Have a folder removed when this process has gone, also where nothing tells it to go."""
    with subprocess.Popen(
        ["/bin/sh", "-c", JANITOR, "sh", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PATH": os.defpath},
        start_new_session=True,
    ):
        yield


def psql() -> str:
    """Return psql: as it is called where it is on the path, or else where the workbench has its own."""
    return "psql" if shutil.which("psql") else str(find_installation().bin / "psql")
