"""POST /interactions/{interaction_id}/{interaction_token}/callback: the first answer, within three seconds.

https://docs.discord.com/developers/interactions/receiving-and-responding#create-interaction-response
"""

from adapters.sim.discord import components, interactions, posting
from adapters.sim.discord.errors import Form, bad, invalid, unknown
from adapters.sim.discord.interactions import (
    AUTOCOMPLETE,
    CHOICES,
    COMMAND,
    COMPONENT,
    DEFER_REPLY,
    DEFER_UPDATE,
    MODAL,
    MODAL_SUBMIT,
    REPLY,
    UPDATE,
)
from adapters.sim.discord.nouns import EPHEMERAL, LOADING, Interaction, Json, Message

from .bodies import alteration, draft
from .call import Call, Reply
from .messages import shown

ANSWERS = {
    COMMAND: {REPLY, DEFER_REPLY, MODAL},
    COMPONENT: {REPLY, DEFER_REPLY, DEFER_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {REPLY, DEFER_REPLY, DEFER_UPDATE, UPDATE},
}


def respond(call: Call) -> Reply:
    """Create Interaction Response."""
    interaction = _find(call)
    kind = call.fields().get("type")
    if kind not in ANSWERS[interaction.kind]:
        raise invalid("type", "BASE_TYPE_CHOICES", f"Value must be one of {ANSWERS[interaction.kind]}.")
    call.body = call.fields().get("data") or {}
    _answer(call, interaction, kind)
    interaction.answer_kind = kind
    interaction.answered_at = call.world.now()
    channel = call.world.channels[interaction.channel_id]
    call.world.tell("interaction.answered", interaction, channel)
    if not call.flag("with_response"):
        return Reply(status=204)
    return Reply(status=200, body=_told(call, interaction, kind))


def _find(call: Call) -> Interaction:
    """The waiting interaction; late is unknown (10062), twice is acknowledged already (40060)."""
    interaction = call.world.interactions.get(call.snowflake("interaction_id"))
    if interaction is None or interaction.token != call.params["interaction_token"]:
        raise unknown(10062)
    if call.world.now() - interaction.at > call.world.rules.callback_seconds:
        interactions.expire(call.world, interaction)
    if interaction.state == "failed":
        raise unknown(10062)
    if interaction.state != "waiting":
        raise bad(40060)
    return interaction


def _answer(call: Call, interaction: Interaction, kind: int) -> None:
    if kind in (REPLY, DEFER_REPLY):
        _reply(call, interaction, deferred=kind == DEFER_REPLY)
    elif kind in (UPDATE, DEFER_UPDATE):
        _update(call, interaction, deferred=kind == DEFER_UPDATE)
    elif kind == CHOICES:
        interaction.choices = _choices(call.fields())
        interaction.state = "answered"
    else:
        interaction.modal = _modal(call.fields())
        interaction.state = "answered"
        call.world.tell("modal.opened", interaction, call.world.channels[interaction.channel_id])


def _reply(call: Call, interaction: Interaction, *, deferred: bool) -> None:
    channel = call.world.channels[interaction.channel_id]
    body = call.fields()
    if deferred:
        flags = int(body.get("flags") or 0) & EPHEMERAL
        new = posting.Draft(flags=flags | LOADING)
    else:
        new = draft(call, channel, body, ephemeral=True)
    new.kind = _message_kind(interaction)
    interaction.ephemeral = bool(new.flags & EPHEMERAL)
    interaction.original = put(call, interaction, new)
    interaction.state = "deferred" if deferred else "answered"


def _message_kind(interaction: Interaction) -> int:
    """Answers to commands have a type of their own; answers to buttons reply to the button's message."""
    if interaction.kind == COMMAND:
        return posting.CHAT_INPUT if interaction.data["type"] == 1 else posting.CONTEXT_MENU
    return posting.REPLY if interaction.message else 0


def put(call: Call, interaction: Interaction, new: posting.Draft) -> Message:
    """Post a message that belongs to an interaction; a whisper is for the person who asked."""
    new.interaction = interaction
    new.metadata = interactions.metadata(interaction)
    new.seen_by = interaction.user.id if new.flags & EPHEMERAL else None
    for attachment in new.attachments:
        attachment.ephemeral = bool(new.flags & EPHEMERAL)
    return posting.post(call.world, call.world.channels[interaction.channel_id], call.world.bot, new)


def _update(call: Call, interaction: Interaction, *, deferred: bool) -> None:
    message = interaction.message
    if message is None:
        raise invalid("type", "BASE_TYPE_CHOICES", "There is no message to update.")
    interaction.original = message
    interaction.ephemeral = message.ephemeral
    if not deferred:
        posting.edit(call.world, message, alteration(call, message, call.fields()))
    interaction.state = "deferred" if deferred else "answered"


def _choices(data: Json) -> list[Json]:
    given: list[Json] = data.get("choices") or []
    form = Form()
    if len(given) > 25:
        form.wrong("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for index, choice in enumerate(given):
        form.outside(f"data.choices.{index}.name", choice.get("name"), 1, 100)
        form.longer(f"data.choices.{index}.value", choice.get("value"), 100)
    form.done()
    return given


def _modal(data: Json) -> Json:
    form = Form()
    form.outside("data.title", data.get("title"), 1, 45)
    form.outside("data.custom_id", data.get("custom_id"), 1, 100)
    parts = data.get("components") or []
    if not 1 <= len(parts) <= 5:
        form.wrong("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for component in components.walk(parts):
        if component.get("type") == components.TEXT_INPUT:
            form.outside("data.components.custom_id", component.get("custom_id"), 1, 100)
            form.longer("data.components.label", component.get("label"), 45)
            form.longer("data.components.placeholder", component.get("placeholder"), 100)
            form.longer("data.components.value", component.get("value"), 4000)
    form.done()
    return data | {"components": components.numbered(parts)}


def _told(call: Call, interaction: Interaction, kind: int) -> Json:
    """The callback response: the interaction, and the message where there is one."""
    told: Json = {
        "id": str(interaction.id),
        "type": interaction.kind,
        "channel_id": str(interaction.channel_id),
    }
    if interaction.guild_id:
        told["guild_id"] = str(interaction.guild_id)
    original = interaction.original
    if original is None:
        return {"interaction": told}
    told |= {
        "response_message_id": str(original.id),
        "response_message_loading": original.loading,
        "response_message_ephemeral": original.ephemeral,
    }
    if kind not in (REPLY, UPDATE):
        return {"interaction": told}
    return {"interaction": told, "resource": {"type": kind, "message": shown(call, original)}}
