"""A lab line by line: what to attach with, then figures every two seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from checker.errors import SubmissionError
from checker.lab.attach import as_text
from checker.lab.figures import Sample
from checker.lab.wording import PHASES, plain_line, tail

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.lab.run import LabRun

EVERY: Final = 2  # samples, one a second


class PlainFace:
    """Writes a lab's figures through `put` and everything else through `say`, each a line."""

    def __init__(self, run: LabRun, put: Callable[[str], None], say: Callable[[str], None]) -> None:
        self._run = run
        self._put = put
        self._say = say
        self._samples = 0
        self._told = 0

    def follow(self, seconds: float | None) -> None:
        """Follow the lab, for about so many seconds of figures or for ever; `SubmissionError` where it cannot run."""
        for event in self._run.events():
            if "sample" in event:
                self._show(Sample.from_data(event["sample"]))
                if seconds is not None and self._samples >= seconds:
                    return
            else:
                self._tell(event)

    def _tell(self, event: dict[str, Any]) -> None:
        if "stopped" in event:
            raise SubmissionError(event["stopped"], log=event["log"])
        if "phase" in event:
            self._say(f"{PHASES[event['phase']]} …")
        elif "died" in event:
            self._say(f"{event['died']}; it is started again\n{tail(event['log'], 5)}")

    def _show(self, sample: Sample) -> None:
        self._samples += 1
        if self._told != sample.starts:
            self._told = sample.starts
            self._put(f"{as_text(self._run.attachments())}\n")
        if self._samples % EVERY == 0:
            self._put(f"{plain_line(sample)}\n")
