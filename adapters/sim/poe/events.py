"""The events of a Responses stream, in OpenAI's order, as ready bytes.

Here: which events there are and what they carry, up to and including every way a stream may end.  Not here:
when they are sent (``deliver``).  https://platform.openai.com/docs/api-reference/responses-streaming
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from adapters.sim.poe import tokens
from adapters.sim.poe.answers import Script
from adapters.sim.poe.billing import Usage
from adapters.sim.poe.bodies import ERROR, ResponseBody, usage_json
from adapters.sim.poe.wire import Frame, Told, Wire, dumps

_Item = dict[str, Any]


class ResponseEvents:
    """The stream of one call.  ``spent`` counts the output tokens sent so far, ``said`` the text's deltas."""

    def __init__(
        self,
        body: ResponseBody,
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
        self.items = body.output(script)
        self.spent = 0
        self.said = 0
        self.final: dict[str, Any] | None = None
        self._sequence = -1
        self._walk: dict[str, Callable[[int, _Item], Iterator[Frame]]] = {
            "reasoning": self._reasoning,
            "web_search_call": self._search,
            "function_call": self._call,
            "image_generation_call": self._image,
            "message": self._message,
        }

    def event(self, kind: str, **fields: Any) -> bytes:
        """One event with the next sequence number."""
        self._sequence += 1
        return self.wire.event(kind, {"type": kind, "sequence_number": self._sequence, **fields})

    def usage_so_far(self) -> Usage:
        """What the call has used when it ends here."""
        return replace(self.usage, output=self.spent, reasoning=min(self.usage.reasoning, self.spent))

    def frames(self) -> Iterator[Frame]:
        """The frames up to where the stream begins to end."""
        begun = self.body.whole("in_progress", [])
        yield Frame(self.event("response.created", response=begun))
        yield Frame(self.event("response.in_progress", response=begun))
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
        for index, item in enumerate(self.items):
            yield from self._walk[item["type"]](index, item)

    # --- the items -----------------------------------------------------------------------------------

    def _added(self, index: int, item: _Item, **changes: Any) -> bytes:
        return self.event("response.output_item.added", output_index=index, item={**item, **changes})

    def _finished(self, index: int, item: _Item) -> bytes:
        return self.event("response.output_item.done", output_index=index, item=item)

    def _deltas(self, kind: str, place: dict[str, Any], text: str, *, delta: bool = False) -> Iterator[Frame]:
        """The pieces of a text; the JSON around them is encoded once."""
        start = self.wire.head(kind) + dumps({"type": kind, **place})[:-1] + b',"delta":'
        extra = b',"logprobs":[]' if kind == "response.output_text.delta" else b""
        end = b"}" + self.wire.tail
        waits = dict(self.script.pauses) if delta else {}
        for number, piece in enumerate(tokens.pieces(text)):
            self._sequence += 1
            data = b'%b%b%b,"sequence_number":%d%b' % (start, dumps(piece), extra, self._sequence, end)
            yield Frame(data, 1, delta, waits.get(number, 0.0))

    def _reasoning(self, index: int, item: _Item) -> Iterator[Frame]:
        yield Frame(self._added(index, item, summary=[]))
        left = self.script.reasoning_tokens
        for number, part in enumerate(item["summary"]):
            place = {"item_id": item["id"], "output_index": index, "summary_index": number}
            empty = {"type": "summary_text", "text": ""}
            yield Frame(self.event("response.reasoning_summary_part.added", **place, part=empty))
            for frame in self._deltas("response.reasoning_summary_text.delta", place, part["text"]):
                left -= 1
                yield frame
            yield Frame(self.event("response.reasoning_summary_text.done", **place, text=part["text"]))
            yield Frame(self.event("response.reasoning_summary_part.done", **place, part=part))
        yield Frame(self._finished(index, item), max(left, 0))

    def _search(self, index: int, item: _Item) -> Iterator[Frame]:
        yield Frame(self._added(index, item, status="in_progress"))
        place = {"item_id": item["id"], "output_index": index}
        for state in ("in_progress", "searching", "completed"):
            yield Frame(self.event(f"response.web_search_call.{state}", **place))
        yield Frame(self._finished(index, item))

    def _call(self, index: int, item: _Item) -> Iterator[Frame]:
        yield Frame(self._added(index, item, arguments="", status="in_progress"), tokens.count(item["name"]))
        place = {"item_id": item["id"], "output_index": index}
        yield from self._deltas("response.function_call_arguments.delta", place, item["arguments"])
        done = {"name": item["name"], "arguments": item["arguments"]}
        yield Frame(self.event("response.function_call_arguments.done", **place, **done))
        yield Frame(self._finished(index, item))

    def _image(self, index: int, item: _Item) -> Iterator[Frame]:
        yield Frame(self._added(index, item, status="in_progress", result=None))
        place = {"item_id": item["id"], "output_index": index}
        for state in ("in_progress", "generating", "completed"):
            yield Frame(self.event(f"response.image_generation_call.{state}", **place))
        yield Frame(self._finished(index, item))

    def _message(self, index: int, item: _Item) -> Iterator[Frame]:
        part = item["content"][0]
        kind = "refusal" if part["type"] == "refusal" else "output_text"
        yield Frame(self._added(index, item, status="in_progress", content=[]))
        place = {"item_id": item["id"], "output_index": index, "content_index": 0}
        empty = {**part, "text": "", "annotations": []} if kind == "output_text" else {**part, "refusal": ""}
        yield Frame(self.event("response.content_part.added", **place, part=empty))
        waits = dict(self.script.pauses)
        yield from self._deltas(f"response.{kind}.delta", place, self.script.text, delta=True)
        for number, note in enumerate(part.get("annotations", ())):
            added = {**place, "annotation_index": number, "annotation": note}
            yield Frame(self.event("response.output_text.annotation.added", **added))
        wait = waits.get(tokens.count(self.script.text), 0.0)
        for data in self._end_message(index, item, place):
            yield Frame(data, wait=wait)
            wait = 0.0

    def _end_message(self, index: int, item: _Item, place: dict[str, Any]) -> Iterator[bytes]:
        part = item["content"][0]
        if part["type"] == "refusal":
            yield self.event("response.refusal.done", **place, refusal=part["refusal"])
        else:
            yield self.event("response.output_text.done", **place, text=part.get("text", ""), logprobs=[])
        yield self.event("response.content_part.done", **place, part=part)
        yield self._finished(index, item)

    # --- the endings ---------------------------------------------------------------------------------

    def closing(self) -> Iterator[Frame]:
        """The frames that tell how the stream ended; asked for after ``frames`` is used up."""
        ending = self.script.ending
        if ending in ("none", "cut", "stall"):
            return
        if ending == "completed":
            yield Frame(self._completed())
        elif ending in ("incomplete", "filtered"):
            yield from self._incomplete("content_filter" if ending == "filtered" else "max_output_tokens")
        elif ending == "failed":
            self.final = self.body.whole("failed", [], error=ERROR)
            yield Frame(self.event("response.failed", response=self.final))
        elif ending == "error":
            yield Frame(self.event("error", **ERROR, param=None))
        elif ending == "error_nested":
            yield Frame(self.event("error", error={"type": "server_error", **ERROR, "param": None}))
        else:
            # What LiteLLM's proxy sends mid-stream: no event line, no [DONE] (BerriAI/litellm PR #40243).
            error = {"message": ERROR["message"], "type": "server_error", "code": "500"}
            yield Frame(self.wire.head(None) + dumps({"error": error}) + self.wire.tail)
            return
        if self.done:
            yield Frame(self.wire.marker())

    def _told(self) -> dict[str, Any] | None:
        if self.told_usage == "missing":
            return None
        return usage_json(Usage() if self.told_usage == "zero" else self.usage_so_far())

    def _completed(self) -> bytes:
        cut = self.script.stop == "length"
        status, reason = ("incomplete", "max_output_tokens") if cut else ("completed", None)
        self.final = self.body.whole(status, self.items, usage=self._told(), reason=reason)
        return self.event(f"response.{status}", response=self.final)

    def _incomplete(self, reason: str) -> Iterator[Frame]:
        output = self.items
        if self.after is not None:
            output = self.items[:-1]
            item = self._partial()
            place = {"item_id": item["id"], "output_index": len(output), "content_index": 0}
            for data in self._end_message(len(output), item, place):
                yield Frame(data)
            output = [*output, item]
        self.final = self.body.whole("incomplete", output, usage=self._told(), reason=reason)
        yield Frame(self.event("response.incomplete", response=self.final))

    def _partial(self) -> _Item:
        """The message as far as it was said; a message is always the last item."""
        message = self.items[-1]
        text = tokens.first(self.script.text, self.said)
        part = {**message["content"][0]}
        part["refusal" if part["type"] == "refusal" else "text"] = text
        if "annotations" in part:
            part["annotations"] = [note for note in part["annotations"] if note["end_index"] <= len(text)]
        return {**message, "status": "incomplete", "content": [part]}
