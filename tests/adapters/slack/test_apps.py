"""Clients that act as the app itself."""

import logging

from adapters.slack import apps


def test_everything_is_said_once_and_nothing_is_logged() -> None:
    client = apps.client("http://127.0.0.1:1/api", "xapp-1")

    assert client.base_url == "http://127.0.0.1:1/api/"
    assert client.token == "xapp-1"
    assert client.retry_handlers == []
    assert client.proxy is None
    assert apps.silent().disabled
    assert not logging.getLogger("slack_sdk.web").isEnabledFor(logging.ERROR)


def test_slack_is_at_its_own_address_where_nothing_else_is_said() -> None:
    client = apps.client("")

    assert client.base_url == "https://slack.com/api/"
    assert client.token is None
