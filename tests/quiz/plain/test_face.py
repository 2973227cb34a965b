"""The plain face: an interview held by lines alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.errors import ExitStatus, InfrastructureError
from checker.interrupts import Interrupted
from quiz.bank import Level
from quiz.plain.commands import COMMANDS
from quiz.session import Conclusion, Mark, Plan, Recommendation

if TYPE_CHECKING:
    from collections.abc import Callable

    from quiz.session import Session
    from tests.quiz.conftest import Bench
    from tests.quiz.plain.conftest import Script

    Hold = Callable[..., tuple[Script, Session]]

C, P, M = Mark.COVERED, Mark.PARTLY, Mark.MISSED
ENTER = ""


def test_a_question_is_told_whole(hold: Hold) -> None:
    """The first thing said holds the section, place, question, code, points, follow-ups and red flags."""
    script, session = hold()
    assert (
        script.shown[0]
        == f"""\
Interview {session.id} with Ada: 2 questions.
Everything is kept at once. Type help for the commands, end for the scorecard and the end.

Question 1 of 2: q1, Sessions of the database. Section 1: Sessions.
Time: question 00:00 of 06:00, section 00:00 of 30:00, in all 00:00.
Ask: How does `get_db()` make sure that a connection goes back, whatever the request does?
Code: app/database.py, from line 12, 2 lines:
  12  def get_db():
  13      yield
Expected:
  1. A generator whose `yield` parts the making of the session from its end. (junior)
  2. The `finally` block closes the session also where the request raised. (mid, weight 2)
  3. A connection is opened for each request. (mid)
    Correction: A session takes its connection from the pool at the first statement, and gives it back at the end. \
Source: SQLAlchemy: Session Basics, https://docs.sqlalchemy.org/en/21/orm/session_basics.html
Follow-up 1: And if the last block had been forgotten?
  4. Connections leak until the pool is empty and requests time out. (mid)
  5. Garbage collection would return some of them, at no certain time. (senior)
Red flag 1: Opens one global session for all requests
Point 1: A generator whose `yield` parts the making of the session from its end. \
Covered, partly or missed (c, p, m), or Enter to leave it?
"""
    )


def test_the_end_of_the_input_is_no_trouble(hold: Hold) -> None:
    """Closed input ends the face at once, with what to type to go on."""
    script, session = hold()
    assert script.shown[-1] == f"Interview {session.id} is kept. Go on with: workbench quiz --resume {session.id}\n"
    assert session.ended is None


@pytest.mark.parametrize("command", ["", "c", "said", "note", "end", "said some", "skip", "pause", "help", "y"])
def test_the_input_may_end_anywhere(hold: Hold, command: str) -> None:
    """Wherever the input ends, also within a text or at the end's questions, the way to go on is told."""
    script, session = hold(*([command] if command else []))
    assert f"workbench quiz --resume {session.id}" in script.shown[-1]


def test_a_whole_interview_is_held(hold: Hold) -> None:
    """From the first point to the recommendation, by one line each."""
    lines = ["c", "p", ENTER, "y", "m", "c", "r 1", ENTER, ENTER]  # q1 with its follow-up
    lines += ["m", "m", "m", ENTER, ENTER, ENTER]  # q2, its follow-up and red flags left
    lines += ["no", ENTER, "Better with SQL than with people."]
    script, session = hold(*lines)
    assert session.sheet_of("q1").marks == {"generator": C, "finally": P, "leak": M, "collector": C}
    assert session.sheet_of("q1").red_flags == (0,)
    assert session.sheet_of("q2").marks == {"types": M, "injection": M, "hidden": M}
    assert session.conclusion == Conclusion(Recommendation.NO, note="Better with SQL than with people.")
    assert session.ended is not None
    assert script.shown[-1].endswith(f"Its report: workbench report {session.id}\n")
    assert "Overall: 30 %, 3 of 10 by weight" in script.whole


