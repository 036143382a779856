"""A question and what is known around it, made into the request for the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bridge.rules import tokens
from bridge.rules.transcript import History, history, note
from bridge.values.errors import NothingToSay
from bridge.values.inbound import Quoted
from bridge.values.models import ModelCard, Preset
from bridge.values.parts import Document, Image, Item, Part, Role, Text
from bridge.values.request import Request
from bridge.values.settings import Settings
from bridge.values.turn import Past, Prompt, Turn

WITHHELD = (
    "I am not shown the text of replies that don't mention me. Leave the @ on when you reply, or mention me."
)
ENDLESS = 10**12
UNREAD = "(a file that is not kept)"
CONTINUE = "Continue exactly where you stopped, without repeating anything."


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """Everything one turn is asked with."""

    turn: Turn
    preset: Preset
    card: ModelCard
    past: tuple[Past, ...]  # oldest first; the last one is the parent
    parts: tuple[Image | Document, ...] = ()  # the attachments, read
    repeated: tuple[Item, ...] = ()  # the question of the turn that is asked again, as it was then


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A request and what it is expected to read."""

    request: Request
    items: tuple[Item, ...]  # this turn's own input, for later replays
    input_tokens: int
    note: str = ""

    @property
    def chained(self) -> bool:
        return self.request.previous is not None


def question(prompt: Prompt, parts: Sequence[Image | Document], *, goes_on: bool) -> tuple[Item, ...]:
    """The input items of one turn. Other people's words come first, labelled as such. Raises NothingToSay.

    Our own words are left out of the quotes where the conversation goes on: the model knows them.
    """
    if prompt.withheld:
        raise NothingToSay(WITHHELD)
    quotes = [each for each in prompt.quoted if each.text and not (each.ours and goes_on)]
    said: list[Part] = [Text(text=f"[{_source(each)}]\n{each.text}", by=each.by) for each in quotes]
    said += parts
    if prompt.text:
        said.append(Text(text=prompt.text))
    if not said:
        raise NothingToSay
    return (Item(role=Role.USER, parts=tuple(said)),)


def with_question(past: Past) -> Past:
    """A turn nobody was asked in, with what was to be asked; its files were never read, or are not kept."""
    if past.items or past.prompt is None:
        return past
    files = [Document(name=file.name, text=UNREAD) for file in past.prompt.files]
    try:
        return replace(past, items=question(past.prompt, files, goes_on=past.parent is not None))
    except NothingToSay:
        return past


def _source(quoted: Quoted) -> str:
    return f"{quoted.author} wrote" if quoted.author else "a forwarded message"


def may_chain(brief: Brief, settings: Settings, *, refused: bool) -> bool:
    """Chain only to a response of the same model and preset that nobody refused."""
    if settings.threading == "replay" or not brief.past:
        return False
    parent = brief.past[-1]
    same = parent.model == brief.turn.model and parent.preset == brief.turn.preset
    return bool(parent.response) and same and (settings.threading == "chain" or not refused)


def plan(brief: Brief, settings: Settings, *, chain: bool) -> Plan:
    """The request, chained to the parent's response or with the conversation replayed."""
    items = brief.repeated or question(brief.turn.prompt, brief.parts, goes_on=bool(brief.past))
    request = Request(
        turn=brief.turn.id,
        model=brief.card.id,
        items=items,
        max_output_tokens=most_tokens(brief),
        instructions=brief.preset.system_prompt or None if brief.preset.system_as == "instructions" else None,
        temperature=brief.preset.temperature,
        key=settings.key,
    )
    own = tokens.of_items(items) + tokens.of_text(request.instructions or "")
    if chain:
        return _chained(brief, request, items, own)
    system = _system(brief.preset)
    room = min(settings.history_tokens, _window(brief) - own - tokens.of_items(system))
    past = [with_question(each) for each in brief.past]
    told = history(past, max_turns=settings.max_turns, max_tokens=max(room, 0))
    return _replayed(replace(request, items=(*system, *told.items, *items)), items, told)


def _chained(brief: Brief, request: Request, items: tuple[Item, ...], own: int) -> Plan:
    parent = brief.past[-1]
    held = parent.tokens
    if held is None:
        held = tokens.of_items(_items(brief.past)) + tokens.of_items(_system(brief.preset))
    return Plan(request=replace(request, previous=parent.response), items=items, input_tokens=held + own)


def _replayed(request: Request, items: tuple[Item, ...], told: History) -> Plan:
    return Plan(
        request=request,
        items=items,
        input_tokens=tokens.of_items(request.items) + tokens.of_text(request.instructions or ""),
        note=note(told.left_out, told.kept),
    )


def _system(preset: Preset) -> tuple[Item, ...]:
    """First of every chain and replay (it survives chaining, and works where `instructions` is ignored)."""
    if not preset.system_prompt or preset.system_as == "instructions":
        return ()
    return (Item(role=Role.SYSTEM, parts=(Text(text=preset.system_prompt),)),)


def _items(past: Sequence[Past]) -> list[Item]:
    return list(history(past, max_turns=len(past), max_tokens=ENDLESS).items)


def most_tokens(brief: Brief) -> int:
    """The longest answer the preset and the model allow."""
    return min(brief.preset.max_output_tokens, brief.card.max_output or brief.preset.max_output_tokens)


def _window(brief: Brief) -> int:
    """Tokens left for the input once the answer has its room."""
    return (brief.card.context or 10**9) - min(most_tokens(brief), (brief.card.context or 10**9) // 2)
