"""The report as Markdown (CommonMark with tables), in which foreign text stays text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from quiz.report.text import (
    MARKS,
    NOBODY,
    REACHES,
    SHOWN,
    STATES,
    TOPICS,
    estimate_told,
    facts,
    harmless,
    level_told,
    minutes_told,
    moment,
    one_line,
    recommended,
    share_told,
)
from quiz.score_text import percent
from quiz.scorecard import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from quiz.report.model import CodePart, Interview, Part, PointLine, QuestionPart, Report, TopicPart

# Every character that can mean something anywhere, and those that do so in one place: what begins a list, a line below
# a heading or a table, and a bare address that would become a link.
MEANINGFUL: Final = re.compile(
    r"[\\`*_{}\[\]<>#|~!$&^@]|(?<!\S)[-+=:]|:(?=/)|(?<=www)\.|(?<=\d)[.)](?!\d)", re.IGNORECASE
)
CODE: Final = re.compile(r"(`[^`\n]+`)")
INDENT: Final = re.compile(r"^[ \t]+")


def render_markdown(report: Report) -> str:
    """Return the report, its blocks divided by empty lines."""
    return "\n\n".join(blocks(report)) + "\n"


def escaped(text: str) -> str:
    """Return foreign text of one line as Markdown that shows it."""
    return MEANINGFUL.sub(r"\\\g<0>", one_line(text))


def quoted(text: str) -> str:
    """Return foreign text of several lines as a quotation that keeps its lines and their indentation."""
    lines = [quoted_line(line) for line in harmless(text).strip("\n").split("\n")]
    breaks = ["\\" if line and below else "" for line, below in zip(lines, [*lines[1:], ""], strict=True)]
    return "\n".join(f"> {line}{end}".rstrip(" ") for line, end in zip(lines, breaks, strict=True))


def quoted_line(line: str) -> str:
    """Return one line of a quotation; an indentation must not make it code."""
    indent = INDENT.match(line)
    text = escaped(line)
    return "&nbsp;" * len(indent[0].expandtabs(4)) + text if indent and text else text


def prose(text: str) -> str:
    """Return the bank's prose; what stands between backquotes is code."""
    parts = CODE.split(" ".join(text.split()))
    return "".join(part if CODE.fullmatch(part) else escaped_within(part) for part in parts)


