"""`auth.*`, `oauth.v2.access`, `apps.*`: who a token is, getting one, ending it, and opening sockets.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from adapters.sim.slack import oauth
from adapters.sim.slack.errors import ApiError
from adapters.sim.slack.nouns import Json, Token

from .call import Call


def test(call: Call) -> Json:
    assert call.token is not None
    if call.token.kind == "app":
        return {"app_name": call.world.app.name, "app_id": call.world.app.id}
    return {
        "url": f"https://{call.team.domain}.slack.com/",
        "team": call.team.name,
        "user": call.bot.name,
        "team_id": call.team.id,
        "user_id": call.bot.id,
        "bot_id": call.bot.bot_id,
        "is_enterprise_install": False,
    }


def revoke(call: Call) -> Json:
    assert call.token is not None
    if call.flag("test"):
        return {"revoked": False}
    oauth.revoke(call.world, call.token.value)
    return {"revoked": True}


def uninstall(call: Call) -> Json:
    _client(call)
    oauth.uninstall(call.world, call.team)
    return {}


def connect(call: Call) -> Json:
    """An address for one socket; no more than so many may be open at once."""
    if not call.world.app.socket_mode:
        raise ApiError("access_denied")
    if len(call.server.deliveries.lines) >= call.world.rules.connections:
        raise ApiError("too_many_websockets")
    return {"url": call.server.ticket()}


def access(call: Call) -> Json:
    """The code that came with the redirect, for a token."""
    _client(call)
    world = call.world
    if call.text("grant_type") not in ("", "authorization_code"):
        raise ApiError("invalid_grant_type")
    code = world.codes.get(call.text("code"))
    if code is None or world.now() - code.at > world.rules.code_seconds:
        raise ApiError("invalid_code")
    if code.used:
        raise ApiError("code_already_used")
    if code.redirect_uri != call.text("redirect_uri"):
        raise ApiError("bad_redirect_uri")
    code.used = True
    team, person = world.teams[code.team_id], world.users[code.user_id]
    return _installed(call, world.install(team, person, scopes=code.scopes))


def _installed(call: Call, token: Token) -> Json:
    team = call.world.teams[token.team_id]
    return {
        "access_token": token.value,
        "token_type": "bot",
        "scope": ",".join(token.scopes),
        "bot_user_id": token.user_id,
        "app_id": call.world.app.id,
        "team": {"name": team.name, "id": team.id},
        "enterprise": None,
        "authed_user": {"id": token.installer},
        "is_enterprise_install": False,
    }


def _client(call: Call) -> None:
    if call.text("client_id") != call.world.app.client_id:
        raise ApiError("invalid_client_id")
    if call.text("client_secret") != call.world.app.client_secret:
        raise ApiError("bad_client_secret")
