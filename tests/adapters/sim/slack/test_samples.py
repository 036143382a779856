"""What the simulated Slack says, beside the keys that the real one was seen to send (java-slack-sdk's samples, MIT).

A sample holds every key ever seen, so ours are a part of it; the envelope and what a bridge reads must be there.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.sim.slack import SlackServer
from tests.adapters.sim.slack.conftest import Api, OpenSocket, Socket

SAMPLES = Path(__file__).parents[5] / "shared" / "reference" / "slack-samples"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="Slack's samples are not here")

FREE = {"blocks", "attachments", "metadata", "shares", "reactions", "prefs", "state"}
"""Parts that hold what apps and people put there, or that the samples only hint at."""

NEWER = {
    "context_team_id",
    "context_enterprise_id",
    "app_id",
    "avatar_base_url",
    "is_verified",
    "streaming_state",
}
"""Keys of later years than the samples, from Slack's documents."""

ENVELOPE = {
    "token",
    "team_id",
    "api_app_id",
    "event",
    "type",
    "event_id",
    "event_time",
    "authorizations",
    "is_ext_shared_channel",
    "event_context",
}


def sample(room: str, name: str) -> Any:
    return json.loads((SAMPLES / room / f"{name}.json").read_text())


def strange(ours: Any, known: Any, at: str = "") -> list[str]:
    """The paths of ours that the sample does not have."""
    if isinstance(ours, list):
        below = known[0] if isinstance(known, list) and known else {}
        return [path for each in ours for path in strange(each, below, f"{at}[]")]
    if not isinstance(ours, dict) or not isinstance(known, dict):
        return []
    found = [f"{at}.{key}" for key in ours if key not in known and key not in NEWER | FREE]
    for key, value in ours.items():
        if key in known and key not in FREE:
            found += strange(value, known[key], f"{at}.{key}")
    return found


async def event(socket: Socket, kind: str, subtype: str | None = None) -> Any:
    """The payload of the next event of this type."""
    while True:
        payload = (await socket.take())["payload"]
        told = payload["event"]
        if (told["type"], told.get("subtype")) == (kind, subtype):
            return payload


def fits(payload: Any, name: str, *needed: str) -> None:
    """Every key is one that Slack sends, and these are there."""
    assert strange(payload, sample("events", name)) == []
    assert payload.keys() >= ENVELOPE
    assert payload["event"].keys() >= set(needed)


MESSAGE = ("type", "user", "text", "ts", "channel", "event_ts", "channel_type", "team")


async def test_messages_and_mentions(slack: SlackServer, socket: OpenSocket) -> None:
    line = await socket()
    ada = slack.as_person("ada")
    root = ada.say("general", "look & see https://example.com", mention_bot=True)
    fits(await event(line, "message"), "MessagePayload", *MESSAGE, "client_msg_id", "blocks")
    fits(await event(line, "app_mention"), "AppMentionPayload", "user", "text", "ts", "channel", "team")
    ada.say("general", "yes", thread=root)
    payload = await event(line, "message")
    fits(payload, "MessagePayload", *MESSAGE, "thread_ts", "parent_user_id")
    assert payload["event"]["parent_user_id"] == ada.id


async def test_messages_of_bots(slack: SlackServer, socket: OpenSocket, api: Api) -> None:
    line = await socket()
    await api.post()
    fits(await event(line, "message"), "MessagePayload", *MESSAGE, "bot_id", "bot_profile")


async def test_edits_deletions_and_broadcasts(slack: SlackServer, socket: OpenSocket) -> None:
    line = await socket()
    ada = slack.as_person("ada")
    root = ada.say("general", "one")
    ada.edit(root, "two")
    fits(
        await event(line, "message", "message_changed"),
        "MessageChangedPayload",
        "message",
        "previous_message",
        "hidden",
    )
    reply = ada.say("general", "three", thread=root, broadcast=True)
    fits(await event(line, "message", "thread_broadcast"), "MessageThreadBroadcastPayload", "root")
    ada.delete(reply)
    fits(
        await event(line, "message", "message_deleted"),
        "MessageDeletedPayload",
        "deleted_ts",
        "previous_message",
    )


async def test_files(slack: SlackServer, socket: OpenSocket) -> None:
    line = await socket()
    slack.as_person("ada").say("general", "look", files=[("a.png", b"png")])
    payload = await event(line, "message", "file_share")
    fits(payload, "MessageFileSharePayload", "files", "upload", "display_as_bot")
    assert payload["event"]["files"][0].keys() >= {
        "id",
        "name",
        "mimetype",
        "size",
        "url_private",
        "url_private_download",
    }


async def test_joining_home_and_reactions(slack: SlackServer, socket: OpenSocket, api: Api) -> None:
    slack.world.app.events |= {"reaction_added", "channel_archive"}
    slack.world.tokens[slack.token].scopes += ("reactions:read",)
    line = await socket()
    ada = slack.as_person("ada")
    ada.open_home()
    fits(await event(line, "app_home_opened"), "AppHomeOpenedPayload", "user", "channel", "tab", "event_ts")
    view = {"type": "home", "blocks": [{"type": "divider"}]}
    await api.ok("views.publish", user_id=ada.id, view=view)
    ada.open_home()
    fits(await event(line, "app_home_opened"), "AppHomeOpenedPayload", "view")
    ada.react(ada.say("general", "well"), "eyes")
    fits(await event(line, "reaction_added"), "ReactionAddedPayload", "user", "item", "reaction", "item_user")
    ada.remove("lab")
    ada.invite("lab")
    fits(await event(line, "member_joined_channel"), "MemberJoinedChannelPayload", "user", "inviter")
    fits(await event(line, "message", "channel_join"), "MessageChannelJoinPayload", "user", "text")
    ada.archive("lab")
    fits(await event(line, "channel_archive"), "ChannelArchivePayload", "channel", "user")


async def test_uninstalling(slack: SlackServer, socket: OpenSocket) -> None:
    line = await socket()
    slack.as_person("ada").uninstall()
    fits(await event(line, "tokens_revoked"), "TokensRevokedPayload", "tokens")
    fits(await event(line, "app_uninstalled"), "AppUninstalledPayload")


async def test_answers_of_the_web_api(slack: SlackServer, api: Api) -> None:
    said = await api.post()
    channel = api.channel()
    asked: dict[str, dict[str, Any]] = {
        "auth.test": {},
        "chat.getPermalink": {"channel": channel, "message_ts": said.ts},
        "conversations.info": {"channel": channel},
        "users.info": {"user": slack.world.user("ada").id, "include_locale": True},
        "chat.postEphemeral": {"channel": channel, "user": slack.world.user("ada").id, "text": "psst"},
        "files.getUploadURLExternal": {"filename": "a.txt", "length": 1},
        "chat.delete": {"channel": channel, "ts": said.ts},
    }
    for method, args in asked.items():
        assert strange(await api.ok(method, **args), sample("api", method)) == [], method


async def test_an_uploaded_file(slack: SlackServer, api: Api) -> None:
    announced = await api.ok("files.getUploadURLExternal", filename="a.txt", length=1)
    await api.http.post(announced["upload_url"], content=b"a")
    files = [{"id": announced["file_id"], "title": "A"}]
    done = await api.ok("files.completeUploadExternal", files=files, channel_id=api.channel())
    assert strange(done, sample("api", "files.completeUploadExternal")) == []
