"""Counters in Prometheus' text format, without a library."""

import threading

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
HELP = {
    "task_cache_hits_total": "GETs of a task answered from Redis.",
    "task_cache_misses_total": "GETs of a task answered from the database.",
}
_values = dict.fromkeys(HELP, 0)
_lock = threading.Lock()


def count(name: str) -> None:
    """Count one up."""
    with _lock:
        _values[name] += 1


def exposition() -> str:
    """Return all counters."""
    with _lock:
        values = dict(_values)
    lines = []
    for name, value in values.items():
        lines += [f"# HELP {name} {HELP[name]}", f"# TYPE {name} counter", f"{name} {value}"]
    return "\n".join(lines) + "\n"
