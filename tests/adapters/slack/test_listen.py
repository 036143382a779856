"""Every payload is acknowledged in time, whatever it is, and nothing is lost by a mistake."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack import apps
from adapters.slack.interactions import Taken
from adapters.slack.listen import Ear, Work
from bridge.values.notices import Notice, Trouble


class Interactions:
    """Takes everything, and remembers what."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.form = Taken()

    async def command(self, body: dict[str, Any]) -> None:
        self.taken.append("command")

    async def shortcut(self, body: dict[str, Any]) -> None:
        self.taken.append("shortcut")

    async def action(self, body: dict[str, Any]) -> None:
        self.taken.append("action")

    def submission(self, body: dict[str, Any]) -> Taken:
        return self.form

    async def suggest(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"text": {"type": "plain_text", "text": "A"}, "value": "a"}]


class Desk:
    """An ear by itself, and what it heard."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.interactions = Interactions()
        self.event: Callable[[Any], Awaitable[None]] = self._nothing
        self.closing = False
        self.tasks: list[asyncio.Task[bool]] = []
        self.ear = Ear(
            self._event,
            self.interactions,  # type: ignore[arg-type]
            self.notices.append,
            self._spawn,
            signing_secret="secret",
            api=apps.client("http://127.0.0.1:1/api"),
        )

    async def _nothing(self, body: Any) -> None:
        return

    async def _event(self, body: Any) -> None:
        await self.event(body)

    def _spawn(self, work: Work) -> asyncio.Task[bool] | None:
        if self.closing:
            return None

        async def safely() -> bool:
            try:
                await work()
            except RuntimeError:
                return False
            return True

        self.tasks.append(asyncio.get_running_loop().create_task(safely()))
        return self.tasks[-1]

    async def envelope(self, payload: dict[str, Any], kind: str = "events_api") -> Any:
        """What the envelope is answered with; None where it is not acknowledged."""
        answer = await self.ear.envelope(SocketModeRequest(type=kind, envelope_id="1", payload=payload))
        await asyncio.sleep(0)
        return answer

    async def forget(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


@pytest.fixture
async def desk() -> Any:
    made = Desk()
    yield made
    await made.forget()


EVENT = {
    "type": "event_callback",
    "team_id": "T1",
    "event": {"type": "message", "user": "U1"},
    "event_id": "Ev1",
}


def interaction(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "team": {"id": "T1"}, "user": {"id": "U1"}, "trigger_id": "1", **more}


@pytest.mark.parametrize(
    ("payload", "taken"),
    [
        ({"command": "/poe", "text": "", "team_id": "T1", "user_id": "U1", "channel_id": "C1"}, ["command"]),
        (interaction("message_action", callback_id="x", message={}, channel={"id": "C1"}), ["shortcut"]),
        (interaction("shortcut", callback_id="x"), ["shortcut"]),
        (interaction("block_actions", actions=[{"action_id": "x", "block_id": "y"}]), ["action"]),
        (interaction("view_submission", view={"type": "modal", "callback_id": "x"}), []),
        (interaction("view_closed", view={"type": "modal", "callback_id": "x"}), []),
        (interaction("something_new"), []),
        ({"nothing": "known"}, []),
        (EVENT, []),
        ({**EVENT, "event": {"type": "something_new"}}, []),
        ({**EVENT, "event": {"type": "function_executed", "function": {"callback_id": "x"}}}, []),
    ],
)
async def test_everything_is_acknowledged(desk: Desk, payload: dict[str, Any], taken: list[str]) -> None:
    answer = await desk.envelope(payload)

    assert answer is not None
    assert not answer.payload
    assert desk.interactions.taken == taken
    assert desk.notices == []


async def test_what_the_environment_says_of_slack_is_not_bolt_s_to_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"SLACK_{name}", "from the environment")
    desk = Desk()

    assert await desk.envelope(EVENT) is not None
    assert desk.notices == []
    await desk.forget()


async def test_options_are_the_acknowledgement(desk: Desk) -> None:
    answer = await desk.envelope(interaction("block_suggestion", action_id="x", block_id="y", value="a"))

    assert [one["value"] for one in answer.payload["options"]] == ["a"]


async def test_mistakes_in_a_form_are_its_acknowledgement(desk: Desk) -> None:
    desk.interactions.form = Taken(errors={"block": "Not so."})

    answer = await desk.envelope(interaction("view_submission", view={"type": "modal", "callback_id": "x"}))

    assert answer.payload == {"response_action": "errors", "errors": {"block": "Not so."}}


async def test_a_form_may_stay_open_and_its_work_goes_on(desk: Desk) -> None:
    done = asyncio.Event()

    async def work() -> None:
        done.set()

    desk.interactions.form = Taken(view={"type": "modal", "blocks": []}, work=work)

    answer = await desk.envelope(interaction("view_submission", view={"type": "modal", "callback_id": "x"}))

    assert answer.payload == {"response_action": "update", "view": {"type": "modal", "blocks": []}}
    await asyncio.wait_for(done.wait(), 5)


async def test_what_could_not_be_handed_on_is_not_acknowledged(desk: Desk) -> None:
    async def failing(body: Any) -> None:
        raise RuntimeError

    desk.event = failing

    assert await desk.envelope(EVENT) is None


async def test_while_we_close_nothing_is_acknowledged(desk: Desk) -> None:
    desk.closing = True
    assert await desk.envelope(EVENT) is None

    desk.closing = False
    desk.event = lambda body: asyncio.sleep(60)
    waiting = asyncio.ensure_future(desk.envelope(EVENT))  # noqa: TID251  # awaited below
    while not desk.tasks:
        await asyncio.sleep(0.01)
    await desk.forget()
    assert await waiting is None


async def test_what_takes_long_is_acknowledged_and_goes_on(desk: Desk) -> None:
    done = asyncio.Event()

    async def slow(body: Any) -> None:
        await done.wait()

    desk.event = slow

    assert await desk.envelope(EVENT) is not None
    assert not desk.tasks[0].done()
    done.set()
    assert await desk.tasks[0]


async def test_a_mistake_of_ours_is_noted_without_words(desk: Desk) -> None:
    def broken(body: dict[str, Any]) -> Taken:
        raise ValueError("what somebody wrote")

    desk.interactions.submission = broken  # type: ignore[method-assign]

    assert (
        await desk.envelope(interaction("view_submission", view={"type": "modal", "callback_id": "x"}))
        is None
    )

    (notice,) = desk.notices
    assert isinstance(notice, Trouble)
    assert (notice.where, notice.error) == ("slack.listen", "ValueError")
    assert "somebody" not in str(notice)


async def test_a_payload_that_is_none_is_noted(desk: Desk) -> None:
    assert await desk.envelope(interaction("view_submission", view={"callback_id": "x"})) is None

    assert [notice.error for notice in desk.notices if isinstance(notice, Trouble)] == ["KeyError"]


async def test_the_house_s_own_logger_goes_on(desk: Desk) -> None:
    await desk.envelope(EVENT)

    assert not logging.getLogger("poebridge").disabled
    assert logging.getLogger("poebridge").isEnabledFor(logging.CRITICAL)


async def test_over_http_only_what_is_signed_is_heard(desk: Desk) -> None:
    answer = await desk.ear.request(json.dumps(EVENT), "", {"content-type": "application/json"})

    assert answer.status == 401
    assert desk.tasks == []
