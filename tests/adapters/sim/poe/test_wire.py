"""Frames as bytes."""

import random

from adapters.sim.poe.wire import Wire, shredded


def test_an_event_has_its_name_its_data_and_an_empty_line() -> None:
    assert Wire(event_lines=True).event("a.b", {"x": "é"}) == 'event: a.b\ndata: {"x":"é"}\n\n'.encode()
    assert Wire(event_lines=True).event(None, {}) == b"data: {}\n\n"
    assert Wire(event_lines=False, crlf=True).event("a.b", {}) == b"data: {}\r\n\r\n"
    assert Wire(event_lines=False, comments=True).marker() == b": keep-alive\n\ndata: [DONE]\n\n"


def test_shredded_bytes_join_to_what_they_were() -> None:
    data = "Grüße 🎈\r\n\r\n".encode() * 20
    parts = shredded(data, random.Random(3))
    assert b"".join(parts) == data
    assert all(parts)
    assert parts == shredded(data, random.Random(3))
