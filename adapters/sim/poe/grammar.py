"""The small language of prompts: what a question tells this server to do.

Here: reading directives in double brackets and a few plain wishes ("in 40 words", "as a table") out of a
prompt.  The whole language is written down in the package's docstring.  Not here: doing it (``answers``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LANGUAGES = {
    "python": "python", "javascript": "javascript", "typescript": "typescript", "rust": "rust", "go": "go",
    "java": "java", "ruby": "ruby", "bash": "bash", "shell": "bash", "sql": "sql", "html": "html", "c": "c",
    "json": "json", "yaml": "yaml", "haskell": "haskell", "kotlin": "kotlin", "swift": "swift", "php": "php",
}  # fmt: skip
_DIRECTIVE = re.compile(r"\[\[\s*([a-z_]+)\s*(?:=\s*(.*?))?\s*\]\]", re.DOTALL)
_NAMED = "|".join(sorted(LANGUAGES, key=len, reverse=True))
_CODE = re.compile(
    rf"\bin ({_NAMED})(?: code)?\b|\b({_NAMED}) (?:code|function|script|program|snippet|example)\b"
    rf"|\bcode in ({_NAMED})\b",
    re.IGNORECASE,
)
_ANY_CODE = re.compile(r"\b(?:code|function|script|program|snippet|algorithm)\b", re.IGNORECASE)
_WORDS = re.compile(r"\b(\d{1,5}) words?\b", re.IGNORECASE)
_CHARACTERS = re.compile(r"\b(\d{1,6}) (?:characters?|chars?|letters?)\b", re.IGNORECASE)
_TABLE = re.compile(r"\b(?:tables?|compare|comparison|versus|vs)\b", re.IGNORECASE)
_LIST = re.compile(r"\b(?:lists?|bullets?|bullet points?|steps)\b", re.IGNORECASE)
_TOP = re.compile(
    r"\btop (\d{1,2})\b|\b(\d{1,2}) (?:things|ideas|reasons|ways|tips|examples|points|items|steps)\b",
    re.IGNORECASE,
)
_RECALL = re.compile(
    r"what did i (?:say|ask|write|tell)|what have i (?:said|asked|told)|remember what i|"
    r"repeat my (?:messages|questions)|summari[sz]e (?:our|this) conversation",
    re.IGNORECASE,
)
_WISHES = re.compile(
    rf"\b(?:in |of |with |about |exactly )*\d+ (?:words?|characters?|chars?|letters?)\b|\btop \d+(?: things)?\b"
    rf"|\b\d+ (?:things|ideas|reasons|ways|tips|examples|points|items|steps)\b|\b(?:in|as) an? (?:table|list)\b"
    rf"|\b(?:a )?(?:long|short) answer\b|\bin (?:{_NAMED}) code\b|\btell me about\b|\bstep by step\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one prompt asks for.  ``rest`` is the prompt without its directives, ``topic`` also without wishes."""

    rest: str
    topic: str = ""
    directives: Mapping[str, str] = field(default_factory=dict)
    words: int | None = None
    characters: int | None = None
    language: str | None = None
    table: bool = False
    bullets: int | None = None
    recall: bool = False

    def number(self, name: str) -> float | None:
        """A directive read as a number; ``None`` when absent or not a number."""
        try:
            return float(self.directives[name])
        except (KeyError, ValueError):
            return None


def read(prompt: str) -> Wish:
    """Read one prompt.  Unknown directives are kept and do nothing."""
    directives = {found[1]: found[2] or "" for found in _DIRECTIVE.finditer(prompt)}
    rest = _DIRECTIVE.sub("", prompt).strip()
    length = directives.get("len", "")
    return Wish(
        rest=rest,
        topic=_WISHES.sub(" ", rest),
        directives=directives,
        words=_first(_WORDS, rest),
        characters=int(length) if length.isdigit() else _first(_CHARACTERS, rest),
        language=_language(rest),
        table=_TABLE.search(rest) is not None,
        bullets=_bullets(rest),
        recall=_RECALL.search(rest) is not None,
    )


def echo(prompt: str) -> str | None:
    """What follows ``[[echo]]``, word for word; ``None`` when the directive is absent."""
    _, found, after = prompt.partition("[[echo]]")
    return after.removeprefix(" ") if found else None


def _first(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found[1]) if found else None


def _language(text: str) -> str | None:
    found = _CODE.search(text)
    if found:
        return LANGUAGES[next(name for name in found.groups() if name).lower()]
    return "python" if _ANY_CODE.search(text) else None


def _bullets(text: str) -> int | None:
    found = _TOP.search(text)
    if found:
        return max(1, int(found[1] or found[2]))
    return 3 if _LIST.search(text) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of ``[[script=...]]``: say a text, wait some seconds, or an ending."""

    kind: str
    value: str = ""


def script(text: str) -> tuple[Step, ...]:
    """Read ``say Hello; wait 0.5; say  there; cut``.  Unknown steps are left out."""
    steps: list[Step] = []
    for part in text.split(";"):
        kind, _, value = part.lstrip().partition(" ")
        if kind in ("say", "think", "wait") and value:
            steps.append(Step(kind=kind, value=value))
        elif kind.strip() in ENDINGS:
            steps.append(Step(kind=kind.strip()))
    return tuple(steps)


# How a stream may end; `completed` is the ordinary way. Each is described in `faults`.
ENDINGS = (
    "completed",
    "failed",
    "incomplete",
    "filtered",
    "error",
    "error_nested",
    "bare_error",
    "none",
    "cut",
    "stall",
)
