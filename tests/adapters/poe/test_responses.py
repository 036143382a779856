"""Events of a stream as the house's answer events, and every way a stream ends."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.poe.responses import Answer
from adapters.poe.sse import Splitter
from bridge.values import errors
from bridge.values.answer import AnswerEvent, Ending, Failed, Finished, Started, Step, TextDelta, ThoughtDelta
from bridge.values.ids import ResponseId
from bridge.values.points import Usage
from tests.adapters.poe.stage import CREATED, RECORDINGS, SAMPLES, completed, delta, event, response

RID = ResponseId("resp_1")
SPENT = Usage(input=10, output=7, cached=4, reasoning=3)


def answer_of(*frames: bytes, chained: bool = False) -> list[AnswerEvent]:
    """The events of a stream, as far as its end."""
    splitter, answer = Splitter(), Answer(chained=chained)
    events: list[AnswerEvent] = []
    for frame in frames:
        for payload in splitter.feed(frame):
            if not answer.over:
                events.extend(answer.take(payload))
    if not answer.over:
        events.extend(answer.take_tail(splitter.tail()))
    if not answer.over:
        events.extend(answer.cut("ended"))
    return events


def text_of(events: list[AnswerEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def failed(*frames: bytes, chained: bool = False) -> Failed:
    last = answer_of(*frames, chained=chained)[-1]
    assert isinstance(last, Failed)
    return last


def test_a_stream_is_told_piece_by_piece() -> None:
    assert answer_of(
        CREATED, event("response.in_progress"), delta("Hel"), delta("lo"), completed("Hello")
    ) == [
        Started(response=RID),
        TextDelta(text="Hel"),
        TextDelta(text="lo"),
        Finished(usage=SPENT, response=RID, text="Hello"),
    ]


def test_every_event_of_the_guide_is_known_and_none_doubles_the_text() -> None:
    """https://creator.poe.com/docs/external-applications/responses-api, "Streaming event types", and their order as OpenAI has it."""
    item = {"type": "message", "id": "m", "content": [{"type": "output_text", "text": "Hello"}]}
    events = answer_of(
        CREATED,
        event("response.in_progress"),
        event("response.reasoning_summary_part.added", output_index=0, summary_index=0),
        event("response.reasoning_summary_text.delta", output_index=0, summary_index=0, delta="Hm."),
        event("response.reasoning_summary_text.done", output_index=0, summary_index=0, text="Hm."),
        event("response.output_item.added", output_index=1, item={"type": "web_search_call", "id": "ws_1"}),
        event("response.web_search_call.searching", output_index=1, item_id="ws_1"),
        event("response.web_search_call.completed", output_index=1, item_id="ws_1"),
        event("response.output_item.done", output_index=1, item={"type": "web_search_call", "id": "ws_1"}),
        event("response.output_item.added", output_index=2, item={"type": "function_call", "id": "fc_1"}),
        event("response.function_call_arguments.delta", output_index=2, delta="{"),
        event("response.function_call_arguments.done", output_index=2, arguments="{}"),
        event("response.output_item.added", output_index=3, item={"type": "message", "id": "m"}),
        event(
            "response.content_part.added",
            output_index=3,
            content_index=0,
            part={"type": "output_text", "text": ""},
        ),
        delta("Hel", output_index=3),
        delta("lo", output_index=3),
        event("response.output_text.annotation.added", output_index=3, annotation={"url": "https://x"}),
        event("response.output_text.done", output_index=3, content_index=0, text="Hello"),
        event("response.content_part.done", output_index=3, content_index=0, part=item["content"][0]),
        event("response.output_item.done", output_index=3, item=item),
        event("response.some_future_thing", delta={"not": "text"}),
        event("keepalive"),
        completed("Hello"),
    )

    assert events == [
        Started(response=RID),
        ThoughtDelta(text="Hm."),
        Step(id="ws_1", label="Searching the web"),
        Step(id="ws_1", label="Searching the web", done=True),
        Step(id="fc_1", label="Using a tool"),
        TextDelta(text="Hel"),
        TextDelta(text="lo"),
        Finished(usage=SPENT, response=RID, text="Hello"),
    ]


