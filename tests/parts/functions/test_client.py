"""The worker's side: the folder with the client, the launcher, and the environment."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.parts.functions import client
from checker.parts.functions.client import runtime_client_folder, worker_command, worker_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    import pytest

WAIT = 8.0


def test_folder_holds_the_client_and_its_needs_alone(client_folder: Path) -> None:
    """Client, compiled half, two dependencies and the launcher; no metadata, no tests, nothing else."""
    names = {path.name.partition(".cpython")[0] for path in client_folder.iterdir()}
    expected = {"awslambdaric", "simplejson", "snapshot_restore_py.py", "runtime_client", ".launcher", "__pycache__"}
    assert names == expected
    assert not (client_folder / "simplejson" / "tests").exists()
    assert {path.name for path in (client_folder / ".launcher").glob("*.py")} == {"launch.py", "bootstrap.py"}


def test_folder_can_be_read_by_another_user(client_folder: Path) -> None:
    """Everybody may read, nobody else may write."""
    modes = {path.stat().st_mode & 0o777 for path in (client_folder, *client_folder.rglob("*"))}
    assert modes == {0o755, 0o644}


def test_folder_is_made_once(tmp_path: Path) -> None:
    """A second call returns the same folder untouched."""
    first = runtime_client_folder(tmp_path)
    inode = first.stat().st_ino
    assert runtime_client_folder(tmp_path) == first
    assert first.stat().st_ino == inode


def test_folder_made_by_two_processes_at_once(tmp_path: Path) -> None:
    """Both get the same whole folder, and nothing is left beside it."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        first, second = pool.map(runtime_client_folder, [tmp_path, tmp_path])
    assert first == second
    assert [*tmp_path.iterdir()] == [first]


def test_folder_without_a_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the client is not installed the folder holds the launcher alone, under another name."""
    monkeypatch.setattr(client, "NEEDED", ("no-such-distribution",))
    folder = runtime_client_folder(tmp_path)
    assert "-none-" in folder.name
    assert {path.name for path in folder.iterdir()} == {".launcher"}


def test_submission_modules_are_the_submissions(
    stage: Callable[..., AbstractAsyncContextManager[Any]], tmp_path: Path
) -> None:
    """Modules named like the launcher's, the client's and the host's come from the submission's root."""
    names = ("launch", "bootstrap", "client", "event", "host", "mapping", "records", "wire", "main", "checker")
    root = tmp_path / "modules"
    root.mkdir()
    for name in names:
        (root / f"{name}.py").write_text("")
    source = f"""
        import importlib, os, sys
        sys.path.insert(1, {str(root)!r})
        files = {{name: importlib.import_module(name).__file__ for name in {names!r}}}
        def lambda_handler(event, context):
            return {{"files": files, "first": sys.path[0], "argv": sys.argv[1:], "cwd": os.getcwd()}}
    """

    async def scenario() -> dict[str, Any]:
        async with stage(source) as one:
            await one.host.mapping_pause()
            response: dict[str, Any] = (await one.host.invoke({}))["response"]
            return response

    response = asyncio.run(scenario())
    assert {Path(file).parent for file in response["files"].values()} == {root}
    assert response["first"] == response["cwd"]
    assert response["argv"] == ["lambda_function.lambda_handler"]


def test_folder_comes_last_on_the_import_path(client_folder: Path, tmp_path: Path) -> None:
    """What the submission has installed is found before what the client brings."""
    (tmp_path / "lambda_function.py").write_text("import sys; print('PATH', sys.path[-1]); sys.exit(0)")
    result = subprocess.run(
        worker_command(sys.executable, client_folder),
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], **worker_environment("127.0.0.1:9", str(tmp_path))},
        capture_output=True,
        text=True,
        timeout=WAIT,
        check=True,
    )
    assert result.stdout == f"PATH {client_folder}\n"


def test_environment_is_what_the_client_reads() -> None:
    """The variables that Lambda reserves are there; none of them is the contract's business."""
    environment = worker_environment("127.0.0.1:9001", "/app")
    assert environment["AWS_LAMBDA_RUNTIME_API"] == "127.0.0.1:9001"
    assert environment["LAMBDA_TASK_ROOT"] == "/app"
    assert environment["_HANDLER"] == "lambda_function.lambda_handler"
    assert not {"AWS_DEFAULT_REGION", "AWS_LAMBDA_MAX_CONCURRENCY", "_LAMBDA_TELEMETRY_LOG_FD"} & environment.keys()
