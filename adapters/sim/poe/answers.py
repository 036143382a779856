"""What the simulated model says to a conversation: deterministic, and worth looking at.

Here: from turns to a ``Script`` (text, tool calls, reasoning, citations, pauses, ending).  Not here: how the
script becomes JSON or a stream (``bodies``, ``events``, ``chunks``), nor what it costs (``billing``).
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from adapters.sim.poe import facts, grammar, media, prose, structured, tokens
from adapters.sim.poe.conversation import Attachment, Turn
from adapters.sim.poe.grammar import Wish
from adapters.sim.poe.requests import Ask, Tool

Publish = Callable[[str, str], str]
REASONING_TOKENS = {"none": 0, "minimal": 16, "low": 32, "medium": 64, "high": 128, "xhigh": 256}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A function the model wants called; ``arguments`` is JSON text."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A page found by a search, and where in the answer it is cited."""

    title: str
    url: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Everything a model will do for one call.

    ``pauses`` are (deltas sent before it, seconds); ``ending`` is one of ``grammar.ENDINGS``; ``stop`` is
    stop, length or filter.
    """

    text: str = ""
    thoughts: str = ""
    reasoning_tokens: int = 0
    calls: tuple[ToolCall, ...] = ()
    query: str | None = None
    sources: tuple[Source, ...] = ()
    image: bool = False
    refusal: bool = False
    pauses: tuple[tuple[int, float], ...] = ()
    ending: str = "completed"
    stop: str = "stop"

    @property
    def output_tokens(self) -> int:
        """Tokens of the whole output, reasoning included."""
        called = sum(tokens.count(call.arguments) + tokens.count(call.name) for call in self.calls)
        return tokens.count(self.text) + self.reasoning_tokens + called


def compose(ask: Ask, seed: int, publish: Publish) -> tuple[Script, Wish]:
    """The script for a question, and the wish it was written from.

    ``publish`` takes a kind (image, audio, video) and a prompt and gives the address of such a file.
    """
    last = next((turn for turn in reversed(ask.turns) if turn.role == "user"), Turn(role="user"))
    wish = grammar.read(last.text)
    chance = random.Random(f"{seed}|{ask.model.id}|{last.text}")
    script = _media(ask, wish, publish) if ask.model.is_media else _spoken(ask, last, wish, chance)
    script = _reasoned(script, ask, wish)
    if "filter" in wish.directives:
        script = replace(script, ending="filtered")
    return limited(script, ask.max_output), wish


def _spoken(ask: Ask, last: Turn, wish: Wish, chance: random.Random) -> Script:
    if "script" in wish.directives:
        return _scripted(wish.directives["script"])
    if "refuse" in wish.directives:
        return Script(text="I’m sorry, but I can’t help with that.", refusal=True)
    calls = _calls(ask, last, wish)
    if calls:
        return Script(calls=calls)
    if ask.schema is not None:
        return Script(
            text=json.dumps(structured.fill(ask.schema, wish.rest, wish.bullets or 3), ensure_ascii=False)
        )
    if ask.search:
        return _searched(wish, chance)
    return Script(text=_text(ask, last, wish, chance))


def _media(ask: Ask, wish: Wish, publish: Publish) -> Script:
    """A media model's answer: an item on Responses, an address in the text on Chat Completions."""
    kind = next(output for output in ask.model.outputs if output != "text")
    if ask.endpoint == "responses" and kind == "image":
        return Script(image=True)
    address = publish(kind, wish.rest)
    if kind != "image":
        return Script(text=address)
    return Script(text=f"![{wish.rest}.png]({address})\n\n{address}")


def _scripted(text: str) -> Script:
    said, thoughts, ending = "", "", "completed"
    pauses: list[tuple[int, float]] = []
    for step in grammar.script(text):
        if step.kind == "say":
            said += step.value
        elif step.kind == "think":
            thoughts += step.value
        elif step.kind == "wait":
            pauses.append((tokens.count(said), float(step.value)))
        else:
            ending = step.kind
    reasoning = tokens.count(thoughts)
    return Script(
        text=said, thoughts=thoughts, reasoning_tokens=reasoning, pauses=tuple(pauses), ending=ending
    )


# --- tools, search, reasoning, limits --------------------------------------------------------------------


def _calls(ask: Ask, last: Turn, wish: Wish) -> tuple[ToolCall, ...]:
    answered = bool(ask.turns) and ask.turns[-1].role == "tool"
    if not ask.tools or ask.choice == "none" or answered:
        return ()
    if ask.choice == "required":
        chosen = [tool for tool in ask.tools if _meant(tool, last.text)] or [ask.tools[0]]
    elif ask.choice == "auto":
        chosen = [tool for tool in ask.tools if _meant(tool, last.text)]
    else:
        chosen = [tool for tool in ask.tools if tool.name == ask.choice]
    if ask.body.get("parallel_tool_calls") is False:
        chosen = chosen[:1]
    return tuple(ToolCall(name=t.name, arguments=json.dumps(_arguments(t, wish.rest))) for t in chosen)


def _meant(tool: Tool, text: str) -> bool:
    """Whether a prompt asks for a tool: it names it, or its last telling word (``weather``)."""
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", tool.name)
    telling = words[-1].lower() if words else tool.name.lower()
    return tool.name.lower() in text.lower() or (len(telling) > 3 and telling in text.lower())


def _arguments(tool: Tool, text: str) -> Any:
    return structured.fill({"type": "object", **tool.parameters}, text, 2)


