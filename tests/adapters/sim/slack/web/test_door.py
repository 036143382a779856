"""What every call passes: token, scope, limits, arguments, and faults."""

import httpx
import pytest

from adapters.sim.slack import SlackServer
from tests.adapters.sim.slack.conftest import Api


async def test_a_token_that_is_none_is_told_why(slack: SlackServer, api: Api) -> None:
    assert (await api.http.post(f"{slack.api_url}auth.test")).json()["error"] == "not_authed"
    api.token = "xoxb-nobody"
    assert await api.error("auth.test") == "invalid_auth"
    api.token = slack.app_token
    assert await api.error("chat.postMessage", channel=api.channel(), text="x") == "not_allowed_token_type"
    api.token = slack.token
    assert await api.error("apps.connections.open") == "not_allowed_token_type"
    await api.ok("auth.revoke")
    assert await api.error("auth.test") == "token_revoked"


async def test_the_token_of_an_app_that_was_taken_out_is_inactive(slack: SlackServer, api: Api) -> None:
    slack.as_person("ada").uninstall()
    assert await api.error("auth.test") == "account_inactive"


async def test_who_am_i(slack: SlackServer, api: Api) -> None:
    me = await api.ok("auth.test")
    assert (me["team"], me["user_id"], me["bot_id"]) == (
        "Harbour",
        slack.world.bot.id,
        slack.world.bot.bot_id,
    )


async def test_a_scope_that_is_missing_is_named(slack: SlackServer, api: Api) -> None:
    slack.world.tokens[slack.token].scopes = ("chat:write",)
    answer = (await api.raw("users.info", user=slack.world.user("ada").id)).json()
    assert answer == {"ok": False, "error": "missing_scope", "needed": "users:read", "provided": "chat:write"}


async def test_a_method_or_argument_that_slack_does_not_have_is_noted(slack: SlackServer, api: Api) -> None:
    answer = (await api.raw("chat.shout")).json()
    assert answer == {"ok": False, "error": "unknown_method", "req_method": "chat.shout"}
    await api.ok("auth.test", loudly=True)
    assert len(api.noted()) == 2


async def test_a_body_that_is_no_json_is_refused(
    slack: SlackServer, http: httpx.AsyncClient, api: Api
) -> None:
    headers = {"Authorization": f"Bearer {slack.token}", "Content-Type": "application/json"}
    answer = await http.post(f"{slack.api_url}auth.test", content=b"{", headers=headers)
    assert answer.json()["error"] == "invalid_json"
    assert api.noted()


async def test_forms_and_queries_are_arguments_too(slack: SlackServer, http: httpx.AsyncClient) -> None:
    ada = slack.world.user("ada").id
    form = await http.post(f"{slack.api_url}users.info", data={"token": slack.token, "user": ada})
    query = await http.get(f"{slack.api_url}users.info", params={"token": slack.token, "user": ada})
    assert form.json()["user"]["name"] == query.json()["user"]["name"] == "ada"
    assert "users:read" in form.headers["x-oauth-scopes"]


async def test_the_21st_stream_of_a_minute_is_refused_with_the_seconds_to_wait(
    slack: SlackServer, api: Api
) -> None:
    said = await api.post()
    ada = slack.world.user("ada")
    args = {
        "channel": said.channel_id,
        "thread_ts": said.ts,
        "recipient_team_id": ada.team_id,
        "recipient_user_id": ada.id,
        "chunks": [{"type": "markdown_text", "text": "x"}],
    }
    for _ in range(20):
        await api.ok("chat.startStream", **args)
    answer = await api.raw("chat.startStream", **args)
    assert (answer.status_code, answer.json()) == (429, {"ok": False, "error": "ratelimited"})
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert slack.world.rate_limited == 1


async def test_posts_are_limited_by_channel(slack: SlackServer, api: Api) -> None:
    slack.limits.post_seconds = 60.0
    for _ in range(slack.limits.post_burst):
        await api.post("general")
    assert await api.error("chat.postMessage", channel=api.channel("general"), text="x") == "ratelimited"
    await api.post("help")


async def test_limits_are_of_one_workspace(slack: SlackServer, api: Api) -> None:
    slack.limits.per_minute["team.info"] = 1
    await api.ok("team.info")
    assert await api.error("team.info") == "ratelimited"
    api.token = slack.install("Lighthouse", "dora")
    assert (await api.ok("team.info"))["team"]["name"] == "Lighthouse"


async def test_faults_are_told_for_a_method_and_used_up(slack: SlackServer, api: Api) -> None:
    slack.faults.refuse("internal_error", "team.info")
    slack.faults.limit("team.info", retry_after=7)
    slack.faults.fail(503, "team.info")
    await api.ok("auth.test")
    assert await api.error("team.info") == "internal_error"
    limited = await api.raw("team.info")
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "7")
    failed = await api.raw("team.info")
    assert (failed.status_code, failed.headers["content-type"]) == (503, "text/html; charset=utf-8")
    await api.ok("team.info")
    assert [each.fault for each in slack.world.exchanges if each.fault] == ["refuse", "limit", "answer"]


async def test_a_lost_answer_is_done_and_a_dropped_call_is_not(slack: SlackServer, api: Api) -> None:
    slack.faults.drop("chat.postMessage")
    slack.faults.lose_response("chat.postMessage")
    for expected in (0, 1):
        with pytest.raises(httpx.HTTPError):
            await api.post(text="x")
        assert len(slack.world.from_bot("general")) == expected


async def test_an_outage_cuts_and_ends(slack: SlackServer, api: Api) -> None:
    with slack.faults.outage():
        assert (await api.raw("auth.test")).status_code == 503
    with slack.faults.outage(None), pytest.raises(httpx.HTTPError):
        await api.raw("auth.test")
    await api.ok("auth.test")


async def test_what_crossed_the_wire_is_kept_without_the_token(slack: SlackServer, api: Api) -> None:
    await api.ok("users.info", user=slack.world.user("ada").id)
    kept = slack.world.exchanges[-1]
    assert (kept.method, kept.status, list(kept.body)) == ("users.info", 200, ["user"])
    assert kept.answer["user"]["name"] == "ada"
