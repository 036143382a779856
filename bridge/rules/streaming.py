"""How a message gets to what it should say where the platform takes no rewriting, only more: piece by piece.

What it should say is decided in `pages`. What a platform has confirmed stays, and every piece goes on where that ends.
"""

from __future__ import annotations

_MARKERS = frozenset("#>-*+=_~|:.)`0123456789 \t")
LONGEST_WORD = 24
"""Characters without white space after which a piece may end anywhere, as in a script that has none."""


def whole(text: str, since: int, end: int) -> int:
    """Where a piece of a growing text ends that begins at `since` and may reach to `end`: before a word, else where it began.

    The next one then begins with that word. One that began with white space would lose it: platforms trim pieces, and two words or two
    paragraphs would become one. The marker of an item, a heading or a quote waits for its first word.
    """
    for at in range(min(end, len(text) - 1), since, -1):
        if text[at - 1].isspace() and not text[at].isspace() and not only_marker(text, at):
            return at
    if end - since <= LONGEST_WORD:
        return since
    return max(since, len(text[:end].rstrip()) - 1)


def only_marker(text: str, at: int) -> bool:
    """Whether there are only markers on the line before `at`."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return bool(line.strip()) and _MARKERS.issuperset(line)


def rest(sent: str, page: str) -> str | None:
    """What makes `page` of a message that says `sent`; None when no piece can. White space that ends `sent` may be too much."""
    if page.startswith(sent):
        return page[len(sent) :]
    kept = sent.rstrip()
    more = page[len(kept) :]
    goes_on = page.startswith(kept) and (not more or more[0].isspace())
    return more if goes_on else None
