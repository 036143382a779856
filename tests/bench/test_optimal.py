"""What the best schedule is compared with: plain trying of everything, and the closed form for one answer."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.optimal import Window, assignment, best, crowding


def alone(seconds: float, window: Window) -> float:
    """One answer: windows back to back, evenly written, and a first and a last gap that weigh alike."""
    found = float("inf")
    for full in range(int(seconds // window.seconds) + 1):
        rest = seconds - full * window.seconds
        first = rest / window.writes
        before_end = rest - first
        cost = first**2 / 2 + full * window.seconds**2 / (2 * window.writes)
        found = min(found, cost + before_end**2 / (2 * (window.writes - 1)))
    return found


@pytest.mark.parametrize("seconds", [3.0, 7.5, 10.0, 12.0, 15.0, 18.0])
def test_one_answer_is_as_stale_as_the_closed_form_says(seconds: float) -> None:
    assert best(1, seconds, Window()) == pytest.approx(alone(seconds, Window()), rel=0.01)


@pytest.mark.parametrize(("answers", "seconds"), [(1, 10.0), (1, 12.0), (3, 12.0), (4, 15.0)])
def test_showing_first_words_at_once_costs_something_but_not_much(answers: int, seconds: float) -> None:
    free, prompt = best(answers, seconds, Window()), best(answers, seconds, Window(), at_once=True)

    assert free - 1e-9 <= prompt <= free * 1.5


def test_a_first_word_at_once_leaves_four_writes_of_five_for_the_rest() -> None:
    assert best(1, 5.0, Window(), at_once=True) == pytest.approx(5 * 0.5, rel=0.01)


def tried(answers: int, seconds: int, window: Window) -> float:
    """Every set of moments on a grid that the window allows, and every way to give them to the answers."""
    step = 0.5
    moments = [number * step for number in range(int(seconds / step))]
    found = float("inf")
    for count in range(len(moments) + 1):
        for chosen in combinations(moments, count):
            if not allowed([*chosen, *[float(seconds)] * answers], window):
                continue
            for owners in product(range(answers), repeat=count):
                found = min(found, stale(chosen, owners, answers, seconds))
    return found


def allowed(times: list[float], window: Window) -> bool:
    opened, used = -10.0, 0
    for at in times:
        if at >= opened + window.seconds:
            opened, used = at, 0
        used += 1
        if used > window.writes:
            return False
    return True


def stale(times: tuple[float, ...], owners: tuple[int, ...], answers: int, end: float) -> float:
    total = 0.0
    for answer in range(answers):
        own = [0.0, *[at for at, owner in zip(times, owners, strict=True) if owner == answer], end]
        total += sum((then - at) ** 2 / 2 for at, then in pairwise(own))
    return total


@pytest.mark.parametrize(("answers", "seconds"), [(1, 3), (1, 4), (2, 3), (2, 4)])
def test_nothing_that_can_be_tried_is_better(answers: int, seconds: int) -> None:
    window = Window(writes=3, seconds=2.0)

    assert best(answers, float(seconds), window) <= tried(answers, seconds, window) + 1e-9


def test_a_crowd_shares_what_all_channels_together_may_write() -> None:
    crowd = [(0.0, 10.0)] * 100

    assert crowding(crowd, 1.0, 50.0) == pytest.approx(
        100 * 10 / 2
    )  # every 2 seconds instead of every second
    assert crowding(crowd[:50], 1.0, 50.0) == 0.0
    assert crowding([(0.0, 10.0), (20.0, 30.0)], 1.0, 1.0) == 0.0


@given(
    st.integers(1, 5).flatmap(
        lambda size: st.lists(
            st.lists(st.integers(0, 9), min_size=size, max_size=size), min_size=size, max_size=size
        )
    )
)
def test_an_assignment_costs_the_least(costs: list[list[int]]) -> None:
    matrix = [[float(cost) for cost in row] for row in costs]
    found = assignment(matrix)
    rows = range(len(costs))

    assert sorted(found) == list(rows)
    assert sum(matrix[row][found[row]] for row in rows) == min(
        sum(costs[row][order[row]] for row in rows) for order in permutations(rows)
    )
