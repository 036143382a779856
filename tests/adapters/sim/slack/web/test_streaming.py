"""Messages that grow: begun, added to, ended, and everything that ends them otherwise."""

from typing import Any

import pytest

from adapters.sim.slack import Message, SlackServer
from tests.adapters.sim.slack.conftest import Api

Json = dict[str, Any]


def text(said: str) -> Json:
    return {"type": "markdown_text", "text": said}


class Stream:
    """A stream in the thread of a question."""

    def __init__(self, slack: SlackServer, api: Api) -> None:
        self.slack, self.api = slack, api
        self.asked = slack.as_person("ada").say("general", "count")
        self.message: Message = self.asked

    @property
    def place(self) -> Json:
        return {"channel": self.asked.channel_id, "ts": self.message.ts}

    async def begin(self, **args: Any) -> Message:
        answer = await self.api.ok("chat.startStream", **self.start(), **args)
        self.message = self.slack.world.messages[self.asked.channel_id, answer["ts"]]
        return self.message

    def start(self) -> Json:
        return {
            "channel": self.asked.channel_id,
            "thread_ts": self.asked.ts,
            "recipient_team_id": self.asked.team_id,
            "recipient_user_id": self.asked.user_id,
        }


@pytest.fixture
def stream(slack: SlackServer, api: Api) -> Stream:
    return Stream(slack, api)


async def test_pieces_are_added_and_the_end_brings_the_blocks(api: Api, stream: Stream) -> None:
    said = await stream.begin(chunks=[text("one ")])
    await api.ok("chat.appendStream", **stream.place, chunks=[text("two ")])
    metadata = {"event_type": "page", "event_payload": {}}
    done = {"chunks": [text("three")], "blocks": [{"type": "divider"}], "metadata": metadata}
    await api.ok("chat.stopStream", **stream.place, **done)
    assert [version.text for version in said.versions[1:]] == [
        "one ",
        "one two ",
        "one two three",
        "one two three",
    ]
    assert [block["type"] for block in said.blocks] == ["markdown", "divider"]
    assert (said.metadata, said.streaming) == (metadata, False)


async def test_tasks_are_updated_by_their_id_and_details_are_added(api: Api, stream: Stream) -> None:
    task = {"type": "task_update", "id": "a", "title": "Search"}
    said = await stream.begin(chunks=[task | {"status": "in_progress", "details": "one "}])
    await api.ok(
        "chat.appendStream", **stream.place, chunks=[task | {"status": "complete", "details": "two"}]
    )
    assert said.stream is not None
    assert said.stream.tasks == {"a": task | {"status": "complete", "details": "one two"}}


async def test_channels_want_to_know_for_whom(api: Api, stream: Stream) -> None:
    for lacking in ("recipient_user_id", "recipient_team_id"):
        args = {name: value for name, value in stream.start().items() if name != lacking}
        assert await api.error("chat.startStream", **args) == f"missing_{lacking}"


async def test_direct_messages_do_not(slack: SlackServer, api: Api) -> None:
    asked = slack.as_person("ada").say("dm", "count")
    await api.ok("chat.startStream", channel=asked.channel_id, thread_ts=asked.ts, markdown_text="one")


async def test_a_stream_whose_time_is_over_takes_nothing_but_an_edit(
    slack: SlackServer, api: Api, stream: Stream
) -> None:
    slack.world.rules.stream_seconds = 0.05
    said = await stream.begin(chunks=[text("one")])
    await slack.world.until(lambda: not said.streaming)
    for method in ("chat.appendStream", "chat.stopStream"):
        assert (
            await api.error(method, **stream.place, chunks=[text("two")]) == "message_not_in_streaming_state"
        )
    await api.ok("chat.update", **stream.place, text="one two")
    assert said.shown == "one two"


async def test_a_stream_that_grows_cannot_be_edited_and_one_that_ended_cannot_grow(
    api: Api, stream: Stream
) -> None:
    await stream.begin(chunks=[text("one")])
    assert await api.error("chat.update", **stream.place, text="x") == "streaming_state_conflict"
    await api.ok("chat.stopStream", **stream.place)
    assert await api.error("chat.appendStream", **stream.place, chunks=[text("x")]) == (
        "message_not_in_streaming_state"
    )
    await api.ok("chat.update", **stream.place, text="x")


async def test_a_stream_stays_with_the_way_it_began(api: Api, stream: Stream) -> None:
    await stream.begin(markdown_text="one")
    refused = await api.error("chat.appendStream", **stream.place, chunks=[text("x")])
    both = await api.error("chat.appendStream", **stream.place, markdown_text="x", chunks=[text("x")])
    assert [refused, both] == ["streaming_mode_mismatch", "cannot_provide_both_markdown_text_and_chunks"]
    assert len(api.noted()) == 2


@pytest.mark.parametrize(
    "chunk",
    [
        {"type": "dance"},
        {"type": "markdown_text"},
        {"type": "task_update", "id": "a"},
        {"type": "task_update", "id": "a", "title": "x", "status": "bored"},
        {"type": "task_update", "id": "a", "title": "x" * 257},
        {"type": "task_update", "id": "a", "title": "x", "color": "red"},
    ],
)
async def test_pieces_in_a_wrong_shape_are_refused(api: Api, stream: Stream, chunk: Json) -> None:
    assert await api.error("chat.startStream", **stream.start(), chunks=[chunk]) == "invalid_chunks"
    assert api.noted()


async def test_too_much_text_is_refused_at_once_and_in_all(
    slack: SlackServer, api: Api, stream: Stream
) -> None:
    assert (
        await api.error("chat.startStream", **stream.start(), chunks=[text("x" * 12_001)]) == "msg_too_long"
    )
    await stream.begin(chunks=[text("x" * 12_000)])
    assert await api.error("chat.appendStream", **stream.place, chunks=[text("x" * 2_000)]) == "msg_too_long"
    await api.ok("chat.appendStream", **stream.place, chunks=[text("x" * 1_000)])


async def test_a_workspace_may_forbid_streams(slack: SlackServer, api: Api, stream: Stream) -> None:
    slack.world.rules.streams_allowed = False
    assert await api.error("chat.startStream", **stream.start()) == "restricted_action"


async def test_the_end_may_change_the_session(slack: SlackServer, api: Api, stream: Stream) -> None:
    thread = (stream.asked.channel_id, stream.asked.ts)
    await stream.begin(chunks=[text("one")])
    await api.ok("agents.sessions.setStatus", channel_id=thread[0], thread_ts=thread[1], status="processing")
    await api.ok("chat.stopStream", **stream.place, session_status="active")
    assert slack.world.sessions[thread].past == ["processing", "active"]
