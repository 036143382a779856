"""Every make has its parse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import ids
from bridge.values.draft import Action
from bridge.values.ids import EventId, MessageId, TurnId

SNOWFLAKES = st.integers(min_value=0, max_value=2**64 - 1)
TURNS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567", min_size=16, max_size=16).map(TurnId)


@given(SNOWFLAKES)
def test_events_of_messages_and_interactions_come_back_as_they_were(number: int) -> None:
    assert ids.parse_event(ids.message_event(number)) == ("m", number)
    assert ids.parse_event(ids.interaction_event(number)) == ("i", number)


@pytest.mark.parametrize("foreign", ["slack:m:1", "discord:x:1", "discord:m:", "discord:m:1x", "", "discord"])
def test_what_is_not_our_event_is_not_read_as_one(foreign: str) -> None:
    assert ids.parse_event(EventId(foreign)) is None


@given(st.sampled_from(Action), TURNS)
def test_a_button_tells_its_action_and_turn_and_fits_discord(action: Action, turn: TurnId) -> None:
    made = ids.button_id(action, turn)
    assert ids.parse_button(made) == (action.value, turn)
    assert len(made) <= 100


@pytest.mark.parametrize("foreign", ["pb:explode:abc", "pb:stop:", "pb:stop", "xx:stop:abc", ""])
def test_foreign_buttons_are_not_ours(foreign: str) -> None:
    assert ids.parse_button(foreign) is None


@given(SNOWFLAKES, st.sampled_from(["ask", "budget set"]))
def test_a_form_tells_its_command_and_message_and_fits_discord(number: int, command: str) -> None:
    made = ids.form_id(command, MessageId(str(number)))
    assert ids.parse_form(made) == (command, str(number))
    assert len(made) <= 100


@pytest.mark.parametrize("foreign", ["pb.about:x:ask", "pb.about:12:", "pb.about:12", "pb:12:ask", ""])
def test_foreign_forms_are_not_ours(foreign: str) -> None:
    assert ids.parse_form(foreign) is None


def test_a_bucket_never_spells_out_a_token() -> None:
    token = "aW50ZXJhY3Rpb246MTIz-secret"
    bucket = ids.token_bucket(token)
    assert token not in bucket
    assert bucket == ids.token_bucket(token)
    assert bucket != ids.token_bucket(token + "x")
