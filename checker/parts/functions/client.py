"""What the worker's process needs of the workbench: AWS's runtime interface client in a folder, and an environment."""

from __future__ import annotations

import compileall
import hashlib
import shutil
import sys
import tempfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

CLIENT: Final = "awslambdaric"
NEEDED: Final = (CLIENT, "simplejson", "snapshot-restore-py")
LEFT_OUT: Final = frozenset({"tests", "__pycache__", ".."})
FOLDER_MODE: Final = 0o755  # another user runs the submission
FILE_MODE: Final = 0o644
HANDLER: Final = "lambda_function.lambda_handler"
LAUNCHER_FOLDER: Final = ".launcher"  # no name that could be imported
LAUNCHER_FILES: Final = tuple(Path(__file__).with_name(name) for name in ("launch.py", "bootstrap.py"))


def runtime_client_folder(target: Path) -> Path:
    """Return a folder under `target` with the runtime interface client, what it imports, and the launcher.

    It is made where it is missing, and is all that the worker's process must see of the workbench. Where this
    environment has no client it holds the launcher alone, which then uses its own bootstrap. The folder's name
    carries what is in it, so it never holds another version. Safe in several processes at once. `OSError` where it
    cannot be written.
    """
    found = _distributions()
    folder = target / _name(found)
    if not folder.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        _publish(Path(tempfile.mkdtemp(prefix=".client-", dir=target)), folder, found)
    return folder


def worker_command(python: str, client_folder: Path) -> list[str]:
    """Return the command that starts the worker, to be run in the submission's root; paths as the worker sees them."""
    return [python, str(client_folder / LAUNCHER_FOLDER / "launch.py"), str(client_folder), HANDLER]


def worker_environment(runtime_api: str, root: str) -> dict[str, str]:
    """Return the variables that Lambda sets and the client or a handler reads, beside those of the contract.

    `runtime_api` is `host:port` as the worker reaches it, `root` the submission's folder as the worker sees it.
    """
    return {
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "_HANDLER": HANDLER,
        "LAMBDA_TASK_ROOT": root,
        "AWS_LAMBDA_FUNCTION_NAME": "worker",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/worker",
        "AWS_LAMBDA_LOG_STREAM_NAME": "worker",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": "Text",
        "AWS_REGION": "us-east-1",
    }


def _distributions() -> list[Distribution]:
    try:
        return [distribution(name) for name in NEEDED]
    except PackageNotFoundError:
        return []


def _name(found: list[Distribution]) -> str:
    version = found[0].version if found else "none"
    launcher = hashlib.sha256(b"".join(file.read_bytes() for file in LAUNCHER_FILES)).hexdigest()
    return f"{CLIENT}-{version}-{sys.implementation.cache_tag}-{launcher[:8]}"


def _publish(draft: Path, folder: Path, found: list[Distribution]) -> None:
    try:
        _fill(draft, found)
        draft.rename(folder)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not folder.is_dir():  # no other process was faster: the disk's trouble
            raise


def _fill(draft: Path, found: list[Distribution]) -> None:
    for package in found:
        for file in package.files or []:
            if LEFT_OUT.isdisjoint(file.parts) and not file.parts[0].endswith(".dist-info"):
                _copy(Path(str(file.locate())), draft / file)
    for source in LAUNCHER_FILES:
        _copy(source, draft / LAUNCHER_FOLDER / source.name)
    compileall.compile_dir(draft, quiet=2, stripdir=str(draft))  # it may be read-only where it is used
    for path in (draft, *draft.rglob("*")):
        path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)


def _copy(source: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, copy)
