"""Pages, pieces and words become bodies Slack takes."""

from __future__ import annotations

import pytest

from adapters.sim.slack import blocks as slack
from adapters.slack import ids, limits, writes
from bridge.values.draft import Action, Button, Page, StepShown
from bridge.values.ids import ChannelId, TurnId
from bridge.values.parts import OutFile

TURN = TurnId("abcdefghijklmnop")
THREAD = ChannelId("C1/1.1")
NONCE = f"{TURN}-0"
STOP = Button(action=Action.STOP, turn=TURN, label="Stop")
AGAIN = Button(action=Action.REGENERATE, turn=TURN, label="Regenerate")
ON = Button(action=Action.CONTINUE, turn=TURN, label="Continue")
GOOD = Button(action=Action.GOOD, turn=TURN, label="Good answer")
BAD = Button(action=Action.BAD, turn=TURN, label="Bad answer")


def kinds(blocks: list[writes.Json]) -> list[str]:
    slack.check_all(blocks)
    return [block["type"] for block in blocks]


def test_a_page_stands_in_its_thread_marked_as_ours_and_rings_for_nobody() -> None:
    body = writes.message(THREAD, Page(text="Hello <!here>"), NONCE)

    assert (body["channel"], body["thread_ts"]) == ("C1", "1.1")
    assert body["metadata"] == {"event_type": ids.PAGE, "event_payload": {"nonce": NONCE, "turn": TURN}}
    assert (body["unfurl_links"], body["unfurl_media"], body["link_names"], body["parse"]) == (
        False,
        False,
        False,
        "none",
    )
    assert "<!here>" not in body["text"] + body["blocks"][0]["text"]


def test_in_a_bare_channel_there_is_no_thread() -> None:
    assert "thread_ts" not in writes.message(ChannelId("C1"), Page(text="Hello"), NONCE)


def test_a_page_shows_text_small_lines_buttons_and_feedback_in_this_order() -> None:
    page = Page(text="Hello\n-# 3 points", buttons=(AGAIN, ON, GOOD, BAD))

    found = writes.blocks(page)

    assert kinds(found) == ["markdown", "context", "actions", "context_actions"]
    assert found[0]["text"] == "Hello"
    assert found[1]["elements"][0]["text"] == "3 points"


def test_buttons_carry_all_that_is_needed_after_a_restart() -> None:
    row, feedback = writes.blocks(Page(text="x", buttons=(AGAIN, ON, GOOD, BAD)))[1:]

    assert [ids.parse_button(one["action_id"]) for one in row["elements"]] == [
        ("regenerate", TURN),
        ("continue", TURN),
    ]
    (rated,) = feedback["elements"]
    for side, action in (("positive_button", "good"), ("negative_button", "bad")):
        assert ids.parse_button(rated["action_id"], rated[side]["value"]) == (action, TURN)


def test_stop_looks_dangerous_and_nothing_else_does() -> None:
    (row,) = writes.blocks(Page(text="x", buttons=(STOP, AGAIN)))[1:]

    assert [one.get("style") for one in row["elements"]] == ["danger", None]


def test_a_page_of_small_lines_alone_has_no_empty_text() -> None:
    assert kinds(writes.blocks(Page(text="-# Thinking…", buttons=(STOP,)))) == ["context", "actions"]


def test_a_page_of_files_alone_is_called_by_their_names() -> None:
    file = OutFile(name="chart.png", mime="image/png", data=b"png")

    assert writes.blocks(Page(text="", files=(file,)))[0]["text"] == "chart.png"
    assert kinds(writes.blocks(Page(text=""))) == ["markdown"]


def test_many_small_lines_fit_slacks_blocks() -> None:
    found = writes.blocks(Page(text="\n".join("-# " + "x" * 1000 for _ in range(9))))

    assert kinds(found) == ["context"] * len(found)
    assert sum(block["elements"][0]["text"].count("x") for block in found) == 9000


def test_a_page_at_the_limit_with_everything_under_it_fits_a_message() -> None:
    page = Page(text="x" * (limits.TEXT - 100) + "\n-# " + "y" * 96, buttons=(AGAIN, ON, GOOD, BAD))

    assert slack.length(writes.blocks(page)) < 13_200


def test_an_edit_says_everything_anew() -> None:
    body = writes.edit(THREAD, "2.2", Page(text="Hello"))

    assert (body["channel"], body["ts"], body["parse"], body["link_names"]) == ("C1", "2.2", "none", False)
    assert "metadata" not in body
    assert (
        writes.edit(THREAD, "2.2", Page(text="Hello"), NONCE)["metadata"]["event_payload"]["nonce"] == NONCE
    )


def test_a_stream_begins_for_somebody() -> None:
    body = writes.begin(THREAD, [], person="U1", workspace="T1")

    assert (body["recipient_user_id"], body["recipient_team_id"], body["thread_ts"]) == ("U1", "T1", "1.1")
    assert "chunks" not in body


def test_a_piece_is_steps_and_then_text() -> None:
    steps = (StepShown(id="a", label="Looking  it\nup", done=False), StepShown(id="b", label="", done=True))

    assert writes.chunks("Hello ", steps) == [
        {"type": "task_update", "id": "a", "title": "Looking it up", "status": "in_progress"},
        {"type": "task_update", "id": "b", "title": "…", "status": "complete"},
        {"type": "markdown_text", "text": "Hello "},
    ]
    assert writes.chunks("", ()) == []


def test_nobody_is_rung_for_in_a_title() -> None:
    """A step may be the model's own thought, and a title somebody's question."""
    rung = "Look, <!channel> and <@U0ADA00000>"
    (task,) = writes.chunks("", [StepShown(id="a", label=rung, done=False)])

    for title in (task["title"], writes.title(rung)):
        assert "<!" not in title
        assert "<@" not in title


def test_a_step_s_title_is_short_enough() -> None:
    (task,) = writes.chunks("", (StepShown(id="a", label="word " * 100, done=False),))

    assert len(task["title"]) <= limits.TASK


def test_the_end_of_a_stream_says_how_the_session_goes_on() -> None:
    body = writes.end(THREAD, "2.2", [], [], nonce=NONCE, status=writes.PROCESSING)

    assert body["session_status"] == "processing"
    assert body["metadata"]["event_payload"]["turn"] == TURN
    assert "chunks" not in body
    assert "blocks" not in body
    full = writes.end(
        THREAD, "2.2", writes.chunks("x", ()), writes.tail(("y",), ()), nonce=NONCE, status=writes.ACTIVE
    )
    assert (full["chunks"][0]["text"], full["blocks"][0]["type"]) == ("x", "context")


def test_what_a_command_says_names_people_where_nobody_else_sees_it() -> None:
    private, public = writes.told("<@U1> has 5", naming=True), writes.told("<@U1> has 5")

    assert private["blocks"][0]["text"] == "<@U1> has 5"
    assert "<@U1>" not in public["blocks"][0]["text"]
    assert kinds(writes.told("")["blocks"]) == ["markdown"]


@pytest.mark.parametrize("given", ["x " * 300, "x\ny"])
def test_a_title_is_one_line_that_is_short_enough(given: str) -> None:
    title = writes.title(given)

    assert len(title) <= limits.TITLE
    assert "\n" not in title
