"""One gateway socket: hello, heartbeats, identify, resume, and the close codes for those who misbehave.

https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from . import events, render
from .gateway import INVALID, Gateway, Session, frame
from .nouns import Json

HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, MEMBERS, HELLO, ACK = 1, 2, 3, 4, 6, 8, 10, 11
LARGEST, SENDS, SENDS_SECONDS = 4096, 120, 60.0


class Closing(Exception):
    """End the socket with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class SocketLine:
    """Serves one client until either side ends it."""

    def __init__(self, gateway: Gateway, websocket: WebSocket, token: str, cut: Callable[[], None]) -> None:
        self._gateway = gateway
        self._world = gateway.world
        self._websocket = websocket
        self._token = token
        self._cut = cut
        self._queue: asyncio.Queue[str | int] = asyncio.Queue()
        self._session: Session | None = None
        self._received: deque[float] = deque()

    # -- the gateway's side ---------------------------------------------------------------------

    def send(self, frame: str) -> None:
        """Queue a text frame."""
        self._queue.put_nowait(frame)

    def close(self, code: int) -> None:
        """Close after what is queued."""
        self._queue.put_nowait(code)

    def abort(self) -> None:
        """Cut the connection without a word."""
        self._cut()

    # -- the socket's life ----------------------------------------------------------------------

    async def run(self) -> None:
        """Say hello and serve until the end."""
        await self._websocket.accept()
        if self._gateway.refuse is not None:
            await self._websocket.close(self._gateway.refuse)
            return
        self._gateway.lines.add(self)
        code: int | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(self._write())
                interval = int(self._world.rules.heartbeat_seconds * 1000)
                self.send(frame(HELLO, {"heartbeat_interval": interval, "_trace": []}))
                self._world.tell("gateway.opened", self)
                code = await self._read()
                writer.cancel()
        finally:
            self._gateway.lines.discard(self)
            if self._session is not None:
                self._gateway.leave(self._session, self, code)

    async def _write(self) -> None:
        """Send what is queued, in order; a number closes."""
        while True:
            item = await self._queue.get()
            try:
                if isinstance(item, int):
                    await self._websocket.close(item)
                    return
                await self._websocket.send_text(item)
            except (WebSocketDisconnect, RuntimeError):
                return  # the client has gone; the reader sees it too

    async def _read(self) -> int | None:
        """Handle what the client sends; returns the code it left with."""
        while True:
            try:
                text = await self._websocket.receive_text()
                self._handle(self._payload(text))
            except WebSocketDisconnect as left:
                return left.code
            except Closing as closing:
                self.close(closing.code)

    def _payload(self, text: str) -> Json:
        if len(text.encode()) > LARGEST:
            raise Closing(4002)
        now = self._world.now()
        self._received.append(now)
        while self._received[0] < now - SENDS_SECONDS:
            self._received.popleft()
        if len(self._received) > SENDS:
            raise Closing(4008)
        try:
            payload = json.loads(text)
        except ValueError:
            raise Closing(4002) from None
        if not isinstance(payload, dict) or not isinstance(payload.get("op"), int):
            raise Closing(4002)
        return payload

    def _handle(self, payload: Json) -> None:
        op, data = payload["op"], payload.get("d")
        if op == HEARTBEAT:
            if not self._gateway.zombie:
                # Never at once, as over a network: discord.py notes when it sent a heartbeat only after it was sent, and takes an
                # answer that is there before for one to the heartbeat before, a whole interval late.
                wait = self._world.rules.ack_seconds
                asyncio.get_running_loop().call_later(wait, self.send, frame(ACK, None))
        elif op == IDENTIFY:
            self._identify(data)
        elif op == RESUME:
            self._resume(data)
        elif self._session is None:
            raise Closing(4003)
        elif op == MEMBERS:
            self._members(self._session, data)
        elif op not in (PRESENCE, VOICE):
            raise Closing(4001)

    def _identify(self, data: Any) -> None:
        if self._session is not None:
            raise Closing(4005)
        if not isinstance(data, dict) or data.get("token") != self._token:
            raise Closing(4004)
        intents = data.get("intents")
        if not isinstance(intents, int) or intents < 0:
            raise Closing(4013)
        if intents & self._forbidden():
            raise Closing(4014)
        shard = data.get("shard") or [0, 1]
        if len(shard) != 2 or not 0 <= shard[0] < shard[1]:
            raise Closing(4010)
        self._session = self._gateway.open(self, intents, (shard[0], shard[1]))

    def _forbidden(self) -> int:
        """The privileged intents the portal does not grant."""
        rules = self._world.rules
        members = 0 if rules.guild_members_allowed else events.GUILD_MEMBERS
        return members | (0 if rules.message_content_allowed else events.MESSAGE_CONTENT)

    def _resume(self, data: Any) -> None:
        if not isinstance(data, dict) or data.get("token") != self._token:
            raise Closing(4004)
        sequence = data.get("seq")
        if not isinstance(sequence, int):
            raise Closing(4007)
        self._session = self._gateway.resume(self, str(data.get("session_id")), sequence)
        if self._session is None:
            self.send(frame(INVALID, False))

    def _members(self, session: Session, data: Any) -> None:
        """Request Guild Members: everyone, by name, or by id, in one chunk."""
        guild = self._world.guilds.get(int(data["guild_id"]))
        if guild is None:
            return
        wanted = data.get("user_ids")
        ids = {int(i) for i in (wanted if isinstance(wanted, list) else [wanted] if wanted else [])}
        prefix = data.get("query") or ""
        if not ids and not prefix and not session.intents & events.GUILD_MEMBERS:
            raise Closing(4014)
        found = [
            member
            for member in guild.members.values()
            if (member.user.id in ids if ids else member.user.username.startswith(prefix))
        ]
        chunk: Json = {
            "guild_id": str(guild.id),
            "members": [render.full_member(member) for member in found],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [str(i) for i in ids - {m.user.id for m in found}],
        }
        if "nonce" in data:
            chunk["nonce"] = data["nonce"]
        session.dispatch("GUILD_MEMBERS_CHUNK", chunk)
