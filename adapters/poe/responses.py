"""The events of a Responses stream, and bodies that came without one, as the house's `AnswerEvent`s.

Here: every event type of https://creator.poe.com/docs/external-applications/responses-api and those OpenAI adds, and every way a
stream is known to end. The type is read from the JSON, never from an `event:` line; unknown types and fields are passed over.
Not here: bytes (`sse`), and what an error means (`faults`). Nothing waits.
"""

from __future__ import annotations

import msgspec

from adapters.poe import bodies, faults
from adapters.poe.bodies import Fields
from adapters.poe.strands import GAP, Strand
from bridge.values.answer import AnswerEvent, Ending, Failed, Finished, Started, Step, TextDelta, ThoughtDelta
from bridge.values.errors import AnswerCut
from bridge.values.ids import ResponseId

DONE = b"[DONE]"

_ENDS = {
    "response.completed": "completed",
    "response.incomplete": "incomplete",
    "response.failed": "failed",
    "response.cancelled": "cancelled",
}
_UNFINISHED = ("incomplete", "failed", "cancelled")
_STATUSES = ("completed", "queued", "in_progress", *_UNFINISHED)
_STEPS = {
    "web_search_call": "Searching the web",
    "file_search_call": "Searching files",
    "code_interpreter_call": "Running code",
    "image_generation_call": "Drawing",
    "mcp_call": "Using a tool",
    "custom_tool_call": "Using a tool",
    "function_call": "Using a tool",
}


class _Piece(msgspec.Struct, gc=False):
    """The few fields of the events that come by the thousand."""

    type: str = ""
    delta: str = ""
    output_index: int = 0
    content_index: int = 0


_piece = msgspec.json.Decoder(_Piece)


