"""A process of the submission's that uses its `SQSClient`, step by step (see `drivers/sqs_steps.py`)."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.kit.fixtures import Service
    from checker.kit.lanes import Lane

SCRIPT: Final = Path(__file__).parent / "drivers" / "sqs_steps.py"
READY_SECONDS: Final = 30.0


@dataclass(frozen=True)
class Step:
    """What one step claims: what the call gave, or the name of what it raised; `at` is when it was told."""

    at: float
    gave: Any = None
    raised: str | None = None
    text: str = ""

    def __str__(self) -> str:
        """Return the claim in a few words."""
        return f"{self.raised}: {self.text}" if self.raised else f"it returned {self.gave!r}"


class SqsDriver:
    """Starts the process on a lane and a queue of its own, and reads what it tells.

    The steps of a track are done in their order, tracks side by side; steps are numbered through from 0.
    """

    def __init__(self, service: Service, lane: Lane, *tracks: Sequence[Mapping[str, Any]]) -> None:
        self.name = lane.name
        self.lane = lane
        self._mark = f"@{secrets.token_hex(8)}"
        self._channel = service.desk.open()
        queue = service.desk.open_part("queue")
        queue.call("queue_create", name=lane.name, visibility_seconds=60)
        queue.close()
        url = f"http://127.0.0.1:{lane.port}/000000000000/{lane.name}"
        self._channel.call(
            "start_script",
            name=self.name,
            path=str(SCRIPT),
            order={"mark": self._mark, "tracks": numbered(tracks)},
            environ={"SQS_QUEUE_URL": url},
            lane_port=lane.port,
        )

    def wait_for(self, seconds: float, **record: int | bool) -> bool:
        """Wait until the process has told `record`, its first key and value."""
        text = f"{self._mark} {json.dumps(record)[:-1]}"
        found: bool = self._channel.call("wait_line", name=self.name, text=text, seconds=seconds)
        return found

    def go_on(self) -> None:
        """Let the process pass the barrier at which it waits."""
        self._channel.call("write_line", name=self.name, text="go")

    def finish(self, until: float) -> None:
        """Wait until all steps are done or `until` (`time.monotonic()`) has come, and end the process."""
        self.wait_for(max(0.0, until - time.monotonic()), done=True)
        self._channel.call("stop_process", name=self.name)

    def how_it_ended(self) -> str | None:
        """Say how the process ended; None while it runs."""
        ended: str | None = self._channel.call("ended", name=self.name)
        return ended

    def steps(self) -> dict[int, Step]:
        """Return what each finished step claims, by its number."""
        found = {}
        for at, record in self._told():
            if "step" in record:
                number = record.pop("step")
                found[number] = Step(at, **record)
        return found

    def began(self) -> float:
        """Return when the first step began; infinity where none did."""
        return min((at for at, record in self._told() if "begin" in record), default=float("inf"))

    def log(self) -> list[tuple[float, str]]:
        """Return what the submission itself wrote in this process, as `Service.log` does."""
        return [(line["at"], line["text"]) for line in self._lines() if not line["text"].startswith(self._mark)]

    def _told(self) -> list[tuple[float, dict[str, Any]]]:
        marked = [line for line in self._lines() if line["text"].startswith(f"{self._mark} ")]
        return [(line["at"], json.loads(line["text"].partition(" ")[2])) for line in marked]

    def _lines(self) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = self._channel.call("log", name=self.name)
        return lines


def numbered(tracks: Sequence[Sequence[Mapping[str, Any]]]) -> list[list[dict[str, Any]]]:
    """Give every step its number."""
    numbers = count()
    return [[{**step, "id": next(numbers)} for step in steps] for steps in tracks]
