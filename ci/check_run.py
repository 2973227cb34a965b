"""Make a check of GitHub's from the reports of a grade: `python3 check_run.py FOLDER COMMIT`, JSON on stdout.

It runs where a token may write, and takes the reports as what they are: text from a machine that ran code nobody
trusts. Nothing of them is run or printed to a log, and what is no verdict is an error, never a pass.

https://docs.github.com/rest/checks/runs#create-a-check-run
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, Final

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_SUMMARY: Final = 65_000  # characters; GitHub refuses more than 65,535
NAME: Final = "interview workbench"
CONCLUSIONS: Final = {"pass": "success", "fail": "failure", "error": "action_required"}
TITLES: Final = {
    "success": "Every kata passes",
    "failure": "Some requirement is not met",
    "action_required": "The workbench could not grade this: that says nothing about the submission",
}


def main(folder: str, commit: str) -> int:
    """Print the check on a commit."""
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", commit):
        sys.stderr.write("the second argument is no commit\n")
        return 2
    sys.stdout.write(json.dumps(check_run(Path(folder), commit)) + "\n")
    return 0


def check_run(folder: Path, commit: str) -> dict[str, Any]:
    """Return the check that says what the verdicts in `folder` say."""
    conclusion = concluded(read(folder / "verdict.json"))
    summary = read(folder / "summary.md")[:MAX_SUMMARY] or "There is no summary."
    output = {"title": TITLES[conclusion], "summary": summary}
    return {"name": NAME, "head_sha": commit, "status": "completed", "conclusion": conclusion, "output": output}


def concluded(text: str) -> str:
    """Return the worst conclusion of the verdicts in a JSON text; whatever cannot be read is no pass."""
    try:
        data = json.loads(text)
        found = {CONCLUSIONS[one["verdict"]] for one in data.get("results", [data])}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "action_required"
    return next((one for one in ("action_required", "failure", "success") if one in found), "action_required")


def read(path: Path) -> str:
    """Return a regular file's text, as much of it as is read; nothing where there is none."""
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open("rb") as file:
        return file.read(MAX_BYTES).decode("utf-8", "replace")


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:3]))
