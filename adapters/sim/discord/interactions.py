"""What a person did to the bot's commands and buttons, from the click to the answer or the silence.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

import secrets
from typing import TYPE_CHECKING

from . import permissions, render, render_messages
from .nouns import Channel, Interaction, Json, Message, User

if TYPE_CHECKING:
    from .world import World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
PONG, REPLY, DEFER_REPLY, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9


def start(
    world: "World",
    kind: int,
    user: User,
    channel: Channel,
    data: Json,
    *,
    message: Message | None = None,
    parent: Interaction | None = None,
) -> Interaction:
    """Tell the bot; without an answer in time the interaction fails by itself."""
    interaction = Interaction(
        id=world.ids.next(),
        token=secrets.token_urlsafe(96),
        kind=kind,
        user=user,
        channel_id=channel.id,
        guild_id=channel.guild_id,
        data=data,
        at=world.now(),
        message=message,
        parent=parent,
    )
    world.interactions[interaction.id] = interaction
    world.tell("interaction.created", interaction, channel)
    world.later(world.rules.callback_seconds, lambda: expire(world, interaction))
    return interaction


def expire(world: "World", interaction: Interaction) -> None:
    """Nobody answered: the person reads that the application did not respond."""
    if interaction.state == "waiting":
        interaction.state = "failed"
        world.tell("interaction.failed", interaction, world.channels[interaction.channel_id])


def by_token(world: "World", token: str) -> Interaction | None:
    """The interaction this token belongs to."""
    return next((i for i in reversed(world.interactions.values()) if i.token == token), None)


def owners(interaction: Interaction) -> Json:
    """Where the application is installed for this interaction: guild 0 stands for the bot's own messages."""
    return {"0": str(interaction.guild_id or 0)}


def metadata(interaction: Interaction) -> Json:
    """What a message tells about the interaction it answers."""
    told: Json = {
        "id": str(interaction.id),
        "type": interaction.kind,
        "user": render.user(interaction.user),
        "authorizing_integration_owners": owners(interaction),
    }
    if interaction.kind == COMPONENT and interaction.message:
        told["interacted_message_id"] = str(interaction.message.id)
    if interaction.kind == MODAL_SUBMIT and interaction.parent:
        told["triggering_interaction_metadata"] = metadata(interaction.parent)
    if interaction.kind == COMMAND and "target_id" in interaction.data:
        key = "target_message_id" if interaction.data["type"] == 3 else None
        told |= {key: interaction.data["target_id"]} if key else {}
    return told


def payload(world: "World", interaction: Interaction) -> Json:
    """The gateway's INTERACTION_CREATE."""
    channel = world.channels[interaction.channel_id]
    guild = world.guild_of(channel)
    told: Json = {
        "id": str(interaction.id),
        "application_id": str(world.application_id),
        "type": interaction.kind,
        "data": interaction.data,
        "channel_id": str(channel.id),
        "channel": render.channel(channel)
        | {"permissions": render.permissions_in(world, interaction.user, channel)},
        "token": interaction.token,
        "version": 1,
        "locale": interaction.user.locale,
        "app_permissions": render.permissions_in(world, world.bot, channel),
        "entitlements": [],
        "authorizing_integration_owners": owners(interaction),
        "context": 0 if guild else 1,
        "attachment_size_limit": world.rules.file_bytes,
    }
    if interaction.message:
        told["message"] = render_messages.message(world, interaction.message)
    if guild is None:
        return told | {"user": render.user(interaction.user)}
    member = render.full_member(guild.members[interaction.user.id])
    held = permissions.granted(guild, world.thread_parent(channel), interaction.user.id)
    return told | {
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
        "guild_locale": "en-US",
        "member": member | {"permissions": str(held)},
    }
