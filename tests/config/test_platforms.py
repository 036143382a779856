"""Which platforms are set up, and what is said of one that is set up by half."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from bridge.config import TO_RUN, load
from bridge.config.platforms import NONE
from tests.config.reading import problems, written

KEY = {"POE_API_KEY": "sk-poe-x"}
BOT, APP = {"SLACK_BOT_TOKEN": "xoxb-1"}, {"SLACK_APP_TOKEN": "xapp-1"}
SIGNED = {"SLACK_SIGNING_SECRET": "8f74"}
CLIENT = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}
PUBLIC = {"POEBRIDGE_SLACK__PUBLIC_URL": "https://bridge.example.org/"}
POSTGRES = {"POEBRIDGE_STORE__URL": "postgresql://bridge@db/points"}


@pytest.mark.parametrize(
    ("env", "way"),
    [
        (BOT | APP, "socket"),
        (BOT | SIGNED, "http"),
        (BOT | APP | SIGNED, "socket"),
        (BOT | APP | SIGNED | {"POEBRIDGE_SLACK__MODE": "http"}, "http"),
        (APP | CLIENT | PUBLIC, "socket"),
        (SIGNED | CLIENT | PUBLIC, "http"),
    ],
)
def test_how_events_come_follows_from_what_is_given(env: dict[str, str], way: str) -> None:
    assert load(None, KEY | env, needs=TO_RUN).slack.way == way


@pytest.mark.parametrize(
    ("env", "keys"),
    [
        (APP, ["[slack] bot_token"]),
        (BOT, ["[slack] app_token"]),
        (BOT | SIGNED | {"POEBRIDGE_SLACK__MODE": "socket"}, ["[slack] app_token"]),
        (BOT | APP | {"POEBRIDGE_SLACK__MODE": "http"}, ["[slack] signing_secret"]),
        (APP | {"SLACK_CLIENT_ID": "1.2"}, ["[slack] client_secret", "[slack] public_url"]),
        (APP | {"SLACK_CLIENT_SECRET": "s"}, ["[slack] client_id"]),
        (APP | CLIENT, ["[slack] public_url"]),
        (APP | CLIENT | PUBLIC | POSTGRES, ["[store] secret_key"]),
        (SIGNED | CLIENT, ["[slack] public_url"]),
    ],
)
def test_what_is_missing_of_slack_is_named_with_all_that_is_missing(
    env: dict[str, str], keys: list[str]
) -> None:
    told = problems(None, KEY | env, needs=TO_RUN)

    assert [each.partition(": is missing")[0] for each in told] == keys


def test_a_key_that_is_given_seals_on_postgresql() -> None:
    key = {"POEBRIDGE_STORE__SECRET_KEY": base64.b64encode(b"k" * 32).decode()}

    assert load(None, APP | CLIENT | PUBLIC | POSTGRES | key).store.secret_key is not None


def test_some_platform_or_other_has_to_be_there() -> None:
    assert problems(None, KEY, needs=TO_RUN) == (NONE,)
    assert load(None, KEY | {"DISCORD_TOKEN": "a.b"}, needs=TO_RUN).slack.bot_token is None
    assert load(None, KEY | BOT | APP, needs=TO_RUN).discord.token is None


def test_what_is_missing_in_a_file_is_told_with_what_is_wrong_in_it(tmp_path: Path) -> None:
    path = written(tmp_path, '[slack]\nbot_token = "xoxb-1"\n[answers]\ndefault_preset = "cod"\n')

    told = problems(path, KEY)

    assert len(told) == 2
    assert told[0].startswith("poebridge.toml line 1: [slack] app_token: is missing: set SLACK_APP_TOKEN")


@pytest.mark.parametrize(
    ("env", "home"),
    [
        ({"DISCORD_TOKEN": "a.b", "POEBRIDGE_DISCORD__GUILDS": "7"}, {"7"}),
        (BOT | APP | {"POEBRIDGE_SLACK__WORKSPACES": "slack:T1, T2"}, {"T1", "T2"}),
        (BOT | APP | {"DISCORD_TOKEN": "a.b", "POEBRIDGE_DISCORD__GUILDS": "7"}, set()),
        (
            BOT
            | APP
            | {
                "DISCORD_TOKEN": "a.b",
                "POEBRIDGE_DISCORD__GUILDS": "7",
                "POEBRIDGE_SLACK__WORKSPACES": "T1",
            },
            {"7", "T1"},
        ),
        (BOT | APP, set()),
    ],
)
def test_the_bridge_serves_few_only_where_every_platform_is_limited(
    env: dict[str, str], home: set[str]
) -> None:
    assert load(None, env).settings.home_workspaces == home
