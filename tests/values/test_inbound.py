"""Where something stands."""

from __future__ import annotations

from bridge.values.ids import ChannelId, Platform, WorkspaceId
from bridge.values.inbound import Place, PlaceKind


def place(parent: str | None = None) -> Place:
    return Place(
        platform=Platform("test"),
        workspace=WorkspaceId("w"),
        channel=ChannelId("here"),
        kind=PlaceKind.THREAD if parent else PlaceKind.CHANNEL,
        parent=ChannelId(parent) if parent else None,
    )


def test_a_thread_spends_from_the_channel_above_it() -> None:
    assert place(parent="above").budget_channel == "above"
    assert place().budget_channel == "here"
