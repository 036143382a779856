"""What goes wrong on the way, and what the reader sees of it: nothing, or everything by another way."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bridge.ports import Written
from bridge.values.draft import Action, Draft, DraftState, Page
from bridge.values.errors import (
    ChatBroken,
    ChatBusy,
    ChatError,
    ChatForbidden,
    ChatGone,
    ChatRefused,
    StoreBusy,
)
from bridge.values.inbound import Destination
from bridge.values.notices import Trouble, WriteRefused
from bridge.values.parts import OutFile
from bridge.values.turn import ShownPage
from tests.plugins.stage import broken_once
from tests.turn.show.conftest import SENTENCE, Stage, done, stream, writing

Play = Callable[..., None]
Fault = Callable[[str, int, bool], Exception | None]


def always(error: type[ChatError], *verbs: str, until: int = 10**9) -> Fault:
    """Every such write fails before it takes effect, up to that request."""
    return lambda verb, number, done: error() if verb in verbs and number <= until and not done else None


@pytest.mark.parametrize("after", [False, True])
def test_a_post_whose_answer_got_lost_is_not_posted_twice(play: Play, after: bool) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        await stream(stage, showing, SENTENCE * 5, 5)
        shown = await showing.finish(done(showing, SENTENCE * 5))

        assert stage.chat.texts() == [(SENTENCE * 5).strip()]
        assert shown.delivered
        assert len(shown.pages) == 1

    play(scene, fault=broken_once("post", after=after))


def test_a_post_that_landed_is_found_again_after_a_long_outage(play: Play) -> None:
    def fault(verb: str, number: int, done: bool) -> Exception | None:
        landed = number == 1
        return ChatBroken() if (landed and done) or 1 < number < 33 else None

    async def scene(stage: Stage) -> None:
        showing = stage.open()
        shown = await showing.finish(done(showing, "Hello"))

        assert shown.delivered
        assert shown.late > 120
        assert stage.chat.texts() == ["Hello"]

    play(scene, fault=fault)


@pytest.mark.parametrize("reading", [None, ChatForbidden()])
def test_a_post_that_never_landed_is_posted_after_a_long_outage(
    play: Play, reading: ChatError | None
) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        shown = await showing.finish(done(showing, "Hello"))

        assert shown.delivered
        assert stage.chat.texts() == ["Hello"]

    play(
        scene,
        fault=lambda verb, number, done: ChatBroken() if number < 33 else reading if verb == "find" else None,
    )


def test_a_final_is_tried_until_the_platform_is_back(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        showing.update(writing(showing, "Hello"))
        await stage.clock.sleep(1)
        shown = await showing.finish(done(showing, "Hello there"))

        assert shown.delivered
        assert 5 < shown.late < 60
        assert stage.chat.texts() == ["Hello there"]

    play(scene, fault=always(ChatBroken, "edit", until=8))


def test_a_busy_platform_is_left_alone_for_as_long_as_it_asks(play: Play) -> None:
    def fault(verb: str, number: int, done: bool) -> Exception | None:
        return ChatBusy(retry_after=3.0) if number == 2 and not done else None

    async def scene(stage: Stage) -> None:
        showing = stage.open()
        showing.update(writing(showing, "Hello"))
        await stage.clock.sleep(1)
        shown = await showing.finish(done(showing, "Hello there"))

        assert 3.0 < shown.late < 3.3
        assert stage.chat.requests == 3

    play(scene, fault=fault)


def test_a_deleted_message_is_left_alone_while_the_answer_grows_and_replaced_in_the_end(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        showing.update(writing(showing, "Hello"))
        await stage.clock.sleep(1)
        stage.chat.delete(stage.remembered[0].ref)
        await stream(stage, showing, SENTENCE * 5, 20)
        assert stage.chat.texts() == []
        assert len(stage.told(WriteRefused)) == 1
        shown = await showing.finish(done(showing, SENTENCE * 5))

        assert stage.chat.texts() == [(SENTENCE * 5).strip()]
        assert shown.delivered
        assert [page.number for page in stage.remembered] == [0, 0]
        assert shown.pages[0].ref == stage.remembered[1].ref

    play(scene)


def test_a_message_deleted_between_the_last_word_and_the_final_is_replaced(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        showing.update(writing(showing, "Hello"))
        await stage.clock.sleep(1)
        stage.chat.delete(stage.remembered[0].ref)
        shown = await showing.finish(done(showing, "Hello there"))

        assert stage.chat.texts() == ["Hello there"]
        assert shown.delivered

    play(scene)


@pytest.mark.parametrize("error", [ChatForbidden, ChatGone, ChatRefused])
def test_where_no_page_can_stand_the_person_is_told_privately(play: Play, error: type[ChatError]) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        await stream(stage, showing, SENTENCE, 10)
        assert len(stage.told(WriteRefused)) == 1
        shown = await showing.finish(done(showing, SENTENCE))

        (reply,) = stage.chat.replies
        assert reply.private
        assert SENTENCE.strip() in reply.text
        assert not shown.delivered
        assert shown.told
        assert isinstance(shown.error, error)

    play(scene, fault=always(error, "post"))


def test_a_long_answer_that_can_stand_nowhere_comes_as_a_private_file(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        await showing.finish(done(showing, SENTENCE * 200))

        (reply,) = stage.chat.replies
        assert reply.files[0].data.decode() == SENTENCE * 200

    play(scene, fault=always(ChatForbidden, "post"))


def test_telling_another_way_is_tried_again_and_then_given_up(play: Play) -> None:
    def fault(verb: str, number: int, done: bool) -> Exception | None:
        replies = {2: ChatBusy(retry_after=2.0), 3: ChatBroken()}
        return ChatForbidden() if verb == "post" else replies.get(number)

    async def scene(stage: Stage) -> None:
        showing = stage.open()
        assert (await showing.finish(done(showing, "Hello"))).told

    play(scene, fault=fault)

    async def in_vain(stage: Stage) -> None:
        showing = stage.open()
        assert not (await showing.finish(done(showing, "Hello"))).told

    play(in_vain, fault=always(ChatForbidden, "post", "reply"))
    play(in_vain, fault=always(ChatBroken, "reply", "post", until=1000), patience=30.0)


class NoFiles(ChatForbidden):
    """I may not attach files."""


def take_no_files(stage: Stage) -> None:
    """The platform takes words, but no files."""
    post = stage.chat.post

    async def posted(to: Destination, page: Page, nonce: str) -> Written:
        if page.files:
            raise NoFiles
        return await post(to, page, nonce)

    stage.chat.post = posted  # type: ignore[method-assign]


@pytest.mark.parametrize("reached", [True, False])
def test_where_files_are_refused_one_line_says_where_the_rest_went(play: Play, reached: bool) -> None:
    async def scene(stage: Stage) -> None:
        take_no_files(stage)
        showing = stage.open()
        text = SENTENCE * 400
        shown = await showing.finish(done(showing, text, footer="Claude"))
        last = list(stage.chat.pages.values())[-1]

        where = "privately to whoever asked" if reached else "could not be sent, not privately either"
        lead, footer = last.text.split("\n")
        assert lead == f"-# The rest {'went ' if reached else ''}{where}. I may not attach files."
        assert footer == "-# Claude"
        assert [button.action for button in last.buttons] == [Action.REGENERATE]
        assert (shown.told, shown.delivered) == (reached, False)
        assert [page.ref for page in shown.pages] == [page.ref for page in stage.remembered]
        assert all(file.data.decode() == text for reply in stage.chat.replies for file in reply.files)

    play(scene, fault=always(ChatForbidden, *(() if reached else ("reply",))))


def test_words_beside_a_file_that_is_refused_are_posted_all_the_same(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        take_no_files(stage)
        showing = stage.open()
        picture = OutFile(name="sky.png", mime="image/png", data=b"blue")
        await showing.finish(done(showing, "Here is the sky.", files=(picture,)))

        (page,) = stage.chat.pages.values()
        assert (
            page.text
            == "Here is the sky.\n-# The rest went privately to whoever asked. I may not attach files."
        )
        assert stage.chat.replies[0].files == (picture,)

    play(scene)


def test_even_patience_ends(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        showing = stage.open()
        shown = await showing.finish(done(showing, "Hello"))

        assert not shown.delivered
        assert shown.late == pytest.approx(30, abs=0.01)
        assert isinstance(shown.error, ChatBroken)
        assert Trouble(where="delivery", error="GivenUp", detail="t") in stage.notices

    play(scene, fault=always(ChatBroken, "post"), patience=30.0)


def test_a_mistake_in_an_adapter_is_noted_and_survived(play: Play) -> None:
    def fault(verb: str, number: int, done: bool) -> Exception | None:
        return KeyError("oops") if number == 1 else None

    async def scene(stage: Stage) -> None:
        showing = stage.open()
        assert (await showing.finish(done(showing, "Hello"))).delivered
        (told,) = stage.told(Trouble)
        assert (told.where, told.error) == ("chat", "KeyError")
        assert "oops" not in told.detail

    play(scene, fault=fault)


def test_a_mistake_of_ours_in_one_answer_does_not_stop_the_others(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        broken, other = stage.open("broken"), stage.open("other")
        bad = Draft(turn=broken.turn, state=DraftState.WAITING, thought=7)  # type: ignore[arg-type]
        broken.update(bad)
        await stage.clock.sleep(2)
        shown = await broken.finish(Draft(turn=broken.turn, state=DraftState.DONE, text="fine", footer=7))  # type: ignore[arg-type]
        assert not shown.delivered
        assert shown.told
        assert (await other.finish(done(other, "Hello"))).delivered
        assert any(notice.where == "pages" for notice in stage.told(Trouble))  # type: ignore[union-attr]

    play(scene)


def test_a_store_in_trouble_does_not_stop_an_answer_and_is_asked_again(play: Play) -> None:
    kept: list[ShownPage] = []
    tries = [0]

    async def remember(page: ShownPage) -> None:
        tries[0] += 1
        if tries[0] == 1:
            raise StoreBusy
        kept.append(page)

    async def scene(stage: Stage) -> None:
        showing = stage.open()
        await showing.finish(done(showing, SENTENCE * 100))

        assert [page.number for page in kept] == [0, 1, 2]
        (told,) = stage.told(Trouble)
        assert (told.where, told.error) == ("remember", "StoreBusy")

    play(scene, remember=remember)


def test_a_missing_typing_sign_is_no_loss(play: Play) -> None:
    async def scene(stage: Stage) -> None:
        async def typing(to: object) -> None:
            raise ChatForbidden

        stage.chat.typing = typing  # type: ignore[method-assign,assignment]
        showing = stage.open()
        await stage.clock.sleep(1)
        assert (await showing.finish(done(showing, "Hello"))).delivered

    play(scene)
