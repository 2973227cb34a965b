"""The report as JSON: versioned, in ASCII, with the five-step recommendation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from quiz.report.json import render_json
from quiz.session import Recommendation
from tests.quiz.report.conftest import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from quiz.report.model import Report


def test_it_is_versioned(make_report: Callable[[str], Report]) -> None:
    """Schema, candidate, interview and code are where the reference says, times as text."""
    whole = json.loads(render_json(make_report("Ada")))
    assert list(whole) == ["schema", "candidate", "interview", "code", "other_interviews", "made", "workbench"]
    assert whole["schema"] == 1
    assert whole["interview"]["recommendation"] == "strong_no"
    assert whole["interview"]["started"] == "2023-11-14T22:13:20+00:00"
    assert whole["interview"]["judgement"]["level"] == "senior"
    assert whole["code"][0]["verdict"] == "error"
    assert whole["code"][0]["best_score"] == 50
    assert [one["at"] for one in whole["code"][0]["attempts"]] == ["2023-11-14T22:30:00+00:00"] * 2


def test_the_five_steps() -> None:
    """The recommendation is one of the five that applicant-tracking systems use."""
    assert [str(one) for one in Recommendation] == ["strong_yes", "yes", "no_decision", "no", "strong_no"]


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_comes_back_as_it_was(make_report: Callable[[str], Report], text: str) -> None:
    """What was typed is kept exactly, and no control character stands in the file itself."""
    made = render_json(make_report(text))
    assert not {character for character in made if not " " <= character <= "~"} - {"\n"}
    whole = json.loads(made)
    assert whole["candidate"] == text
    assert whole["interview"]["judgement"]["note"] == text
    assert whole["interview"]["sections"][0]["questions"][0]["note"] == text
