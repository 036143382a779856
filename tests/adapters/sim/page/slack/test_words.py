"""Slack's two ways of writing become HTML, and nothing anybody wrote does so by itself."""

import pytest

from adapters.sim.page.slack import words

NAMES = {"U1": "Ada", "C1": "general", "S1": "crew"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "plain"),
        ("*bold* _soft_ ~gone~", "<strong>bold</strong> <em>soft</em> <s>gone</s>"),
        ("2*3*4", "2*3*4"),
        ("`*x*`", "<code>*x*</code>"),
        ("```\na &lt; b\n```", "<pre><code>a &lt; b</code></pre>"),
        ("<@U1> in <#C1>", "<span class='mention'>@Ada</span> in <span class='mention'>#general</span>"),
        ("<!subteam^S1>", "<span class='mention'>@crew</span>"),
        ("<!here>", "<span class='mention loud'>@here</span>"),
        ("one\ntwo", "one<br>two"),
        ("&gt; said", "<span class='quote'>said</span>"),
        (":tada: :unknown:", "🎉 :unknown:"),
    ],
)
def test_mrkdwn_is_shown_as_slack_shows_it(text: str, html: str) -> None:
    assert words.mrkdwn(text, NAMES) == html


def test_a_link_opens_elsewhere_and_only_a_safe_one_is_a_link() -> None:
    assert "href='https://example.com/?a=1&amp;b=2'" in words.mrkdwn(
        "<https://example.com/?a=1&amp;b=2|here>", {}
    )
    assert words.mrkdwn("<javascript:alert(1)|here>", {}) == "here"


@pytest.mark.parametrize("write", [words.mrkdwn, words.markdown])
def test_html_is_text(write) -> None:
    for text in (
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><b>',
        "[a](javascript:alert(1))",
    ):
        shown = str(write(text, {}))
        assert "<script" not in shown
        assert "<img" not in shown
        assert "href" not in shown


def test_columns_stand_as_they_are_meant_without_a_style_the_page_forbids() -> None:
    shown = words.markdown("|a|b|c|\n|-|:-:|-:|\n|1|2|3|", NAMES)
    assert "<td>1</td>" in shown
    assert '<td class="center">2</td>' in shown
    assert '<td class="right">3</td>' in shown
    assert "style" not in shown


def test_markdown_has_tables_code_and_mentions() -> None:
    shown = words.markdown(
        "| a |\n|---|\n| 1 |\n\n```py\nx\n```\n\n~~old~~ <@U1> ![cat](https://example.com/c.png)", NAMES
    )
    assert "<table>" in shown
    assert "<pre>" in shown
    assert "<s>old</s>" in shown
    assert "@Ada" in shown
    assert ">cat</a>" in shown
