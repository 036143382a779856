"""Workspaces let us in, one browser at a time, and take us out again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.slack.manifest import SCOPES
from bridge.values.errors import ConfigError, StoreBusy
from bridge.values.ids import WorkspaceId
from tests.adapters.slack.inbound import House, Kept, a_house, a_slack

PUBLIC = "https://bridge.example"


@asynccontextmanager
async def an_open_house(**chosen: Any) -> AsyncIterator[tuple[House, Kept]]:
    """One that workspaces can install, by the redirect address of its manifest."""
    async with a_slack() as slack:
        slack.world.app.redirect_urls = (f"{PUBLIC}/slack/oauth_redirect",)
        client = {"client_id": slack.client_id, "client_secret": slack.client_secret}
        kept = Kept()
        async with a_house(slack, kept, **{"public_url": PUBLIC, **client, **chosen}) as house:
            yield house, kept


async def get(house: House, address: str, cookie: str = "") -> tuple[int, dict[str, str], str]:
    parts = urlsplit(address)
    headers = {"Cookie": cookie} if cookie else {}
    status, sent, body = await house.bot.answer("GET", parts.path, parts.query, headers, b"")
    return status, dict(sent), body.decode()


async def begun(house: House, cookie: str = "") -> tuple[str, str]:
    """Slack's page, and the browser's cookie."""
    status, headers, _ = await get(house, "/slack/install", cookie)
    assert status == 302
    return headers["Location"], headers["Set-Cookie"].partition(";")[0]


async def test_a_workspace_lets_us_in_and_is_served() -> None:
    async with an_open_house() as (house, kept):
        address, cookie = await begun(house)
        assert address.startswith(f"{house.slack.base_url}/oauth/v2/authorize?")
        assert parse_qs(urlsplit(address).query)["scope"] == [",".join(SCOPES)]

        back = house.person("dora").authorize(address)
        status, headers, page = await get(house, back, cookie)

        assert status == 200
        assert "I am in Lighthouse now" in page
        assert headers["Cache-Control"] == "no-store"
        lighthouse = house.world.team("Lighthouse")
        (installation,) = kept.there.values()
        assert (installation.workspace, installation.name) == (lighthouse.id, "Lighthouse")
        assert installation.bot == house.world.bot_in(lighthouse.id).id  # type: ignore[union-attr]
        assert set(installation.scopes) == set(SCOPES)
        house.person("dora").say("dm", "hello")
        assert (await house.hall.next()).place.workspace == lighthouse.id


async def test_a_workspace_that_is_not_served_is_told_so_and_its_token_not_kept() -> None:
    async with an_open_house(workspaces=frozenset({"T0ANOTHER0"})) as (house, kept):
        address, cookie = await begun(house)

        status, _, page = await get(house, house.person("dora").authorize(address), cookie)

        assert status == 403
        assert "serves other workspaces only" in page
        assert kept.there == {}


async def test_workspaces_are_served_again_after_a_restart() -> None:
    async with a_slack() as slack:
        kept = Kept()
        client = {"client_id": slack.client_id, "client_secret": slack.client_secret}
        slack.world.app.redirect_urls = (f"{PUBLIC}/slack/oauth_redirect",)
        async with a_house(slack, kept, public_url=PUBLIC, bot_token="", **client) as house:
            assert any("No workspace" in sentence for sentence in house.bot.limits_now)
            address, cookie = await begun(house)
            await get(house, house.person("dora").authorize(address), cookie)
        async with a_house(slack, kept, public_url=PUBLIC, bot_token="", **client) as house:
            house.person("dora").say("dm", "hello")

            assert (await house.hall.next()).text == "hello"
            assert house.bot.limits_now == ()


async def test_a_workspace_that_takes_us_out_is_forgotten() -> None:
    async with an_open_house() as (house, kept):
        address, cookie = await begun(house)
        await get(house, house.person("dora").authorize(address), cookie)

        house.person("dora").uninstall()

        await house.until(lambda: not kept.there)
        assert WorkspaceId(house.world.team("Lighthouse").id) not in {
            one.workspace for one in house.bot._tokens.all()
        }
        house.person("ada").say("dm", "still here?")
        assert (await house.hall.next()).text == "still here?"


async def test_a_late_word_of_an_old_token_does_not_end_a_new_one() -> None:
    async with an_open_house() as (house, kept):
        address, cookie = await begun(house)
        await get(house, house.person("dora").authorize(address), cookie)
        house.slack.faults.hold()
        house.person("dora").uninstall()
        address, cookie = await begun(house)
        await get(house, house.person("dora").authorize(address), cookie)

        house.slack.faults.release()

        await house.settled()
        assert len(kept.there) == 1
        house.person("dora").say("dm", "hello again")
        assert (await house.hall.next()).text == "hello again"


async def test_who_took_us_out_while_we_slept_is_forgotten_when_we_wake() -> None:
    async with a_slack() as slack:
        kept = Kept()
        client = {"client_id": slack.client_id, "client_secret": slack.client_secret}
        slack.world.app.redirect_urls = (f"{PUBLIC}/slack/oauth_redirect",)
        async with a_house(slack, kept, public_url=PUBLIC, **client) as house:
            address, cookie = await begun(house)
            await get(house, house.person("dora").authorize(address), cookie)
        slack.as_person("dora").uninstall()
        async with a_house(slack, kept, public_url=PUBLIC, **client) as house:
            await house.until(lambda: not kept.there)


async def test_the_only_token_taken_back_is_for_the_operator() -> None:
    async with a_slack() as slack, a_house(slack) as house:
        house.person("ada").uninstall()

        assert house.serving is not None
        with pytest.raises(ConfigError, match="does not accept the bot token"):
            await house.serving


@pytest.mark.parametrize("whose", ["another", "none"])
async def test_an_attempt_belongs_to_the_browser_that_began_it(whose: str) -> None:
    async with an_open_house() as (house, kept):
        address, _ = await begun(house)
        _, other = await begun(house)

        status, _, page = await get(
            house, house.person("dora").authorize(address), other if whose == "another" else ""
        )

        assert (status, kept.there) == (400, {})
        assert "Begin again" in page


async def test_an_attempt_is_good_once_and_for_ten_minutes() -> None:
    async with an_open_house() as (house, kept):
        address, cookie = await begun(house)
        back = house.person("dora").authorize(address)
        assert (await get(house, back, cookie))[0] == 200
        assert (await get(house, back, cookie))[0] == 400

        address, cookie = await begun(house, cookie)
        house.time.passed += 601
        assert (await get(house, house.person("dora").authorize(address), cookie))[0] == 400
        assert len(kept.there) == 1


@pytest.mark.parametrize("state", ["", "nonsense", "a.b.c", "a.1.c", "a.99999999999.c", "a.²²²²²²²²²².c"])
async def test_an_attempt_that_nobody_began_is_none(state: str) -> None:
    async with an_open_house() as (house, kept):
        _, cookie = await begun(house)

        status, _, _ = await get(house, f"/slack/oauth_redirect?code=x&state={state}", cookie)

        assert (status, kept.there) == (400, {})


async def test_a_person_may_think_again() -> None:
    async with an_open_house() as (house, kept):
        address, cookie = await begun(house)
        state = parse_qs(urlsplit(address).query)["state"][0]

        status, _, page = await get(house, f"/slack/oauth_redirect?error=access_denied&state={state}", cookie)

        assert (status, kept.there) == (200, {})
        assert "nothing was changed" in page


async def test_a_code_that_slack_does_not_know_is_said() -> None:
    async with an_open_house() as (house, kept):
        address, cookie = await begun(house)
        state = parse_qs(urlsplit(address).query)["state"][0]

        status, _, page = await get(house, f"/slack/oauth_redirect?code=<b>&state={state}", cookie)

        assert (status, kept.there) == (502, {})
        assert "Slack did not let me in" in page
        assert "invalid_code" in str(house.troubles)


async def test_what_can_t_be_kept_is_said_and_not_used() -> None:
    async with an_open_house() as (house, kept):
        kept.failing = StoreBusy()
        address, cookie = await begun(house)

        status, _, page = await get(house, house.person("dora").authorize(address), cookie)

        assert (status, kept.there) == (503, {})
        assert "could not keep that" in page
        assert len(house.bot._tokens.all()) == 1


async def test_a_cookie_keeps_to_https_and_our_pages() -> None:
    async with an_open_house() as (house, _):
        _, headers, _ = await get(house, "/slack/install")

        assert headers["Set-Cookie"].endswith("; Path=/slack; Max-Age=600; HttpOnly; SameSite=Lax; Secure")


async def test_tokens_are_never_shown() -> None:
    async with an_open_house() as (house, kept):
        address, cookie = await begun(house)
        _, _, page = await get(house, house.person("dora").authorize(address), cookie)

        (installation,) = kept.there.values()
        assert installation.token not in page + repr(installation) + str(house.notices)
        assert house.slack.client_secret not in address + repr(house.bot._options)
