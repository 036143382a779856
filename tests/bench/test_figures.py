"""The arithmetic of the bench."""

from __future__ import annotations

import pytest

from bench.figures import Figure, median, percentile


def figure(value: float, expected: str, reference: float | None = None) -> Figure:
    return Figure(name="a.b", value=value, unit="ms", runs=1, reference=reference, expected=expected)


def test_the_median_of_an_even_number_is_between_the_middle_two() -> None:
    assert median([3.0, 1.0, 2.0]) == 2.0
    assert median([4.0, 1.0, 2.0, 3.0]) == 2.5


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([1.0], 95) == 1.0
    assert percentile(list(range(1, 101)), 95) == 95
    assert percentile([5.0, 1.0], 1) == 1.0


@pytest.mark.parametrize("of_nothing", [median, lambda values: percentile(values, 50)])
def test_nothing_has_no_middle(of_nothing: object) -> None:
    with pytest.raises(ValueError, match="nothing"):
        of_nothing([])  # type: ignore[operator]


def test_an_expectation_is_about_the_value_or_the_ratio() -> None:
    assert figure(49.0, "< 50").met() is True
    assert figure(50.0, "< 50").met() is False
    assert figure(8.0, ">= 4 ratio", 2.0).met() is True
    assert figure(8.0, ">= 4 ratio", 4.0).met() is False
    assert figure(0.0, "= 0").met() is True


def test_without_an_expectation_or_a_reference_nothing_is_judged() -> None:
    assert figure(1.0, "").met() is None
    assert figure(1.0, ">= 4 ratio").met() is None
    assert figure(1.0, "", 0.0).ratio is None
