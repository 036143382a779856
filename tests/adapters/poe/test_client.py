"""The whole client over real sockets: what is asked again, what is not, and what people get to know."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from typing import Any

import pytest

from adapters.poe import PoeClient, Timeouts
from adapters.sim.poe import PoeServer
from bridge.values import errors
from bridge.values.answer import AnswerEvent, Ending, Failed, Finished, Queued, TextDelta
from bridge.values.errors import ConfigError, UpstreamError
from bridge.values.ids import KeyName
from bridge.values.notices import Trouble
from bridge.values.parts import Document, Image, Item, Role, Text
from bridge.values.request import DEFAULT_KEY, Request
from tests.adapters.poe.stage import (
    CREATED,
    SECRET,
    EvenChance,
    HandClock,
    Script,
    Told,
    answered,
    asking,
    client_of,
    completed,
    cut_refusal,
    delta,
    hang_up,
    reply,
    response,
    serving,
    stream,
)

GOOD = stream(CREATED, delta("Hello"), completed("Hello"))


def no(status: int, message: str = "no", kind: str = "x", **headers: str) -> Script:
    return reply(status, {"error": {"message": message, "type": kind, "error_id": "e1"}}, **headers)


async def asked(
    *scripts: Script, request: Request | None = None, clock: HandClock | None = None, **options: Any
) -> tuple[list[AnswerEvent], list[Any]]:
    """The events of one call, and the bodies of the requests it took."""
    async with serving(*scripts) as server, client_of(f"{server.url}/v1", clock=clock, **options) as client:
        events = await answered(client, request)
    return events, [got.body for got in server.got]


def error_of(events: list[AnswerEvent]) -> UpstreamError:
    last = events[-1]
    assert isinstance(last, Failed), last
    return last.error


async def test_a_question_is_answered() -> None:
    async with serving(GOOD) as server, client_of(f"{server.url}/v1/") as client:
        events = await answered(client)
    assert [type(event).__name__ for event in events] == ["Started", "TextDelta", "Finished"]
    assert (server.got[0].verb, server.got[0].path) == ("POST", "/v1/responses")
    assert server.got[0].headers["authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/"])
async def test_any_spelling_of_the_address_will_do(path: str) -> None:
    async with serving(GOOD) as server, client_of(server.url + path) as client:
        await answered(client)
    assert server.got[0].path == "/v1/responses"


async def test_a_server_that_wants_no_key_gets_none() -> None:
    async with serving(GOOD) as server, client_of(server.url, keys={DEFAULT_KEY: ""}) as client:
        await answered(client)
    assert "authorization" not in server.got[0].headers


async def test_each_key_has_its_own_secret_and_an_unknown_one_is_refused() -> None:
    keys = {DEFAULT_KEY: "one", KeyName("guild"): "two"}
    async with serving(GOOD) as server, client_of(server.url, keys=keys) as client:
        await answered(client, asking(key=KeyName("guild")))
        refused = error_of(await answered(client, asking(key=KeyName("nobody"))))
    assert [got.headers["authorization"] for got in server.got] == ["Bearer two"]
    assert type(refused) is errors.KeyRefused


async def test_a_whole_answer_may_be_asked_for() -> None:
    events, bodies = await asked(reply(200, response("Hello")), request=asking(stream=False))

    assert [type(event).__name__ for event in events] == ["Started", "TextDelta", "Finished"]
    assert bodies[0]["stream"] is False


# What is asked again


@pytest.mark.parametrize("script", [no(429), no(503), no(529)])
async def test_busy_servers_are_asked_three_times(script: Script) -> None:
    clock = HandClock(hurried=True)
    events, bodies = await asked(script, script, GOOD, clock=clock)

    assert isinstance(events[-1], Finished)
    assert (len(bodies), clock.slept) == (3, [0.125, 0.25])

    events, bodies = await asked(script)
    assert (type(error_of(events)), len(bodies)) == (errors.UpstreamBusy, 3)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 408, 413, 422, 500, 502, 504])
async def test_every_other_no_is_told_at_once(status: int) -> None:
    events, bodies = await asked(no(status))

    assert isinstance(events[-1], Failed)
    assert len(bodies) == 1


@pytest.mark.parametrize("script", [hang_up, stream(60.0, CREATED), stream(None)])
async def test_an_unknown_fate_is_not_tempted(script: Script) -> None:
    """Poe knows no idempotency key: what may have been carried out is not asked again."""
    quick = Timeouts(first_byte=1.0)
    events, bodies = await asked(script, timeouts=quick)

    error = error_of(events)
    assert isinstance(error, errors.UpstreamBroken)
    assert not error.sure
    assert not error.answered
    assert len(bodies) == 1


async def test_a_refusal_whose_body_breaks_is_one_all_the_same() -> None:
    events, bodies = await asked(cut_refusal)

    assert (type(error_of(events)), len(bodies)) == (errors.KeyRefused, 1)


async def test_a_server_that_said_5xx_is_told_apart_from_silence() -> None:
    error = error_of((await asked(no(500)))[0])

    assert isinstance(error, errors.UpstreamBroken)
    assert error.answered


async def test_an_answer_that_began_is_never_asked_again() -> None:
    events, bodies = await asked(stream(CREATED, delta("Hel"), None))

    assert type(error_of(events)) is errors.AnswerCut
    assert len(bodies) == 1


async def test_nobody_there_is_tried_three_times_and_is_sure() -> None:
    async with serving(GOOD) as server:
        url = server.url
    clock = HandClock(hurried=True)
    async with client_of(url, clock=clock) as client:
        error = error_of(await answered(client))
    assert type(error) is errors.UpstreamBusy
    assert error.sure
    assert "reach" in error.say
    assert len(clock.slept) == 2


async def test_the_wait_a_server_asks_for_is_waited_by_everybody_and_told() -> None:
    clock = HandClock(hurried=True)
    events, bodies = await asked(no(429, retry_after="7"), GOOD, clock=clock)

    assert Queued(ahead=0, seconds=7.0) in events
    assert isinstance(events[-1], Finished)
    assert (len(bodies), clock.slept) == (2, [])
    assert clock.at >= 1_780_000_007


async def test_a_wait_beyond_patience_is_handed_on() -> None:
    events, bodies = await asked(no(429, retry_after="600"))

    error = error_of(events)
    assert isinstance(error, errors.UpstreamBusy)
    assert (error.retry_after, len(bodies)) == (600.0, 1)


async def test_a_503_with_a_wait_is_waited_alone_and_told() -> None:
    clock = HandClock(hurried=True)
    events, _ = await asked(no(503, retry_after="3"), GOOD, clock=clock)

    assert events[0] == Queued(ahead=0, seconds=3.0)
    assert clock.slept == [3.0]


REFUSED = "Unsupported value: 'high' is not supported with the 'gpt-5.1-chat-latest' model. Supported values are: 'medium'."
NO_SUMMARY = "Unsupported parameter: 'reasoning.summary' is not supported with this model."


async def test_refused_reasoning_is_left_out_once() -> None:
    events, bodies = await asked(no(400, REFUSED), GOOD, request=asking(effort="high"))

    assert isinstance(events[-1], Finished)
    assert [body.get("reasoning") for body in bodies] == [{"effort": "high", "summary": "auto"}, None]


async def test_a_refused_summary_does_not_cost_the_effort() -> None:
    _, bodies = await asked(no(400, NO_SUMMARY), GOOD, request=asking(effort="high"))

    assert [body.get("reasoning") for body in bodies] == [
        {"effort": "high", "summary": "auto"},
        {"effort": "high"},
    ]


async def test_reasoning_refused_without_having_been_sent_is_told() -> None:
    events, bodies = await asked(no(400, REFUSED))

    assert (type(error_of(events)), len(bodies)) == (errors.BadRequest, 1)


# What the core must know


@pytest.mark.parametrize("status", [400, 404, 500])
async def test_a_refused_chain_is_told_apart(status: int) -> None:
    script = no(
        status, "The previous response cannot be used for this organization due to Zero Data Retention."
    )
    events, bodies = await asked(script, request=asking(previous="resp_0"))

    assert type(error_of(events)) is errors.ChainRefused
    assert bodies[0]["previous_response_id"] == "resp_0"


async def test_a_bare_5xx_on_a_chain_is_left_to_the_engine() -> None:
    events, bodies = await asked(no(500), request=asking(previous="resp_0"))

    assert (type(error_of(events)), len(bodies)) == (errors.UpstreamBroken, 1)


async def test_a_missing_model_makes_the_catalogue_doubtful() -> None:
    clock = HandClock()
    models = [reply(200, {"data": [{"id": name}]}) for name in ("old", "new")]
    gone = no(404, "The model `m` does not exist or you do not have access to it.")
    async with serving(models[0], gone, models[1]) as server, client_of(server.url, clock=clock) as client:
        assert [card.id for card in await client.cards()] == ["old"]
        assert type(error_of(await answered(client))) is errors.ModelMissing
        clock.at += 61
        assert [card.id for card in await client.cards()] == ["new"]


async def test_the_catalogue_can_be_read_now_and_be_kept_fresh() -> None:
    async with serving(reply(200, {"data": [{"id": "m"}]})) as server:
        async with client_of(server.url, clock=HandClock()) as client, asyncio.TaskGroup() as group:
            await client.refresh()
            keeping = group.create_task(client.keep_fresh())
            assert [card.id for card in await client.cards()] == ["m"]
            keeping.cancel()
        assert len(server.got) == 1


async def test_waiting_in_line_is_told() -> None:
    clock = HandClock()
    async with serving(GOOD) as server, client_of(server.url, clock=clock, per_minute=60, burst=1) as client:
        first = await answered(client)
        async with aclosing(client.ask(asking())) as events:
            assert await anext(events) == Queued(ahead=0, seconds=1.0)
            assert len(server.got) == 1
    assert not any(isinstance(event, Queued) for event in first)


async def test_rate_headers_are_obeyed() -> None:
    clock = HandClock(hurried=True)
    spent = stream(
        CREATED, completed("a"), x_ratelimit_remaining_requests="0", x_ratelimit_reset_requests="12"
    )
    async with serving(spent, GOOD) as server, client_of(server.url, clock=clock) as client:
        await answered(client)
        assert Queued(ahead=0, seconds=12.0) in await answered(client)


# Leaving, and what can't be


async def test_closing_the_answer_closes_the_connection_at_once() -> None:
    async with serving(stream(CREATED, *(delta("x"), 0.01) * 500)) as server, client_of(server.url) as client:
        async with aclosing(client.ask(asking())) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break
        async with asyncio.timeout(30):
            await server.gone.wait()


async def test_cancelling_the_reader_closes_the_connection_at_once() -> None:
    async with serving(stream(CREATED, 30.0)) as server, client_of(server.url) as client:
        started = asyncio.Event()

        async def read() -> None:
            async with aclosing(client.ask(asking())) as events:
                async for _ in events:
                    started.set()

        async with asyncio.TaskGroup() as group:
            task = group.create_task(read())
            await started.wait()
            task.cancel()
        async with asyncio.timeout(30):
            await server.gone.wait()


async def test_a_fault_of_our_own_is_an_ending_too() -> None:
    told = Told()
    broken: Any = asking(temperature=object())  # can't be written as JSON
    async with serving(GOOD) as server, client_of(server.url, notify=told) as client:
        error = error_of(await answered(client, broken))
    assert type(error) is errors.UpstreamBroken
    (notice,) = told.notices
    assert isinstance(notice, Trouble)
    assert (notice.where, notice.error) == ("adapters.poe", "TypeError")
    assert notice.detail.startswith("TypeError < ")


async def test_an_address_that_cannot_be_one_is_refused_at_once() -> None:
    with pytest.raises(ConfigError):
        PoeClient("api.poe.com", "", {}, HandClock(), EvenChance(), Told())
    with pytest.raises(ConfigError):
        PoeClient("https://api.poe.com/v1", "", {DEFAULT_KEY: "a b"}, HandClock(), EvenChance(), Told())


async def test_many_answers_at_once_are_all_whole() -> None:
    pieces = [delta(f"{number} ") for number in range(50)]
    whole = "".join(f"{number} " for number in range(50))
    script = stream(CREATED, *pieces, completed(whole))
    async with serving(script) as server, client_of(server.url, burst=500) as client:
        answers = await asyncio.gather(*(answered(client) for _ in range(100)))
    for events in answers:
        assert "".join(event.text for event in events if isinstance(event, TextDelta)) == whole


async def test_neither_words_nor_secrets_reach_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told = Told()
    script = no(400, "I read: my-private-words", set_cookie="c=my-cookie", x_q_stat="my-address")
    async with serving(script) as server, client_of(server.url, notify=told) as client:
        events = await answered(client, asking("my-private-words"))
    everything = f"{caplog.text} {told.notices} {events}"
    assert not [word for word in ("my-private", "my-cookie", "my-address", SECRET) if word in everything]


# The embedded Poe


async def test_the_embedded_poe_is_understood_in_both_profiles() -> None:
    for profile in ("observed", "documented"):
        async with (
            PoeServer(profile=profile, speed=0, row_after=0, cost_after=0) as poe,
            simulated(poe) as client,
        ):
            events = await answered(client, asking("Say something short.", max_output_tokens=5000))
            last = events[-1]
            assert isinstance(last, Finished), (profile, last)
            assert last.ending is Ending.COMPLETE
            assert last.usage is not None
            assert last.text == "".join(event.text for event in events if isinstance(event, TextDelta))
            cards = {card.id: card for card in await client.cards()}
            assert len(cards) > 50
            assert cards["gpt-5.2"].price is not None
            balance = await client.balance(DEFAULT_KEY)
            rows = [row async for row in client.history(DEFAULT_KEY, 0.0)]
            assert [row.points > 0 for row in rows] == [True]
            assert balance.points == 1_000_000 - rows[0].points
            assert client.points_per_usd() == pytest.approx(100_000 / 3, rel=0.1)


def simulated(poe: PoeServer) -> Any:
    return client_of(poe.base_url, usage=f"{poe.usage_url}/usage", keys={DEFAULT_KEY: poe.api_key})


async def test_chains_hold_where_they_are_documented_and_are_refused_where_they_were_seen_to_be() -> None:
    for profile, kind in (("documented", None), ("observed", errors.ChainRefused)):
        async with PoeServer(profile=profile, speed=0) as poe, simulated(poe) as client:
            first = (await answered(client, asking("One.")))[-1]
            assert isinstance(first, Finished)
            second = (await answered(client, asking("Two.", previous=first.response)))[-1]
            assert (type(second.error) if isinstance(second, Failed) else None) is kind


async def test_pictures_documents_and_a_replay_are_accepted() -> None:
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000a49444154789c6360000002000154a24f5d0000000049454e44ae426082"
    )
    items = (
        Item(role=Role.SYSTEM, parts=(Text(text="Be brief."),)),
        Item(role=Role.USER, parts=(Text(text="Look."), Image(name="a.png", mime="image/png", data=pixel))),
        Item(role=Role.ASSISTANT, parts=(Text(text="A dot."),)),
        Item(role=Role.USER, parts=(Document(name="a.py", text="print(1)"), Text(text="And this?"))),
    )
    async with PoeServer(speed=0) as poe, simulated(poe) as client:
        assert isinstance((await answered(client, asking(items=items)))[-1], Finished)


@pytest.mark.parametrize(
    ("fault", "ends"),
    [
        ({"ending": "failed"}, errors.AnswerFailed),
        ({"ending": "incomplete"}, Ending.LENGTH),
        ({"ending": "filtered"}, Ending.FILTERED),
        ({"ending": "error"}, errors.AnswerFailed),
        ({"ending": "error_nested"}, errors.AnswerFailed),
        ({"ending": "bare_error"}, errors.AnswerFailed),
        ({"ending": "none"}, errors.AnswerCut),
        ({"ending": "cut"}, errors.AnswerCut),
        ({"ending": "stall"}, errors.AnswerCut),
        ({"as_json": True}, Ending.COMPLETE),
        ({"crlf": True, "comments": True, "event_lines": False}, Ending.COMPLETE),
        ({"shred": 3}, Ending.COMPLETE),
        ({"oversized": 20_000_000}, errors.AnswerFailed),
        ({"reset": True}, errors.UpstreamBroken),
        ({"status": 402}, errors.OutOfPoints),
        ({"status": 413}, errors.TooLong),
        ({"status": 500}, errors.UpstreamBroken),
    ],
    ids=str,
)
async def test_every_fault_of_the_embedded_poe_has_its_ending(fault: dict[str, Any], ends: object) -> None:
    quick = Timeouts(idle=1.0)
    async with PoeServer(speed=0) as poe:
        after = {"after": 3} if {"ending", "oversized"} & fault.keys() else {}
        poe.faults.add(endpoint="responses", **after, **fault)
        async with client_of(poe.base_url, keys={DEFAULT_KEY: poe.api_key}, timeouts=quick) as client:
            last = (await answered(client, asking("Tell me a story.", max_output_tokens=5000)))[-1]
    assert (type(last.error) if isinstance(last, Failed) else getattr(last, "ending", None)) == ends


async def test_a_model_without_the_endpoint_is_told_apart() -> None:
    async with PoeServer(speed=0) as poe, simulated(poe) as client:
        error = error_of(await answered(client, asking(model="grok-4")))
    assert type(error) is errors.WrongEndpoint


async def test_a_wrong_key_is_refused_and_a_bad_balance_too() -> None:
    async with PoeServer() as poe, client_of(poe.base_url, usage=f"{poe.usage_url}/usage") as client:
        assert type(error_of(await answered(client))) is errors.KeyRefused
        with pytest.raises(errors.KeyRefused):
            await client.balance(DEFAULT_KEY)
