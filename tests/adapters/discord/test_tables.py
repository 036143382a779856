"""Tables as Discord's readers get them: aligned, or as a list; whole in any case."""

from __future__ import annotations

import random
import re
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from adapters.discord import limits
from adapters.discord.format import shown
from adapters.discord.tables import WIDEST, width
from bridge.rules.pages import cut, pages
from bridge.rules.split import Cut
from bridge.values.draft import Draft, DraftState
from bridge.values.ids import TurnId

PARSER = MarkdownIt("commonmark").enable("table")
LIMIT = limits.CAPABILITIES.text_limit

CELLS = (
    "",
    "1,024",
    "**bold**",
    "*soft",
    "`co de`",
    "snake_case_name",
    r"a \| b",
    "[link](https://example.org/a)",
    "https://example.org",
    "東京",
    "é",
    "x<br>y",
    "```",
    "word " * 25,
    "~~no~~",
    *("plain words", "Oak", "12.5 %") * 12,
)
BESIDES = ("Some words. " * 9, "- one\n- two", "```\n| a | b |\n|---|---|\n```", "#### Low", "||quiet||")


def table(chance: random.Random) -> str:
    count = chance.randint(1, 5)
    head = [chance.choice(CELLS) or "head" for _ in range(count)]
    sides = [chance.choice(("---", ":--", "--:", ":-:")) for _ in range(count)]
    rows = [
        [chance.choice(CELLS) for _ in range(chance.randint(1, count + 1))]
        for _ in range(chance.randint(0, 25))
    ]
    return "\n".join("| " + " | ".join(each) + " |" for each in (head, sides, *rows))


def written(seed: int) -> str:
    """A text of tables and other things, by chance."""
    chance = random.Random(seed)
    margins = (("", ""), ("", ""), ("> ", "> "), ("- ", "  "))
    parts = []
    for _ in range(chance.randint(1, 5)):
        first, further = chance.choice(margins)
        parts.append(first + table(chance).replace("\n", "\n" + further))
        parts += chance.choices(BESIDES, k=chance.randint(0, 1))
    return "\n\n".join(parts)


TEXTS = st.integers(0, 1_000_000).map(written)


def words(text: str) -> list[str]:
    """Words and numbers, but those of signs that only a reader of HTML would see."""
    return re.findall(r"[^\W_]+", re.sub(r"<br>", " ", text))


def block(*lines: str) -> str:
    return "\n".join(("```", *lines, "```"))


# -- how it looks -----------------------------------------------------------------------------------------


def test_columns_are_aligned_as_the_second_line_says():
    text = (
        "| Harbour | Depth | Open |\n|---|---:|:-:|\n| **Rotterdam** | 24 | yes |\n| Ghent | 1,024.5 | at 9 |"
    )

    assert shown(text) == block(
        "Harbour      Depth  Open",
        "---------  -------  ----",
        "Rotterdam       24  yes",
        "Ghent      1,024.5  at 9",
    )


def test_markers_inside_cells_are_gone_and_signs_that_are_none_stay():
    text = "| a | b |\n|---|---|\n| `x` **y** ~~z~~ | a_b * \\| c |"

    assert shown(text) == block("a      b", "-----  ---------", "x y z  a_b * | c")


def test_wide_signs_take_two_columns():
    assert shown("a | b\n-|-\n東京 | x\nab́c | y") == block("a     b", "----  -", "東京  x", "ab́c   y")
    assert [width(text) for text in ("abc", "東京", "é", "é", "a\u200db")] == [3, 4, 1, 1, 2]


def test_a_line_break_in_a_cell_is_a_space():
    assert "one two" in shown("| a |\n|---|\n| one<br/>two |")


def test_a_wide_table_is_one_item_for_each_row():
    long = "a long sentence that nobody could read in a column, because it goes on and on and on " * 2
    text = f"| Way | Cost | What it is |\n|---|---|---|\n| Rail | 3 | {long}|\n| *Sea* | | {long}|"

    assert shown(text) == (
        f"- **Way**: Rail\n  **Cost**: 3\n  **What it is**: {long.strip()}\n"
        f"- **Way**: *Sea*\n  **What it is**: {long.strip()}"
    )


def test_links_still_work():
    assert shown("| a |  |\n|---|---|\n| [x](https://x.org) | y |") == "- **a**: [x](https://x.org)\n  y"
    assert shown("| [a](https://a.org) |\n|---|\n| x |") == "- [a](https://a.org): x"


def test_a_sign_that_is_no_marker_in_its_cell_becomes_none_in_a_list():
    text = "| a_b | b |\n|---|---|\n| 2 * 3 and \\|\\| | https://x.org |"

    assert shown(text) == "- **a\\_b**: 2 \\* 3 and \\|\\|\n  **b**: https://x.org"


