from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.rules.markdown import display
from bridge.rules.pages import LENGTH, REST_COMES, REST_LEAD, Sheet, closed, cut, pages, room, stop
from bridge.rules.split import Cut, pieces
from bridge.values.answer import Ending
from bridge.values.draft import Action, Draft, DraftState, Page, StepShown
from bridge.values.ids import TurnId
from bridge.values.parts import OutFile
from tests.plugins.stage import LIKE_DISCORD

SMALL = replace(LIKE_DISCORD, text_limit=400)
TURN = TurnId("t")
PICTURE = OutFile(name="cat.png", mime="image/png", data=b"cat")
SENTENCE = "A quick brown fox jumps over the lazy dog. "


def draft(text: str = "", state: DraftState = DraftState.WRITING, **more: object) -> Draft:
    return Draft(turn=TURN, state=state, text=text, **more)  # type: ignore[arg-type]


def done(text: str = "", **more: object) -> Draft:
    return draft(text, DraftState.DONE, **more)


def shown(it: Draft, *, most: int = 5, standing: int = 0, capabilities=SMALL) -> tuple[Sheet, ...]:  # type: ignore[no-untyped-def]
    return pages(it, cut((), it, capabilities, 0), capabilities, most, standing=standing)


def texts(it: Draft, **more: object) -> list[str]:
    return [sheet.page.text for sheet in shown(it, **more)]  # type: ignore[arg-type]


def actions(it: Draft) -> list[Action]:
    return [button.action for button in shown(it)[-1].page.buttons]


# -- before the first word ---------------------------------------------------------------------------------


def test_nothing_is_posted_while_there_is_nothing_to_say() -> None:
    assert shown(draft(state=DraftState.WAITING)) == ()


def test_who_waits_is_told_their_place() -> None:
    assert texts(draft(state=DraftState.QUEUED, ahead=2)) == ["-# You are number 3 in the queue."]


def test_a_message_that_stands_already_says_that_the_model_is_thinking() -> None:
    assert texts(draft(state=DraftState.WAITING), standing=1) == ["-# Thinking…"]


def test_a_running_step_is_named_and_a_finished_one_is_not() -> None:
    running = StepShown(id="1", label="Searching for foxes", done=False)

    assert texts(draft(state=DraftState.WAITING, steps=(running,))) == ["-# Searching for foxes…"]
    assert texts(draft(state=DraftState.WAITING, steps=(replace(running, done=True),))) == []


def test_the_last_line_of_thought_is_shown_plain_and_short() -> None:
    thought = "**Looking around**\n\n**Comparing " + "foxes and " * 30 + "dogs**\n\n"

    (line,) = texts(draft(state=DraftState.WAITING, thought=thought))

    assert line.startswith("-# Comparing foxes")
    assert len(line) < 130


def test_an_answer_in_the_making_can_be_stopped() -> None:
    assert actions(draft("Hello")) == [Action.STOP]


# -- while it grows ----------------------------------------------------------------------------------------


def test_an_open_fence_is_closed_for_display_and_left_alone_in_the_end() -> None:
    text = "```python\nprint(1)"

    assert texts(draft(text))[0].endswith("```")
    assert texts(done(text)) == [text]


def test_a_step_in_the_middle_of_an_answer_stands_under_it() -> None:
    step = StepShown(id="1", label="Running code", done=False)

    assert texts(draft("Hello there", steps=(step,))) == ["Hello there\n-# Running code…"]


def test_only_white_space_is_no_page() -> None:
    assert shown(draft(" \n ")) == ()


def test_a_page_that_could_be_full_shows_whole_sentences_only() -> None:
    size = room(LIKE_DISCORD)
    text = (SENTENCE * 50)[: size - 10]

    (page,) = texts(draft(text), capabilities=LIKE_DISCORD)

    assert page.endswith("dog.")
    assert len(page) > size - 60


def test_a_page_that_could_be_full_shows_whole_words_where_no_sentence_ends() -> None:
    text = ("word " * 400)[: room(LIKE_DISCORD) - 2]

    (page,) = texts(draft(text), capabilities=LIKE_DISCORD)

    assert page.endswith("word")


def test_one_endless_word_does_not_hide_what_was_shown() -> None:
    text = "x" * 1795
    (sheet,) = pages(draft(text), (), LIKE_DISCORD, 5, shown=1790)

    assert sheet.end == 1790


def test_a_full_page_keeps_no_button() -> None:
    first, second = shown(draft(SENTENCE * 10))

    assert first.page.buttons == ()
    assert second.page.buttons != ()


def test_a_status_line_is_left_out_where_it_does_not_fit() -> None:
    step = StepShown(id="1", label="s" * 300, done=False)
    text = "word " * 66

    assert shown(draft(text, steps=(step,))) == shown(draft(text))


