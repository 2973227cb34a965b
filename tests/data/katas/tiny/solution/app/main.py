"""The service as it should be."""

from __future__ import annotations

GREETING = "good morning"
