"""Signed cursors."""

import base64
import hashlib
import hmac
import json
import os
from datetime import datetime


def _sign(payload: bytes) -> bytes:
    return hmac.new(os.environ["JWT_SECRET"].encode(), payload, hashlib.sha256).digest()[:12]


def write(value: dict) -> str:
    payload = json.dumps(value).encode()
    return base64.b64encode(_sign(payload) + payload).decode()


def read(token: str) -> dict | None:
    try:
        raw = base64.b64decode(token, validate=True)
    except ValueError:
        return None
    if not hmac.compare_digest(raw[:12], _sign(raw[12:])):
        return None
    value = json.loads(raw[12:])
    return {**value, "t": datetime.fromisoformat(value["t"])}
