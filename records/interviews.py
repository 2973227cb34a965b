"""Interviews in the records: the store that `quiz.session` asks for, and lists of what is kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from checker.errors import InfrastructureError, UsageError
from quiz.bank import Level
from quiz.session import Conclusion, Kept, Mark, Plan, Recommendation, Sheet
from records.identifiers import new_id
from records.models import conclusions, interviews, sheets, storable
from records.names import cleaned, same
from records.rows import put

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, RowMapping, Table

    from records.connection import Records

TRIES: Final = 5  # ids that are drawn before one is free
NEXT_STEP: Final = "workbench sessions"


@dataclass(frozen=True)
class Summary:
    """An interview in a line; times are seconds since 1970."""

    id: str
    candidate: str
    started: float
    ended: float | None
    position: int
    planned: int  # how many questions


class InterviewStore:
    """Keeps interviews; every call is durable when it returns."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def create(self, candidate: str, plan: Plan, started: float, identifier: str | None = None) -> str:
        """Keep a new interview and return its id, which may have been drawn before."""
        values = {"candidate": cleaned(candidate), "plan": plan_data(plan), "started": started, "position": 0}
        for _ in range(TRIES):
            drawn = identifier or new_id()
            try:
                with self._records.writing() as connection:
                    connection.execute(interviews.insert().values(id=drawn, **values))
            except IntegrityError:
                continue
            return drawn
        raise InfrastructureError(f"no free id for an interview in {self._records.place}", next_step=NEXT_STEP)

    def load(self, interview: str) -> Kept:
        """Return an interview by its id or the beginning of one; `UsageError` where there is none, or several."""
        with self._records.reading() as connection:
            row = find(connection, interview)
            return kept(connection, row)

    def save_sheet(self, interview: str, item: str, sheet: Sheet) -> None:
        """Keep what was entered for an item, in place of what was kept before."""
        values = {**asdict(sheet), "marks": {point: str(mark) for point, mark in sheet.marks.items()}}
        self._put(sheets, {"interview": interview, "item": item}, {**values, "red_flags": list(sheet.red_flags)})

    def save_position(self, interview: str, position: int) -> None:
        """Keep where the interview stands."""
        self._change(interview, position=position)

    def save_conclusion(self, interview: str, conclusion: Conclusion) -> None:
        """Keep the interviewer's judgement."""
        self._put(conclusions, {"interview": interview}, asdict(conclusion))

    def end(self, interview: str, ended: float) -> None:
        """Keep that the interview is over."""
        self._change(interview, ended=ended)

    def summaries(self, candidate: str | None = None) -> list[Summary]:
        """Return every interview, or a candidate's, the newest first."""
        with self._records.reading() as connection:
            rows = connection.execute(select(interviews).order_by(interviews.c.started.desc())).mappings().all()
        found = [summary(row) for row in rows]
        return [one for one in found if candidate is None or same(candidate, one.candidate)]

    def _change(self, interview: str, **values: Any) -> None:
        with self._records.writing() as connection:
            done = connection.execute(interviews.update().where(interviews.c.id == interview).values(**values))
        if done.rowcount == 0:
            raise gone(interview)

    def _put(self, table: Table, key: Mapping[str, str], values: Mapping[str, Any]) -> None:
        """Change a row or add it; where another process adds it at the same moment, the later one counts."""
        for is_last in (False, True):
            try:
                with self._records.writing() as connection:
                    put(connection, table, key, values)
            except IntegrityError as error:
                if is_last:
                    raise gone(key["interview"]) from error
            else:
                return


def find(connection: Connection, interview: str) -> RowMapping:
    """Return the one interview whose id is, or begins with, what was typed."""
    typed = storable(interview.strip().lower())
    chosen = interviews.c.id.startswith(typed, autoescape=True)
    rows = connection.execute(select(interviews).where(chosen).order_by(interviews.c.started)).mappings().all()
    exact = [row for row in rows if row["id"] == typed]
    found = exact or rows
    if not typed or not found:
        raise UsageError(f"there is no interview {interview!r}", next_step=NEXT_STEP)
    if len(found) > 1:
        listed = ", ".join(f"{row['id']} ({row['candidate']})" for row in found[:5])
        raise UsageError(f"{interview!r} begins the ids of {len(found)} interviews: {listed}", next_step=NEXT_STEP)
    return found[0]


def kept(connection: Connection, row: RowMapping) -> Kept:
    """Return a whole interview."""
    own = select(sheets).where(sheets.c.interview == row["id"])
    judged = select(conclusions).where(conclusions.c.interview == row["id"])
    conclusion = connection.execute(judged).mappings().first()
    return Kept(
        id=row["id"],
        candidate=row["candidate"],
        plan=as_plan(row["plan"]),
        started=row["started"],
        position=row["position"],
        sheets={one["item"]: as_sheet(one) for one in connection.execute(own).mappings()},
        conclusion=Conclusion() if conclusion is None else as_conclusion(conclusion),
        ended=row["ended"],
    )


def gone(interview: str) -> UsageError:
    """Say that an interview is not there any more."""
    return UsageError(f"interview {interview} is no longer kept: it was deleted meanwhile", next_step=NEXT_STEP)


def plan_data(plan: Plan) -> dict[str, Any]:
    """Return a plan as plain data."""
    level = None if plan.level is None else str(plan.level)
    return {"items": list(plan.items), "level": level, "minutes": plan.minutes, "left_out": list(plan.left_out)}


def as_plan(data: Mapping[str, Any]) -> Plan:
    """Return a plan from plain data."""
    level = None if data["level"] is None else Level(data["level"])
    return Plan(tuple(data["items"]), level, data["minutes"], tuple(data["left_out"]))


def as_sheet(row: RowMapping) -> Sheet:
    """Return a sheet from its row."""
    marks = {point: Mark(mark) for point, mark in row["marks"].items()}
    plain = {name: row[name] for name in ("note", "said", "flagged", "asked", "skipped", "seconds")}
    return Sheet(marks=marks, red_flags=tuple(row["red_flags"]), **plain)


def as_conclusion(row: RowMapping) -> Conclusion:
    """Return a judgement from its row."""
    return Conclusion(
        recommendation=None if row["recommendation"] is None else Recommendation(row["recommendation"]),
        level=None if row["level"] is None else Level(row["level"]),
        reason=row["reason"],
        note=row["note"],
    )


def summary(row: RowMapping) -> Summary:
    """Return an interview in a line."""
    plain = {name: row[name] for name in ("id", "candidate", "started", "ended", "position")}
    return Summary(planned=len(row["plan"]["items"]), **plain)
