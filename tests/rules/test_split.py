"""Long answers as several messages: where they are cut, and what stands on both sides."""

from __future__ import annotations

import pytest

from bridge.rules.markdown.blocks import read
from bridge.rules.split import SMALLEST, Cut, Piece, cut_here, grow, pieces, split
from bridge.rules.split.seams import seam


def texts(text: str, limit: int) -> list[str]:
    return [part.text for part in split(text, limit)]


def test_a_text_that_fits_is_one_piece_as_it_is() -> None:
    assert split("**Yes**", 2000) == (Piece(text="**Yes**", start=0, end=7),)


def test_an_empty_text_is_one_empty_piece() -> None:
    assert split("", 2000) == (Piece(text="", start=0, end=0),)


def test_blank_lines_at_the_edges_are_carried_but_not_shown() -> None:
    assert split("\n\n  Yes \n\n", 2000) == (Piece(text="  Yes", start=0, end=10),)


def test_a_limit_too_small_for_words_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 40 characters"):
        split("words", SMALLEST - 1)


def test_a_cut_inside_a_fence_reopens_it_with_its_language() -> None:
    text = "```py\n" + "".join(f"line_{n} = {n}\n" for n in range(9)) + "```"
    first, second, *_ = texts(text, 60)
    assert first.startswith("```py\nline_0")
    assert first.endswith("\n```")
    assert second.startswith("```py\nline_")
    assert second.endswith("\n```")


def test_a_fence_of_four_backticks_keeps_the_three_inside() -> None:
    text = "````md\n" + "```py\nprint(1)\n```\n" * 5 + "````"
    assert all(part.startswith("````md\n") and part.endswith("\n````") for part in texts(text, 60))


def test_a_fence_in_an_item_comes_back_inside_the_item() -> None:
    text = "2. Run\n   ~~~sh\n" + "".join(f"   command number {n}\n" for n in range(6)) + "   ~~~\n3. Done"
    first, second = texts(text, 110)
    assert first.endswith("\n   ~~~")
    assert second.startswith("2. …\n   ~~~sh\n   command")
    assert second.endswith("   ~~~\n3. Done")


def test_a_short_code_block_is_kept_whole_when_the_piece_is_half_full() -> None:
    block = "```\n" + "code code code\n" * 8 + "```"
    assert texts("Words. " * 18 + "\n\n" + block, 200)[1] == block


def test_an_introducing_line_goes_with_its_code() -> None:
    block = "As follows:\n\n```\n" + "code code code\n" * 7 + "```"
    assert texts("Words. " * 15 + "\n\n" + block, 200)[1] == block


def test_a_heading_goes_with_what_it_heads() -> None:
    first, second = texts("Words. " * 25 + "\n\n## Head\n\n" + "More. " * 20, 200)
    assert "Head" not in first
    assert second.startswith("## Head\n\nMore.")


def test_a_long_heading_goes_on_as_a_heading() -> None:
    assert texts("## " + "head and head " * 6, 60)[1].startswith("## head")


def test_a_paragraph_is_cut_after_a_sentence() -> None:
    first, second = texts("One sentence here. " * 5 + "An end that is too long for it.", 110)
    assert first.endswith("here.")
    assert second.startswith("An end")


def test_a_clause_is_a_better_end_than_a_word() -> None:
    assert texts("some words, more words, " * 3 + "and other words that go on and on", 80)[0].endswith(
        "words,"
    )


def test_a_number_is_not_left_to_begin_a_list() -> None:
    _first, second = texts(
        "It takes some hundreds of words to say that we have 7. And - more of it than that", 57
    )
    assert not second.startswith(("7.", "-"))


def test_emphasis_is_closed_and_opened_again() -> None:
    first, second = texts("||**very ~~long *words that go on and on and on to the end* of it~~ all**||", 50)
    assert first.startswith("||**very ~~long *words")
    assert first.endswith("*~~**||")
    assert second.startswith("||**~~*")
    assert second.endswith("end* of it~~ all**||")


def test_a_lone_asterisk_is_not_emphasis() -> None:
    assert (
        texts("2*3 is * six * and " * 4, 50)[0].count("*")
        == texts("2*3 is * six * and " * 4, 50)[0].count("2") * 3
    )


def test_code_words_move_on_whole_when_they_fit() -> None:
    assert texts("Words before it are these: `one two three four` and so on", 42)[1].startswith(
        "`one two three four`"
    )


def test_endless_code_words_are_closed_and_opened_again() -> None:
    for part in texts("`" + "word " * 40 + "end`", 60):
        assert part.startswith("`word")
        assert part.endswith("`")


def test_code_words_that_hold_a_backtick_are_opened_with_room() -> None:
    assert any(part.startswith("`` `") for part in texts("`` " + "`a` " * 40 + "``", 50))


