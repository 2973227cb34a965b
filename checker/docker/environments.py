"""A submission's environment for the containers, made in one: with the network, without the suites and any secret.

Only wheels are installed, so that nothing of a submission runs meanwhile; the container with the network holds our own
program alone. It is kept by what it was made from, the image included, whose interpreter it belongs to.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker.docker.containers import GIB, Container, Kind, Place, sweep_run
from checker.docker.engine import Engine, client, refused
from checker.environment import MARK, PASSED_ON, refusal, requirement_texts
from checker.errors import InfrastructureError, SubmissionError
from checker.log import Log
from checker.workspace import cache_folder, locked, made, refuse_full

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.submission import Submission

FORMAT: Final = 1  # of an environment; a change of how one is made raises this
INSTALL_SECONDS: Final = 600.0
SHOWN_LINES: Final = 12
OUR_UID: Final = 10001
CERTIFICATES: Final = "/driver-certificates.pem"
SCRIPT: Final = """
uv --quiet venv --no-project --python "$(command -v python3)" --allow-existing /venv
uv pip install --no-build --no-progress --color never --python /venv/bin/python "$@" \\
  --requirement /submission/requirements.txt
python3 -ISs -m compileall -q -j 2 /venv/lib || :  # uv would start the new environment, and with it any `.pth` in it
"""


def find_environment(
    submission: Submission, image: str, engine: Engine, tell: Callable[[str], None], *, offline: bool = False
) -> Path:
    """Return the submission's environment, making it first where it is new; with `offline` from uv's cache alone."""
    digest = hashlib.sha256(f"{FORMAT} {base_of(image)}".encode())
    for text in requirement_texts(submission.folder):
        digest.update(text.encode() + b"\0")
    folder = cache_folder() / "container-environments" / digest.hexdigest()[:32]
    if (folder / MARK).is_file():
        return folder
    with locked(folder.with_suffix(".lock")):
        if not (folder / MARK).is_file():
            build(submission, folder, Workshop(image, engine, tell, offline))
    return folder


def base_of(image: str) -> str:
    """Return what names the base image, whose interpreter an environment belongs to: its first layer."""
    with refused():
        layers: list[str] = client().inspect_image(image)["RootFS"]["Layers"]  # type: ignore[no-untyped-call]  # the stubs leave it out
    return layers[0]


class Workshop:
    """Where environments are made: the image, its engine, who hears of it, and whether the network may be used."""

    def __init__(self, image: str, engine: Engine, tell: Callable[[str], None], offline: bool) -> None:
        self.image = image
        self.engine = engine
        self.tell = tell
        self.offline = offline

    @property
    def uid(self) -> int:
        """The user that writes the environment: this one, so that it can be removed again, or ours where it is root."""
        return os.getuid() or OUR_UID


def build(submission: Submission, folder: Path, workshop: Workshop) -> None:
    """Make the environment and mark it as complete; nothing is left of one that fails."""
    with refuse_full(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    cache = made(cache_folder() / "container-packages")
    for path in (folder, cache):
        if os.getuid() == 0:
            os.chown(path, workshop.uid, -1)
    try:
        install(submission, folder, cache, workshop)
        with refuse_full(folder):
            (folder / MARK).touch()
            folder.chmod(0o755)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def install(submission: Submission, folder: Path, cache: Path, workshop: Workshop) -> None:
    """Run uv in a container of its own."""
    run = secrets.token_hex(6)
    place = Place(run, folder, workshop.image, workshop.engine.runtime, "", "none" if workshop.offline else "bridge")
    kind = Kind(f"{workshop.uid}:{OUR_UID}", 4 * GIB, 512, 8192, 2 * GIB, trusted=False)
    environ, extra = settings()
    binds = [f"{submission.folder}:/submission:ro", f"{folder}:/venv:rw", f"{cache}:/packages:rw", *extra]
    log, over, status = Log(), threading.Event(), list[int]()

    def hear(_stream: int, data: bytes) -> None:
        log.feed(data)
        if lines := log.lines():
            workshop.tell(lines[-1].text)

    def ended(code: int) -> None:
        status.append(code)
        over.set()

    order = {"argv": ["/bin/sh", "-ec", SCRIPT, "install", *(["--offline"] if workshop.offline else [])]}
    try:
        with refused():
            container = Container(place, kind, "install", binds)
        with closing(container):
            with refused():
                container.start()
            container.run({**order, "environ": environ, "cwd": "/", "files": {}, "feed": False}, hear, ended)
            if not over.wait(INSTALL_SECONDS):
                raise InfrastructureError(f"installing requirements.txt took longer than {INSTALL_SECONDS:g} s")
    finally:
        with refused():
            sweep_run(run)
    log.close()
    if status != [0]:
        raise why("\n".join(line.text for line in log.lines()[-SHOWN_LINES:]))


def why(log: str) -> Exception:
    """Say whose doing a failed installation is."""
    if "--no-build" in log or "building source distributions is disabled" in log.lower():
        return SubmissionError(
            "requirements.txt needs a package without a wheel: only wheels are installed here", log=log
        )
    return refusal(log)


def settings() -> tuple[dict[str, str], list[str]]:
    """Return uv's environment, and the mounts that it needs: how packages are reached, and no secrets."""
    kept = {name: value for name, value in os.environ.items() if PASSED_ON.match(name) and not value.startswith("/")}
    certificates = os.environ.get("SSL_CERT_FILE", "")
    extra = []
    if Path(certificates).is_file():
        kept["SSL_CERT_FILE"] = CERTIFICATES
        extra.append(f"{certificates}:{CERTIFICATES}:ro")
    own = {"PATH": "/opt/workbench/bin:/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8"}  # noqa: S108 - the container's own
    return {**kept, **own, "UV_CACHE_DIR": "/packages", "UV_LINK_MODE": "copy", "UV_PYTHON_DOWNLOADS": "never"}, extra
