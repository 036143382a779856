"""The splitter against the standard, against httpx-sse, and against bytes nobody should send."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import pairwise

import httpx
import pytest
from httpx_sse import EventSource
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.poe.sse import EventTooLarge, Splitter, StreamError, StreamTooLarge


def split(chunks: Iterable[bytes]) -> list[bytes]:
    splitter = Splitter()
    return [data for chunk in chunks for data in splitter.feed(chunk)]


def reference(chunks: Iterable[bytes]) -> list[bytes]:
    """What httpx-sse finds; events without data, which mean nothing to us, left out."""

    def body() -> Iterator[bytes]:
        yield from chunks

    response = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=body())
    return [event.data.encode() for event in EventSource(response).iter_sse() if event.data]


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in pairwise(edges)]


@pytest.mark.parametrize(
    ("stream", "found"),
    [
        (b"data: a\n\n", [b"a"]),
        (b"data:a\n\n", [b"a"]),
        (b"data:  a\n\n", [b" a"]),
        (b"data: a\r\n\r\n", [b"a"]),
        (b"data: a\r\r", [b"a"]),
        (b"data: a\r\n\rdata: b\n\r", [b"a", b"b"]),
        (b"event: x\ndata: a\n\n", [b"a"]),
        (b"event:x\ndata: a\n\n", [b"a"]),
        (b"id: 1\nretry: 5\nevent: x\ndata: a\nother: y\n\n", [b"a"]),
        (b"data: a\ndata: b\n\n", [b"a\nb"]),
        (b"data\ndata: b\n\n", [b"\nb"]),
        (b": comment\n\ndata: a\n: another\n\n", [b"a"]),
        (b"event: ping\n\n", []),
        (b"event: ping", []),
        (b"data:\n\n", []),
        (b"database: a\n\n", []),
        (b"\n\n\n\ndata: a\n\n\n\ndata: b\n\n\n", [b"a", b"b"]),
        (b"\xef\xbb\xbfdata: a\n\ndata: b\n\n", [b"a", b"b"]),
        (b"data: a\n\ndata: never dispatched\n", [b"a"]),
        (b"", []),
    ],
)
def test_lines_and_events_are_those_of_the_standard(stream: bytes, found: list[bytes]) -> None:
    assert split([stream]) == found
    assert split([stream[at : at + 1] for at in range(len(stream))]) == found


def test_an_event_is_there_as_soon_as_its_last_line_is() -> None:
    """A CR ends a line without waiting for the LF that may follow it."""
    splitter = Splitter()

    assert splitter.feed(b"data: a\r\n\r") == [b"a"]
    assert splitter.feed(b"\ndata: b\r") == []
    assert splitter.feed(b"\r") == [b"b"]


@pytest.mark.parametrize(
    ("stream", "tail"),
    [
        (b'data: x\n\ndata: {"error": 1}', b'{"error": 1}'),
        (b'data: x\n\ndata: {"error": 1}\n', b'{"error": 1}'),
        (b'data: x\n\nevent: error\ndata: {"error": 1}\n', b'{"error": 1}'),
        (b'data: x\n\n{"error": 1}\n', b'{"error": 1}'),
        (b'\xef\xbb\xbfdata: {"error": 1}', b'{"error": 1}'),
        (b"data: x\n\n", b""),
        (b"data: x\n\n: bye", b""),
        (b"", b""),
    ],
)
def test_the_tail_is_kept_for_whoever_wants_it(stream: bytes, tail: bytes) -> None:
    splitter = Splitter()
    splitter.feed(stream)

    assert splitter.tail() == tail


words = st.text(st.characters(exclude_characters="\r\n\ufeff\0", codec="utf-8"), max_size=12)
lines = st.one_of(
    words.map(lambda text: f"data: {text}"),
    words.map(lambda text: f"data:{text}"),
    words.map(lambda text: f": {text}"),
    words.map(lambda text: f"event: {text}"),
    st.sampled_from(["data", "id: 7", "retry: 10", "", "", ""]),
    words,
)
streams = st.lists(st.tuples(lines, st.sampled_from(["\n", "\r", "\r\n"])), max_size=24).map(
    lambda pairs: "".join(line + end for line, end in pairs).encode()
)


@settings(max_examples=200, deadline=None)
@given(streams, st.lists(st.integers(0, 1000), max_size=12))
def test_httpx_sse_finds_the_same(stream: bytes, places: list[int]) -> None:
    assert split(cut(stream, places)) == reference([stream] if stream else [])


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | streams, st.lists(st.integers(0, 1000), max_size=12))
def test_it_does_not_matter_where_chunks_are_cut(stream: bytes, places: list[int]) -> None:
    assert split(cut(stream, places)) == split([stream])


def test_ten_thousand_malformed_streams_raise_nothing_but_typed_errors() -> None:
    chance = random.Random(7)
    pieces = [
        b"data: ",
        b"data",
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b'{"type":"x.delta"',
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b":",
        b"\0",
        b"event: ",
    ]
    refused = 0
    for _ in range(10_000):
        splitter = Splitter(longest_delta=64, longest_event=96, longest_stream=256)
        try:
            for _ in range(chance.randrange(12)):
                piece = b"".join(chance.choices(pieces, k=chance.randrange(8))) or chance.randbytes(20)
                assert all(splitter.feed(piece))
            splitter.tail()
        except StreamError:
            refused += 1
    assert refused > 100


DELTA = b'data: {"type":"response.output_text.delta","delta":"'
QUARTER = 256 * 1024 - len(DELTA) - 2


def test_a_delta_may_be_a_quarter_of_a_megabyte_and_no_more() -> None:
    assert len(Splitter().feed(DELTA + b"." * QUARTER + b'"}\n\n')) == 1
    with pytest.raises(EventTooLarge):
        Splitter().feed(DELTA + b"." * (QUARTER + 7) + b'"}\n\n')
    with pytest.raises(EventTooLarge):
        split([DELTA, *[b"." * 65536] * 5])


def test_a_terminal_event_may_be_sixteen_megabytes_and_no_more() -> None:
    head = b'data: {"type":"response.completed","response":"'
    body = b"x" * (1024 * 1024)

    assert len(split([head, *[body] * 15, b'"}\n\n'])[0]) > 15 * 1024 * 1024
    with pytest.raises(EventTooLarge):
        split([head, *[body] * 17])


def test_a_stream_without_end_is_ended() -> None:
    splitter = Splitter(longest_stream=1000)

    with pytest.raises(StreamTooLarge):
        for _ in range(100):
            splitter.feed(b": still here\n\n")


def test_drips_cost_no_more_than_a_gulp() -> None:
    """The event under way is not searched again from its start for every byte."""
    splitter = Splitter()
    for _ in range(100_000):
        splitter.feed(b"x")

    assert splitter.feed(b"\n\ndata: a\n\n") == [b"a"]
