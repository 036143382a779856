"""`poebridge check` against embedded servers: everything that can be missing is said in a sentence, and nothing is spent."""

from __future__ import annotations

import base64
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from adapters.store import door
from adapters.store.store import open_store
from adapters.web.health import Health, app, at
from bridge import config
from bridge.values.ids import PersonId, Platform, WorkspaceId
from bridge.values.installation import Installation
from bridge.wiring.checking import Finding, Verdict, check, live
from tests.cli.running import beside
from tests.plugins.whole import Whole, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Whole]:
    """Both servers; no bridge."""
    async with staged(tmp_path) as servers:
        yield servers


def nowhere() -> str:
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


async def looked(stage: Whole, **env: str) -> dict[Verdict, list[Finding]]:
    stage.env |= {f"POEBRIDGE_{name.upper()}": value for name, value in env.items()}
    findings = await check(stage.config())
    return {verdict: [each for each in findings if each.verdict is verdict] for verdict in Verdict}


async def test_where_all_is_well_every_part_says_so(stage: Whole):
    found = await looked(stage)

    assert found[Verdict.WARN] == found[Verdict.FAIL] == []
    assert [each.text for each in found[Verdict.OK]] == [
        "The database can be read and written.",
        "Poe accepts the key; the account has 1,000,000 points.",
        "Discord accepts the token; the bot is called poebridge.",
        "The bot is in 2 servers.",
    ]
    assert list(stage.poe.world.calls) == []


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Whole]:
    """All servers, Slack's too; no bridge."""
    async with staged(tmp_path, slack=True) as servers:
        yield servers


async def test_every_platform_that_is_set_up_is_looked_at(both: Whole):
    found = await looked(both)

    assert found[Verdict.WARN] == found[Verdict.FAIL] == []
    assert [each.text for each in found[Verdict.OK] if each.about == "slack"] == [
        "Slack accepts the bot token of the workspace Harbour.",
        "Slack accepts the app-level token for Socket Mode.",
    ]
    assert {each.about for each in found[Verdict.OK]} == {"store", "poe", "discord", "slack"}


async def test_a_wrong_token_of_slack_says_nothing_against_discord(both: Whole):
    (wrong,) = (await looked(both, slack__bot_token="xoxb-wrong"))[Verdict.FAIL]

    assert (wrong.about, "token" in wrong.text, "xoxb-wrong" in wrong.text) == ("slack", True, False)


async def test_a_scope_that_is_missing_is_a_warning_that_says_what_it_is_for(both: Whole):
    for token in both.slack.world.tokens.values():
        token.scopes = tuple(scope for scope in token.scopes if scope != "files:read")
    (missing,) = (await looked(both))[Verdict.WARN]

    assert missing.about == "slack"
    assert "files:read" in missing.text


async def test_tokens_that_no_key_opens_are_said(stage: Whole):
    keys = [base64.b64encode(sign * 32).decode() for sign in (b"1", b"2")]
    path = stage.folder / "poebridge.sqlite3"
    async with await open_store(f"sqlite:///{path}", secret_key=keys[0]) as store:
        await store.install(
            Installation(
                platform=Platform("slack"),
                workspace=WorkspaceId("T1"),
                name="Harbour",
                bot=PersonId("U0"),
                scopes=(),
                at=1.0,
                token="xoxb-harbour",
            )
        )
    (lost,) = (await looked(stage, store__secret_key=keys[1]))[Verdict.FAIL]

    assert lost.about == "store"
    assert "slack workspace T1 was sealed with a key that is not there any more" in lost.text


async def test_a_wrong_key_is_told_apart_from_the_rest(stage: Whole):
    (wrong,) = (await looked(stage, poe__key="sk-poe-wrong"))[Verdict.FAIL]

    assert (wrong.about, "key" in wrong.text, "wrong" in wrong.text) == ("poe", True, False)


async def test_a_wrong_token_is_told_apart_from_the_rest(stage: Whole):
    (wrong,) = (await looked(stage, discord__token="MTA.wrong.token"))[Verdict.FAIL]

    assert (wrong.about, "token" in wrong.text, "MTA" in wrong.text) == ("discord", True, False)


