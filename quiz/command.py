"""What `workbench quiz` does: a new interview or one to go on with, on the whole terminal or line by line."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.content import find_content
from checker.errors import UsageError
from quiz.alone import alone
from quiz.bank import read_bank
from quiz.late import LateStore
from quiz.listing import bank_lines
from quiz.plain.terminal import is_interactive
from quiz.selection import Wish, make_plan
from quiz.session import Kept, Session
from records.identifiers import new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from quiz.bank import Bank
    from quiz.session import Store
    from records.interviews import InterviewStore


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
    with contextlib.ExitStack() as stack:
        session = begun(stack, bank, call) if call.resume is None else resumed(stack, bank, call.resume)
        show(session, call, put)


def begun(stack: contextlib.ExitStack, bank: Bank, call: Call) -> Session:
    """Begin an interview; the records are opened when its first question stands there."""

    def begin(kept: Kept) -> Store:
        store = open_store(stack)
        store.create(kept.candidate, kept.plan, kept.started, kept.id)
        return store

    kept = Kept(new_id(), (call.candidate or "").strip(), make_plan(bank, call.wish), time.time())
    late = LateStore(kept, begin)
    stack.enter_context(alone(kept.id))
    session = Session.resume(bank, late, kept.id)
    late.ready()
    return session


def resumed(stack: contextlib.ExitStack, bank: Bank, typed: str) -> Session:
    """Go on with an interview by its id or the beginning of one."""
    store = open_store(stack)
    interview = store.load(typed).id
    stack.enter_context(alone(interview))
    return Session.resume(bank, store, interview)


def open_store(stack: contextlib.ExitStack) -> InterviewStore:
    """Open the records until the stack ends."""
    from records.database import open_records
    from records.interviews import InterviewStore

    return InterviewStore(stack.enter_context(open_records()))


def refuse_mixture(call: Call) -> None:
    """Refuse to change what an interview asks while it is gone on with."""
    if call.resume is not None and (call.candidate is not None or call.wish != Wish()):
        raise UsageError(
            "an interview that is gone on with has its candidate and its questions",
            next_step=f"workbench quiz --resume {call.resume}",
        )


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
