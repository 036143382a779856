"""Who a text rings for, and which links in it get a preview.

https://docs.discord.com/developers/resources/message#allowed-mentions-object
"""

import re
from typing import TYPE_CHECKING

from .nouns import Channel, Json, Pings, User

if TYPE_CHECKING:
    from .world import World

CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
USER = re.compile(r"<@!?(\d+)>")
ROLE = re.compile(r"<@&(\d+)>")
EVERYONE = re.compile(r"@(everyone|here)\b")
LINK = re.compile(r"(?<![<\w])https?://[^\s<>)\]\"']+")
PREVIEWS = 5


def rung(
    world: "World",
    channel: Channel,
    author: User,
    text: str,
    allowed: Json | None,
    replied: User | None = None,
) -> Pings:
    """Everybody this text rings for. Without `allowed`, everything it names, and whom it answers."""
    plain = CODE.sub(" ", text)
    users = {int(found) for found in USER.findall(plain)} & world.users.keys()
    roles = {int(found) for found in ROLE.findall(plain)}
    loud = world.can(author, channel, "mention_everyone")
    guild = world.guild_of(channel)
    named = {r for r in roles if guild and r in guild.roles and (loud or guild.roles[r].mentionable)}
    everyone = bool(EVERYONE.search(plain)) and loud and guild is not None
    pings = Pings(users=frozenset(users), roles=frozenset(named), everyone=everyone)
    if allowed is not None:
        pings = _narrowed(pings, allowed)
    if replied and (allowed is None or allowed.get("replied_user")):
        pings = Pings(users=pings.users | {replied.id}, roles=pings.roles, everyone=pings.everyone)
    return pings


def _narrowed(pings: Pings, allowed: Json) -> Pings:
    parse = set(allowed.get("parse") or [])
    users = {int(u) for u in allowed.get("users") or [] if u}
    roles = {int(r) for r in allowed.get("roles") or [] if r}
    return Pings(
        users=pings.users if "users" in parse else pings.users & users,
        roles=pings.roles if "roles" in parse else pings.roles & roles,
        everyone=pings.everyone and "everyone" in parse,
    )


def previews(text: str) -> list[Json]:
    """A link preview for every bare address in the text; none inside code or angle brackets."""
    found = list(dict.fromkeys(LINK.findall(CODE.sub(" ", text))))
    return [
        {
            "type": "link",
            "url": url,
            "title": url.split("/")[2],
            "description": f"A page on {url.split('/')[2]}.",
        }
        for url in found[:PREVIEWS]
    ]
