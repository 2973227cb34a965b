"""Verdicts as a page for GitHub's job summary: tables, and below them what was expected and seen.

Nothing foreign stands outside of code, and there is no HTML: a submission's words stay words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checker.renderers.markdown import block, code, table_row, words
from checker.renderers.plain import inert
from checker.renderers.shown import cut, show
from checker.verdict import Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checker.renderers.shown import Row, Shown
    from checker.verdict import Verdict

MAX_BYTES: Final = 2**20  # of a step's summary; GitHub refuses a longer one as a whole
MAX_MESSAGE: Final = 4_000  # characters of one text
RESULTS: Final = {Result.PASS: "✅ pass", Result.FAIL: "❌ fail", Result.ERROR: "⚠️ error"}
STATUSES: Final = {"pass": "✅ pass", "fail": "❌ fail", "not-run": "⏭️ not run"}
LEFT_OUT: Final = "\nThe rest does not fit here; the other reports hold it.\n"


def render_summary(verdicts: Sequence[Verdict], limit: int = MAX_BYTES) -> str:
    """Return Markdown of at most `limit` bytes in UTF-8: what is left out is said, and no part is cut in two."""
    shown = show(verdicts)
    parts = [overview(shown)] if len(shown) > 1 else []
    parts += [part for one in shown for part in sections(one)]
    return joined([inert(part) for part in parts], limit)


def joined(parts: Sequence[str], limit: int) -> str:
    """Return as many of the parts as fit."""
    room = limit - len(LEFT_OUT.encode())
    kept: list[str] = []
    size = 0
    for number, part in enumerate(parts):
        size += len(part.encode("utf-8", "replace")) + 1
        last = number == len(parts) - 1
        if size > (limit if last else room):
            return "\n".join(kept) + (LEFT_OUT if room >= 0 else "")
        kept.append(part)
    return "\n".join(kept)


def overview(shown: Sequence[Shown]) -> str:
    """Return a line a verdict."""
    rows = [["graded", "verdict", "score", "requirements passed"], ["---", "---", "---:", "---:"]]
    for one in shown:
        passed = f"{one.count('passed')} of {len(one.rows)}"
        rows.append([code(one.name), RESULTS[one.result], score(one), passed])
    return table(rows)


def sections(shown: Shown) -> Iterator[str]:
    """Yield the parts of one verdict: its result and table, its cause and log, what failed."""
    yield f"## {code(shown.name)} {words(shown.title)}\n\n{headline(shown)}\n\n{requirements(shown)}"
    if shown.cause:
        yield f"### What happened\n\n{block(cut(shown.cause, MAX_MESSAGE))}"
    if shown.log:
        yield f"### From its log\n\n{block(cut(shown.log, MAX_MESSAGE))}"
    for row in shown.rows:
        if row.status == "fail":
            yield f"### {code(row.id)}\n\n{block(cut(row.message, MAX_MESSAGE))}"


def headline(shown: Shown) -> str:
    """Return the result in a line, and what was graded."""
    parts = [f"**{RESULTS[shown.result]}**"]
    if shown.score is not None:
        parts.append(f"score {shown.score}")
    parts.append(f"{shown.seconds:.1f} s")
    parts += [f"{name} {code(value)}" for name, value in graded(shown).items() if value]
    return ", ".join(parts)


def graded(shown: Shown) -> dict[str, str]:
    """Return what was graded, and where."""
    return {"submission": shown.source, "commit": shown.commit, "stack": shown.stack, "isolation": shown.isolation}


def requirements(shown: Shown) -> str:
    """Return a line a requirement."""
    rows = [["requirement", "", "status", "weight"], ["---", "---", "---", "---:"]]
    return table([*rows, *([code(row.id), title(row), STATUSES[row.status], str(row.weight)] for row in shown.rows)])


def title(row: Row) -> str:
    """Return a requirement's title, and whether the verdict hangs on it."""
    return words(row.title) + (" (stretch)" if row.stretch else "")


def score(shown: Shown) -> str:
    """Return the score, if there is one."""
    return "" if shown.score is None else str(shown.score)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return lines of cells."""
    return "".join(map(table_row, rows))