@pytest.mark.parametrize(
    ("lines", "marks"),
    [
        (["c 1 3", "m rest"], {"generator": C, "connection": C, "finally": M}),
        (["C 1,2", "p 5"], {"generator": C, "finally": C, "collector": P}),
        (["c", "u"], {}),
        (["c", "c", "u 1"], {"finally": C}),
        (["c", "u", "m"], {"generator": M}),
        (["c 4", "c rest"], {"leak": C, "generator": C, "finally": C, "connection": C, "collector": C}),
        (["c rest", "u", "u", "p"], {"generator": C, "finally": C, "connection": P}),  # there is one last mark
        (["c 9"], {}),
        (["c 0"], {}),
        (["c one"], {}),
        (["m", "n", "b"], {"generator": M}),
        (["u"], {}),
    ],
)
def test_points_are_marked_at_hand_by_number_and_the_rest(hold: Hold, lines: list[str], marks: dict[str, Mark]) -> None:
    """A mark goes to the point at hand, to named ones, or to all that are left, and can be taken back."""
    assert hold(*lines)[1].sheet_of("q1").marks == marks


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("c 9", "The numbers go from 1 to 5; type them as in c 1 3."),
        ("p x", "The numbers go from 1 to 5; type them as in p 1 3."),
        ("r", "The numbers go from 1 to 1; type them as in r 1."),
        ("r 2", "The numbers go from 1 to 1; type them as in r 1."),
        ("u", "There is no mark to take back; type u and the number of a marked point, as in u 2."),
        ("u 4", "There is no mark to take back; type u and the number of a marked point, as in u 2."),
        ("y", "No follow-up is at hand; c, p or m and a number mark a follow-up's points at any time."),
        ("b", "This is the first question."),
        ("go", "Type go and one of q1, q2, or a number from 1 to 2."),
        ("go q3", "Type go and one of q1, q2, or a number from 1 to 2."),
        ("go 3", "Type go and one of q1, q2, or a number from 1 to 2."),
        ("hello", "There is no command “hello”. Type help for the commands."),
        ("\x1b[2J", "There is no command “\\x1b[2J”. Type help for the commands."),
    ],
)
def test_what_cannot_be_done_is_told_and_asked_again(hold: Hold, line: str, told: str) -> None:
    """A wrong line says what would be right, changes nothing, and the same prompt comes again."""
    script, session = hold(line)
    prompt = script.shown[0].splitlines()[-1]
    assert script.shown[1] == f"{told}\n{prompt}\n"
    assert session.sheet_of("q1").marks == {}


def test_no_point_is_at_hand_at_a_follow_up(hold: Hold) -> None:
    """At a stop that is no point a mark needs a number."""
    script, _ = hold("c 1 2 3", "c")
    assert script.shown[1].startswith("Follow-up: And if the last block had been forgotten? Type y")
    assert script.shown[2].startswith("No point is at hand; type c and its number, as in c 1.")


def test_what_is_said_suggests_and_marks_nothing(hold: Hold) -> None:
    """Suggestions show with their words, negated ones as such, also at the prompt, and no point is marked."""
    script, session = hold("said It is a generator, with a yield", "said they do not leak connections")
    text = "A generator whose `yield` parts the making of the session from its end. Said: “generator”, “yield”."
    assert script.shown[1].splitlines() == [
        f"Perhaps point 1, {text}",
        f"Point 1: {text} Covered, partly or missed (c, p, m), or Enter to leave it?",
    ]
    assert (
        "Perhaps point 4, Connections leak until the pool is empty and requests time out. Said, but negated: “leak”."
        in (script.shown[2])
    )
    assert session.sheet.said == "It is a generator, with a yield\nthey do not leak connections"
    assert session.sheet.marks == {}


def test_texts_of_several_lines_end_with_a_full_stop(hold: Hold) -> None:
    """Pasted lines are kept one by one, whatever they look like, up to a line with a full stop; then come commands."""
    script, session = hold("note", "end", "", "  indented", ".", "c")
    assert session.sheet.note == "end\n\n  indented"
    assert session.sheet.marks == {"generator": C}
    assert "The note is kept." in script.whole
    assert hold("said", "first", "second")[1].sheet.said == "first\nsecond"  # the input ended within the text
    assert hold("note one", "note -")[1].sheet.note == ""


def test_flags_skips_and_ways(hold: Hold) -> None:
    """Flag, skip, next, back and go do what they say, and the overview tells it."""
    script, session = hold("flag", "skip", "go q1", "skip", "skip", "b", "go 2", "list")
    assert (session.sheet_of("q1").flagged, session.sheet_of("q1").skipped) == (True, True)
    assert script.shown[-2].splitlines()[:3] == [
        "Question 1: q1, Sessions of the database; 0 of 5 points marked, 00:00, skipped, flagged to come back to.",
        "Here: question 2: q2, An ORM or SQL; 0 of 4 points marked, 00:00.",
        "Time: question 00:00 of 04:00, section 00:00 of 30:00, in all 00:00.",
    ]
    assert "It is skipped, flagged to come back to." in script.shown[3]


def test_a_pause_is_told_at_every_prompt(hold: Hold, bench: Bench) -> None:
    """Who forgets that the clocks stand still is told at each prompt."""
    script, session = hold("pause", "c")
    assert script.shown[1].startswith("The clocks stand still")
    assert script.shown[2].startswith("Paused. Point 2")
    bench.clock.now += 60
    assert session.seconds == 0
    assert not hold("pause", "pause")[1].paused


def test_a_question_without_a_mark_says_that_it_does_not_count(hold: Hold) -> None:
    """Before going on the interviewer hears that nothing was marked, and what to type if it was asked."""
    script, session = hold(*[ENTER] * 5, "m rest", ENTER)
    assert script.shown[5].startswith("Nothing is marked for q1, so it does not count; type m rest if it was asked.")
    assert script.shown[6].startswith("That is all of q1, with 3 points marked. Enter goes on to question 2.")
    assert session.item.id == "q2"


def test_help_tells_every_command(hold: Hold) -> None:
    """The help has a line for each command, and each is a sentence."""
    lines = hold("help")[0].shown[1].splitlines()
    assert lines[: len(COMMANDS)] == [command.help for command in COMMANDS]
    assert all(line.endswith(".") for line in lines[: len(COMMANDS)])


