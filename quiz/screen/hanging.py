"""Text with a lead in front of its first line: what wraps stays clear of the lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.strip import Strip
from textual.visual import Visual

if TYPE_CHECKING:
    from textual.content import Content
    from textual.css.styles import RulesMap
    from textual.style import Style
    from textual.visual import RenderOptions


class Hanging(Visual):
    """A visual of two columns: the lead, as wide as it is, and the body, which takes the rest.

    The tail, where there is one, is the last line of the body, cut off where it does not fit.
    """

    def __init__(self, lead: Content, body: Content, tail: Content | None = None) -> None:
        self.lead = lead
        self.body = body
        self.tail = tail

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Return the width that needs no wrapping, in cells."""
        return self.lead.cell_length + self.body.get_optimal_width(rules, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Return the height at a width, in lines."""
        return self.body.get_height(rules, max(1, width - self.lead.cell_length)) + (self.tail is not None)

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """Render the lines, the lead before the first."""
        column = self.lead.cell_length
        rest = max(1, width - column)
        body = self.body.render_strips(rest, None, style, options)
        if self.tail is not None:
            body += self.tail.truncate(rest, ellipsis=True).render_strips(rest, 1, style, options)
        lead = self.lead.render_strips(column, 1, style, options)
        leads = lead + [Strip.blank(column, style.rich_style)] * (len(body) - len(lead))
        return [Strip.join(line) for line in zip(leads, body, strict=True)][:height]
