"""The report as JSON for programs: versioned, in ASCII, foreign text as it was entered."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from quiz.report.model import SCHEMA
from records.export import moment

if TYPE_CHECKING:
    from quiz.report.model import CodePart, Interview, Report


def render_json(report: Report) -> str:
    """Return one JSON object."""
    return json.dumps(as_data(report), indent=2) + "\n"


def as_data(report: Report) -> dict[str, Any]:
    """Return a report as plain data; `interview` is null where there is code alone."""
    return {
        "schema": SCHEMA,
        "candidate": report.candidate,
        "interview": None if report.interview is None else interview_data(report.interview),
        "code": [code_data(one) for one in report.code],
        "other_interviews": list(report.others),
        "made": moment(report.made),
        "workbench": report.workbench,
    }


def interview_data(interview: Interview) -> dict[str, Any]:
    """Return an interview as plain data; `recommendation` is one of the five steps, or null."""
    judgement = asdict(interview.judgement)
    return {
        **asdict(interview),
        "started": moment(interview.started),
        "ended": moment(interview.ended),
        "judgement": judgement,
        "recommendation": judgement["recommendation"],
    }


def code_data(code: CodePart) -> dict[str, Any]:
    """Return the code for one kata as plain data."""
    attempts = [{**asdict(one), "at": moment(one.at)} for one in code.attempts]
    return {
        **asdict(code),
        "verdict": code.last.verdict,
        "score": code.last.score,
        "best_score": code.best,
        "attempts": attempts,
    }