def test_the_end_has_a_way_back(hold: Hold) -> None:
    """From the end's questions one gets back to where one was, and the interview is not ended."""
    for way in (["end", "back"], ["end", "yes", "back"]):
        script, session = hold(*way)
        assert session.ended is None
        assert "Question 1 of 2: q1" in script.shown[len(way)]


@pytest.mark.parametrize(
    ("lines", "conclusion"),
    [
        (["Strong Yes", "", ""], Conclusion(Recommendation.STRONG_YES)),
        (["strong_no", "", ""], Conclusion(Recommendation.STRONG_NO)),
        (["maybe", "no decision", "", ""], Conclusion(Recommendation.NO_DECISION)),
        (["", "expert", "senior", "Great on design.", ""], Conclusion(level=Level.SENIOR, reason="Great on design.")),
        (["", "senior", "", ""], Conclusion()),  # no reason, no overruling
        (["yes", "mid", "Why not.", "A note."], Conclusion(Recommendation.YES, Level.MID, "Why not.", "A note.")),
    ],
)
def test_the_judgement_is_the_interviewers(hold: Hold, lines: list[str], conclusion: Conclusion) -> None:
    """Recommendation, level with its reason and note are kept as given; overruling without a reason is none."""
    _, session = hold("c", "end", *lines)
    assert session.conclusion == conclusion
    assert session.ended is not None


def test_a_judgement_is_changed_when_the_interview_goes_on(hold: Hold, bench: Bench) -> None:
    """What was concluded shows when an ended interview is resumed, and Enter leaves it."""
    _, session = hold("end", "yes", "mid", "Why not.", "A note.")
    script, resumed = hold("end", "", "rule", "", session=bench.resume(session.id))
    assert "It goes on at question 1, after 00:00." in script.shown[0]
    assert "It is yes now." in script.whole
    assert "The level is mid by your word." in script.whole
    assert "The note is: A note." in script.whole
    assert resumed.conclusion == Conclusion(Recommendation.YES, note="A note.")


def test_the_introduction_tells_what_was_left_out_and_for_whom(hold: Hold, bench: Bench) -> None:
    """The plan's level, budget and what it left out are told; a name cannot steer the terminal."""
    session = bench.begin(candidate="Eve\x1b[2J\nx", plan=Plan(("q1",), Level.MID, 60, ("q2", "q3")))
    script, _ = hold(session=session)
    assert script.shown[0].startswith(f"Interview {session.id} with Eve\\x1b[2J x for the level mid: 1 question.\n")
    assert "Left out for lack of time: q2, q3." in script.shown[0]
    assert "in all 00:00 of 1:00:00." in script.shown[0]


def test_code_that_is_not_there_is_told(hold: Hold, bench: Bench) -> None:
    """An interview goes on without a piece of code that cannot be shown."""
    script, _ = hold(session=bench.begin("q3"))
    assert (
        "The code docker-compose.yml:database cannot be shown: there is no docker-compose.yml:database."
        in (script.shown[0])
    )
    assert "Point 1" in script.shown[0]


def test_lines_are_broken_for_a_terminal_and_code_is_not(hold: Hold) -> None:
    """On a narrow terminal no sentence is wider than it is, and what belongs to a point is indented like it."""
    text = hold(width=30)[0].shown[0].splitlines()[4:]
    assert all(len(line) <= 30 or "https://" in line for line in text)
    assert "  parts the making of the" in text
    assert "  13      yield" in text


def test_what_cannot_be_kept_is_told(hold: Hold, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that fails is told at once, and the interview goes on."""

    def fail(*_: object) -> None:
        raise InfrastructureError("the disk is full")

    session = bench.begin("q1", "q2")
    monkeypatch.setattr(bench.store, "save_sheet", fail)
    script, _ = hold("c", "note x", session=session)
    assert script.shown[1].startswith("That is not kept: the disk is full.")
    assert script.shown[2].startswith("That is not kept: the disk is full.")
    assert "The clock is not kept: the disk is full." in script.shown[-1]


def test_an_interruption_tells_how_to_go_on(hold: Hold, script: Script) -> None:
    """Ctrl-C leaves an interview that can be resumed, and it still is an interruption."""
    script.lines = ["c", Interrupted(ExitStatus.INTERRUPTED)]
    with pytest.raises(Interrupted):
        hold(script=script)
    assert "Go on with: workbench quiz --resume 000000" in script.shown[-1]


WORDS = st.sampled_from(
    [*(name for command in COMMANDS for name in command.names), "rest", "1", "2", "9", "q2", "-", "."]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.one_of(st.lists(WORDS, max_size=3).map(" ".join), st.text(max_size=10)), max_size=30))
def test_any_lines_end_an_interview_cleanly(hold: Hold, lines: list[str]) -> None:
    """Whatever is typed, the interview ends or is left, with what to type next, and the store holds what shows."""
    script, session = hold(*lines)
    assert script.shown[-1].rstrip().endswith(session.id) or session.ended is not None
