"""Which events the app hears: what it subscribed to, what its scopes allow, where it is."""

from typing import Any

from adapters.sim.slack import SlackServer, usual
from tests.adapters.sim.slack.conftest import Api, OpenSocket, Socket


async def next_event(line: Socket) -> dict[str, Any]:
    event: dict[str, Any] = (await line.take())["payload"]["event"]
    return event


async def heard(slack: SlackServer, line: Socket) -> list[str]:
    """The types of everything so far, up to a mark that is always heard."""
    slack.as_person("cleo").open_home()
    kinds: list[str] = []
    while (event := await next_event(line))["type"] != "app_home_opened":
        kinds.append(event["type"])
    return kinds


async def test_a_mention_is_heard_as_a_mention_and_as_a_message(
    slack: SlackServer, socket: OpenSocket
) -> None:
    line = await socket()
    said = slack.as_person("ada").say("general", "hello", mention_bot=True)
    first, second = await next_event(line), await next_event(line)
    assert [first["type"], second["type"]] == ["message", "app_mention"]
    assert first["ts"] == second["ts"] == said.ts


async def test_a_direct_message_is_no_mention(slack: SlackServer, socket: OpenSocket) -> None:
    line = await socket()
    slack.as_person("ada").say("dm", "hello", mention_bot=True)
    assert (await next_event(line))["channel_type"] == "im"
    assert await heard(slack, line) == []


async def test_what_is_not_subscribed_or_not_scoped_is_not_heard(
    slack: SlackServer, socket: OpenSocket
) -> None:
    manifest = usual()
    manifest["settings"]["event_subscriptions"]["bot_events"] = [
        "app_home_opened",
        "app_mention",
        "message.im",
    ]
    manifest["oauth_config"]["scopes"]["bot"].remove("im:history")
    slack.apply_manifest(manifest)
    line, ada = await socket(), slack.as_person("ada")
    ada.say("general", "not subscribed")
    ada.say("dm", "not scoped")
    ada.say("general", "both", mention_bot=True)
    assert await heard(slack, line) == ["app_mention"]


async def test_where_the_app_is_not_it_hears_nothing(slack: SlackServer, socket: OpenSocket) -> None:
    line, ada = await socket(), slack.as_person("ada")
    slack.world.add_channel("away", ["ada"])
    ada.say("away", f"{slack.world.bot.mention} hello")
    assert await heard(slack, line) == []
    ada.invite("away")
    ada.say("away", "hello")
    assert await heard(slack, line) == ["member_joined_channel", "message", "message"]


async def test_groups_and_private_channels_have_their_own_kind(
    slack: SlackServer, socket: OpenSocket
) -> None:
    line, ada = await socket(), slack.as_person("ada")
    slack.world.add_channel("hidden", private=True)
    ada.say("hidden", "one")
    ada.say(ada.open_group("ben"), "two", mention_bot=True)
    kinds = [((event := await next_event(line))["type"], event.get("channel_type")) for _ in range(3)]
    assert kinds == [("message", "group"), ("message", "mpim"), ("app_mention", None)]


async def test_what_people_type_is_escaped_and_taken_apart(slack: SlackServer, socket: OpenSocket) -> None:
    line, ada = await socket(), slack.as_person("ada")
    ben, general = slack.world.user("ben"), slack.world.channel("general")
    ada.say("general", f"{ben.mention} 1 < 2 & see https://example.com in {general.mention}")
    event = await next_event(line)
    assert event["text"] == f"{ben.mention} 1 &lt; 2 &amp; see <https://example.com> in {general.mention}"
    kinds = [element["type"] for element in event["blocks"][0]["elements"][0]["elements"]]
    assert kinds == ["user", "text", "link", "text", "channel"]


async def test_own_messages_are_heard_too(slack: SlackServer, api: Api, socket: OpenSocket) -> None:
    line = await socket()
    await api.post()
    assert (await next_event(line))["bot_id"] == slack.world.bot.bot_id


async def test_another_bot_may_mention_the_app(slack: SlackServer, socket: OpenSocket) -> None:
    line, robo = await socket(), slack.as_person("robo")
    robo.say("general", "hello", mention_bot=True)
    events = [await next_event(line), await next_event(line)]
    assert {event["bot_id"] for event in events} == {robo.user.bot_id}


async def test_the_app_hears_which_tab_is_opened_and_what_is_looked_at(
    slack: SlackServer, socket: OpenSocket
) -> None:
    line, ada = await socket(), slack.as_person("ada")
    ada.open_messages()
    ada.look_at({"type": "slack#/types/channel_id", "value": slack.world.channel("help").id})
    opened, looked = await next_event(line), await next_event(line)
    assert (opened["tab"], opened["channel"]) == ("messages", ada.dm.id)
    assert looked["type"] == "app_context_changed"


async def test_a_session_with_another_title_is_heard_of(
    slack: SlackServer, api: Api, socket: OpenSocket
) -> None:
    line, ada = await socket(), slack.as_person("ada")
    asked = ada.say("dm", "count")
    place = {"channel_id": asked.channel_id, "thread_ts": asked.ts}
    await api.ok("agents.sessions.setStatus", **place, status="active", title="Sums")
    ada.rename(asked, "Counting")
    await next_event(line)
    event = await next_event(line)
    assert event["type"] == "agent_session_title_changed"
    assert (event["title"], event["previous_title"]) == ("Counting", "Sums")


async def test_every_event_is_in_the_envelope_of_its_workspace(
    slack: SlackServer, socket: OpenSocket
) -> None:
    slack.install("Lighthouse", "dora")
    slack.as_person("dora").invite("lobby")
    slack.as_person("finn").say("lobby", "hello")
    line = await socket()
    payloads = [(await line.take())["payload"] for _ in range(3)]
    team = slack.world.team("Lighthouse")
    assert {payload["team_id"] for payload in payloads} == {team.id}
    assert payloads[0]["authorizations"][0]["user_id"] == slack.world.bot_in(team.id).id
