from base64 import b32decode, b32encode
from datetime import UTC, datetime, timedelta
from struct import error, pack, unpack
from urllib.parse import urlencode

from fastapi import HTTPException

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
LENGTH = 20
MAGIC = 0x7A


class Links:
    """Cursors are 12 bytes in base32; which way to go stands beside them."""

    def __init__(self, request, status, limit):
        self.base = str(request.base_url)
        self.query = {"limit": limit}
        if status is not None:
            self.query["status"] = status.value

    def to(self, direction, row):
        micros = (row["created_at"] - EPOCH) // timedelta(microseconds=1)
        cursor = b32encode(pack(">BqI", MAGIC, micros, row["id"])).decode().rstrip("=").lower()
        return f"{self.base}tasks?{urlencode({**self.query, 'direction': direction, 'cursor': cursor})}"

    def position(self, cursor):
        if cursor is None:
            return None, None
        try:
            magic, micros, task_id = unpack(">BqI", b32decode(cursor.upper() + "=" * (-len(cursor) % 8)))
            if magic != MAGIC:
                raise ValueError(cursor)
            return EPOCH + timedelta(microseconds=micros), task_id
        except (ValueError, error, OverflowError):
            raise HTTPException(400, detail=f"{cursor!r} is not a cursor") from None
