"""What the visible tests showed, for a terminal: never to be mistaken for a verdict on the requirements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.renderers.plain import plain

if TYPE_CHECKING:
    from checker.verdict import Verdict


def render_visible(verdict: Verdict) -> str:
    """Return pytest's last lines where tests fail, what came of them, and what that does not say."""
    unknown = ", ".join(one.requirement.id for one in verdict.requirements)
    parts = [
        f"{verdict.kata.id}  {verdict.kata.title}",
        plain(verdict.log),
        f"VISIBLE TESTS ONLY  {plain(verdict.cause or '')}",
        f"Not checked: {unknown}. Whoever grades your branch has the checks for these.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"
