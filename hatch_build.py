"""What a wheel holds that a mapping of folders cannot say: the question bank is a single file."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BankHook(BuildHookInterface):
    """Puts the bank where a wheel has its content; an editable installation reads it from the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file, unless the build is an editable one."""
        if version == "standard":
            build_data["force_include"]["questions.yaml"] = "checker/_content/questions.yaml"
