"""/webhooks/{webhook_id}/{webhook_token}: what follows the first answer to an interaction.

https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages
"""

from adapters.sim.discord import posting
from adapters.sim.discord.errors import ApiError, bad, unknown
from adapters.sim.discord.interactions import AUTOCOMPLETE, by_token
from adapters.sim.discord.nouns import EPHEMERAL, Interaction, Json, Message, Reference

from .bodies import alteration, draft
from .call import Call
from .callbacks import put
from .messages import shown


def _interaction(call: Call) -> Interaction:
    """The answered interaction of this token; it lives fifteen minutes (then 50027)."""
    found = by_token(call.world, call.params["webhook_token"])
    wrong_application = call.snowflake("webhook_id") != call.world.application_id
    if found is None or wrong_application or found.kind == AUTOCOMPLETE:
        raise unknown(10015)
    if call.world.now() - found.at > call.world.rules.token_seconds:
        raise ApiError(401, 50027)
    if found.state in ("waiting", "failed"):
        raise unknown(10015)
    return found


def follow(call: Call) -> Json:
    """Create Followup Message; right after a deferral it fills in the waiting message instead."""
    interaction = _interaction(call)
    body = call.fields()
    waiting = interaction.original
    if waiting is not None and waiting.loading and not waiting.deleted:
        return _change(call, waiting, body)
    channel = call.world.channels[interaction.channel_id]
    new = draft(call, channel, body, ephemeral=True)
    if waiting is not None and not waiting.deleted:
        new.reference = Reference(
            kind=0, channel_id=channel.id, message_id=waiting.id, guild_id=channel.guild_id
        )
    message = put(call, interaction, new)
    interaction.followups.append(message)
    return shown(call, message)


def original(call: Call) -> Json:
    """Get Original Interaction Response."""
    return shown(call, _original(_interaction(call)))


def edit_original(call: Call) -> Json:
    """Edit Original Interaction Response."""
    return _change(call, _original(_interaction(call)), call.fields())


def delete_original(call: Call) -> None:
    """Delete Original Interaction Response."""
    _remove(call, _original(_interaction(call)))


def get(call: Call) -> Json:
    """Get Followup Message."""
    return shown(call, _message(call))


def edit(call: Call) -> Json:
    """Edit Followup Message."""
    return _change(call, _message(call), call.fields())


def delete(call: Call) -> None:
    """Delete Followup Message."""
    _remove(call, _message(call))


def _original(interaction: Interaction) -> Message:
    if interaction.original is None or interaction.original.deleted:
        raise unknown(10008)
    return interaction.original


def _message(call: Call) -> Message:
    """One of this interaction's own messages."""
    interaction = _interaction(call)
    wanted = call.snowflake("message_id")
    for message in (interaction.original, *interaction.followups):
        if message is not None and message.id == wanted and not message.deleted:
            return message
    raise unknown(10008)


def _change(call: Call, message: Message, body: Json) -> Json:
    if call.world.channels[message.channel_id].archived:
        raise bad(50083)
    change = alteration(call, message, body)
    if change.attachments is not None:
        for attachment in change.attachments:
            attachment.ephemeral = bool(message.flags & EPHEMERAL)
    posting.edit(call.world, message, change)
    return shown(call, message)


def _remove(call: Call, message: Message) -> None:
    posting.delete(call.world, message)
