"""Reading what somebody wrote behind a command: every option is checked against its spec, and numbers are judged one kind at a time.

Whom a budget is for is in `targets`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

from bridge.rules.periods import zone_known
from bridge.values.command import CommandSpec, Kind, OptionSpec
from bridge.values.errors import NotAccepted, Refused, TooLarge, UnknownName
from bridge.values.inbound import Commanded, Option
from bridge.values.parts import FileRef
from bridge.values.points import MOST_POINTS, Points

_TYPES: Mapping[Kind, tuple[type[object], str]] = {
    Kind.TEXT: (str, "text"),
    Kind.WHOLE: (int, "a whole number"),
    Kind.SWITCH: (bool, "yes or no"),
    Kind.PERSON: (str, "a person"),
    Kind.ROLE: (str, "a role"),
    Kind.CHANNEL: (str, "a channel"),
    Kind.FILE: (FileRef, "a file"),
}
_GROUPED = re.compile(r"\d{1,3}(?:([ ,_\u00a0\u202f'’])\d{3})(?:\1\d{3})*")
_SHORT = re.compile(r"(\d{1,16})(?:\.(\d{1,16}))?([km])", re.IGNORECASE)
_POWER = re.compile(r"(\d+)(?:\^|\*\*|e\+?)(\d+)", re.IGNORECASE)
_DOTTED = re.compile(r"\d{1,3}(?:[.]\d{3})+")
_FRACTION = re.compile(r"\d*[.,]\d+|\d+[.,]?\s*/\s*\d+|\d*\s*[½⅓¼¾⅔]")
_UNIT = re.compile(r"\s*(?:points?|pts?)\.?$", re.IGNORECASE)
_WORTH = {"k": 1_000, "m": 1_000_000}
_MOST_DIGITS = 40


def check(spec: CommandSpec, given: Mapping[str, Option]) -> None:
    """Raise UnknownName or NotAccepted for the first option that is not as the command wants it."""
    wanted = {option.name: option for option in spec.options}
    for name, value in given.items():
        if name not in wanted:
            raise UnknownName(f"/{spec.name} has no option called {name}.{_near(name, wanted)}")
        _fits(wanted[name], value)
    for option in spec.options:
        if option.required and given.get(option.name) in (None, ""):
            raise NotAccepted(f"/{spec.name} needs {option.name}: {option.help[0].lower()}{option.help[1:]}.")


def _fits(option: OptionSpec, value: Option) -> None:
    kind, words = _TYPES[option.kind]
    mistaken = isinstance(value, bool) and option.kind is not Kind.SWITCH
    if mistaken or not isinstance(value, kind):
        raise NotAccepted(f"{option.name} has to be {words}.")
    if option.choices and value and value not in option.choices:
        raise UnknownName(f"{option.name} has to be {_either(option.choices)}, not {_quoted(str(value))}.")


def text(commanded: Commanded, name: str) -> str:
    """What was written, without blanks around it; "" when nothing was."""
    value = commanded.options.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def switch(commanded: Commanded, name: str) -> bool:
    return commanded.options.get(name) is True


def zone(commanded: Commanded) -> str | None:
    """The time zone given, or None. Raises UnknownName."""
    given = text(commanded, "zone").replace(" ", "_")
    if not given:
        return None
    if not zone_known(given):
        raise UnknownName(
            f'I don\'t know the time zone {_quoted(given)}. Choose one from the list, such as "Europe/Berlin" or "UTC".'
        )
    return given


def points(written: str) -> Points:
    """A whole number of points, from 0 to MOST_POINTS, as people write it: "5000", "5,000", "1.5k".

    Raises NotAccepted or TooLarge with a sentence for each way it can be wrong.
    """
    plain = _UNIT.sub("", written.strip())
    if not plain:
        raise NotAccepted("Say how many points: a whole number such as 5000.")
    if plain[0] in "-−–":
        raise NotAccepted(
            "A number of points can't be negative. The least is 0, which means that nothing may be spent."
        )
    if any(
        character.isdigit() and not "0" <= character <= "9" for character in plain if character not in "½⅓¼¾⅔"
    ):
        raise NotAccepted("Please write the number with the digits 0 to 9, for example 5000.")
    found = _whole(plain.removeprefix("+"))
    if found > MOST_POINTS:
        raise _too_many()
    return found


def _whole(plain: str) -> int:
    if plain.isdigit():
        return int(plain) if len(plain) <= _MOST_DIGITS else MOST_POINTS + 1
    if _GROUPED.fullmatch(plain):
        return int(re.sub(r"\D", "", plain)) if len(plain) <= _MOST_DIGITS else MOST_POINTS + 1
    if short := _SHORT.fullmatch(plain):
        return _shortened(plain, short[1], short[2] or "", _WORTH[short[3].lower()])
    raise _not_whole(plain)


def _shortened(plain: str, whole: str, rest: str, worth: int) -> int:
    found, left = divmod(int(whole + rest) * worth, int("1" + "0" * len(rest)))
    if left:
        raise NotAccepted(f"Points are whole numbers, and {plain} is not one.")
    return found


def _not_whole(plain: str) -> Refused:
    if power := _POWER.fullmatch(plain):
        base, exponent = power[1], power[2]
        if len(exponent) > 2 or len(base) + int(exponent) > 16:
            return _too_many()
        return NotAccepted(f"Please write {_quoted(plain)} out in digits, for example 5000.")
    if _DOTTED.fullmatch(plain):
        dotless = plain.replace(".", "")
        return NotAccepted(
            f"I can't tell whether {_quoted(plain)} is a fraction. If you mean {int(dotless[:16]):,}, write {dotless[:16]}."
        )
    if _FRACTION.fullmatch(plain):
        return NotAccepted(f"Points are whole numbers, and {_quoted(plain)} is not one.")
    return NotAccepted(f"{_quoted(plain)} is not a number of points. Write a whole number such as 5000.")


def _too_many() -> TooLarge:
    return TooLarge(f"That is too many points. The most is {MOST_POINTS:,}.")


def _near(name: str, wanted: Mapping[str, OptionSpec]) -> str:
    near = get_close_matches(name, list(wanted), n=1)
    return f" Did you mean {near[0]}?" if near else ""


def _either(choices: tuple[str, ...]) -> str:
    return " or ".join((", ".join(choices[:-1]), choices[-1])) if len(choices) > 1 else choices[0]


def _quoted(words: str) -> str:
    """Somebody's words inside a sentence of ours: short, on one line, and unable to end their quotes."""
    line = " ".join(words.split()).replace("`", "'").replace('"', "'")
    return f'"{line[:40]}{"…" if len(line) > 40 else ""}"'
