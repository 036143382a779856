"""What our forms carry is read back as it was written."""

from adapters.slack import marks
from adapters.slack.marks import About


def test_every_mark_is_read_back() -> None:
    assert marks.parse_shortcut(marks.shortcut("ask")) == "ask"
    assert marks.parse_asking(marks.asking("ask")) == "ask"
    assert marks.parse_administering(marks.administering("budget set")) == "budget set"
    assert marks.parse_field(marks.field("points")) == "points"
    assert marks.parse_suggesting(marks.suggesting("budget set", "zone")) == ("budget set", "zone")
    assert marks.parse_choosing(marks.choosing("model")) == "model"


def test_marks_of_others_are_nobody_s() -> None:
    for parse in (
        marks.parse_shortcut,
        marks.parse_asking,
        marks.parse_administering,
        marks.parse_field,
        marks.parse_suggesting,
        marks.parse_choosing,
    ):
        assert parse("somebody:else") is None
        assert parse("") is None
    assert marks.parse_suggesting("pb.suggest:ask") is None


def test_the_message_asked_about_travels_with_the_form() -> None:
    about = About(channel="C1", root="1.1", message="1.2", url="https://hooks.slack.com/x", expires_at=12.5)

    assert marks.parse_about(marks.about(about)) == about


def test_what_is_no_message_is_none() -> None:
    for text in ("", "nonsense", "[]", '{"channel": "C1"}'):
        assert marks.parse_about(text) is None
