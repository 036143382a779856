"""The first answer to an interaction: in time, once, and of a kind that fits."""

from typing import Any

import httpx
import pytest

from adapters.sim.discord import DiscordServer, Interaction
from tests.plugins.waiting import PATIENCE

ROW = {
    "type": 1,
    "components": [{"type": 2, "style": 1, "label": "Stop", "custom_id": "stop"}],
}
ASK = {
    "name": "ask",
    "description": "Ask",
    "options": [
        {"type": 3, "name": "prompt", "description": "What", "required": True},
        {"type": 3, "name": "model", "description": "Which", "autocomplete": True},
    ],
}


@pytest.fixture
async def asked(dc: DiscordServer, http: httpx.AsyncClient) -> Interaction:
    """A slash command that waits for its answer."""
    await http.put(f"/applications/{dc.world.application_id}/commands", json=[ASK])
    return dc.as_person("ada").slash("ask", {"prompt": "why"})


def callback(interaction: Interaction) -> str:
    return f"/interactions/{interaction.id}/{interaction.token}/callback"


def hook(dc: DiscordServer, interaction: Interaction) -> str:
    return f"/webhooks/{dc.world.application_id}/{interaction.token}"


async def test_a_reply_is_posted_and_told_when_asked_for(
    dc: DiscordServer, http: httpx.AsyncClient, asked: Interaction
) -> None:
    answer = {"type": 4, "data": {"content": "because", "components": [ROW]}}
    response = await http.post(callback(asked), json=answer, params={"with_response": "true"})
    told = response.json()
    assert told["resource"]["message"]["content"] == "because"
    assert told["resource"]["message"]["interaction_metadata"]["user"]["username"] == "ada"
    assert told["interaction"]["response_message_loading"] is False
    assert dc.world.history("general")[-1] is asked.original


async def test_an_answer_carries_no_bot_token(dc: DiscordServer, asked: Interaction) -> None:
    async with httpx.AsyncClient(base_url=dc.api_url, timeout=PATIENCE) as stranger:
        response = await stranger.post(callback(asked), json={"type": 4, "data": {"content": "x"}})
    assert (response.status_code, response.content) == (204, b"")


async def test_a_second_answer_is_refused(http: httpx.AsyncClient, asked: Interaction) -> None:
    assert (await http.post(callback(asked), json={"type": 5})).status_code == 204
    again = await http.post(callback(asked), json={"type": 4, "data": {"content": "x"}})
    assert (again.status_code, again.json()["code"]) == (400, 40060)


async def test_a_late_answer_finds_nothing(
    dc: DiscordServer, http: httpx.AsyncClient, asked: Interaction
) -> None:
    dc.world.rules.callback_seconds = 0.0
    late = await http.post(callback(asked), json={"type": 5})
    assert (late.status_code, late.json()["code"]) == (404, 10062)
    assert asked.state == "failed"


async def test_silence_fails_by_itself(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    dc.world.rules.callback_seconds = 0.05
    await http.put(f"/applications/{dc.world.application_id}/commands", json=[ASK])
    asked = dc.as_person("ben").slash("ask", {"prompt": "anyone?"})
    await dc.world.until(lambda: asked.state == "failed")
    assert await dc.as_person("ben").autocomplete("ask", "model", "x", others={"prompt": "y"}) == []


async def test_a_wrong_token_or_a_kind_that_does_not_fit_is_refused(
    http: httpx.AsyncClient, asked: Interaction
) -> None:
    wrong = await http.post(f"/interactions/{asked.id}/nope/callback", json={"type": 5})
    assert (wrong.status_code, wrong.json()["code"]) == (404, 10062)
    for kind in (6, 7, 8, 99, None):
        refused = await http.post(callback(asked), json={"type": kind, "data": {"choices": []}})
        assert (refused.status_code, refused.json()["code"]) == (400, 50035)


async def test_a_deferred_whisper_stays_a_whisper_and_is_found_by_its_token_only(
    dc: DiscordServer, http: httpx.AsyncClient, asked: Interaction
) -> None:
    await http.post(callback(asked), json={"type": 5, "data": {"flags": 64}})
    assert asked.original is not None
    assert asked.original.loading
    await http.patch(f"{hook(dc, asked)}/messages/@original", json={"content": "psst"})
    assert asked.original.content == "psst"
    assert not asked.original.loading
    assert asked.original.ephemeral
    assert asked.original.edited_at is None
    channel = f"/channels/{asked.channel_id}/messages/{asked.original.id}"
    assert (await http.get(channel)).json()["code"] == 10008
    own = await http.get(f"{hook(dc, asked)}/messages/@original")
    assert own.json()["flags"] & 64
    assert dc.as_person("ada").sees("general")[-1].content == "psst"
    assert dc.as_person("ben").sees("general") == []


async def test_choices_are_bounded_and_reach_the_person(
    dc: DiscordServer, http: httpx.AsyncClient, asked: Interaction
) -> None:
    answers: list[int] = []

    async def answer(count: int) -> list[dict[str, Any]]:
        async def respond() -> None:
            await dc.world.until(lambda: newest().kind == 4 and newest().state == "waiting")
            choices = [{"name": f"m{n}", "value": f"m{n}"} for n in range(count)]
            body = {"type": 8, "data": {"choices": choices}}
            answers.append((await http.post(callback(newest()), json=body)).status_code)
            newest().state = "answered"
            dc.world.changes.nudge()

        import asyncio

        ada = dc.as_person("ada")
        choices, _ = await asyncio.gather(
            ada.autocomplete("ask", "model", "m", others={"prompt": "p"}), respond()
        )
        return choices

    def newest() -> Interaction:
        return list(dc.world.interactions.values())[-1]

    assert len(await answer(25)) == 25
    assert await answer(26) == []
    assert answers == [204, 400]


async def test_a_form_is_checked_before_it_opens(http: httpx.AsyncClient, asked: Interaction) -> None:
    field = {"type": 4, "custom_id": "f", "style": 1, "label": "Field"}
    form = {"custom_id": "form", "title": "t" * 46, "components": [{"type": 1, "components": [field]}]}
    refused = await http.post(callback(asked), json={"type": 9, "data": form})
    assert refused.json()["errors"]["data"]["title"]["_errors"][0]["code"] == "BASE_TYPE_BAD_LENGTH"
    assert asked.state == "waiting"
    opened = await http.post(callback(asked), json={"type": 9, "data": form | {"title": "Form"}})
    assert opened.status_code == 204
    assert asked.modal is not None


async def test_a_button_can_be_answered_by_changing_its_message(
    dc: DiscordServer, http: httpx.AsyncClient, asked: Interaction
) -> None:
    await http.post(callback(asked), json={"type": 4, "data": {"content": "going", "components": [ROW]}})
    assert asked.original is not None
    pressed = dc.as_person("ben").press(asked.original, "stop")
    answer = {"type": 7, "data": {"content": "stopped", "components": []}}
    response = await http.post(callback(pressed), json=answer, params={"with_response": "true"})
    assert response.json()["resource"]["type"] == 7
    assert asked.original.content == "stopped"
    followed = await http.patch(f"{hook(dc, pressed)}/messages/@original", json={"content": "really"})
    assert followed.json()["id"] == str(asked.original.id)
