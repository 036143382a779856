"""What an operator is told of the app before it runs."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from adapters.slack import Options, Slack, application
from adapters.slack.manifest import SCOPES, manifest
from bridge.values.errors import ConfigError
from tests.adapters.slack.inbound import a_slack, options
from tests.adapters.slack.outbound import Time
from tests.adapters.slack.specs import SPECS


async def looked(slack: Any, **chosen: Any) -> list[tuple[bool, str]]:
    bot = Slack(clock=Time(), notify=lambda notice: None, specs=SPECS, options=options(slack, **chosen))
    try:
        return list(await bot.look())
    finally:
        await bot.close()


async def test_all_is_well() -> None:
    async with a_slack() as slack:
        assert await looked(slack) == [
            (True, "Slack accepts the bot token of the workspace Harbour."),
            (True, "Slack accepts the app-level token for Socket Mode."),
        ]


async def test_a_missing_scope_is_named_with_what_it_is_for() -> None:
    async with a_slack() as slack:
        slack.world.bot_token.scopes = tuple(scope for scope in SCOPES if scope != "files:read")

        problems = [said for good, said in await looked(slack) if not good]

        assert problems == [
            "The app lacks the scope files:read, so I can't read the files that come with a question. "
            "Add it under OAuth & Permissions, and install the app again."
        ]


async def test_a_wrong_bot_token_is_said() -> None:
    async with a_slack() as slack:
        with pytest.raises(ConfigError, match="does not accept the bot token"):
            await looked(slack, bot_token="xoxb-wrong")
        slack.world.violations.clear()


async def test_a_wrong_app_token_is_said() -> None:
    async with a_slack() as slack:
        found = await looked(slack, app_token=slack.token)
        slack.world.violations.clear()

        assert found[-1] == (False, "The app-level token is of the wrong kind: it has to begin with xapp-.")


async def test_an_outage_is_no_wrong_token() -> None:
    async with a_slack() as slack:
        slack.faults.refuse("internal_error", "apps.connections.open")
        assert (await looked(slack))[-1] == (False, "Slack does not open a socket (internal_error).")
        slack.faults.drop("apps.connections.open")
        assert "can't be reached" in (await looked(slack))[-1][1]


async def test_over_http_no_socket_is_opened_and_workspaces_may_install() -> None:
    async with a_slack() as slack:
        client = {"client_id": slack.client_id, "client_secret": slack.client_secret}

        found = await looked(slack, mode="http", public_url="https://bridge.example/", **client)

        assert found[-1] == (True, "Workspaces can install me at https://bridge.example/slack/install.")
        assert not any("Socket" in said for _, said in found)


async def test_a_configuration_token_that_opens_nothing_is_said() -> None:
    async with a_slack() as slack:
        slack.faults.refuse("invalid_auth", "apps.manifest.export")
        found = await looked(slack, config_token="xoxe-wrong")

        assert (
            False,
            "Slack does not show the app's settings to the configuration token (invalid_auth).",
        ) in found
        slack.faults.drop("bots.info")
        assert any(
            "settings can't be looked at" in said for _, said in await looked(slack, config_token="xoxe-1")
        )


def test_what_is_missing_to_begin_is_named() -> None:
    assert application.problems(Options()) == (application.NOBODY, application.SOCKETLESS)
    assert application.problems(Options(bot_token="x", mode="http")) == (application.UNSIGNED,)
    assert application.problems(Options(client_id="1", client_secret="2", app_token="3")) == ()


def changed(**parts: Any) -> dict[str, Any]:
    made = copy.deepcopy(manifest(SPECS))
    made["settings"] |= parts
    return made


def said(made: dict[str, Any], **chosen: Any) -> str:
    found = list(application.settings(made, Options(**chosen)))
    assert not any(good for good, _ in found)
    return " ".join(sentence for _, sentence in found)


def test_our_own_manifest_is_complete() -> None:
    assert said(manifest(SPECS)) == ""
    assert said(manifest(SPECS, http_url="https://bridge.example"), mode="http") == ""


def test_missing_subscriptions_are_named() -> None:
    events = manifest(SPECS)["settings"]["event_subscriptions"]["bot_events"]

    told = said(
        changed(event_subscriptions={"bot_events": [each for each in events if each != "message.groups"]})
    )

    assert told == (
        "The app does not subscribe to the event message.groups (follow-ups in private channels' threads). "
        "Add it under Event Subscriptions."
    )


def test_everything_else_that_does_not_fit_is_named() -> None:
    told = said({"features": {}, "settings": {"socket_mode_enabled": True}}, mode="http")

    assert "no command /poe" in told
    assert "Interactivity" in told
    assert "not declared as an agent" in told
    assert "Socket Mode has to be off for the mode http" in told
    assert "Socket Mode has to be on for the mode socket" in said(changed(socket_mode_enabled=False))
