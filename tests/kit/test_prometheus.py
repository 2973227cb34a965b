"""What is read from a page of counters."""

from __future__ import annotations

import math

import pytest

from checker.kit.prometheus import read_exposition

PAGE = """\
# HELP task_cache_hits_total Tasks that were read from Redis
# TYPE task_cache_hits_total counter
task_cache_hits_total{endpoint="a } b"} 2.0
task_cache_hits_total{endpoint="c"} 3 1395066363000
task_cache_hits_total { path = "\\"{", status = "any" , }\t1.0e+00 # {trace_id="x"} 9.0
# TYPE task_cache_misses counter
task_cache_misses_total 1e1 # {trace_id="x"} 1.0
task_cache_hits_created 1.7e9

"a string" 5
broken
"""


def test_samples_are_summed_over_their_labels() -> None:
    """Timestamps, exemplars and what is no sample count for nothing."""
    found = read_exposition(PAGE)
    assert found.counter("task_cache_hits_total") == 6
    assert found.counter("task_cache_misses_total") == 10
    assert found.counter("never_counted_total") == 0


def test_a_type_is_declared_in_either_format() -> None:
    """OpenMetrics declares a counter by the name without its ending."""
    found = read_exposition(PAGE)
    assert found.declared("task_cache_hits_total") == "counter"
    assert found.declared("task_cache_misses_total") == "counter"
    assert found.declared("task_cache_hits_created") == ""


@pytest.mark.parametrize("text", ["", '"task_cache_hits_total 1\\n"', "<html>task_cache_hits_total 1</html>"])
def test_another_format_holds_no_counter(text: str) -> None:
    """A JSON string and a page of HTML are no exposition."""
    assert read_exposition(text).samples == {}


def test_a_value_that_is_no_number_is_none() -> None:
    """It compares unequal to every count."""
    assert math.isnan(read_exposition("task_cache_hits_total many").counter("task_cache_hits_total"))
