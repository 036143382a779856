"""Who may do what where. Bits and the order of precedence as in Discord's documents.

https://docs.discord.com/developers/topics/permissions
"""

from .nouns import Channel, Guild, Overwrite

BITS = {
    "kick_members": 1 << 1,
    "ban_members": 1 << 2,
    "administrator": 1 << 3,
    "manage_channels": 1 << 4,
    "manage_guild": 1 << 5,
    "add_reactions": 1 << 6,
    "view_audit_log": 1 << 7,
    "view_channel": 1 << 10,
    "send_messages": 1 << 11,
    "manage_messages": 1 << 13,
    "embed_links": 1 << 14,
    "attach_files": 1 << 15,
    "read_message_history": 1 << 16,
    "mention_everyone": 1 << 17,
    "manage_roles": 1 << 28,
    "use_application_commands": 1 << 31,
    "manage_threads": 1 << 34,
    "create_public_threads": 1 << 35,
    "create_private_threads": 1 << 36,
    "send_messages_in_threads": 1 << 38,
    "pin_messages": 1 << 51,
}
EVERYTHING = sum(BITS.values())
ORDINARY = sum(
    BITS[name]
    for name in (
        "view_channel",
        "send_messages",
        "add_reactions",
        "embed_links",
        "attach_files",
        "read_message_history",
        "use_application_commands",
        "create_public_threads",
        "send_messages_in_threads",
    )
)


def bits(*names: str) -> int:
    """The named permissions as one number."""
    return sum(BITS[name] for name in names)


def granted(guild: Guild | None, channel: Channel | None, user_id: int) -> int:
    """Everything this person may do in this place; in a direct message, everything."""
    if guild is None:
        return EVERYTHING
    member = guild.members.get(user_id)
    if member is None:
        return 0
    base = guild.roles[guild.id].permissions
    for role_id in member.roles:
        base |= guild.roles[role_id].permissions
    if user_id == guild.owner_id or base & BITS["administrator"]:
        return EVERYTHING
    return base if channel is None else _with_overwrites(base, channel, guild.id, member.roles, user_id)


def _with_overwrites(base: int, channel: Channel, guild_id: int, roles: list[int], user_id: int) -> int:
    """Everyone's overwrite first, then all roles together, then the member's own."""
    base = _apply(base, [o for o in channel.overwrites.values() if o.id == guild_id])
    base = _apply(base, [o for o in channel.overwrites.values() if o.id in roles])
    return _apply(base, [o for o in channel.overwrites.values() if o.for_member and o.id == user_id])


def _apply(base: int, overwrites: list[Overwrite]) -> int:
    for overwrite in overwrites:
        base &= ~overwrite.deny
    for overwrite in overwrites:
        base |= overwrite.allow
    return base
