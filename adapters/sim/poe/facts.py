"""The few things the simulated model knows, and how it takes a system prompt to heart.

Here: small deterministic answers that read like a conversation.  Not here: the long prose (``prose``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from adapters.sim.poe import lore

_CAPITALS = {
    "france": "Paris", "germany": "Berlin", "italy": "Rome", "spain": "Madrid", "japan": "Tokyo",
    "portugal": "Lisbon", "austria": "Vienna", "canada": "Ottawa", "australia": "Canberra",
}  # fmt: skip
_PEOPLE = {
    "Paris": "2.1 million", "Berlin": "3.7 million", "Rome": "2.8 million", "Madrid": "3.3 million",
    "Tokyo": "14 million", "Lisbon": "545,000", "Vienna": "2.0 million", "Ottawa": "1.0 million",
    "Canberra": "470,000",
}  # fmt: skip
_SUM = re.compile(r"(-?\d+(?:\.\d+)?)\s*([-+*x×/÷])\s*(-?\d+(?:\.\d+)?)")
_TIDES = re.compile(r"\b(?:explain|what are|about|how do|why do|what causes) (?:the )?tides\b")
_NAME = re.compile(r"\bmy name is ([\w'’-]+)", re.IGNORECASE)
# Only what is quoted or shouted is taken literally: "answer only BANANA", not "answer only in English".
_ONLY = re.compile(
    r"\b(?i:answer|reply|respond) (?i:only with|with only|only) (?:[\"“]([^\"”]+)[\"”]|([A-Z]{3,})\b)"
)
_ALWAYS = re.compile(r"\bAlways ([^.\n]+)")
_ROLE = re.compile(r"\byou are an? ([^.,\n]+)", re.IGNORECASE)


def known(text: str, earlier: Sequence[str]) -> str | None:
    """An answer to a question this server knows, with what was said before in mind; else ``None``."""
    return (
        _sea(text, earlier) or _capital(text, earlier) or _name(text, earlier) or _sum(text) or _trains(text)
    )


def _sea(text: str, earlier: Sequence[str]) -> str | None:
    low = text.lower()
    if "python" in low and any("tide" in said.lower() for said in (text, *earlier)):
        return lore.TIDE_CODE
    return lore.TIDES if _TIDES.search(low) else None


def _capital(text: str, earlier: Sequence[str]) -> str | None:
    low = text.lower()
    asked = re.search(r"capital of (\w+)", low)
    if asked and asked[1] in _CAPITALS:
        return f"The capital of {asked[1].title()} is {_CAPITALS[asked[1]]}."
    if "population" not in low:
        return None
    for said in (text, *reversed(earlier)):
        for country, city in _CAPITALS.items():
            if city.lower() in said.lower() or country in said.lower():
                return f"{city} has a population of approximately {_PEOPLE[city]}."
    return None


def _name(text: str, earlier: Sequence[str]) -> str | None:
    if _NAME.search(text):
        return f"Nice to meet you, {_NAME.findall(text)[-1]}! I will remember it for this conversation."
    if "my name" not in text.lower():
        return None
    names = [name for said in earlier for name in _NAME.findall(said)]
    return f"Your name is {names[-1]}." if names else "You have not told me your name yet."


def _sum(text: str) -> str | None:
    found = _SUM.search(text)
    if found is None or not re.search(
        r"what is|what's|calculate|compute|how much|=\s*\?|^[\d\s+*x×/÷.-]+\??$", text, re.I
    ):
        return None
    left, sign, right = float(found[1]), found[2], float(found[3])
    if sign in "/÷" and right == 0:
        return "Division by zero has no answer."
    results = {"+": left + right, "-": left - right, "*": left * right, "/": left / right if right else 0.0}
    value = results[{"x": "*", "×": "*", "÷": "/"}.get(sign, sign)]
    return f"{found[1]} {sign} {found[3]} = **{value:.12g}**"


def _trains(text: str) -> str | None:
    found = re.search(r"leaves at (\d+)pm going (\d+)mph.* at (\d+)pm going (\d+)mph", text, re.DOTALL)
    if found is None:
        return None
    first, slow, second, fast = (int(value) for value in found.groups())
    if fast <= slow or second <= first:
        return None
    lead = slow * (second - first)
    hours = lead / (fast - slow)
    return (
        f"1. When the second train leaves, the first is {lead} miles ahead.\n"
        f"2. The second gains {fast - slow} miles every hour.\n"
        f"3. {lead} ÷ {fast - slow} = {hours:g} hours.\n\nThey meet at **{second + hours:g} pm**."
    )


def only(system: str) -> str | None:
    """The one thing a system prompt allows as an answer ("answer only BANANA")."""
    found = _ONLY.search(system)
    return (found[1] or found[2]).strip() if found else None


def in_character(text: str, system: str) -> str:
    """A text that follows the system prompt where it says who the model is or what it always does."""
    role, always = _ROLE.search(system), _ALWAYS.search(system)
    if "pirate" in system.lower():
        text = f"Arr! {text}"
    elif role and "assistant" not in role[1]:
        text = f"*Speaking as a {role[1].strip()}:*\n\n{text}"
    return f"{text}\n\n*As instructed, I always {always[1].strip()}.*" if always else text
