"""The service with a fault in it."""

from __future__ import annotations

GREETING = "hell"
