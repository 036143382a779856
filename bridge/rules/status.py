"""What goes on before and beside the words of an answer: one line under them, or steps where a platform shows those by themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from bridge.values.draft import Draft, DraftState, StepShown

LONGEST_LINE = 120  # characters of one status line
QUEUE, THOUGHT = "queue", "thought"
"""Ids of the steps that are ours."""
THINKING = "Thinking"


def line(draft: Draft, *, something: bool) -> str:
    """The place in the queue, a running step, or the last line of thought; "" when there is nothing to say. `something` stands already."""
    if draft.state is DraftState.QUEUED:
        return f"You are number {draft.ahead + 1} in the queue."
    running = [step.label for step in draft.steps if not step.done]
    if running:
        return _short(running[-1]) + "…"
    if draft.text:
        return ""
    if thought := _thought(draft):
        return thought + "…"
    return f"{THINKING}…" if something else ""


def steps(draft: Draft, *, something: bool) -> tuple[StepShown, ...]:
    """The same as steps: the draft's own, and one of ours while there is no word yet."""
    if draft.state is DraftState.QUEUED:
        return (StepShown(id=QUEUE, label=f"Number {draft.ahead + 1} in the queue", done=False),)
    theirs = tuple(replace(step, label=_short(step.label)) for step in draft.steps)
    label = _thought(draft) or (THINKING if something else "")
    if draft.text or draft.state.final or not label:
        return theirs
    return (*theirs, StepShown(id=THOUGHT, label=label, done=False))


def news(
    wanted: Collection[StepShown], sent: Mapping[str, StepShown], elsewhere: Collection[str]
) -> tuple[StepShown, ...]:
    """The steps to send to a message that has `sent`: new ones, changed ones, and as done those that are no longer spoken of.

    What was told `elsewhere`, in a message above, is repeated only while it goes on.
    """
    now = {step.id: step for step in wanted if step.id in sent or not (step.done and step.id in elsewhere)}
    over = {id_: replace(step, done=True) for id_, step in sent.items()}
    return tuple(step for id_, step in {**over, **now}.items() if sent.get(id_) != step)


def finished(steps: Collection[StepShown]) -> tuple[StepShown, ...]:
    """Nothing goes on in a message that has ended."""
    return tuple(replace(step, done=True) for step in steps)


def fit(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _thought(draft: Draft) -> str:
    """The last line of thought."""
    lines = [line.strip("*# \t") for line in draft.thought.splitlines() if line.strip("*# \t")]
    return _short(lines[-1]) if lines else ""


def _short(text: str) -> str:
    return fit(" ".join(text.split()).rstrip(".…"), LONGEST_LINE)
