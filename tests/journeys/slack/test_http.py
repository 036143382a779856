"""Slack over HTTP: everything that works over sockets, signed, and nothing from anybody else."""

from __future__ import annotations

import hashlib
import hmac
import json
import time

import httpx
import pytest

from bridge.values.notices import Duplicate
from tests.journeys.slack.stories import (
    ABOUT,
    ASK,
    ask,
    asked,
    body,
    command,
    has,
    idle,
    pages,
    person,
    press,
    say,
    until,
)
from tests.journeys.slack.visiting import over_http


def signature(secret: str, text: str, at: float) -> dict[str, str]:
    digest = hmac.new(secret.encode(), f"v0:{int(at)}:{text}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(int(at)), "X-Slack-Signature": f"v0={digest}"}


async def test_people_talk_use_commands_buttons_forms_and_home(make_slack):
    async with over_http(make_slack) as (slack, _):
        ada, ben = person(slack, "ada"), person(slack, "ben")
        first = await ask(slack, "ada", "My name is Ada")
        on = await ask(slack, "ada", "What is my name?", thread=first)
        said = await command(slack, "ben", "points")
        pressed = press(slack, "ben", first, "rate", "good")
        await until(slack, lambda: pressed.replies)
        moon = ben.say("lab", "The moon is made of basalt.")
        ada.shortcut(moon, ABOUT)
        form = await until(slack, lambda: ada.modal)
        ada.submit(form, {form.blocks[0]["block_id"]: "Is that true?"})
        await until(slack, lambda: any(has(m, "regenerate") for m in slack.slack.world.from_bot("lab")))
        ben.open_home()
        home = await until(slack, lambda: ben.home)

        assert "Ada" in body(on)
        assert "3,000 points a day" in said
        assert "basalt" in asked(slack)
        assert "points left" in str(home.body)
        assert slack.slack.deliveries.lines == []
        assert slack.house.wings[0].adapter.health.connected


async def test_a_wrong_signature_is_refused_and_nothing_is_done(make_slack):
    async with over_http(make_slack) as (slack, here):
        slack.slack.world.rules.retry_seconds = (0.2,)
        slack.slack.http.signing_secret = "0" * 32
        say(slack, "ada", "Nobody should answer this")
        await until(slack, lambda: any(parcel.attempt for parcel in slack.slack.deliveries.sent))
        await until(slack, lambda: all(parcel.done for parcel in slack.slack.deliveries.sent))
        slack.slack.http.signing_secret = None
        await ask(slack, "ben", ASK, "help")

        async with httpx.AsyncClient(base_url=here) as stranger:
            for path in ("events", "interactions", "commands"):
                bare = await stranger.post(f"/slack/{path}", json={"type": "event_callback"})
                assert bare.status_code == 401
        assert len(slack.poe.world.calls) == 1
        assert slack.slack.world.from_bot("general") == []


@pytest.mark.parametrize("off", [-301.0, -86_400.0, 301.0])
async def test_what_is_older_than_five_minutes_is_refused(make_slack, off):
    async with over_http(make_slack) as (slack, here):
        text = json.dumps({"type": "url_verification", "challenge": "c", "token": "t"})
        async with httpx.AsyncClient(base_url=here) as slack_itself:
            at = time.time() + off
            stale = await slack_itself.post(
                "/slack/events", content=text, headers=signature(slack.slack.signing_secret, text, at)
            )
            now = await slack_itself.post(
                "/slack/events",
                content=text,
                headers=signature(slack.slack.signing_secret, text, time.time()),
            )

        assert (stale.status_code, now.status_code) == (401, 200)


async def test_an_event_that_is_sent_again_is_answered_once(make_slack):
    async with over_http(make_slack) as (slack, _):
        question = say(slack, "ada", ASK)
        await pages(slack, question)
        slack.slack.faults.redeliver(count=20)
        await idle(slack, Duplicate, 2)

        assert len(slack.poe.world.calls) == 1
        retried = [parcel for parcel in slack.slack.deliveries.sent if parcel.attempt]
        assert retried
        await until(slack, lambda: all(parcel.done for parcel in retried))


async def test_while_we_are_away_slack_comes_again_and_is_answered_then(make_slack):
    async with over_http(make_slack) as (slack, here):
        slack.slack.world.rules.retry_seconds = (0.5,) * 60
        slack.slack.events_url = f"{here}/nowhere"
        question = say(slack, "ada", ASK)
        await until(slack, lambda: any(parcel.attempt for parcel in slack.slack.deliveries.sent))
        slack.slack.events_url = f"{here}/slack/events"

        assert len(await pages(slack, question)) == 1
        assert len(slack.poe.world.calls) == 1


async def test_every_event_is_acknowledged_also_those_nobody_listens_to(make_slack):
    async with over_http(make_slack) as (slack, _):
        world = slack.slack.world
        world.app.events = (
            *world.app.events,
            "reaction_added",
            "member_joined_channel",
            "channel_archive",
            "app_context_changed",
        )
        token = world.tokens[slack.slack.token]
        token.scopes = world.app.scopes = (*token.scopes, "reactions:read")
        question = person(slack, "ada").say("general", "Nice weather")
        person(slack, "ben").react(question, "eyes")
        person(slack, "ada").archive(world.add_channel("old"))
        await ask(slack, "ada", ASK)

        events = [parcel for parcel in slack.slack.deliveries.sent if parcel.kind == "events_api"]
        await until(slack, lambda: all(parcel.done for parcel in events))
        kinds = {parcel.payload["event"]["type"] for parcel in events}
        assert {"reaction_added", "channel_archive"} <= kinds
        assert all(parcel.attempt == 0 for parcel in events)


async def test_a_body_that_is_too_large_or_nonsense_is_refused(make_slack):
    async with over_http(make_slack) as (slack, here):
        async with httpx.AsyncClient(base_url=here) as stranger:
            large = await stranger.post("/slack/events", content=b"x" * (1024 * 1024 + 1))
            bytes_ = await stranger.post("/slack/events", content=b"\xff\xfe")
            text = "[]"
            odd = await stranger.post(
                "/slack/events",
                content=text,
                headers=signature(slack.slack.signing_secret, text, time.time()),
            )
            get = await stranger.get("/slack/events")
            elsewhere = await stranger.post("/slack/else")

        assert (large.status_code, bytes_.status_code) == (413, 400)
        assert odd.status_code == 200  # it is Slack's, and nothing for us
        assert (get.status_code, elsewhere.status_code) == (405, 404)
        await ask(slack, "ada", ASK)
