"""All formats together: what no report may hold, whatever a submission wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given

from checker.renderers.formats import FORMATS
from tests.renderers.conftest import COMMAND, FOREIGN, HIDDEN, PIECES, STEERING, WITH_FIXTURES

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.verdict import Verdict

OTHERS = sorted(set(FORMATS) - {"annotations"})


@WITH_FIXTURES
@pytest.mark.parametrize("name", FORMATS)
@given(text=FOREIGN)
@example(text="".join(PIECES))
def test_no_report_steers_a_terminal(hostile: Callable[[str], list[Verdict]], name: str, text: str) -> None:
    """No escape sequence, no direction mark, nothing that is no text."""
    report = FORMATS[name](hostile(text))
    assert not STEERING.search(report)
    report.encode()


@WITH_FIXTURES
@pytest.mark.parametrize("name", OTHERS)
@given(text=FOREIGN)
@example(text="".join(PIECES))
def test_no_line_of_a_report_is_a_command(hostile: Callable[[str], list[Verdict]], name: str, text: str) -> None:
    """A CI service that is shown the report takes no line of it for an order, nor any line's part."""
    assert not COMMAND.search(FORMATS[name](hostile(text)))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_checks_are_hidden(hostile: Callable[[str], list[Verdict]], name: str, count: int) -> None:
    """No report shows what a check is called, what it looks for, or how many there are."""
    report = FORMATS[name](hostile("a dog")[:count])
    assert HIDDEN not in report
    assert "7" not in report.replace("1970", "")


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"json", "human"}))
def test_a_report_is_no_longer_than_it_has_to_be(hostile: Callable[[str], list[Verdict]], name: str) -> None:
    """Long texts of a submission's are cut; in JSON and for people they are as long as the grader took them."""
    size = len(FORMATS[name](hostile("\x1b[31m<&`\n" * 30_000)))
    assert size < 1_000_000


@pytest.mark.parametrize("name", FORMATS)
def test_reports_are_pure(hostile: Callable[[str], list[Verdict]], name: str) -> None:
    """The same verdicts make the same text."""
    assert FORMATS[name](hostile("a")) == FORMATS[name](hostile("a"))
