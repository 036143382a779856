"""What the house is connected to, as its configuration says."""

from __future__ import annotations

import base64
from pathlib import Path

from bridge import config
from bridge.wiring import connections
from bridge.wiring.connections import chats
from bridge.wiring.system import SystemClock

DISCORD = {"DISCORD_TOKEN": "MTA.a.token"}
SLACK = {"SLACK_BOT_TOKEN": "xoxb-a-token", "SLACK_APP_TOKEN": "xapp-a-token"}
OAUTH = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "client-secret",
    "SLACK_SIGNING_SECRET": "signing-secret",
    "POEBRIDGE_SLACK__PUBLIC_URL": "https://bridge.example.org",
}


def named(env: dict[str, str]) -> list[str]:
    return list(chats(config.load(None, env), SystemClock()))


def test_every_platform_that_is_set_up_is_connected():
    assert named({}) == []
    assert named(DISCORD) == ["discord"]
    assert named(SLACK) == named(OAUTH) == ["slack"]
    assert named(DISCORD | SLACK) == ["discord", "slack"]


def test_every_secret_is_kept_out_of_the_log(tmp_path: Path):
    keys = [base64.b64encode(sign * 32).decode() for sign in (b"1", b"2")]
    env = {
        **DISCORD,
        **SLACK,
        **OAUTH,
        "POE_API_KEY": "sk-poe",
        "SLACK_CONFIG_TOKEN": "xoxe-config",
        "POEBRIDGE_STORE__SECRET_KEY": ",".join(keys),
        "POEBRIDGE_STORE__URL": "postgresql://bridge:hunter2@db/points",
    }
    public = ("1.2", "https://bridge.example.org", env["POEBRIDGE_STORE__URL"], ",".join(keys))
    hidden = {value for value in env.values() if value not in public} | {"hunter2", *keys}

    assert hidden <= set(connections.secrets(config.load(None, env)))
