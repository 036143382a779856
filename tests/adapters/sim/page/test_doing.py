"""What people do on the page, over HTTP, and what stands in the world afterwards."""

from typing import Any

import httpx
import pytest

from adapters.sim.discord import DiscordServer
from tests.adapters.sim.page.conftest import Bot, buttons

Json = dict[str, Any]


class Hand:
    """One person's hand on the page."""

    def __init__(self, dc: DiscordServer, http: httpx.AsyncClient, person: str) -> None:
        self.dc, self.http, self.person = dc, http, person

    async def place(self, where: str, verb: str, **body: Any) -> httpx.Response:
        place = where if where == "dm" else self.dc.world.channel(where).id
        return await self.http.post(f"/page/{self.person}/{place}/{verb}", **body)

    async def message(self, message: Any, verb: str, body: Json) -> httpx.Response:
        return await self.http.post(f"/page/{self.person}/messages/{message.id}/{verb}", json=body)


@pytest.fixture
def ada(dc: DiscordServer, http: httpx.AsyncClient) -> Hand:
    return Hand(dc, http, "ada")


@pytest.fixture
def ben(dc: DiscordServer, http: httpx.AsyncClient) -> Hand:
    return Hand(dc, http, "ben")


async def test_a_typed_name_becomes_a_mention_that_rings(dc: DiscordServer, ada: Hand) -> None:
    answer = await ada.place("general", "say", data={"text": "hey @poebridge and @Ben, see #help `@Ben`"})

    said = dc.world.history("general")[-1]
    ben = dc.as_person("ben")
    assert answer.json() == {"id": str(said.id)}
    assert said.author is dc.as_person("ada").user
    assert (
        said.content
        == f"hey {dc.world.bot.mention} and {ben.mention}, see {dc.world.channel('help').mention} `@Ben`"
    )
    assert said.pings.users == {dc.world.bot.id, ben.id}


async def test_a_name_within_a_word_is_no_mention(dc: DiscordServer, ada: Hand) -> None:
    await ada.place("general", "say", data={"text": "mail@Ben and @Benjamin"})

    assert dc.world.history("general")[-1].content == "mail@Ben and @Benjamin"


async def test_a_reply_rings_or_does_not(dc: DiscordServer, ada: Hand, ben: Hand) -> None:
    await ada.place("general", "say", data={"text": "first"})
    first = dc.world.history("general")[-1]

    await ben.place("general", "say", data={"text": "loud", "reply_to": str(first.id), "ping": "yes"})
    await ben.place("general", "say", data={"text": "still", "reply_to": str(first.id), "ping": "no"})

    loud, still = dc.world.history("general")[-2:]
    assert loud.reference
    assert loud.reference.message_id == first.id
    assert loud.pings.users == {first.author.id}
    assert not still.pings


async def test_several_files_travel(dc: DiscordServer, ada: Hand) -> None:
    files = [("files", ("a.txt", b"one", "text/plain")), ("files", ("b.csv", b"two", "text/csv"))]
    await ada.place("dm", "say", data={"text": ""}, files=files)

    said = dc.world.history(dc.as_person("ada").open_dm())[-1]
    assert [(a.filename, a.size, a.content_type) for a in said.attachments] == [
        ("a.txt", 3, "text/plain"),
        ("b.csv", 3, "text/csv"),
    ]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"data": {"text": "  "}}, "nothing to send"),
        ({"data": {"text": "x" * 2001}}, "too long"),
    ],
)
async def test_what_discord_would_not_send_is_said_in_a_sentence(
    ada: Hand, body: Json, sentence: str
) -> None:
    answer = await ada.place("general", "say", **body)

    assert answer.status_code == 422
    assert sentence in answer.json()["error"]


async def test_a_file_that_is_too_big_is_refused(dc: DiscordServer, ada: Hand) -> None:
    dc.world.rules.file_bytes = 1 << 20
    big = ("files", ("big.bin", b"x" * ((1 << 20) + 1), "application/octet-stream"))
    answer = await ada.place("general", "say", data={"text": ""}, files=[big])

    assert answer.status_code == 422
    assert "1 MB" in answer.json()["error"]


