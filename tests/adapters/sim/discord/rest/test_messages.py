"""Messages over plain HTTP: what is accepted, what is refused and with which code."""

from typing import Any

import httpx
import pytest

from adapters.sim.discord import DiscordServer


def messages(dc: DiscordServer, place: Any = "general") -> str:
    return f"/channels/{dc.world.channel(place).id}/messages"


def fault(response: httpx.Response) -> tuple[int, int]:
    """Status and Discord's code of a refusal."""
    return response.status_code, response.json()["code"]


def words(response: httpx.Response, path: str) -> str:
    """The code word at a dotted path of a 50035."""
    assert fault(response) == (400, 50035)
    at = response.json()["errors"]
    for part in path.split("."):
        at = at[part]
    return str(at["_errors"][0]["code"])


async def test_two_thousand_code_points_fit_and_one_more_does_not(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    fits = await http.post(messages(dc), json={"content": "🌊" * 2000})
    assert fits.status_code == 200
    too_long = await http.post(messages(dc), json={"content": "🌊" * 2001})
    assert words(too_long, "content") == "BASE_TYPE_MAX_LENGTH"


async def test_an_empty_message_is_refused(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    for body in ({}, {"content": " \n"}, {"content": None}):
        assert fault(await http.post(messages(dc), json=body)) == (400, 50006)
    said = (await http.post(messages(dc), json={"content": "x"})).json()
    assert fault(await http.patch(f"{messages(dc)}/{said['id']}", json={"content": ""})) == (400, 50006)


async def test_unknown_places_and_messages_have_their_codes(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    assert fault(await http.post("/channels/1/messages", json={"content": "x"})) == (404, 10003)
    assert fault(await http.get(f"{messages(dc)}/1")) == (404, 10008)
    assert fault(await http.delete(f"{messages(dc)}/1")) == (404, 10008)
    assert words(await http.get("/channels/abc"), "channel_id") == "NUMBER_TYPE_COERCE"


async def test_rights_taken_away_are_missed_with_their_codes(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    dc.world.deny("help", "view_channel")
    assert fault(await http.post(messages(dc, "help"), json={"content": "x"})) == (403, 50001)
    dc.world.deny("lab", "send_messages")
    assert fault(await http.post(messages(dc, "lab"), json={"content": "x"})) == (403, 50013)
    dc.world.deny("general", "attach_files")
    sent = await http.post(messages(dc), data={"payload_json": "{}"}, files={"files[0]": ("a.txt", b"x")})
    assert fault(sent) == (403, 50013)
    dc.world.allow("lab", "send_messages")
    assert (await http.post(messages(dc, "lab"), json={"content": "x"})).status_code == 200


async def test_somebody_elses_message_cannot_be_edited_or_deleted(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    said = dc.as_person("ada").say("general", "mine")
    assert fault(await http.patch(f"{messages(dc)}/{said.id}", json={"content": "x"})) == (403, 50005)
    assert fault(await http.delete(f"{messages(dc)}/{said.id}")) == (403, 50013)
    dc.world.allow("general", "manage_messages")
    assert (await http.delete(f"{messages(dc)}/{said.id}")).status_code == 204
    assert said.deleted


async def test_a_reply_to_nothing_is_refused_unless_it_may_go_alone(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    body: dict[str, Any] = {"content": "x", "message_reference": {"message_id": "1"}}
    assert words(await http.post(messages(dc), json=body), "message_reference") == "REPLIES_UNKNOWN_MESSAGE"
    body["message_reference"]["fail_if_not_exists"] = False
    assert (await http.post(messages(dc), json=body)).json()["type"] == 0


async def test_the_same_nonce_makes_one_message_only_where_enforced(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    body = {"content": "once", "nonce": "turn-7-0", "enforce_nonce": True}
    first, second = (
        (await http.post(messages(dc), json=body)).json(),
        (await http.post(messages(dc), json=body | {"content": "twice"})).json(),
    )
    assert first["id"] == second["id"]
    assert second["content"] == "once"
    other = (await http.post(messages(dc), json=body | {"enforce_nonce": False})).json()
    assert other["id"] != first["id"]
    dc.world.rules.nonce_seconds = 0
    late = (await http.post(messages(dc), json=body)).json()
    assert late["id"] not in (first["id"], other["id"])
    assert words(await http.post(messages(dc), json={"content": "x", "nonce": "n" * 26}), "nonce")


async def test_mentions_ring_as_allowed_and_edits_read_them_anew(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    ada, ben = dc.as_person("ada"), dc.as_person("ben")
    asked = ada.say("general", "hello")
    text = f"{ben.mention} @everyone"
    body = {"content": text, "message_reference": {"message_id": str(asked.id)}}
    quiet = (await http.post(messages(dc), json=body | {"allowed_mentions": {"parse": []}})).json()
    assert quiet["mentions"] == []
    loud = (await http.post(messages(dc), json=body)).json()
    assert {u["username"] for u in loud["mentions"]} == {"ada", "ben"}
    assert loud["mention_everyone"] is False  # the bot may not ring for everyone
    await http.patch(f"{messages(dc)}/{quiet['id']}", json={"content": text + "!"})
    assert [bool(v.pings) for v in dc.world.messages[int(quiet["id"])].versions] == [False, True]
    both = {"parse": ["users"], "users": [str(ben.id)]}
    refused = await http.post(messages(dc), json={"content": "x", "allowed_mentions": both})
    assert words(refused, "allowed_mentions") == "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"


async def test_code_rings_for_nobody(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    text = f"`{dc.as_person('ben').mention}`"
    assert (await http.post(messages(dc), json={"content": text})).json()["mentions"] == []


async def test_a_suppressed_preview_comes_back_with_an_edit_that_sends_flags_without_it(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    body = {"content": "https://example.com", "flags": 4}
    sent = (await http.post(messages(dc), json=body)).json()
    said, path = dc.world.messages[int(sent["id"])], f"{messages(dc)}/{sent['id']}"
    await http.patch(path, json={"content": "https://example.com now"})
    assert said.shown_embeds == []
    await http.patch(path, json={"content": "https://example.com then", "flags": 0})
    assert [e["url"] for e in said.shown_embeds] == ["https://example.com"]
    await http.patch(path, json={"flags": 4})
    assert said.shown_embeds == []


async def test_history_is_listed_newest_first_and_by_window(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    said = [dc.as_person("ada").say("general", str(n)) for n in range(6)]

    async def listed(**query: Any) -> list[str]:
        return [m["content"] for m in (await http.get(messages(dc), params=query)).json()]

    assert await listed(limit=2) == ["5", "4"]
    assert await listed(before=said[2].id, limit=50) == ["1", "0"]
    assert await listed(after=said[3].id, limit=1) == ["4"]
    assert await listed(around=said[3].id, limit=3) == ["4", "3", "2"]
    assert words(await http.get(messages(dc), params={"limit": 101}), "limit") == "NUMBER_TYPE_MAX"
    dc.world.deny("general", "read_message_history")
    assert await listed() == []


async def test_without_the_portals_consent_http_hides_content_too(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    said = dc.as_person("ada").say("general", "private")
    assert (await http.get(f"{messages(dc)}/{said.id}")).json()["content"] == "private"
    dc.world.rules.message_content_allowed = False
    assert (await http.get(f"{messages(dc)}/{said.id}")).json()["content"] == ""


async def test_messages_of_yesterday_can_be_edited_only_a_few_times(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    sent = (await http.post(messages(dc), json={"content": "old"})).json()
    dc.world.rules.old_message_seconds = 0
    dc.limits.enabled = False
    answers = [await http.patch(f"{messages(dc)}/{sent['id']}", json={"content": str(n)}) for n in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert fault(answers[-1]) == (429, 30046)


async def test_reactions_come_and_go(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    said = dc.as_person("ada").say("general", "look")
    path = f"{messages(dc)}/{said.id}/reactions"
    assert (await http.put(f"{path}/👀/@me")).status_code == 204
    assert (await http.get(f"{messages(dc)}/{said.id}")).json()["reactions"][0]["me"] is True
    assert (await http.delete(f"{path}/👀/@me")).status_code == 204
    assert said.reactions == []
    assert fault(await http.put(f"{path}/eyes/@me")) == (400, 10014)


async def test_a_message_cannot_be_sent_to_somebody_who_takes_none(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    dc.world.user("cleo").accepts_dms = False
    opened = await http.post("/users/@me/channels", json={"recipient_id": str(dc.as_person("cleo").id)})
    refused = await http.post(f"/channels/{opened.json()['id']}/messages", json={"content": "hi"})
    assert fault(refused) == (403, 50007)


@pytest.mark.parametrize(
    ("body", "path", "word"),
    [
        ({"embeds": [{"title": "t" * 257}]}, "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"description": "d" * 3500}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
        ({"embeds": [{"title": "t"}] * 11}, "embeds", "BASE_TYPE_MAX_LENGTH"),
        ({"components": [{"type": 1, "components": []}] * 6}, "components", "BASE_TYPE_BAD_LENGTH"),
        ({"components": [{"type": 2, "style": 1}]}, "components.0.type", "BASE_TYPE_CHOICES"),
        (
            {"flags": 1 << 15, "content": "x"},
            "content",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
        (
            {"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 4001}]},
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
        ),
    ],
)
async def test_a_body_out_of_bounds_names_the_field(
    dc: DiscordServer, http: httpx.AsyncClient, body: dict[str, Any], path: str, word: str
) -> None:
    assert words(await http.post(messages(dc), json=body), path) == word


async def test_buttons_need_ids_of_their_own(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    button = {"type": 2, "style": 1, "label": "a", "custom_id": "same"}
    twice = {"components": [{"type": 1, "components": [button, button]}]}
    refused = await http.post(messages(dc), json={"content": "x"} | twice)
    assert words(refused, "components.custom_id") == "COMPONENT_CUSTOM_ID_DUPLICATED"


async def test_what_is_said_in_an_archived_thread_wakes_it_but_edits_do_not(
    dc: DiscordServer, http: httpx.AsyncClient
) -> None:
    thread = dc.as_person("ada").start_thread("plans")
    sent = (await http.post(messages(dc, thread), json={"content": "x"})).json()
    assert (await http.patch(f"/channels/{thread.id}", json={"archived": True})).status_code == 403
    thread.archived = True
    refused = await http.patch(f"{messages(dc, thread)}/{sent['id']}", json={"content": "y"})
    assert fault(refused) == (400, 50083)
    assert (await http.post(messages(dc, thread), json={"content": "z"})).status_code == 200
    assert thread.archived is False
