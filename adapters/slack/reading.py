"""What a message of ours says, as the Markdown it was made of. Pure.

Slack may keep a `markdown` block as blocks of its own making, so both are read; what was lost on that way (how a table is aligned) is lost.
https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bridge.ports import Seen
from bridge.values.draft import Action
from bridge.values.ids import TurnId
from bridge.values.inbound import MessageRef

from . import format as markdown
from . import ids

Json = Mapping[str, Any]

_MARKS = (("code", "`"), ("bold", "**"), ("italic", "_"), ("strike", "~~"))
_FENCE = re.compile(r"^\s*(?:```|~~~).*$", re.MULTILINE)
_MANY = {"channel": "@channel", "here": "@here", "everyone": "@everyone"}


def page_text(message: Json) -> str:
    """A page as it stands: its body, and under it the small lines with their sign."""
    body, small = list[str](), list[str]()
    for block in message.get("blocks") or ():
        if block.get("type") == "context":
            small += [markdown.SMALL + line for text in _texts(block) for line in text.split("\n")]
        elif text := _block(block):
            body.append(text)
    if not body and not small:
        return markdown.unshown(markdown.unescaped(str(message.get("text") or "")))
    return "\n".join(filter(None, [markdown.unshown("\n\n".join(body)), *small]))


def seen(message: Json, ref: MessageRef) -> Seen:
    """What people see of a message of ours, and what they can press under it."""
    return Seen(
        ref=ref, text=page_text(message), actions=tuple(Action(action) for action, _ in _buttons(message))
    )


def gist(text: str) -> str:
    """What is left of Markdown however Slack keeps it: letters and digits. Two texts with the same gist were one, for all we can know."""
    return "".join(sign for sign in html.unescape(_FENCE.sub("", text)) if sign.isalnum())


def nonce_of(message: Json) -> str | None:
    """The nonce of the page a message is; None where it is no page, or not finished."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != ids.PAGE:
        return None
    nonce = (metadata.get("event_payload") or {}).get("nonce")
    return nonce if isinstance(nonce, str) else None


def belongs(message: Json, turn: TurnId) -> bool:
    """Whether it is a page of this turn: it says so, or a button under it does. What came in the place of a page's file is none."""
    nonce = nonce_of(message)
    return (nonce is not None and ids.is_page(nonce) and ids.turn_of(nonce) == turn) or any(
        of == turn for _, of in _buttons(message)
    )


def owes_files(message: Json, own: Iterable[Json]) -> bool:
    """Whether a page was to be followed by files, and none of our messages after it has any: then it is not whole."""
    if not ((message.get("metadata") or {}).get("event_payload") or {}).get("files"):
        return False
    return not any(one.get("files") and float(one["ts"]) > float(message["ts"]) for one in own)


def _buttons(message: Json) -> Iterator[tuple[str, TurnId]]:
    """Of the two that say what somebody thinks of an answer, one stands for both."""
    for block in message.get("blocks") or ():
        for part in block.get("elements") or ():
            if button := ids.parse_button(str(part.get("action_id") or ""), "good"):
                yield button


def unmarked(message: Json) -> bool:
    """Of our messages only a stream that grows is not marked as ours, for that is done with its end."""
    return not message.get("metadata") and not message.get("files") and not message.get("subtype")


def unfinished(message: Json) -> bool:
    """A stream that we did not end, whether it still grows or its time is over."""
    return unmarked(message) and bool(message.get("streaming_state"))


# -- blocks -----------------------------------------------------------------------------------------


def _block(block: Json) -> str:
    match block.get("type"):
        case "markdown":
            return str(block.get("text") or "")
        case "section" | "header":
            text = markdown.unescaped(str((block.get("text") or {}).get("text") or ""))
            return f"# {text}" if text and block["type"] == "header" else text
        case "divider":
            return "---"
        case "rich_text":
            return "\n\n".join(filter(None, _rich(block.get("elements") or ())))
        case "table":
            return "\n".join(_table(block.get("rows") or ()))
        case _:
            return ""


def _texts(block: Json) -> list[str]:
    return [markdown.unescaped(str(part["text"])) for part in block.get("elements") or () if part.get("text")]


def _rich(elements: Iterable[Json]) -> Iterator[str]:
    """The parts of a rich text; list items that follow each other are one part."""
    items: list[str] = []
    for element in elements:
        if element.get("type") == "rich_text_list":
            items += _items(element)
            continue
        if items:
            yield "\n".join(items)
            items = []
        yield _part(element)
    yield "\n".join(items)


def _part(element: Json) -> str:
    text = _inline(element.get("elements") or ())
    match element.get("type"):
        case "rich_text_preformatted":
            fence = "````" if "```" in text else "```"
            return f"{fence}{element.get('language') or ''}\n{text}\n{fence}"
        case "rich_text_quote":
            return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
        case _:
            return text.strip("\n")


def _items(element: Json) -> Iterator[str]:
    margin = "   " * int(element.get("indent") or 0)
    first = int(element.get("offset") or 0) + 1
    for number, item in enumerate(element.get("elements") or (), start=first):
        sign = f"{number}." if element.get("style") == "ordered" else "-"
        yield f"{margin}{sign} {_inline(item.get('elements') or ())}"


def _inline(elements: Iterable[Json]) -> str:
    return "".join(map(_word, elements))


def _word(element: Json) -> str:
    match element.get("type"):
        case "link":
            url = str(element.get("url") or "")
            label = element.get("text")
            return _marked(f"[{label}]({url})" if label and label != url else url, element)
        case "emoji":
            return _emoji(element)
        case "user":
            return f"<@{element.get('user_id')}>"
        case "broadcast":
            return _MANY.get(str(element.get("range")), "")
        case _:
            return _marked(str(element.get("text") or ""), element)


def _emoji(element: Json) -> str:
    """The sign that was written; one of the workspace's own has a name alone."""
    try:
        return "".join(chr(int(point, 16)) for point in str(element["unicode"]).split("-"))
    except (LookupError, ValueError, OverflowError):
        return f":{element.get('name')}:"


def _marked(text: str, element: Json) -> str:
    """Marks stand at words, not at the space around them."""
    inner = text.strip()
    if not inner:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    style = element.get("style") or {}
    for name, mark in _MARKS:
        inner = f"{mark}{inner}{mark}" if style.get(name) else inner
    return f"{before}{inner}{after}"


def _table(rows: Iterable[Iterable[Json]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        cells = [_cell(cell).replace("\n", " ").replace("|", "\\|") for cell in row]
        yield f"| {' | '.join(cells)} |"
        if not number:
            yield f"|{' --- |' * len(cells)}"


def _cell(cell: Json) -> str:
    if cell.get("type") == "rich_text":
        return " ".join(filter(None, _rich(cell.get("elements") or ())))
    return str(cell.get("text") or "")
