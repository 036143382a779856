"""What the page gives and takes over HTTP."""

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.adapters.sim.page.slack.conftest import App, served


@pytest.fixture
async def app() -> AsyncIterator[App]:
    async with served() as found:
        yield found


def url(app: App, verb: str, person: str = "ada", place: str = "") -> str:
    place = place or app.slack.world.channel("general").id
    return f"{app.slack.base_url}/slack/page/{person}/{place}/{verb}"


async def told(app: App, verb: str, data: dict, **more: str) -> tuple[int, dict]:
    async with app.http.post(url(app, verb, **more), json=data) as answer:
        return answer.status, await answer.json()


async def parts(
    app: App, wanted: set[str], place: str = "", query: str = "", person: str = "ada"
) -> dict[str, str]:
    """What the stream tells first of these parts."""
    found: dict[str, str] = {}
    async with app.http.get(f"{url(app, 'stream', person, place)}{query}") as stream:
        async for line in stream.content:
            if line.startswith(b"data: "):
                part = json.loads(line[6:])
                found[part["part"]] = part["html"]
                if wanted <= found.keys():
                    return found
    raise AssertionError(f"the stream ended with {sorted(found)}")


async def test_the_first_look_leads_to_a_channel_and_its_page_needs_nothing_from_elsewhere(app: App) -> None:
    async with app.http.get(f"{app.slack.base_url}/slack?as=ben") as answer:
        html = await answer.text()
        assert answer.url.path.startswith("/slack/client/C")
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert 'data-person="ben"' in html
    assert "https://" not in html


async def test_what_is_written_is_said_with_mentions_as_slack_has_them(app: App) -> None:
    form = aiohttp.FormData({"text": "@poebridge ask @ben in #lab about `@ben`"})
    async with app.http.post(url(app, "say"), data=form) as answer:
        assert answer.status == 200
    (said,) = app.slack.world.channel("general").messages
    ben, lab = app.slack.world.user("ben"), app.slack.world.channel("lab")
    assert said.text == f"{app.slack.world.bot.mention} ask {ben.mention} in {lab.mention} about `@ben`"


async def test_a_command_goes_to_the_app_and_an_unknown_one_is_refused_in_words(app: App) -> None:
    app.answers["slash_commands"] = {"text": "You have 42 points."}
    async with app.http.post(url(app, "say"), data=aiohttp.FormData({"text": "/poe points"})) as answer:
        assert answer.status == 200
    shown = await parts(app, {"talk"})
    assert "You have 42 points." in shown["talk"]
    assert "Only visible to you" in shown["talk"]
    async with app.http.post(url(app, "say"), data=aiohttp.FormData({"text": "/nothing"})) as answer:
        assert answer.status == 422
        assert "not a valid command" in (await answer.json())["error"]


async def test_nobody_sees_what_was_whispered_to_another(app: App) -> None:
    general, ada = app.slack.world.channel("general").id, app.slack.world.user("ada").id
    await app.call("chat.postEphemeral", channel=general, user=ada, text="for Ada alone")
    assert "for Ada alone" in (await parts(app, {"talk"}))["talk"]
    assert "for Ada alone" not in (await parts(app, {"talk"}, person="ben"))["talk"]


async def test_another_site_cannot_write_here(app: App) -> None:
    headers = {"Origin": "http://elsewhere.example"}
    async with app.http.post(
        url(app, "say"), data=aiohttp.FormData({"text": "hi"}), headers=headers
    ) as answer:
        assert answer.status == 422
    assert app.slack.world.channel("general").messages == []


@pytest.mark.parametrize("data", [[], {}, {"ts": "1", "action": "x"}, {"view": "V0", "action": "x"}])
async def test_nonsense_is_answered_with_a_sentence(app: App, data: object) -> None:
    status, answer = await told(app, "press", data)  # type: ignore[arg-type]
    assert status in (400, 404)
    assert answer["error"].endswith(".")


async def test_a_file_is_given_to_those_who_see_it(app: App) -> None:
    form = aiohttp.FormData()
    form.add_field("text", "look")
    form.add_field("files", b"hello", filename="notes.txt", content_type="text/plain")
    async with app.http.post(url(app, "say"), data=form) as answer:
        assert answer.status == 200
    (stored,) = app.slack.world.files.values()
    for person, status in (("ben", 200), ("dora", 404)):
        async with app.http.get(f"{app.slack.base_url}/slack/page/{person}/files/{stored.id}") as answer:
            assert answer.status == status
            assert person == "dora" or answer.headers["Content-Security-Policy"] == "sandbox"


async def test_points_and_what_the_server_saw_stand_in_the_margin(app: App) -> None:
    general = app.slack.world.channel("general").id
    await app.call("chat.postMessage", channel=general, text="hello")
    shown = await parts(app, {"points", "saw"})
    assert "<strong>42</strong>" in shown["points"]
    assert "<dt>Messages</dt><dd>1</dd>" in shown["saw"]
