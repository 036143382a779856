"""Ids go out and come back as they were."""

from __future__ import annotations

import pytest

from adapters.slack import ids
from bridge.values.draft import Action
from bridge.values.ids import ChannelId, MessageId, PersonId, TurnId, WorkspaceId

TURN = TurnId("abcdefghijklmnop")
HARBOUR = WorkspaceId("T1")


def test_a_thread_is_its_channel_and_its_root() -> None:
    thread = ids.thread(ChannelId("C1"), MessageId("1700000000.000100"))

    assert thread == "C1/1700000000.000100"
    assert ids.channel_of(thread) == "C1"
    assert ids.root_of(thread) == "1700000000.000100"


def test_a_thread_of_a_thread_is_a_thread_of_the_channel() -> None:
    assert ids.thread(ChannelId("C1/1.1"), MessageId("2.2")) == "C1/2.2"


def test_a_bare_channel_has_no_root() -> None:
    assert ids.root_of(ChannelId("C1")) is None
    assert ids.channel_of(ChannelId("C1")) == "C1"


def test_a_message_nobody_answered_stands_in_its_own_thread() -> None:
    assert ids.ref("C1", "2.2", "1.1").channel == "C1/1.1"
    assert ids.ref("C1", "2.2").channel == "C1/2.2"
    assert ids.ref("C1", "2.2").message == "2.2"


def test_one_text_is_one_event_in_a_thread_or_not() -> None:
    bare = ids.message_event(HARBOUR, ChannelId("C1"), MessageId("1.1"))

    assert bare == ids.message_event(HARBOUR, ChannelId("C1/1.1"), MessageId("1.1")) == "slack:T1/C1/1.1"


def test_other_events_never_look_like_a_message() -> None:
    assert ids.event("Ev1") == "slack:Ev1"
    assert ids.interaction_event("1.2.abc") == "slack:i:1.2.abc"


@pytest.mark.parametrize("action", [Action.STOP, Action.REGENERATE, Action.CONTINUE])
def test_a_button_tells_its_action_and_turn(action: Action) -> None:
    assert ids.parse_button(ids.button_id(action, TURN)) == (action.value, TURN)


@pytest.mark.parametrize("action", [Action.GOOD, Action.BAD])
def test_feedback_buttons_share_an_id_and_differ_by_value(action: Action) -> None:
    assert ids.button_id(action, TURN) == ids.button_id(Action.GOOD, TURN)
    assert ids.parse_button(ids.button_id(action, TURN), action.value) == (action.value, TURN)


@pytest.mark.parametrize(
    ("action_id", "value"),
    [
        ("", ""),
        ("stop", ""),
        ("pb:stop", ""),
        ("pb:stop:", ""),
        ("pb:dance:abc", ""),
        ("px:stop:abc", ""),
        ("pb:rate:abc", ""),
        ("pb:rate:abc", "stop"),
        ("pb::abc", ""),
    ],
)
def test_what_is_no_button_of_ours_is_none(action_id: str, value: str) -> None:
    assert ids.parse_button(action_id, value) is None


def test_a_nonce_tells_its_turn() -> None:
    assert ids.turn_of(f"{TURN}-0") == TURN
    assert ids.turn_of(f"{TURN}-12r") == TURN
    assert ids.turn_of("loose") == "loose"


def test_what_stands_for_a_part_of_a_file_is_no_page() -> None:
    assert ids.is_page(f"{TURN}-2")
    assert not ids.is_page(ids.part_nonce(f"{TURN}-2", 0))


def test_buckets_are_of_a_workspace() -> None:
    assert ids.method_bucket(HARBOUR, "chat.update") != ids.method_bucket(WorkspaceId("T2"), "chat.update")
    thread, bare = ChannelId("C1/1.1"), ChannelId("C1")
    assert ids.channel_bucket(HARBOUR, thread) == ids.channel_bucket(HARBOUR, bare)
    assert ids.person_bucket(HARBOUR, PersonId("U1")) != ids.channel_bucket(HARBOUR, ChannelId("U1"))


def test_a_trace_does_not_tell_the_secret() -> None:
    assert "xoxb" not in ids.trace("xoxb-1")
    assert ids.trace("xoxb-1") == ids.trace("xoxb-1") != ids.trace("xoxb-2")
