"""What should stand on the platform for a draft: its text in pages, our lines under the last one, buttons and files.

Where a text may be cut is known in `split`, how a growing one is made showable in `markdown`; what is sent when, in `schedule`.
A platform writes Markdown in its own way, which may be longer: `measure` tells how long a text will be there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bridge.rules import status
from bridge.rules.markdown import display
from bridge.rules.split import SMALLEST, Cut, Measure, cut_here, grow, pieces
from bridge.rules.status import fit
from bridge.rules.streaming import only_marker, whole
from bridge.values.answer import Ending
from bridge.values.capabilities import Capabilities
from bridge.values.draft import Action, Button, Draft, DraftState, Page
from bridge.values.parts import OutFile

ROOM = 200
"""Characters of a page kept free for our own lines and for what closes open Markdown (an eighth of a small page)."""
ZONE = 32
"""Characters at a page's end that may be held back, so that a page which has to end there ends with a line, a sentence or a word.

Its reader waits for them until the next page stands, a second or more: 120 of them were 3 % of all staleness.
"""
ENDS = ("\n", ". ", "! ", "? ", "。", "！", "？")
REST_COMES = "The answer goes on. What does not fit here will come as a file."
REST_LEAD = "The rest of the answer is in the file."
ABOVE = "The answer ends above."
MARKS = {
    DraftState.STOPPED: "Stopped.",
    DraftState.INTERRUPTED: "This answer was interrupted by a restart.",
}
LENGTH = "The answer reached its length limit."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page, and how many characters of the draft's text stand once it and all before it do."""

    page: Page
    end: int


