"""How people, places and the application look on the wire, field by field as Discord's OpenAPI file requires.

https://github.com/discord/discord-api-spec
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from . import permissions
from .nouns import DM, Channel, Guild, Json, Member, Role, User

if TYPE_CHECKING:
    from .world import World


def moment(at: float) -> str:
    """A time in Discord's ISO form."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")


def user(person: User) -> Json:
    """A user as others see them."""
    return {
        "id": str(person.id),
        "username": person.username,
        "global_name": person.global_name,
        "avatar": None,
        "discriminator": "0000" if person.bot else "0",
        "public_flags": 0,
        "flags": 0,
        "bot": person.bot,
        "banner": None,
        "accent_color": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
    }


def me(own: User) -> Json:
    """A user as they see themselves."""
    return user(own) | {"mfa_enabled": True, "locale": own.locale, "email": None, "verified": True}


def member(found: Member) -> Json:
    """A membership, without the user it belongs to."""
    return {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": moment(found.joined_at),
        "nick": found.nick,
        "pending": False,
        "premium_since": None,
        "roles": [str(role) for role in found.roles],
        "mute": False,
        "deaf": False,
    }


def full_member(found: Member) -> Json:
    """A membership with its user."""
    return member(found) | {"user": user(found.user)}


def role(given: Role) -> Json:
    """A given."""
    rendered: Json = {
        "id": str(given.id),
        "name": given.name,
        "permissions": str(given.permissions),
        "position": given.position,
        "color": given.color,
        "colors": {"primary_color": given.color, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": given.bot_id is not None,
        "mentionable": given.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if given.bot_id is not None:
        rendered["tags"] = {"bot_id": str(given.bot_id)}
    return rendered


def channel(place: Channel) -> Json:
    """A text channel, direct message or thread."""
    rendered: Json = {
        "id": str(place.id),
        "type": place.kind,
        "flags": 0,
        "last_message_id": place.last_message_id and str(place.last_message_id),
    }
    if place.kind == DM:
        return rendered | {"recipients": [user(u) for u in place.recipients]}
    rendered |= {
        "guild_id": str(place.guild_id),
        "name": place.name,
        "parent_id": place.parent_id and str(place.parent_id),
        "rate_limit_per_user": 0,
    }
    return rendered | (_thread(place) if place.is_thread else _text_channel(place))


def _text_channel(place: Channel) -> Json:
    return {
        "topic": place.topic,
        "position": place.position,
        "nsfw": False,
        "permission_overwrites": [
            {
                "id": str(overwrite.id),
                "type": int(overwrite.for_member),
                "allow": str(overwrite.allow),
                "deny": str(overwrite.deny),
            }
            for overwrite in place.overwrites.values()
        ],
    }


def _thread(place: Channel) -> Json:
    count = sum(1 for m in place.messages if not m.deleted)
    return {
        "owner_id": str(place.owner_id),
        "message_count": count,
        "total_message_sent": place.total_sent,
        "member_count": min(len(place.joined), 50),
        "thread_metadata": {
            "archived": place.archived,
            "archive_timestamp": moment(place.archived_at),
            "auto_archive_duration": place.auto_archive_minutes,
            "locked": place.locked,
            "create_timestamp": moment(place.archived_at),
        },
    }


def thread_member(thread: Channel, user_id: int) -> Json:
    """A person's place in a thread."""
    return {
        "id": str(thread.id),
        "user_id": str(user_id),
        "join_timestamp": moment(thread.joined[user_id]),
        "flags": 0,
    }


def guild(house: Guild) -> Json:
    """A guild with its roles, without channels and members."""
    return {
        "id": str(house.id),
        "name": house.name,
        "owner_id": str(house.owner_id),
        "roles": [role(r) for r in house.roles.values()],
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": [],
        "banner": None,
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 1,
        "default_message_notifications": 0,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def application(world: "World") -> Json:
    """The application as its owner sees it."""
    return {
        "id": str(world.application_id),
        "name": world.bot.username,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(world.bot),
        "bot_public": False,
        "bot_require_code_grant": False,
        "install_params": {"scopes": ["bot", "applications.commands"], "permissions": "0"},
        "integration_types_config": {"0": {}},
        "verify_key": "0" * 64,
        "flags": application_flags(world),
        "flags_new": str(application_flags(world)),
        "tags": [],
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(world.people[0]),
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


def application_flags(world: "World") -> int:
    """Which privileged intents the portal grants: members 1<<15, message content 1<<19 (limited forms)."""
    members = 1 << 15 if world.rules.guild_members_allowed else 0
    return members | (1 << 19 if world.rules.message_content_allowed else 0)


def permissions_in(world: "World", person: User, place: Channel) -> str:
    """This person's permissions here, as the wire wants them."""
    return str(permissions.granted(world.guild_of(place), world.thread_parent(place), person.id))