def escaped_within(part: str) -> str:
    """Return a piece of a line with the spaces at its ends."""
    return MEANINGFUL.sub(r"\\\g<0>", part)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], right: int) -> str:
    """Return a table of cells that are Markdown already; all columns but the first `right` are numbers."""
    lines = [heads, ["---" if number < right else "---:" for number in range(len(heads))], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def blocks(report: Report) -> Iterator[str]:
    """Yield the blocks of a report."""
    yield f"# {escaped(report.candidate) or NOBODY}"
    if report.interview is not None:
        yield from summary_blocks(report.interview)
    yield from code_blocks(report.code)
    if report.interview is not None:
        yield from question_blocks(report.interview)
        yield from footnote_blocks(report.interview)
    if report.others:
        yield f"Other interviews of this candidate: {', '.join(report.others)}."
    yield f"Made on {moment(report.made)} by interview workbench {escaped(report.workbench)}."


def summary_blocks(interview: Interview) -> Iterator[str]:
    """Yield what a hurried reader wants."""
    judgement = interview.judgement
    yield "\n".join(
        [f"- Interview: {interview.id}", *(f"- {word}: {escaped(value)}" for word, value in facts(interview))]
    )
    score = f"{share_told(interview.overall)} ({weighed(interview)}, {interview.overall.points} points)"
    yield table(
        ["Recommendation", "Level", "Score"],
        [[recommended(judgement), f"{level_told(judgement)} ({estimate_told(judgement)})", score]],
        right=3,
    )
    yield from note_blocks("Why the level was overruled", judgement.reason)
    yield from note_blocks("The interviewer's note", judgement.note)
    yield from topic_blocks("Strengths", interview.strengths)
    yield from topic_blocks("Gaps", interview.gaps)
    yield from flag_blocks(interview)
    yield from evidence_blocks(interview)


def weighed(interview: Interview) -> str:
    """Return the weight that was covered of what was asked."""
    return f"{interview.overall.covered_weight:g} of {interview.overall.asked_weight:g} by weight"


def note_blocks(title: str, text: str) -> Iterator[str]:
    """Yield a note of the interviewer's, where there is one."""
    if one_line(text):
        yield f"**{title}**"
        yield quoted(text)


def topic_blocks(title: str, topics: Sequence[TopicPart]) -> Iterator[str]:
    """Yield strengths or gaps, where there are any."""
    if topics:
        yield f"## {title}"
        also = "; ".join(f"{prose(one.title)}, {percent(one.share)}" for one in topics[TOPICS:])
        yield "\n".join([*map(topic_line, topics[:TOPICS]), *([f"- Also {also}"] if also else [])])


def topic_line(topic: TopicPart) -> str:
    """Return a strength or a gap."""
    shown = [f"{prose(point.text)}{reference(point.footnote)}" for point in topic.points[:SHOWN]]
    hidden = len(topic.points) - len(shown)
    points = "; ".join([*shown, f"and {hidden} more"] if hidden else shown)
    return f"- **{prose(topic.title)}**, {percent(topic.share)}{f': {points}' if points else ''}"


def flag_blocks(interview: Interview) -> Iterator[str]:
    """Yield the red flags that were seen."""
    seen = [f"- {prose(flag)} ({prose(one.title)})" for one in interview.questions for flag in one.red_flags]
    if seen:
        yield "## Red flags that were seen"
        yield "\n".join(seen)


def evidence_blocks(interview: Interview) -> Iterator[str]:
    """Yield the scores by level and by section."""
    yield "## Level, with its evidence"
    yield prose(interview.judgement.rule)
    yield table(
        ["Level", "By the rule", "Share", "Needed", "Covered", "Partly", "Missed"],
        [
            [
                *(one.level.capitalize(), REACHES[one.reach], share_told(one.measure), percent(one.needed)),
                *map(str, (one.measure.covered, one.measure.partly, one.measure.missed)),
            ]
            for one in interview.levels
        ],
        right=2,
    )
    yield "## Sections"
    yield table(
        ["Section", "Share", "Covered", "Partly", "Missed", "Time", "Budget"],
        [
            [
                *(prose(one.title), share_told(one.measure)),
                *map(str, (one.measure.covered, one.measure.partly, one.measure.missed)),
                *(minutes_told(one.seconds), minutes_told(one.budget)),
            ]
            for one in interview.sections
        ],
        right=1,
    )


def code_blocks(code: Sequence[CodePart]) -> Iterator[str]:
    """Yield what the candidate wrote came to."""
    if code:
        yield "## Code"
    for one in code:
        score = "" if one.last.score is None else f", {one.last.score} of 100"
        yield f"### {escaped(one.kata)}: {prose(one.title)}, {one.last.verdict}{score}"
        if one.last.cause:
            yield quoted(one.last.cause)
        yield "\n".join(f"- {requirement.status}: {escaped(requirement.title)}" for requirement in one.requirements)
        yield table(
            ["Checked", "Verdict", "Score", "Hints taken"],
            [
                [
                    *(escaped(moment(attempt.at)), attempt.verdict),
                    *("-" if attempt.score is None else str(attempt.score), str(attempt.hints_taken)),
                ]
                for attempt in one.attempts
            ],
            right=2,
        )


def question_blocks(interview: Interview) -> Iterator[str]:
    """Yield every question with what was marked and noted."""
    yield "## Question by question"
    for question in interview.questions:
        yield f"### {question.id}: {prose(question.title)}"
        yield f"{state_told(question)}  \n{prose(question.prompt)}"
        for part in question.parts:
            yield from part_blocks(part)
        if question.red_flags:
            yield "\n".join(f"- **red flag** {prose(flag)}" for flag in question.red_flags)
        yield from note_blocks("Note", question.note)
        yield from note_blocks("What the candidate said", question.said)


def state_told(question: QuestionPart) -> str:
    """Return what became of a question, and how long it took."""
    if question.state is State.SCORED:
        words = f"{share_told(question.measure)}, {question.measure.points} points"
    else:
        words = f"{STATES[question.state].capitalize()}, not scored"
    return f"{words}, {minutes_told(question.seconds)} of {question.minutes:g}{', flagged' if question.flagged else ''}"


def part_blocks(part: Part) -> Iterator[str]:
    """Yield a group of points or a follow-up."""
    if part.title:
        yield f"#### {'Follow-up: ' if part.follow_up else ''}{prose(part.title)}"
    yield "\n".join(map(point_line, part.points))


def point_line(line: PointLine) -> str:
    """Return a point with its mark."""
    weight = f", weight {line.weight}" if line.weight > 1 else ""
    unmarked = ", left unmarked" if line.unmarked else ""
    return f"- **{MARKS[line.mark]}** {prose(line.text)}{reference(line.footnote)} ({line.level}{weight}{unmarked})"


def reference(footnote: int | None) -> str:
    """Return the number of a correction, as it stands behind a point."""
    return "" if footnote is None else f" \\[{footnote}\\]"


def footnote_blocks(interview: Interview) -> Iterator[str]:
    """Yield what is true where a question's model answer is wrong or dated."""
    if interview.footnotes:
        yield "## Corrections"
        yield "\n".join(
            f"{note.number}. {prose(note.says)} [{prose(note.title)}](<{note.url}>)" for note in interview.footnotes
        )