def room(capabilities: Capabilities) -> int:
    """Characters of text on one page."""
    return capabilities.text_limit - min(ROOM, capabilities.text_limit // 8)


def cut(
    cuts: tuple[Cut, ...],
    draft: Draft,
    capabilities: Capabilities,
    shown: int,
    *,
    closed: bool = False,
    full: int | None = None,
    measure: Measure = len,
) -> tuple[Cut, ...]:
    """The cuts between pages as the text has grown.

    What was seen on a page stays there: none lies before `shown`, though a reader might have cut there had the page been whole. A page
    that is `closed` stands as it will stay, so it is cut exactly there and needs no other write; one that is `full`
    takes nothing beyond so many characters, whatever room there is.
    """
    text, size = draft.text, room(capabilities)
    if cuts and len(text) < cuts[-1].start:
        cuts = ()  # another text than before
    grown = grow(cuts, text, size, measure, shown=shown)
    new = grown[len(cuts) :]
    here = full
    if new:
        here = shown if closed or new[0].at < shown else None
    if here is None or not text[here:].strip():
        return grown
    exact = cut_here(cuts, text, here, capabilities.text_limit, measure)
    if exact and (full is not None or not closed):
        return grow(exact, text, size, measure, shown=shown)
    stands = pieces(text[:here], cuts)[-1].text
    limit = max(measure(stands), measure(display(stands)), SMALLEST)
    ended = grow(cuts, text[: here + size], limit, measure, shown=shown)[: len(cuts) + 1]
    if len(ended) == len(cuts) or ended[-1].at < shown:
        ended = exact or grown
    return grow(ended, text, size, measure, shown=shown)


def stop(draft: Draft, shown: int) -> int:
    """Where a page ends well that has to end now: with a line, a sentence or a word, not before what is shown."""
    end = _good_end(draft.text, shown)
    return max(shown, draft.text.rfind("\n", 0, end) + 1) if only_marker(draft.text, end) else end


def closed(draft: Draft, cuts: tuple[Cut, ...], end: int) -> Sheet:
    """The last page as far as `end`, as it can stay."""
    return Sheet(page=Page(text=display(_raw(draft.text[:end], cuts)).rstrip()), end=end)


def pages(
    draft: Draft,
    cuts: tuple[Cut, ...],
    capabilities: Capabilities,
    max_pages: int,
    *,
    standing: int = 0,
    shown: int = 0,
    streamed: bool = False,
    measure: Measure = len,
) -> tuple[Sheet, ...]:
    """The messages as they should stand now; () while there is nothing to say yet.

    Where the page that grows is `streamed`, it is there even without a word, as plain text with nothing of ours in it.
    `standing` is how many messages stand already: files can only come with a new one. At most `max_pages` carry text; the rest comes as
    a file once it is complete. `shown` characters are on the platform, and stay.
    """
    final = draft.state.final
    parts = pieces(draft.text, cuts[:max_pages]) if draft.text.strip() else ()
    texts = [(part.text, part.end) for part in parts[:max_pages]]
    more = len(parts) > max_pages
    closing = False
    if streamed and not final and not more:
        begun = [Sheet(page=Page(text=text), end=end) for text, end in texts[:-1]]
        return (*begun, _streamed(draft.text, cuts, shown, capabilities, measure))
    if texts and not final and not more:
        have = measure(parts[-1].text)
        closing = len(parts) < max_pages and _closing(have, len(draft.text) - shown, capabilities)
        texts[-1] = _growing(draft.text, cuts, shown, ending=closing or have > room(capabilities) - ZONE)
        if measure(texts[-1][0]) > capabilities.text_limit:  # a beginning can be longer than the whole
            texts[-1] = (display(parts[-1].text), parts[-1].end)
    sheets = [Sheet(page=Page(text=text), end=end) for text, end in texts if text.strip()]
    if not final:
        line = REST_COMES if more else status.line(draft, something=standing > 0 or bool(sheets))
        buttons = () if closing else _stop(draft)
        return _with_tail(sheets, [line] if line else [], buttons, capabilities, draft, measure, growing=True)
    rest = _rest(parts[max_pages].text, capabilities) if more else ()
    return _final(sheets, rest, draft, capabilities, standing, measure)


def _closing(have: int, unseen: int, capabilities: Capabilities) -> bool:
    """Whether the page will probably be full before it is written again: so it is when as much comes until then as came since last time.

    Then this is its last write: it gets no Stop button that another write would have to take away, and the next text begins a new page.
    """
    size = room(capabilities)
    return have >= size // 2 and have + unseen > size


def _growing(text: str, cuts: tuple[Cut, ...], shown: int, *, ending: bool) -> tuple[str, int]:
    """The page that is being written. Where it may have to end it shows only whole lines, sentences or words."""
    # Where it ends, white space would not be cut, so it does not stand there.
    end = max(shown, len(text[: _good_end(text, shown)].rstrip())) if ending else len(text)
    return display(pieces(text[:end], cuts)[-1].text), end


def _good_end(text: str, shown: int, *, patient: bool = False) -> int:
    """Where the last line, sentence or word ends. The `patient` let nothing but lines and sentences stand out for a while."""
    near = max(shown, len(text) - ZONE)
    ends = [text.rfind(mark, near) + len(mark) for mark in ENDS if mark in text[near:]]
    if patient and not ends and near == shown:
        return shown
    return max(ends, default=text.rfind(" ", near) + 1) or near


def _streamed(
    text: str, cuts: tuple[Cut, ...], shown: int, capabilities: Capabilities, measure: Measure
) -> Sheet:
    """The page that grows, as it is, to the last word that is complete."""
    begins = cuts[-1].start if cuts else 0
    since = max(shown, begins)
    full = measure(pieces(text, cuts)[-1].text) > room(capabilities) - ZONE
    end = whole(text, since, _good_end(text, since, patient=True) if full else len(text))
    if measure(_raw(text[:end], cuts)) > capabilities.text_limit:  # a beginning can be longer than the whole
        end = since
    if not text[begins:end].strip():
        return Sheet(page=Page(text=""), end=max(shown, cuts[-1].at if cuts else 0))
    return Sheet(page=Page(text=_raw(text[:end], cuts)), end=end)


def _raw(text: str, cuts: tuple[Cut, ...]) -> str:
    """The last page with the white space that what comes next will follow."""
    return pieces(text, cuts)[-1].text + text[len(text.rstrip()) :]


def _stop(draft: Draft) -> tuple[Button, ...]:
    return (Button(action=Action.STOP, turn=draft.turn, label="Stop"),)


def _finished(draft: Draft, capabilities: Capabilities) -> tuple[Button, ...]:
    offered = [(Action.REGENERATE, "Regenerate")] if draft.again else []
    if draft.again and draft.ending is Ending.LENGTH and draft.text:
        offered.append((Action.CONTINUE, "Continue"))
    if capabilities.feedback and draft.text:
        offered += [(Action.GOOD, "Good answer"), (Action.BAD, "Bad answer")]
    return tuple(Button(action=action, turn=draft.turn, label=label) for action, label in offered)


def _final(
    sheets: list[Sheet],
    rest: tuple[OutFile, ...],
    draft: Draft,
    capabilities: Capabilities,
    standing: int,
    measure: Measure,
) -> tuple[Sheet, ...]:
    sendable = [file for file in draft.files if len(file.data) <= capabilities.file_bytes]
    files = (*rest, *sendable)
    said = [*filter(None, [_mark(draft)]), *draft.notes]
    said += [f"{file.name} is too large to be sent here." for file in draft.files if file not in sendable]
    if not sheets and (said or not files):
        body = fit("\n".join(said) or "There is no answer.", room(capabilities))
        sheets, said = [Sheet(page=Page(text=body), end=len(draft.text))], []
    sheets = _with_files(sheets, files, bool(rest), draft, capabilities, standing)
    lines = [*said, *filter(None, [draft.footer])]
    return _with_tail(
        sheets, lines, _finished(draft, capabilities), capabilities, draft, measure, growing=False
    )


def _mark(draft: Draft) -> str:
    if draft.state is DraftState.FAILED and not draft.notes:
        return "The answer broke off."
    if draft.state is DraftState.DONE and draft.ending is Ending.LENGTH and draft.text:
        return LENGTH
    return MARKS.get(draft.state, "")


def _rest(text: str, capabilities: Capabilities) -> tuple[OutFile, ...]:
    """The rest of a long answer as Markdown files, each small enough for the platform."""
    # UTF-8 has at most 4 bytes to a character.
    step = max(1, capabilities.file_bytes // 4)
    chunks = [text[at : at + step] for at in range(0, len(text), step)]
    names = ["answer.md"] if len(chunks) == 1 else [f"answer-{n}.md" for n in range(1, len(chunks) + 1)]
    return tuple(
        OutFile(name=name, mime="text/markdown", data=chunk.encode())
        for name, chunk in zip(names, chunks, strict=True)
    )


def _with_files(
    sheets: list[Sheet],
    files: Sequence[OutFile],
    rest: bool,
    draft: Draft,
    capabilities: Capabilities,
    standing: int,
) -> list[Sheet]:
    """Files come with messages that are still to be posted: the last page if it is one, else messages of their own."""
    batches = list(_batches(files, capabilities.files))
    if not sheets and batches and standing:
        sheets = [Sheet(page=Page(text="Here it is."), end=len(draft.text))]
    if batches and sheets and not rest and len(sheets) > standing:
        sheets = [*sheets[:-1], replace(sheets[-1], page=replace(sheets[-1].page, files=batches.pop(0)))]
    lead = REST_LEAD if rest else ""
    for batch in batches:
        sheets = [*sheets, Sheet(page=Page(text=lead, files=batch), end=len(draft.text))]
    return sheets


def _batches(files: Sequence[OutFile], size: int) -> Iterator[tuple[OutFile, ...]]:
    for at in range(0, len(files), size):
        yield tuple(files[at : at + size])


def _with_tail(
    sheets: list[Sheet],
    lines: Sequence[str],
    buttons: tuple[Button, ...],
    capabilities: Capabilities,
    draft: Draft,
    measure: Measure,
    *,
    growing: bool,
) -> tuple[Sheet, ...]:
    """Our lines and the buttons under the last page; on a page of their own where they do not fit, or not at all while it grows."""
    tail = "\n".join(capabilities.subtext + " ".join(line.split()) for line in lines)
    tail = fit(tail, capabilities.text_limit)
    if not sheets and tail:
        return (Sheet(page=Page(text=tail, buttons=buttons), end=0),)
    if not sheets:
        return ()
    last = sheets[-1]
    text = "\n".join(filter(None, [last.page.text, tail]))
    if measure(text) <= capabilities.text_limit:
        return (*sheets[:-1], replace(last, page=replace(last.page, text=text, buttons=buttons)))
    if growing:
        return (*sheets[:-1], replace(last, page=replace(last.page, buttons=buttons)))
    return (*sheets, Sheet(page=Page(text=tail, buttons=buttons), end=len(draft.text)))