def test_a_page_that_will_be_full_before_it_is_written_again_is_closed_at_once() -> None:
    """And the next text begins a new page, so that turning one costs no write."""
    before, after = SENTENCE * 7, SENTENCE * 10
    (sheet,) = pages(draft(before), (), SMALL, 5, shown=100)
    assert sheet.page.buttons == ()

    cuts = cut((), draft(after), SMALL, sheet.end, closed=True)
    first, second = pages(draft(after), cuts, SMALL, 5, standing=1, shown=sheet.end)

    assert first.page == sheet.page
    assert second.page.buttons


def test_a_page_closed_at_a_blank_line_of_code_keeps_all_that_was_seen_on_it() -> None:
    before = SENTENCE * 4 + "\n\n```python\n" + "count = count + 1\n" * 7 + "\n\n"
    after = before + "print(count)\n" * 20
    (sheet,) = pages(draft(before), (), SMALL, 5, shown=100)
    assert sheet.page.buttons == ()

    cuts = cut((), draft(after), SMALL, sheet.end, closed=True)
    first, *_ = pages(draft(after), cuts, SMALL, 5, standing=1, shown=sheet.end)

    assert first.page == sheet.page


def test_the_last_page_before_a_file_is_used_to_its_end() -> None:
    (sheet,) = pages(draft(SENTENCE * 7), (), SMALL, 1, shown=100)

    assert sheet.page.buttons


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(
        st.sampled_from(
            (
                SENTENCE,
                "word ",
                "\n\n",
                "- item\n",
                "\n```\ncode\n```\n",
                "\n```\ncode\n\n\n",
                "x" * 70,
                "é 🦊 ",
                "**bold** ",
            )
        ),
        min_size=1,
        max_size=40,
    ),
    every=st.integers(1, 4),
)
def test_what_was_seen_on_a_page_stays_on_it(parts: list[str], every: int) -> None:
    """However the text grows and whenever somebody looks.

    Three backticks in the middle of a line are no fence, and may be carried over.
    """
    cuts: tuple[Cut, ...] = ()
    seen, text, stood, closed = 0, "", 0, False
    for number, part in enumerate(parts):
        text += part
        if number % every:
            continue
        before, it = cuts, draft(text)
        cuts = cut(cuts, it, SMALL, seen, closed=closed)
        sheets = pages(it, cuts, SMALL, 100, standing=stood, shown=seen)
        assert cuts[: len(before)] == before
        assert all(one.at >= seen - unseen_fence(text[:seen]) for one in cuts[len(before) :])
        assert all(len(sheet.page.text) <= 400 for sheet in sheets)
        if sheets:
            assert sheets[-1].end >= seen
            seen, stood, closed = sheets[-1].end, len(sheets), not sheets[-1].page.buttons


def unseen_fence(text: str) -> int:
    """The length of an opening fence at the end: without content it is not shown yet, and may begin the next page."""
    return 3 if text.endswith("```") and not display(text).endswith("```") else 0


def test_another_text_is_cut_anew() -> None:
    long = draft(SENTENCE * 20)
    cuts = cut((), long, SMALL, 0)

    assert len(cuts) > 1
    assert cut(cuts, draft("Short."), SMALL, 0) == ()


# -- while it grows piece by piece ---------------------------------------------------------------------------


def streamed(it: Draft, cuts: tuple[Cut, ...] = (), *, most: int = 5, **more: object) -> tuple[Sheet, ...]:
    return pages(it, cuts, SMALL, most, streamed=True, **more)  # type: ignore[arg-type]


def test_a_streamed_page_is_plain_text_up_to_the_last_whole_word() -> None:
    step = StepShown(id="1", label="Running code", done=False)
    (sheet,) = streamed(draft("```python\nprint(1)\npri", steps=(step,)))

    assert (sheet.page.text, sheet.page.buttons, sheet.end) == ("```python\nprint(1)\n", (), 19)


def test_a_streamed_page_is_there_before_its_first_word() -> None:
    assert streamed(draft()) == (Sheet(page=Page(text=""), end=0),)
    long = draft(SENTENCE * 8 + "and")
    (one,) = cut((), long, SMALL, len(SENTENCE) * 8, full=len(SENTENCE) * 8)
    first, second = streamed(long, (one,), shown=one.at)

    assert first.page.text == (SENTENCE * 8).strip()
    assert second == Sheet(page=Page(text=""), end=one.at)


def test_a_streamed_page_that_could_be_full_waits_for_the_end_of_a_line_or_sentence() -> None:
    text = SENTENCE * 7 + "A quick brown fox jumps"
    shown = len(SENTENCE) * 7

    assert streamed(draft(text), shown=shown)[0].end == shown
    assert streamed(draft(text + " over." + " And"), shown=shown)[0].end == len(text) + 7
    assert streamed(draft(text + " a"), shown=40)[0].end == shown


