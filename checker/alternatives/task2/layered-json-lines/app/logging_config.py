"""Logging for log collectors: a JSON object a line on stdout, whichever logger a record comes from."""

import json
import logging
import logging.config
from datetime import UTC, datetime

from app.config import get_settings


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "@timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "log": {"level": record.levelname.lower(), "logger": record.name},
            "message": record.getMessage(),
            "process": {"pid": record.process, "thread": {"id": record.thread, "name": record.threadName}},
        }
        entry.update(getattr(record, "fields", {}))
        if record.exc_info:
            entry["error"] = {"stack_trace": self.formatException(record.exc_info)}
        return json.dumps(entry, default=str)


def configure() -> None:
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"()": JsonLines}},
            "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
            "root": {"level": get_settings().log_level, "handlers": ["stdout"]},
            "loggers": {
                name: {"handlers": [], "propagate": True} for name in ("uvicorn", "uvicorn.access", "uvicorn.error")
            },
        }
    )
