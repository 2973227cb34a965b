"""What the tests of the report share: an interview of the sample bank with everything that can be entered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from quiz.bank import Level
from quiz.report.making import code_of, interview_of
from quiz.report.model import Report
from quiz.session import Conclusion, Kept, Mark, Plan, Recommendation, Sheet
from records.verdicts import KeptRequirement, KeptVerdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from quiz.bank import Bank


def make_kept(bank: Bank, text: str) -> Kept:
    """Return an interview of every item, with `text` wherever something can be typed."""
    marks = list(Mark)
    sheets = {
        item.id: Sheet(
            marks={point.id: marks[number % 3] for number, point in enumerate(item.every_point)},
            note=text,
            said=text,
            red_flags=(0,) if item.red_flags else (),
            flagged=True,
            asked=True,
            seconds=90.0,
        )
        for item in bank.items.values()
    }
    conclusion = Conclusion(Recommendation.STRONG_NO, Level.SENIOR, text, text)
    plan = Plan(tuple(bank.items), Level.MID, 45.0, ("q99",))
    return Kept("k7f2q", text, plan, 1_700_000_000.0, 0, sheets, conclusion, 1_700_003_600.0)


def make_kept_verdict(text: str, **changes: Any) -> KeptVerdict:
    """Return a verdict on task2, with `text` wherever it can come from outside."""
    requirements = (
        KeptRequirement("alpha", text, "pass", 1, stretch=True),
        KeptRequirement("beta", "Beta works", "not-run", 1, stretch=False),
    )
    base = KeptVerdict(
        *(1, text, "task2", 1_700_001_000.0, "fail", 50, requirements, text, 2, 9.5),
        *("/home/ada", "a" * 40, "b" * 64, "local", "0.1.0"),
    )
    return replace(base, **changes)


@pytest.fixture
def make_report(bank: Bank) -> Callable[[str], Report]:
    """Return a way to make a report with a text wherever one can be."""

    def make(text: str) -> Report:
        kept = make_kept(bank, text)
        code = code_of(
            bank, [make_kept_verdict(text), make_kept_verdict(text, verdict="error", score=None, cause=None)]
        )
        return Report(text, interview_of(bank, kept), code, ("kother",), 1_700_007_200.0, "0.1.0")

    return make


@pytest.fixture
def kept(bank: Bank) -> Kept:
    """Return an interview of the sample bank."""
    return make_kept(bank, "fine")


HOSTILE = (
    "<script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp; &#x3c;",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "\x1b[31mred\x1b[0m \x9b5m \x00 \x07 \r over",
    "\u202egnp.exe\u202c \u2066x\u2069 \ufeff\u200b",
    "[link](javascript:alert(1)) ![image](https://e.example/x.png) <https://e.example>",
    "https://e.example/login www.e.example mailto:a@e.example",
    "# heading\n## more\n===\n---\n***",
    "- item\n+ item\n* item\n1. item\n2) item\n> quote",
    "| a | b |\n| --- | --- |\n| c | d |",
    "    code\n\tcode\n```\nfence\n```\n~~~\n<!-- comment -->",
    "**bold** __bold__ `code` ~~gone~~ \\escape \\",
    "[ref]: https://e.example\n[ref]\n[^1]: note",
    "line\u2028separator\u2029paragraph\x85next\x0bvertical\x0cfeed",
    "trailing \\\nbackslash  \nspaces",
    "$math$ :smile: @somebody #123 GH-1",
)
