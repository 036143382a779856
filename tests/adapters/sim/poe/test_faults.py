"""Everything that can be made to go wrong, seen from the caller's side of the socket."""

import asyncio
from typing import Any

import httpx
import pytest

from adapters.sim.poe import Fault, FaultBoard
from adapters.sim.poe.wire import GARBAGE
from tests.plugins.waiting import PATIENCE


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "invalid_request_error"),
        (401, "authentication_error"),
        (402, "insufficient_credits"),
        (403, "moderation_error"),
        (408, "timeout_error"),
        (413, "request_too_large"),
        (429, "rate_limit_error"),
        (500, "provider_error"),
        (502, "upstream_error"),
        (503, "provider_error"),
        (529, "overloaded_error"),
    ],
)
async def test_any_status_may_be_ordered_with_its_type(call: Any, status: int, kind: str) -> None:
    call.poe.faults.add(status=status, retry_after=2)
    refused = await call.respond("hi")
    assert (refused.status_code, refused.json()["error"]["type"]) == (status, kind)
    assert refused.headers["retry-after"] == "2"
    assert (await call.respond("hi")).status_code == 200


async def test_a_status_may_carry_any_body(call: Any) -> None:
    call.poe.faults.add(status=502, body="<html>Bad Gateway</html>")
    call.poe.faults.add(status=400, body={"error": {"message": "odd", "type": "odd_error", "code": "7"}})
    html = await call.respond("hi")
    assert (html.text, html.headers["content-type"]) == ("<html>Bad Gateway</html>", "text/html")
    assert (await call.respond("hi")).json()["error"]["code"] == "7"


async def test_a_failed_call_may_be_charged_all_the_same(call: Any) -> None:
    call.poe.faults.add(status=500, charged=True)
    assert (await call.respond("hi")).status_code == 500
    assert call.poe.world.calls[0].points > 0
    assert len(call.poe.world.rows) == 1


async def test_a_fault_strikes_as_often_as_told_and_only_where_told(call: Any) -> None:
    call.poe.faults.add(status=503, times=2, endpoint="responses", model="GPT-5.2", stream=False)
    assert (await call.chat("hi", "gpt-5.2")).status_code == 200
    assert (await call.respond("hi", "claude-haiku-4.5")).status_code == 200
    assert (await call.stream("hi")).kinds[-1] == "[DONE]"
    assert [(await call.respond("hi")).status_code for _ in range(3)] == [503, 503, 200]
    assert len(call.poe.faults.used) == 2


async def test_a_fault_by_chance_strikes_about_as_often(call: Any) -> None:
    call.poe.faults.add(status=500, times=None, chance=0.5)
    struck = sum([(await call.respond("[[len=4]]")).status_code == 500 for _ in range(40)])
    assert 8 <= struck <= 32
    call.poe.faults.clear()
    assert (await call.respond("hi")).status_code == 200


async def test_the_lists_may_fail_too(call: Any) -> None:
    call.poe.faults.add(endpoint="models", status=503)
    call.poe.faults.add(endpoint="usage", reset=True)
    assert (await call.http.get("/v1/models")).status_code == 503
    with pytest.raises(httpx.TransportError):
        await call.http.get("/usage/current_balance")
    assert (await call.http.get("/usage/current_balance")).status_code == 200


async def test_a_connection_may_be_reset_before_any_answer(call: Any) -> None:
    call.poe.faults.add(reset=True)
    with pytest.raises(httpx.ReadError):
        await call.respond("hi")
    assert call.poe.world.calls[0].outcome == "cut"
    assert call.poe.world.calls[0].points is None


async def test_a_stream_may_be_cut_between_two_deltas(call: Any) -> None:
    call.poe.faults.add(ending="cut", after=3)
    frames = await call.stream("[[len=100]]")
    assert frames.broken
    assert len(frames.text) == 12


async def test_a_plain_reply_may_be_cut_too_and_is_charged(call: Any) -> None:
    call.poe.faults.add(ending="cut")
    with pytest.raises(httpx.TransportError):
        await call.respond("hi")
    assert call.poe.world.calls[0].points > 0


async def test_a_stream_may_stall_until_the_caller_gives_up(call: Any) -> None:
    call.poe.faults.add(ending="stall", after=3)
    body = {"model": "gpt-5.2", "input": "[[len=100]]", "stream": True}
    with pytest.raises(httpx.ReadTimeout):
        async with call.http.stream(
            "POST", "/v1/responses", json=body, timeout=httpx.Timeout(PATIENCE, read=0.2)
        ) as reply:
            await reply.aread()


