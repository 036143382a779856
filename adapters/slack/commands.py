"""The house's commands as people write them in Slack: `/poe verb …`, and `!verb …` in a thread. Pure.

Slack knows one command and hands over what stands behind it as one text; a verb's options are read here from its `CommandSpec`.
https://docs.slack.dev/interactivity/implementing-slash-commands
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from bridge.values.command import CommandSpec, Kind, Needs, OptionSpec
from bridge.values.errors import NotAccepted, UnknownName
from bridge.values.inbound import Option
from bridge.values.parts import FileRef

from . import written
from .written import Piece

SLASH = "/poe"
HELP = "help"
MOST_OPTIONS_BEHIND = 12
"""Words at the end of a question that are looked at for options."""

_IN_A_THREAD = re.compile(r"!([a-z][a-z-]*)(?=\s|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """A command by its full name, what it was given, and the readable names that stood beside ids."""

    name: str
    options: Mapping[str, Option] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


def in_thread(text: str, specs: Iterable[CommandSpec]) -> str | None:
    """What stands behind the `!` of a command written as a message; None for any other message, also one that only begins with `!`."""
    found = _IN_A_THREAD.match(text)
    verbs = {_group(spec.name) for spec in specs} | {HELP}
    return text[1:] if found and found[1].lower() in verbs else None


def wants_help(text: str) -> bool:
    return text.strip().lower() in ("", HELP, f"{HELP} me", "?")


def invocation(text: str, specs: Sequence[CommandSpec], files: Sequence[FileRef] = ()) -> Invocation:
    """Read a command. Raises UnknownName or NotAccepted with a sentence that says what there is."""
    spec, rest = _named(text.strip(), specs)
    reading = _Reading(spec)
    (_read_question if spec.asks else _read_options)(rest, reading)
    for option, file in zip(_of_kind(spec, Kind.FILE), files, strict=False):
        reading.given.setdefault(option.name, file)
    _complete(spec, reading.given)
    return Invocation(name=spec.name, options=reading.given, names=reading.names)


@dataclass(slots=True)
class _Reading:
    """What was found so far."""

    spec: CommandSpec
    given: dict[str, Option] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def take(self, option: OptionSpec, piece: Piece) -> None:
        self.given[option.name] = written.value(option, piece)
        if piece.id and piece.label:
            self.names[piece.id] = piece.label

    def free(self, kind: Kind) -> OptionSpec | None:
        """The first option of this kind that nothing was given for."""
        return next((one for one in _of_kind(self.spec, kind) if one.name not in self.given), None)


def _named(text: str, specs: Sequence[CommandSpec]) -> tuple[CommandSpec, str]:
    """The command a text begins with, and what comes behind it."""
    words = text.split(maxsplit=2)
    for length in (2, 1):
        name = " ".join(words[:length]).lower()
        for spec in specs:
            if spec.name == name:
                return spec, text.split(maxsplit=length)[length] if len(text.split()) > length else ""
    raise _unknown(words, specs)


def _unknown(words: list[str], specs: Sequence[CommandSpec]) -> UnknownName:
    first = words[0].lower() if words else ""
    verbs = [spec.name.partition(" ")[2] for spec in specs if spec.name.startswith(f"{first} ")]
    if verbs:
        return UnknownName(f"`{SLASH} {first}` needs one of these behind it: {', '.join(verbs)}.")
    known = list(dict.fromkeys(_group(spec.name) for spec in specs))
    near = get_close_matches(first, known, n=1)
    hint = f"Did you mean `{SLASH} {near[0]}`?" if near else f"There is: {', '.join(known)}."
    asking = next((spec.name for spec in specs if spec.asks), None)
    ask = f" To ask me something, write `{SLASH} {asking}` and your question." if asking else ""
    return UnknownName(f"I don't know the command {written.quoted(first)}. {hint}{ask}")


def _read_question(rest: str, reading: _Reading) -> None:
    """A question is taken word for word; options stand before it or behind it."""
    pieces = written.pieces(rest)
    begin = 0
    while begin < len(pieces) and (used := _option_at(pieces, begin, reading)):
        begin += used
    end = _options_behind(pieces, begin, reading)
    question = next((one for one in reading.spec.options if one.required), None)
    if question is not None and question.name not in reading.given and begin < end:
        question_text = rest[pieces[begin].start : pieces[end - 1].end]
        reading.given[question.name] = written.text(question_text)


def _options_behind(pieces: Sequence[Piece], begin: int, reading: _Reading) -> int:
    """Where the options at the end begin, which were read."""
    for start in range(max(begin, len(pieces) - MOST_OPTIONS_BEHIND), len(pieces)):
        trial = _Reading(reading.spec)
        at = start
        while at < len(pieces) and (used := _option_at(pieces, at, trial)):
            at += used
        if at == len(pieces):
            reading.given |= trial.given
            reading.names |= trial.names
            return start
    return len(pieces)


def _option_at(pieces: Sequence[Piece], at: int, reading: _Reading) -> int:
    """How many pieces make the option that begins here; 0 where none does."""
    piece = pieces[at]
    option = next((one for one in reading.spec.options if one.name == piece.key.lower()), None)
    if option is None:
        return 0
    if piece.value is not None:
        reading.take(option, piece)
        return 1
    following = pieces[at + 1] if at + 1 < len(pieces) else None
    if option.kind is Kind.SWITCH and (following is None or not written.is_switch(following)):
        reading.given[option.name] = True
        return 1
    if following is None or following.value is None:
        raise NotAccepted(f"Say what {option.name} should be: `--{option.name} …`.")
    reading.take(option, following)
    return 2


def _read_options(rest: str, reading: _Reading) -> None:
    """Options by name, and what has none by what it is: a mention, one of an option's choices, a switch, or the next in order."""
    pieces, at, left = written.pieces(rest), 0, list[Piece]()
    while at < len(pieces):
        used = _option_at(pieces, at, reading)
        if not used:
            left.append(pieces[at])
        at += used or 1
    for piece in left:
        if piece.key:
            raise _no_such_option(piece.key, reading.spec)
    _in_order([piece for piece in left if not _by_itself(piece, reading)], reading)


