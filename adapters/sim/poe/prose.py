"""Material for answers: sentences, tables and code that read well in a chat.

Here: words.  Not here: which of them a question gets (``answers``).
"""

from __future__ import annotations

import random
import re

from adapters.sim.poe.samples import SAMPLES

_STOP = {
    "a", "an", "things", "hi", "hello", "hey",
    "need", "and", "are", "about", "as", "at", "be", "can", "could", "do", "does", "for", "from", "give", "have",
    "how", "i", "in", "is", "it", "its", "list", "make", "me", "my", "of", "on", "or", "please", "show", "some", "tell",
    "that", "the", "there", "this", "to", "top", "us", "was", "we", "what", "when", "where", "which", "who", "why",
    "will", "with", "write", "would", "you", "your",
}  # fmt: skip
# How people begin to ask for something, and how they say in what form they want it: neither is what they ask about.
_LEAD = re.compile(
    r"^\W*(?:(?:please|hi|hello|hey|now|and|so|can you|could you|would you|i need|i want|i would like)\b[\s,!]*)*"
    r"(?:(?:explain|describe|compare|summari[sz]e|discuss|write|show|give|list|name|say|draw|tell|make)\b\s*"
    r"(?:(?:me|us|it|them|that|this)\b\s*)?(?:(?:everything|something|more|a bit)\b\s*)?(?:(?:about|on|of|to)\b\s*)?)?",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[\s,]+(?:(?:with|as|in|using) (?:an? )?(?:\w+ )?(?:table|list|example|picture|code|words)s?\b.*"
    r"|at length\b.*|in (?:more )?(?:detail|depth)\b.*|step by step\b.*|(?:and|then) (?:explain|describe|show|say)\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
_HOW = re.compile(
    r"\W*(?P<how>how|why) (?P<verb>do|does|did|can|is|are|was|were) "
    r"(?P<thing>(?:(?:the|an?|my|our|some) )?[\w'’-]+) (?P<rest>[\w'’-].*)",
    re.IGNORECASE | re.DOTALL,
)
_HOW_MUCH = re.compile(r"\W*how ([a-z]{3,}) (is|are|was|were) (.+)", re.IGNORECASE | re.DOTALL)
_ASIDE = re.compile(r"^(\S+ \S[^,]*),.*", re.DOTALL)
_OPENINGS = (
    "Good question. Here is a short tour of {s}, from the outside in.",
    "Here is what matters most about {s}, without the detours.",
    "Let us look at {s} from three sides and then put them together.",
    "There is more to {s} than meets the eye, but the heart of it is simple.",
)
_POINTS = (
    "**Where it starts** – the first thing people notice about {s} is how much depends on the details.",
    "**What it costs** – a little patience; most of the work on {s} is done before anyone looks.",
    "**What to watch** – small changes to {s} add up, so keep notes as you go.",
    "**Who it is for** – anyone who has met {s} once and wondered how it works.",
    "**What comes next** – once {s} feels familiar, the harder questions become interesting.",
    "**A common mistake** – treating {s} as finished when it has only begun.",
    "**A good habit** – come back to {s} after a day; it looks different then.",
)
_CLOSINGS = (
    "If you tell me more about your case, I can go into any of these points.",
    "Ask me for an example and I will work one through with you.",
    "That is the short version; reply to go deeper into any part of it.",
)
_FILLER = (
    "The idea is older than it looks, and it has been rediscovered more than once.",
    "Each part is simple on its own; the interesting behaviour appears where the parts meet.",
    "A careful reader will notice that the order of the steps matters more than their number.",
    "In practice people begin with the smallest version that works and grow it from there.",
    "It helps to write the result down first and then to ask what would have to be true for it.",
    "Nothing here needs special equipment, only attention and a quiet hour.",
    "Measured over a longer time, the differences even out and the trend becomes visible.",
    "What looks like an exception is usually a rule that nobody has written down yet.",
)


def subject(text: str) -> str:
    """What a text is about, as it reads in a sentence: ``tea and coffee``, ``how bees fly``, or ``your question``."""
    for sentence in re.split(r"(?<=[.?!:;])\s|\n", text):
        asked = _TAIL.sub("", sentence.rstrip(" .?!:;"))
        if found := _clause(asked) or _phrase(_LEAD.sub("", asked).split()):
            return found
    return "your question"


def _clause(asked: str) -> str:
    """A question about how or why, turned into what it asks for."""
    if measured := _HOW_MUCH.match(asked):
        return f"how {measured[1]} {_phrase(measured[3].split(), 4, every=True)} {measured[2]}"
    found = _HOW.match(asked)
    if found is None:
        return ""
    how, verb, thing, rest = (
        found["how"].lower(),
        found["verb"].lower(),
        found["thing"],
        found["rest"].split(),
    )
    if verb == "does":
        rest[0] += "es" if rest[0].endswith(("s", "x", "ch", "sh", "o")) else "s"
    if verb in ("is", "are", "was", "were"):
        rest.insert(0, verb)
    return f"{how} {thing} {_phrase(rest, 5, every=True)}"


def _phrase(words: list[str], most: int = 6, *, every: bool = False) -> str:
    """The first words, without small ones at the ends (or, of `every`, at the end only)."""
    words = re.findall(r"[\w'’-]+", _ASIDE.sub(r"\1", " ".join(words)))
    while words and not every and words[0].lower() in _STOP:
        words.pop(0)
    words = words[:most]
    while len(words) > 1 and words[-1].lower() in _STOP:
        words.pop()
    return " ".join(words)


def name_of(text: str) -> str:
    """An identifier made of a subject."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    name = "_".join(words[:3]) or "answer"
    return name if name[0].isalpha() else f"n_{name}"


def heading(about: str) -> str:
    """A second-level heading."""
    return f"## {about[:1].upper()}{about[1:]}"


def opening(about: str, chance: random.Random) -> str:
    """A first sentence."""
    return chance.choice(_OPENINGS).format(s=about)


def closing(chance: random.Random) -> str:
    """A last sentence."""
    return chance.choice(_CLOSINGS)


def bullets(about: str, number: int, chance: random.Random, *, numbered: bool = False) -> str:
    """A list of so many points."""
    order = chance.sample(_POINTS, len(_POINTS))
    thing = "it" if about.startswith(("how ", "why ")) else about
    lines = (order[n % len(order)].format(s=thing) for n in range(number))
    return "\n".join(f"{n}. {line}" if numbered else f"- {line}" for n, line in enumerate(lines, 1))


def table(about: str, chance: random.Random) -> str:
    """A table of three rows."""
    rows = [
        f"| {side} | {chance.choice(('low', 'medium', 'high'))} | {chance.randint(10, 98)} % |"
        for side in ("Effort", "Benefit", "Risk")
    ]
    return "\n".join((f"| {about[:1].upper()}{about[1:]} | Level | Share |", "| --- | --- | ---: |", *rows))


def code(about: str, language: str) -> str:
    """A fenced block in a language."""
    source = SAMPLES.get(language, SAMPLES["python"])
    return f"```{language}\n{source.strip().replace('SUBJECT', about).replace('NAME', name_of(about))}\n```"


def paragraph(chance: random.Random, sentences: int = 4) -> str:
    """Some connected sentences."""
    return " ".join(chance.sample(_FILLER, min(sentences, len(_FILLER))))


def words(number: int, about: str, chance: random.Random) -> str:
    """Exactly so many words of plain prose."""
    found: list[str] = opening(about, chance).split()
    while len(found) < number:
        found += paragraph(chance).split()
    text = " ".join(found[:number])
    return text if text.endswith((".", "?", "!")) else text.rstrip(",;:") + "."


def characters(number: int, about: str, chance: random.Random) -> str:
    """Exactly so many characters of Markdown: sections with prose, lists, tables and code in turn."""
    sections = [heading(about), opening(about, chance)]
    length = sum(len(section) + 2 for section in sections)
    turn = 0
    while length < number + 2:
        sections += _section(turn, about, chance)
        length = sum(len(section) + 2 for section in sections)
        turn += 1
    text = "\n\n".join(sections)[:number]
    return text if text == text.rstrip() else text[:-1] + "."  # a text that ends in a space would be trimmed


def _section(turn: int, about: str, chance: random.Random) -> list[str]:
    languages = ("python", "rust", "sql", "javascript")
    kinds = (
        lambda: bullets(about, 4, chance),
        lambda: code(about, languages[turn // 4 % len(languages)]),
        lambda: table(about, chance),
        lambda: bullets(about, 3, chance, numbered=True),
    )
    return [f"### Part {turn + 1}", paragraph(chance, 5), kinds[turn % len(kinds)]()]
