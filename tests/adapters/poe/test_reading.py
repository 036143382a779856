"""A reply's body over a real socket, read to the end of the answer."""

from __future__ import annotations

import asyncio
import json

import pytest

from adapters.poe.link import Link, Timeouts
from adapters.poe.reading import EVENTS_PER_BREATH, Reading
from bridge.values import errors
from bridge.values.answer import AnswerEvent, Ending, Failed, Finished, TextDelta
from tests.adapters.poe.stage import (
    CREATED,
    QUICK,
    SAMPLES,
    Script,
    completed,
    delta,
    reply,
    response,
    serving,
    stream,
)


async def read(script: Script, *, timeouts: Timeouts = QUICK) -> list[AnswerEvent]:
    events: list[AnswerEvent] = []
    async with serving(script) as server, Link(timeouts) as link, link.post(server.url, {}, b"") as got:
        reading = Reading(got, chained=False)
        while batch := await reading.batch():
            events.extend(batch)
        assert await reading.batch() == ()
    assert [isinstance(event, Finished | Failed) for event in events] == [False] * (len(events) - 1) + [True]
    return events


def text_of(events: list[AnswerEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def error_of(events: list[AnswerEvent]) -> errors.UpstreamError:
    last = events[-1]
    assert isinstance(last, Failed)
    return last.error


async def test_a_stream_is_read_as_it_comes() -> None:
    events = await read(stream(CREATED, delta("Hel"), 0.01, delta("lo"), completed("Hello")))

    assert text_of(events) == "Hello"
    assert isinstance(events[-1], Finished)


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream", "text/plain", ""])
async def test_a_whole_response_is_taken_whatever_it_calls_itself(kind: str) -> None:
    body = json.dumps(
        response("Hello", status="incomplete", incomplete_details={"reason": "max_output_tokens"})
    )
    events = await read(stream(b"\n ", body[:9].encode(), body[9:].encode(), type=kind))

    assert text_of(events) == "Hello"
    assert isinstance(events[-1], Finished)
    assert events[-1].ending is Ending.LENGTH


async def test_a_stream_is_taken_whatever_it_calls_itself() -> None:
    assert (
        text_of(await read(stream(CREATED, delta("Hello"), completed("Hello"), type="application/json")))
        == "Hello"
    )


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.sse")), ids=lambda path: path.stem)
async def test_samples_are_read_over_a_socket(path: object) -> None:
    raw = (SAMPLES / str(path)).read_bytes()
    told = dict(line[2:].split(": ", 1) for line in raw.decode().splitlines() if line.startswith(": "))

    assert text_of(await read(stream(*(raw[at : at + 50] for at in range(0, len(raw), 50))))) == told["text"]


@pytest.mark.parametrize("body", [(), (b" \n",), (b"\n\n", b"\n")])
async def test_nothing_at_all_is_a_cut(body: tuple[bytes, ...]) -> None:
    assert type(error_of(await read(stream(*body)))) is errors.AnswerCut
    assert type(error_of(await read(reply(200, b"")))) is errors.AnswerCut


async def test_a_page_in_place_of_an_answer_is_a_cut() -> None:
    assert type(error_of(await read(reply(200, b"<html>welcome</html>")))) is errors.AnswerCut


async def test_a_break_before_the_first_event_is_broken_and_after_it_is_cut() -> None:
    assert type(error_of(await read(stream(b": hold on\n\n", None)))) is errors.UpstreamBroken
    assert type(error_of(await read(stream(b"{", None)))) is errors.UpstreamBroken
    events = await read(stream(CREATED, delta("Hel"), None))
    assert text_of(events) == "Hel"
    assert type(error_of(events)) is errors.AnswerCut
    assert not error_of(events).sure


async def test_silence_in_the_middle_is_a_cut() -> None:
    quick = Timeouts(idle=0.1)

    assert type(error_of(await read(stream(CREATED, delta("Hel"), 30.0), timeouts=quick))) is errors.AnswerCut


async def test_an_event_that_is_too_large_fails_the_answer() -> None:
    huge = b'data: {"type":"response.output_text.delta","delta":"' + b"x" * 300_000 + b'"}\n\n'

    error = error_of(await read(stream(CREATED, huge)))

    assert type(error) is errors.AnswerFailed
    assert error.detail == "EventTooLarge"


async def test_a_body_that_is_too_large_fails_the_answer() -> None:
    error = error_of(await read(stream(b"{", *[b" " * 1024 * 1024] * 17)))

    assert (type(error), error.detail) == (errors.AnswerFailed, "TooMuch")


async def test_others_get_a_turn_while_a_finished_stream_is_read() -> None:
    pieces = [delta("x")] * (EVENTS_PER_BREATH * 20)
    turns = 0
    stop = asyncio.Event()

    async def other() -> None:
        nonlocal turns
        while not stop.is_set():
            turns += 1
            await asyncio.sleep(0)

    async with (
        serving(stream(CREATED, b"".join(pieces), completed())) as server,
        Link(QUICK) as link,
        link.post(server.url, {}, b"") as got,
        asyncio.TaskGroup() as group,
    ):
        reading = Reading(got, chained=False)
        assert await reading.batch()
        group.create_task(other())
        while batch := await reading.batch():
            assert len(batch) <= EVENTS_PER_BREATH
        stop.set()
    assert turns >= 15


async def test_a_server_that_stays_after_the_end_is_not_waited_for() -> None:
    async with asyncio.timeout(30):
        events = await read(stream(CREATED, completed("Hello"), 30.0))

    assert isinstance(events[-1], Finished)
