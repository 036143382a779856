"""`users.*`, `usergroups.*`, `team.info`, `bots.info`.

https://docs.slack.dev/reference/methods/users.info
"""

from adapters.sim.slack import render
from adapters.sim.slack.errors import ApiError
from adapters.sim.slack.nouns import Json

from .call import Call


def user_info(call: Call) -> Json:
    user = call.world.users.get(call.needed("user"))
    if user is None or user.team_id != call.team.id:
        raise ApiError("user_not_found")
    shown = render.user(call.world, user)
    return {"user": shown | ({"locale": user.locale} if call.flag("include_locale") else {})}


def users_list(call: Call) -> Json:
    there = [u for u in call.world.users.values() if u.team_id == call.team.id]
    members = [render.user(call.world, user) for user in there]
    return {"members": members, "cache_ts": int(call.world.now()), "response_metadata": {"next_cursor": ""}}


def groups_list(call: Call) -> Json:
    there = [g for g in call.world.groups.values() if g.team_id == call.team.id]
    extra = call.flag("include_users")
    return {"usergroups": [render.group(g) | ({"users": g.users} if extra else {}) for g in there]}


def group_users(call: Call) -> Json:
    group = call.world.groups.get(call.needed("usergroup"))
    if group is None or group.team_id != call.team.id:
        raise ApiError("no_such_subteam")
    return {"users": group.users}


def team_info(call: Call) -> Json:
    asked = call.text("team")
    if asked and asked != call.team.id:
        raise ApiError("team_not_found")
    return {"team": render.team(call.team)}


def bot_info(call: Call) -> Json:
    asked = call.text("bot") or call.bot.bot_id
    found = next((u for u in call.world.users.values() if u.bot_id == asked), None)
    if found is None or found.team_id != call.team.id:
        raise ApiError("bot_not_found")
    return {"bot": render.bot(call.world, found)}
