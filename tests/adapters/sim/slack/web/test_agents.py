"""What an agent says of its threads, and Slack's own Stop."""

from typing import Any

import pytest

from adapters.sim.slack import Refused, SlackServer, usual
from tests.adapters.sim.slack.conftest import Api


@pytest.fixture
def thread(slack: SlackServer) -> dict[str, Any]:
    asked = slack.as_person("ada").say("dm", "count")
    return {"channel_id": asked.channel_id, "thread_ts": asked.ts}


async def test_a_session_is_made_and_changed(slack: SlackServer, api: Api, thread: dict[str, Any]) -> None:
    first = await api.ok("agents.sessions.setStatus", **thread, status="processing", title="Counting")
    second = await api.ok("agents.sessions.setStatus", **thread, status="active", title="Other")
    assert (first["status"], second["title"]) == ("processing", "Counting")
    await api.ok("agents.sessions.rename", **thread, title="Other")
    session = slack.world.sessions[thread["channel_id"], thread["thread_ts"]]
    assert (session.title, session.past) == ("Other", ["processing", "active"])


async def test_stop_ends_what_grows_and_the_app_sets_the_status_itself(
    slack: SlackServer, api: Api, thread: dict[str, Any]
) -> None:
    ada = slack.as_person("ada")
    asked = slack.world.messages[thread["channel_id"], thread["thread_ts"]]
    with pytest.raises(Refused):
        ada.stop(asked)
    await api.ok("agents.sessions.setStatus", **thread, status="processing")
    place = {"channel": asked.channel_id}
    begun = await api.ok("chat.startStream", **place, thread_ts=asked.ts, markdown_text="one")
    ada.stop(asked)
    for method in ("chat.appendStream", "chat.stopStream"):
        assert await api.error(method, **place, ts=begun["ts"], markdown_text="x") == "stopped_by_user"
    assert slack.world.sessions[asked.channel_id, asked.ts].status == "processing"
    await api.ok("chat.update", **place, ts=begun["ts"], text="one (stopped)")


async def test_without_the_subscription_there_is_a_warning_and_no_stop(
    slack: SlackServer, api: Api, thread: dict[str, Any]
) -> None:
    slack.world.app.events -= {"agent_session_stopped"}
    answer = await api.ok("agents.sessions.setStatus", **thread, status="processing")
    assert answer["warning"] == "missing_agent_session_stopped_event_subscription"
    with pytest.raises(Refused):
        slack.as_person("ada").stop(slack.world.messages[thread["channel_id"], thread["thread_ts"]])


async def test_an_app_that_is_no_agent_has_no_sessions(
    slack: SlackServer, api: Api, thread: dict[str, Any]
) -> None:
    manifest = usual()
    del manifest["features"]["agent_view"]
    slack.apply_manifest(manifest)
    assert await api.error("agents.sessions.setStatus", **thread, status="active") == "access_denied"


async def test_a_status_title_and_prompts_stand_until_the_app_says_something(
    slack: SlackServer, api: Api, thread: dict[str, Any]
) -> None:
    await api.ok("assistant.threads.setStatus", **thread, status="is thinking…", loading_messages=["hm"])
    await api.ok("assistant.threads.setTitle", **thread, title="Counting")
    prompts = [{"title": "Why", "message": "Why is the sky blue?"}]
    await api.ok("assistant.threads.setSuggestedPrompts", channel_id=thread["channel_id"], prompts=prompts)
    known = slack.world.assistance(thread["channel_id"], thread["thread_ts"])
    assert (known.status, known.title, known.loading) == ("is thinking…", "Counting", ["hm"])
    assert slack.world.assistance(thread["channel_id"]).prompts == prompts
    await api.ok("chat.postMessage", channel=thread["channel_id"], thread_ts=thread["thread_ts"], text="one")
    assert known.status == ""


async def test_a_status_goes_away_by_itself(slack: SlackServer, api: Api, thread: dict[str, Any]) -> None:
    slack.world.rules.status_seconds = 0.01
    await api.ok("assistant.threads.setStatus", **thread, status="is thinking…")
    known = slack.world.assistance(thread["channel_id"], thread["thread_ts"])
    await slack.world.until(lambda: known.status == "")


async def test_another_name_takes_another_scope(slack: SlackServer, api: Api, thread: dict[str, Any]) -> None:
    refused = await api.error("agents.sessions.setStatus", **thread, status="active", username="Boss")
    assert refused == "missing_scope"


async def test_what_is_wrong_is_refused(slack: SlackServer, api: Api, thread: dict[str, Any]) -> None:
    async def refused(method: str, **args: Any) -> str:
        return await api.error(method, **args)

    assert await refused("agents.sessions.setStatus", **thread, status="bored") == "invalid_arguments"
    assert await refused("agents.sessions.setStatus", channel_id=thread["channel_id"], status="active") == (
        "invalid_arguments"
    )
    assert await refused("agents.sessions.rename", **thread, title="x" * 201) == "invalid_arguments"
    assert await refused("agents.sessions.rename", **thread, title="x") == "session_not_found"
    assert await refused("assistant.threads.setSuggestedPrompts", **thread, prompts=[]) == "invalid_arguments"
    assert len(api.noted()) == 4
