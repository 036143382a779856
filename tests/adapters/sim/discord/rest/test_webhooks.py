"""What follows the first answer: follow-ups, edits, the life of a token."""

from pathlib import PurePath

import httpx
import pytest

from adapters.sim.discord import DiscordServer, Interaction

PLAIN = {"name": "ping", "description": "Ping"}


@pytest.fixture
async def asked(dc: DiscordServer, http: httpx.AsyncClient) -> Interaction:
    """A slash command, deferred."""
    await http.put(f"/applications/{dc.world.application_id}/commands", json=[PLAIN])
    asked = dc.as_person("ada").slash("ping")
    await http.post(f"/interactions/{asked.id}/{asked.token}/callback", json={"type": 5})
    return asked


def hook(dc: DiscordServer, asked: Interaction) -> str:
    return f"/webhooks/{dc.world.application_id}/{asked.token}"


async def test_the_first_follow_up_after_a_deferral_fills_in_the_waiting_message(
    dc: DiscordServer, http: httpx.AsyncClient, asked: Interaction
) -> None:
    first = (await http.post(hook(dc, asked), json={"content": "one", "flags": 64})).json()
    second = (await http.post(hook(dc, asked), json={"content": "two", "flags": 64})).json()
    assert asked.original is not None
    assert first["id"] == str(asked.original.id)
    assert not asked.original.ephemeral
    assert second["flags"] & 64
    assert second["message_reference"]["message_id"] == first["id"]


async def test_follow_ups_can_be_read_changed_and_deleted(
    dc: DiscordServer, http: httpx.AsyncClient, asked: Interaction
) -> None:
    dc.limits.enabled = False
    await http.patch(f"{hook(dc, asked)}/messages/@original", json={"content": "done"})
    sent = (await http.post(hook(dc, asked), json={"content": "more"})).json()
    path = f"{hook(dc, asked)}/messages/{sent['id']}"
    assert (await http.patch(path, json={"content": "more and more"})).json()["content"] == "more and more"
    assert (await http.get(path)).json()["edited_timestamp"] is not None
    assert (await http.delete(path)).status_code == 204
    assert (await http.get(path)).json()["code"] == 10008
    assert (await http.delete(f"{hook(dc, asked)}/messages/@original")).status_code == 204
    assert (await http.get(f"{hook(dc, asked)}/messages/@original")).json()["code"] == 10008


async def test_two_thousand_characters_hold_here_too(
    dc: DiscordServer, http: httpx.AsyncClient, asked: Interaction
) -> None:
    refused = await http.patch(f"{hook(dc, asked)}/messages/@original", json={"content": "x" * 2001})
    assert refused.json()["errors"]["content"]["_errors"][0]["code"] == "BASE_TYPE_MAX_LENGTH"


async def test_a_token_dies_after_its_time(
    dc: DiscordServer, http: httpx.AsyncClient, asked: Interaction
) -> None:
    dc.world.rules.token_seconds = 0.0
    late = await http.patch(f"{hook(dc, asked)}/messages/@original", json={"content": "late"})
    assert (late.status_code, late.json()["code"]) == (401, 50027)


async def test_an_unknown_or_unanswered_token_is_an_unknown_webhook(
    dc: DiscordServer, http: httpx.AsyncClient, asked: Interaction
) -> None:
    waiting = dc.as_person("ben").slash("ping")
    for path in (
        hook(dc, waiting),
        f"/webhooks/{dc.world.application_id}/nope",
        f"/webhooks/1/{asked.token}",
    ):
        response = await http.post(path, json={"content": "x"})
        assert (response.status_code, response.json()["code"]) == (404, 10015), PurePath(path).name


async def test_its_limit_is_its_own(dc: DiscordServer, http: httpx.AsyncClient, asked: Interaction) -> None:
    path = f"{hook(dc, asked)}/messages/@original"
    codes = [(await http.patch(path, json={"content": str(n)})).status_code for n in range(6)]
    assert codes == [200] * 5 + [429]
    spoken = await http.post(f"/channels/{asked.channel_id}/messages", json={"content": "free"})
    assert spoken.status_code == 200


async def test_files_come_with_a_follow_up_and_can_be_kept_or_dropped_by_an_edit(
    dc: DiscordServer, http: httpx.AsyncClient, asked: Interaction
) -> None:
    path = f"{hook(dc, asked)}/messages/@original"
    files = {"files[0]": ("a.txt", b"one"), "files[1]": ("b b.txt", b"two")}
    told = '{"attachments": [{"id": "0", "description": "first"}, {"id": "1"}]}'
    sent = (await http.patch(path, data={"payload_json": told}, files=files)).json()
    assert [a["filename"] for a in sent["attachments"]] == ["a.txt", "b_b.txt"]
    assert sent["attachments"][0]["description"] == "first"
    kept = (await http.patch(path, json={"attachments": [{"id": sent["attachments"][1]["id"]}]})).json()
    assert [a["filename"] for a in kept["attachments"]] == ["b_b.txt"]
    gone = await http.patch(path, json={"attachments": []})
    assert gone.json()["code"] == 50006
