"""What the app declares is what works."""

import json
from pathlib import Path

import jsonschema
import pytest

from adapters.sim.slack import SlackServer, usual
from tests.adapters.sim.slack.conftest import Api

SCHEMA = Path(__file__).parents[5] / "shared" / "reference" / "slack-manifest.schema.2.0.0.json"


@pytest.mark.skipif(not SCHEMA.exists(), reason="Slack's manifest schema is not here")
def test_the_usual_manifest_is_one() -> None:
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text())).validate(usual())


async def test_a_manifest_gives_its_scopes_to_the_tokens(slack: SlackServer, api: Api) -> None:
    manifest = usual()
    manifest["oauth_config"]["scopes"]["bot"] = ["chat:write"]
    slack.apply_manifest(manifest)
    await api.post()
    assert await api.error("users.list") == "missing_scope"


async def test_a_manifest_says_which_commands_shortcuts_and_pages_there_are(slack: SlackServer) -> None:
    manifest = usual()
    manifest["features"] = {"slash_commands": [{"command": "/other", "description": "x"}]}
    manifest["settings"] = {"socket_mode_enabled": False}
    slack.apply_manifest(manifest)
    app = slack.world.app
    assert (app.commands, app.shortcuts, app.events) == ({"/other"}, {}, frozenset())
    assert (app.socket_mode, app.interactive, app.agent, app.home_tab, app.messages_tab) == (False,) * 5