def _searched(wish: Wish, chance: random.Random) -> Script:
    about = prose.subject(wish.topic)
    slug = prose.name_of(about).replace("_", "-")
    text = f"{prose.heading(about)}\n\n{prose.opening(about, chance)} "
    sources: list[Source] = []
    for number, place in enumerate(("example.com/news", "example.org/reports"), 1):
        start = len(text)
        text += f"Report {number} says it is moving quickly ({place.split('/')[0]})."
        url = f"https://{place}/{slug}"
        sources.append(
            Source(title=f"{about.title()} – report {number}", url=url, start=start, end=len(text))
        )
        text += " "
    return Script(text=text.rstrip(), query=wish.rest[:200], sources=tuple(sources))


def _reasoned(script: Script, ask: Ask, wish: Wish) -> Script:
    effort = ask.effort or ("medium" if ask.model.must_reason else None)
    declares = ask.model.takes_effort or "thinking_budget" in ask.model.parameters
    spent = REASONING_TOKENS.get(effort or "none", 64)
    if not spent or not declares or script.thoughts:
        return script
    about = prose.subject(wish.topic)
    thoughts = (
        f"**Considering {about}**\n\nI'm looking at what is asked about {about} and which parts matter, "
        "then I'll write it down plainly."
    )
    shown = thoughts if ask.summary else ""
    return replace(script, thoughts=shown, reasoning_tokens=max(spent, tokens.count(shown)))


def limited(script: Script, most: int | None) -> Script:
    """A script cut to an allowance of output tokens; reasoning takes its share first."""
    if most is None or script.output_tokens <= most:
        return script
    if script.calls:
        return replace(
            script, calls=(), text="", reasoning_tokens=min(script.reasoning_tokens, most), stop="length"
        )
    thinking = min(script.reasoning_tokens, most)
    text = tokens.first(script.text, most - thinking)
    sources = tuple(source for source in script.sources if source.end <= len(text))
    return replace(script, text=text, sources=sources, reasoning_tokens=thinking, stop="length")


# --- words -----------------------------------------------------------------------------------------------


def _text(ask: Ask, last: Turn, wish: Wish, chance: random.Random) -> str:
    echoed = grammar.echo(last.text)
    if echoed is not None:
        return echoed
    if ask.turns and ask.turns[-1].role == "tool":
        return _told(ask)
    about = prose.subject(wish.topic)
    if wish.characters is not None:
        return prose.characters(max(wish.characters, 1), about, chance)
    system = "\n".join(turn.text for turn in ask.turns if turn.role == "system")
    only = facts.only(system)
    if only is not None:
        return only
    if wish.words is not None:
        return prose.words(max(wish.words, 1), about, chance)
    return facts.in_character(_body(ask, last, wish, chance), system)


def _told(ask: Ask) -> str:
    results = [turn for turn in ask.turns if turn.role == "tool"]
    return "\n".join(f"**{turn.tool or 'tool'}** answered: {turn.text}" for turn in results[-3:])


def _body(ask: Ask, last: Turn, wish: Wish, chance: random.Random) -> str:
    parts: list[str] = []
    if last.attachments:
        parts.append(described(last.attachments))
    if wish.recall:
        return "\n\n".join([*parts, _recalled(ask)])
    known = facts.known(wish.rest, [turn.text for turn in ask.turns if turn.role == "user"][:-1])
    if known is not None:
        return "\n\n".join([*parts, known])
    if parts and len(wish.rest.split()) < 12:
        return parts[0]
    return "\n\n".join([*parts, *_article(wish, chance)])


def _article(wish: Wish, chance: random.Random) -> list[str]:
    about = prose.subject(wish.topic)
    parts = [prose.heading(about), prose.opening(about, chance)]
    if wish.language is not None:
        parts += [prose.code(about, wish.language), prose.paragraph(chance, 2)]
    elif wish.table:
        parts += [prose.table(about, chance), prose.paragraph(chance, 2)]
    else:
        numbered = wish.bullets is not None
        parts.append(prose.bullets(about, wish.bullets or 3, chance, numbered=numbered))
    return [*parts, prose.closing(chance)]


def _recalled(ask: Ask) -> str:
    earlier = [turn for turn in ask.turns if turn.role == "user"][:-1]
    if not earlier:
        return "You have not said anything before this."
    lines = [f"{number}. “{_line(turn.text)}”" for number, turn in enumerate(earlier, 1)]
    return "\n".join(["Before this you said:", "", *lines])


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else line[:159] + "…"


def described(attachments: tuple[Attachment, ...]) -> str:
    """What came with a turn: names, sizes, dimensions, and the first line of a text."""
    number = len(attachments)
    lines = [f"I received {number} attachment{'s' if number != 1 else ''}:", ""]
    return "\n".join(lines + [f"- {_one(attachment)}" for attachment in attachments])


def _one(attachment: Attachment) -> str:
    if attachment.data is None:
        return f"**{attachment.name or attachment.kind}** at <{attachment.url}>"
    told = [attachment.media_type, media.readable_size(len(attachment.data))]
    size = media.image_size(attachment.data)
    if size is not None:
        told.append(f"{size[0]} × {size[1]} pixels")
    text = f"**{attachment.name}** ({', '.join(told)})"
    if attachment.is_text:
        first = attachment.data.decode("utf-8", "replace").strip().split("\n", 1)[0]
        text += f", which begins: “{_line(first)}”"
    return text
