"""What `workbench quiz` does: a new interview or one to go on with, on the whole terminal or line by line."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.content import find_content
from checker.errors import UsageError
from quiz.alone import alone
from quiz.bank import read_bank
from quiz.listing import bank_lines
from quiz.plain.terminal import is_interactive
from quiz.selection import Wish, make_plan
from quiz.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from quiz.session import Plan, Store


@dataclass(frozen=True)
class Call:
    """What was typed behind `workbench quiz`; an interview that is gone on with has its plan and its candidate."""

    candidate: str | None
    wish: Wish
    resume: str | None
    plain: bool


def list_bank() -> str:
    """Return the bank's table of contents."""
    return "\n".join(bank_lines(read_bank(find_content().questions))) + "\n"


def hold_interview(call: Call, put: Callable[[str], None]) -> None:
    """Hold an interview until it is ended or left."""
    refuse_mixture(call)
    bank = read_bank(find_content().questions)
    plan = make_plan(bank, call.wish)
    from records.database import open_records
    from records.interviews import InterviewStore

    with open_records() as records:
        store = InterviewStore(records)
        interview = begun(store, call, plan) if call.resume is None else store.load(call.resume).id
        with alone(interview):
            show(Session.resume(bank, store, interview), call, put)


def refuse_mixture(call: Call) -> None:
    """Refuse to change what an interview asks while it is gone on with."""
    if call.resume is not None and (call.candidate is not None or call.wish != Wish()):
        raise UsageError(
            "an interview that is gone on with has its candidate and its questions",
            next_step=f"workbench quiz --resume {call.resume}",
        )


def begun(store: Store, call: Call, plan: Plan) -> str:
    """Begin an interview and return its id."""
    return store.create((call.candidate or "").strip(), plan, time.time())


def show(session: Session, call: Call, put: Callable[[str], None]) -> None:
    """Show an interview on the face that fits."""
    if is_interactive() and not call.plain:
        from quiz.screen.app import run

        run(session)
        return
    from quiz.code import find_excerpt
    from quiz.plain.face import Face
    from quiz.plain.terminal import ProcessTerminal

    face = Face(session, ProcessTerminal(put, session.tick), find_excerpt)
    face.run(resumed=call.resume is not None)
