"""An application whose import says that it was imported."""

from __future__ import annotations

import sys

sys.stdout.write("app.main is imported\n")
