"""Installing the app in a workspace: the page a person allows it on, the code, and taking it away again.

https://docs.slack.dev/authentication/installing-with-oauth
"""

import secrets
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from .nouns import Team, User

if TYPE_CHECKING:
    from .world import World


class Refused(Exception):
    """Slack shows a page that says why, instead of asking."""


@dataclass(slots=True, kw_only=True)
class Code:
    """What came back with the redirect; good once, for some minutes."""

    value: str
    team_id: str
    user_id: str
    scopes: tuple[str, ...]
    redirect_uri: str
    at: float
    used: bool = False


def check(world: "World", asked: dict[str, str]) -> None:
    """Raise Refused where the address is not one that the app may send people to."""
    if asked.get("client_id") != world.app.client_id:
        raise Refused("invalid_client_id")
    scopes = {scope for scope in asked.get("scope", "").split(",") if scope}
    if not scopes:
        raise Refused("scope is missing: no_scopes")
    if strange := scopes - set(world.app.scopes):
        raise Refused(f"invalid_scope: {', '.join(sorted(strange))} is not in the manifest")
    where = asked.get("redirect_uri", "")
    allowed = world.app.redirect_urls
    if allowed and where and not any(where.startswith(url) for url in allowed):
        raise Refused("bad_redirect_uri: redirect_uri did not match any configured URIs")
    if not where and not allowed:
        raise Refused("missing redirect_uri: none is configured")


def page(world: "World", asked: dict[str, str]) -> str:
    """What a person sees: which workspaces, who they are, and a button."""
    try:
        check(world, asked)
    except Refused as refused:
        return refusal(str(refused))
    owners = [user for user in world.people if user.is_admin]
    buttons = "".join(
        f'<button name="user" value="{user.id}">Allow in {escape(world.teams[user.team_id].name)}'
        f" as {escape(user.real_name)}</button>"
        for user in owners
    )
    return (
        f"<!DOCTYPE html><html><title>{escape(world.app.name)} is requesting permission</title>"
        f'<h1>{escape(world.app.name)} is requesting permission</h1><form method="post">{buttons}'
        '<button name="user" value="">Cancel</button></form></html>'
    )


def refusal(why: str) -> str:
    """The page instead."""
    return f"<!DOCTYPE html><html><title>Oops</title><h1>Something went wrong</h1><p>{escape(why)}</html>"


def allow(world: "World", asked: dict[str, str]) -> str:
    """A person pressed the button: the address they are sent to. Raises Refused."""
    check(world, asked)
    where = asked.get("redirect_uri") or world.app.redirect_urls[0]
    if not asked.get("user"):
        return _with(where, {"error": "access_denied", "state": asked.get("state", "")})
    user = world.users[asked["user"]]
    if not user.is_admin:
        raise Refused("app_approval_required: only an admin may install apps here")
    code = Code(
        value=secrets.token_hex(12),
        team_id=user.team_id,
        user_id=user.id,
        scopes=tuple(scope for scope in asked["scope"].split(",") if scope),
        redirect_uri=asked.get("redirect_uri", ""),
        at=world.now(),
    )
    world.codes[code.value] = code
    return _with(where, {"code": code.value, "state": asked.get("state", "")})


def _with(where: str, extra: dict[str, str]) -> str:
    return f"{where}{'&' if '?' in where else '?'}{urlencode(extra)}"


def uninstall(world: "World", team: Team) -> None:
    """Take the app out of a workspace: its tokens end, its user goes."""
    ended = [t for t in world.tokens.values() if t.team_id == team.id and not t.revoked]
    bot: User | None = team.bot
    for token in ended:
        revoke(world, token.value)
    if ended:
        world.tell("app.uninstalled", ended[0])
    if bot is not None:
        bot.deleted, team.bot = True, None
        for channel in world.channels.values():
            if bot.id in channel.members and channel.kind in ("channel", "group"):
                channel.members.remove(bot.id)


def revoke(world: "World", value: str) -> None:
    """End one token."""
    token = world.tokens[value]
    world.tell("token.revoked", token)
    token.revoked = True
