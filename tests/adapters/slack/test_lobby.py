"""Where something happened, by what Slack says of it."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack import lobby
from bridge.values.ids import WorkspaceId
from bridge.values.inbound import PlaceKind
from tests.adapters.slack.events import BOT, LAB, ROOT, TEAM, TS

HERE = WorkspaceId(TEAM)


@pytest.mark.parametrize(
    "body",
    [
        {"team_id": TEAM},
        {"team": {"id": TEAM, "domain": "harbour"}},
        {"team": None, "user": {"id": "U1", "team_id": TEAM}},
        {"team_id": "T0THEIRS", "authorizations": [{"team_id": TEAM}]},
        {"team_id": TEAM, "authorizations": [{"team_id": None}]},
    ],
)
def test_the_workspace_is_where_we_are_installed(body: dict[str, Any]) -> None:
    assert lobby.team_of(body) == TEAM


def test_nothing_known_is_no_workspace() -> None:
    assert lobby.team_of({}) == ""


@pytest.mark.parametrize(
    ("message", "channel", "ours"),
    [
        ({"ts": TS, "user": BOT}, f"{LAB}/{TS}", True),
        ({"ts": TS, "user": "U0BEN"}, f"{LAB}/{TS}", None),
        ({"ts": TS, "thread_ts": ROOT, "user": BOT}, f"{LAB}/{ROOT}", None),
        ({"ts": TS, "thread_ts": ROOT, "user": BOT, "parent_user_id": BOT}, f"{LAB}/{ROOT}", True),
    ],
)
def test_a_message_stands_in_a_thread(message: dict[str, Any], channel: str, ours: bool | None) -> None:
    place = lobby.place_of_message(HERE, LAB, message, BOT)

    assert (place.kind, place.channel, place.parent, place.ours) == (PlaceKind.THREAD, channel, LAB, ours)


def test_direct_messages_are_known_by_their_id() -> None:
    assert lobby.place_of_message(HERE, "D0ADA", {"ts": TS}, BOT).kind is PlaceKind.DIRECT
    assert lobby.bare_place(HERE, "D0ADA").kind is PlaceKind.DIRECT
    assert lobby.bare_place(HERE, LAB).kind is PlaceKind.CHANNEL


def test_a_home_belongs_to_its_workspace() -> None:
    place = lobby.home_place(HERE)

    assert (place.kind, place.channel, place.workspace) == (PlaceKind.CHANNEL, "", HERE)


def test_a_user_is_an_id_or_holds_one() -> None:
    assert lobby.person_id("U1") == lobby.person_id({"id": "U1", "name": "ada"}) == "U1"