@pytest.mark.parametrize(
    "kept",
    [
        "[a label of words](https://example.org/a_b_c)",
        "![a picture](https://example.org/a_b_c.png)",
        "https://example.org/a_(long)_path?with=a&query",
        "<https://example.org/a_b_c>",
        "<@123456789012345678>",
        "<a:party_blob:123456789012345678>",
        "</models-list:123456789012345678>",
    ],
)
def test_what_belongs_together_is_never_cut(kept: str) -> None:
    for before in range(10, 40, 3):
        text = "w" * before + " and some more words " + kept + " and then some other words to the end"
        for step in (1, 7):
            cuts: tuple[Cut, ...] = ()
            for end in (*range(step, len(text), step), len(text)):
                cuts = grow(cuts, text[:end], 64)
            assert any(kept in part.text for part in pieces(text, cuts))


@pytest.mark.parametrize("one", ["👨‍👩‍👧‍👦", "🇩🇪", "👍🏽", "é", "각", "क्ष", "1️⃣"])
def test_a_visible_character_is_never_cut(one: str) -> None:
    for offset in range(3):
        text = "a" * offset + one * 60
        assert all(part.text.strip("a").replace(one, "") == "" for part in split(text, SMALLEST))


def test_an_endless_character_is_cut_all_the_same() -> None:
    assert [len(part) for part in texts("a" + "\u0301" * 99, 40)] == [40, 40, 20]


def test_a_carriage_return_stays_with_its_line_feed() -> None:
    assert all(not part.text.endswith("\r") for part in split("word\r\n" * 30, SMALLEST))


def test_text_without_spaces_is_cut_between_ideographs() -> None:
    text = "春眠不覺曉，處處聞啼鳥。夜來風雨聲，花落知多少。" * 4
    assert all(part.endswith(("，", "。")) for part in texts(text, 40))


def test_a_line_of_three_thousand_letters_fills_its_pieces() -> None:
    assert [len(part) for part in texts("x" * 3000, 2000)] == [2000, 1000]


def test_spaces_without_end_make_no_empty_piece() -> None:
    assert texts("a" + " " * 5000 + "b", 100) == ["a", "b"]


def test_quotes_go_on_with_their_mark() -> None:
    text = "> " + "said and " * 9 + "\n>\n> > " + "done and " * 9
    first, *_, last = texts(text, 60)
    assert first.startswith("> said")
    assert last.startswith("> > ")
    assert all(part.startswith("> ") and not part.endswith(">") for part in texts(text, 60))


def test_a_lazy_line_of_a_quote_comes_back_into_the_quote() -> None:
    assert texts("> words and words and words and some\nlazy words and words again", 40)[1].startswith(
        "> lazy"
    )


def test_numbers_go_on_where_the_author_counts_for_himself() -> None:
    assert texts("\n".join(f"{n}. item of words" for n in range(1, 7)), 70)[1].startswith("5. item")


def test_numbers_go_on_where_every_item_says_one() -> None:
    text = "\n".join(["1. item of words"] * 13)
    shown = "\n".join(texts(text, 70))
    assert [name for name in ("5.", "9.", "13.") if f"\n{name} item" in f"\n{shown}"] == ["5.", "9.", "13."]


def test_a_longer_number_is_not_put_before_what_it_would_push_out() -> None:
    text = "\n".join(["1. item\n   - below"] * 12)
    assert all("\n10." not in part for part in texts(text, 60))


def test_an_item_cut_inside_comes_back_as_its_marker() -> None:
    text = "1. one\n   - " + "inner words " * 8 + "\n   - next\n2. two"
    _first, second, *_ = texts(text, 90)
    assert second.startswith("1. …\n   - …")
    assert second.endswith("\n   - next\n2. two")


def test_an_ordered_item_inside_an_item_keeps_its_number_and_level() -> None:
    text = "- one\n\n  2. " + "inner words " * 8 + "\n  3. next\n- two"
    assert texts(text, 90)[1].startswith("- …\n\n  2. …words inner")


def test_the_next_ordered_item_inside_an_item_is_no_sentence_of_it() -> None:
    text = "- one " + "word " * 12 + "\n\n  2. inner words\n  3. more words"
    assert texts(text, 90)[1] == "- …\n\n  3. more words"


def test_a_quote_inside_an_item_comes_back_inside_it() -> None:
    assert texts("-   > " + "quoted " * 19, 80)[1].startswith("-   …\n    > quoted")


def test_a_table_repeats_its_header() -> None:
    head = "| name | use |\n|------|-----|\n"
    parts = texts(head + "| some row | of words |\n" * 9, 120)
    assert len(parts) > 1
    assert all(part.startswith(head) for part in parts)


