"""The keys at the foot of a screen, in one line: a single widget, as it is drawn anew whenever the focus moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.binding import Binding
    from textual.screen import Screen


class KeyLine(Static):
    """Shows the keys that work now and want to be shown, those of a group together; a click presses the first one."""

    def on_mount(self) -> None:
        """Follow the keys of the screen."""
        self.auto_links = False  # its keys are no links to look at
        self.screen.bindings_updated_signal.subscribe(self, self._show)

    def on_unmount(self) -> None:
        """Follow them no longer."""
        self.screen.bindings_updated_signal.unsubscribe(self)

    def _show(self, screen: Screen[Any]) -> None:
        if screen is self.screen:
            bindings = [one.binding for one in screen.active_bindings.values() if one.binding.show and one.enabled]
            self.update(Content("  ").join(told(self.app.get_key_display, bindings)))


def told(display: Any, bindings: Iterable[Binding]) -> Iterator[Content]:
    """Yield the keys with what they do, each thing once."""
    labels: dict[str, list[Binding]] = {}
    for one in bindings:
        own = labels.setdefault(one.group.description if one.group else one.description, [])
        if one.action not in [other.action for other in own]:
            own.append(one)
    for label, own in labels.items():
        keys = "".join(display(one) for one in own)
        yield Content.from_markup(
            f"[@click=app.simulate_key('{own[0].key}')][bold $text-accent]$keys[/] $label[/]", keys=keys, label=label
        )
