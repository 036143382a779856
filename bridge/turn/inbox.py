"""The front door: every event of a platform comes in here, once.

Which tasks live when: one short task for each event until it is routed; one task for each lane with work in it, which runs the turns of
that lane one after the other; during a turn, its reader (see `ask`); and the one scheduler of `show`. All of them belong to the task
group of `run`, so none outlives the house.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from weakref import WeakValueDictionary

from bridge.ports import LiveStanding
from bridge.rules import conversation
from bridge.rules.names import typed
from bridge.rules.routing import Ignore, Route, route
from bridge.turn import engine, settle
from bridge.turn.desk import Desk, Living
from bridge.turn.gather import chosen_models, parent_of
from bridge.turn.lanes import Gate, Lanes, Waiting
from bridge.turn.press import press, repeats
from bridge.turn.show import Showing
from bridge.turn.threads import Threads
from bridge.values.command import Reply
from bridge.values.draft import Action, Draft, DraftState
from bridge.values.errors import BridgeError, ChatBusy, ChatError, origin
from bridge.values.home import Home
from bridge.values.ids import ChannelId, EventId, PersonId, TurnId
from bridge.values.inbound import (
    Choice,
    Commanded,
    Destination,
    Inbound,
    Person,
    Place,
    PlaceKind,
    Pressed,
    Suggesting,
)
from bridge.values.notices import Duplicate, Ignored, Trouble
from bridge.values.turn import Prompt, Turn, TurnRecord

REMEMBERED = 20_000
"""Event ids kept in memory, so that most redeliveries never reach the store."""
LAST_WRITES = 4.0
"""Seconds that stopped answers are given to be finished on the platform when the house closes."""
RESTARTING = "I am just restarting. Please try again in a minute."
ON_ITS_WAY = "That is already on its way."
REPLY_TRIES = 7
REPLY_PAUSE = 0.5
"""Seconds before a reply is tried again; doubles each time, half a minute in all."""

Commander = Callable[[Commanded], Awaitable[Reply]]
Sentences = Callable[[], tuple[str, ...]]
Suggester = Callable[[Suggesting], Awaitable[tuple[Choice, ...]]]
Homes = Callable[[Person, Place], Awaitable[Home]]


async def _empty(person: Person, place: Place) -> Home:
    return Home()


class Inbox:
    """Implements the ports Door and Live."""

    def __init__(
        self,
        desk: Desk,
        commander: Commander,
        suggester: Suggester,
        *,
        limits: Sentences = tuple,
        problems: Sentences = tuple,
        homes: Homes = _empty,
        gate: Gate | None = None,
    ) -> None:
        self._desk = desk
        self._command = commander
        self._suggest = suggester
        self._homes = homes
        self._threads = Threads(desk)
        self._recent: OrderedDict[EventId, None] = OrderedDict()
        self._taking: dict[EventId, asyncio.Task[None]] = {}
        self._living: dict[TurnId, Living] = {}
        self._arrivals: WeakValueDictionary[ChannelId, asyncio.Lock] = WeakValueDictionary()
        self._gate = gate or Gate(desk.settings.live_answers)  # one for all platforms of a process
        self._group: asyncio.TaskGroup | None = None
        self._lanes: Lanes | None = None
        self._showings: dict[TurnId, Showing] = {}
        self._pressed_now: dict[
            TurnId, tuple[TurnId, Action] | None
        ] = {}  # the buttons that live turns answer
        self._ended = asyncio.Event()
        self._limits = limits
        self._problems = problems

    async def run(self, ready: asyncio.Event) -> None:
        """Serve until `close` is called and every turn has ended."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            self._lanes = Lanes(self._desk.settings, group, at_gate=lambda: self._gate.waiting)
            ready.set()
            await self._ended.wait()
        self._group = None

    async def close(self, patience: float) -> None:
        """Take nothing new; let live answers end; after `patience` seconds stop them, keeping what was shown."""
        if self._lanes:
            self._lanes.closed = True
        self._ended.set()
        deadline = self._desk.clock.now() + patience
        while any(living.begun for living in self._living.values()) and self._desk.clock.now() < deadline:
            await self._desk.clock.sleep(0.05)
        for living in self._living.values():
            living.shutdown = True
            living.stop.set()
        deadline = self._desk.clock.now() + LAST_WRITES
        while self._showings and self._desk.clock.now() < deadline:
            await self._desk.clock.sleep(0.05)
        for showing in list(self._showings.values()):  # the platform does not answer: it stays owed
            showing.drop()

    # The port Door

    def receive(self, inbound: Inbound) -> None:
        """Take an event; returns at once."""
        if self._group is None:
            self._desk.notify(Ignored(event=inbound.event, reason="closing"))
            return
        if inbound.event in self._recent:
            self._desk.notify(Duplicate(event=inbound.event))
            return
        self._recent[inbound.event] = None
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)
        work = self._late(inbound) if self._ended.is_set() else self._take(inbound)
        try:
            self._taking[inbound.event] = task = self._group.create_task(work)
            task.add_done_callback(lambda _: self._taking.pop(inbound.event))
        except RuntimeError:  # the last answer has just ended, and with it the group
            work.close()
            self._desk.notify(Ignored(event=inbound.event, reason="closing"))

    async def kept(self, event: EventId) -> None:
        if taking := self._taking.get(event):
            await asyncio.wait({taking})
        for living in [each for each in self._living.values() if each.event == event]:
            await living.kept.wait()

    async def suggest(self, asking: Suggesting) -> tuple[Choice, ...]:
        try:
            return await self._suggest(asking)
        except BridgeError as error:
            self._desk.notify(Trouble(where="suggest", error=type(error).__name__))
            return ()

    async def home(self, person: Person, place: Place) -> Home:
        return await self._homes(person, place)

    async def ours(self, place: Place) -> bool:
        return await self._threads.answered(place, self._living.values())

    # The port Live

    def stop(self, place: Place, person: PersonId, *, anyone: bool) -> int:
        """In a channel also what is written in its threads: not every platform takes commands there."""
        found = [
            living
            for living in self._living.values()
            if place.channel in (living.place.channel, living.place.parent)
            and (anyone or living.person == person)
        ]
        for living in found:
            living.halt()
        return len(found)

    def standing(self) -> LiveStanding:
        delivery = self._desk.delivery.standing()
        return LiveStanding(
            answers=self._gate.inside,
            waiting=self._gate.waiting + (self._lanes.waiting if self._lanes else 0),
            writes_waiting=delivery.writes_waiting,
            oldest_wait=delivery.oldest_wait,
            limits=self._limits(),
            problems=self._problems(),
        )

    # Inside

    async def _routed(self, inbound: Inbound) -> Route:
        return route(await self._threads.owned(inbound, self._living.values()))

    def _arrival(self, inbound: Inbound) -> asyncio.Lock:
        """What is said in one thread or direct message lines up in the order in which it came, however long the store takes for each."""
        if inbound.place.kind is PlaceKind.CHANNEL:
            return asyncio.Lock()
        return self._arrivals.setdefault(inbound.place.channel, asyncio.Lock())

    async def _take(self, inbound: Inbound) -> None:
        routed: Route | None = None
        try:
            async with self._arrival(inbound):
                routed = await self._routed(inbound)
                if isinstance(routed, Prompt):
                    await self._prompt(routed)
            match routed:
                case Ignore(reason=reason):
                    self._desk.notify(Ignored(event=inbound.event, reason=reason))
                case Commanded():
                    await self._commanded(routed)
                case Pressed():
                    await self._pressed(routed)
        except BridgeError as error:
            await self._say(routed, error)
        except Exception as error:  # one event must not end the others
            self._desk.notify(Trouble(where="inbox", error=type(error).__name__, detail=origin(error)))
            await self._say(routed, BridgeError())

    async def _late(self, inbound: Inbound) -> None:
        """The house is closing: a question is written down for the next process, everything else is asked to come again."""
        routed = await self._routed(inbound)
        try:
            if isinstance(routed, Prompt):
                parent = await parent_of(routed, self._desk.turns)
                turn = await self._begin(routed, parent, TurnId(self._desk.chance.token()))
                await self._desk.turns.receive(turn)
            elif not isinstance(routed, Ignore):
                await self._reply(routed.answer, Reply(text=RESTARTING))
        except Exception as error:  # what can't be written down now is asked again by its person
            self._desk.notify(Trouble(where="late", error=type(error).__name__, detail=origin(error)))

    async def _say(self, routed: Route | None, error: BridgeError) -> None:
        """An error that no answer stands for yet."""
        self._desk.notify(Trouble(where="inbox", error=type(error).__name__))
        say = typed(error.say, self._desk.chat.capabilities.command)
        match routed:
            case Prompt():
                await self._reply(routed.to, Reply(text=say, private=routed.to.private))
            case Commanded() | Pressed():
                await self._reply(routed.answer, Reply(text=say))
            case Ignore() | None:
                pass

    async def _reply(self, to: Destination, reply: Reply) -> None:
        """What a command says is as owed as an answer: tried again while there is hope."""
        for attempt in range(REPLY_TRIES):
            try:
                await self._desk.chat.reply(to, reply)
            except Exception as error:  # also a mistake of ours: there is nobody left to tell
                detail = error.detail if isinstance(error, ChatError) else origin(error)
                self._desk.notify(Trouble(where="reply", error=type(error).__name__, detail=detail))
                if not isinstance(error, ChatError) or not error.retry:
                    return
                pause = error.retry_after if isinstance(error, ChatBusy) else REPLY_PAUSE * 2**attempt
                await self._desk.clock.sleep(pause)
            else:
                return

    async def _commanded(self, commanded: Commanded) -> None:
        if not await self._desk.turns.claim(commanded.event, self._desk.clock.now()):
            self._desk.notify(Duplicate(event=commanded.event))
            return
        await self._reply(commanded.answer, await self._command(commanded))

    async def _pressed(self, pressed: Pressed) -> None:
        """A press that asks something is claimed with its turn, any other one here."""
        if await self._desk.turns.seen(pressed.event):
            self._desk.notify(Duplicate(event=pressed.event))
            return
        asked = await press(pressed, self._living, self._desk)
        if isinstance(asked, Prompt):
            button, turn = repeats(asked), TurnId(self._desk.chance.token())
            if button not in self._pressed_now.values():
                self._pressed_now[turn] = button
                await self._enter_pressed(asked, turn)
                return
            asked = Reply(text=ON_ITS_WAY)
        if await self._desk.turns.claim(pressed.event, self._desk.clock.now()) and asked:
            await self._reply(pressed.answer, asked)

    async def _enter_pressed(self, prompt: Prompt, turn: TurnId) -> None:
        try:
            await self._enter(prompt, turn)
        finally:
            if turn not in self._living:
                self._pressed_now.pop(turn, None)

    async def _prompt(self, prompt: Prompt) -> None:
        """A new question."""
        if await self._desk.turns.seen(prompt.event):
            self._desk.notify(Duplicate(event=prompt.event))
            return
        await self._enter(await self._threads.opened(prompt), TurnId(self._desk.chance.token()))

    async def _enter(self, prompt: Prompt, turn: TurnId) -> None:
        assert self._lanes is not None
        parent = await parent_of(prompt, self._desk.turns)
        lane = conversation.lane(prompt, parent, turn)
        # One that waits, or takes a while to read, is written down at once: from here on a crash does not lose it.
        slow = self._lanes.busy(lane) or self._gate.full or bool(prompt.files)
        if slow and not await self._desk.turns.receive(await self._begin(prompt, parent, turn)):
            self._desk.notify(Duplicate(event=prompt.event))
            return
        self._line_up(lane, prompt, turn, self._desk.delivery.open(prompt.to, turn, asked_at=prompt.at), "")
        if slow and turn in self._living:
            self._living[turn].kept.set()

    def _line_up(self, lane: str, prompt: Prompt, turn: TurnId, showing: Showing, resumed: str) -> None:
        assert self._lanes is not None
        living = Living.of(prompt, turn, self._lanes, self._gate)
        self._living[turn] = living
        self._showings[turn] = showing

        def place(ahead: int) -> None:
            showing.update(Draft(turn=turn, state=DraftState.QUEUED, ahead=ahead))

        async def work() -> None:
            try:
                stopped = living.stop.is_set()
                async with nullcontext() if stopped else self._gate.passed(turn, place):
                    await self._safely(self._work(prompt, living, showing, resumed), showing)
            finally:
                self._gone(turn)
                living.ended.set()

        try:
            self._lanes.enter(lane, Waiting(turn=turn, person=prompt.person.id, work=work, place=place))
        except BridgeError as error:
            assert self._group is not None
            self._group.create_task(self._turned_away(prompt, turn, showing, error))

    async def _turned_away(self, prompt: Prompt, turn: TurnId, showing: Showing, error: BridgeError) -> None:
        desk = self._desk

        async def refuse() -> None:
            written = await self._begin(prompt, await parent_of(prompt, desk.turns), turn)
            await settle.refuse(written, error, showing, desk)

        try:
            await self._safely(refuse(), showing)
        finally:
            self._gone(turn)

    def _gone(self, turn: TurnId) -> None:
        if living := self._living.pop(turn, None):
            living.kept.set()
        self._showings.pop(turn, None)
        self._pressed_now.pop(turn, None)

    async def _safely(self, work: Awaitable[None], showing: Showing) -> None:
        """A mistake in one answer is said in general words, and ends no other."""
        try:
            await work
        except Exception as error:
            self._desk.notify(Trouble(where="inbox", error=type(error).__name__, detail=origin(error)))
            say = error.say if isinstance(error, BridgeError) else BridgeError().say
            await showing.finish(Draft(turn=showing.turn, state=DraftState.FAILED, notes=(say,)))

    async def _work(self, prompt: Prompt, living: Living, showing: Showing, resumed: str) -> None:
        """Its place in the lane has come: what it follows is known only now."""
        desk = self._desk
        living.begun = True
        try:
            turn = await self._begin(prompt, await parent_of(prompt, desk.turns), living.turn)
        except BridgeError as error:
            desk.notify(Trouble(where="begin", error=type(error).__name__))
            await showing.finish(Draft(turn=living.turn, state=DraftState.FAILED, notes=(error.say,)))
            return
        if living.stop.is_set():
            await settle.never_asked(turn, living, showing, desk)
            return
        if self._group:
            self._group.create_task(self._threads.entitle(turn))
        showing.update(Draft(turn=turn.id))
        await engine.guarded(turn, living, showing, desk, resumed=resumed)

    async def _begin(self, prompt: Prompt, parent: TurnRecord | None, turn: TurnId) -> Turn:
        chosen = await chosen_models(prompt, self._desk.memory)
        settings = self._desk.settings
        return conversation.begin(prompt, parent, chosen, settings, turn=turn, now=self._desk.clock.now())

    def alive(self, turn: TurnId) -> bool:
        """Whether this process works on it."""
        return turn in self._living

    async def resume(self, record: TurnRecord, resumed: str) -> None:
        """Run a turn that a dead process had taken but not asked. `resumed` names its new hold, if it had one."""
        prompt = record.turn.prompt
        pages = await self._desk.turns.pages(record.turn.id)
        self._recent[prompt.event] = None
        if button := repeats(prompt):
            self._pressed_now[record.turn.id] = button
        lane = conversation.lane(prompt, await parent_of(prompt, self._desk.turns), record.turn.id)
        showing = self._desk.delivery.open(prompt.to, record.turn.id, pages)
        self._line_up(lane, prompt, record.turn.id, showing, resumed)
