"""How people, conversations, messages, files and views look on the wire.

https://docs.slack.dev/reference/objects
"""

from typing import TYPE_CHECKING

from .ids import SEED_TIME
from .nouns import (
    DIRECT,
    GROUP,
    PRIVATE,
    PUBLIC,
    Channel,
    File,
    Group,
    Json,
    Team,
    User,
    View,
)

if TYPE_CHECKING:
    from .world import World

FILETYPES = {"text/plain": "text", "text/markdown": "markdown", "image/jpeg": "jpg", "image/png": "png"}


def avatar(world: "World", user_id: str, size: int) -> str:
    return f"{world.base_url}/avatars/{user_id}-{size}.png"


def team(house: Team) -> Json:
    """A workspace, as `team.info` has it."""
    return {
        "id": house.id,
        "name": house.name,
        "url": f"https://{house.domain}.slack.com/",
        "domain": house.domain,
        "email_domain": "",
        "icon": {"image_default": True},
        "avatar_base_url": "https://ca.slack-edge.com/",
        "is_verified": False,
    }


def user(world: "World", who: User) -> Json:
    """A user, as `users.info` has them."""
    shown: Json = {
        "id": who.id,
        "team_id": who.team_id,
        "name": who.name,
        "deleted": who.deleted,
        "color": "9f69e7",
        "real_name": who.real_name,
        "tz": who.tz,
        "tz_label": "Central European Time",
        "tz_offset": who.tz_offset,
        "profile": profile(world, who),
        "is_admin": who.is_admin,
        "is_owner": who.is_owner,
        "is_primary_owner": who.is_owner,
        "is_restricted": who.is_guest,
        "is_ultra_restricted": who.is_guest,
        "is_bot": who.is_bot,
        "is_app_user": False,
        "updated": SEED_TIME,
        "is_email_confirmed": not who.is_bot,
        "who_can_share_contact_card": "EVERYONE",
    }
    return shown


def profile(world: "World", who: User) -> Json:
    """What a person says of themselves; the e-mail address takes a scope of its own, which no token here has."""
    shown: Json = {
        "title": "",
        "phone": "",
        "skype": "",
        "real_name": who.real_name,
        "real_name_normalized": who.real_name,
        "display_name": "" if who.is_bot else who.name,
        "display_name_normalized": "" if who.is_bot else who.name,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": f"g{who.id[-9:].lower()}",
        "first_name": who.real_name,
        "last_name": "",
        "team": who.team_id,
    }
    shown |= {f"image_{size}": avatar(world, who.id, size) for size in (24, 32, 48, 72, 192, 512)}
    if who.is_bot:
        shown |= {"api_app_id": who.app_id, "always_active": True, "bot_id": who.bot_id}
    return shown


def bot(world: "World", who: User) -> Json:
    """A bot, as `bots.info` and the profile of its messages have it."""
    return {
        "id": who.bot_id,
        "app_id": who.app_id,
        "user_id": who.id,
        "name": who.real_name,
        "icons": {f"image_{size}": avatar(world, who.id, size) for size in (36, 48, 72)},
        "deleted": who.deleted,
        "updated": SEED_TIME,
        "team_id": who.team_id,
    }


def group(one: Group) -> Json:
    """A user group, as `usergroups.list` has it."""
    return {
        "id": one.id,
        "team_id": one.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": one.name,
        "description": "",
        "handle": one.handle,
        "is_external": False,
        "date_create": SEED_TIME,
        "date_update": SEED_TIME,
        "date_delete": 0,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": one.users[0] if one.users else "",
        "updated_by": one.users[0] if one.users else "",
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(one.users),
    }


def channel(world: "World", place: Channel, viewer: str) -> Json:
    """A conversation, as `conversations.info` has it for this viewer."""
    base: Json = {
        "id": place.id,
        "created": place.created,
        "is_archived": place.is_archived,
        "is_im": place.kind == DIRECT,
        "is_org_shared": False,
        "context_team_id": place.team_id,
        "updated": place.created * 1000,
    }
    if place.kind == DIRECT:
        other = next((who for who in place.members if who != viewer), viewer)
        return base | {"user": other, "is_user_deleted": False, "priority": 0}
    return base | {
        "name": place.name,
        "name_normalized": place.name,
        "is_channel": place.kind == PUBLIC,
        "is_group": place.kind == PRIVATE,
        "is_mpim": place.kind == GROUP,
        "is_private": place.kind != PUBLIC,
        "is_general": place.name == "general",
        "is_member": viewer in place.members,
        "unlinked": 0,
        "is_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "creator": place.creator,
        "shared_team_ids": [place.team_id],
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "topic": {"value": place.topic, "creator": place.creator, "last_set": place.created},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    }


def file(world: "World", stored: File) -> Json:
    """A file, as messages and `files.info` have it."""
    filetype = FILETYPES.get(stored.mimetype) or stored.name.rpartition(".")[2] or "binary"
    page = f"{world.base_url}/files-pri/{stored.team_id}-{stored.id}"
    shares: Json = {}
    for place, stamps in stored.shares.items():
        kind = "public" if world.channels[place].kind == PUBLIC else "private"
        shares.setdefault(kind, {})[place] = [{"ts": ts, "team_id": stored.team_id} for ts in stamps]
    shown: Json = {
        "id": stored.id,
        "created": int(stored.at),
        "timestamp": int(stored.at),
        "name": stored.name,
        "title": stored.title,
        "mimetype": stored.mimetype,
        "filetype": filetype,
        "pretty_type": filetype.upper(),
        "user": stored.user_id,
        "user_team": stored.team_id,
        "editable": False,
        "size": stored.size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": "public" in shares,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{page}/{stored.name}",
        "url_private_download": f"{page}/download/{stored.name}",
        "media_display_type": "unknown",
        "permalink": f"{world.base_url}/files/{stored.user_id}/{stored.id}/{stored.name}",
        "permalink_public": f"{world.base_url}/{stored.team_id}-{stored.id}",
        "is_starred": False,
        "has_rich_preview": False,
        "file_access": "visible",
        "shares": shares,
    }
    return shown | ({"alt_txt": stored.alt_txt} if stored.alt_txt else {})


def view(world: "World", one: View) -> Json:
    """A modal or a Home, with what was filled in."""
    body = one.body
    bot_user = world.bot_in(one.team_id)
    return {
        "id": one.id,
        "team_id": one.team_id,
        "type": one.kind,
        "blocks": one.blocks,
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": one.values},
        "hash": one.hash,
        "title": body.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": one.previous_id,
        "root_view_id": one.root_id,
        "app_id": world.app.id,
        "external_id": body.get("external_id", ""),
        "app_installed_team_id": one.team_id,
        "bot_id": bot_user.bot_id if bot_user else None,
    }
