"""The adapter as a whole: it comes up, stays up, and says what is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from adapters.discord import Discord, Options, application
from bridge.values.command import Reply
from bridge.values.draft import Action
from bridge.values.errors import ChatBroken, ConfigError
from bridge.values.ids import TurnId
from bridge.values.notices import Trouble
from tests.plugins.waiting import PATIENCE


async def test_it_comes_up_and_tells_its_health(house) -> None:
    health = house.discord.health
    assert health.connected
    assert health.restarts == 0
    assert health.last_heartbeat == pytest.approx(house.time.now(), abs=5)
    assert house.discord.limits_now == ()


async def test_a_heartbeat_answered_is_a_latency_and_a_sign_of_life(house, until) -> None:
    assert await until(lambda: house.discord.health.latency is not None)
    assert house.discord.health.latency < 5


async def test_it_knows_no_more_than_it_needs(house) -> None:
    """No members, no messages kept, no presences asked for."""
    (session,) = house.dc.gateway.connected
    ear = house.discord._ear
    assert ear.intents.value == (1 << 0) | (1 << 9) | (1 << 12) | (1 << 15)
    assert list(ear.cached_messages) == []
    assert session


async def test_an_operator_can_look_before_running(quiet) -> None:
    assert await quiet.discord.look() == (
        (True, "Discord accepts the token; the bot is called poebridge."),
        (True, "The bot is in 2 servers."),
    )


# -- what is wrong -------------------------------------------------------------------------------


async def run(dc, hall, token, **options):
    bot = Discord(
        token=token,
        clock=Impatient(),
        notify=lambda notice: None,
        options=Options(api_url=dc.api_url, gateway_url=dc.gateway_url, **options),
    )
    try:
        async with asyncio.timeout(PATIENCE):
            await bot.run(hall)
    finally:
        await bot.close()


class Impatient:
    """The real time, without a wait longer than a moment."""

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.01))


async def test_a_wrong_token_is_told_in_one_sentence(quiet, dc) -> None:
    with pytest.raises(ConfigError, match="does not accept the bot token") as error:
        await run(dc, quiet.hall, "wrong")
    assert "wrong" not in str(error.value)


async def test_no_token_is_told_without_asking_discord(quiet, dc) -> None:
    with pytest.raises(ConfigError, match="There is no Discord bot token"):
        await run(dc, quiet.hall, " ")
    assert not dc.world.exchanges


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (4004, "bot token"),
        (4011, "sharding"),
        (4013, "intents"),
        (4012, "gateway"),
        (4010, "shard"),
        (4014, "intents"),
    ],
)
async def test_an_end_that_only_an_operator_can_mend_ends_the_run(quiet, dc, code, words) -> None:
    dc.gateway.refuse = code
    with pytest.raises(ConfigError, match=words):
        await run(dc, quiet.hall, dc.token)


async def test_without_the_content_intent_it_runs_and_says_what_it_can_not_do(dc, a_house_on) -> None:
    dc.world.rules.message_content_allowed = False
    async with a_house_on(dc) as house:
        assert house.discord.limits_now == (application.NO_CONTENT,)
        ben = dc.as_person("ben")
        ben.say("lab", "not for you")
        ben.say("lab", "for you", mention_bot=True)
        ben.say("dm", "directly")
        withheld, addressed, direct = [await house.hall.next(number) for number in (1, 2, 3)]
        assert (withheld.text, withheld.readable) == ("", False)
        assert (addressed.text, addressed.readable) == ("for you", True)
        assert (direct.text, direct.readable) == ("directly", True)
        assert house.discord.health.restarts == 0


# -- staying up ----------------------------------------------------------------------------------


async def test_a_dropped_socket_is_resumed_and_nothing_said_meanwhile_is_lost(house) -> None:
    house.dc.gateway.drop()
    house.dc.as_person("ben").say("lab", "while you were away")
    assert (await house.hall.next()).text == "while you were away"
    assert house.discord.health.restarts == 0


@pytest.mark.parametrize(("resumable", "back"), [(True, "gateway.resumed"), (False, "gateway.ready")])
async def test_an_invalid_session_becomes_a_new_one(house, until, resumable, back) -> None:
    kinds = []
    stop = house.world.changes.subscribe(lambda change: kinds.append(change.kind))
    house.dc.gateway.invalidate(resumable=resumable)
    await until(lambda: back in kinds and house.discord.health.connected)
    stop()
    house.dc.as_person("ben").say("lab", "there again?")
    assert (await house.hall.next()).text == "there again?"
    assert house.discord.health.restarts == 0


async def test_a_dead_client_is_started_again_and_live_answers_go_on_meanwhile(
    house, to, page, until
) -> None:
    """An event that breaks discord.py itself ends its client; speaking does not notice."""
    written = await house.chat.post(to("lab"), page("a"), "n")
    house.dc.gateway.refuse = 4999
    for session in house.dc.gateway.connected:
        session.dispatch("RESUMED", None)
    await until(lambda: house.discord.health.restarts > 0)
    assert not house.discord.health.connected
    await house.chat.edit(to("lab"), written.ref, page("ab"))
    assert [message.content for message in house.world.from_bot("lab")] == ["ab"]
    house.dc.gateway.refuse = None
    await until(lambda: house.discord.health.connected)
    house.dc.as_person("ben").say("lab", "there again?")
    assert (await house.hall.next()).text == "there again?"
    assert ("discord.connection", "TypeError") in [
        (notice.where, notice.error) for notice in house.notices if isinstance(notice, Trouble)
    ]


async def test_a_token_taken_back_while_running_ends_the_run_with_that_sentence(dc, quiet) -> None:
    async def run_until_told() -> str:
        with pytest.raises(ConfigError) as error:
            await quiet.discord.run(quiet.hall)
        return error.value.say

    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        running = group.create_task(run_until_told())
        await quiet.discord.ready.wait()
        dc.token = "another"
        for session in dc.gateway.connected:
            session.dispatch("RESUMED", None)
    assert "does not accept the bot token" in running.result()


async def test_discord_down_at_the_start_is_waited_for(dc, a_house_on) -> None:
    async with asyncio.TaskGroup() as group:
        with dc.faults.outage(status=503):
            starting = group.create_task(started(dc, a_house_on))
            await dc.world.until(lambda: sum(one.status == 503 for one in dc.world.exchanges) >= 3)
    assert starting.result()


async def started(dc, a_house_on) -> bool:
    async with a_house_on(dc) as house:
        return house.discord.health.connected


async def test_an_outage_is_survived_and_what_was_unsure_is_said_again(house, to, page, until) -> None:
    with house.dc.faults.outage(status=None), pytest.raises(ChatBroken):
        await house.chat.post(to("lab"), page("a"), "n")
    await house.chat.post(to("lab"), page("a"), "n")
    assert [message.content for message in house.world.from_bot("lab")] == ["a"]
    await until(lambda: house.discord.health.connected)


async def test_stopping_to_listen_does_not_stop_speaking(quiet, to, page) -> None:
    """A shutdown drains: answers end after the door is closed."""
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(quiet.discord.run(quiet.hall))
        await quiet.discord.ready.wait()
        listening.cancel()
    assert not quiet.discord.health.connected
    await quiet.chat.post(to("lab"), page("the end"), "n")
    assert [message.content for message in quiet.world.from_bot("lab")] == ["the end"]


@asynccontextmanager
async def a_mute_gateway(us: int) -> AsyncIterator[str]:
    """Lets a client in and never says another word, not even goodbye."""
    over = asyncio.Event()

    async def answer(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoclose=False)
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 41250}, "s": None, "t": None})
        user = {"id": str(us), "username": "poebridge", "discriminator": "0", "avatar": None, "bot": True}
        ready = {
            "v": 10,
            "user": user,
            "guilds": [],
            "session_id": "s",
            "resume_gateway_url": "ws://127.0.0.1:9/",
        }
        application = {"application": {"id": str(us), "flags": 0}}
        await socket.send_json({"op": 0, "d": ready | application, "s": 1, "t": "READY"})
        await over.wait()
        return socket

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"ws://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        over.set()
        await runner.cleanup()


async def test_a_gateway_that_does_not_answer_goodbye_does_not_hold_up_a_shutdown(dc, a_house_on) -> None:
    async with (
        a_mute_gateway(dc.world.bot.id) as gateway_url,
        asyncio.timeout(PATIENCE),
        a_house_on(dc, gateway_url=gateway_url) as house,
    ):
        assert house.discord.health.connected


async def test_everything_asked_of_discord_is_as_its_own_file_says(discord_oracle, house, to, page) -> None:
    ben = house.dc.as_person("ben")
    question = ben.say("lab", "hello?", mention_bot=True)
    where = to("lab", reply_to=question)
    written = await house.chat.post(where, page("a", Action.STOP), "n")
    await house.chat.edit(where, written.ref, page("ab"))
    await house.chat.typing(where)
    await house.chat.find(where, TurnId("turnturnturnturn"))
    await house.chat.open_thread(where, "Talk")
    await house.chat.reply(where, Reply(text="psst"))
    ben.slash("ask", {"prompt": "why?"}, where="lab")
    asked = await house.hall.next(2)
    await house.chat.post(asked.answer, page("b", Action.REGENERATE), "n")
    await house.chat.post(asked.answer, page("c"), "n2")
    assert len({(one.method, one.template) for one in house.world.exchanges}) >= 12
    discord_oracle.check(house.world.exchanges)
