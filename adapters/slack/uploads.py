"""Files out: announced, sent, and put into the conversation beside the page they belong to.

Where a workspace takes no files, what is text in them is posted as messages, and of the others a sentence says why they are missing.
https://docs.slack.dev/messaging/working-with-files#uploading_files
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as default

from bridge.ports import Clock
from bridge.values.draft import Page
from bridge.values.errors import ChatBroken, ChatError, ChatForbidden, ChatRefused
from bridge.values.ids import ChannelId, WorkspaceId
from bridge.values.parts import OutFile

from . import format as markdown
from . import ids, limits
from .history import SKEW, History
from .rest import Rest, field
from .ways import Ways
from .writes import Json

_ANNOUNCE, _COMPLETE = "files.getUploadURLExternal", "files.completeUploadExternal"

_MESSAGES = 10
"""Messages one file may become where it can't be a file."""

_KEPT = 500


@dataclass(slots=True, kw_only=True)
class Share:
    """The files of one page on their way. `sent`: their ids at Slack, once their bytes are there."""

    sent: list[Json] = default(default_factory=list)
    tried_at: float | None = None  # when they were first put into the conversation
    refused: str = ""  # why they can't be
    done: bool = False


class Uploads:
    """Files beside pages. A page's nonce names its files too: what stands already is not sent again."""

    def __init__(self, rest: Rest, clock: Clock, ways: Ways, history: History) -> None:
        self._rest = rest
        self._clock = clock
        self._ways = ways
        self._history = history
        self._shares: dict[tuple[WorkspaceId, str], Share] = {}

    async def share(
        self, workspace: WorkspaceId, channel: ChannelId, files: Sequence[OutFile], nonce: str
    ) -> None:
        """Put them there. Raises ChatError; the same nonce again goes on where it ended."""
        share = self._shares.setdefault((workspace, nonce), Share())
        while len(self._shares) > _KEPT:
            del self._shares[next(iter(self._shares))]
        if share.done:
            return
        if not share.refused:
            try:
                await self._upload(workspace, channel, files, share)
            except (ChatForbidden, ChatRefused) as error:
                share.refused = error.say
        if share.refused:
            await self._instead(workspace, channel, files, nonce, share.refused)
        share.done = True

    async def _upload(
        self, workspace: WorkspaceId, channel: ChannelId, files: Sequence[OutFile], share: Share
    ) -> None:
        for file in files[len(share.sent) :]:
            share.sent.append(await self._send(workspace, file))
        if share.tried_at is not None and await self._stands(workspace, channel, share):
            return
        root = ids.root_of(channel)
        body = {
            "files": json.dumps(share.sent),
            "channel_id": ids.channel_of(channel),
            **({"thread_ts": root} if root else {}),
        }
        try:
            await self._rest.call(workspace, _COMPLETE, body, read=True)
        except ChatBroken:
            share.tried_at = share.tried_at or self._clock.now()
            raise

    async def _send(self, workspace: WorkspaceId, file: OutFile) -> Json:
        name = markdown.shown(file.name)
        about: Json = {"filename": name, "length": len(file.data)}
        if file.description and file.mime.startswith("image/"):
            about["alt_txt"] = markdown.shown(file.description)[: limits.ALT_TEXT]
        told = await self._rest.call(workspace, _ANNOUNCE, about, read=True)
        await self._rest.upload(str(field(told, "upload_url")), file.data)
        return {"id": str(field(told, "file_id")), "title": name}

    async def _stands(self, workspace: WorkspaceId, channel: ChannelId, share: Share) -> bool:
        """Whether a try whose answer was lost had put them there."""
        wanted = {one["id"] for one in share.sent}
        assert share.tried_at is not None
        try:
            messages = await self._history.since(workspace, channel, share.tried_at - SKEW)
        except ChatError as error:
            if error.retry:
                raise
            return False  # we may write there, but not read
        return any(file.get("id") in wanted for one in messages for file in one.get("files") or ())

    async def _instead(
        self, workspace: WorkspaceId, channel: ChannelId, files: Sequence[OutFile], nonce: str, why: str
    ) -> None:
        number = 0
        for file in files:
            for text in _as_text(file, why):
                await self._ways.post(workspace, channel, Page(text=text), ids.part_nonce(nonce, number))
                number += 1


def _as_text(file: OutFile, why: str) -> tuple[str, ...]:
    """A text file as messages, if it is not too long for that; else a line about it. Why it is no file is said in either case."""
    sorry = f"{markdown.SMALL}{file.name} could not be sent. {why}"
    if not file.mime.startswith("text/"):
        return (sorry,)
    text = file.data.decode(errors="replace").strip()
    parts = _cut(text) if file.mime == "text/markdown" else _cut(text, fence="```")
    if not 0 < len(parts) <= _MESSAGES:
        return (sorry,)
    return (*parts[:-1], f"{parts[-1]}\n{markdown.SMALL}This is {file.name}, written out. {why}".rstrip())


def _cut(text: str, fence: str = "") -> tuple[str, ...]:
    """In pieces of a message; one that begins in the middle of code, or leaves it there, opens and closes it."""
    found: list[str] = []
    while text and len(found) <= _MESSAGES:
        part = markdown.beginning(text, limits.TEXT - 100) if len(text) > limits.TEXT - 100 else text
        text = text[len(part) :].lstrip("\n")
        opened = fence
        body = f"{opened}\n{part}" if opened else part
        inside = _open_fence(body)
        found.append(f"{body}\n```" if inside else body)
        fence = inside
    return tuple(found)


def _open_fence(text: str) -> str:
    """The line that opened the code that the end of a text stands in; "" outside."""
    opened = ""
    for line in text.split("\n"):
        if line.startswith("```"):
            opened = "" if opened else line.strip()
    return opened
