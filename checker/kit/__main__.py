"""The suite's process: `python -m checker.kit`, its order on standard input as a line of JSON.

pytest runs with nothing but what is named here: no plugin found by itself, no configuration but the kit's, no
conftest but the suite's own, no cache.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from checker.kit import fixtures
from checker.kit.plugin import Observer


def main() -> int:
    """Run the suite that the order names and return pytest's exit status."""
    order = json.loads(sys.stdin.readline())
    stream = os.fdopen(order["stream"], "w", encoding="utf-8")
    fixtures.configure(desk=Path(order["desk"]), token=order["token"])
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
