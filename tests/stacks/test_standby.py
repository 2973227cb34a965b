"""Processes that wait for their program: they become it as if they had been started as that."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from checker.processes import Process
from checker.programs import Program, api, worker
from checker.runner.job import Job
from checker.stacks.standby import Standby

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LOOK = """
import json, os, sys
if __name__ == "__main__":
    print(json.dumps({
        "argv": sys.argv, "name": __name__, "first": sys.path[0], "cwd": os.getcwd(), "read": sys.stdin.read(),
        "environ": os.environ["SET"], "ahead": "fastapi" in sys.modules, "file": __file__,
        "strange": sorted({"runpy", "contextlib"} & set(globals())),
    }))
    sys.exit(7)
"""
SPAWN = """
import multiprocessing
def twice(number):
    return 2 * number
if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(twice, [21]))
"""


def job(folder: Path, *slow: str, client: str = "/nowhere") -> Job:
    """Return a job whose environment is in `folder`, and whose processes may all import the same."""
    return Job("/", str(folder), client, slow=dict.fromkeys(("api", "worker"), slow))


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """Make an environment with this interpreter, which finds what is installed here."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (tmp_path / "bin" / "python").chmod(0o755)
    return tmp_path


def standby(started: list[Process] | None = None) -> Standby:
    """Return one that starts its processes beside this one, and notes them."""

    async def start(name: str, program: Program) -> Process:
        process = await Process.start(name, program.argv, environ=program.environ, cwd=Path("/"), stdin=program.stdin)
        if started is not None:
            started.append(process)
        return process

    return Standby(start)


def run(work: Callable[[Standby], Awaitable[Any]], started: list[Process] | None = None) -> Any:
    """Do something with a standby, and end what waits there."""

    async def main() -> Any:
        ready = standby(started)
        try:
            return await work(ready)
        finally:
            await ready.dismiss()

    return asyncio.run(main())


async def become(ready: Standby, program: Program) -> tuple[int, str]:
    """Have a process become a program; return its status and what it printed."""
    process = await ready.take("it", program)
    assert process is not None
    try:
        code = await asyncio.wait_for(process.wait(), 20)
        return code, "\n".join(line.text for line in process.log.lines())
    finally:
        await process.kill()


def test_it_becomes_the_script(venv: Path) -> None:
    """Arguments, environment, import path, an empty standard input and the exit status are the script's own."""
    (venv / "bin" / "uvicorn").write_text(LOOK)
    program = api(venv, {"SET": "late"}, 80)

    async def work(ready: Standby) -> tuple[int, str]:
        await ready.begin(job(venv, "fastapi"), (api(venv, {}, 0),))
        return await become(ready, program)

    code, printed = run(work)
    assert (code, json.loads(printed)) == (
        7,
        {
            "argv": list(program.argv),
            "name": "__main__",
            "first": str(venv / "bin"),
            "cwd": "/",
            "read": "",
            "environ": "late",
            "ahead": True,
            "file": str(venv / "bin" / "uvicorn"),
            "strange": [],
        },
    )


async def become_among(files: Path, venv: Path) -> tuple[int, str]:
    """Have a process that waits in a folder become the API's script; return its status and its last line."""

    async def start(name: str, program: Program) -> Process:
        return await Process.start(name, program.argv, environ=program.environ, cwd=files, stdin=program.stdin)

    ready = Standby(start)
    await ready.begin(job(venv, "fastapi"), (api(venv, {}, 0),))
    waiting = await ready.take("it", api(venv, {"SET": "late"}, 80))
    assert waiting is not None
    code = await waiting.wait()
    await waiting.kill()
    return code, waiting.log.last()


def test_nothing_of_the_submissions_is_imported_ahead(venv: Path, tmp_path: Path) -> None:
    """Modules with the names of those that we need lie in its folder, and are run by nobody but the script."""
    files = tmp_path / "files"
    files.mkdir()
    for name in ("json", "contextlib", "runpy", "gc", "pathlib"):
        (files / f"{name}.py").write_text("raise SystemExit(9)\n")
    (venv / "bin" / "uvicorn").write_text("import json; print('read')\n")
    assert asyncio.run(become_among(files, venv)) == (0, "read")


@pytest.mark.parametrize("name", ["fastapi.py", "fastapi/__init__.py", "starlette.py", "json.py"])
def test_a_module_of_the_submissions_own_keeps_its_name(venv: Path, tmp_path: Path, name: str) -> None:
    """Where the script finds it, it gets it, and not what was imported ahead."""
    module = tmp_path / "files" / name
    module.parent.mkdir(parents=True)
    module.write_text("mine = True\n")
    imported = name.partition("/")[0].removesuffix(".py")
    script = f"import os, sys; sys.path.insert(0, ''); import {imported} as it; print(it.mine, os.environ['SET'])\n"
    (venv / "bin" / "uvicorn").write_text(script)
    assert asyncio.run(become_among(tmp_path / "files", venv)) == (0, "True late")