class Answer:
    """One answer under way. `take` each payload until `over`; `cut` when no more come."""

    def __init__(self, *, chained: bool = False) -> None:
        self.over = False
        self._chained = chained
        self._started = False
        self._text = Strand()
        self._thought = Strand()
        self._steps: dict[str, bool] = {}
        self._id: ResponseId | None = None

    def take(self, payload: bytes) -> tuple[AnswerEvent, ...]:
        """The data of one event."""
        try:
            piece = _piece.decode(payload)
        except (ValueError, RecursionError):
            return self._other(payload)
        if piece.type == "response.output_text.delta" and self._started and not self._text.broken:
            said = self._text.add(piece.output_index, piece.content_index, piece.delta)
            return (TextDelta(text=said),) if said else ()
        return self._other(payload)

    def take_body(self, body: bytes) -> tuple[AnswerEvent, ...]:
        """A whole body in place of a stream: a response, or an error."""
        response = bodies.fields(bodies.decoded(body))
        status = response.get("status")
        if status in _STATUSES or isinstance(response.get("output"), list):
            ended = str(status) if status in _STATUSES else "completed"
            return (*self._begin(response), *self._end(ended, response, response.get("error")))
        error = faults.error_in(response)
        return self.cut("the body is no response") if error is None else self._fail(error, response)

    def take_tail(self, payload: bytes) -> tuple[AnswerEvent, ...]:
        """What an ended stream left without its blank line: an ending or an error counts, a piece does not."""
        event = bodies.fields(bodies.decoded(payload))
        if bodies.words(event.get("type")) in _ENDS or faults.error_in(event) is not None:
            return self._event(event)
        return ()

    def cut(self, why: str) -> tuple[AnswerEvent, ...]:
        """The stream ended without its end. `why` goes to the log."""
        return self._over(Failed(error=AnswerCut(detail=why), response=self._id))

    @property
    def id(self) -> ResponseId | None:
        """Of the response, once it was told."""
        return self._id

    @property
    def begun(self) -> bool:
        """Anything of the answer was received."""
        return self._started

    def _other(self, payload: bytes) -> tuple[AnswerEvent, ...]:
        if payload.strip() == DONE:
            return self.cut("[DONE] before an ending")
        return self._event(bodies.fields(bodies.decoded(payload)))

    def _event(self, event: Fields) -> tuple[AnswerEvent, ...]:
        kind = event.get("type")
        if not isinstance(kind, str) or kind == "response.error" or not kind.startswith("response."):
            error = faults.error_in(event)
            return () if error is None else self._fail(error, {})
        response = bodies.fields(event.get("response"))
        if kind not in _ENDS:
            return (*self._begin(response), *self._progress(kind, event))
        # Where the event and the response in it differ, the response is believed.
        status = response.get("status") if response.get("status") in _UNFINISHED else _ENDS[kind]
        error = response.get("error") or event.get("error")
        return (*self._begin(response), *self._end(str(status), response, error))

    def _begin(self, response: Fields | None) -> tuple[AnswerEvent, ...]:
        if response and self._id is None:
            self._id = bodies.response_id(response)
        if self._started:
            return ()
        self._started = True
        return (Started(response=self._id),)

    def _progress(self, kind: str, event: Fields) -> tuple[AnswerEvent, ...]:
        stem = kind.removeprefix("response.")
        if stem.startswith(("output_text.", "refusal.")):
            return self._spoke(stem, event)
        if stem.startswith(("reasoning_summary_text.", "reasoning_text.")):
            return self._thought_of(stem, event)
        if stem == "content_part.done":
            return self._said(event, bodies.part_text(bodies.fields(event.get("part"))))
        if stem in ("output_item.added", "output_item.done"):
            return self._item(event, bodies.fields(event.get("item")), done=stem.endswith("done"))
        call, _, phase = stem.partition(".")
        if call in _STEPS:
            return self._step(bodies.words(event.get("item_id")), call, done=phase == "completed")
        return ()

    def _spoke(self, stem: str, event: Fields) -> tuple[AnswerEvent, ...]:
        if stem.endswith(".delta"):
            delta = event.get("delta")
            piece = delta if isinstance(delta, str) else ""
            said = self._text.add_broken(*_place(event), piece)
            return (TextDelta(text=said),) if said else ()
        if stem.endswith(".done"):
            return self._said(event, bodies.words(event.get("text") or event.get("refusal")))
        return ()

    def _said(self, event: Fields, text: str) -> tuple[AnswerEvent, ...]:
        missing = self._text.done(*_place(event), text)
        return (TextDelta(text=missing),) if missing else ()

    def _thought_of(self, stem: str, event: Fields) -> tuple[AnswerEvent, ...]:
        # The parts of a summary are paragraphs, so each counts as an item of its own.
        place = (
            _index(event, "output_index"),
            _index(event, "summary_index"),
            _index(event, "content_index"),
        )
        if stem.endswith(".delta"):
            delta = event.get("delta")
            thought = self._thought.add_broken(place, 0, delta if isinstance(delta, str) else "")
        else:
            thought = self._thought.done(place, 0, bodies.words(event.get("text")))
        return (ThoughtDelta(text=thought),) if thought else ()

    def _item(self, event: Fields, item: Fields, *, done: bool) -> tuple[AnswerEvent, ...]:
        kind = item.get("type")
        if kind in _STEPS:
            return self._step(bodies.words(item.get("id")), str(kind), done=done)
        if kind != "message" or not done:
            return ()
        parts = enumerate(bodies.listed(item.get("content")))
        told = (
            self._said({**event, "content_index": number}, bodies.part_text(part)) for number, part in parts
        )
        return tuple(delta for deltas in told for delta in deltas)

    def _step(self, name: str, kind: str, *, done: bool) -> tuple[AnswerEvent, ...]:
        """Each step is told once when it begins and once when it is done, however many events tell it."""
        name = name or kind
        known = self._steps.get(name)
        if known or known == done:
            return ()
        self._steps[name] = done
        return (Step(id=name, label=_STEPS[kind], done=done),)

    def _end(self, status: str, response: Fields, error: object) -> tuple[AnswerEvent, ...]:
        """The terminal event, or a body: what was not told before, and how it ended."""
        if status in ("failed", "cancelled") or (error and status != "incomplete"):
            return self._fail(error or {}, response)
        if status in ("queued", "in_progress"):
            return self.cut(f"the body is {status}")
        whole = GAP.join(bodies.output_texts(response))
        missing = self._text.whole(whole)
        finished = Finished(
            ending=_ending(status, response),
            usage=bodies.usage_of(response),
            response=self._id,
            text=whole,
        )
        return (*((TextDelta(text=missing),) if missing else ()), *self._over(finished))

    def _fail(self, error: object, response: Fields) -> tuple[AnswerEvent, ...]:
        fault = faults.from_error(error)
        spoken = bool(self._text or self._thought or self._steps)
        usage = bodies.usage_of(response)
        spent = usage is not None and usage.input + usage.output > 0
        told = faults.failure(fault, chained=self._chained, spoken=spoken or spent)
        return self._over(Failed(error=told, usage=usage, response=self._id))

    def _over(self, last: AnswerEvent) -> tuple[AnswerEvent, ...]:
        self.over = True
        return (last,)


def _place(event: Fields) -> tuple[int, int]:
    """Where a text stands: which item of the output, which part of it."""
    return _index(event, "output_index"), _index(event, "content_index")


def _index(event: Fields, name: str) -> int:
    value = event.get(name)
    return value if isinstance(value, int) else 0


def _ending(status: str, response: Fields) -> Ending:
    why = bodies.fields(response.get("incomplete_details")).get("reason")
    if why == "content_filter":
        return Ending.FILTERED
    return Ending.LENGTH if status == "incomplete" else Ending.COMPLETE
