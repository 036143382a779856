"""/users, /guilds, /applications/@me and /gateway: who is who, and where the socket is."""

from adapters.sim.discord import render
from adapters.sim.discord.errors import unknown
from adapters.sim.discord.nouns import Json

from .call import Call

SESSIONS = 1000


def me(call: Call) -> Json:
    """Get Current User."""
    return render.me(call.world.bot)


def user(call: Call) -> Json:
    """Get User."""
    found = call.world.users.get(call.snowflake("user_id"))
    if found is None:
        raise unknown(10013)
    return render.user(found)


def application(call: Call) -> Json:
    """Get Current Application."""
    return render.application(call.world)


def gateway(call: Call) -> Json:
    """Get Gateway."""
    return {"url": call.world.base_url.replace("http", "ws", 1) + "/gw/"}


def gateway_bot(call: Call) -> Json:
    """Get Gateway Bot."""
    limit = {
        "total": SESSIONS,
        "remaining": max(0, SESSIONS - call.world.identifies),
        "reset_after": 86_400_000,
        "max_concurrency": 1,
    }
    return gateway(call) | {"shards": 1, "session_start_limit": limit}


def guild(call: Call) -> Json:
    """Get Guild."""
    found = call.guild()
    counts = {
        "approximate_member_count": len(found.members),
        "approximate_presence_count": len(found.members),
    }
    return render.guild(found) | (counts if call.flag("with_counts") else {})


def member(call: Call) -> Json:
    """Get Guild Member."""
    found = call.guild().members.get(call.snowflake("user_id"))
    if found is None:
        raise unknown(10007)
    return render.full_member(found)


def members(call: Call) -> list[Json]:
    """List Guild Members."""
    limit, after = call.number("limit", 1, 1, 1000), int(call.query.get("after", 0))
    listed = sorted(call.guild().members.values(), key=lambda m: m.user.id)
    return [render.full_member(m) for m in listed if m.user.id > after][:limit]


def roles(call: Call) -> list[Json]:
    """Get Guild Roles."""
    return [render.role(r) for r in call.guild().roles.values()]
