"""Request bodies that carry a message, turned into what `posting` understands."""

from adapters.sim.discord import checks, components
from adapters.sim.discord.errors import ApiError, invalid
from adapters.sim.discord.nouns import (
    COMPONENTS_V2,
    EPHEMERAL,
    SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS,
    Attachment,
    Channel,
    Json,
    Message,
)
from adapters.sim.discord.posting import Alteration, Draft

from .call import Call, Upload

SETTABLE = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2


def draft(call: Call, channel: Channel, body: Json, *, ephemeral: bool = False) -> Draft:
    """A checked new message. `ephemeral` says whether this route may whisper."""
    flags = int(body.get("flags") or 0)
    checks.message(call.world, body, len(call.files), flags)
    content = body.get("content") or ""
    attachments = [*_uploaded(call, channel, body)]
    embeds = [_rich(embed) for embed in body.get("embeds") or []]
    tree = components.numbered(body.get("components") or [])
    checks.not_empty(content, (attachments, embeds, tree))
    return Draft(
        content=content.strip(),
        flags=flags & (SETTABLE | (EPHEMERAL if ephemeral else 0)),
        attachments=attachments,
        embeds=embeds,
        components=tree,
        allowed_mentions=body.get("allowed_mentions"),
        nonce=body.get("nonce"),
        tts=bool(body.get("tts")),
    )


def alteration(call: Call, message: Message, body: Json) -> Alteration:
    """A checked edit; what the body does not name stays."""
    flags = _flags_after(message, body)
    checks.message(call.world, body, len(call.files), flags)
    change = Alteration(allowed_mentions=body.get("allowed_mentions"))
    if "content" in body:
        change.content = (body["content"] or "").strip()
    if "flags" in body:
        change.flags = flags
    if "embeds" in body:
        change.embeds = [_rich(embed) for embed in body["embeds"] or []]
    if "components" in body:
        change.components = components.numbered(body["components"] or [])
    change.attachments = _attachments_after(call, message, body)
    _check_result(message, change, flags)
    return change


def _flags_after(message: Message, body: Json) -> int:
    """An edit that sends flags sets SUPPRESS_EMBEDS to what they say; the layout flag only ever comes on."""
    if body.get("flags") is None:
        return message.flags
    given = int(body["flags"])
    return (message.flags & ~SUPPRESS_EMBEDS) | (given & (SUPPRESS_EMBEDS | COMPONENTS_V2))


def _attachments_after(call: Call, message: Message, body: Json) -> list[Attachment] | None:
    channel = call.world.channels[message.channel_id]
    if "attachments" not in body and not call.files:
        return None
    if "attachments" in body:
        named = {str(given.get("id")) for given in body["attachments"] or []}
        kept = [a for a in message.attachments if str(a.id) in named]
    else:
        kept = message.attachments
    return [*kept, *_uploaded(call, channel, body)]


def _check_result(message: Message, change: Alteration, flags: int) -> None:
    """What stands after the edit must still be a message, and only one kind of it."""
    content = message.content if change.content is None else change.content
    embeds = message.embeds if change.embeds is None else change.embeds
    tree = message.components if change.components is None else change.components
    files = message.attachments if change.attachments is None else change.attachments
    if flags & COMPONENTS_V2 and (content or embeds):
        raise invalid(
            "content" if content else "embeds",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            "This field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
        )
    checks.not_empty(content, (embeds, tree, files, message.snapshots))


def _uploaded(call: Call, channel: Channel, body: Json) -> list[Attachment]:
    """Store the files of a multipart body, named and described by the body's `attachments`."""
    told = {str(given.get("id")): given for given in body.get("attachments") or []}
    return [_store(call, channel, upload, told.get(str(upload.index), {})) for upload in call.files]


def _store(call: Call, channel: Channel, upload: Upload, told: Json) -> Attachment:
    if len(upload.content) > call.world.rules.file_bytes:
        raise ApiError(413, 40005)
    stored = call.world.files.store(
        channel.id,
        told.get("filename") or upload.name,
        upload.content,
        upload.content_type if upload.content_type != "application/octet-stream" else None,
        told.get("description"),
    )
    stored.spoiler = bool(told.get("is_spoiler"))
    return stored


def _rich(embed: Json) -> Json:
    """An embed as Discord keeps it: of type rich, without empty fields."""
    kept = {key: value for key, value in embed.items() if value is not None}
    for field in kept.get("fields", []):
        field.setdefault("inline", False)
    return kept | {"type": "rich"}