async def test_a_request_that_is_too_big_is_not_even_read(dc: DiscordServer, ada: Hand) -> None:
    dc.world.rules.request_bytes = 100
    answer = await ada.place("general", "say", data={"text": "x" * 200})

    assert answer.status_code == 422
    assert dc.world.history("general") == []


async def test_who_may_not_write_is_told(dc: DiscordServer, ada: Hand, ben: Hand) -> None:
    dc.world.deny("help", "send_messages", who=dc.as_person("ben").user)

    assert (await ben.place("help", "say", data={"text": "hello"})).status_code == 422
    assert (await ada.place("help", "say", data={"text": "hello"})).status_code == 200


async def test_a_slash_command_brings_values_of_its_kinds(dc: DiscordServer, ada: Hand, bot: Bot) -> None:
    world = dc.world
    keepers = next(role for role in world.guild.roles.values() if role.name == "Keepers")
    values = {"points": "500", "person": str(dc.as_person("ben").id), "role": str(keepers.id)}
    values |= {"channel": str(world.channel("lab").id), "period": "day"}
    data = {"command": "budget set"} | {f"option:{name}": value for name, value in values.items()}
    answer = await ada.place("general", "commands", data=data)

    asked = list(world.interactions.values())[-1]
    options = {o["name"]: o["value"] for o in asked.data["options"][0]["options"]}
    assert answer.json() == {"state": "answered"}
    assert options == values | {"points": 500}
    assert "members" in asked.data["resolved"]


async def test_a_command_carries_a_file(dc: DiscordServer, ada: Hand, bot: Bot) -> None:
    bot.go_on.set()
    data = {"command": "ask", "option:prompt": "what is this", "option:private": "true"}
    files = {"option:attachment": ("a.txt", b"one", "text/plain")}
    answer = await ada.place("general", "commands", data=data, files=files)

    asked = list(dc.world.interactions.values())[-1]
    (found,) = asked.data["resolved"]["attachments"].values()
    assert answer.json()["state"] == "deferred"
    assert found["filename"] == "a.txt"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"command": "nothing"}, "no command /nothing"),
        ({"command": "ask"}, "required options are missing"),
        ({"command": "budget set", "option:points": "many"}, "points is a number"),
        ({"command": "budget set", "option:points": "5", "option:person": "7"}, "Pick one for person"),
        ({"command": "budget set", "option:points": "5", "option:period": "year"}, "not one of the choices"),
    ],
)
async def test_a_command_filled_wrongly_is_refused_with_a_reason(
    ada: Hand, bot: Bot, data: Json, sentence: str
) -> None:
    answer = await ada.place("general", "commands", data=data)

    assert answer.status_code == 422
    assert sentence in answer.json()["error"]


async def test_suggestions_come_from_the_bot(ada: Hand, bot: Bot) -> None:
    body = {"command": "ask", "option": "model", "partial": "opus", "others": {"prompt": "x"}}
    answer = await ada.place("general", "suggestions", json=body)

    assert answer.json() == {"choices": [{"name": "Claude-Opus · 3 points", "value": "Claude-Opus"}]}


async def test_a_form_opens_and_is_sent(dc: DiscordServer, ada: Hand, ben: Hand, bot: Bot) -> None:
    message = dc.as_person("ben").say("general", "look")
    opened = (await ada.message(message, "menu", {"name": "Ask about this"})).json()

    assert "Your question" in opened["form"]
    path = f"forms/{opened['interaction']}/submit"
    assert (await ada.http.post(f"/page/ben/{path}", json={"values": {"text": "why?"}})).status_code == 404
    assert (await ada.http.post(f"/page/ada/{path}", json={"values": {"text": " "}})).status_code == 422
    assert (await ada.http.post(f"/page/ada/{path}", json={"values": {"text": "why?"}})).status_code == 200
    assert dc.world.history("general")[-1].content == "Asked: why?"


