"""slack-bolt against the simulated Slack, in Socket Mode and over HTTP: the library that bots are made with."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.sim.slack import SlackServer
from tests.adapters.sim.slack.conftest import Bolt

FORM = {
    "type": "modal",
    "callback_id": "ask",
    "title": {"type": "plain_text", "text": "Ask"},
    "submit": {"type": "plain_text", "text": "Ask"},
    "blocks": [
        {
            "type": "input",
            "block_id": "question",
            "label": {"type": "plain_text", "text": "Question"},
            "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
        }
    ],
}


def button(action_id: str, text: str = "Stop") -> dict[str, Any]:
    shown = {"type": "plain_text", "text": text}
    return {"type": "actions", "elements": [{"type": "button", "action_id": action_id, "text": shown}]}


def soon_again(slack: SlackServer) -> None:
    """What a socket took with it comes again at once; slack-sdk drops some when it changes its socket."""
    slack.world.rules.ack_seconds, slack.world.rules.retry_seconds = 1.0, (0.0,) * 60


async def ignore() -> None:
    """What nobody listens to would come again."""


async def test_a_mention_is_answered_in_its_thread_and_the_answer_grows(
    slack: SlackServer, bolt: Bolt
) -> None:
    async def answer(event: dict[str, Any], say: Any, client: AsyncWebClient) -> None:
        said = await say(text="one", thread_ts=event["ts"])
        await client.chat_update(channel=event["channel"], ts=said["ts"], text="one two")

    bolt.app.event("app_mention")(answer)
    bolt.app.event("message")(ignore)
    await bolt.begin()
    asked = slack.as_person("ada").say("general", "count", mention_bot=True)
    said = await slack.world.until(
        lambda: [m for m in slack.world.from_bot("general") if m.text == "one two"]
    )
    assert [version.text for version in said[0].versions] == ["one", "one two"]
    assert slack.world.thread(asked) == [asked, said[0]]


async def test_a_slash_command_is_acknowledged_with_a_text_and_answered_later(
    slack: SlackServer, bolt: Bolt
) -> None:
    async def poe(ack: Any, respond: Any, command: dict[str, Any]) -> None:
        await ack(f"asking {command['text']}")
        await respond("an answer", response_type="in_channel")

    bolt.app.command("/poe")(poe)
    await bolt.begin()
    asked = slack.as_person("ben").slash("help", "/poe", "why")
    await slack.world.until(lambda: len(asked.replies) == 2)
    texts = {reply.text: reply.seen_by for reply in asked.replies}
    assert texts == {"asking why": asked.user.id, "an answer": None}
    assert (asked.state, asked.ack) == ("acked", {"text": "asking why"})


async def test_a_shortcut_opens_a_modal_which_complains_and_then_is_taken(
    slack: SlackServer, bolt: Bolt
) -> None:
    heard: list[str] = []

    async def ask(ack: Any, client: AsyncWebClient, shortcut: dict[str, Any]) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=FORM)

    async def take(ack: Any, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["question"]["text"]["value"]
        if text == "?":
            await ack(response_action="errors", errors={"question": "ask something"})
        else:
            await ack()
            heard.append(text)

    bolt.app.shortcut("ask_about")(ask)
    bolt.app.view("ask")(take)
    await bolt.begin()
    ada = slack.as_person("ada")
    said = ada.say("general", "the sky is blue")
    ada.shortcut(said, "ask_about")
    form = await slack.world.until(lambda: ada.modal)
    ada.submit(form, {"question": "?"})
    await slack.world.until(lambda: form.errors)
    assert form.errors == {"question": "ask something"}
    ada.submit(form, {"question": "why?"})
    await slack.world.until(lambda: heard and form.state == "submitted")
    assert heard == ["why?"]


async def test_a_button_changes_its_message(slack: SlackServer, bolt: Bolt) -> None:
    async def stop(ack: Any, respond: Any) -> None:
        await ack()
        await respond("stopped", replace_original=True)

    bolt.app.action("stop")(stop)
    await bolt.begin()
    channel = slack.world.channel("general")
    await bolt.client.chat_postMessage(channel=channel.id, text="working", blocks=[button("stop")])
    said = slack.world.from_bot("general")[0]
    pressed = slack.as_person("ada").press(said, "stop")
    await slack.world.until(lambda: said.text == "stopped" and pressed.state == "acked")
    assert said.blocks == []


async def test_a_stream_grows_has_steps_and_takes_feedback(slack: SlackServer, bolt: Bolt) -> None:
    rated: list[str] = []

    async def answer(event: dict[str, Any], client: AsyncWebClient, context: dict[str, Any]) -> None:
        stream = await client.chat_stream(
            channel=event["channel"],
            thread_ts=event["ts"],
            recipient_team_id=context["team_id"],
            recipient_user_id=event["user"],
            buffer_size=1,
        )
        await stream.append(
            chunks=[{"type": "task_update", "id": "1", "title": "Think", "status": "in_progress"}]
        )
        await stream.append(markdown_text="**one** ")
        await stream.append(markdown_text="two")
        sides = {
            side: {"text": {"type": "plain_text", "text": side}, "value": side[:4]}
            for side in ("positive_button", "negative_button")
        }
        feedback = {"type": "feedback_buttons", "action_id": "rate", **sides}
        await stream.stop(blocks=[{"type": "context_actions", "elements": [feedback]}])

    async def rate(ack: Any, action: dict[str, Any]) -> None:
        await ack()
        rated.append(action["value"])

    bolt.app.event("app_mention")(answer)
    bolt.app.event("message")(ignore)
    bolt.app.action("rate")(rate)
    await bolt.begin()
    slack.as_person("ada").say("general", "count", mention_bot=True)
    said = await slack.world.until(
        lambda: next(
            (m for m in slack.world.from_bot("general") if m.stream and m.stream.state == "ended"), None
        )
    )
    assert said.shown == "**one** two"
    assert said.stream is not None
    assert said.stream.tasks["1"]["title"] == "Think"
    slack.as_person("ada").press(said, "rate", "posi")
    await slack.world.until(lambda: rated)
    assert rated == ["posi"]


async def test_stop_is_heard_and_ends_the_stream(slack: SlackServer, bolt: Bolt) -> None:
    heard: list[dict[str, Any]] = []

    async def stopped(event: dict[str, Any]) -> None:
        heard.append(event)

    bolt.app.event("agent_session_stopped")(stopped)
    bolt.app.event("message")(ignore)
    await bolt.begin()
    ada = slack.as_person("ada")
    asked = ada.say("dm", "count")
    place = {"channel_id": asked.channel_id, "thread_ts": asked.ts}
    await bolt.client.agents_sessions_setStatus(**place, status="processing")
    begun = await bolt.client.chat_startStream(
        channel=asked.channel_id, thread_ts=asked.ts, markdown_text="one"
    )
    ada.stop(asked)
    await slack.world.until(lambda: heard)
    assert heard[0]["streaming_message_ts"] == [begun["ts"]]


async def test_a_file_goes_up_and_another_comes_down(slack: SlackServer, bolt: Bolt) -> None:
    channel = slack.world.channel("general")
    await bolt.client.files_upload_v2(
        channel=channel.id, filename="all.md", content="# all", initial_comment="the rest"
    )
    sent = slack.world.from_bot("general")[0]
    assert (sent.text, sent.files[0].content, sent.subtype) == ("the rest", b"# all", "file_share")
    got: list[dict[str, Any]] = []

    async def hear(event: dict[str, Any]) -> None:
        got.extend(event.get("files", ()))

    bolt.app.event("message")(hear)
    await bolt.begin()
    slack.as_person("ada").say("general", "look", files=[("a.png", b"png")])
    await slack.world.until(lambda: got)
    assert got[0]["mimetype"] == "image/png"


async def test_a_refreshed_socket_loses_nothing(slack: SlackServer, bolt: Bolt) -> None:
    heard: list[str] = []

    async def hear(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    bolt.app.event("message")(hear)
    await bolt.begin(connections=2)
    soon_again(slack)
    slack.faults.refresh()
    slack.as_person("ada").say("general", "one")
    await slack.world.until(lambda: "one" in heard, 30)
    await slack.world.until(lambda: len(slack.deliveries.lines) == 2, 30)
    slack.as_person("ada").say("general", "two")
    await slack.world.until(lambda: "two" in heard, 30)


async def test_an_event_whose_socket_is_cut_comes_again(slack: SlackServer, bolt: Bolt) -> None:
    heard: list[str] = []

    async def hear(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    bolt.app.event("message")(hear)
    await bolt.begin()
    soon_again(slack)
    slack.faults.disconnect()
    slack.as_person("ada").say("general", "one")
    await slack.world.until(lambda: heard, 30)
    assert set(heard) == {"one"}


async def test_a_deaf_socket_is_noticed_and_left(slack: SlackServer, bolt: Bolt) -> None:
    heard: list[str] = []

    async def hear(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    bolt.app.event("message")(hear)
    await bolt.begin()
    soon_again(slack)
    slack.faults.deaf()
    slack.as_person("ada").say("general", "one")
    await slack.world.until(lambda: heard, 60)
    assert set(heard) == {"one"}


# -- over HTTP ----------------------------------------------------------------------------------


class Web:
    """A bolt app behind an address of its own."""

    def __init__(self, slack: SlackServer) -> None:
        client = AsyncWebClient(token=slack.token, base_url=slack.api_url)
        self.app = AsyncApp(client=client, signing_secret=slack.signing_secret, process_before_response=True)
        self.statuses: list[int] = []
        self.url = ""

    async def answer(self, request: Request) -> Response:
        response = await AsyncSlackRequestHandler(self.app).handle(request)
        self.statuses.append(response.status_code)
        return response


@pytest.fixture
async def web(slack: SlackServer) -> AsyncIterator[Web]:
    made = Web(slack)
    routes = [Route("/slack/events", made.answer, methods=["POST"])]
    config = uvicorn.Config(Starlette(routes=routes), port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())  # noqa: TID251  (awaited below)
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    made.url = f"http://127.0.0.1:{port}/slack/events"
    yield made
    server.should_exit = True
    await task


async def test_over_http_everything_is_signed_and_answered_the_same(slack: SlackServer, web: Web) -> None:
    heard: list[str] = []

    async def hear(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    async def poe(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"asking {command['text']}")

    async def stop(ack: Any, action: dict[str, Any]) -> None:
        await ack()
        heard.append(action["action_id"])

    web.app.event("message")(hear)
    web.app.command("/poe")(poe)
    web.app.action("stop")(stop)
    assert await slack.verify(web.url)
    ada = slack.as_person("ada")
    ada.say("general", "one")
    await slack.world.until(lambda: heard == ["one"])
    asked = ada.slash("general", "/poe", "why")
    await slack.world.until(lambda: asked.replies)
    assert asked.replies[0].text == "asking why"
    channel = slack.world.channel("general")
    await web.app.client.chat_postMessage(channel=channel.id, text="x", blocks=[button("stop")])
    ada.press(slack.world.from_bot("general")[-1], "stop")
    await slack.world.until(lambda: "stop" in heard)
    assert set(web.statuses) == {200}


async def test_over_http_a_wrong_or_old_signature_is_refused_and_tried_again(
    slack: SlackServer, web: Web
) -> None:
    heard: list[str] = []

    async def hear(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    web.app.event("message")(hear)
    slack.events_url = web.url
    slack.world.rules.retry_seconds = (0.0, 0.0)
    slack.http.signing_secret = "another"
    slack.as_person("ada").say("general", "forged")
    await slack.world.until(lambda: web.statuses == [401, 401, 401])
    slack.http.signing_secret, slack.http.clock_offset = None, -3600.0
    slack.as_person("ada").say("general", "old")
    await slack.world.until(lambda: web.statuses == [401] * 6)
    assert heard == []


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # in slack-sdk itself
async def test_a_second_workspace_installs_and_hears_with_its_own_token(
    slack: SlackServer, bolt: Bolt
) -> None:
    slack.world.app.redirect_urls = ("http://127.0.0.1/slack/oauth_redirect",)
    url = (
        f"{slack.base_url}/oauth/v2/authorize?client_id={slack.client_id}&scope=chat:write,commands&state=s1"
    )
    where = slack.as_person("dora").authorize(url)
    code = where.split("code=")[1].split("&")[0]
    assert where.endswith("state=s1")
    client = AsyncWebClient(base_url=slack.api_url)
    got = await client.oauth_v2_access(
        client_id=slack.client_id, client_secret=slack.client_secret, code=code
    )
    lighthouse = AsyncWebClient(token=got["access_token"], base_url=slack.api_url)
    assert (await lighthouse.auth_test())["team"] == "Lighthouse"
    slack.as_person("dora").invite("lobby")
    lobby = slack.world.channel("lobby")
    await lighthouse.chat_postMessage(channel=lobby.id, text="hello")
    assert [m.text for m in slack.world.from_bot("lobby") if m.subtype is None] == ["hello"]
