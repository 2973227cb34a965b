"""The incident note: what is read, what is refused, and that the verdict on it gives no cause away."""

from __future__ import annotations

import pytest

from checker.kit.expect import Refuted
from checker.kit.incident import Incident, expect_diagnosis, incident_of, parsed

NOTE = Incident(frozenset({"a", "b"}), "seen", "done")
KNOWN = frozenset("abcd")


def test_a_whole_note_is_read() -> None:
    """Causes are a set, whatever their order."""
    text = "causes:\n- b\n- a\n- b\nevidence: seen\nfix: |\n  done\nmore: 1\n"
    assert incident_of(parsed(text)) == Incident(frozenset({"a", "b"}), "seen", "done\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a",
        "causes: a\nevidence: x\nfix: y",
        "causes: []\nevidence: x\nfix: y",
        "causes: [1]\nevidence: x\nfix: y",
        "causes: [a]\nevidence: ' '\nfix: y",
        "causes: [a]\nevidence: x",
        "causes: [a",
        "a: &a [1]\ncauses: *a",
        "[" * 30_000,
        "!!python/object/apply:os.system ['true']",
        "causes: \x00",
    ],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    """Whatever it is, it is the submission's doing."""
    with pytest.raises(Refuted):
        incident_of(parsed(text))


def test_the_right_causes_pass() -> None:
    """Exactly these."""
    expect_diagnosis(NOTE, frozenset("ab"), KNOWN)


@pytest.mark.parametrize(("causes", "seen"), [("abc", "not named"), ("a", "named"), ("bc", "named"), ("cd", "named")])
def test_wrong_causes_are_refuted_without_naming_them(causes: str, seen: str) -> None:
    """A decoy, a missing cause, both."""
    with pytest.raises(Refuted) as caught:
        expect_diagnosis(NOTE, frozenset(causes), KNOWN)
    assert seen in caught.value.seen
    assert not set(caught.value.seen.split()) & (KNOWN - {"a"})


def test_an_id_that_is_not_in_the_readme_is_shown() -> None:
    """It is a slip, most likely."""
    with pytest.raises(Refuted, match="zzz"):
        expect_diagnosis(Incident(frozenset({"zzz"}), "x", "y"), frozenset("ab"), KNOWN)
