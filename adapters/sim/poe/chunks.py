"""The chunks of a Chat Completions stream, as ready bytes.

Here: what the chunks carry and how the stream may end.  Not here: when they are sent (``deliver``).
https://platform.openai.com/docs/api-reference/chat-streaming
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from adapters.sim.poe import tokens
from adapters.sim.poe.answers import Script
from adapters.sim.poe.billing import Usage
from adapters.sim.poe.bodies import ERROR, ChatBody
from adapters.sim.poe.wire import Frame, Told, Wire, dumps

_ERRORS = ("failed", "error", "error_nested", "bare_error")


class ChatChunks:
    """The stream of one call.  ``spent`` counts the output tokens sent so far, ``said`` the text's deltas."""

    def __init__(
        self,
        body: ChatBody,
        script: Script,
        usage: Usage,
        wire: Wire,
        *,
        told: Told,
        done: bool,
    ) -> None:
        self.body = body
        self.script = script
        self.usage = usage
        self.wire = wire
        self.after = told.after
        self.told_usage = told.usage
        self.done = done
        self.spent = 0
        self.said = 0
        self._top = {
            "id": body.id,
            "object": "chat.completion.chunk",
            "created": body.created,
            "model": body.ask.requested,
        }

    def usage_so_far(self) -> Usage:
        """What the call has used when it ends here."""
        return replace(self.usage, output=self.spent, reasoning=min(self.usage.reasoning, self.spent))

    def _chunk(self, delta: dict[str, Any], finish: str | None = None, *, wait: float = 0.0) -> Frame:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return Frame(self.wire.event(None, {**self._top, "choices": [choice]}), wait=wait)

    def _deltas(self, field: str, text: str, *, delta: bool) -> Iterator[Frame]:
        """The pieces of a text; the JSON around them is encoded once."""
        choices = b'"choices":[{"index":0,"delta":{"' + field.encode() + b'":'
        start = self.wire.head(None) + dumps(self._top)[:-1] + b"," + choices
        end = b'},"finish_reason":null}]}' + self.wire.tail
        waits = dict(self.script.pauses) if delta else {}
        for number, piece in enumerate(tokens.pieces(text)):
            yield Frame(b"%b%b%b" % (start, dumps(piece), end), 1, delta, waits.get(number, 0.0))

    def frames(self) -> Iterator[Frame]:
        """The frames up to where the stream begins to end."""
        yield self._chunk({"role": "assistant", "content": ""})
        for frame in self._output():
            if frame.delta:
                if self.said == self.after:
                    break
                self.said += 1
            self.spent += frame.tokens
            yield frame
        else:
            # Everything was said; an ending that was meant for later comes now.
            self.after = None

    def _output(self) -> Iterator[Frame]:
        left = self.script.reasoning_tokens
        for frame in self._deltas("reasoning_content", self.script.thoughts, delta=False):
            left -= 1
            yield frame
        if left > 0:
            yield Frame(b"", left)
        for number, call in enumerate(self.body.calls(self.script)):
            function = {"name": call["function"]["name"], "arguments": ""}
            first = self._chunk({"tool_calls": [{"index": number, **call, "function": function}]})
            yield first._replace(tokens=tokens.count(function["name"]))
            for piece in tokens.pieces(call["function"]["arguments"]):
                told = {"tool_calls": [{"index": number, "function": {"arguments": piece}}]}
                yield self._chunk(told)._replace(tokens=1)
        yield from self._deltas("content", self.script.text, delta=True)
        yield Frame(b"", wait=dict(self.script.pauses).get(tokens.count(self.script.text), 0.0))

    def closing(self) -> Iterator[Frame]:
        """The frames that tell how the stream ended; asked for after ``frames`` is used up."""
        ending = self.script.ending
        if ending in ("none", "cut", "stall"):
            return
        if ending in _ERRORS:
            error = {"message": ERROR["message"], "type": "server_error", "code": "500"}
            yield Frame(self.wire.event(None, {"error": error}))
            return
        reasons = {"incomplete": "length", "filtered": "content_filter"}
        yield self._chunk({}, reasons.get(ending) or self.body.finish(self.script))
        options = self.body.ask.body.get("stream_options") or {}
        if options.get("include_usage") and self.told_usage != "missing":
            usage = self.body.usage(Usage() if self.told_usage == "zero" else self.usage_so_far())
            yield Frame(self.wire.event(None, {**self._top, "choices": [], "usage": usage}))
        if self.done:
            yield Frame(self.wire.marker())
