"""The records as JSON: everything, or what is kept of one candidate."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from checker.workspace import refuse_full
from records.interviews import InterviewStore, plan_data
from records.practice import PracticeRecords
from records.verdicts import VerdictStore

if TYPE_CHECKING:
    from pathlib import Path

    from quiz.session import Kept
    from records.connection import Records
    from records.verdicts import KeptVerdict

SCHEMA: Final = 1


def export(records: Records, candidate: str | None = None) -> str:
    """Return everything that is kept, or everything of a candidate, as JSON; times are ISO 8601 in UTC."""
    store = InterviewStore(records)
    interviews = [store.load(one.id) for one in store.summaries(candidate)]
    verdicts = VerdictStore(records).all() if candidate is None else VerdictStore(records).of(candidate)
    whole = {
        "schema": SCHEMA,
        "interviews": [interview_data(one) for one in interviews],
        "verdicts": [verdict_data(one) for one in verdicts],
    }
    if candidate is None:
        whole["practice"] = practice_data(PracticeRecords(records))
    return json.dumps(whole, indent=2) + "\n"


def interview_data(kept: Kept) -> dict[str, Any]:
    """Return an interview as plain data."""
    return {
        "id": kept.id,
        "candidate": kept.candidate,
        "started": moment(kept.started),
        "ended": moment(kept.ended),
        "position": kept.position,
        "plan": plan_data(kept.plan),
        "sheets": {item: asdict(sheet) for item, sheet in kept.sheets.items()},
        "conclusion": asdict(kept.conclusion),
    }


def verdict_data(kept: KeptVerdict) -> dict[str, Any]:
    """Return a verdict as plain data."""
    return {**asdict(kept), "at": moment(kept.at)}


def practice_data(practice: PracticeRecords) -> dict[str, Any]:
    """Return what practice remembers as plain data."""
    cards = [{**asdict(card), "due": moment(card.due)} for card in practice.cards()]
    return {"cards": cards, "reviews": [{**asdict(one), "at": moment(one.at)} for one in practice.reviews()]}


def moment(seconds: float | None) -> str | None:
    """Return a time as text."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def write_private(path: Path, text: str) -> None:
    """Write a file about people, which its owner alone can read where it is new."""
    with refuse_full(path), os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(text.encode())
