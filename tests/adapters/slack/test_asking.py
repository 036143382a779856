"""What a form about a message carries; asking itself is in `test_interactions`, where people do it."""

from adapters.slack import asking
from adapters.slack.marks import About
from tests.adapters.slack.events import LAB, ROOT, TS, message


def test_a_message_at_the_top_is_its_own_thread() -> None:
    url = "https://hooks.slack.com/a"
    assert asking.about(LAB, message(), url, 5.0) == About(
        channel=LAB, root=TS, message=TS, url=url, expires_at=5.0
    )


def test_one_in_a_thread_belongs_there() -> None:
    assert asking.about(LAB, message(thread_ts=ROOT), "", 0.0) == About(channel=LAB, root=ROOT, message=TS)
