"""Messages of the app: posted, changed, deleted, and what may not be."""

import pytest

from adapters.sim.slack import SlackServer
from tests.adapters.sim.slack.conftest import Api

MARKDOWN = {"type": "markdown", "text": "**bold**"}


async def test_a_message_carries_text_blocks_and_metadata(slack: SlackServer, api: Api) -> None:
    metadata = {"event_type": "page", "event_payload": {"turn": "t1"}}
    said = await api.post(text="bold", blocks=[MARKDOWN], metadata=metadata)
    assert (said.text, said.shown, said.metadata) == ("bold", "**bold**", metadata)
    assert said.user_id == slack.world.bot.id
    assert said.blocks[0]["block_id"]


async def test_time_stamps_only_grow(slack: SlackServer, api: Api) -> None:
    stamps = [(await api.post()).ts for _ in range(3)]
    assert stamps == sorted(set(stamps))
    assert all(len(ts.partition(".")[2]) == 6 for ts in stamps)


async def test_an_answer_stands_in_the_thread_of_what_it_answers(slack: SlackServer, api: Api) -> None:
    asked = slack.as_person("ada").say("general", "why?")
    first = await api.post(thread_ts=asked.ts)
    second = await api.post(thread_ts=first.ts)  # of an answer, its thread
    assert slack.world.thread(asked) == [asked, first, second]
    assert await api.error("chat.postMessage", channel=asked.channel_id, text="x", thread_ts="1.0") == (
        "thread_not_found"
    )


async def test_a_person_s_id_means_their_direct_messages(slack: SlackServer, api: Api) -> None:
    ada = slack.world.user("ada")
    answer = await api.ok("chat.postMessage", channel=ada.id, text="psst")
    assert answer["channel"] == slack.world.dm(ada).id


async def test_places_one_may_not_write_to(slack: SlackServer, api: Api) -> None:
    async def refused(where: str) -> str:
        return await api.error("chat.postMessage", channel=where, text="x")

    hidden = slack.world.add_channel("hidden", ["ada"], private=True)
    away = slack.world.add_channel("away", ["ada"])
    assert await refused("C0NOWHERE") == "channel_not_found"
    assert await refused(hidden.id) == "channel_not_found"
    assert await refused(away.id) == "not_in_channel"
    assert await refused(slack.world.channel("lobby").id) == "channel_not_found"
    slack.as_person("ada").archive("lab")
    assert await refused(api.channel("lab")) == "is_archived"
    slack.as_person("ada").delete_channel("help")
    assert await refused(slack.world.channel("help").id) == "channel_not_found"


async def test_texts_that_are_too_long_and_messages_of_nothing(slack: SlackServer, api: Api) -> None:
    async def refused(**args: object) -> str:
        return await api.error("chat.postMessage", channel=api.channel(), **args)

    half = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}
    assert await refused(text="x" * 40_001) == "msg_too_long"
    assert await refused(markdown_text="x" * 12_001) == "msg_too_long"
    assert await refused(blocks=[MARKDOWN | {"text": "x" * 12_001}]) == "msg_blocks_too_long"
    assert await refused(blocks=[half] * 5) == "msg_blocks_too_long"
    assert await refused(markdown_text="x", text="y") == "markdown_text_conflict"
    assert await refused() == "no_text"
    assert await refused(text="x", metadata={"a": 1}) == "invalid_metadata_format"
    assert await refused(text="x", blocks=[{"type": "dance"}]) == "invalid_blocks"
    assert len(api.noted()) == 4
    slack.limits.enabled = False
    await api.post(
        blocks=[MARKDOWN | {"text": "x" * 11_900}, half | {"text": {"type": "mrkdwn", "text": "y" * 1300}}]
    )


async def test_an_edit_says_what_stands_from_now_on(slack: SlackServer, api: Api) -> None:
    said = await api.post(text="one", blocks=[MARKDOWN])
    where = {"channel": said.channel_id, "ts": said.ts}
    await api.ok("chat.update", **where, text="two", blocks=[MARKDOWN | {"text": "two"}])
    assert [version.text for version in said.versions] == ["**bold**", "two"]
    await api.ok("chat.update", **where, text="three")
    assert (said.shown, said.blocks) == ("three", [])


async def test_only_one_s_own_messages_that_stand_may_be_changed(slack: SlackServer, api: Api) -> None:
    theirs = slack.as_person("ada").say("general", "mine")
    where = {"channel": theirs.channel_id, "ts": theirs.ts}
    assert await api.error("chat.update", **where, text="x") == "cant_update_message"
    assert await api.error("chat.delete", **where) == "cant_delete_message"
    own = await api.post()
    await api.ok("chat.delete", channel=own.channel_id, ts=own.ts)
    for method in ("chat.update", "chat.delete"):
        assert await api.error(method, channel=own.channel_id, ts=own.ts, text="x") == "message_not_found"
    assert api.noted()  # chat.delete takes no text


async def test_a_whisper_is_seen_by_one_person_and_found_by_nobody(slack: SlackServer, api: Api) -> None:
    ada, ben = slack.as_person("ada"), slack.as_person("ben")
    channel = api.channel()
    answer = await api.ok("chat.postEphemeral", channel=channel, user=ada.id, text="psst")
    assert [m.text for m in ada.sees("general")] == ["psst"]
    assert ben.sees("general") == []
    assert await api.error("chat.update", channel=channel, ts=answer["message_ts"], text="x") == (
        "message_not_found"
    )
    assert (await api.ok("conversations.history", channel=channel))["messages"] == []
    stranger = slack.world.user("dora").id
    assert await api.error("chat.postEphemeral", channel=channel, user=stranger, text="x") == (
        "user_not_in_channel"
    )


@pytest.mark.parametrize(
    ("text", "args", "rings"),
    [
        ("<!channel> hello", {}, True),
        ("<@{ada}>", {}, True),
        ("<!subteam^{crew}>", {}, True),
        ("&lt;!channel&gt;", {}, False),
        ("@ada @here", {}, False),
        ("@ada @here", {"link_names": True}, True),
        ("quiet", {"blocks": [{"type": "markdown", "text": "<!here>"}]}, True),
    ],
)
async def test_who_a_message_rings_for(
    slack: SlackServer, api: Api, text: str, args: dict[str, object], rings: bool
) -> None:
    ids = {"ada": slack.world.user("ada").id, "crew": slack.world.group("crew").id}
    said = await api.post(text=text.format(**ids), **args)
    assert bool(said.pings) is rings


async def test_another_name_takes_another_scope(slack: SlackServer, api: Api) -> None:
    assert (
        await api.error("chat.postMessage", channel=api.channel(), text="x", username="Boss")
        == "missing_scope"
    )
