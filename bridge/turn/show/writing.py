"""One write carried out, and what its outcome means for the answer. When it may leave was decided before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from bridge.ports import Chat, Clock, Notify, Streams, Written
from bridge.rules.pages import REST_LEAD
from bridge.turn.show.showing import Showing
from bridge.turn.show.standing import APPEND, BEGIN, EDIT, END, OPENING, POST, Standing, Step, Stream
from bridge.values.command import Reply
from bridge.values.draft import Page, Piece
from bridge.values.errors import ChatBroken, ChatBusy, ChatError, ChatGone, origin
from bridge.values.inbound import Destination, MessageRef
from bridge.values.notices import Trouble, WriteRefused
from bridge.values.parts import OutFile
from bridge.values.turn import ShownPage

BACKOFF = 0.5
LONGEST_BACKOFF = 5.0
TELLING = 4  # tries to tell a person another way
NONCE_SURE = 90.0
"""Seconds within which repeating a post with its nonce surely makes no second message; later we look first."""
LEAD = "I could not post this answer where you asked"
REST_TOLD = "The rest went privately to whoever asked."
REST_LOST = "The rest could not be sent, not privately either."

Done = TypeVar("Done")
Remember = Callable[[ShownPage], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """Everything a write needs."""

    chat: Chat
    streams: Streams | None  # the same, where it takes pieces
    clock: Clock
    notify: Notify
    remember: Remember


async def send(step: Step, showing: Showing, pen: Pen) -> Written:
    """The one place that turns a step into a call. Raises ChatError and nothing else but cancellation."""
    try:
        if step.verb == EDIT:
            standing = showing.standing[step.number]
            return await pen.chat.edit(standing.to, standing.ref, replace(step.page, files=()))
        if step.verb != POST:
            return await _piece(step, showing, pen)
        if step is showing.unsure and (found := await _found(showing, pen)):
            return Written(ref=found)
        return await pen.chat.post(destination(step, showing), step.page, _nonce(step, showing))
    except ChatError:
        raise
    except Exception as error:  # a bug in an adapter: nobody knows what it did
        pen.notify(Trouble(where="chat", error=type(error).__name__, detail=origin(error)))
        raise ChatBroken(detail=type(error).__name__) from error


async def _piece(step: Step, showing: Showing, pen: Pen) -> Written:
    assert pen.streams is not None
    if step.verb == BEGIN:
        return await pen.streams.begin(destination(step, showing), step.piece, _nonce(step, showing))
    standing = showing.standing[step.number]
    if step.verb == APPEND:
        return await pen.streams.append(standing.to, standing.ref, step.piece)
    return await pen.streams.end(standing.to, standing.ref, step.piece, replace(step.page, files=()))


async def _found(showing: Showing, pen: Pen) -> MessageRef | None:
    """The message of a post whose outcome got lost long ago, read back. It carries our buttons, as every last page does."""
    if pen.clock.now() - showing.unsure_since <= NONCE_SURE:
        return None
    try:
        refs = [seen.ref for seen in await pen.chat.find(showing.to, showing.turn)]
    except ChatError as error:
        if error.retry:
            raise
        return None  # we may write there, but not read
    standing = {each.ref.message for each in showing.standing}
    return next((ref for ref in refs if ref.message not in standing), None)


def destination(step: Step, showing: Showing) -> Destination:
    """Only the first page answers the question's message; the others follow it."""
    return showing.to if step.number == 0 else replace(showing.to, reply_to=None)


def _nonce(step: Step, showing: Showing) -> str:
    return f"{showing.turn}-{step.number}{'r' if step.renew else ''}"


async def landed(step: Step, written: Written, left_at: float, showing: Showing, pen: Pen) -> None:
    """The platform confirmed: note what stands, and remember a new message on disk before anything else happens to it."""
    page = replace(step.page, files=())
    if step.verb not in OPENING:
        standing = showing.standing[step.number]
        standing.ref = written.ref
        standing.steps |= {each.id: each for each in step.piece.steps}
        if step.verb == APPEND and standing.stream:
            standing.stream.sent += step.piece.text
            return
        standing.full = not step.amiss and standing.stream is not None and standing.stream.old
        standing.stream = None
        standing.page = None if step.amiss else page
        return
    # One whose first try got lost may stand since then.
    since = min(left_at, showing.unsure_since) if showing.unsure else left_at
    showing.unsure = None
    to = destination(step, showing)
    stream = Stream(begun=since, sent=step.piece.text) if step.verb == BEGIN else None
    new = Standing(ref=written.ref, to=to, page=page, renewed=step.renew, stream=stream)
    new.steps |= {each.id: each for each in step.piece.steps}
    showing.standing[step.number : step.number + 1] = [new]
    showing.unremembered.append(ShownPage(turn=showing.turn, number=step.number, ref=written.ref, to=to))
    await remember(showing, pen)