@pytest.mark.parametrize(
    "frames",
    [
        [event("response.output_text.done", output_index=0, content_index=0, text="Hello")],
        [
            event(
                "response.content_part.done",
                output_index=0,
                content_index=0,
                part={"type": "output_text", "text": "Hello"},
            )
        ],
        [event("response.output_item.done", output_index=0, item=response("Hello")["output"][0])],
        [],
        [delta("Hel"), event("response.output_text.done", output_index=0, content_index=0, text="Hello")],
        [delta("Hel")],
        [delta("Hello"), event("response.output_text.done", output_index=4, content_index=2, text="Hello")],
    ],
)
def test_text_that_came_without_its_pieces_is_neither_lost_nor_doubled(frames: list[bytes]) -> None:
    for end in (
        completed("Hello"),
        completed() if frames and frames != [delta("Hel")] else completed("Hello"),
    ):
        assert text_of(answer_of(CREATED, *frames, end)) == "Hello"


def test_refusals_are_text() -> None:
    part = {"type": "refusal", "refusal": "I can't."}
    item = {"type": "message", "content": [part]}
    pieces = [
        event("response.refusal.delta", delta="I can"),
        event("response.refusal.done", refusal="I can't."),
    ]
    end = event("response.completed", response=response(output=[item]))

    assert text_of(answer_of(CREATED, *pieces, end)) == "I can't."
    assert text_of(answer_of(CREATED, end)) == "I can't."


def test_two_messages_of_one_answer_stand_apart() -> None:
    output = [response("Let me look.")["output"][0], response("Found it.")["output"][0]]
    events = answer_of(
        CREATED,
        delta("Let me look."),
        delta("Found it.", output_index=2),
        event("response.completed", response=response(output=output)),
    )

    assert text_of(events) == "Let me look.\n\nFound it."
    assert isinstance(events[-1], Finished)
    assert events[-1].text == text_of(events)


def test_thoughts_keep_their_paragraphs() -> None:
    pieces = [
        event("response.reasoning_summary_text.delta", output_index=0, summary_index=0, delta="First."),
        event("response.reasoning_summary_text.delta", output_index=0, summary_index=1, delta="Second."),
        event("response.reasoning_text.done", output_index=1, text="Third."),
    ]
    thoughts = [e.text for e in answer_of(CREATED, *pieces, completed()) if isinstance(e, ThoughtDelta)]

    assert "".join(thoughts) == "First.\n\nSecond.\n\nThird."


def test_a_character_split_between_two_pieces_is_whole() -> None:
    halves = [
        b'data: {"type":"response.output_text.delta","delta":"\\ud83d"}\n\n',
        b'data: {"type":"response.output_text.delta","delta":"\\ude00!"}\n\n',
    ]

    assert text_of(answer_of(CREATED, *halves, completed())) == "😀!"


def test_broken_utf_8_and_odd_fields_do_not_stop_an_answer() -> None:
    odd = [
        b'data: {"type":"response.output_text.delta","delta":"a\xff"}\n\n',
        b'data: {"type":"response.output_text.delta","delta":"b","output_index":null,"logprobs":NaN}\n\n',
        b'data: {"type":"response.output_text.delta","delta":7}\n\n',
        b'data: {"type":"response.output_text.delta","delta":"c","output_index":[1]}\n\n',
        b"data: not json\n\n",
        b"data: 5\n\n",
        b'data: {"type":["response.completed"]}\n\n',
    ]

    assert text_of(answer_of(CREATED, *odd, completed())) == "a\ufffdbc"


def test_a_stream_without_a_beginning_begins_with_its_first_piece() -> None:
    events = answer_of(delta("Hello"), completed("Hello"))

    assert events[:2] == [Started(), TextDelta(text="Hello")]
    assert isinstance(events[-1], Finished)
    assert events[-1].response == RID


# How streams end


@pytest.mark.parametrize(
    ("reason", "ending"),
    [("max_output_tokens", Ending.LENGTH), ("content_filter", Ending.FILTERED), (None, Ending.LENGTH)],
)
def test_an_incomplete_answer_is_an_answer(reason: str | None, ending: Ending) -> None:
    body = response("Hel", status="incomplete", incomplete_details={"reason": reason} if reason else None)

    for kind in ("response.incomplete", "response.completed"):
        last = answer_of(CREATED, delta("Hel"), event(kind, response=body))[-1]
        assert last == Finished(ending=ending, usage=SPENT, response=RID, text="Hel")


