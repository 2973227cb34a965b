"""The outside of a run in containers: begin them, give the inner process what it asks for, end everything.

The inner process, `checker.runner` in the container `suite`, decides what is started and when; here it is started, in
the kind of container that it is meant for and no other. Containers are made before they are needed: each waits for
its order.
"""

from __future__ import annotations

import base64
import contextlib
import json
import queue
import secrets
import shutil
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from checker.docker.containers import PART, SUBMISSION, SUITE, Container, Kind, Place, labels, sweep_run
from checker.docker.engine import Engine, client, refused
from checker.errors import InfrastructureError
from checker.log import Log
from checker.runner.job import Outcome
from checker.stacks.live import live

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.runner.job import Job, Preparation

SUITES: Final = "/opt/workbench/src/checker/suites"  # of the image, where the folder is empty
OWN_SUITE: Final = "/suites/own"
COMMAND: Final = ("/opt/workbench/bin/python", "-I", "-X", "utf8", "-m", "checker.runner", "docker")
ENVIRON: Final = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/tmp",  # noqa: S108 - the container's own
    "XDG_CACHE_HOME": "/opt/workbench/cache",
}
VOLUME: Final = "size=1g,nr_inodes=200k,uid=10001,gid=10001,mode=0700"
PARTS: Final = ("queue", "postgres", "valkey")
EARLY: Final = 3  # containers of the submission that every run wants: migration, API, worker
KINDS: Final[dict[str, Kind]] = {**dict.fromkeys(PARTS, PART), "submission": SUBMISSION, "model": SUBMISSION}


