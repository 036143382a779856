"""The manifest: valid by Slack's own schema, and no more than is used."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from adapters.slack.manifest import EVENTS, SCOPES, manifest
from bridge.commands import SPECS as ALL_COMMANDS
from tests.adapters.slack.specs import SPECS

SCHEMA = Path(__file__).parents[4] / "shared" / "reference" / "slack-manifest.schema.2.0.0.json"
ROOM = Path(__file__).parents[3] / "adapters" / "slack"
PROMPTS = (
    "What can you do?",
    "Explain this code to me, line by line, as you would to somebody new",
    "c",
    "d",
    "e",
)


@pytest.fixture(params=[None, "https://bridge.example/"], ids=["socket", "http"])
def made(request: pytest.FixtureRequest) -> dict[str, Any]:
    return manifest(ALL_COMMANDS, http_url=request.param, suggested_prompts=PROMPTS)


def test_slack_accepts_it(made: dict[str, Any]) -> None:
    if not SCHEMA.exists():
        pytest.skip("Slack's manifest schema is not at hand")

    jsonschema.validate(made, json.loads(SCHEMA.read_text()))


def test_over_sockets_it_has_no_address() -> None:
    made = manifest(SPECS)

    assert made["settings"]["socket_mode_enabled"] is True
    assert "http" not in json.dumps(made)
    assert "suggested_prompts" not in made["features"]["agent_view"]


def test_over_http_every_address_is_below_one_room() -> None:
    made = manifest(SPECS, http_url="https://bridge.example/")

    addresses = set(re.findall(r'https://[^"]*', json.dumps(made)))
    assert made["settings"]["socket_mode_enabled"] is False
    assert addresses == {
        f"https://bridge.example/slack/{each}"
        for each in ("events", "interactions", "commands", "oauth_redirect")
    }
    assert made["oauth_config"]["redirect_urls"] == ["https://bridge.example/slack/oauth_redirect"]


def test_workspaces_can_install_what_listens_over_sockets() -> None:
    made = manifest(SPECS, public_url="https://bridge.example/")

    assert made["settings"]["socket_mode_enabled"] is True
    assert set(re.findall(r'https://[^"]*', json.dumps(made))) == {
        "https://bridge.example/slack/oauth_redirect"
    }


def test_people_are_shown_what_there_is(made: dict[str, Any]) -> None:
    features = made["features"]

    assert features["slash_commands"][0]["usage_hint"].startswith("[ask | new | stop")
    assert features["slash_commands"][0]["should_escape"] is True
    assert [(one["name"], one["type"]) for one in features["shortcuts"]] == [("Ask about this", "message")]
    prompts = features["agent_view"]["suggested_prompts"]
    assert len(prompts) == 4
    assert prompts[1]["message"] == PROMPTS[1]
    assert len(prompts[1]["title"]) == 40


def test_without_a_message_menu_there_is_no_shortcut() -> None:
    assert "shortcuts" not in manifest([spec for spec in SPECS if not spec.about_message])["features"]


def test_events_and_scopes_come_from_the_tables(made: dict[str, Any]) -> None:
    assert made["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert made["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)


def test_every_event_asked_for_is_heard_by_some_line() -> None:
    source = "\n".join(path.read_text() for path in ROOM.glob("*.py") if path.name != "manifest.py")

    assert [event for event in EVENTS if f'"{event.partition(".")[0]}"' not in source] == []
