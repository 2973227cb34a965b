"""The growth of a series: what leaks is told from leaps and from what levels off."""

from __future__ import annotations

import pytest

from checker.suites.scenario1.growth import growth
from checker.suites.scenario1.memory import MEBIBYTE, MODEL_BYTES, Series

SERIES = {
    "level": ([90.0] * 9, 0.0),
    "a leak": ([90.0 + n for n in range(9)], 8.0),
    "one leap": ([90.0] * 4 + [99.0] * 5, 0.0),
    "two leaps": ([90.0] * 3 + [99.0] * 3 + [108.0] * 3, 0.0),
    "one wrong measurement": ([90.0] * 4 + [150.0] + [90.0] * 4, 0.0),
    "given back": ([99.0 - n for n in range(9)], -8.0),
}


@pytest.mark.parametrize("name", SERIES)
def test_a_series_grows_by_what_it_does_all_the_time(name: str) -> None:
    """A leap or a wrong measurement does not make a leak."""
    values, expected = SERIES[name]
    assert growth(values) == pytest.approx(expected)


def test_memory_that_is_given_back_once_hides_no_leak() -> None:
    """An allocator may give back pages in the middle of it all."""
    assert growth([90.0 + n - (3 if n > 5 else 0) for n in range(9)]) > 4


def test_a_cache_that_starts_anew_is_no_leak() -> None:
    """It fills all the time, and it does not become larger."""
    assert growth([90.0 + n % 4 for n in range(9)]) < 1


def test_what_levels_off_grows_less_than_what_does_not() -> None:
    """A cache that fills during the first third counts for less than half of a leak that fills as quickly for ever."""
    filling = [min(n, 3.0) for n in range(9)]
    assert growth(filling) < growth([float(n) for n in range(9)]) / 2


def test_the_models_growth_counts_up_to_a_bound() -> None:
    """Noise that both have is granted; a model that is noisier than that hides no leak."""
    leak = [int(2 * MEBIBYTE * n) for n in range(9)]
    level, noisy = [0] * 9, [MEBIBYTE * n for n in range(9)]
    assert Series(3 * MEBIBYTE, leak, level).excess == 16 * MEBIBYTE
    assert Series(3 * MEBIBYTE, leak, noisy).excess == 16 * MEBIBYTE - MODEL_BYTES
    assert Series(3 * MEBIBYTE, leak, noisy).suspicious
    assert not Series(3 * MEBIBYTE, level, noisy).suspicious


def test_a_model_that_gives_memory_back_is_no_reproach() -> None:
    """A submission that stays level is level, whatever the model does."""
    assert Series(MEBIBYTE, [90] * 9, [90 * MEBIBYTE - n * MEBIBYTE for n in range(9)]).excess == 0
