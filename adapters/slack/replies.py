"""A command's reply as messages. Pure; the ways they take are `speak`'s business."""

from __future__ import annotations

import hashlib

from bridge.values.command import Reply
from bridge.values.draft import Page
from bridge.values.inbound import Destination
from bridge.values.parts import OutFile

from . import format as markdown
from . import ids, limits

IN_DIRECT = "I answer you in our direct messages."
"""Said where somebody asked for an answer that nobody else may see."""

FILES_DIRECT = "I sent you the file in our direct messages."

_NOTE = "\n-# The whole answer is in the file."


def pages(reply: Reply) -> tuple[Page, ...]:
    """One message, a few, or the beginning and the whole of it as a file."""
    limit, files = limits.CAPABILITIES.text_limit, limits.CAPABILITIES.files
    texts = markdown.pieces(reply.text, limit)
    if texts:
        first = Page(text=texts[0], files=reply.files[:files])
        return (first, *(Page(text=text) for text in texts[1:]))
    whole = OutFile(name="reply.md", mime="text/markdown", data=reply.text.encode())
    lead = markdown.beginning(reply.text.partition("```")[0], limit - len(_NOTE)).rstrip()
    return (Page(text=lead + _NOTE, files=(*reply.files[: files - 1], whole)),)


def nonce(to: Destination, page: Page, number: int) -> str:
    """The same for the same words in answer to the same thing, so that saying them again is harmless."""
    answered = ids.trace(to.via.token) if to.via else to.reply_to
    told = f"{to.place.channel}:{answered}:{to.person}:{number}:{page.text}"
    return hashlib.sha256(told.encode()).hexdigest()[:24] + f"-{number}"
