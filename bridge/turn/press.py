"""What a button does: Stop, Regenerate, Continue, good and bad. They work on turns of any age, also after a restart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bridge.rules import access, conversation
from bridge.rules.prompt import CONTINUE
from bridge.turn.desk import Desk, Living
from bridge.values.command import Reply
from bridge.values.draft import Action
from bridge.values.errors import UnknownName
from bridge.values.ids import TurnId
from bridge.values.inbound import Destination, Pressed
from bridge.values.turn import Follow, Prompt, TurnRecord

ALMOST = 3.0
"""Seconds: an answer stands on the platform a moment before its turn has ended."""


def repeats(prompt: Prompt) -> tuple[TurnId, Action] | None:
    """The button a prompt came from: one answer at a time is written for each."""
    if prompt.repeat:
        return prompt.repeat, Action.REGENERATE
    return (prompt.turn, Action.CONTINUE) if prompt.follow is Follow.TURN and prompt.turn else None


async def press(pressed: Pressed, living: Mapping[TurnId, Living], desk: Desk) -> Prompt | Reply | None:
    """A new prompt, a private word to whoever pressed, or None when what happens is seen anyway.

    Raises NotAllowed for other people's buttons, UnknownName for a turn nobody remembers.
    """
    action = Action(pressed.action)
    if action is Action.STOP:
        return _stop(pressed, living, desk)
    record = await desk.turns.get(pressed.turn)
    if record is None:
        raise UnknownName("I no longer know this answer, so I can't go on from it.")
    if action in (Action.GOOD, Action.BAD):
        await desk.turns.rate(pressed.turn, pressed.person.id, action is Action.GOOD, pressed.at)
        return Reply(text="Thank you.")
    access.may_press(action, pressed.person, record.turn.prompt.person.id, desk.settings)
    now = living.get(pressed.turn)
    if now and not await desk.clock.wait(now.ended, ALMOST):
        return Reply(text="This answer is still being written.")
    return _again(record, pressed) if action is Action.REGENERATE else _continued(record, pressed)


def _stop(pressed: Pressed, living: Mapping[TurnId, Living], desk: Desk) -> Reply | None:
    found = living.get(pressed.turn)
    if found is None:
        return Reply(text="That answer has already ended.")
    access.may_press(Action.STOP, pressed.person, found.person, desk.settings)
    found.halt()
    return None


def _again(record: TurnRecord, pressed: Pressed) -> Prompt:
    return conversation.again(record, _asked(record, pressed, record.turn.prompt.text))


def _continued(record: TurnRecord, pressed: Pressed) -> Prompt:
    return replace(_asked(record, pressed, CONTINUE), model=record.turn.model, preset=record.turn.preset)


def _asked(record: TurnRecord, pressed: Pressed, text: str) -> Prompt:
    first = record.turn.prompt
    return Prompt(
        event=pressed.event,
        place=first.place,
        person=pressed.person,
        to=_where(record, pressed),
        text=text,
        at=pressed.at,
        follow=Follow.TURN,
        turn=record.turn.id,
    )


def _where(record: TurnRecord, pressed: Pressed) -> Destination:
    """A private answer goes on privately; another stands under the question, or under the answer of a command."""
    first = record.turn.prompt
    if first.to.private:
        return pressed.answer
    return Destination(
        place=first.place,
        person=pressed.person.id,
        reply_to=first.message or pressed.message.message,
        via=replace(pressed.answer.via, original=False) if pressed.answer.via else None,
    )
