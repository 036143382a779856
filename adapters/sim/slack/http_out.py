"""Payloads over HTTP: posted to the app's request URL, signed, again when the answer is not 200 in time.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import asyncio
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx

from .ids import fresh
from .nouns import Json

if TYPE_CHECKING:
    from .delivery import Deliveries, Parcel
    from .world import World

FORM = "application/x-www-form-urlencoded"


class HttpOut:
    """The request URL of one app. While `url` is None everything goes over sockets."""

    def __init__(self, world: "World") -> None:
        self.url: str | None = None
        self.signing_secret: str | None = None
        self.clock_offset = 0.0
        self._world = world
        self._client: httpx.AsyncClient | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """End what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    async def verify(self, url: str) -> bool:
        """Ask a URL for its challenge, as the app's settings do; it is used from now on when it answers."""
        challenge = fresh("")
        token = self._world.app.verification_token
        body = json.dumps({"token": token, "challenge": challenge, "type": "url_verification"})
        answer = await self._post(url, body, "application/json", {})
        if answer is None or answer.status_code != 200 or challenge not in answer.text:
            return False
        self.url = url
        return True

    def send(self, parcel: "Parcel") -> None:
        """Post a payload; what comes of it is told to its deliveries."""
        task = asyncio.get_running_loop().create_task(self._deliver(parcel))  # awaited in close
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def use(self, deliveries: "Deliveries") -> None:
        """Whom to tell what did not arrive."""
        self._deliveries = deliveries

    def signed(self, body: str) -> dict[str, str]:
        """The headers that prove the body to be Slack's."""
        stamp = str(int(self._world.now() + self.clock_offset))
        secret = self.signing_secret or self._world.app.signing_secret
        digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def _deliver(self, parcel: "Parcel") -> None:
        assert self.url is not None
        headers: dict[str, str] = {}
        if parcel.attempt:
            headers = {"X-Slack-Retry-Num": str(parcel.attempt), "X-Slack-Retry-Reason": parcel.reason}
        body, kind = _encoded(parcel)
        answer = await self._post(self.url, body, kind, headers)
        if answer is None:
            self._deliveries.again(parcel, "http_timeout")
        elif answer.status_code != 200:
            if answer.headers.get("X-Slack-No-Retry") == "1":
                parcel.attempt = len(self._world.rules.retry_seconds)
            self._deliveries.again(parcel, "http_error")
        elif parcel.settle() and parcel.answer is not None:
            parcel.answer(_said(answer))
        self._world.changes.nudge()

    async def _post(self, url: str, body: str, kind: str, headers: dict[str, str]) -> httpx.Response | None:
        """None: no answer in time, or no connection."""
        self._client = self._client or httpx.AsyncClient(verify=False)
        headers = {**headers, **self.signed(body), "Content-Type": kind, "User-Agent": "Slackbot 1.0"}
        timeout = self._world.rules.ack_seconds
        try:
            return await self._client.post(url, content=body.encode(), headers=headers, timeout=timeout)
        except httpx.HTTPError:
            return None


def _encoded(parcel: "Parcel") -> tuple[str, str]:
    if parcel.kind == "slash_commands":
        return urlencode(parcel.payload), FORM
    body = json.dumps(parcel.payload)
    return (body, "application/json") if parcel.kind == "events_api" else (urlencode({"payload": body}), FORM)


def _said(answer: httpx.Response) -> Json | str | Any:
    """What the app answered: an object, a text, or nothing."""
    if answer.headers.get("Content-Type", "").startswith("application/json") and answer.text:
        return answer.json()
    return answer.text or None
