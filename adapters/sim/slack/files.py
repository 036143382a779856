"""Files people and the app sent: announced, uploaded, shared, and read again with a token.

https://docs.slack.dev/messaging/working-with-files
"""

import mimetypes
import secrets
from typing import TYPE_CHECKING

from .ids import fresh
from .nouns import File, User

if TYPE_CHECKING:
    from .world import World


def announce(world: "World", owner: User, name: str, size: int) -> File:
    """A file that is to be uploaded to the address with its key."""
    file = File(
        id=fresh("F"),
        team_id=owner.team_id,
        user_id=owner.id,
        name=name,
        title=name,
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
        size=size,
        at=world.now(),
        state="waiting",
        upload_key=secrets.token_urlsafe(24),
    )
    world.files[file.id] = file
    return file


def put(world: "World", owner: User, name: str, content: bytes, mimetype: str | None = None) -> File:
    """A file that a person drops into a conversation."""
    file = announce(world, owner, name, len(content))
    file.content, file.state = content, "shared"
    file.mimetype = mimetype or file.mimetype
    return file


def uploading(world: "World", key: str) -> File | None:
    """The file that waits for its bytes under this key."""
    return next((f for f in world.files.values() if f.upload_key == key and f.state == "waiting"), None)


def private(world: "World", owner: str, authorization: str | None) -> File | None:
    """The file of an address `T…-F…`, for a token of that workspace with `files:read`."""
    token = world.tokens.get((authorization or "").removeprefix("Bearer "))
    team_id, _, file_id = owner.partition("-")
    if token is None or token.revoked or token.team_id != team_id or "files:read" not in token.scopes:
        return None
    return world.files.get(file_id)