def test_an_answer_may_end_for_length_without_a_word() -> None:
    body = response(status="incomplete", incomplete_details={"reason": "max_output_tokens"})

    assert answer_of(CREATED, event("response.incomplete", response=body))[1:] == [
        Finished(ending=Ending.LENGTH, usage=SPENT, response=RID)
    ]


def test_a_failed_answer_tells_what_it_spent() -> None:
    body = response(status="failed", error={"code": "server_error", "message": "Sorry, Ada."})
    end = failed(CREATED, delta("Hel"), event("response.failed", response=body))

    assert type(end.error) is errors.AnswerFailed
    assert end.usage == SPENT
    assert end.response == RID
    assert "server_error" in end.error.detail
    assert "Ada" not in str(end.error)


def test_a_failure_that_precedes_the_model_is_sure() -> None:
    body = response(status="failed", usage=None, error={"code": "x", "message": "prompt is too long: 5 > 4"})

    assert type(failed(CREATED, event("response.failed", response=body)).error) is errors.TooLong
    assert (
        type(failed(CREATED, delta("a"), event("response.failed", response=body)).error)
        is errors.AnswerFailed
    )


def test_a_failure_that_cost_something_is_not_sure() -> None:
    body = response(status="failed", error={"code": "x", "message": "prompt is too long: 5 > 4"})

    assert not failed(CREATED, event("response.failed", response=body)).error.sure


@pytest.mark.parametrize(
    "frame",
    [
        event("error", code="server_error", message="no", param=None),
        event("error", error={"type": "provider_error", "message": "no"}),
        event("error"),
        event("response.error", error={"message": "no"}),
        b'data: {"error":{"message":"no","type":"provider_error","code":"500"}}\n\n',
        b'data: {"error":"no"}\n\n',
        b'data: {"error":{"message":"no"}}',
        b'{"error":{"message":"no"}}\n',
        event("response.cancelled", response=response(status="cancelled")),
        event("response.failed"),
        event("response.failed", response=None),
        event("response.completed", response=response(status="failed")),
    ],
)
def test_every_shape_of_failure_in_a_stream_is_one(frame: bytes) -> None:
    for spoken in ([], [delta("Hel")]):
        assert type(failed(CREATED, *spoken, frame).error) is errors.AnswerFailed


def test_a_chain_refused_inside_the_stream_is_recognised() -> None:
    frame = event("error", error={"message": "Previous response with id 'r' not found."})

    assert type(failed(frame, chained=True).error) is errors.ChainRefused
    assert type(failed(frame, chained=False).error) is errors.AnswerFailed


@pytest.mark.parametrize(
    "tail", [b"", b"data: [DONE]\n\n", b'data: {"type":"response.output_text.delta","delta":"lost"}']
)
def test_a_stream_without_an_end_is_cut(tail: bytes) -> None:
    events = answer_of(CREATED, delta("Hel"), tail)

    assert text_of(events) == "Hel"
    assert isinstance(events[-1], Failed)
    assert type(events[-1].error) is errors.AnswerCut
    assert events[-1].response == RID


def test_an_ending_without_its_blank_line_counts() -> None:
    assert isinstance(answer_of(CREATED, delta("Hello"), completed("Hello").rstrip())[-1], Finished)


def test_what_follows_the_end_is_not_read() -> None:
    events = answer_of(CREATED, completed("Hello"), b"data: [DONE]\n\n", delta("more"))

    assert text_of(events) == "Hello"


def test_usage_that_is_not_told_is_not_zero() -> None:
    body = response("Hello")
    del body["usage"]
    last = answer_of(CREATED, event("response.completed", response=body))[-1]

    assert isinstance(last, Finished)
    assert last.usage is None


# Bodies in place of a stream


def body_of(body: object, *, chained: bool = False) -> list[AnswerEvent]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return list(Answer(chained=chained).take_body(raw))


def test_a_whole_response_is_a_short_stream() -> None:
    assert body_of(response("Hello")) == [
        Started(response=RID),
        TextDelta(text="Hello"),
        Finished(usage=SPENT, response=RID, text="Hello"),
    ]


