"""What an operator is told of the application."""

from __future__ import annotations

from adapters.discord import application

FINE = {"id": "10", "name": "poebridge", "flags": 1 << 19, "approximate_guild_count": 2}


def told(**changes):
    return list(application.findings(FINE | changes))


def test_a_bot_that_is_well_set_up_is_said_to_be() -> None:
    assert told() == [
        (True, "Discord accepts the token; the bot is called poebridge."),
        (True, "The bot is in 2 servers."),
    ]


def test_both_forms_of_the_content_intent_count() -> None:
    assert all(good for good, _ in told(flags=1 << 18))
    assert (False, application.NO_CONTENT) in told(flags=0)
    assert (False, application.NO_CONTENT) in told(flags=None)


def test_an_endpoint_that_takes_our_commands_away_is_named() -> None:
    assert any(
        not good and "https://x.example/hook" in text
        for good, text in told(interactions_endpoint_url="https://x.example/hook")
    )


def test_a_bot_in_no_server_gets_the_address_to_invite_it() -> None:
    (good, text) = told(approximate_guild_count=0)[-1]
    assert not good
    assert "client_id=10" in text
    assert "permissions=309237746688" in text


def test_an_unknown_number_of_servers_is_not_spoken_of() -> None:
    assert len(told(approximate_guild_count=None)) == 1
    assert told(approximate_guild_count=1)[-1] == (True, "The bot is in 1 server.")
