"""What somebody writes behind a command, in pieces, and what a piece means for an option. Pure.

Slack puts ids in the place of the people, groups and channels that were chosen while typing, where the manifest asks for it:
https://docs.slack.dev/interactivity/implementing-slash-commands#command_payload_descriptions
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bridge.values.command import Kind, OptionSpec
from bridge.values.errors import NotAccepted
from bridge.values.inbound import Option

from . import parse

_PIECE = re.compile(
    r"""(?P<key>(?:--|—|–)?[A-Za-z][\w-]*=)?      # name=, --name=; Slack's own editor makes one sign of two
        (?:["“”„](?P<quoted>[^"“”„]*)["“”](?=\s|$)
          |(?P<entity><[^<>]+>)(?=\s|$)
          |(?P<bare>\S+))""",
    re.VERBOSE,
)
_FLAG = re.compile(r"(?:--|—|–)([A-Za-z][\w-]*)")
_ENTITY = re.compile(r"<(@|\#|!subteam\^)([A-Z][A-Z0-9]*)(?:\|([^<>]*))?>")
_KINDS: Mapping[str, Kind] = {"@": Kind.PERSON, "#": Kind.CHANNEL, "!subteam^": Kind.ROLE}
_BARE_IDS: Mapping[Kind, re.Pattern[str]] = {
    Kind.PERSON: re.compile(r"[UW][A-Z0-9]{6,}"),
    Kind.CHANNEL: re.compile(r"[CG][A-Z0-9]{6,}"),
    Kind.ROLE: re.compile(r"S[A-Z0-9]{6,}"),
}
_CHOOSE = {
    Kind.PERSON: "a person: type @ and choose them from the list",
    Kind.CHANNEL: "a channel: type # and choose it from the list",
    Kind.ROLE: "a user group: type @ and choose it from the list",
}
_YES, _NO = frozenset({"yes", "true", "on", "1"}), frozenset({"no", "false", "off", "0"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One word, mention or quotation. `key` is the option it names, "" for none; `value` is None where that stands in the next piece."""

    raw: str
    start: int
    end: int
    key: str = ""
    value: str | None = None
    in_quotes: bool = False
    kind: Kind | None = None  # of a mention
    id: str = ""  # of a mention
    label: str = ""  # of a mention: its readable name


def pieces(text: str) -> list[Piece]:
    return [_piece(found) for found in _PIECE.finditer(text)]


def _piece(found: re.Match[str]) -> Piece:
    key = (found["key"] or "").rstrip("=").lstrip("-—–")
    where = {"raw": found[0], "start": found.start(), "end": found.end()}
    if found["quoted"] is not None:
        return Piece(**where, key=key, value=text(found["quoted"]), in_quotes=True)  # type: ignore[arg-type]
    if found["entity"] and (entity := _ENTITY.fullmatch(found["entity"])):
        label = (entity[3] or "").removeprefix("@")
        kind = _KINDS[entity[1]]
        return Piece(**where, key=key, value=entity[2], kind=kind, id=entity[2], label=label)  # type: ignore[arg-type]
    word = found["entity"] or found["bare"]
    flag = _FLAG.fullmatch(word) if not key else None
    if flag:
        return Piece(**where, key=flag[1])  # type: ignore[arg-type]
    return Piece(**where, key=key, value=text(word))  # type: ignore[arg-type]


def joined(taken: Sequence[Piece]) -> Piece:
    """Several pieces as one value."""
    if len(taken) == 1:
        return taken[0]
    words = " ".join(text(one.raw) if one.id else one.value or one.raw for one in taken)
    return Piece(raw=words, start=taken[0].start, end=taken[-1].end, value=words)


def text(written: str) -> str:
    """As its writer saw it."""
    return parse.readable(written, {})


def value(option: OptionSpec, piece: Piece) -> Option:
    """What the piece means for this option. Raises NotAccepted with what the option wants."""
    said = piece.value or ""
    match option.kind:
        case Kind.PERSON | Kind.CHANNEL | Kind.ROLE:
            return _id(option, piece)
        case Kind.SWITCH:
            return _switch(option, said)
        case Kind.WHOLE:
            return _whole(option, said)
        case Kind.FILE:
            raise NotAccepted(
                "Slack takes no files with a command. Mention me, and attach the file to your message."
            )
        case Kind.TEXT:
            return _one_of(option, text(piece.raw) if piece.id else said)


def is_switch(piece: Piece) -> bool:
    return not piece.in_quotes and (piece.value or "").lower() in _YES | _NO


def _id(option: OptionSpec, piece: Piece) -> str:
    if piece.kind is option.kind:
        return piece.id
    said = piece.value or ""
    if piece.kind is None and _BARE_IDS[option.kind].fullmatch(said):
        return said
    raise NotAccepted(f"{option.name} has to be {_CHOOSE[option.kind]}.")


def _switch(option: OptionSpec, said: str) -> bool:
    if said.lower() not in _YES | _NO:
        raise NotAccepted(f"{option.name} has to be yes or no, not {quoted(said)}.")
    return said.lower() in _YES


def _whole(option: OptionSpec, said: str) -> int:
    """Digits, with the commas people put between thousands."""
    plain = said.replace(",", "").replace("_", "")
    if not re.fullmatch(r"-?[0-9]{1,18}", plain):
        raise NotAccepted(f"{option.name} has to be a whole number, not {quoted(said)}.")
    return int(plain)


def _one_of(option: OptionSpec, said: str) -> str:
    """A choice however it was capitalised; what is none of them is judged by whoever runs the command."""
    return next((choice for choice in option.choices if choice.lower() == said.lower()), said)


def quoted(words: str) -> str:
    """Somebody's words inside a sentence of ours: short, on one line, and unable to end their quotes."""
    line = " ".join(words.split()).replace("`", "'").replace('"', "'")
    return f'"{line[:40]}{"…" if len(line) > 40 else ""}"'
