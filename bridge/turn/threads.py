"""Threads: whether one is ours, opening one for a question, giving it a name.

Which conversation goes on in a thread is decided in `gather`; what is said in one to somebody else, in `rules/routing`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace

from bridge.ports import Titles
from bridge.rules.markdown import plain
from bridge.turn.desk import Desk, Living
from bridge.values.errors import ChatError, origin
from bridge.values.ids import ChannelId
from bridge.values.inbound import Inbound, Place, PlaceKind, Said
from bridge.values.notices import Trouble
from bridge.values.turn import Follow, Prompt, Turn

TITLE = 90
KNOWN = 20_000
"""Threads of ours kept in memory, so that talk in them does not ask the store each time."""


class Threads:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ours: OrderedDict[ChannelId, None] = OrderedDict()

    async def owned(self, inbound: Inbound, living: Iterable[Living]) -> Inbound:
        """The event with its thread known as ours or not, where the platform can't tell and it matters: nobody spoke to us by name."""
        if not isinstance(inbound, Said) or inbound.place.ours is not None or inbound.mentions_us:
            return inbound
        ours = await self.answered(inbound.place, living)
        return replace(inbound, place=replace(inbound.place, ours=ours))

    async def answered(self, place: Place, living: Iterable[Living]) -> bool:
        """Whether an answer of ours stands in it, or is on its way."""
        if place.channel not in self._ours:
            if not any(each.place.channel == place.channel for each in living):
                try:
                    if not await self._desk.turns.present(place):
                        return False
                except Exception as error:  # better silent than a stranger in other people's talk
                    self._desk.notify(
                        Trouble(where="thread", error=type(error).__name__, detail=origin(error))
                    )
                    return False
            self._ours[place.channel] = None
        self._ours.move_to_end(place.channel)
        if len(self._ours) > KNOWN:
            self._ours.popitem(last=False)
        return True

    async def opened(self, prompt: Prompt) -> Prompt:
        """Move a question asked in a channel into a thread of its own, where the house is set so and the platform lets us."""
        wanted = self._desk.settings.open_threads and self._desk.chat.capabilities.threads
        if not wanted or prompt.place.kind is not PlaceKind.CHANNEL or prompt.follow is not Follow.FRESH:
            return prompt
        if prompt.message is None:
            return prompt
        try:
            place = await self._desk.chat.open_thread(prompt.to, plain(prompt.text, TITLE) or "Question")
        except ChatError as error:
            self._desk.notify(Trouble(where="thread", error=type(error).__name__))
            return prompt
        return replace(prompt, place=place, to=replace(prompt.to, place=place, reply_to=None))

    async def entitle(self, turn: Turn) -> None:
        """Name the place of a new conversation after its question, where people see such a name. Raises nothing: a name is no answer."""
        chat, prompt = self._desk.chat, turn.prompt
        if turn.parent or prompt.repeat or prompt.to.private or not isinstance(chat, Titles):
            return
        if not (title := plain(prompt.text, TITLE)):
            return
        try:
            await chat.entitle(prompt.to, title)
        except Exception as error:
            self._desk.notify(Trouble(where="title", error=type(error).__name__, detail=origin(error)))
