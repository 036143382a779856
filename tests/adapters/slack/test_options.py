"""What an operator chooses shows no secret."""

from adapters.slack import Options


def test_secrets_are_never_shown() -> None:
    secrets = ("bot_token", "app_token", "signing_secret", "client_secret", "config_token")

    shown = repr(Options(**{name: f"{name} is secret" for name in secrets}))

    assert "is secret" not in shown


def test_how_events_come_and_who_may_install() -> None:
    assert Options(mode="http").http
    assert not Options().http
    assert Options(client_id="1.2", client_secret="x").installable
    assert not Options(client_id="1.2").installable
