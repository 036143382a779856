"""The three ways a message leaves: by an interaction's token, in a channel, to somebody directly. Which one is taken is `speak`'s business.

Each call is sent once; what Discord says of the limit it counted against comes back with it. Only what Discord surely did not do, and
would do if it were asked otherwise, is asked again: a thread put away is opened first, and who may not read back does not refer back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from bridge.ports import Clock, Seen, Written
from bridge.values.draft import Action, Page
from bridge.values.errors import ChatBroken, ChatError, ChatForbidden, ChatRefused
from bridge.values.ids import BucketId, ChannelId, MessageId, PersonId, TurnId
from bridge.values.inbound import MessageRef, Via
from bridge.values.parts import OutFile

from . import allowances, ids, limits, refusals, writes
from .rest import Heard, Rest
from .writes import Json

CHANNEL = "/channels/{channel_id}"
MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"
ORIGINAL = "@original"

_HOOK = "/webhooks/{webhook_id}/{webhook_token}"
_HOOK_MESSAGE = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"


class Ways:
    """Writes, and what is left after each."""

    def __init__(self, rest: Rest, clock: Clock) -> None:
        self._rest = rest
        self._clock = clock
        self._allowances = allowances.Allowances()
        self._direct: dict[PersonId, ChannelId] = {}

    async def into_original(self, via: Via, page: Page) -> Written:
        """The page takes the place of "thinking"."""
        body = writes.message(page)
        heard = await self.hook("PATCH", via, ORIGINAL, body=body, files=page.files)
        return self.written(ids.token_bucket(via.token), heard, via)

    async def follow_up(self, via: Via, page: Page, flags: int) -> Written:
        """A further message. Webhooks know no nonce: after a connection lost at the wrong moment it may be seen twice."""
        body = writes.message(page, flags=flags)
        heard = await self.hook("POST", via, None, body=body, files=page.files)
        later = Via(token=via.token, expires_at=via.expires_at, original=False)
        return self.written(ids.token_bucket(via.token), heard, later)

    async def in_channel(
        self,
        channel: ChannelId,
        page: Page,
        nonce: str,
        *,
        reply_to: MessageId | None = None,
        silent: bool = False,
    ) -> Written:
        return await self._post(channel, ids.channel_bucket(channel), page, nonce, reply_to, silent)

    async def direct(self, person: PersonId, page: Page, nonce: str) -> Written:
        """To somebody alone; their channel is asked for once."""
        channel = self._direct.get(person)
        if channel is None:
            opened = await self._rest.call("POST", "/users/@me/channels", body={"recipient_id": person})
            channel = self._direct[person] = ChannelId(str(field(opened.data, "id")))
        return await self._post(channel, ids.person_bucket(person), page, nonce, None, silent=False)

    async def _post(
        self,
        channel: ChannelId,
        bucket: BucketId,
        page: Page,
        nonce: str,
        reply_to: MessageId | None,
        silent: bool,
    ) -> Written:
        body = writes.channel_message(page, nonce[: limits.NONCE], reply_to=reply_to, silent=silent)
        where = {"channel_id": str(channel)}
        send = partial(self._rest.call, "POST", MESSAGES, where, body=body, files=page.files)
        try:
            heard = await self._awake(channel, send)
        except ChatError as error:
            if reply_to is None or not refusals.of_reference(error):
                raise
            del body["message_reference"]
            heard = await self._awake(channel, send)
        return self.written(bucket, heard, None)

    async def edit(self, ref: MessageRef, page: Page) -> Heard:
        """By our own right."""
        where = {"channel_id": str(ref.channel), "message_id": str(ref.message)}
        send = partial(self._rest.call, "PATCH", MESSAGE, where, body=writes.edit(page))
        return await self._awake(ref.channel, send)

    async def edit_by(self, via: Via, ref: MessageRef, page: Page) -> Heard:
        return await self._awake(
            ref.channel, partial(self.hook, "PATCH", via, named(ref), body=writes.edit(page))
        )

    async def _awake(self, channel: ChannelId, send: Callable[[], Awaitable[Heard]]) -> Heard:
        """Nothing can be changed in a thread that was put away; ChatForbidden for one that is locked.

        https://docs.discord.com/developers/topics/threads#unarchiving-a-thread
        """
        try:
            return await send()
        except ChatRefused as error:
            if not refusals.of_archive(error):
                raise
        try:
            await self._rest.call("PATCH", CHANNEL, {"channel_id": str(channel)}, body={"archived": False})
            return await send()
        except ChatRefused as error:
            if refusals.of_archive(error):
                raise ChatForbidden(detail=error.detail) from error
            raise

    async def hook(
        self,
        verb: str,
        via: Via,
        message: str | None,
        *,
        body: Json | None = None,
        files: Sequence[OutFile] = (),
    ) -> Heard:
        """A call by a token: on one of its messages, or for a new one."""
        us = await self._rest.identity()
        where = {"webhook_id": str(us.application), "webhook_token": via.token}
        if message is None:
            return await self._rest.call(verb, _HOOK, where, body=body, files=files, query={"wait": "true"})
        return await self._rest.call(
            verb, _HOOK_MESSAGE, {**where, "message_id": message}, body=body, files=files
        )

    def written(self, bucket: BucketId, heard: Heard, via: Via | None) -> Written:
        now = self._clock.now()
        allowance = self._allowances.note(bucket, allowances.read(heard.headers, now), now)
        return Written(ref=ref(heard.data, via), allowance=allowance)


def ref(message: object, via: Via | None) -> MessageRef:
    channel, number = str(field(message, "channel_id")), str(field(message, "id"))
    return MessageRef(channel=ChannelId(channel), message=MessageId(number), via=via)


def named(ref: MessageRef) -> str:
    """How a token calls this message."""
    return ORIGINAL if ref.via is not None and ref.via.original else ref.message


def field(data: object, name: str) -> Any:
    """A field every confirmed answer of Discord's has; one without it did not come from Discord."""
    if not isinstance(data, Mapping) or name not in data:
        raise ChatBroken(detail=f"an answer without {name}")
    return data[name]


def seen(message: Mapping[str, Any], ref: MessageRef) -> Seen:
    """What people see of a message of ours."""
    text = str(field(message, "content"))
    return Seen(ref=ref, text=text, actions=tuple(Action(action) for action, _ in _buttons(message)))


def carries(message: Mapping[str, Any], turn: TurnId) -> bool:
    """Whether a button of this turn stands under it."""
    return any(of == turn for _, of in _buttons(message))


def _buttons(message: Mapping[str, Any]) -> Iterator[tuple[str, TurnId]]:
    for row in message.get("components") or ():
        for part in row.get("components") or ():
            if button := ids.parse_button(part.get("custom_id") or ""):
                yield button
