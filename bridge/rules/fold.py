"""One answer event folded into the draft the reader sees."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bridge.values.answer import (
    AnswerEvent,
    Failed,
    Finished,
    Queued,
    Started,
    Step,
    TextDelta,
    ThoughtDelta,
)
from bridge.values.draft import Draft, DraftState, StepShown


def fold(draft: Draft, event: AnswerEvent) -> Draft:
    """The draft after the event. Text only grows; the final state is the caller's to set, once the books are closed."""
    match event:
        case TextDelta():
            return replace(draft, state=DraftState.WRITING, text=draft.text + event.text)
        case ThoughtDelta():
            return replace(draft, thought=draft.thought + event.text)
        case Step():
            return replace(draft, steps=_stepped(draft.steps, event))
        case Queued():
            return replace(draft, state=DraftState.QUEUED, ahead=event.ahead)
        case Started():
            return (
                replace(draft, state=DraftState.WAITING, ahead=0)
                if draft.state is DraftState.QUEUED
                else draft
            )
        case Finished():
            return replace(draft, ending=event.ending, text=_whole(draft.text, event.text))
        case Failed():
            return draft
    assert_never(event)


def _whole(shown: str, told: str) -> str:
    """The longer of what was streamed and what the end repeats, if the one continues the other; never a rewrite."""
    return told if told.startswith(shown) else shown


def _stepped(steps: tuple[StepShown, ...], event: Step) -> tuple[StepShown, ...]:
    shown = StepShown(id=event.id, label=event.label, done=event.done)
    if any(step.id == event.id for step in steps):
        return tuple(shown if step.id == event.id else step for step in steps)
    return (*steps, shown)
