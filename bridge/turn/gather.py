"""The first room: what a turn is asked with. Reads the past, the catalogue and the attachments; asks nobody and spends nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bridge.ports import Files, Memory, ModelCatalog, Turns
from bridge.rules import access, attachments, conversation
from bridge.rules.prompt import Brief
from bridge.values.errors import ChatError, Refused
from bridge.values.ids import ModelId
from bridge.values.inbound import Place, PlaceKind
from bridge.values.parts import Document, FileRef, Image, Item
from bridge.values.points import Scope, ScopeKind
from bridge.values.settings import Settings
from bridge.values.turn import Follow, Prompt, Turn, TurnRecord

MODEL_SETTING = "model"
PRESET_SETTING = "preset"


async def parent_of(prompt: Prompt, turns: Turns) -> TurnRecord | None:
    """The turn a prompt follows. A reply to somebody else's message goes on in its thread, or starts anew in a channel.

    A thread in which nothing has been answered yet goes on from the answer it hangs on, if it hangs on one.
    """
    if prompt.follow is Follow.TURN and prompt.turn:
        return _seen_by(await turns.get(prompt.turn), prompt)
    if prompt.follow is Follow.REPLY and prompt.reply_to:
        found = _seen_by(await turns.of_message(prompt.reply_to), prompt)
        if found or prompt.place.kind is PlaceKind.CHANNEL:
            return found
    if prompt.follow is Follow.FRESH:
        return None
    newest = await turns.newest(prompt.place, prompt.person.id if prompt.to.private else None)
    while newest is not None and not conversation.leads_on(newest):
        newest = await turns.get(newest.turn.parent) if newest.turn.parent else None
    if newest or prompt.follow is not Follow.NEWEST or prompt.reply_to is None:
        return newest
    return _seen_by(await turns.of_message(prompt.reply_to), prompt)


def _seen_by(found: TurnRecord | None, prompt: Prompt) -> TurnRecord | None:
    """What was said in private is never continued in public, nor by somebody else."""
    if found is None or not found.turn.prompt.to.private:
        return found
    own = found.turn.prompt.person.id == prompt.person.id
    return found if own and prompt.to.private else None


async def chosen_models(prompt: Prompt, memory: Memory) -> conversation.Chosen:
    """What was chosen by command for this place, person and channel."""
    place = prompt.place
    person = Scope(kind=ScopeKind.PERSON, id=prompt.person.id, workspace=place.workspace)
    here = await _model(memory, ScopeKind.CHANNEL, place.channel, place)
    above = await _model(memory, ScopeKind.CHANNEL, place.budget_channel, place)
    return conversation.Chosen(
        here=here if place.kind is not PlaceKind.CHANNEL else None,
        person=await _model(memory, ScopeKind.PERSON, prompt.person.id, place),
        channel=above,
        preset=await memory.setting(person, PRESET_SETTING),
    )


async def gather(turn: Turn, turns: Turns, catalog: ModelCatalog, files: Files, settings: Settings) -> Brief:
    """Raises Refused for what can't be asked (unknown model, unreadable file), ChatError when a file can't be had."""
    prompt = turn.prompt
    if prompt.preset:
        conversation.named_preset(prompt.preset, settings)
    cards = await catalog.cards()
    card = access.find_model(turn.model, cards, settings)
    repeated = await _repeated(prompt, turns)
    parts = () if repeated else await _read(turn, files, settings)
    attachments.suits(
        parts or [part for item in repeated for part in item.parts if isinstance(part, Image)], card, cards
    )
    return Brief(
        turn=turn,
        preset=conversation.find_preset(turn.preset, settings),
        card=card,
        past=await turns.past(turn.parent, settings.max_turns + 1) if turn.parent else (),
        parts=parts,
        repeated=repeated,
    )


async def _repeated(prompt: Prompt, turns: Turns) -> tuple[Item, ...]:
    """The question asked again, with the very files it had: links to attachments have expired by now."""
    if prompt.repeat is None:
        return ()
    past = await turns.past(prompt.repeat, 1)
    return past[-1].items if past else ()


async def _read(turn: Turn, files: Files, settings: Settings) -> tuple[Image | Document, ...]:
    """The files of the messages brought along, then the asker's own. Of our own answers the model knows everything already."""
    prompt = turn.prompt
    attachments.check(prompt.files, settings)
    brought = [
        (file, each.by) for each in prompt.quoted if not (each.ours and turn.parent) for file in each.files
    ]
    quoted = [
        replace(await _brought(file, files, settings), by=by) for file, by in brought[: settings.max_files]
    ]
    own = [
        attachments.read(file, await files.read(file, settings.max_file_bytes), settings)
        for file in prompt.files
    ]
    return (*quoted, *own)


async def _brought(file: FileRef, files: Files, settings: Settings) -> Image | Document:
    """A file of somebody else's message. One that can't be read is no reason to refuse the question about its text."""
    try:
        attachments.check([file], settings)
        return attachments.read(file, await files.read(file, settings.max_file_bytes), settings)
    except (Refused, ChatError):
        return Document(name=file.name, text="(a file that could not be read)")


class AtOnce:
    """Files, so many at the same time: what is read stands in memory until its question has been asked."""

    def __init__(self, files: Files, most: int) -> None:
        self._files = files
        self._places = asyncio.Semaphore(most)

    async def read(self, file: FileRef, limit: int) -> bytes:
        async with self._places:
            return await self._files.read(file, limit)


async def _model(memory: Memory, kind: ScopeKind, id_: str, place: Place) -> ModelId | None:
    value = await memory.setting(Scope(kind=kind, id=id_, workspace=place.workspace), MODEL_SETTING)
    return ModelId(value) if value else None