async def test_a_stream_may_pause_and_go_on(call: Any) -> None:
    call.poe.faults.add(stall=0.05, after=3)
    frames = await call.stream("[[len=100]]")
    assert len(frames.text) == 100


async def test_headers_and_first_byte_may_be_late(call: Any) -> None:
    call.poe.faults.add(wait_headers=600, times=1)
    with pytest.raises(httpx.ReadTimeout):
        await call.http.post(
            "/v1/responses",
            json={"model": "gpt-5.2", "input": "hi"},
            timeout=httpx.Timeout(PATIENCE, read=0.2),
        )
    call.poe.faults.add(wait_first=600)
    body = {"model": "gpt-5.2", "input": "hi", "stream": True}
    async with call.http.stream("POST", "/v1/responses", json=body) as reply:
        assert reply.status_code == 200
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await reply.aread()


async def test_garbage_may_stand_among_the_events(call: Any) -> None:
    call.poe.faults.add(garbage=True, after=2)
    body = {"model": "gpt-5.2", "input": "[[len=40]]", "stream": True}
    raw = (await call.http.post("/v1/responses", json=body)).content
    assert GARBAGE in raw
    assert b"response.completed" in raw.split(GARBAGE)[1]


async def test_an_event_may_be_oversized(call: Any) -> None:
    call.poe.faults.add(oversized=300_000)
    frames = await call.stream("[[len=40]]")
    assert max(len(block) for block in frames.raw.split(b"\n\n")) > 300_000
    assert len(frames.text) == 40


async def test_a_stream_may_be_answered_with_plain_json(call: Any) -> None:
    call.poe.faults.add(as_json=True)
    reply = await call.respond("hi", stream=True)
    assert reply.headers["content-type"].startswith("application/json")
    assert reply.json()["status"] == "completed"


async def test_framing_may_use_crlf_comments_and_no_names(call: Any) -> None:
    call.poe.faults.add(crlf=True, comments=True, event_lines=False, done_marker=False)
    frames = await call.stream("[[len=40]]")
    assert b"\r\n\r\n: keep-alive\r\n\r\ndata: " in frames.raw
    assert b"\n" not in frames.raw.replace(b"\r\n", b"")
    assert b"event:" not in frames.raw
    assert frames.kinds[-1] == "response.completed"
    assert len(frames.text) == 40


async def test_bytes_may_be_cut_anywhere_and_still_join(call: Any) -> None:
    call.poe.faults.add(shred=3)
    body = {"model": "gpt-5.2", "input": "[[echo]]Grüße 🎈 – ein Satz.", "stream": True}
    async with call.http.stream("POST", "/v1/responses", json=body) as reply:
        parts = [part async for part in reply.aiter_raw()]
    assert len(parts) > 50
    assert "Grüße 🎈 – ein Satz.".encode() in b"".join(parts)


@pytest.mark.parametrize("stream", [True, False])
async def test_usage_may_be_missing_or_zero_and_is_charged_all_the_same(call: Any, stream: bool) -> None:
    for usage in ("missing", "zero"):
        call.poe.faults.add(usage=usage)
        if stream:
            told = (await call.stream("[[len=40]]")).last["response"].get("usage")
        else:
            told = (await call.respond("[[len=40]]")).json().get("usage")
        assert (told is None) if usage == "missing" else (told["total_tokens"] == 0)
    assert all(one.usage.output == 10 for one in call.poe.world.calls)


@pytest.mark.parametrize("ending", ["failed", "incomplete", "filtered"])
async def test_a_plain_reply_may_end_badly_inside_a_200(call: Any, ending: str) -> None:
    call.poe.faults.add(ending=ending, after=4)
    body = (await call.respond("[[len=100]]")).json()
    assert body["status"] == ("failed" if ending == "failed" else "incomplete")
    assert (body["error"] is None) == (ending != "failed")


@pytest.mark.parametrize("ending", ["error", "bare_error"])
async def test_a_plain_reply_with_an_error_ending_is_500(call: Any, ending: str) -> None:
    call.poe.faults.add(ending=ending)
    assert (await call.respond("hi")).status_code == 500


def test_switches_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="ending must be one of"):
        Fault(ending="boom")
    with pytest.raises(ValueError, match="endpoint must be one of"):
        Fault(endpoint="everywhere")
    with pytest.raises(TypeError):
        FaultBoard().add(colour="red")