def test_cells_beyond_the_head_are_not_lost():
    assert shown("| a |\n|---|\n| 1 | 2 |") == block("a", "-  -", "1  2")
    assert shown("| a |\n|---|\n| http://x.org | 2 |") == "- **a**: http://x.org\n  2"


def test_a_table_stays_inside_its_quote_or_item():
    assert shown("> | a | b |\n> |---|---|\n> | 1 | 2 |") == "> " + block("a  b", "-  -", "1  2").replace(
        "\n", "\n> "
    )
    assert shown("1. x\n2. | a | b |\n   |---|---|\n   | 1 | 2 |") == "1. x\n2. " + block(
        "a  b", "-  -", "1  2"
    ).replace("\n", "\n   ")


def test_what_follows_a_table_is_no_row_of_it():
    table, written = "| a | b |\n|---|---|\n| 1 | 2 |", block("a  b", "-  -", "1  2")

    assert shown(f"{table}\n-# Model · 3 points | 5 left") == f"{written}\n-# Model · 3 points | 5 left"
    assert shown(f"{table}\nAnd so on.") == f"{written}\nAnd so on."


@pytest.mark.parametrize(
    "text",
    [
        "```\n| a | b |\n|---|---|\n| 1 | 2 |\n```",
        "```\n| a | b |\n|---|---|\n| 1 | 2 |",
        "```\n| a | b |",
        "    | a | b |\n    |---|---|",
        "||a secret||",
        "|x| is never less than nothing",
        "a | b",
        "one | two\n---",
        "| a | b |\n|---|\n| 1 | 2 |\n\n...",
    ],
)
def test_what_is_no_table_stays_as_it_is(text: str):
    assert shown(text) == text


# -- while it is written ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("| Name | Pri", ("Name  Pri", "----  ---")),
        ("| Name | Price |\n", ("Name  Price", "----  -----")),
        ("| Name | Price |\n|---|--:|", ("Name  Price", "----  -----")),
        ("| Name | Price |\n|---|--:|\n| Oak", ("Name  Price", "----  -----", "Oak")),
        ("| Name | Price |\n-# Thinking…", ("Name  Price", "----  -----")),
    ],
)
def test_a_half_written_table_is_shown_as_far_as_it_is(text: str, lines: tuple[str, ...]):
    assert shown(text).removesuffix("-# Thinking…").rstrip() == block(*lines)


def test_a_wide_head_alone_is_a_line():
    assert shown("| a | " + "b" * 99 + " |\n|---|---|") == "**a** · **" + "b" * 99 + "**"


# -- for every text ---------------------------------------------------------------------------------------


@settings(deadline=None)
@given(TEXTS)
def test_no_word_is_lost(text: str):
    lost = Counter(words(text)) - Counter(words(shown(text)))

    assert not lost


@settings(deadline=None)
@given(TEXTS)
def test_what_was_shown_is_shown_the_same_again(text: str):
    assert shown(shown(text)) == shown(text)


@settings(deadline=None)
@given(TEXTS)
def test_no_table_is_left_and_none_is_wider_than_a_page(text: str):
    tokens = PARSER.parse(shown(text))

    assert not [token for token in tokens if token.type == "table_open"]
    assert all(
        width(line) <= WIDEST
        for token in tokens
        if token.type == "fence"
        for line in token.content.split("\n")
    )


@settings(max_examples=15, deadline=None)
@given(TEXTS, st.integers(150, 1500))
def test_no_page_is_too_long_for_discord_however_it_grows(text: str, step: int):
    def measure(some: str) -> int:
        return len(shown(some))

    cuts: tuple[Cut, ...] = ()
    seen, stood, closed = 0, 0, False
    ends = [*range(step, len(text), step), len(text)]
    for end in ends:
        state = DraftState.DONE if end == len(text) else DraftState.WRITING
        draft = Draft(turn=TurnId("t"), state=state, text=text[:end], footer="Model · 3 points")
        before = cuts
        cuts = cut(cuts, draft, limits.CAPABILITIES, seen, closed=closed, measure=measure)
        sheets = pages(draft, cuts, limits.CAPABILITIES, 99, standing=stood, shown=seen, measure=measure)
        assert cuts[: len(before)] == before
        assert all(measure(sheet.page.text) <= LIMIT for sheet in sheets)
        assert all(one.at < other.at for one, other in pairwise(cuts))
        if sheets:
            seen, stood, closed = sheets[-1].end, len(sheets), not sheets[-1].page.buttons
