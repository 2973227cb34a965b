"""The service as it may be as well."""

from __future__ import annotations

GREETING = "GOOD MORNING"