async def test_a_missing_intent_is_a_warning_that_says_where_to_switch_it_on(stage: Whole):
    stage.dc.world.rules.message_content_allowed = False
    found = await looked(stage)

    assert found[Verdict.FAIL] == []
    assert ["Message Content Intent" in each.text for each in found[Verdict.WARN]] == [True]


async def test_a_model_that_does_not_exist_is_named(stage: Whole):
    found = await looked(stage, answers__default_model="Claude-Haku-4.5")

    assert [each.about for each in found[Verdict.FAIL]] == ["models"]
    assert "Claude-Haku-4.5" in found[Verdict.FAIL][0].text


async def test_a_server_that_is_down_is_said_once_for_each(stage: Whole):
    gone = nowhere()
    found = await looked(stage, poe__base_url=f"{gone}/v1", poe__usage_url=gone, discord__api_url=gone)

    said = {each.about: each.text for each in found[Verdict.FAIL]}
    assert said["poe"].startswith("I can't reach Poe")
    assert said["discord"].startswith("Discord can't be reached")
    assert [each.about for each in found[Verdict.OK]] == ["store"]


async def test_a_database_of_another_program_is_left_alone(stage: Whole):
    (stage.folder / "poebridge.sqlite3").write_bytes(b"something else" * 100)
    found = await looked(stage)

    assert [each.about for each in found[Verdict.FAIL]] == ["store"]
    assert (stage.folder / "poebridge.sqlite3").read_bytes() == b"something else" * 100


async def test_a_database_others_may_read_is_a_warning_that_says_how_to_mend_it(stage: Whole):
    path = stage.folder / "poebridge.sqlite3"
    path.touch()
    path.chmod(0o644)
    found = await looked(stage)

    assert found[Verdict.FAIL] == []
    assert [(each.about, f"chmod 600 {path}" in each.text) for each in found[Verdict.WARN]] == [
        ("store", True)
    ]


async def test_a_key_others_may_read_is_a_warning_too(stage: Whole):
    key = stage.folder / "poebridge.sqlite3.key"
    key.write_text(base64.b64encode(b"k" * 32).decode())
    key.chmod(0o644)

    assert [f"chmod 600 {key}" in each.text for each in (await looked(stage))[Verdict.WARN]] == [True]


async def test_beside_a_running_bridge_its_database_is_no_trouble(stage: Whole):
    path = stage.folder / "poebridge.sqlite3"
    async with await open_store(f"sqlite:///{path}") as store, door.opened(store, door.beside(path)):
        found = await looked(stage)

    assert found[Verdict.FAIL] == []
    assert found[Verdict.OK][0].text == "A bridge is running with this database."


async def test_the_command_ends_with_the_worst_that_was_found(stage: Whole, tmp_path: Path):
    well = await beside(tmp_path, "check", **stage.environment())
    badly = await beside(tmp_path, "check", **stage.environment() | {"POEBRIDGE_POE__KEY": "sk-poe-wrong"})

    assert (well.code, badly.code) == (0, 1)
    assert all(line.startswith("ok    ") for line in well.out.splitlines())
    assert "FAIL  poe: " in badly.out


@pytest.mark.parametrize(
    ("health", "verdict", "text"),
    [
        (Health(hears=("Discord",)), Verdict.OK, "It runs and hears Discord."),
        (Health(hears=("Discord", "Slack")), Verdict.OK, "It runs and hears Discord and Slack."),
        (Health(problems=("One.", "Two.")), Verdict.FAIL, "One. Two."),
    ],
)
async def test_a_running_bridge_is_asked_how_it_is(health: Health, verdict: Verdict, text: str):
    async def look() -> Health:
        return health

    async with at(app(look), "127.0.0.1", 0) as port:
        found = await live(config.load(None, {"POEBRIDGE_WEB__PORT": str(port)}))

    assert (found.verdict, found.text) == (verdict, text)


async def test_a_stranger_at_the_bridge_s_port_is_not_taken_for_it():
    stranger = Starlette(routes=[Route("/readyz", lambda _: PlainTextResponse("hello"))])
    async with at(stranger, "127.0.0.1", 0) as port:
        found = await live(config.load(None, {"POEBRIDGE_WEB__PORT": str(port)}))

    assert found.verdict is Verdict.FAIL
    assert found.text.startswith("Something else than a bridge answers at ")
