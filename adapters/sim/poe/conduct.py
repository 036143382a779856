"""Conducting one model call: from a request's body to its answer, its charge and its place in the world.

Here: the order of things for ``/v1/responses`` and ``/v1/chat/completions``.  Not here: routing and keys
(``app``), and each step's own rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.types import Receive, Scope, Send

from adapters.sim.poe import answers, requests, tokens
from adapters.sim.poe.answers import Script
from adapters.sim.poe.billing import Usage
from adapters.sim.poe.bodies import ChatBody, ResponseBody, usage_json
from adapters.sim.poe.catalog import Model
from adapters.sim.poe.chunks import ChatChunks
from adapters.sim.poe.deliver import Connection, Gone, Stream
from adapters.sim.poe.errors import Refusal
from adapters.sim.poe.events import ResponseEvents
from adapters.sim.poe.faults import Fault
from adapters.sim.poe.grammar import Wish
from adapters.sim.poe.requests import Ask
from adapters.sim.poe.wire import Told, Wire
from adapters.sim.poe.world import Call, World

IMAGE_UNITS = 1120  # what Google counts for one picture of 1K
_OUTCOMES = {
    "completed": "completed",
    "incomplete": "incomplete",
    "filtered": "incomplete",
    "none": "cut",
    "cut": "cut",
}


def model_of(world: World, body: Mapping[str, Any]) -> Model:
    """The model a body names.  Raises ``Refusal`` (400 without one, 404 for an unknown one)."""
    name = body.get("model")
    if not isinstance(name, str) or not name:
        raise Refusal(
            400, "Missing required parameter: 'model'.", param="model", code="missing_required_parameter"
        )
    model = world.catalog.find(name)
    if model is None:
        words = f"The model `{name}` does not exist or you do not have access to it."
        raise Refusal(404, words, code="model_not_found")
    return model


def ask_of(world: World, call: Call, model: Model) -> tuple[Ask, tuple[Mapping[str, Any], ...]]:
    """The question of a call and the stored items before it.  Raises ``Refusal``."""
    earlier: tuple[Mapping[str, Any], ...] = ()
    if call.endpoint == "responses":
        ask = requests.responses(call.body, model, world.profile)
        earlier = world.chain(ask, call.key_name)
        ask = replace(ask, turns=requests.turns_of(ask, earlier, world.profile))
    else:
        legacy = call.headers.get("poe-feature") == "chat-completions-legacy"
        ask = requests.chat(call.body, model, world.profile, legacy=legacy)
    if world.balance <= 0:
        raise Refusal(402)
    most = model.context_length
    if most is not None and ask.weight > most:
        words = f"prompt is too long: {ask.weight} tokens > {most} maximum"
        raise Refusal(world.profile.too_long_status, words)
    return ask, earlier


class Performance:
    """One answered call: its script, and how it is told as JSON or as a stream."""

    def __init__(
        self, world: World, call: Call, ask: Ask, earlier: tuple[Mapping[str, Any], ...], fault: Fault
    ) -> None:
        self.world = world
        self.call = call
        self.ask = ask
        self.earlier = earlier
        script, wish = answers.compose(ask, world.settings.seed, world.publish)
        self.fault = ordered(fault, wish)
        # An ending ordered by a fault goes before one written in the prompt's script.
        self.script = script if self.fault.ending is None else replace(script, ending=self.fault.ending)
        self.failure = ordered_failure(world, wish)
        if not ask.stream:
            self.script = _shortened(self.script, self.fault.after)
        self.usage = Usage(
            input=ask.weight,
            cached=world.cached_tokens(ask, call.key_name),
            output=self.script.output_tokens,
            reasoning=self.script.reasoning_tokens,
            images=IMAGE_UNITS if self.script.image else 0,
        )
        self.speed = _chosen(wish.number("speed"), world.settings.speed)
        self.first = _chosen(wish.number("first"), world.settings.first_delay)
        self.body: ResponseBody | ChatBody
        if ask.endpoint == "responses":
            self.body = ResponseBody(ask, world.profile, world.ids, world.clock())
        else:
            self.body = ChatBody(ask, world.ids, world.clock())
        call.response_id = self.body.id

    # --- as JSON -------------------------------------------------------------------------------------

    async def think(self, connection: Connection) -> bool:
        """Take the time the answer takes; False when the caller left meanwhile, which is charged too."""
        pauses = sum(wait for _, wait in self.script.pauses)
        typing = self.script.output_tokens / self.speed if self.speed > 0 else 0.0
        seconds = None if self.script.ending == "stall" else self.first + pauses + typing
        if not await connection.wait(seconds):
            return True
        self._close("left", self.usage, self.script.text)
        return False

    def whole(self) -> dict[str, Any]:
        """The JSON body of the finished call; charges it."""
        told = (
            None if self.fault.usage == "missing" else Usage() if self.fault.usage == "zero" else self.usage
        )
        ending = self.script.ending
        outcome = "incomplete" if self.script.stop == "length" else _OUTCOMES.get(ending, "failed")
        if isinstance(self.body, ChatBody):
            finish = {"incomplete": "length", "filtered": "content_filter"}.get(ending)
            body = self.body.whole(self.script, None if told is None else self.body.usage(told), finish)
        else:
            body = self._whole_response(self.body, told, outcome)
        self._close(outcome, self.usage, self.script.text)
        return body

    def _whole_response(self, body: ResponseBody, told: Usage | None, outcome: str) -> dict[str, Any]:
        output = body.output(self.script)
        body.finished = int(self.world.clock())
        if outcome == "failed":
            return body.whole("failed", [], error={"code": "server_error", "message": "The model failed."})
        reason = None
        if outcome == "incomplete":
            reason = "content_filter" if self.script.ending == "filtered" else "max_output_tokens"
        usage = None if told is None else usage_json(told)
        status = "incomplete" if reason else "completed"
        self.world.remember(body.id, self.earlier, self.ask, self.call.key_name, output)
        return body.whole(status, output, usage=usage, reason=reason)

    def charge_only(self, outcome: str = "failed") -> None:
        """Charge a call whose answer never reaches the caller."""
        self._close(outcome, self.usage, "")

    # --- as a stream ---------------------------------------------------------------------------------

    def _teller(self) -> ResponseEvents | ChatChunks:
        fault, profile = self.fault, self.world.profile
        lines = profile.event_lines if fault.event_lines is None else fault.event_lines
        wire = Wire(event_lines=lines, crlf=fault.crlf, comments=fault.comments)
        done = fault.done_marker
        told = Told(after=fault.after if fault.ending else None, usage=fault.usage)
        if isinstance(self.body, ChatBody):
            marked = True if done is None else done
            return ChatChunks(self.body, self.script, self.usage, wire, told=told, done=marked)
        marked = profile.done_marker if done is None else done
        return ResponseEvents(self.body, self.script, self.usage, wire, told=told, done=marked)

    async def stream(self, scope: Scope, receive: Receive, send: Send, headers: dict[str, str]) -> None:
        """Tell the answer as a stream; charges it however it ends, also when the caller leaves."""
        teller = self._teller()
        line = Stream(scope, send, speed=self.speed, first=self.first, fault=self.fault)
        outcome = "left"
        try:
            await line.start(200, headers)
            await line.run(teller.frames())
            if isinstance(self.body, ResponseBody):
                self.body.finished = int(self.world.clock())
            closing = list(teller.closing())
            if self.script.ending != "stall":
                outcome = self._outcome()
                self._keep(teller, outcome)
                # Charged before the end is sent: whoever has read the end finds the charge.
                self._close(outcome, teller.usage_so_far(), self.script.text, line.deltas)
            await line.run(iter(closing))
            await line.finish(self.script.ending)
        except Gone:
            pass  # the caller left; the provider charges what was made
        finally:
            if self.call.outcome == "running":
                self._close(outcome, teller.usage_so_far(), self.script.text, line.deltas)

    def _outcome(self) -> str:
        if self.script.ending == "completed" and self.script.stop == "length":
            return "incomplete"
        return _OUTCOMES.get(self.script.ending, "failed")

    def _keep(self, teller: ResponseEvents | ChatChunks, outcome: str) -> None:
        final = teller.final if isinstance(teller, ResponseEvents) else None
        if final is not None and outcome in ("completed", "incomplete"):
            self.world.remember(final["id"], self.earlier, self.ask, self.call.key_name, final["output"])

    def _close(self, outcome: str, usage: Usage, text: str, deltas: int | None = None) -> None:
        call = self.call
        call.outcome, call.ended_at = outcome, self.world.clock()
        call.deltas = tokens.count(text) if deltas is None else deltas
        call.text = tokens.first(text, call.deltas)
        self.world.charge(call, self.ask.model, usage)


def _shortened(script: Script, after: int | None) -> Script:
    """A script that ends early, for a reply that is not streamed."""
    if after is None or script.ending not in ("incomplete", "filtered"):
        return script
    return replace(script, text=tokens.first(script.text, after), stop="length")


def _chosen(asked: float | None, usual: float) -> float:
    return usual if asked is None else asked


def ordered(fault: Fault, wish: Wish) -> Fault:
    """A fault with what the prompt's directives order added to it."""
    changes: dict[str, Any] = {}
    cut, stall = wish.number("cut"), wish.number("stall")
    if cut is not None:
        changes |= {"ending": "cut", "after": int(cut)}
    if stall is not None:
        changes |= {"ending": "stall", "after": int(stall)}
    ending = wish.directives.get("end")
    if ending in ("failed", "incomplete", "filtered", "error", "error_nested", "bare_error", "none"):
        after = wish.number("after")
        changes |= {"ending": ending, "after": None if after is None else int(after)}
    return replace(fault, **changes)


def ordered_failure(world: World, wish: Wish) -> Refusal | None:
    """The error a prompt orders: ``[[fail=500]]`` every time, ``[[fail=503,2]]`` the first two times."""
    status, _, times = wish.directives.get("fail", "").partition(",")
    if not status.isdigit():
        return None
    world.failures[wish.rest] += 1
    if times.strip().isdigit() and world.failures[wish.rest] > int(times):
        return None
    return Refusal(int(status))
