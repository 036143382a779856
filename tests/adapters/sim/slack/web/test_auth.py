"""Installing in a workspace by OAuth, and being taken out again."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from adapters.sim.slack import Refused, SlackServer
from tests.adapters.sim.slack.conftest import Api, OpenSocket

BACK = "http://127.0.0.1:9/slack/oauth_redirect"


def address(slack: SlackServer, **changed: str) -> str:
    query = {
        "client_id": slack.client_id,
        "scope": "chat:write,commands",
        "state": "s1",
        "redirect_uri": BACK,
    }
    return f"{slack.base_url}/oauth/v2/authorize?{urlencode(query | changed)}"


def client(slack: SlackServer) -> dict[str, Any]:
    return {"client_id": slack.client_id, "client_secret": slack.client_secret}


async def test_a_person_allows_the_app_and_the_code_becomes_a_token(slack: SlackServer, api: Api) -> None:
    page = await api.http.get(address(slack))
    assert "Allow in Lighthouse as Dora" in page.text
    dora = slack.world.user("dora")
    sent = await api.http.post(address(slack), data={"user": dora.id})
    assert sent.status_code == 302
    back = parse_qs(urlsplit(sent.headers["location"]).query)
    assert back["state"] == ["s1"]
    asked = {**client(slack), "code": back["code"][0], "redirect_uri": BACK}
    got = await api.ok("oauth.v2.access", **asked)
    assert (got["team"]["name"], got["scope"], got["authed_user"]["id"]) == (
        "Lighthouse",
        "chat:write,commands",
        dora.id,
    )
    api.token = got["access_token"]
    assert (await api.ok("auth.test"))["user_id"] == got["bot_user_id"]
    assert await api.error("oauth.v2.access", **asked) == "code_already_used"


async def test_a_code_is_for_the_app_and_the_address_it_was_given_to(slack: SlackServer, api: Api) -> None:
    where = slack.as_person("dora").authorize(address(slack))
    code = parse_qs(urlsplit(where).query)["code"][0]
    asked = {**client(slack), "code": code, "redirect_uri": BACK}
    wrong = {
        "bad_redirect_uri": {"redirect_uri": "http://elsewhere"},
        "bad_client_secret": {"client_secret": "x"},
        "invalid_client_id": {"client_id": "x"},
        "invalid_code": {"code": "x"},
    }
    for error, changed in wrong.items():
        assert await api.error("oauth.v2.access", **asked | changed) == error
    await api.ok("oauth.v2.access", **asked)


async def test_a_wrong_address_is_refused_and_a_person_may_say_no(slack: SlackServer, api: Api) -> None:
    dora = slack.as_person("dora")
    for changed in ({"client_id": "x"}, {"scope": ""}, {"scope": "admin"}):
        with pytest.raises(Refused):
            dora.authorize(address(slack, **changed))
        assert "Something went wrong" in (await api.http.get(address(slack, **changed))).text
    slack.world.app.redirect_urls = ("https://example.com/back",)
    with pytest.raises(Refused, match="redirect_uri"):
        dora.authorize(address(slack))
    slack.world.app.redirect_urls = ()
    with pytest.raises(Refused, match="admin"):
        slack.as_person("finn").authorize(address(slack))
    denied = await api.http.post(address(slack), data={"user": ""})
    assert "error=access_denied" in denied.headers["location"]


async def test_an_app_that_is_taken_out_hears_of_it(slack: SlackServer, api: Api, socket: OpenSocket) -> None:
    line = await socket()
    await api.ok("apps.uninstall", **client(slack))
    kinds = [(await line.take())["payload"]["event"]["type"] for _ in range(2)]
    assert sorted(kinds) == ["app_uninstalled", "tokens_revoked"]
    assert await api.error("auth.test") == "account_inactive"
    with pytest.raises(Refused):
        slack.as_person("ada").slash("general", "/poe", "hello")


async def test_an_app_without_socket_mode_gets_no_socket(slack: SlackServer, api: Api) -> None:
    api.token = slack.app_token
    await api.ok("apps.connections.open")
    slack.faults.turn_off()
    assert await api.error("apps.connections.open") == "access_denied"
