"""What a wheel holds that a mapping of folders cannot say: the question bank, a single file, and the two editions.

`WORKBENCH_EDITION=candidate python -m build` makes the edition that a candidate may have. Everything that tells how a
submission is graded or how a good one looks is left out of it, of the wheel and of the source distribution alike.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

EDITION = "WORKBENCH_EDITION"
BANK = "questions.yaml"
WITHHELD = (
    "/checker/alternatives/",
    "/checker/handout/",  # for whoever hands a kata out
    "/checker/kit/",  # what the suites are written with
    "/checker/suites/",
    "/checker/template/",  # of a kata, with its suite
    "/checker/variants/",
    "/reference/solutions/",
    f"/{BANK}",
)


class EditionHook(BuildHookInterface):
    """Puts the bank where a wheel has its content, or leaves out what the candidate's edition does not hold."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Take part in a build; an editable installation reads the checkout, which is always whole."""
        edition = os.environ.get(EDITION) or "full"
        if edition not in {"full", "candidate"}:
            raise ValueError(f"{EDITION} is {edition!r}, which is neither 'full' nor 'candidate'")
        if version == "editable":
            return
        if edition == "candidate":
            self.build_config.target_config.setdefault("exclude", []).extend(WITHHELD)
        elif self.target_name == "wheel" and (Path(self.root) / BANK).is_file():  # the candidate's sources have none
            build_data["force_include"][BANK] = "checker/_content/questions.yaml"
