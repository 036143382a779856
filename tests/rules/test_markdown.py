"""A growing text as it is shown, and a text as a title."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bridge.rules.markdown import display, plain

quick = settings(max_examples=150, deadline=None)
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

MARKS = (
    "*",
    "**",
    "_",
    "`",
    "``",
    "```",
    "~~",
    "~~~",
    "||",
    "|",
    "[",
    "]",
    "(",
    ")",
    "](",
    "<@1",
    "<",
    ">",
    "!",
)
STARTS = (
    "> ",
    "- ",
    "1. ",
    "# ",
    "    ",
    "```py\n",
    "~~~\n",
    "|---|---|",
    "=",
    "-",
    "\\",
    "\n",
    "\n\n",
    "\r\n",
)
WORDS = ("a", "b ", "word", "http://x.y", "<b>", "&amp;", "é", "😀", " ", "  ", "\t", "[a]: b", "\0")
SOUP = st.lists(st.sampled_from((*MARKS, *STARTS, *WORDS)), max_size=14).map("".join)

ANSWER = """\
# A **title**

See `code`, [a page](https://example.org/a_b), **bold *and slanted* words**, ~~gone~~ and ||hidden||:

1. One
   ```py
   x = "[1]"
   ```
2. Two with snake_case_words, 2*3*4 and 5 * 6

> A quote
> ~~~
> $a_b$
> ~~~

| a | b |
|---|---|
| **1** | <@12> |

- [ ] ![picture](https://example.org/c.png) <https://example.org>

Wide: 春眠不覺曉 👨‍👩‍👧‍👦 <b>HTML</b> \\[ x \\]

    indented - code
"""


def letters(text: str) -> str:
    return "".join(one for one in text if one.isalnum())


# --- properties --------------------------------------------------------------------------------------------


@quick
@given(SOUP)
def test_showing_what_is_shown_changes_nothing(text: str) -> None:
    assert display(display(text)) == display(text)


@quick
@example(">```py\n>>")
@given(SOUP)
def test_words_once_shown_never_vanish_and_never_change(text: str) -> None:
    before = ""
    for end in range(len(text) + 1):
        now = letters(display(text[:end]))
        assert now.startswith(before)
        assert letters(text[:end]).startswith(now)
        before = now


@quick
@given(SOUP, SOUP)
def test_only_the_end_is_ever_held_back(begin: str, text: str) -> None:
    whole = begin + "\n\nSome words.\n\n" + text
    held = len(letters(whole)) - len(letters(display(whole)))
    assert held <= len(letters(text))


def test_an_answer_is_shown_whole_and_closed_at_every_moment() -> None:
    for end in range(len(ANSWER)):
        shown = display(ANSWER[:end])
        tokens = READER.parse(shown)
        assert all(token.map[1] - token.map[0] > 2 for token in tokens if token.type == "fence" and token.map)
        prose = "".join(
            child.content for token in tokens for child in token.children or [] if child.type == "text"
        )
        assert "**" not in prose.replace("||", "")
        assert "~~" not in prose
        assert "](" not in prose


def test_a_finished_answer_is_shown_as_it_is() -> None:
    assert display(ANSWER) == ANSWER


@pytest.mark.parametrize(
    "held", ["```" + "x" * 200, "[a](" + "x" * 600, "[" + "x" * 200, "<@" + "1" * 200, "`" + "x" * 999]
)
def test_nothing_is_held_back_without_end(held: str) -> None:
    assert letters(display("Words. " + held)) == letters("Words. " + held)
    assert letters(display(held)) == letters(held)


# --- what is shown of what is half-written ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        # fences
        ("```py\nx = 1", "```py\nx = 1\n```"),
        ("```py\nx = 1\n", "```py\nx = 1\n```"),
        ("```py\nx = 1\n``", "```py\nx = 1\n```"),
        ("```py\nx = 1\n```", "```py\nx = 1\n```"),
        ("````md\n```\nx\n```", "````md\n```\nx\n````"),
        ("~~~\n```\nx", "~~~\n```\nx\n~~~"),
        ("Words\n```p", "Words\n"),
        ("Words\n```py\n\n", "Words\n"),
        ("1. Run\n   ```sh\n   ls", "1. Run\n   ```sh\n   ls\n   ```"),
        ("> - a\n>   ```\n>   b", "> - a\n>   ```\n>   b\n>   ```"),
        ("> ```py\n```sh\n", "> ```py\n```sh\n```"),
        ("> ```\n> a\n> `", "> ```\n> a\n> ```"),
        ("- ```\n  a\n\nWords", "- ```\n  a\n\nWords"),
        ("```\nx\n   ", "```\nx\n```"),
        ("> " * 31 + "```\n" + "> " * 31 + "x", "> " * 31 + "```\n" + "> " * 31 + "x"),
        # emphasis and code
        ("Some **bold wor", "Some **bold wor**"),
        ("Some **bold word*", "Some **bold word**"),
        ("Some **bold *and ", "Some **bold *and*** "),
        ("***all", "***all***"),
        ("Some ~~gone", "Some ~~gone~~"),
        ("Some ~~gone~", "Some ~~gone~~"),
        ("Some ||hidden", "Some ||hidden||"),
        ("Some ||hidden|", "Some ||hidden||"),
        ("Some `code", "Some `code`"),
        ("Some ``code`", "Some ``code``"),
        ("Some **bold `code", "Some **bold `code`**"),
        ("Some `a ``b`` c", "Some `a ``b`` c`"),
        ("Some **bold `**", "Some **bold `**`**"),
        ("The ` character", "The ` character"),
        ("**one\nline", "**one\nline**"),
        ("**one\n", "**one**\n"),
        ("**one\n\n", "**one\n\n"),
        ("2*3", "2*3"),
        ("2 * 3", "2 * 3"),
        ("snake_case_", "snake_case"),
        ("> **a", "> **a**"),
        ("# A *b", "# A *b*"),
        ("# A *b\n", "# A *b\n"),
        ("| a | b |\n|---|---|\n| **x", "| a | b |\n|---|---|\n| **x**"),
        ("| a | b |\n|---|---|\n| **x | y", "| a | b |\n|---|---|\n| **x | y"),
        ("| a | b |\n|---|---|\n| **x\n", "| a | b |\n|---|---|\n| **x\n"),
        ("*a" * 70, "*a" * 70),
        # links, mentions, addresses
        ("See [a pa", "See a pa"),
        ("See [a page]", "See a page"),
        ("See [a page](htt", "See a page"),
        ("See [a page](http://x.y/a_(b)", "See a page"),
        ('See [a page](http://x.y "ti', "See a page"),
        ("See [a page](http://x.y)", "See [a page](http://x.y)"),
        ("See [a page](not a link) now", "See [a page](not a link) now"),
        ("See [a page](javascript:x) now", "See [a page](javascript:x) now"),
        ("See [1] and", "See [1] and"),
        ("See ] and", "See ] and"),
        ("See ![a picture](htt", "See a picture"),
        ("See [![a *b*](http://x.y)](htt", "See ![a *b*](http://x.y)"),
        ("See [`a` \\* <b> http://x.y <@1>](htt", "See `a` \\* <b> http://x.y <@1>"),
        ("See **[a pa", "See **a pa**"),
        ("See http://x.y/a_b_c", "See http://x.y/a_b_c"),
        ("See http:// and ftp://x_y_z", "See http:// and ftp://x_y_z"),
        ("See <http://x", "See "),
        ("See <@12", "See "),
        ("See <:na", "See "),
        ("See 1 < 2", "See 1 < 2"),
        ("See x<y", "See x<y"),
        ("See <@ 1", "See <@ 1"),
        # bare markers
        ("Words\n-", "Words\n"),
        ("Words\n\n#", "Words\n\n"),
        ("Words\n>", "Words\n"),
        ("Words\n* **", "Words\n"),
        ("Words\n- [ ] ", "Words\n"),
        ("Words \\", "Words "),
        ("Words \\\\", "Words \\\\"),
        ("Words **", "Words "),
        ("Words `", "Words "),
        ("| a | b |", "| a | b |"),
        ("| a | b |\n|--", "| a | b |\n"),
        ("---\n", "---\n"),
        ("    code\n    -", "    code\n    -"),
        ("", ""),
        ("\n", "\n"),
        ("-" * 99, "-" * 99),
    ],
)
def test_what_is_half_written_is_completed_or_held_back(text: str, shown: str) -> None:
    assert display(text) == shown


# --- titles ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# A **title**\n\nand `more`", "A title and more"),
        ("See [a page](http://x.y), ||hidden|| and <b>bold</b>", "See a page, hidden and bold"),
        ("- one\n- two\n  three", "one two three"),
        ("```py\nprint(1)\n```", "print(1)"),
        ("Look:\n```py\nprint(1)\n```", "Look:"),
        ("![a picture](http://x.y)", "a picture"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a b 1 2"),
        ("2 \\* 3 &amp; 4", "2 * 3 & 4"),
        ("", ""),
    ],
)
def test_a_title_has_the_words_and_no_markup(text: str, title: str) -> None:
    assert plain(text) == title


def test_a_title_is_cut_between_words() -> None:
    assert plain("some words that go on and on", 20) == "some words that go…"


def test_a_title_of_one_long_word_is_cut_inside_it() -> None:
    assert plain("x" * 30, 10) == "x" * 9 + "…"


@quick
@given(SOUP, st.integers(1, 30))
def test_a_title_is_one_line_within_its_limit(text: str, limit: int) -> None:
    title = plain(text, limit)
    assert len(title) <= limit
    assert "\n" not in title
