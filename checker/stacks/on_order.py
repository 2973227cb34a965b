"""Imports modules, then waits to be told which program to be: `python -c … MODULE…`.

The order is a line of JSON on standard input: `argv`, whose first word is a script, and `environ`. It stands alone,
in a process of the submission's, which becomes the script as if it had been started as that: the modules are those
that the script imports anyway, and one that cannot be imported fails when the script asks for it. Where a module of
the folder's has the name of something that is imported by then, what was imported is forgotten.
"""

from __future__ import annotations

import sys

del sys.path[0]  # the submission's folder: no module of its own is to be found before the script looks for it

import contextlib  # noqa: E402 - see above
import gc  # noqa: E402
import importlib.machinery  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import runpy  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402


def main(modules: list[str]) -> None:
    """Import what there is to import, and wait; nobody who gives an order is an end as well."""
    gc.disable()  # there is nothing to collect, and looking for it is a tenth of the time
    for module in modules:
        with contextlib.suppress(BaseException):
            importlib.import_module(module)
    gc.enable()
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            return
        line += byte
    become(json.loads(line))


def is_in_the_way() -> bool:
    """Whether something that is imported has the name of a module in this folder, which the script might import."""
    suffixes = tuple(importlib.machinery.all_suffixes())
    for entry in os.scandir():
        is_module = entry.name.endswith(suffixes) or (Path(entry) / "__init__.py").is_file()
        if is_module and entry.name.partition(".")[0] in sys.modules:
            return True
    return False


def become(order: dict[str, Any]) -> None:
    """Run the script, with nothing on its standard input."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.environ.update(order["environ"])
    if is_in_the_way():
        os.execv(sys.executable, [sys.executable, *order["argv"]])  # noqa: S606 - as if nothing had been imported
    sys.argv[:] = order["argv"]
    sys.path.insert(0, str(Path(sys.argv[0]).resolve().parent))
    runpy.run_path(sys.argv[0], run_name="__main__")


main(sys.argv[1:])
