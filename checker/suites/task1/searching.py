"""The search for a password in a process of its own: hashing would hold the interpreter, and every request with it."""

from __future__ import annotations

import ast
import subprocess
import sys
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from checker.suites.task1.passwords import where_password_stands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.kit.tables import Row

SECONDS: Final = 120.0  # where half a second is usual


class Cells(NamedTuple):
    """What the search reads of a row; `Row` itself would bring the database's driver along."""

    table: str
    cells: tuple[str | bytes, ...]


def search_apart(rows: Sequence[Row], name: str, password: str, secret: str) -> str | None:
    """Return what `where_password_stands` does."""
    order = repr(([(row.table, row.cells) for row in rows], name, password, secret))
    command = [sys.executable, "-I", "-X", "utf8", "-m", "checker.suites.task1.searching"]
    done = subprocess.run(command, input=order.encode(), stdout=subprocess.PIPE, timeout=SECONDS, check=True)
    found: str | None = ast.literal_eval(done.stdout.decode())
    return found


def main() -> None:
    """Search what standard input holds, and write what was found."""
    rows, name, password, secret = ast.literal_eval(sys.stdin.read())
    held = cast("list[Row]", [Cells(*one) for one in rows])
    sys.stdout.write(repr(where_password_stands(held, name, password, secret)))


if __name__ == "__main__":
    main()
