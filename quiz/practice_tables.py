"""Practice in numbers, for a terminal: a heat map of the sections and a forecast, both read without colour as well."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quiz.bank import Level
from quiz.practice_stats import forecast, later, section_stats

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from quiz.practice import Practice
    from quiz.practice_stats import SectionStats

DAYS: Final = 14
NOTHING: Final = "-"
NARROWEST: Final = 60  # columns that the heat map needs
TITLE: Final = "Covered the last time, by level"
BAR: Final = 20  # the longest bar
SHADES: Final = ((0.85, "██", "green"), (0.6, "▓▓", "cyan"), (0.35, "▒▒", "yellow"), (0.0, "░░", "red"))


def render_stats(practice: Practice, width: int, *, color: bool) -> str:
    """Return the heat map and the forecast."""
    stats, days = section_stats(practice), forecast(practice, DAYS)
    written = io.StringIO()
    console = Console(
        file=written, width=max(width, NARROWEST), force_terminal=color, no_color=not color, highlight=False
    )
    console.print(heat_map(stats))
    console.print(f"Shades: ██ from 85%, ▓▓ from 60%, ▒▒ from 35%, ░░ below; {NOTHING} not asked yet.")
    console.print(f"\nDue in the next {DAYS} days:")
    console.print(calendar(days))
    console.print(summary(stats, later(practice, days)))
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def heat_map(stats: Sequence[SectionStats]) -> Table:
    """Return a row a section: what was covered the last time by level, what is likely known now, what is due."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), title=TITLE, title_justify="left")
    table.add_column("Section", ratio=1)
    for name in ("asked", *Level, "recall", "due"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in stats:
        table.add_row(
            f"{one.section.id} {one.section.title}",
            f"{one.practised}/{len(one.section.items)}",
            *(cell(one.shares[level]) for level in Level),
            cell(one.recall),
            str(one.due or NOTHING),
        )
    return table


def cell(value: float | None) -> Text:
    """Return a share as a shade and a number; colour only repeats what the shade says."""
    if value is None:
        return Text(NOTHING)
    shade, style = next((shade, style) for least, shade, style in SHADES if value >= least)
    return Text(f"{shade} {value:4.0%}", style=style)


def calendar(days: Sequence[tuple[dt.date, int]]) -> Table:
    """Return a row a day with a bar and a number."""
    most = max((number for _, number in days), default=0)
    table = Table(box=None, show_header=False, pad_edge=False)
    for place, (day, number) in enumerate(days):
        name = "today" if place == 0 else f"{day:%a %d %b}"
        bar = "▇" * max(1, round(BAR * number / most)) if number else ""
        table.add_row(Text(name), Text(str(number), justify="right"), Text(bar))
    return table


def summary(stats: Sequence[SectionStats], after: int) -> str:
    """Return the sums in a sentence."""
    practised, there = sum(one.practised for one in stats), sum(len(one.section.items) for one in stats)
    return f"{practised} of {there} questions practised, {sum(one.due for one in stats)} due now, {after} due later."
