"""The end of an interview: the scorecard, the interviewer's recommendation, level, reason and note."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from checker.renderers.plain import plain
from quiz.bank import Level
from quiz.scorecard import make_scorecard
from quiz.session import Recommendation

if TYPE_CHECKING:
    from quiz.plain.face import Face

RECOMMENDATIONS: Final = {one.replace("_", " "): one for one in Recommendation}
BACK: Final = "back"
RULE: Final = "rule"
NAMING: Final = "Enter leaves it; junior, mid or senior"


def conclude(face: Face) -> bool:
    """Ask for the interviewer's judgement and end the interview; False where the way led back to the questions."""
    face.say("", "The scorecard.")
    face.show_score()
    if not (recommend(face) and judge_level(face)):
        face.show_question()
        return False
    take_note(face)
    face.session.end()
    face.say(f"Interview {face.session.id} is over and kept. Its report: workbench report {face.session.id}")
    return True


def recommend(face: Face) -> bool:
    """Ask for the recommendation; False on the way back."""
    kept = face.session.conclusion.recommendation
    now = f"It is {kept.replace('_', ' ')} now. " if kept else ""
    while True:
        answer = face.ask(
            f"{now}Do you recommend to hire: strong yes, yes, no decision, no, or strong no? "
            "Enter leaves it, back goes to the questions."
        )
        word = " ".join(answer.lower().replace("_", " ").split())
        if word in RECOMMENDATIONS:
            face.session.conclude(replace(face.session.conclusion, recommendation=RECOMMENDATIONS[word]))
        if word in {"", *RECOMMENDATIONS, BACK}:
            return word != BACK
        face.say(f"“{plain(answer)}” is none of them.")


def judge_level(face: Face) -> bool:
    """Ask whether the estimate stands, and why not where it does not; False on the way back."""
    while True:
        answer = face.ask(f"{standing(face)} back goes back to the questions.")
        word = answer.lower()
        if word in set(Level):
            overrule(face, Level(word))
        elif word == RULE:
            face.session.conclude(replace(face.session.conclusion, level=None, reason=""))
        if word in {"", RULE, *Level, BACK}:
            return word != BACK
        face.say(f"“{plain(answer)}” is no level.")


def standing(face: Face) -> str:
    """Return which level stands, by whose word, and what may be typed."""
    session = face.session
    card = make_scorecard(session.bank, session.plan, session.sheets, session.conclusion)
    if session.conclusion.level:
        return (
            f"The level is {session.conclusion.level} by your word. {NAMING} changes it, rule goes by the rule again;"
        )
    if card.estimate.level:
        return f"The estimate is {card.estimate.level}. {NAMING} overrules it;"
    return f"The rule gives no level. {NAMING} names one;"


def overrule(face: Face, level: Level) -> None:
    """Keep the interviewer's level with its reason; without a reason nothing changes."""
    reason = face.ask("Why? One line tells the reason; Enter leaves the level as it was.")
    if reason:
        face.session.conclude(replace(face.session.conclusion, level=level, reason=reason))


def take_note(face: Face) -> None:
    """Ask for a note on the whole interview."""
    kept = face.session.conclusion.note
    now = f"The note is: {plain(kept)} " if kept else ""
    note = face.ask(f"{now}What should the hiring meeting know? One line, or Enter to leave it.")
    if note:
        face.session.conclude(replace(face.session.conclusion, note=note))
