"""Text that a stream may tell up to four times: in pieces, in the end of a part, in the end of an item, in the whole response.

Here: which of it is new. Nothing is lost when a server leaves out the pieces, and nothing is doubled when it repeats them.
Not here: which events carry text (`responses`).
"""

from __future__ import annotations

from adapters.poe.wire import well_formed

Place = tuple[object, object]
"""Which item of the output, and which part of it."""

GAP = "\n\n"
"""Between two messages of one answer."""


class Strand:
    """One growing text, made of parts at places."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._at: Place | None = None
        self._parts: dict[Place, list[str]] = {}
        self._part: list[str] = []
        self._half = ""  # the first half of a surrogate pair whose other half comes with the next piece

    @property
    def text(self) -> str:
        """Everything so far."""
        return "".join(self._pieces)

    def __bool__(self) -> bool:
        return bool(self._pieces)

    def add(self, item: object, part: object, piece: str) -> str:
        """A piece came; what to pass on."""
        if not piece:
            return ""
        place = (item, part)
        if place == self._at:
            self._part.append(piece)
            self._pieces.append(piece)
            return piece
        return self._move(place, piece)

    def add_broken(self, item: object, part: object, piece: str) -> str:
        """A piece that may begin or end inside a character."""
        piece = self._half + piece
        self._half = ""
        if "\ud800" <= piece[-1:] <= "\udbff":
            self._half, piece = piece[-1], piece[:-1]
        return self.add(item, part, well_formed(piece))

    @property
    def broken(self) -> bool:
        """Half a character is waiting for its other half."""
        return bool(self._half)

    def done(self, item: object, part: object, text: str) -> str:
        """A part is told as a whole; what of it had not come."""
        place = (item, part)
        if place not in self._parts:
            # A server that numbers its ends differently from its pieces repeats what was said.
            return "" if not text or self.text.endswith(text) else self._move(place, text)
        said = "".join(self._parts[place])
        if place != self._at or not text.startswith(said) or text == said:
            return ""
        return self.add(item, part, text[len(said) :])

    def whole(self, text: str) -> str:
        """Everything is told as a whole; what of it had not come. Where it differs from what was said, the stream is believed."""
        said = self.text
        missing = text[len(said) :] if text.startswith(said) else ""
        if missing:
            self._pieces.append(missing)
        return missing

    def _move(self, place: Place, piece: str) -> str:
        gap = GAP if self._at is not None and self._at[0] != place[0] and self._pieces else ""
        self._at = place
        self._part = self._parts.setdefault(place, [])
        self._part.append(piece)
        self._pieces.append(gap + piece)
        return gap + piece
