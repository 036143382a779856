"""Our numbers stay within Slack's."""

from __future__ import annotations

import pytest

from adapters.slack import limits


@pytest.mark.parametrize(
    ("verb", "a_minute"), [("edit", 50), ("append", 100), ("begin", 20), ("end", 20), ("post", 60)]
)
def test_no_window_adds_up_to_more_than_slack_allows_a_minute(verb: str, a_minute: int) -> None:
    rate = limits.CAPABILITIES.rates[verb]

    assert rate.writes * 60 / rate.seconds <= a_minute


def test_a_page_with_all_that_stands_under_it_fits_a_message() -> None:
    assert limits.CAPABILITIES.text_limit < 12_000
    assert limits.FALLBACK < 4_000
    assert limits.SMALL < 3_000


def test_a_stream_ends_well_before_slack_ends_it() -> None:
    streaming = limits.CAPABILITIES.streaming
    assert streaming is not None
    assert streaming.seconds <= 270
    assert streaming.limit <= limits.CAPABILITIES.text_limit