async def remember(showing: Showing, pen: Pen) -> None:
    """Pages that could not be remembered are tried again with the next one; a store in trouble does not stop an answer."""
    while showing.unremembered:
        try:
            await pen.remember(showing.unremembered[0])
        except Exception as error:
            pen.notify(Trouble(where="remember", error=type(error).__name__, detail=origin(error)))
            return
        showing.unremembered.pop(0)


def failed(step: Step, error: ChatError, showing: Showing, pen: Pen) -> bool:
    """A write was not done, or nobody knows. True when there is no other way for these pages: the final can't stand there."""
    pen.notify(WriteRefused(turn=showing.turn, verb=step.verb, error=type(error).__name__))
    if isinstance(error, ChatBroken) and step.verb in OPENING:
        showing.unsure_since = pen.clock.now() if showing.unsure is not step else showing.unsure_since
        showing.unsure = step
    if isinstance(error, ChatBusy):
        return False  # its bucket waits
    if not error.sure:
        showing.perhaps = max(showing.perhaps, step.end)
    if step.verb in (APPEND, END):
        _torn(step, error, showing.standing[step.number])
    if error.retry:
        showing.ready_at = pen.clock.now() + min(BACKOFF * 2**showing.failures, LONGEST_BACKOFF)
        showing.failures += 1
        return False
    if step.verb in (APPEND, END):
        return False
    if step.verb == BEGIN:  # then it is posted
        showing.unsure, showing.plain = None, True
        return False
    if isinstance(error, ChatGone) and step.verb == EDIT:
        standing = showing.standing[step.number]
        lost_again = standing.renewed
        standing.gone = True
        showing.muted = True
        return lost_again and step.draft.state.final
    showing.unsure = None
    showing.muted = True
    return step.draft.state.final


def _torn(step: Step, error: ChatError, standing: Standing) -> None:
    """A message that grew is over, and is put right as a whole; or it has to be ended first, if anybody can tell.

    An end that is refused is tried once more with nothing to refuse in it.
    """
    bare = step.verb == END and step.piece == Piece()
    if isinstance(error, ChatGone) or (bare and not error.retry):
        standing.stream, standing.page = None, None
    elif standing.stream:
        standing.stream.doubt = True


async def tell(showing: Showing, pen: Pen) -> bool:
    """The final can't stand where it should: tell the person privately, as a file where it is long. True when told."""
    reply = _private(showing, pen.chat)

    async def say() -> bool:
        await pen.chat.reply(showing.to, reply)
        return True

    return bool(await _insist(say, "reply", showing, pen))


async def explain(step: Step, error: ChatError, showing: Showing, pen: Pen, *, told: bool) -> None:
    """Files were refused where words may stand: say there where they went. The page has the buttons it was to have."""
    page = _unfiled(step.page, f"{REST_TOLD if told else REST_LOST} {error.say}", pen.chat)
    post = partial(pen.chat.post, destination(step, showing), page, f"{_nonce(step, showing)}f")
    if written := await _insist(post, "post", showing, pen):
        await landed(replace(step, page=page), written, pen.clock.now(), showing, pen)


def _unfiled(page: Page, why: str, chat: Chat) -> Page:
    line = chat.capabilities.subtext + why
    lead = page.text.startswith(REST_LEAD)
    text = line + page.text.removeprefix(REST_LEAD) if lead else "\n".join(filter(None, [page.text, line]))
    fits = chat.measure(text) <= chat.capabilities.text_limit
    return replace(page, text=text if fits else line, files=())


async def _insist(write: Callable[[], Awaitable[Done]], verb: str, showing: Showing, pen: Pen) -> Done | None:
    """Tried a few times while there is hope; None when it was in vain."""
    for attempt in range(TELLING):
        try:
            return await write()
        except ChatBusy as error:
            await pen.clock.sleep(error.retry_after)
        except Exception as error:
            pen.notify(WriteRefused(turn=showing.turn, verb=verb, error=type(error).__name__))
            if isinstance(error, ChatError) and not error.retry:
                return None
            await pen.clock.sleep(BACKOFF * 2**attempt)
    return None


def _private(showing: Showing, chat: Chat) -> Reply:
    draft, capabilities = showing.draft, chat.capabilities
    whole = "\n\n".join(filter(None, [draft.text, *draft.notes]))
    text = f"{LEAD}:\n\n{whole}"
    if chat.measure(text) <= capabilities.text_limit:
        return Reply(text=text, files=draft.files[: capabilities.files])
    file = OutFile(name="answer.md", mime="text/markdown", data=whole.encode()[: capabilities.file_bytes])
    return Reply(text=f"{LEAD}. It is in the file.", files=(file, *draft.files)[: capabilities.files])
