"""The suite's process: `python -m checker.kit`, its order on standard input as a line of JSON.

pytest runs with nothing but what is named here: no plugin found by itself, no configuration but the kit's, no
conftest but the suite's own, no cache.
"""

from __future__ import annotations

import gc

gc.disable()  # before all other imports: they leave nothing to collect, and looking for it is a tenth of their time

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

sys.modules["httpx._main"] = None  # type: ignore[assignment]  # httpx's command line, which would import rich

import pytest  # noqa: E402 - see above

from checker.kit import fixtures  # noqa: E402
from checker.kit.plugin import Observer  # noqa: E402


def main() -> int:
    """Run the suite that the order names and return pytest's exit status."""
    order = json.loads(sys.stdin.readline())
    stream = os.fdopen(order["stream"], "w", encoding="utf-8")
    fixtures.configure(desk=Path(order["desk"]), token=order["token"])
    gc.freeze()  # what is imported stays: it need not be looked through again and again
    gc.enable()
    arguments = [
        *(order["suite"], "-c", str(Path(__file__).with_name("suite.ini")), "--rootdir", order["suite"]),
        *(
            "--confcutdir",
            order["suite"],
            "--import-mode=importlib",
            "--strict-markers",
            "-p",
            "no:cacheprovider",
            "-q",
        ),
    ]
    return int(pytest.main(arguments, plugins=[Observer(stream, order["only"], order.get("first", ())), fixtures]))


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # the report is whole; taking modules and loops apart would cost 0.15 s for nothing
