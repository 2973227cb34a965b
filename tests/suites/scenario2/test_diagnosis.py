"""The vocabulary of causes is the one that the README lists."""

from __future__ import annotations

import re

import yaml

from checker.catalog import Catalog
from checker.suites.scenario2.test_diagnosis import CAUSES, DECOYS

PLACE = Catalog().place("scenario2")


def test_the_readme_lists_causes_and_decoys_and_nothing_else() -> None:
    """One table with all ids, in the order of the alphabet, which tells nobody which are which."""
    section = (PLACE.kata / "README.md").read_text().partition("### `diagnosis`")[2]
    listed = re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)
    assert listed == sorted(CAUSES | DECOYS)
    assert not CAUSES & DECOYS


def test_the_model_solution_names_the_causes() -> None:
    """Its note is what a candidate compares with."""
    note = yaml.safe_load((PLACE.solution / "incident.yaml").read_text())
    assert set(note["causes"]) == CAUSES