def _by_itself(piece: Piece, reading: _Reading) -> bool:
    """Whether it was clear from the piece alone which option it is."""
    if piece.kind is not None and (option := reading.free(piece.kind)):
        reading.take(option, piece)
        return True
    word = (piece.value or "").lower()
    for option in reading.spec.options:
        if option.name in reading.given or piece.in_quotes:
            continue
        if option.kind is Kind.SWITCH and option.name == word:
            reading.given[option.name] = True
            return True
        if word in option.choices:
            reading.given[option.name] = word
            return True
    return False


def _in_order(left: Sequence[Piece], reading: _Reading) -> None:
    """What is left goes to the options that take words, required ones first; the last of them takes all the rest."""
    spec = reading.spec
    wanted = [
        one
        for one in sorted(spec.options, key=lambda one: not one.required)
        if one.kind in (Kind.TEXT, Kind.WHOLE) and not one.choices and one.name not in reading.given
    ]
    if left and not wanted:
        raise NotAccepted(
            f"I don't know what to do with {written.quoted(left[0].raw)}. It goes like this: {usage(spec)}"
        )
    for number, option in enumerate(wanted[: len(left)]):
        last = option is wanted[-1]
        taken = left[number:] if last else left[number : number + 1]
        reading.take(option, written.joined(taken))


def _no_such_option(name: str, spec: CommandSpec) -> UnknownName:
    known = [one.name for one in spec.options]
    near = get_close_matches(name.lower(), known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"It has: {', '.join(known)}." if known else "It has none."
    return UnknownName(f"`{SLASH} {spec.name}` has no option called {written.quoted(name)}. {hint}")


def _complete(spec: CommandSpec, given: Mapping[str, Option]) -> None:
    for option in spec.options:
        if option.required and given.get(option.name) in (None, ""):
            what = f"{option.help[0].lower()}{option.help[1:]}"
            raise NotAccepted(
                f"`{SLASH} {spec.name}` needs {option.name}: {what}. It goes like this: {usage(spec)}"
            )


def _of_kind(spec: CommandSpec, kind: Kind) -> list[OptionSpec]:
    return [option for option in spec.options if option.kind is kind]


def _group(name: str) -> str:
    return name.partition(" ")[0]


# What there is


def usage(spec: CommandSpec) -> str:
    """`/poe budget set points [person] …`, as code."""
    required = [one.name for one in spec.options if one.required]
    others = [
        f"[--{one.name}{_shape(one)}]"
        for one in spec.options
        if not one.required and one.kind is not Kind.FILE
    ]
    return f"`{' '.join((SLASH, spec.name, *required, *others))}`"


_SHAPES = {
    Kind.SWITCH: "",
    Kind.PERSON: " @person",
    Kind.ROLE: " @group",
    Kind.CHANNEL: " #channel",
    Kind.WHOLE: " 100",
}


def _shape(option: OptionSpec) -> str:
    return f" {'|'.join(option.choices)}" if option.choices else _SHAPES.get(option.kind, " …")


def manual(specs: Sequence[CommandSpec], *, admin: bool) -> str:
    """What `/poe` alone says. What somebody may not use is not shown to them."""
    about = [spec.about_message for spec in specs if spec.about_message]
    talking = [
        "**How to talk with me**",
        "- Mention me in a channel: I answer in a thread, and in that thread you just write on.",
        "- Write to me directly: every message begins a conversation, its thread goes on with it.",
        "- Write under an older answer in its thread to go on from there.",
        "- Attach images, or text and code files.",
        *(f"- **{label}**, in the menu of a message under “More message shortcuts”." for label in about),
        "- My **Home** tab shows what you have left, and lets you choose a model.",
    ]
    everyone = [_line(spec) for spec in specs if spec.needs is Needs.ANYONE]
    threads = f"Slack offers no commands in threads. There, write `!stop` instead of `{SLASH} stop`; the others go the same way."
    parts = ["\n".join(talking), "\n".join(("**Commands**", *everyone)), threads]
    if admin:
        admins = [f"{_line(spec)}\n  {usage(spec)}" for spec in specs if spec.needs is Needs.ADMIN]
        parts.append("\n".join(("**For admins**", *admins)))
    return "\n\n".join(parts)


def _line(spec: CommandSpec) -> str:
    return f"- `{SLASH} {spec.name}`: {spec.help[0].lower()}{spec.help[1:]}"