def test_a_streamed_page_whose_beginning_is_longer_than_the_whole_stays_as_it_is() -> None:
    text = SENTENCE * 4

    def measure(part: str) -> int:
        return 900 if len(SENTENCE) * 3 < len(part) < len(text) - 1 else len(part)

    (sheet,) = streamed(draft(text), shown=len(SENTENCE), measure=measure)

    assert sheet.end == len(SENTENCE)


def test_beyond_the_last_message_nothing_is_streamed() -> None:
    it = draft(SENTENCE * 20)
    sheets = streamed(it, cut((), it, SMALL, 0), most=1)

    assert [button.action for button in sheets[-1].page.buttons] == [Action.STOP]


def test_a_full_page_ends_where_it_is_though_there_is_room() -> None:
    text = "Here is **some bold text** and more of it, and `code` too"
    at = text.index("bold")
    (one,) = cut((), draft(text), SMALL, at, full=at)
    first, second = pieces(text, (one,))

    assert (first.text, second.text[:12]) == ("Here is **some**", "**bold text*")
    assert cut((), draft(text[:at]), SMALL, at, full=at) == ()


def test_a_full_page_goes_on_where_nothing_can_be_cut_that_was_not_seen() -> None:
    text = SENTENCE * 3 + "\\# not a heading"
    at = len(SENTENCE) * 3 + 1

    assert cut((), draft(text), SMALL, at, full=at) == ()


def test_a_page_that_has_to_end_now_ends_with_a_line_and_not_with_a_marker() -> None:
    text = "One.\n- two\n- "

    assert stop(draft(text), 0) == len("One.\n- two\n")
    assert stop(draft(text), len(text)) == len(text)
    assert stop(draft("One two thr"), 0) == len("One two ")
    sheet = closed(draft("```\none\ntwo "), (), 8)
    assert (sheet.page.text, sheet.end) == ("```\none\n```", 8)


def test_what_was_seen_is_not_taken_back_where_a_line_has_to_be_cut() -> None:
    """White space that closes a page is no reason to take the whole line to the next."""
    text = "```\n" + "one = two\n" * 33 + "abcde = "
    cuts = cut((), draft(text + "fghijklmnop\n" * 3), SMALL, len(text), closed=True)

    assert cuts[0].at >= len(text)


# -- in the end --------------------------------------------------------------------------------------------


def test_a_finished_answer_has_its_footer_and_can_be_asked_again() -> None:
    it = done("Hello", footer="Model · 3 points", notes=("Older messages\nwere left out.",))

    assert texts(it) == ["Hello\n-# Older messages were left out.\n-# Model · 3 points"]
    assert actions(it) == [Action.REGENERATE]


def test_what_can_only_be_refused_again_has_no_button() -> None:
    refused = draft(state=DraftState.FAILED, notes=("Ask me something.",), again=False)

    assert actions(refused) == []


def test_an_answer_that_ended_for_length_says_so_and_can_go_on() -> None:
    it = done("Hello", ending=Ending.LENGTH)

    assert texts(it) == [f"Hello\n-# {LENGTH}"]
    assert actions(it) == [Action.REGENERATE, Action.CONTINUE]


def test_an_answer_can_be_called_good_or_bad_where_people_may_say_so() -> None:
    asked = replace(SMALL, feedback=True)

    def offered(it: Draft) -> list[Action]:
        return [button.action for button in shown(it, capabilities=asked)[-1].page.buttons]

    assert offered(done("Hello")) == [Action.REGENERATE, Action.GOOD, Action.BAD]
    assert offered(done()) == [Action.REGENERATE]
    assert offered(draft("Hello")) == [Action.STOP]


@pytest.mark.parametrize(
    ("state", "mark"),
    [
        (DraftState.STOPPED, "Stopped."),
        (DraftState.INTERRUPTED, "This answer was interrupted by a restart."),
        (DraftState.FAILED, "The answer broke off."),
    ],
)
def test_every_other_end_is_a_sentence(state: DraftState, mark: str) -> None:
    assert texts(draft("Hello", state)) == [f"Hello\n-# {mark}"]
    assert texts(draft("", state)) == [mark]


def test_a_failure_without_text_is_said_in_full_size() -> None:
    assert texts(draft("", DraftState.FAILED, notes=("Poe is busy.",))) == ["Poe is busy."]


def test_an_answer_of_nothing_at_all_says_so() -> None:
    assert texts(done()) == ["There is no answer."]


def test_lines_that_do_not_fit_under_the_last_page_get_one_of_their_own() -> None:
    first, second = shown(done("x" * room(SMALL), notes=("n" * 60,)))

    assert first.page.text == "x" * room(SMALL)
    assert second.page.text == "-# " + "n" * 60
    assert second.page.buttons


