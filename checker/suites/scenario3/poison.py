"""Messages that can never be processed, in one batch with good ones."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from checker.suites.scenario3.bench import DEAD_LETTERS, Bench, Fate, message, until

if TYPE_CHECKING:
    from collections.abc import Mapping

BROKEN: Final = "broken"  # a description whose work fails
COMEBACK_SECONDS: Final = 4.0  # the README's: what failed is offered again within that
RECEIVES: Final = 3
GRACE_SECONDS: Final = 3.0


@dataclass(frozen=True)
class Poisoned:
    """The batch: the body of the task that cannot be done, one that names no task, and what is in the end."""

    broken: int
    broken_body: str
    nonsense: str
    neighbours: tuple[int, int]
    fates: Mapping[int, Fate]
    dead: tuple[str, ...]

    @property
    def neighbour_bodies(self) -> tuple[str, ...]:
        """The messages of the good tasks in the batch."""
        return tuple(message(one) for one in self.neighbours)


def observe_poison(bench: Bench, before: int, broken: int, after: int) -> Poisoned:
    """Send them, and wait until each is done or a dead letter."""
    body, nonsense = message(broken), f"order {secrets.token_hex(8)}, as soon as possible"
    bench.send(message(before), body, nonsense, message(after))

    def over() -> bool:
        dead = bench.bodies(DEAD_LETTERS)
        return body in dead and nonsense in dead and bench.fates([broken])[broken].status == "failed"

    def gone() -> bool:
        return not bench.left((before, broken, after)) and nonsense not in bench.bodies()

    until(lambda: over() or gone(), RECEIVES * COMEBACK_SECONDS + GRACE_SECONDS)
    until(over, GRACE_SECONDS)
    tasks = (before, broken, after)
    return Poisoned(broken, body, nonsense, (before, after), bench.fates(tasks), tuple(bench.bodies(DEAD_LETTERS)))
