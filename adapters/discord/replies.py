"""A command's reply as messages. Pure; the ways they take are `speak`'s business."""

from __future__ import annotations

import hashlib

from bridge.values.command import Reply
from bridge.values.draft import Page
from bridge.values.inbound import Destination
from bridge.values.parts import OutFile

from . import format as markdown
from . import limits

UNREACHED = "I could not reach you privately. Allow direct messages from this server, and ask again."
"""All that is said in public when a private word found no way."""

_NOTE = "\n-# The whole answer is in the file."


def pages(reply: Reply) -> tuple[Page, ...]:
    """One message, a few, or the beginning and the whole of it as a file."""
    limit, files = limits.CAPABILITIES.text_limit, limits.CAPABILITIES.files
    text = markdown.shown(reply.text)
    texts = markdown.pieces(text, limit)
    if texts:
        first = Page(text=texts[0], files=reply.files[:files])
        return (first, *(Page(text=text) for text in texts[1:]))
    whole = OutFile(name="reply.md", mime="text/markdown", data=reply.text.encode())
    lead = markdown.beginning(text.partition("```")[0], limit - len(_NOTE)).rstrip()
    return (Page(text=lead + _NOTE, files=(*reply.files[: files - 1], whole)),)


def nonce(to: Destination, page: Page, number: int) -> str:
    """The same for the same words in answer to the same thing, so that saying them again is harmless."""
    answered = to.via.token if to.via else to.reply_to
    told = f"{to.place.channel}:{answered}:{to.person}:{number}:{page.text}"
    return hashlib.sha256(told.encode()).hexdigest()[: limits.NONCE]