def test_endless_notes_are_cut_to_a_message() -> None:
    assert len(texts(done("x", notes=("n" * 500,)))[-1]) == 400


def test_whatever_is_final_is_whole() -> None:
    text = (SENTENCE * 30).strip()

    assert " ".join(texts(done(text), most=100)) == text


def test_beyond_so_many_messages_the_rest_comes_as_a_file() -> None:
    text = (SENTENCE * 60).strip()
    wide = replace(SMALL, text_limit=800)
    growing = shown(draft(text), most=2, capabilities=wide)
    final = shown(done(text), most=2, capabilities=wide)

    assert len(growing) == 2
    assert growing[-1].page.text.endswith(f"\n-# {REST_COMES}")
    assert final[0] == growing[0]
    assert final[1].page.text == growing[1].page.text.removesuffix(f"\n-# {REST_COMES}")
    assert final[1].page.buttons == ()
    assert final[2].page.text == REST_LEAD
    assert final[2].page.buttons
    (file,) = final[2].page.files
    assert file.name == "answer.md"
    assert f"{final[0].page.text} {final[1].page.text} {file.data.decode()}" == text


def test_a_rest_too_large_for_one_file_comes_in_several() -> None:
    narrow = replace(SMALL, file_bytes=800)
    sheets = shown(done(SENTENCE * 30), most=2, capabilities=narrow)

    files = sheets[2].page.files
    assert [file.name for file in files] == [f"answer-{n}.md" for n in range(1, len(files) + 1)]
    assert all(len(file.data) <= 800 for file in files)


def test_a_file_comes_with_the_last_page_if_that_is_still_to_be_posted() -> None:
    (only,) = shown(done("A cat:", files=(PICTURE,)))

    assert only.page.text == "A cat:"
    assert only.page.files == (PICTURE,)


def test_a_file_comes_with_a_message_of_its_own_where_the_text_stands_already() -> None:
    first, second = shown(done("A cat:", files=(PICTURE,), footer="Model"), standing=1)

    assert (first.page.text, first.page.files, first.page.buttons) == ("A cat:", (), ())
    assert (second.page.text, second.page.files) == ("-# Model", (PICTURE,))
    assert second.page.buttons


def test_a_picture_needs_no_words() -> None:
    (only,) = shown(done(files=(PICTURE,)))

    assert (only.page.text, only.page.files) == ("", (PICTURE,))
    assert [sheet.page.files for sheet in shown(done(files=(PICTURE,)), standing=1)] == [(), (PICTURE,)]


def test_more_files_than_one_message_takes_come_in_several() -> None:
    narrow = replace(SMALL, files=2)

    sheets = shown(done("Cats:", files=(PICTURE,) * 5), capabilities=narrow)

    assert [len(sheet.page.files) for sheet in sheets] == [2, 2, 1]


def test_a_file_the_platform_will_not_take_is_named() -> None:
    narrow = replace(SMALL, file_bytes=2)

    assert texts(done("A cat:", files=(PICTURE,)), capabilities=narrow) == [
        "A cat:\n-# cat.png is too large to be sent here."
    ]


# -- where the platform's own way is longer -----------------------------------------------------------------


def doubled(text: str) -> int:
    """A platform that writes every stroke with two signs."""
    return len(text) + text.count("|")


def test_pages_are_cut_by_what_the_platform_will_get() -> None:
    it = done("word | " * 100)
    cuts = cut((), it, SMALL, 0, measure=doubled)
    sheets = pages(it, cuts, SMALL, 100, measure=doubled)

    assert len(cuts) > len(cut((), it, SMALL, 0))
    assert all(doubled(sheet.page.text) <= 400 for sheet in sheets)
    assert " ".join(sheet.page.text for sheet in sheets) == it.text.strip()


def test_what_comes_under_a_page_is_measured_with_it() -> None:
    it = done("|" * 170, notes=("n" * 60,))

    assert len(pages(it, (), SMALL, 5)) == 1
    assert len(pages(it, (), SMALL, 5, measure=doubled)) == 2


def test_a_beginning_that_is_longer_than_the_whole_is_not_shown() -> None:
    """What a platform writes in another way when it knows more of it."""

    def measure(text: str) -> int:
        return 340 if text.endswith("dog") else 500

    (sheet,) = pages(draft(SENTENCE * 7 + "The dog"), (), SMALL, 5, shown=290, measure=measure)

    assert sheet.page.text.endswith("The dog")


def test_a_closed_page_is_cut_anew_where_it_stands_even_if_more_of_it_would_be_shorter() -> None:
    def measure(text: str) -> int:
        return 100 if "end" in text and len(text) < 600 else len(text)

    text = SENTENCE * 8 + "end. " + SENTENCE * 30

    assert cut((), draft(text), SMALL, 300, closed=True, measure=measure)
