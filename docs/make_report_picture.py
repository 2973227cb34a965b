"""Makes the pictures of a report: `python docs/make_report_picture.py`, with Chromium (Debian: `apt install chromium`).

`pictures/report.png` and `pictures/report-dark.png` show the beginning of the report of an interview that is made up
here, as a browser shows it. `--html FILE` writes the page itself instead.
"""  # noqa: INP001 - a script

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from checker.content import find_content
from quiz.bank import Level, read_bank
from quiz.report.html import render_html
from quiz.report.making import code_of, interview_of
from quiz.report.model import Report
from quiz.session import Conclusion, Kept, Mark, Plan, Recommendation, Sheet
from records.verdicts import KeptRequirement, KeptVerdict

if TYPE_CHECKING:
    from quiz.bank import Bank, Item

PICTURES: Final = Path(__file__).parent / "pictures"
SIZE: Final = "1000,1330"
SCALE: Final = 0.75  # so that a page of the documentation shows it as large as it is
SECONDS: Final = 60.0
BEGAN: Final = 1_762_160_400.0
ASKED: Final = ("q1", "q3", "q4", "q5", "q7", "q9", "q11", "q14", "scenario2")
MARKS: Final = {"c": Mark.COVERED, "p": Mark.PARTLY, "m": Mark.MISSED, "-": None}
PATTERN: Final = {
    "q1": "cccpccpcmcc",
    "q3": "ccpcccccccc",
    "q4": "ccccpmmcccm",
    "q5": "ccccccpcccc",
    "q7": "cmmmpm",
    "q9": "cccpcc",
    "q11": "pmmpcm",
    "q14": "cpmcpmmmcm",
    "scenario2": "ccccpccmc",
}
NOTES: Final = {
    "q1": "Knew that a plain def goes to the thread pool, and named the limit of 40.\nNeeded a hint for AsyncSession.",
    "q4": "Said at once that EXPLAIN comes first. Unsure when a partial index is used.",
    "q7": "Mixed up visibility timeout and retention; got there after the follow-up.",
    "q14": "Good instinct for idempotency, little practice with sharding.",
}
SAID: Final = {"q5": "I'd load the relation with selectinload, because a join would multiply the rows of the parent."}
FLAGGED: Final = {"q14"}
RED_FLAGS: Final = {"q7": (0,)}
STEPS: Final = (("fail", 25, "pfff"), ("fail", 50, "ppff"), ("pass", 100, "pppp"))
TITLES: Final = (
    ("retry-failed-operations", "Failed operations are retried"),
    ("exponential-backoff", "The waits double"),
    ("max-retries", "Three retries and no more"),
    ("retry-logging", "Each retry is logged"),
)


def sheet(item: Item) -> Sheet:
    """Return what was entered for a question; points beyond its pattern are left as they are."""
    marked = {point.id: MARKS[one] for point, one in zip(item.every_point, PATTERN[item.id], strict=False)}
    return Sheet(
        marks={point: mark for point, mark in marked.items() if mark is not None},
        note=NOTES.get(item.id, ""),
        said=SAID.get(item.id, ""),
        red_flags=RED_FLAGS.get(item.id, ()),
        flagged=item.id in FLAGGED,
        asked=True,
        seconds=60 * item.minutes * (0.6 + 0.07 * (len(item.id) + len(PATTERN[item.id]) % 5)),
    )


def interview(bank: Bank) -> Kept:
    """Return the interview."""
    judgement = Conclusion(
        Recommendation.YES,
        Level.MID,
        "",
        "Thinks aloud, asks before assuming, writes careful code.\nWould pair her with somebody who knows SQS well.",
    )
    sheets = {item: sheet(bank.item(item)) for item in ASKED}
    plan = Plan(ASKED, Level.MID, 90.0, ("q2", "q12"))
    ended = BEGAN + 4980
    return Kept("k7f2q", "Ada Lovelace", plan, BEGAN, len(ASKED) - 1, sheets, judgement, ended)


def verdicts() -> list[KeptVerdict]:
    """Return the checks of the candidate's code."""
    return [
        KeptVerdict(
            id=number,
            candidate="Ada Lovelace",
            kata="task2",
            at=BEGAN + 86_400 + 1_500 * number,
            verdict=verdict,
            score=score,
            requirements=tuple(
                KeptRequirement(identifier, title, "pass" if one == "p" else "fail", 1, stretch=False)
                for (identifier, title), one in zip(TITLES, statuses, strict=True)
            ),
            cause=None,
            hints_taken=min(number, 1),
            seconds=9.5,
            source="task2",
            commit=f"{number}f3a9c0d51e7b2846",
            tree=None,
            stack="local",
            workbench=version_of(),
        )
        for number, (verdict, score, statuses) in enumerate(STEPS)
    ]


def version_of() -> str:
    """Return this version."""
    return version("interview-workbench")


def sample() -> Report:
    """Return the report that is shown."""
    bank = read_bank(find_content().questions)
    kept = interview(bank)
    code = code_of(bank, verdicts())
    return Report(kept.candidate, interview_of(bank, kept), code, (), BEGAN + 180_000, version_of())


def photograph(page: Path, picture: Path, *flags: str) -> None:
    """Let Chromium draw a page."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("no Chromium here: apt install chromium")
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={SIZE}"]
    command.append(f"--force-device-scale-factor={SCALE}")
    subprocess.run([*command, *flags, f"--screenshot={picture}", page.as_uri()], check=True, timeout=SECONDS)


def main() -> None:
    """Make every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--html", type=Path, help="write the page there instead")
    chosen = parser.parse_args()
    page = render_html(sample())
    if chosen.html is not None:
        chosen.html.write_text(page, encoding="utf-8")
        return
    with tempfile.TemporaryDirectory(prefix="workbench-") as folder:
        place = Path(folder) / "report.html"
        place.write_text(page, encoding="utf-8")
        photograph(place, PICTURES / "report.png")
        photograph(place, PICTURES / "report-dark.png", "--blink-settings=preferredColorScheme=0")


if __name__ == "__main__":
    main()
