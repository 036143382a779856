"""The pieces of forms and pages stay within what Slack takes."""

from adapters.slack import shapes
from bridge.values.inbound import Choice


def test_long_words_are_cut() -> None:
    assert shapes.cut("abc", 3) == "abc"
    assert shapes.cut("abcd", 3) == "ab…"
    assert len(shapes.section("x" * 4000)["text"]["text"]) == 3000


def test_words_of_others_can_only_be_read() -> None:
    assert shapes.literal("<!channel> & *b*\n_i_") == "&lt;!channel&gt; &amp; *\u2060b*\u2060 _\u2060i_\u2060"


def test_a_menu_holds_what_slack_takes_and_nothing_cut() -> None:
    choices = [Choice(label=f"{number} {'x' * 90}", value=str(number)) for number in range(200)]

    drawn = shapes.options(
        [Choice(label="too long", value="v" * 151), Choice(label="empty", value=""), *choices]
    )

    assert len(drawn) == 100
    assert drawn[0]["value"] == "0"
    assert all(len(one["text"]["text"]) <= 75 for one in drawn)


def test_a_menu_shows_what_is_chosen() -> None:
    choices = [Choice(label="A", value="a"), Choice(label="B", value="b")]

    assert shapes.menu("x", choices, "b", "Choose")["initial_option"]["value"] == "b"
    assert "initial_option" not in shapes.menu("x", choices, "c", "Choose")
    assert shapes.searched("x", choices[0], "Choose")["initial_option"]["value"] == "a"
    assert "initial_option" not in shapes.searched("x", None, "Choose")