def test_the_worker_is_a_script_behind_the_interpreter(venv: Path) -> None:
    """The interpreter's name is no word of its arguments."""
    launcher = venv / ".launcher" / "launch.py"
    launcher.parent.mkdir()
    launcher.write_text(LOOK)

    async def work(ready: Standby) -> tuple[int, str]:
        await ready.begin(job(venv, "fastapi", client=str(venv)), (worker(venv, {}, venv),))
        return await become(ready, worker(venv, {"SET": "a"}, venv))

    printed = json.loads(run(work)[1])
    assert printed["argv"] == [str(launcher), str(venv), "lambda_function.lambda_handler"]
    assert printed["first"] == str(launcher.parent)


def test_a_script_can_start_processes_of_its_own(venv: Path) -> None:
    """What `multiprocessing` starts anew finds the script's functions."""
    (venv / "bin" / "uvicorn").write_text(SPAWN)

    async def work(ready: Standby) -> tuple[int, str]:
        await ready.begin(job(venv, "json"), (api(venv, {}, 0),))
        return await become(ready, api(venv, {}, 80))

    assert run(work) == (0, "[42]")


def test_a_module_that_cannot_be_imported_is_the_scripts_affair(venv: Path) -> None:
    """The script runs all the same, and fails by itself where it asks for the module."""
    (venv / "bin" / "uvicorn").write_text("import no_such_module\n")

    async def work(ready: Standby) -> tuple[int, str]:
        await ready.begin(job(venv, "no_such_module"), (api(venv, {}, 0),))
        return await become(ready, api(venv, {}, 80))

    code, printed = run(work)
    assert code == 1
    assert printed.splitlines()[-1] == "ModuleNotFoundError: No module named 'no_such_module'"


def test_each_waits_for_one_program_of_its_role(venv: Path) -> None:
    """The first gets the one that waited, the next a new one; other programs and the model solution's get none."""
    (venv / "bin" / "uvicorn").write_text("import os; print(os.getpid())\n")
    program = api(venv, {}, 80)

    async def work(ready: Standby) -> list[tuple[int, str]]:
        await ready.begin(job(venv, "fastapi"), (api(venv, {}, 0),))
        for other in (Program(("x",), {}), replace(program, of_model=True)):
            assert await ready.take("it", other) is None
        return [await become(ready, program) for _ in range(2)]

    (first, waited), (second, new) = run(work)
    assert (first, second) == (0, 0)
    assert waited != new


def test_the_dead_become_nothing(venv: Path) -> None:
    """One that ended while it waited is replaced."""
    (venv / "bin" / "uvicorn").write_text("print('here')\n")
    (venv / "site").mkdir()
    (venv / "site" / "fatal.py").write_text(f"import os\nif not os.path.exists('{venv}/on'): os._exit(3)\n")
    (venv / "bin" / "python").write_text(f'#!/bin/sh\nPYTHONPATH={venv}/site exec {sys.executable} "$@"\n')

    started: list[Process] = []

    async def work(ready: Standby) -> tuple[int, str]:
        await ready.begin(job(venv, "fatal"), (api(venv, {}, 0),))
        await started[0].wait()
        (venv / "on").touch()
        return await become(ready, api(venv, {}, 80))

    assert run(work, started) == (0, "here")
    assert len(started) == 2


def test_what_has_nothing_to_import_does_not_wait(venv: Path) -> None:
    """Where nothing may be imported ahead no process is started."""

    async def work(ready: Standby) -> Process | None:
        await ready.begin(job(venv), (api(venv, {}, 0),))
        return await ready.take("it", api(venv, {}, 80))

    assert run(work) is None


def test_another_environment_or_fewer_imports_are_not_served(venv: Path) -> None:
    """What waits has imported nothing that the submission does not import, and from nowhere else."""

    async def work(ready: Standby) -> list[bool]:
        await ready.begin(job(venv, "fastapi"), ())
        others = [job(venv, "fastapi", "boto3"), job(venv, "boto3"), job(venv / "other", "fastapi")]
        others.append(replace(others[0], slow={"api": ("fastapi",)}))
        found = [ready.serves(one) for one in others]
        await ready.dismiss()
        return [*found, ready.serves(job(venv, "fastapi"))]

    assert run(work) == [True, False, False, False, False]
