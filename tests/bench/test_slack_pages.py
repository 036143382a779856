"""What is read off the embedded Slack's messages and exchanges."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.sim.poe import Call
from adapters.sim.slack import Exchange, Message
from adapters.sim.slack.nouns import Pings, Stream, Version
from bench.slack_pages import balanced, identical, seen, unfinished


def message(ts: str, *texts: tuple[float, str], **more: Any) -> Message:
    versions = [Version(at=at, text=text, pings=Pings()) for at, text in texts]
    return Message(team_id="T1", channel_id="C1", ts=ts, at=0.0, versions=versions, **more)


def exchange(method: str, body: dict[str, Any], **answer: Any) -> Exchange:
    given = {"ok": True, "ts": "1.0", **answer}
    return Exchange(at=0.0, method=method, team_id="T1", body=body, status=200, answer=given)


def test_pages_are_read_one_after_the_other_as_they_stood() -> None:
    call = Call(number=1, endpoint="responses", key_name="k", model="m", body={}, headers={}, started_at=8.0)
    call.text, call.ended_at = "abcdefgh", 10.0
    first = message("1.0", (8.6, "ab"), (9.5, "abcd"))
    second = message("2.0", (10.2, "efgh"), (10.4, "efgh\n12 points"))

    found = seen(call, [second, first], 2.0, 4)

    assert found.arrived == ((9.0, 0), (9.5, 4), (10.0, 8))
    assert found.visible == ((8.6, 2), (9.5, 4), (10.2, 8), (10.4, 8))
    assert found.final_late == pytest.approx(0.4)
    assert found.lost == 0


@pytest.mark.parametrize(("state", "open_"), [("streaming", True), ("expired", True), ("ended", False)])
def test_a_stream_that_nobody_ended_looks_unfinished(state: str, open_: bool) -> None:
    stream = Stream(started_at=0.0, recipient=None, state=state)

    assert unfinished(message("1.0", stream=stream)) is open_


@pytest.mark.parametrize(("label", "growing"), [("Stop", True), ("Regenerate", False)])
def test_a_page_that_can_still_be_stopped_looks_unfinished(label: str, growing: bool) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": label}}
    small = {"type": "context", "elements": [{"type": "mrkdwn", "text": "Stop"}]}
    blocks = [{"type": "markdown", "text": "Stop"}, small, {"type": "actions", "elements": [button]}]

    assert unfinished(message("1.0", blocks=blocks)) is growing


def test_a_fence_needs_both_its_ends() -> None:
    assert balanced("a\n```python\nb()\n```\nc ``` d")
    assert not balanced("a\n```python\nb()")


def test_an_update_that_changes_nothing_counts_and_one_that_was_refused_does_not() -> None:
    same = {"text": "a", "blocks": [{"type": "markdown", "text": "a"}]}
    wrote = [
        exchange("chat.postMessage", same),
        exchange("chat.update", same),
        exchange("chat.update", {**same, "text": "b"}, ok=False),
        exchange("chat.update", {**same, "blocks": []}),
    ]

    assert identical(wrote) == 1


def test_a_piece_that_adds_nothing_counts() -> None:
    pieces = [{"chunks": [{"type": "markdown_text", "text": "a"}]}, {"chunks": []}, {"markdown_text": "b"}]

    assert identical(exchange("chat.appendStream", piece) for piece in pieces) == 1
