"""`chat.*`: messages posted, changed and deleted by the app.

https://docs.slack.dev/reference/methods/chat.postMessage
"""

from adapters.sim.slack import posting, render_messages
from adapters.sim.slack.errors import ApiError, malformed
from adapters.sim.slack.nouns import Channel, Json

from .call import Call


def post_message(call: Call) -> Json:
    channel = call.writable(user=True)
    draft = _draft(call, channel)
    draft.metadata = call.metadata()
    wait = call.server.limits.take_post(channel.team_id, channel.id)
    if wait is not None:
        raise ApiError("ratelimited", retry_after=wait)
    message = posting.post(call.world, channel, call.bot, draft)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": render_messages.message(call.world, message, answers=False),
    }


def post_ephemeral(call: Call) -> Json:
    channel = call.writable()
    user = call.world.users.get(call.needed("user"))
    if user is None or user.id not in channel.members:
        raise ApiError("user_not_in_channel")
    draft = _draft(call, channel)
    draft.seen_by = user.id
    return {"message_ts": posting.post(call.world, channel, call.bot, draft).ts}


def update(call: Call) -> Json:
    channel = call.writable()
    message = call.own(channel, "cant_update_message")
    if message.streaming:
        raise ApiError("streaming_state_conflict")
    text, blocks = _content(call)
    # https://docs.slack.dev/reference/methods/chat.update: text without blocks takes the old blocks away.
    new = posting.Alteration(
        text=text if text or blocks else None,
        blocks=blocks if blocks or text or "blocks" in call.args else None,
        attachments=call.list_of("attachments", "invalid_attachments")
        if "attachments" in call.args
        else None,
        metadata=call.metadata(),
        link_names=call.flag("link_names") or call.text("parse") == "full",
    )
    posting.edit(call.world, message, call.bot, new)
    shown = render_messages.message(call.world, message, answers=False)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


def delete(call: Call) -> Json:
    channel = call.channel()
    message = call.own(channel, "cant_delete_message")
    posting.delete(call.world, message)
    return {"channel": channel.id, "ts": message.ts}


def permalink(call: Call) -> Json:
    channel = call.channel(inside=False)
    message = call.message(channel, "message_ts")
    stamp = message.ts.replace(".", "")
    link = f"https://{call.team.domain}.slack.com/archives/{channel.id}/p{stamp}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _draft(call: Call, channel: Channel) -> posting.Draft:
    text, blocks = _content(call)
    call.customized()
    return posting.Draft(
        text=text,
        blocks=blocks,
        attachments=call.list_of("attachments", "invalid_attachments"),
        thread_ts=call.thread(channel),
        broadcast=call.flag("reply_broadcast"),
        username=call.text("username") or None,
        link_names=call.flag("link_names") or call.text("parse") == "full",
        unfurls=call.flag("unfurl_links") or call.flag("unfurl_media", True),
    )


def _content(call: Call) -> tuple[str, list[Json]]:
    """Text and blocks, of whichever way they were given."""
    markdown, text = call.text("markdown_text"), call.text("text")
    if markdown and (text or call.args.get("blocks")):
        raise malformed("markdown_text_conflict", "markdown_text cannot be used with text or blocks")
    limits = call.world.rules
    if len(markdown) > limits.markdown_limit:
        raise ApiError("msg_too_long")
    if len(text) > limits.text_limit:
        raise ApiError("msg_too_long")
    if markdown:
        return markdown, [{"type": "markdown", "text": markdown}]
    blocks = call.blocks()
    if not text and not blocks and not call.args.get("attachments"):
        raise malformed("no_text", "there is no text, block or attachment")
    return text, blocks
