"""`agents.sessions.*` and `assistant.threads.*`: what an agent says of its threads.

https://docs.slack.dev/ai/agent-sessions
"""

from adapters.sim.slack.errors import ApiError, malformed
from adapters.sim.slack.ids import fresh
from adapters.sim.slack.nouns import Assistance, Channel, Json, Session

from .call import Call

STATUSES = ("active", "processing", "suspended", "closed")
TITLE_LIMIT = 200
UNHEARD = "missing_agent_session_stopped_event_subscription"


def set_status(call: Call) -> Json:
    _agents_only(call)
    channel = call.writable("channel_id")
    status = call.needed("status")
    if status not in STATUSES:
        raise malformed("invalid_arguments", f"status must be one of {', '.join(STATUSES)}")
    title = call.text("title")
    if len(title) > TITLE_LIMIT:
        raise malformed("invalid_arguments", f"title must be less than {TITLE_LIMIT + 1} characters")
    call.customized()
    initiator = call.text("initiator_user_id") or None
    if initiator is not None and initiator not in channel.members:
        raise ApiError("user_not_in_channel")
    session = set_status_of(call, channel, _thread(call, channel), status, title=title, initiator=initiator)
    return {"status": session.status, "agent_status": session.status, "title": session.title}


def set_status_of(
    call: Call,
    channel: Channel,
    thread_ts: str,
    status: str,
    *,
    title: str = "",
    initiator: str | None = None,
) -> Session:
    """Make or change the session of a thread; title and initiator count only when it is made."""
    world = call.world
    session = world.sessions.get((channel.id, thread_ts))
    if session is None:
        session = Session(
            id=fresh("As"),
            team_id=channel.team_id,
            channel_id=channel.id,
            thread_ts=thread_ts,
            status=status,
            title=title,
            initiator=initiator,
        )
        world.sessions[channel.id, thread_ts] = session
    session.status = status
    session.past.append(status)
    session.stoppable = "agent_session_stopped" in world.app.events
    if status == "processing" and not session.stoppable:
        call.warnings.append(UNHEARD)
    world.tell("session.changed", session, channel)
    return session


def rename(call: Call) -> Json:
    _agents_only(call)
    channel = call.channel("channel_id")
    title = call.needed("title")
    if len(title) > TITLE_LIMIT:
        raise malformed("invalid_arguments", f"title must be less than {TITLE_LIMIT + 1} characters")
    session = call.world.sessions.get((channel.id, _thread(call, channel)))
    if session is None:
        raise ApiError("session_not_found")
    session.title = title
    call.world.tell("session.changed", session, channel)
    return {"title": title}


def set_thread_status(call: Call) -> Json:
    channel = call.writable("channel_id")
    known = call.world.assistance(channel.id, _thread(call, channel))
    loading = call.data("loading_messages") or []
    if not isinstance(loading, list) or len(loading) > 10 or any(len(each) > 50 for each in loading):
        raise malformed(
            "invalid_arguments", "loading_messages must be no more than 10, of 50 characters each"
        )
    world = call.world
    known.status, known.loading, known.status_at = call.text("status"), loading, world.now()
    world.tell("assistant.status", known, channel)
    if known.status:
        said_at = known.status_at
        world.later(world.rules.status_seconds, lambda: _forget(call, channel, known, said_at))
    return {}


def _forget(call: Call, channel: Channel, known: Assistance, said_at: float) -> None:
    """A status that nothing followed goes away after a while."""
    if known.status and known.status_at == said_at:
        known.status = ""
        call.world.tell("assistant.status", known, channel)


def set_title(call: Call) -> Json:
    channel = call.writable("channel_id")
    known = call.world.assistance(channel.id, _thread(call, channel))
    known.title = call.needed("title")
    call.world.tell("assistant.title", known, channel)
    return {}


def set_prompts(call: Call) -> Json:
    """Without a thread they stand above the whole conversation, as the agent view has them."""
    channel = call.writable("channel_id")
    prompts = call.list_of("prompts", "invalid_arguments")
    if not 1 <= len(prompts) <= 4 or any(set(each) != {"title", "message"} for each in prompts):
        raise malformed("invalid_arguments", "prompts must be 1 to 4 of title and message")
    thread_ts = call.thread(channel) or ""
    if not thread_ts and not call.world.app.agent:
        raise malformed("invalid_arguments", "missing required field: thread_ts")
    known = call.world.assistance(channel.id, thread_ts)
    known.prompts, known.prompts_title = prompts, call.text("title")
    call.world.tell("assistant.prompts", known, channel)
    return {}


def _agents_only(call: Call) -> None:
    if not call.world.app.agent or not call.world.rules.sessions_allowed:
        raise ApiError("access_denied")


def _thread(call: Call, channel: Channel) -> str:
    found = call.thread(channel)
    if found is None:
        raise malformed("invalid_arguments", "missing required field: thread_ts")
    return found
