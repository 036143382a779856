"""What stood on Slack: from messages and exchanges of the embedded server to what a reader saw. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from adapters.sim.poe import Call
from adapters.sim.slack import Exchange, Message
from bench.reading import Seen, arrivals, followed, letters

STOP = "Stop"
"""The label of a button that only a growing answer has."""


def seen(call: Call, pages: Sequence[Message], speed: float, piece: int) -> Seen:
    """What became visible of a call's answer on its pages, while the model said `speed` pieces a second."""
    assert call.ended_at is not None
    answer = letters(call.text)
    moments = sorted(
        (version.at, page.ts, letters(version.text)) for page in pages for version in page.versions
    )
    shown: dict[str, str] = {}
    visible = []
    for at, page, text in moments:
        shown[page] = text
        visible.append((at, followed(answer, "".join(shown[ts] for ts in sorted(shown)))))
    return Seen(
        channel="thread",
        shared=1,
        arrived=arrivals(call.text, call.ended_at, 1 / speed, piece),
        visible=tuple(visible),
        written=moments[-1][0],
    )


def unfinished(page: Message) -> bool:
    """Whether it looks as if it were being written: a stream that nobody ended, or something to stop."""
    if page.stream is not None and page.stream.state in ("streaming", "expired"):
        return True
    return any(_label(part) == STOP for block in page.blocks for part in block.get("elements") or ())


def balanced(text: str) -> bool:
    """Whether every code fence has both its ends."""
    return sum(line.lstrip().startswith("```") for line in text.split("\n")) % 2 == 0


def identical(exchanges: Iterable[Exchange]) -> int:
    """Updates that left a message as it was, and pieces that added nothing."""
    stood: dict[str, tuple[Any, Any]] = {}
    count = 0
    for each in exchanges:
        if not isinstance(each.answer, dict) or not each.answer.get("ok"):
            continue
        if each.method == "chat.appendStream":
            count += not each.body.get("markdown_text") and not each.body.get("chunks")
        elif each.method in ("chat.postMessage", "chat.update"):
            now = (each.body.get("text"), each.body.get("blocks"))
            count += stood.get(each.answer["ts"]) == now
            stood[each.answer["ts"]] = now
    return count


def _label(part: Any) -> str:
    text = part.get("text") if isinstance(part, dict) else None
    return str(text.get("text", "")) if isinstance(text, dict) else ""