class Errand:
    """A container that was asked for under a number: what is sent to it before it is there waits."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._waiting: list[bytes] = []
        self._killed = False
        self.container: Container | None = None

    def send(self, data: bytes) -> None:
        """Write to its standard input."""
        with self._turn:
            if self.container is None:
                self._waiting.append(data)
            else:
                self.container.send(data)

    def kill(self) -> None:
        """End it."""
        with self._turn:
            self._killed = True
            if self.container is not None:
                self.container.kill()

    def begin(self, container: Container, order: dict[str, Any], hear: Any, ended: Any) -> None:
        """Give the order to a container, and what was sent meanwhile."""
        with self._turn:
            self.container = container
            container.run(order, hear, ended)
            for data in self._waiting:
                container.send(data)
            if self._killed:
                container.kill()


class DockerRun:
    """See `checker.stacks.live.Run`."""

    def __init__(self, preparation: Preparation, image: str, engine: Engine, content_suites: Path) -> None:
        self._folder = preparation.folder
        run = secrets.token_hex(6)
        self._place = Place(run, self._folder, image, engine.runtime, f"workbench-{run}")
        self._events: queue.SimpleQueue[dict[str, Any] | Exception] = queue.SimpleQueue()
        self._errands: dict[int, Errand] = {}
        self._made: list[Container] = []
        self._coming: dict[str, list[Future[Container]]] = {}
        self._binds: dict[str, list[str]] = {}
        self._titles = 0
        self._log = Log()
        self._over = False
        self._turn = threading.Lock()
        self._hands = ThreadPoolExecutor(8, thread_name_prefix=f"run-{run}")
        live.add(self)
        try:
            self._begin(preparation, content_suites)
        except BaseException:
            self.end()
            raise

    def __enter__(self) -> Self:
        """Return the run, which ends with the context."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the run."""
        self.end()

    def expect(self, job: Job) -> None:
        """Hear which job will probably come: containers cannot have more ready than they have."""

    def check(self, job: Job, tell: Callable[[dict[str, Any]], None]) -> Outcome:
        """Check a submission; `InfrastructureError` where the run ends without an outcome."""
        programs = tuple(path.name for path in (Path(job.venv) / "bin").iterdir())
        self._binds["submission"] = [f"{job.submission}:/submission:ro", f"{job.venv}:/venv:ro"]
        if job.model:
            self._binds["model"] = [f"{job.model}:/submission:ro", f"{job.model_venv}:/venv:ro"]
            open_to_all(Path(job.model))
        open_to_all(Path(job.submission))
        self._prepare("submission", EARLY)
        model = ("/model", "/venv") if job.model else ("", "")
        inner = replace(
            job, submission="/submission", venv="/venv", model=model[0], model_venv=model[1], programs=programs
        )
        self._tell(json.loads(inner.to_json()))
        while True:
            event = self._events.get()
            if isinstance(event, Exception):
                raise event
            if "outcome" in event:
                return Outcome.from_data(event["outcome"])
            tell(event)

    def abort(self) -> None:
        """End the run at once; whoever waits for its outcome gets an `InfrastructureError`."""
        self._events.put(InfrastructureError("the run was told to stop"))

    def end(self) -> None:
        """Remove every container of the run and its volume; may be called twice."""
        self._over = True
        live.discard(self)
        for container in tuple(self._made):
            container.kill()
        self._hands.shutdown(wait=True, cancel_futures=True)
        for container in tuple(self._made):
            container.kill()
        with (
            contextlib.suppress(InfrastructureError),
            refused(),
        ):  # the next run sweeps what an engine that is gone keeps
            sweep_run(self._place.run)
        for container in self._made:
            container.close()

    def _begin(self, preparation: Preparation, content_suites: Path) -> None:
        """Make the volume and the containers, the suite's first, whose loopback is everybody's."""
        (self._folder / "submission").mkdir(exist_ok=True)
        suite, bind = self._suite(Path(preparation.suite), content_suites)
        with refused():
            client().create_volume(
                self._place.volume,
                driver="local",
                driver_opts={"type": "tmpfs", "device": "tmpfs", "o": VOLUME},
                labels=labels(self._place),
            )
            binds = [bind, f"{self._folder / 'submission'}:/submission:ro"]
            hub = Container(self._place, SUITE, "suite", binds)
            self._made.append(hub)
            hub.start()
        self._hub = hub
        self._place = replace(self._place, network=f"container:{hub.id}")
        for part in PARTS:
            self._prepare(part)
        hub.run(
            {"argv": COMMAND, "environ": ENVIRON, "cwd": "/", "files": {}, "feed": True}, Lines(self), self._hub_ended
        )
        inner = replace(preparation, suite=suite, run_folder="/run/workbench", hidden=())
        self._tell(json.loads(inner.to_json()))

    def _suite(self, suite: Path, content_suites: Path) -> tuple[str, str]:
        """Return the suite's folder inside, and the mount that brings it there, from a copy that our user may read."""
        ours = suite.is_relative_to(content_suites)
        copy = self._folder / "suites"
        shutil.copytree(content_suites if ours else suite, copy, ignore=shutil.ignore_patterns("__pycache__"))
        open_to_all(copy)
        if ours:
            return f"{SUITES}/{suite.relative_to(content_suites).as_posix()}", f"{copy}:{SUITES}:ro"
        return OWN_SUITE, f"{copy}:{OWN_SUITE}:ro"

    def _prepare(self, kind: str, count: int = 1) -> None:
        """Have containers made that will be wanted soon."""
        for _ in range(count):
            self._coming.setdefault(kind, []).append(self._hands.submit(self._make, kind))

    def _make(self, kind: str) -> Container:
        """Make a container and start it; it waits for its order."""
        with self._turn:
            self._titles += 1
            title = f"{kind}-{self._titles}"
        with refused():
            container = Container(self._place, KINDS[kind], title, self._binds.get(kind, []))
            self._made.append(container)
            container.start()
        return container

    def hear(self, message: dict[str, Any]) -> None:
        """Take a message of the inner process: something that it asks for, or an event."""
        if order := message.get("launch"):
            errand = self._errands[order["id"]] = Errand()
            self._hands.submit(self._launch, errand, order)
        elif written := message.get("write"):
            self._errands[written["id"]].send(base64.b64decode(written["data"]))
        elif killed := message.get("kill"):
            self._errands[killed["id"]].kill()
        elif asked := message.get("memory"):
            self._hands.submit(self._weigh, asked["call"], self._errands[asked["id"]])
        else:
            self._events.put(message)

    def _launch(self, errand: Errand, asked: dict[str, Any]) -> None:
        """Give an order to a container that is there, or to one made for it."""
        number, kind = asked["id"], asked["kind"]

        def hear(_stream: int, data: bytes) -> None:
            self._tell({"output": {"id": number, "data": base64.b64encode(data).decode()}})

        def ended(code: int) -> None:
            self._tell({"ended": {"id": number, "code": code, "excess": KINDS[kind].excess(code)}})

        try:
            coming = self._coming.get(kind)
            container = coming.pop(0).result() if coming else self._make(kind)
            errand.begin(container, asked["order"], hear, ended)
        except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for the outcome
            self._events.put(error if isinstance(error, InfrastructureError) else InfrastructureError(repr(error)))

    def _weigh(self, call: int, errand: Errand) -> None:
        """Answer how much memory a container's processes have."""
        try:
            with refused():
                size = errand.container.memory() if errand.container else 0
        except InfrastructureError as error:
            self._events.put(error)
        else:
            self._tell({"memory": {"call": call, "bytes": size}})

    def hear_error(self, data: bytes) -> None:
        """Keep what the inner process writes to stderr: it says why there is no outcome."""
        self._log.feed(data)

    def _hub_ended(self, code: int) -> None:
        if not self._over:
            self._log.close()
            last = " / ".join(line.text for line in self._log.lines()[-3:])
            self._events.put(InfrastructureError(f"the run ended without an outcome (status {code})", detail=last))

    def _tell(self, message: dict[str, Any]) -> None:
        self._hub.send(json.dumps(message).encode() + b"\n")


class Lines:
    """Cuts the inner process's output into messages."""

    def __init__(self, run: DockerRun) -> None:
        self._run = run
        self._rest = b""

    def __call__(self, stream: int, data: bytes) -> None:
        """Take the next bytes of stdout (1) or stderr (2)."""
        if stream != 1:
            self._run.hear_error(data)
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._run.hear(json.loads(line))


def open_to_all(folder: Path) -> None:
    """Let the containers' users read a folder of the run's, which on this machine lies where only we can enter."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
