"""A model's words are data on Slack: they ring for nobody, open no previews, and stand as they were written."""

from __future__ import annotations

import pytest

from bridge.values.ids import ModelId
from bridge.values.models import Preset
from tests.journeys.slack.stories import ask, body, calls, command, pages, person, say, until

RINGING = (
    "<!channel>",
    "<!here>",
    "<!everyone>",
    "@channel",
    "@here",
    "@everyone",
    "<@{ben}>",
    "<@{ben}|Ben>",
    "<!subteam^{crew}>",
    "<!subteam^{crew}|@crew>",
    "`<!channel>`",
    "```\n<!channel> <@{ben}>\n```",
    "&lt;!channel&gt;",
    "<<!channel>",
    "<!channel|everybody>",
    "| a |\n|---|\n| <!here> |",
    "- <!everyone>\n# <@{ben}>",
)


def rings(slack) -> list:
    """Messages of ours that rang for somebody in any of their states."""
    ours = [
        m
        for channel in slack.slack.world.channels
        for m in slack.slack.world.from_bot(channel, ephemeral=True)
    ]
    return [m for m in ours if m.pings or any(version.pings for version in m.versions)]


def filled(slack, text: str) -> str:
    world = slack.slack.world
    return text.replace("{ben}", world.user("ben").id).replace("{crew}", world.group("crew").id)


def saying(slack, text: str) -> None:
    """The model says this, whatever it is asked. What people write that looks like a mention is one, and reaches no model as such."""
    only = Preset(name="default", model=ModelId("claude-haiku-4.5"), system_prompt=f'answer only "{text}"')
    slack.settings["presets"] = {"default": only}


@pytest.mark.parametrize("speed", [0.0, 40.0, 150.0])
@pytest.mark.parametrize("streams", [True, False], ids=["streams", "edits"])
async def test_no_model_can_ping_anybody_nor_in_pieces(make_slack, streams, speed):
    """Slowly, so that pieces of a stream end in the middle of a mention."""
    async with make_slack(speed=speed) as slack:
        slack.slack.world.rules.streams_allowed = streams
        text = filled(slack, "\n\n".join(RINGING))
        saying(slack, text)
        await slack.start()
        question = say(slack, "ada", "What do you say?")
        (answer,) = await pages(slack, question)

        assert rings(slack) == []
        assert (answer.stream is not None) is streams
        assert body(answer).replace("\u2060", "").strip() == text
        assert text in slack.poe.world.calls[0].text


async def test_nor_in_what_only_one_person_sees_nor_in_its_second_page(make_slack):
    async with make_slack() as slack:
        saying(slack, filled(slack, "\n\n".join(RINGING * 40)))
        await slack.start()
        person(slack, "ada").slash("general", "/poe", "ask --private What do you say?")
        await slack.in_slack.answered(slack.slack.world.dm("ada"), 1, within=60.0)
        found = await pages(slack, say(slack, "ada", "What do you say?"))

        assert len(found) >= 2
        assert rings(slack) == []


@pytest.mark.parametrize("streams", [True, False], ids=["streams", "edits"])
async def test_text_stands_as_it_was_written(make_slack, streams):
    text = "if a < b && c > d: print('&lt;b&gt; &amp; <i>')"
    async with make_slack(speed=300.0) as slack:
        slack.slack.world.rules.streams_allowed = streams
        await slack.start()
        answer = await ask(slack, "ada", f"[[echo]]{text}")

        # A markdown block takes Markdown as it is; only the text for notifications is written in Slack's older way.
        assert body(answer).strip() == text
        for call in [*calls(slack, "chat.update"), *calls(slack, "chat.postMessage")]:
            assert "<b>" not in str(call.body.get("text"))
            assert "<i>" not in str(call.body.get("text"))


async def test_no_link_grows_a_preview(slack):
    slack.slack.world.rules.streams_allowed = False
    await ask(slack, "ada", "[[echo]]See https://example.com/ and <https://example.com/x>")

    assert not any(message.unfurls for message in slack.slack.world.from_bot("general"))
    for call in calls(slack, "chat.postMessage"):
        assert call.body["unfurl_links"] in (False, "false")
        assert call.body["unfurl_media"] in (False, "false")


async def test_people_s_words_in_our_own_messages_ring_for_nobody(slack):
    ada, world = person(slack, "ada"), slack.slack.world
    ada.slash("general", "/poe", f"ask Hello <!channel> {world.user('ben').mention} @everyone in 5 words")
    await until(slack, lambda: any("pb:regenerate" in str(m.blocks) for m in world.from_bot("general")))
    await command(slack, "ada", "model <!here>")
    await command(slack, "ada", "ask")
    title = say(slack, "ada", "<!channel> what is in this title? In 5 words")
    await pages(slack, title)

    assert rings(slack) == []


async def test_our_tokens_are_in_nothing_we_say(slack):
    await ask(slack, "ada", "Say hello in 5 words")
    await command(slack, "ada", "status")

    for exchange in slack.slack.world.exchanges:
        assert "xoxb-" not in str(exchange.body)
        assert "xapp-" not in str(exchange.body)
    assert "xoxb-" not in repr(slack.notices)