def test_a_row_too_long_goes_on_under_its_own_heading() -> None:
    parts = texts("| a | b |\n|---|---|\n| x | **" + "cell " * 24 + "end** |", 90)
    assert parts[0].endswith("**")
    assert parts[1].startswith("| a | b |\n|---|---|\n| | **cell")


def test_a_row_without_edges_goes_on_under_its_own_heading() -> None:
    parts = texts("a | b\n--|--\nx | " + "cell " * 24, 70)
    assert parts[1].startswith("a | b\n--|--\n| | cell")


def test_a_header_too_long_to_repeat_is_left_out() -> None:
    text = "| " + "head " * 9 + "| b |\n|---|---|\n" + "| row | of words |\n" * 9
    assert texts(text, 80)[-1].startswith("| row")


def test_indented_code_stays_code() -> None:
    text = "Words\n\n" + "    code code code\n" * 9 + "    " + "x" * 90
    assert all(part.startswith(("Words", "    ")) for part in texts(text, 70))


def test_html_inside_an_item_stays_inside() -> None:
    text = "- words\n\n  <div>\n" + "  words of html\n" * 9 + "  </div>"
    assert texts(text, 80)[1].startswith("- …\n\n  words of html")


def test_an_underline_stays_below_its_heading() -> None:
    parts = texts("a heading of words\nin two lines of it\n==================\nwords", 57)
    assert not any(part.startswith("=") for part in parts)


def test_deep_nesting_without_room_is_cut_without_repair() -> None:
    text = "> " * 12 + "words that go on and on and on"
    assert "".join(texts(text, 40)).count("words") == 1


def test_levels_beyond_counting_are_cut_like_plain_text() -> None:
    assert "".join(texts("> " * 150 + "words " * 30, 200)).count("words") == 30


def test_a_hundred_thousand_characters_are_cut_from_where_they_grew() -> None:
    """Every growth costs the open piece, not the whole text: this would take minutes otherwise."""
    text = "Some words of an answer, **and** some more.\n\n```py\nprint(1)\n```\n\n" * 1500
    cuts: tuple[Cut, ...] = ()
    for end in range(5, len(text), 100):
        cuts = grow(cuts, text[:end], 2000)
    assert len(cuts) > 40


@pytest.mark.parametrize(
    "text",
    [
        "- ^words",  # inside a marker
        "  ^ words",  # inside the indentation
        "```\ncode\n^```",  # a fence that would hold nothing
        "```\ncode\n``^`",
        "| a | b |\n^|---|---|\n| 1 | 2 |",  # a table without its second line
        "| a | b |\n|--^-|---|\n| 1 | 2 |",
        "| a | b |\n|---|---|\n| **^x** | 2 |",
        "words\n^-----",  # a heading without its underline
        "some^ words",  # before the space, not after it
        "words \\^*words",  # inside an escape
        "**^words**",
        "*^*words**",
        "**words^**",
        "**words*^*",
        "`^words`",
        "`words^`",
    ],
)
def test_there_is_no_cut_where_it_could_not_be_repaired(text: str) -> None:
    at = text.index("^")
    assert seam(read(text.replace("^", "", 1)), at, lambda repair: True) is None


def test_text_that_is_all_marks_is_cut_without_repair() -> None:
    assert "".join(texts("> " * 21 + "words", 40)).endswith("words")


def test_what_was_seen_stays_even_inside_a_word() -> None:
    cuts = grow((), "Seen " + "x" * 100, 100, shown=99)
    assert [cut.at for cut in cuts] == [100]


def test_a_measure_no_text_can_satisfy_ends_all_the_same() -> None:
    assert [part.text for part in split("abc", 40, lambda text: 1000 * len(text))] == ["a", "b", "c"]


def test_a_piece_can_be_cut_where_it_is_not_full() -> None:
    text = "# Title\n\n- one **two three** four\n  - five\n\n```py\nsix\nseven\n```\n"

    def halves(mark: str) -> list[str] | None:
        cuts = cut_here((), text, text.index(mark), 400)
        return cuts and [piece.text for piece in pieces(text, cuts)]  # type: ignore[return-value]

    assert halves("three") == [
        "# Title\n\n- one **two**",
        "- …**three** four\n  - five\n\n```py\nsix\nseven\n```",
    ]
    assert halves("seven")[0].endswith("six\n```")  # type: ignore[index]
    assert halves("- five") == halves("  - five") == halves("\n  - five")
    assert halves(" four") is None  # no piece begins with white space
    assert cut_here((), text, len(text), 400) is None
    assert cut_here((), text, 0, 400) is None
    assert cut_here((), text, text.index("three"), 10) is None