def test_a_loose_body_is_taken_for_what_it_is() -> None:
    """Gemini behind Poe: another `object`, fewer keys, tokens of text, a part without text."""
    body = {
        "id": "resp_g",
        "object": "chat.completion",
        "output": [
            {"type": "message", "content": [{"type": "output_text"}]},
            {"type": "message", "content": [{"type": "output_text", "text": "Hi"}]},
        ],
        "usage": {"input_tokens": 3, "output_tokens": 1, "input_tokens_details": {"text_tokens": 3}},
    }
    events = body_of(body)

    assert text_of(events) == "Hi"
    assert isinstance(events[-1], Finished)
    assert events[-1].usage == Usage(input=3, output=1)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": {"message": "no", "type": "provider_error"}}, errors.AnswerFailed),
        (response(status="failed", error={"message": "no"}), errors.AnswerFailed),
        (response(status="in_progress"), errors.AnswerCut),
        (response(status="queued"), errors.AnswerCut),
        ({"detail": "?"}, errors.AnswerCut),
        ([], errors.AnswerCut),
        (b"<html>", errors.AnswerCut),
        (b"", errors.AnswerCut),
    ],
)
def test_a_body_that_is_no_answer_fails(body: object, kind: type[errors.UpstreamError]) -> None:
    last = body_of(body)[-1]

    assert isinstance(last, Failed)
    assert type(last.error) is kind


def test_an_incomplete_body_is_an_answer() -> None:
    last = body_of(response("Hel", status="incomplete", incomplete_details={"reason": "content_filter"}))[-1]

    assert isinstance(last, Finished)
    assert last.ending is Ending.FILTERED


# Recordings and samples


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not in a plain clone")
def test_recorded_replies_end_well() -> None:
    for path in sorted(RECORDINGS.glob("v1-responses-*.json")):
        reply = json.loads(path.read_text())["response"]
        if reply["status"] != 200:
            continue
        last = body_of(reply["body"])[-1]
        assert isinstance(last, Finished), path.name
        assert last.response == reply["body"]["id"]
        assert last.usage is not None


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.sse")), ids=lambda path: path.stem)
def test_samples_end_as_they_say(path: Any) -> None:
    raw = path.read_bytes()
    told = dict(line[2:].split(": ", 1) for line in raw.decode().splitlines() if line.startswith(": "))
    events = answer_of(*(raw[at : at + 7] for at in range(0, len(raw), 7)))
    last = events[-1]

    assert text_of(events) == told["text"]
    assert told["ends"] == (
        last.ending.value if isinstance(last, Finished) else type(getattr(last, "error", None)).__name__
    )
    assert {"source", "date"} <= told.keys()


# Whatever comes


frames = st.sampled_from(
    [
        CREATED,
        delta("a"),
        delta("b", output_index=1),
        event("response.output_text.done", output_index=0, content_index=0, text="ab"),
        event("response.output_item.done", output_index=0, item=response("ab")["output"][0]),
        event("response.refusal.delta", delta="no"),
        event("response.web_search_call.searching", item_id="w"),
        event("response.reasoning_summary_text.delta", delta="hm"),
        completed("ab"),
        completed(),
        event("response.failed", response=response(status="failed")),
        b"data: [DONE]\n\n",
        b": ping\n\n",
        b'data: {"type":"response.output_text.delta","delta":"\\ud83d"}\n\n',
        b'data: {"error":{"message":"no"}}\n\n',
        b"data: \xff{\n\n",
    ]
)


@settings(max_examples=200)
@given(st.lists(frames, max_size=12), st.booleans())
def test_any_stream_has_one_ending_and_it_is_the_last(stream: list[bytes], chained: bool) -> None:
    events = answer_of(*stream, chained=chained)

    assert [isinstance(event, Finished | Failed) for event in events] == [False] * (len(events) - 1) + [True]
    assert sum(isinstance(event, Started) for event in events) <= 1
    text_of(events).encode("utf-8")


def test_ten_thousand_malformed_streams_end_all_the_same() -> None:
    chance = random.Random(11)
    good = b"".join([CREATED, delta("Hello"), delta(" there"), completed("Hello there")])
    for _ in range(10_000):
        raw = bytearray(good)
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(len(raw))
            raw[at : at + chance.randrange(4)] = chance.randbytes(chance.randrange(4))
        events = answer_of(bytes(raw))
        assert isinstance(events[-1], Finished | Failed)
