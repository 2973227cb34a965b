"""The front: lanes before one emulator, with one record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.parts.queue.attempts import Record
from checker.parts.queue.lane import Lane

if TYPE_CHECKING:
    from checker.parts.queue.emulator import Emulator


class Front:
    """Any number of lanes, told apart by name."""

    def __init__(self, emulator: Emulator) -> None:
        self.record = Record()
        self._emulator = emulator
        self._lanes: dict[str, Lane] = {}

    async def open_lane(self, name: str, host: str, port: int) -> Lane:
        """Open a lane on a port of `host` (0 is any that is free); `ValueError` where the name is taken."""
        if name in self._lanes:
            raise ValueError(f"lane {name!r} is open already")
        lane = Lane(name, self._emulator, self.record, (host, port))
        self._lanes[name] = lane
        await lane.accept()
        return lane

    def lane(self, name: str) -> Lane:
        """Return an open lane; `ValueError` where there is none of that name."""
        if name not in self._lanes:
            raise ValueError(f"no lane {name!r}; open are {sorted(self._lanes)}")
        return self._lanes[name]

    def close_lane(self, name: str) -> None:
        """Close a lane, give its port and name back, and forget its attempts."""
        self.lane(name).close()
        del self._lanes[name]
        self.record.forget(name)

    def close(self) -> None:
        """Close every lane; what hangs is reset."""
        for lane in self._lanes.values():
            lane.close()
        self._lanes.clear()
