"""Starts the worker in the submission's process: `python launch.py FOLDER HANDLER`, in the submission's root.

FOLDER holds AWS's runtime interface client and goes to the end of the import path, so that whatever the submission
has installed comes first. This file stands alone: it runs with the submission's interpreter, where nothing of the
workbench can be imported.
"""

from __future__ import annotations

import importlib
import runpy
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve().parent


def client_main() -> Callable[[list[str]], None] | None:
    """Return the entry point of AWS's client; None where it cannot be imported here, as on macOS."""
    try:
        importlib.import_module("runtime_client")  # its compiled half: for one version of Python and one platform
        main: Callable[[list[str]], None] = importlib.import_module("awslambdaric.__main__").main
    except ImportError:
        return None
    return main


def launch(folder: str, handler: str) -> None:
    """Run the client, or `bootstrap.py` in its place, with the current folder first on the import path."""
    sys.path[:] = [*(entry for entry in sys.path if Path(entry).resolve() != HERE), folder]
    main = client_main()  # now, before a module of the submission's can take the place of one that the client needs
    sys.path.insert(0, str(Path.cwd()))
    sys.argv = [sys.argv[0], handler]
    if main is not None:
        main(sys.argv)
    else:
        runpy.run_path(str(HERE / "bootstrap.py"), run_name="__main__")


if __name__ == "__main__":
    launch(sys.argv[1], sys.argv[2])