async def test_buttons_are_pressed_and_disabled_ones_are_not(dc: DiscordServer, ada: Hand, bot: Bot) -> None:
    message = await bot.say(dc.world.channel("general").id, "done", components=buttons("Regenerate"))

    assert (await ada.message(message, "press", {"id": "Regenerate"})).json() == {"state": "answered"}
    assert message.content == "Written again."
    again = await ada.message(message, "press", {"id": "Regenerate"})
    assert again.status_code == 422
    assert "disabled" in again.json()["error"]


async def test_a_press_nobody_answers_has_failed(dc: DiscordServer, ada: Hand, bot: Bot) -> None:
    dc.world.rules.callback_seconds = 0.1
    message = await bot.say(dc.world.channel("general").id, "…", components=buttons("Stop"))

    assert (await ada.message(message, "press", {"id": "Stop"})).json() == {"state": "failed"}


async def test_a_menu_is_chosen_from(dc: DiscordServer, ada: Hand, bot: Bot) -> None:
    dc.world.rules.callback_seconds = 0.1
    options = [{"label": "One", "value": "1"}, {"label": "Two", "value": "2"}]
    menu = {"type": 3, "custom_id": "Stop", "options": options}
    message = await bot.say(
        dc.world.channel("general").id, "pick", components=[{"type": 1, "components": [menu]}]
    )
    await ada.message(message, "press", {"id": "Stop", "values": ["2"]})

    assert list(dc.world.interactions.values())[-1].data["values"] == ["2"]


async def test_a_reaction_is_put_and_taken_away(dc: DiscordServer, ada: Hand) -> None:
    message = dc.as_person("ben").say("general", "nice")

    await ada.message(message, "react", {"emoji": "👍"})
    assert [(r.emoji, len(r.users)) for r in message.reactions] == [("👍", 1)]
    await ada.message(message, "react", {"emoji": "👍"})
    assert message.reactions == []


async def test_ones_own_message_is_changed_and_taken_back(dc: DiscordServer, ada: Hand, ben: Hand) -> None:
    message = dc.as_person("ada").say("general", "tpyo")

    assert (await ben.message(message, "edit", {"text": "mine"})).status_code == 422
    await ada.message(message, "edit", {"text": "typo for @Ben"})
    assert message.content == f"typo for {dc.as_person('ben').mention}"
    assert (await ada.message(message, "edit", {"text": " "})).status_code == 422
    await ada.message(message, "delete", {})
    assert message.deleted
    assert (await ada.message(message, "react", {"emoji": "👍"})).status_code == 404


async def test_threads_begin_at_a_message_or_alone(dc: DiscordServer, ada: Hand) -> None:
    message = dc.as_person("ben").say("general", "big topic")
    at = (await ada.place("general", "threads", json={"name": "Topic", "message": str(message.id)})).json()
    alone = (await ada.place("general", "threads", json={"name": "Alone"})).json()

    assert message.thread_id == int(at["id"])
    assert dc.world.channel("Alone").id == int(alone["id"])
    assert (await ada.place("general", "threads", json={"name": " "})).status_code == 422


async def test_a_whisper_to_somebody_else_cannot_be_touched(
    dc: DiscordServer, ada: Hand, ben: Hand, bot: Bot
) -> None:
    await ada.place("general", "commands", data={"command": "points"})
    whisper = dc.world.from_bot("general")[-1]

    assert whisper.ephemeral
    assert (await ben.message(whisper, "react", {"emoji": "👍"})).status_code == 404


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"emoji": 1'])
async def test_a_broken_request_is_answered_plainly(dc: DiscordServer, ada: Hand, body: bytes) -> None:
    message = dc.as_person("ben").say("general", "nice")
    answer = await ada.http.post(f"/page/ada/messages/{message.id}/react", content=body)

    assert answer.status_code == 400
    assert "error" in answer.json()
