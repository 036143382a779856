"""Messages that grow by native streaming: started, added to, ended by the app, by a person, or by time.

https://docs.slack.dev/ai/developing-ai-apps#streaming
"""

from typing import TYPE_CHECKING

from . import posting
from .errors import ApiError, malformed
from .nouns import ENDED, EXPIRED, STOPPED, Channel, Json, Message, Stream, User

if TYPE_CHECKING:
    from .world import World

TASK_STATES = ("pending", "in_progress", "complete", "error")
TASK_TEXT = 256
BLOCKS_PER_CALL = 50


def begin(
    world: "World", channel: Channel, bot: User, draft: posting.Draft, recipient: str | None, mode: str
) -> Message:
    """Post a message that grows; it dies when its time is over, whatever comes in."""
    draft.stream = Stream(started_at=world.now(), recipient=recipient, mode=mode)
    message = posting.post(world, channel, bot, draft)
    world.later(world.rules.stream_seconds, lambda: expire(world, message))
    return message


def expire(world: "World", message: Message) -> None:
    """End a stream whose time is over; what it said stays, as a message nobody finished."""
    stream = message.stream
    if stream is not None and message.streaming:
        stream.state = EXPIRED
        world.tell("stream.expired", message, world.channels[message.channel_id])


def growing(world: "World", message: Message) -> Stream:
    """The stream of a message that may be added to. Raises ApiError when it may not."""
    stream = message.stream
    if stream is None:
        raise ApiError("message_not_in_streaming_state")
    if world.now() - stream.started_at >= world.rules.stream_seconds:
        expire(world, message)
    if stream.state == STOPPED:
        raise ApiError("stopped_by_user")
    if not message.streaming:
        raise ApiError("message_not_in_streaming_state")
    return stream


def check(world: "World", chunks: list[Json], stream: Stream | None) -> None:
    """Refuse pieces in a wrong shape, and those that make the message too long."""
    blocks = 0
    length = len(stream.text) if stream else 0
    for chunk in chunks:
        match chunk:
            case {"type": "markdown_text", "text": str(text)}:
                length += len(text)
                if len(text) > world.rules.markdown_limit:
                    raise ApiError("msg_too_long")
            case {"type": "task_update", "id": str(), "title": str(), **others}:
                _check_task(chunk, others)
            case {"type": "plan_update", "title": str(title)} if len(title) <= TASK_TEXT:
                pass
            case {"type": "blocks", "blocks": list(found)}:
                blocks += len(found)
            case _:
                raise malformed("invalid_chunks", f"{chunk.get('type')!r} is no chunk, or lacks a part")
    if blocks > BLOCKS_PER_CALL:
        raise malformed("invalid_blocks", f"no more than {BLOCKS_PER_CALL} blocks in one call")
    if length > world.rules.blocks_limit:
        raise ApiError("msg_too_long")


def _check_task(chunk: Json, others: Json) -> None:
    if others.get("status", "pending") not in TASK_STATES:
        raise malformed("invalid_chunks", f"status must be one of {', '.join(TASK_STATES)}")
    for name in ("title", "details", "output"):
        if len(str(chunk.get(name) or "")) > TASK_TEXT:
            raise malformed("invalid_chunks", f"{name} of a task must be no more than {TASK_TEXT} characters")
    if strange := others.keys() - {"status", "details", "output", "sources"}:
        raise malformed("invalid_chunks", f"a task has no {sorted(strange)}")


def grow(world: "World", message: Message, chunks: list[Json], shape: str) -> None:
    """Add pieces that came in this shape, and tell everyone."""
    stream = growing(world, message)
    stream.shape = stream.shape or shape
    for chunk in chunks:
        _add(stream, chunk)
    stream.appends += 1
    message.text = stream.text
    posting.remember(world, message)
    world.tell("stream.appended", message, world.channels[message.channel_id], detail=chunks)


def _add(stream: Stream, chunk: Json) -> None:
    match chunk["type"]:
        case "markdown_text":
            stream.text += chunk["text"]
        case "plan_update":
            stream.plan = chunk["title"]
        case "blocks":
            stream.blocks.extend(chunk["blocks"])
        case _:
            known = stream.tasks.setdefault(chunk["id"], {})
            # https://docs.slack.dev/reference/methods/chat.appendStream: the same id updates a task; details are added.
            details = known.get("details", "") + (chunk.get("details") or "")
            known |= {**chunk, "details": details}


def end(world: "World", message: Message, blocks: list[Json], metadata: Json | None) -> None:
    """Finish: from now on it is an ordinary message of its text, what came in, and these blocks."""
    stream = growing(world, message)
    stream.state = ENDED
    own = [{"type": "markdown", "text": stream.text}] if stream.text else []
    message.blocks = [*own, *stream.blocks, *blocks]
    message.metadata = metadata or message.metadata
    posting.remember(world, message)
    world.tell("stream.ended", message, world.channels[message.channel_id])


def stop(world: "World", channel: Channel, thread_ts: str) -> list[str]:
    """A person stops what grows in a thread; returns the `ts` of what was stopped."""
    stopped = []
    for message in channel.messages:
        if message.streaming and message.stream is not None and message.thread_ts == thread_ts:
            message.stream.state = STOPPED
            stopped.append(message.ts)
            world.tell("stream.stopped", message, channel)
    return stopped
