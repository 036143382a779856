"""`chat.startStream`, `chat.appendStream`, `chat.stopStream`.

https://docs.slack.dev/reference/methods/chat.startStream
"""

from adapters.sim.slack import posting, render_messages, streams
from adapters.sim.slack.errors import ApiError, malformed
from adapters.sim.slack.nouns import DIRECT, Channel, Json, Message, Stream

from .agents import STATUSES, set_status_of
from .call import Call

MODES = ("timeline", "plan", "dense")


def start(call: Call) -> Json:
    channel = call.writable()
    if not call.world.rules.streams_allowed:
        raise ApiError("restricted_action")
    thread_ts = call.thread(channel)
    call.customized()
    recipient = _recipient(call, channel, thread_ts)
    mode = call.text("task_display_mode", "timeline")
    if mode not in MODES:
        raise malformed("invalid_arguments", f"task_display_mode must be one of {', '.join(MODES)}")
    shape, chunks = _pieces(call, None)
    draft = posting.Draft(thread_ts=thread_ts)
    message = streams.begin(call.world, channel, call.bot, draft, recipient, mode)
    if chunks:
        streams.grow(call.world, message, chunks, shape)
    return {"channel": channel.id, "ts": message.ts}


def append(call: Call) -> Json:
    channel, message = _streaming(call)
    stream = streams.growing(call.world, message)
    shape, chunks = _pieces(call, stream)
    if not chunks:
        raise malformed("no_text", "there is neither markdown_text nor a chunk")
    streams.grow(call.world, message, chunks, shape)
    return {"channel": channel.id, "ts": message.ts}


def stop(call: Call) -> Json:
    channel, message = _streaming(call)
    stream = streams.growing(call.world, message)
    (shape, chunks), blocks, metadata = _pieces(call, stream), call.blocks(), call.metadata()
    status = call.text("session_status")
    if status and status not in STATUSES:
        raise malformed("invalid_arguments", f"session_status must be one of {', '.join(STATUSES)}")
    if chunks:
        streams.grow(call.world, message, chunks, shape)
    streams.end(call.world, message, blocks, metadata)
    if status:
        set_status_of(call, channel, message.thread_ts or message.ts, status)
    shown = render_messages.message(call.world, message, answers=False)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def _streaming(call: Call) -> tuple[Channel, Message]:
    channel = call.channel()
    return channel, call.own(channel, "message_not_owned_by_app")


def _recipient(call: Call, channel: Channel, thread_ts: str | None) -> str | None:
    """Who the answer is for; outside direct messages Slack wants to know."""
    user, team = call.text("recipient_user_id"), call.text("recipient_team_id")
    if channel.kind != DIRECT:
        if not user:
            raise ApiError("missing_recipient_user_id")
        if not team:
            raise ApiError("missing_recipient_team_id")
    elif thread_ts is None:
        raise ApiError("invalid_thread_ts")
    if user and user not in call.world.users:
        raise ApiError("user_not_found")
    return user or None


def _pieces(call: Call, stream: Stream | None) -> tuple[str, list[Json]]:
    """How the pieces come, and what they are. A stream stays with the way it began; Slack documents neither error."""
    markdown, chunks = call.text("markdown_text"), call.list_of("chunks", "invalid_chunks")
    if markdown and chunks:
        raise malformed(
            "cannot_provide_both_markdown_text_and_chunks", "markdown_text and chunks came together"
        )
    shape = "text" if markdown else "chunks"
    if (markdown or chunks) and stream is not None and stream.shape not in (None, shape):
        raise malformed("streaming_mode_mismatch", f"this stream began with {stream.shape}")
    if markdown:
        chunks = [{"type": "markdown_text", "text": markdown}]
    streams.check(call.world, chunks, stream)
    return shape, chunks
