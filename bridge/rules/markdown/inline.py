"""What stands where inside one run of inline text: emphasis, code, links, and what must stay in one piece.

Only values and the questions they answer: what is open at an offset, what is half-written at the end. How
they are found is in `scan`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_MENTION = 100
"""Characters; Discord's longest form, a command mention, stays well below."""

MENTIONS = ("<@", "<#", "<:", "<a:", "<t:", "</", "<http")
"""How what may stand in angle brackets begins."""
_MENTIONED = "<@#&!:/_-.?=%+~"
LONGEST_LABEL = 100
"""Characters after a lone bracket in which it may still become a link."""
LONGEST_ADDRESS = 500
"""Characters of an address in which a half-written link may still be completed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An opening delimiter at `start`..`end` and where its partner begins, or None while it has none."""

    start: int
    end: int
    text: str
    close: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """A stretch that loses its meaning when cut; `fence` is the backticks of a code span, else empty."""

    start: int
    end: int
    fence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inline:
    """What was found: delimiters, atoms, and the brackets and backtick runs that stayed plain text.

    `spent` holds the offsets where a matched closing delimiter ends.
    """

    text: str
    marks: tuple[Mark, ...]
    atoms: tuple[Atom, ...]
    brackets: tuple[int, ...]
    ticks: tuple[Atom, ...]
    spent: frozenset[int]

    def code(self) -> Atom | None:
        """The code span that is still being written: the first backticks without a partner."""
        for run in self.ticks:
            # A backtick before a space is prose about backticks; one at the very end is half a marker.
            if run.end < len(self.text) and not self.text[run.end].isspace():
                return Atom(start=run.start, end=len(self.text), fence=run.fence)
        return None

    def code_at(self, offset: int, *, growing: bool) -> Atom | None:
        """The code span around `offset`; with `growing`, also the one that is still being written."""
        code = self.code() if growing else None
        if code is not None and code.start + len(code.fence) <= offset:
            return code
        for atom in self.atoms:
            width = len(atom.fence)
            if width and atom.start + width <= offset <= atom.end - width:
                return atom
        return None

    def half_link(self) -> tuple[int, int, int] | None:
        """A link or image that is still being written: its start, its label's start, and its label's end."""
        waiting: list[int] = []
        for bracket in self.brackets:
            if self.text[bracket] == "[":
                waiting.append(bracket)
            elif waiting:
                start = waiting.pop()
                if _half_address(self.text[bracket + 1 :]):
                    return self._labelled(start, bracket)
        end = len(self.text)
        for start in waiting:
            if end - start <= LONGEST_LABEL and "\n" not in self.text[start:]:
                return self._labelled(start, end)
        return None

    def _labelled(self, bracket: int, end: int) -> tuple[int, int, int]:
        return bracket - self.text.startswith("!", bracket - 1), bracket + 1, end

    def half_mention(self) -> int | None:
        """The start of a mention that is still being written."""
        ends = (at for at, one in enumerate(self.text) if not (one.isalnum() or one in _MENTIONED))
        start = self.text.find("<", max(ends, default=-1) + 1)
        tail = self.text[start:]
        if start < 0 or len(tail) > LONGEST_MENTION:
            return None
        begun = any(form.startswith(tail) or tail.startswith(form) for form in MENTIONS)
        return start if begun else None

    def whole(self, *, growing: bool) -> list[tuple[int, int]]:
        """What loses its meaning when cut; with `growing`, also what is still being written."""
        found = [(atom.start, atom.end) for atom in self.atoms]
        return [*found, *((start, len(self.text)) for start in self._begun())] if growing else found

    def _begun(self) -> Iterator[int]:
        if (code := self.code()) is not None:
            yield code.start
        if (link := self.half_link()) is not None:
            yield link[0]
        if (mention := self.half_mention()) is not None:
            yield mention
        if self.atoms and not any(map(str.isspace, self.text[self.atoms[-1].end :])):
            yield self.atoms[-1].start  # an address may go on after what now looks like its full stop

    def atom_ends(self, offset: int) -> bool:
        return any(atom.end == offset for atom in self.atoms)

    def waits_for(self, text: str) -> bool:
        """Whether a delimiter of this kind is still without a partner."""
        return any(mark.text == text and mark.close is None for mark in self.marks)

    def open_at(self, offset: int, *, growing: bool) -> tuple[Mark, ...]:
        """The delimiters open at `offset`, outermost first; with `growing`, those without a partner too."""
        code = self.code() if growing else None
        stop = code.start if code else len(self.text)

        def spans(mark: Mark) -> bool:
            if mark.start >= min(offset, stop):
                return False
            if mark.close is None:
                return growing and not self._inside_word(mark)
            return mark.close >= offset or mark.close >= stop

        return tuple(mark for mark in self.marks if spans(mark))

    def _inside_word(self, mark: Mark) -> bool:
        """`2*3` multiplies: a lone delimiter after a letter or digit opens nothing."""
        return mark.start > 0 and self.text[mark.start - 1].isalnum()


def _half_address(rest: str) -> bool:
    """Whether what follows a label may still become `(address "title")`."""
    if not rest:
        return True
    if not rest.startswith("(") or len(rest) > LONGEST_ADDRESS or "\n" in rest:
        return False
    address, _, title = rest.partition(" ")
    depth = 0
    for character in address:
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return False  # it was closed, and is no link all the same
    return title.lstrip()[:1] in ("", '"', "'", "(")
