"""The bodies of what we write."""

from __future__ import annotations

from adapters.discord import writes
from bridge.values.draft import Action, Button, Page
from bridge.values.ids import MessageId, TurnId
from bridge.values.inbound import Choice
from bridge.values.parts import OutFile

TURN = TurnId("turnturnturnturn")
STOP = Button(action=Action.STOP, turn=TURN, label="Stop")
AGAIN = Button(action=Action.REGENERATE, turn=TURN, label="Regenerate")
NOBODY = {"parse": [], "replied_user": False}


def test_a_message_suppresses_link_previews_and_pings_nobody() -> None:
    body = writes.message(Page(text="see https://example.org @everyone"))
    assert body == {"content": "see https://example.org @everyone", "flags": 4, "allowed_mentions": NOBODY}


def test_a_channel_message_carries_our_own_nonce_to_be_sent_again_safely() -> None:
    body = writes.channel_message(Page(text="x"), "turn-0", reply_to=None, silent=False)
    assert body["nonce"] == "turn-0"
    assert body["enforce_nonce"] is True


def test_a_reply_survives_the_end_of_the_message_it_answers() -> None:
    body = writes.channel_message(Page(text="x"), "n", reply_to=MessageId("12"), silent=False)
    assert body["message_reference"] == {"message_id": "12", "fail_if_not_exists": False}
    assert body["allowed_mentions"]["replied_user"] is False


def test_a_silent_message_says_so_and_still_suppresses_previews() -> None:
    assert writes.channel_message(Page(text="x"), "n", reply_to=None, silent=True)["flags"] == 4096 | 4


def test_embeds_stay_suppressed_because_an_edit_does_not_speak_of_flags() -> None:
    assert "flags" not in writes.edit(Page(text="x"))


def test_mentions_are_forbidden_by_every_edit_anew() -> None:
    assert writes.edit(Page(text="@everyone"))["allowed_mentions"] == NOBODY


def test_an_edit_takes_away_the_buttons_that_are_gone() -> None:
    assert writes.edit(Page(text="x"))["components"] == []


def test_buttons_stand_five_in_a_row_and_carry_their_turn() -> None:
    rows = writes.rows((STOP, *[AGAIN] * 5))
    assert [len(row["components"]) for row in rows] == [5, 1]
    assert rows[0]["components"][0] == {
        "type": 2,
        "style": 4,
        "label": "Stop",
        "custom_id": "pb:stop:turnturnturnturn",
    }
    assert rows[1]["components"][0]["style"] == 2


def test_files_are_named_in_the_body_that_sends_them() -> None:
    file = OutFile(name="plot.png", mime="image/png", data=b"x", description="A plot")
    plain = OutFile(name="a.txt", mime="text/plain", data=b"x")
    body = writes.message(Page(text="", files=(file, plain)))
    assert body["attachments"] == [
        {"id": 0, "filename": "plot.png", "description": "A plot"},
        {"id": 1, "filename": "a.txt"},
    ]


def test_a_thread_has_a_name_of_one_line_within_discords_limit() -> None:
    assert writes.thread("  many\nlines   of it ", 60) == {
        "name": "many lines of it",
        "auto_archive_duration": 60,
    }
    assert len(writes.thread("x" * 300, 60)["name"]) == 100
    assert writes.thread(" \n", 60)["name"] == "Conversation"


def test_only_a_deferral_can_make_an_answer_private() -> None:
    assert writes.defer(private=True) == {"type": 5, "data": {"flags": 64}}
    assert writes.defer(private=False) == {"type": 5, "data": {"flags": 0}}
    assert writes.defer_update() == {"type": 6}


def test_choices_are_cut_to_what_discord_takes() -> None:
    choices = tuple(Choice(label="l" * 200, value="v" * 200) for _ in range(40))
    shown = writes.suggest(choices)["data"]["choices"]
    assert len(shown) == 25
    assert shown[0] == {"name": "l" * 100, "value": "v" * 100}


def test_a_form_has_one_question() -> None:
    form = writes.form("Ask about this", "pb.about:1:ask")["data"]
    assert form["title"] == "Ask about this"
    assert form["components"][0]["components"][0]["custom_id"] == writes.QUESTION
