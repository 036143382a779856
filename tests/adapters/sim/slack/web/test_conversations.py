"""Places, what stands in them, and who is there."""

from adapters.sim.slack import SlackServer
from tests.adapters.sim.slack.conftest import Api


async def test_a_place_is_told_of(slack: SlackServer, api: Api) -> None:
    ada = slack.as_person("ada")
    channel = (await api.ok("conversations.info", channel=api.channel(), include_num_members=True))["channel"]
    assert (channel["name"], channel["is_member"], channel["num_members"]) == ("general", True, 5)
    direct = (await api.ok("conversations.info", channel=ada.dm.id))["channel"]
    assert (direct["is_im"], direct["user"]) == (True, ada.id)


async def test_places_are_listed_by_kind_and_page(slack: SlackServer, api: Api) -> None:
    slack.world.add_channel("hidden", ["ada"], private=True)
    slack.world.add_channel("known", private=True)
    first = await api.ok("conversations.list", limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await api.ok("conversations.list", limit=2, cursor=cursor)
    names = [channel["name"] for page in (first, second) for channel in page["channels"]]
    assert names == ["general", "help", "lab"]
    private = await api.ok("conversations.list", types="private_channel")
    assert [channel["name"] for channel in private["channels"]] == ["known"]


async def test_a_history_has_no_answers_and_a_thread_has_them(slack: SlackServer, api: Api) -> None:
    ada = slack.as_person("ada")
    root = ada.say("general", "one")
    ada.say("general", "two", thread=root)
    ada.say("general", "three")
    history = await api.ok("conversations.history", channel=root.channel_id)
    assert [m["text"] for m in history["messages"]] == ["three", "one"]
    assert history["messages"][1]["reply_count"] == 1
    thread = await api.ok("conversations.replies", channel=root.channel_id, ts=root.ts)
    assert [m["text"] for m in thread["messages"]] == ["one", "two"]
    assert thread["messages"][1]["parent_user_id"] == ada.id


async def test_a_thread_is_read_page_by_page_and_since_a_moment(slack: SlackServer, api: Api) -> None:
    ada = slack.as_person("ada")
    root = ada.say("general", "0")
    said = [ada.say("general", str(n), thread=root) for n in range(1, 4)]
    place = {"channel": root.channel_id, "ts": root.ts}
    first = await api.ok("conversations.replies", **place, limit=3)
    rest = await api.ok("conversations.replies", **place, cursor=first["response_metadata"]["next_cursor"])
    assert [m["text"] for page in (first, rest) for m in page["messages"]] == ["0", "1", "2", "3"]
    since = await api.ok("conversations.replies", **place, oldest=said[1].ts)
    assert [m["text"] for m in since["messages"]] == ["0", "3"]
    since = await api.ok("conversations.replies", **place, oldest=said[1].ts, inclusive=True)
    assert [m["text"] for m in since["messages"]] == ["0", "2", "3"]


async def test_metadata_comes_only_when_asked_for(slack: SlackServer, api: Api) -> None:
    metadata = {"event_type": "page", "event_payload": {"turn": "t1"}}
    said = await api.post(metadata=metadata)
    place = {"channel": said.channel_id, "ts": said.ts}
    without = await api.ok("conversations.replies", **place)
    with_it = await api.ok("conversations.replies", **place, include_all_metadata=True)
    assert "metadata" not in without["messages"][0]
    assert with_it["messages"][0]["metadata"] == metadata


async def test_what_may_not_be_read(slack: SlackServer, api: Api) -> None:
    said = await api.post()
    place = {"channel": said.channel_id, "ts": said.ts}
    assert await api.error("conversations.replies", **place | {"ts": "1.0"}) == "thread_not_found"
    slack.world.tokens[slack.token].scopes = ("chat:write", "im:history", "im:read")
    answer = (await api.raw("conversations.replies", **place)).json()
    assert (answer["error"], answer["needed"]) == ("missing_scope", "channels:history")
    assert await api.error("conversations.info", channel=said.channel_id) == "missing_scope"


async def test_direct_messages_are_opened_with_one_or_several(slack: SlackServer, api: Api) -> None:
    ada, ben = slack.world.user("ada"), slack.world.user("ben")
    one = await api.ok("conversations.open", users=ada.id)
    assert one["channel"]["id"] == slack.world.dm(ada).id
    both = await api.ok("conversations.open", users=f"{ada.id},{ben.id}")
    assert slack.world.channel(both["channel"]["id"]).kind == "mpim"
    assert await api.error("conversations.open", users="U0NOBODY") == "user_not_found"


async def test_a_reaction_stands_under_a_message_once(slack: SlackServer, api: Api) -> None:
    said = slack.as_person("ada").say("general", "well")
    place = {"channel": said.channel_id, "timestamp": said.ts, "name": "eyes"}
    await api.ok("reactions.add", **place)
    assert await api.error("reactions.add", **place) == "already_reacted"
    assert said.reactions == {"eyes": [slack.world.bot.id]}


async def test_people_groups_bots_and_the_workspace(slack: SlackServer, api: Api) -> None:
    world = slack.world
    ada, crew = world.user("ada"), world.group("crew")
    assert (await api.ok("users.info", user=ada.id))["user"]["is_owner"]
    assert (await api.ok("users.info", user=world.user("cleo").id))["user"]["is_restricted"]
    assert await api.error("users.info", user=world.user("dora").id) == "user_not_found"
    names = [user["name"] for user in (await api.ok("users.list"))["members"]]
    assert names == ["ada", "ben", "cleo", "robo", "poebridge"]
    groups = (await api.ok("usergroups.list", include_users=True))["usergroups"]
    assert [(group["handle"], group["users"]) for group in groups] == [("crew", crew.users)]
    assert (await api.ok("usergroups.users.list", usergroup=crew.id))["users"] == crew.users
    assert await api.error("usergroups.users.list", usergroup="S0NONE") == "no_such_subteam"
    assert (await api.ok("team.info"))["team"]["domain"] == "harbour"
    assert (await api.ok("bots.info", bot=world.bot.bot_id))["bot"]["user_id"] == world.bot.id
    assert await api.error("bots.info", bot="B0NONE") == "bot_not_found"
