"""What became of an interaction's token."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.discord.tokens import Tokens
from bridge.values.inbound import Via

VIA = Via(token="t", expires_at=900.0)


class Hands:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def tokens(clock: Hands) -> Tokens:
    return Tokens(clock)  # type: ignore[arg-type]


def test_a_token_lives_until_a_minute_before_its_end(tokens: Tokens, clock: Hands) -> None:
    clock.time = 839.9
    assert tokens.living(VIA) is VIA
    clock.time = 840.0
    assert tokens.living(VIA) is None


def test_nothing_is_no_token(tokens: Tokens) -> None:
    assert tokens.living(None) is None


def test_one_page_takes_the_first_answer_and_may_try_again(tokens: Tokens) -> None:
    assert tokens.fresh(VIA)
    assert tokens.take(VIA, "page 1")
    assert tokens.take(VIA, "page 1")
    assert not tokens.take(VIA, "page 2")
    assert not tokens.fresh(VIA)


def test_a_press_of_a_button_has_no_first_answer_to_give(tokens: Tokens) -> None:
    press = replace(VIA, original=False)
    assert not tokens.take(press, "page 1")
    assert not tokens.fresh(press)


def test_a_refused_page_leaves_the_first_answer_to_another(tokens: Tokens) -> None:
    tokens.take(VIA, "too long")
    tokens.give_back(VIA)
    assert tokens.take(VIA, "shorter")


def test_a_token_discord_refused_is_dead(tokens: Tokens) -> None:
    tokens.end(VIA)
    assert tokens.living(VIA) is None


def test_an_answer_that_left_for_the_channel_stays_there(tokens: Tokens) -> None:
    tokens.take(VIA, "page 1")
    assert not tokens.left(VIA)
    tokens.leave(VIA)
    assert tokens.left(VIA)


def test_a_token_handed_out_here_is_known_and_one_from_before_a_restart_is_not(tokens: Tokens) -> None:
    assert not tokens.known(VIA)
    tokens.issue(VIA)
    assert tokens.known(VIA)
    assert tokens.fresh(VIA)


def test_tokens_are_forgotten_when_they_end(tokens: Tokens, clock: Hands) -> None:
    tokens.issue(VIA)
    clock.time = 901.0
    tokens.issue(Via(token="u", expires_at=2000.0))
    assert not tokens.known(VIA)
