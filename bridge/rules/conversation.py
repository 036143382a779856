"""Which conversation a prompt belongs to, which turn it follows, and with what model it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.rules.names import escaped
from bridge.values.errors import UnknownName
from bridge.values.ids import ConversationId, ModelId, TurnId
from bridge.values.inbound import PlaceKind
from bridge.values.models import Preset
from bridge.values.settings import Settings
from bridge.values.turn import Follow, Prompt, Turn, TurnRecord

NOBODY_CAN = ("UnknownName", "NoPrice")
"""Refusals of a model that refuses the next question as well."""
SAID_NOTHING = ("NothingToSay", "TooBusy")
"""Refusals of a question that was none, or that its asker was told to put again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Models that were chosen by command, by whom they were chosen for, and the person's preset; None where nobody chose."""

    here: ModelId | None = None  # for this thread or direct message
    person: ModelId | None = None
    channel: ModelId | None = None
    preset: str | None = None


def lane(prompt: Prompt, parent: TurnRecord | None, turn: TurnId) -> str:
    """Prompts of one lane are answered one after the other. A thread or direct message is a lane; so is a conversation."""
    if prompt.place.kind is not PlaceKind.CHANNEL:
        return f"{prompt.place.channel}/{prompt.person.id if prompt.to.private else ''}"
    # A new conversation will have the name of its first turn: a reply to an answer still being written waits for it.
    return parent.turn.conversation if parent else ConversationId(turn)


def leads_on(record: TurnRecord) -> bool:
    """Whether the next message of a thread goes on from this turn. Who replies to one that does not, means it all the same."""
    return record.error not in (*NOBODY_CAN, *SAID_NOTHING)


def begin(
    prompt: Prompt,
    parent: TurnRecord | None,
    chosen: Chosen,
    settings: Settings,
    *,
    turn: TurnId,
    now: float,
) -> Turn:
    """Write down a turn: its parent, and its model by precedence.

    What the prompt names wins; then what was chosen for this thread or direct message; then what the conversation uses; then the
    person's choice of a model or else of a preset, the channel's, and the default preset's own.
    """
    begun = prompt.preset or (parent.turn.preset if parent else None)
    own = settings.presets.get(chosen.preset) if chosen.preset and not begun else None
    preset = own or find_preset(begun, settings)
    named = prompt.model or (preset.model if prompt.preset else None)
    model = (
        named
        or chosen.here
        or (parent.turn.model if parent and parent.error not in NOBODY_CAN else None)
        or chosen.person
        or (own.model if own else None)
        or chosen.channel
        or preset.model
    )
    return Turn(
        id=turn,
        conversation=parent.turn.conversation if parent else ConversationId(turn),
        parent=parent.turn.id if parent else None,
        prompt=prompt,
        model=ModelId(model.lower()),
        preset=preset.name,
        created_at=now,
    )


def find_preset(name: str | None, settings: Settings) -> Preset:
    """The preset of that name; the default for None, or for one that has since been taken out of the configuration."""
    presets: Mapping[str, Preset] = settings.presets
    return presets.get(name or settings.default_preset) or presets[settings.default_preset]


def named_preset(name: str, settings: Settings) -> Preset:
    """The preset a person named. Raises UnknownName with the names there are."""
    preset = settings.presets.get(name)
    if preset is None:
        known = ", ".join(sorted(settings.presets))
        raise UnknownName(f"There is no preset called {escaped(name)}. There are: {known}.")
    return preset


def again(record: TurnRecord, prompt: Prompt) -> Prompt:
    """The question of a turn, asked once more by the same person: it follows what the first one followed."""
    first = record.turn.prompt
    return Prompt(
        event=prompt.event,
        place=first.place,
        person=prompt.person,
        to=prompt.to,
        text=first.text,
        at=prompt.at,
        follow=Follow.TURN if record.turn.parent else Follow.FRESH,
        turn=record.turn.parent,
        repeat=record.turn.id,
        message=first.message,
        files=first.files,
        quoted=first.quoted,
        model=record.turn.model,
        preset=record.turn.preset,
    )
