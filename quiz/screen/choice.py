"""One of several: a list whose choice is seen without colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from quiz.screen.hanging import Hanging

if TYPE_CHECKING:
    from collections.abc import Mapping


class Choice(OptionList):
    """Shows values by their labels; enter or space chooses the highlighted one."""

    @dataclass
    class Chosen(Message):
        """A value was chosen."""

        choice: Choice
        value: str

        @property
        def control(self) -> Choice:
            """The list, for `on`."""
            return self.choice

    def __init__(self, labels: Mapping[str, str], value: str | None, **options: Any) -> None:
        super().__init__(**options)
        self._labels = labels
        self._value = value
        self._fill()

    @property
    def value(self) -> str | None:
        """What is chosen."""
        return self._value

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose it, and say so."""
        event.stop()
        self._value = event.option_id
        self._fill()
        self.highlighted = event.option_index
        self.post_message(self.Chosen(self, str(event.option_id)))

    def key_space(self) -> None:
        """Choose the highlighted one."""
        self.action_select()

    def _fill(self) -> None:
        self.set_options(self._option(value, label) for value, label in self._labels.items())
        chosen = [index for index, value in enumerate(self._labels) if value == self._value]
        self.highlighted = chosen[0] if chosen else 0

    def _option(self, value: str, label: str) -> Option:
        lead = "(x) " if value == self._value else "( ) "
        return Option(Hanging(Content(lead), Content(label)), id=value)
