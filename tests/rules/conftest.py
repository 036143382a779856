"""People, places and prompts for the rules' tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bridge.values.inbound import Destination, Person, Place, PlaceKind
from bridge.values.models import Preset
from bridge.values.settings import Settings
from bridge.values.turn import Follow, Past, Prompt, Turn, TurnState


def place(kind: PlaceKind = PlaceKind.CHANNEL, **more: Any) -> Place:
    return Place(**{"platform": "test", "workspace": "w", "channel": "c", "kind": kind, **more})


ADA = Person(id="ada", name="Ada")  # type: ignore[arg-type]


def prompt(**more: Any) -> Prompt:
    where = more.pop("place", place())
    given = {
        "event": "e1",
        "place": where,
        "person": ADA,
        "to": Destination(place=where, person=ADA.id),
        "text": "Why is the sky blue?",
        "at": 100.0,
        "follow": Follow.FRESH,
        **more,
    }
    return Prompt(**given)


def turn(**more: Any) -> Turn:
    given = {
        "id": "t2",
        "conversation": "t1",
        "parent": "t1",
        "prompt": more.pop("prompt", None) or prompt(),
        "model": "gpt-5.2",
        "preset": "default",
        "created_at": 100.0,
        **more,
    }
    return Turn(**given)


def past(**more: Any) -> Past:
    given = {
        "turn": "t1",
        "parent": None,
        "model": "gpt-5.2",
        "preset": "default",
        "state": TurnState.SETTLED,
        "response": "resp_1",
        "items": (),
        "text": "An answer.",
        **more,
    }
    return Past(**given)


@pytest.fixture
def make_prompt() -> Callable[..., Prompt]:
    return prompt


@pytest.fixture
def make_turn() -> Callable[..., Turn]:
    return turn


@pytest.fixture
def make_past() -> Callable[..., Past]:
    return past


@pytest.fixture
def make_place() -> Callable[..., Place]:
    return place


@pytest.fixture
def settings() -> Settings:
    return Settings(
        presets={
            "default": Preset(name="default", model="claude-haiku-4.5", system_prompt="Be kind."),  # type: ignore[arg-type]
            "coder": Preset(name="coder", model="gpt-5.2"),  # type: ignore[arg-type]
        }
    )
