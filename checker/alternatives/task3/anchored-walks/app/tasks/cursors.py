"""Signed cursors. A walk is anchored at the task that was the newest when it began: later tasks do not show in it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


class BadCursor(Exception):
    """Not one of ours."""


@dataclass(frozen=True, order=True, slots=True)
class Key:
    """What the list is ordered by."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // TICK}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> Key:
        micros, task_id = text.split("/")
        return cls(EPOCH + int(micros) * TICK, int(task_id))


@dataclass(frozen=True, slots=True)
class Cursor:
    anchor: Key
    edge: Key
    towards_newer: bool


class Signer:
    """HMAC by hand, cut to 96 bits: enough for something that protects nothing but our parser."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.blake2b(secret.encode(), person=b"task cursors").digest()

    def _mac(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, "sha256")[:12]

    def dump(self, cursor: Cursor) -> str:
        payload = f"{'<' if cursor.towards_newer else '>'} {cursor.anchor} {cursor.edge}".encode()
        return base64.urlsafe_b64encode(self._mac(payload) + payload).decode()  # padding stays, links quote it

    def load(self, text: str) -> Cursor:
        try:
            raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        except ValueError as error:
            raise BadCursor from error
        mac, payload = raw[:12], raw[12:]
        if not hmac.compare_digest(mac, self._mac(payload)):
            raise BadCursor
        direction, anchor, edge = payload.decode().split(" ")
        return Cursor(Key.parse(anchor), Key.parse(edge), direction == "<")
