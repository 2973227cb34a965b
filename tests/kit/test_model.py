"""The model solution beside a submission: its trouble is ours."""

from __future__ import annotations

import pytest

from checker.kit.expect import NotRun, Refuted
from checker.kit.model import our_own


@pytest.mark.parametrize("error", [Refuted("200", "500"), NotRun("no token can be had")])
def test_what_the_model_breaks_is_a_fault_of_the_suite(error: Exception) -> None:
    """Neither refutes anything of the submission."""
    with pytest.raises(RuntimeError, match="the model solution: ") as caught, our_own():
        raise error
    assert caught.value.__cause__ is error


def test_what_is_no_finding_stays_what_it_is() -> None:
    """A fault of the suite's own is not told twice, and what goes well goes on."""
    with pytest.raises(KeyError), our_own():
        raise KeyError("a")
    with our_own():
        pass
