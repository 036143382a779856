"""What Slack tells us, to the house's one door. How it comes here, over sockets or HTTP, is said in `sockets` and `http`.

Slack waits three seconds for an acknowledgement, and sends an event again that got none. So one is acknowledged once it was handed on, or
when that takes long; one whose handling failed is not, and comes again. Commands, buttons and forms are in `interactions`.
https://docs.slack.dev/apis/events-api/#responding
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bridge.ports import Notify
from bridge.values.errors import ChatError, origin
from bridge.values.notices import Trouble

from .apps import silent
from .interactions import Interactions

Body = Mapping[str, Any]
Work = Callable[[], Coroutine[Any, Any, None]]
Spawn = Callable[[Work], "asyncio.Task[bool] | None"]
"""Lets something go on for itself: the task tells whether it went well; what went wrong was noted. None while we are closing."""

ACKNOWLEDGE_SECONDS = 2.2
"""An event is acknowledged after so long in any case; what is being done goes on."""

_ANY = re.compile("")


class NotTaken(Exception):
    """The event has to come again; why was noted where it happened."""


class Ear:
    """One Bolt app for everything, with a listener for every kind of payload, so that each is acknowledged, also one nobody knows."""

    def __init__(
        self,
        event: Callable[[Body], Coroutine[Any, Any, None]],
        interactions: Interactions,
        notify: Notify,
        spawn: Spawn,
        *,
        signing_secret: str,
        api: AsyncWebClient,
    ) -> None:
        self._take_event = event
        self._interactions = interactions
        self._notify = notify
        self._spawn = spawn
        self._app = AsyncApp(
            name="slack_bolt.app",  # Bolt makes a logger of this name, and switches it off with ours
            logger=silent(),
            client=api,
            signing_secret=signing_secret,
            authorize=_authorize,
            # Otherwise events are acknowledged before they are looked at, and one that failed is lost.
            process_before_response=True,
            # What nobody listens to arrives in `_failed`, and is acknowledged there.
            raise_error_for_unhandled_request=True,
            ignoring_self_events_enabled=False,  # `parse` knows our own words, also in threads and under edits
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        self._listen()

    def _listen(self) -> None:
        app = self._app
        app.error(self._failed)
        app.event(_ANY)(self._event)
        app.command(_ANY)(self._command)
        app.shortcut(_ANY)(self._shortcut)
        app.action(_ANY)(self._action)
        app.view(_ANY)(self._submission)
        app.options(_ANY)(self._options)

    # -- ways in ---------------------------------------------------------------------------------

    async def envelope(self, request: SocketModeRequest) -> SocketModeResponse | None:
        """One envelope of Socket Mode; None when it should come again."""
        bolt = AsyncBoltRequest(mode="socket_mode", body=request.payload, headers=build_headers(request))
        answer = await self._dispatch(bolt)
        if answer.status != 200:
            return None
        return SocketModeResponse(envelope_id=request.envelope_id, payload=_payload(answer))

    async def request(self, body: str, query: str, headers: Mapping[str, str]) -> BoltResponse:
        """One request of Slack's over HTTP. A wrong signature, or one older than five minutes, is answered with 401; what is no payload
        at all, which anybody may send, with 400."""
        try:
            bolt = AsyncBoltRequest(body=body, query=query, headers=dict(headers))
        except (
            ValueError,
            TypeError,
            AttributeError,
            RecursionError,
        ):  # Bolt reads before it asks whose it is
            return BoltResponse(status=400)
        return await self._dispatch(bolt)

    async def _dispatch(self, bolt: AsyncBoltRequest) -> BoltResponse:
        """Bolt looks into a payload before any listener does, and raises where one is not as it expects."""
        try:
            return await self._app.async_dispatch(bolt)
        except Exception as error:
            return await self._failed(error)

    # -- listeners -------------------------------------------------------------------------------

    async def _event(self, body: dict[str, Any]) -> None:
        """Raises where it went wrong while there is still time to say so."""
        task = self._spawn(partial(self._take_event, body))
        if task is None:
            raise NotTaken
        await asyncio.wait({task}, timeout=ACKNOWLEDGE_SECONDS)
        if task.done() and (task.cancelled() or not task.result()):
            raise NotTaken

    async def _command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        self._spawn(partial(self._interactions.command, body))

    async def _shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        self._spawn(partial(self._interactions.shortcut, body))

    async def _action(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        self._spawn(partial(self._interactions.action, body))

    async def _submission(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """What is wrong in a form is said at its fields, by the acknowledgement itself."""
        taken = self._interactions.submission(body)
        if taken.errors:
            await ack(response_action="errors", errors=dict(taken.errors))
        elif taken.view is not None:
            await ack(response_action="update", view=taken.view)
        else:
            await ack()
        if taken.work is not None:
            self._spawn(taken.work)

    async def _options(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack(options=await self._interactions.suggest(body))

    async def _failed(self, error: Exception) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            return BoltResponse(status=200)
        if isinstance(error, NotTaken):
            return BoltResponse(status=500)
        detail = error.detail if isinstance(error, ChatError) else origin(error)
        self._notify(Trouble(where="slack.listen", error=type(error).__name__, detail=detail))
        return BoltResponse(status=500)


async def _authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
    """Whose token is used is decided where it is used; asking Slack here would delay every acknowledgement."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="")


def _payload(answer: BoltResponse) -> dict[str, Any] | None:
    """What goes with an acknowledgement; most are empty."""
    return dict(json.loads(answer.body)) if answer.body else None
