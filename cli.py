"""The command line: `workbench`."""

from __future__ import annotations

import typer

app = typer.Typer(name="workbench")
