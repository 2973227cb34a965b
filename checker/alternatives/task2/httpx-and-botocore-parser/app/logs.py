"""Events as JSON, a line each, on stdout."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from app.config import get_settings


def write(severity: str, event: str, **fields: Any) -> None:
    """Print an event, unless LOG_LEVEL is above it."""
    names = logging.getLevelNamesMapping()
    if names[severity] >= names.get(get_settings().log_level.upper(), logging.INFO):
        stamp = datetime.now(UTC).isoformat()
        sys.stdout.write(json.dumps({"ts": stamp, "severity": severity, "event": event, **fields}) + "\n")
        sys.stdout.flush()
