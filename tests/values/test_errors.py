"""What errors say, whether they may be tried again, and whether we are sure that nothing happened."""

from __future__ import annotations

import re

import pytest

from bridge.values import errors
from bridge.values.errors import (
    BridgeError,
    ChatBroken,
    ChatBusy,
    ConfigError,
    Refused,
    StoreError,
    UpstreamBroken,
    UpstreamBusy,
    UpstreamError,
    origin,
)

TREE = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, BridgeError)]


@pytest.mark.parametrize("kind", TREE)
def test_every_error_has_a_sentence_of_its_own_and_a_place_in_the_drawing(kind: type[BridgeError]) -> None:
    said = ("no sentence",) if kind is ConfigError else ""
    text = kind(said).say  # type: ignore[arg-type]

    assert text
    assert "\n" not in text
    assert re.search(rf"[├└─·] ?{kind.__name__}\b|^{kind.__name__}\b", errors.__doc__ or "", re.MULTILINE)


@pytest.mark.parametrize("kind", [each for each in TREE if issubclass(each, Refused | StoreError)])
def test_what_is_refused_before_it_is_asked_has_cost_nothing(kind: type[BridgeError]) -> None:
    assert kind.sure


def test_words_of_our_own_replace_the_usual_ones_and_details_are_for_the_log() -> None:
    usual, own = UpstreamError(), UpstreamError("Poe sleeps.", detail="503")

    assert (own.say, own.detail, str(own)) == ("Poe sleeps.", "503", "Poe sleeps. [503]")
    assert (usual.detail, str(usual)) == ("", usual.say)


def test_what_is_busy_says_for_how_long() -> None:
    assert (UpstreamBusy().retry_after, UpstreamBusy(retry_after=2.5).retry_after) == (None, 2.5)
    assert (ChatBusy().retry_after, ChatBusy(retry_after=0.5).retry_after) == (1.0, 0.5)
    assert UpstreamBusy.retry
    assert ChatBusy.retry


def test_what_broke_may_have_happened_all_the_same() -> None:
    assert not UpstreamBroken.sure
    assert not ChatBroken.sure
    assert (UpstreamBroken().answered, UpstreamBroken(answered=True).answered) == (False, True)


def test_a_configuration_s_problems_come_all_at_once() -> None:
    problem = ConfigError(("One.", "Two."))

    assert (problem.problems, problem.say) == (("One.", "Two."), "One.\nTwo.")


def test_the_log_learns_where_a_mistake_came_from_and_nobody_s_words() -> None:
    def mistaken() -> None:
        raise KeyError("what somebody wrote")

    try:
        mistaken()
    except KeyError as error:
        told = origin(ExceptionGroup("tasks", [error]))

    assert re.fullmatch(r"KeyError < test_errors\.py:\d+ < test_errors\.py:\d+", told)
