"""Discord's Markdown: what its client shows, and what it leaves as it was typed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sim.page.markdown import Names, to_html

NAMES = Names(users={1: "Ada"}, roles={2: ("Crew", 0x57F287)}, channels={3: "general"})
PIECES = [
    "**",
    "*",
    "_",
    "__",
    "~~",
    "||",
    "`",
    "```",
    "```py\n",
    "\n",
    "\n\n",
    "> ",
    ">>> ",
    "- ",
    "1. ",
    "# ",
]
PIECES += [
    "-# ",
    "<@1>",
    "<",
    ">",
    "&",
    '"',
    "[a](https://x.y)",
    "https://x.y/z_",
    "\\",
    "word",
    " ",
    "<script>",
]


def shown(text: str) -> str:
    return to_html(text, NAMES).replace("\n", "")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**b**", "<p><strong>b</strong></p>"),
        ("*i* _i_", "<p><em>i</em> <em>i</em></p>"),
        ("***both***", "<p><strong><em>both</em></strong></p>"),
        ("__u__ ~~s~~", "<p><u>u</u> <s>s</s></p>"),
        ("`a*b*`", "<p><code>a*b*</code></p>"),
        ("**a `**` b**", "<p><strong>a <code>**</code> b</strong></p>"),
        ("\\*no\\*", "<p>*no*</p>"),
        ("snake_case_name", "<p>snake_case_name</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("**open", "<p>**open</p>"),
        ("****", "<p>****</p>"),
    ],
)
def test_emphasis_is_read_as_discord_reads_it(text: str, html: str) -> None:
    assert shown(text) == html


def test_a_spoiler_can_be_opened_from_the_keyboard() -> None:
    assert 'class="spoiler" role="button" tabindex="0"' in shown("||it **dies**||")
    assert "<strong>dies</strong>" in shown("||it **dies**||")


def test_every_line_break_and_blank_line_is_seen() -> None:
    assert shown("a\nb") == "<p>a<br>b</p>"
    assert shown("a\n\n\nb").count('<div class="gap">') == 2
    assert shown("# a\n\n- b\n\n- c\n\n> d\n\n```e```").count('<div class="gap">') == 3


def test_three_headings_and_subtext_exist_and_no_more() -> None:
    assert shown("# a\n## b\n### c\n-# d") == "<h1>a</h1><h2>b</h2><h3>c</h3><small>d</small>"
    assert shown("#### e\n#f") == "<p>#### e<br>#f</p>"


def test_a_fence_has_its_language_above() -> None:
    html = shown("```py\nprint('<x>')\n```\nafter")

    assert '<figcaption class="language">py</figcaption>' in html
    assert "print('&lt;x&gt;')" in html
    assert html.endswith("<p>after</p>")


def test_an_unclosed_fence_is_shown_as_typed() -> None:
    assert shown("```py\nx = 1") == "<p>```py<br>x = 1</p>"


def test_a_fence_may_begin_and_end_within_a_line() -> None:
    html = shown("Say ```x``` there")

    assert html == '<p>Say</p><figure class="block"><pre><code>x</code></pre></figure><p>there</p>'


@pytest.mark.parametrize("text", ["> ```py\n> code\n> ```", "- item\n  ```py\n  code\n  ```"])
def test_fences_stand_in_quotes_and_lists(text: str) -> None:
    assert "<pre><code>code</code></pre>" in shown(text)


def test_a_quote_ends_with_its_last_marked_line() -> None:
    assert shown("> a\n> b\nc") == "<blockquote><p>a<br>b</p></blockquote><p>c</p>"
    assert shown(">no") == "<p>&gt;no</p>"


def test_three_marks_quote_everything_that_follows() -> None:
    assert shown(">>> a\n\nb").endswith("<p>b</p></blockquote>")


def test_lists_nest_and_end_with_the_next_line_of_text() -> None:
    assert shown("- a\n- b\n  - c\nd") == "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><p>d</p>"
    assert shown("3. a\n4. b") == '<ol start="3"><li>a</li><li>b</li></ol>'
    assert shown("+ a") == "<p>+ a</p>"


@pytest.mark.parametrize(
    "text", ["| a | b |\n|---|---|", "a\n---", "    indented", "![x](y)", "&amp;", "<b>x</b>"]
)
def test_what_discord_does_not_know_stays_as_typed(text: str) -> None:
    html = shown(text)

    assert not re.search(r"<(table|hr|h2|pre|img|b)\b", html)


def test_links_open_elsewhere_and_only_to_the_web() -> None:
    assert 'href="https://x.y/a(1)"' in shown("[text](https://x.y/a(1))")
    assert 'rel="noopener noreferrer nofollow"' in shown("<https://x.y>")
    assert shown("https://x.y/a_b_c.").endswith("https://x.y/a_b_c</a>.</p>")
    assert "<a" not in shown("[text](javascript:alert(1)) [t](/here)")


def test_mentions_are_named() -> None:
    html = shown("<@1> <@!1> <@&2> <#3> @everyone </ask:12> <:wave:34>")

    for name in ("@Ada", "@Crew", "#general", "@everyone", "/ask", ":wave:"):
        assert f">{name}</span>" in html
    assert "&lt;@9&gt;" in shown("<@9>")


def test_a_time_is_given_as_a_time() -> None:
    assert '<time class="moment" datetime="1970-01-01T00:00:00+00:00" data-style="R">' in shown("<t:0:R>")
    assert "&lt;t:999999999999&gt;" in shown("<t:999999999999>")


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_nothing_anybody_writes_becomes_foreign_html(text: str) -> None:
    html = to_html(text, NAMES)
    tags = set(re.findall(r"</?([a-z0-9]+)", html))
    own = {"p", "br", "strong", "em", "u", "s", "code", "span", "a", "figure", "figcaption", "pre", "div"}
    own |= {"blockquote", "ul", "ol", "li", "h1", "h2", "h3", "small", "time"}

    assert tags <= own
    assert "<script" not in html


@pytest.mark.parametrize(
    "piece", ["**", "*_", "[", "> ", "- ", "||", "`", "```a", "<", "http", "*a ", "_a ", "\\", "*`"]
)
def test_hostile_repetition_ends(piece: str) -> None:
    assert to_html(piece * (2000 // len(piece)), NAMES)
