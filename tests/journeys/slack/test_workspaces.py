"""Several workspaces that let us in by themselves: their own tokens, budgets and conversations, kept sealed, erased when they leave."""

from __future__ import annotations

import httpx

from adapters.sim.slack import oauth
from bridge.values.ids import Platform
from tests.journeys.slack.stories import (
    ASK,
    FLAT,
    ask,
    body,
    command,
    eventually,
    pages,
    person,
    say,
    small_print,
    told,
)
from tests.journeys.slack.visiting import installable, installed

SLACK = Platform("slack")


async def kept(slack) -> dict[str, str]:
    """Tokens by workspace, as the store opens them."""
    return {each.workspace: each.token for each in await slack.house.store.installed(SLACK)}


async def test_two_workspaces_install_us_and_each_is_answered_by_its_own_token(make_slack):
    async with installable(make_slack) as (slack, here):
        world = slack.slack.world
        assert "No workspace has installed me yet." in slack.house.wings[0].adapter.limits_now
        for who in ("ada", "dora"):
            page = await installed(slack, here, who)
            assert page.status_code == 200
            assert "I am in" in page.text
        person(slack, "ada").invite("general")
        person(slack, "dora").invite("lobby")
        one = await ask(slack, "ada", "My name is Ada")
        two = await ask(slack, "dora", "What is my name?", "lobby")

        assert one.team_id != two.team_id
        assert "Ada" not in body(two)
        tokens = await kept(slack)
        assert set(tokens) == {world.team("Harbour").id, world.team("Lighthouse").id}
        assert len(set(tokens.values())) == 2
        used = {(e.team_id, e.method) for e in world.exchanges if e.method == "chat.startStream"}
        assert {team for team, _ in used} == set(tokens)
        assert slack.house.wings[0].adapter.health.connected


async def test_tokens_lie_sealed_on_disk(make_slack):
    async with installable(make_slack) as (slack, here):
        await installed(slack, here, "dora")
        (token,) = (await kept(slack)).values()
        await slack.house.store._write(lambda conn: None)
        raw = b"".join(file.read_bytes() for file in slack.folder.iterdir() if "sqlite" in file.name)

        assert token.startswith("xoxb-")
        assert token.encode() not in raw


async def test_after_a_restart_they_are_served_without_asking(make_slack):
    async with installable(make_slack) as (slack, here):
        await installed(slack, here, "dora")
        person(slack, "dora").invite("lobby")
        await slack.restart()

        assert await ask(slack, "finn", ASK, "lobby")


async def test_who_takes_us_out_is_forgotten_and_the_others_are_served(make_slack):
    async with installable(make_slack) as (slack, here):
        for who in ("ada", "dora"):
            await installed(slack, here, who)
        person(slack, "ada").invite("general")
        person(slack, "dora").uninstall()

        async def erased() -> bool:
            return set(await kept(slack)) == {slack.slack.world.team("Harbour").id}

        await eventually(erased, slack)
        assert await ask(slack, "ada", ASK)
        page = await installed(slack, here, "dora")
        person(slack, "dora").invite("lobby")
        assert page.status_code == 200
        assert await ask(slack, "dora", ASK, "lobby")


async def test_a_token_that_is_taken_back_is_erased(make_slack):
    async with installable(make_slack) as (slack, here):
        await installed(slack, here, "dora")
        (token,) = (await kept(slack)).values()
        oauth.revoke(slack.slack.world, token)

        async def erased() -> bool:
            return not await kept(slack)

        await eventually(erased, slack)


async def test_who_left_while_we_were_away_is_forgotten_at_the_next_start(make_slack):
    async with installable(make_slack) as (slack, here):
        await installed(slack, here, "dora")
        await slack.stop()
        person(slack, "dora").uninstall()
        await slack.start()

        async def erased() -> bool:
            return not await kept(slack)

        await eventually(erased, slack)


async def test_budgets_and_admins_are_those_of_each_workspace(make_slack):
    async with installable(make_slack, settings=FLAT) as (slack, here):
        for who in ("ada", "dora"):
            await installed(slack, here, who)
        person(slack, "ada").invite("general")
        person(slack, "dora").invite("lobby")
        await command(slack, "ada", "budget set server points=20")
        await ask(slack, "ben", ASK)
        refused = await told(slack, say(slack, "ben", ASK))
        other = await ask(slack, "finn", ASK, "lobby")
        denied = await command(slack, "finn", "budget set server points=999999", "lobby")

        assert "This server's daily budget has no points left" in refused.shown
        assert "20 points" in small_print(other)[-1]
        assert "Only an admin" in denied


async def test_nobody_comes_in_with_a_forged_or_used_state(make_slack):
    async with installable(make_slack) as (slack, here):
        dora = person(slack, "dora")
        async with httpx.AsyncClient(base_url=here) as browser, httpx.AsyncClient(base_url=here) as other:
            begun = await browser.get("/slack/install")
            back = dora.authorize(begun.headers["location"])
            stolen = await other.get(back)
            forged = await browser.get("/slack/oauth_redirect?code=abc&state=forged")
            good = await browser.get(back)
            again = await browser.get(back)
            denied = await browser.get("/slack/oauth_redirect?error=access_denied&state=x")

        assert [each.status_code for each in (stolen, forged, good, again)] == [400, 400, 200, 400]
        assert denied.status_code == 400
        assert len(await kept(slack)) == 1


async def test_slack_refusing_the_code_is_said_and_nothing_is_kept(make_slack):
    async with installable(make_slack) as (slack, here):
        slack.slack.faults.refuse("invalid_code", "oauth.v2.access")
        page = await installed(slack, here, "dora")

        assert page.status_code == 502
        assert "did not let me in" in page.text
        assert await kept(slack) == {}


async def test_one_workspace_s_limits_do_not_slow_another(make_slack):
    async with installable(make_slack, speed=200.0) as (slack, here):
        for who in ("ada", "dora"):
            await installed(slack, here, who)
        person(slack, "ada").invite("general")
        person(slack, "dora").invite("lobby")
        busy = [say(slack, "ada", f"Explain tide {n} [[len=800]]") for n in range(3)]
        mine = say(slack, "dora", "Explain tides [[len=800]]", "lobby")
        assert await pages(slack, mine)
        for question in busy:
            await pages(slack, question)

        assert slack.slack.world.rate_limited == 0
