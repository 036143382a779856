"""A configuration as the rest of the house gets it."""

from __future__ import annotations

from pathlib import Path

from bridge.config import TO_RUN, load
from bridge.config.platforms import NONE
from bridge.values.points import PeriodKind, Scope, ScopeKind, Share
from tests.config.reading import NOBODY, house, problems, written


def test_an_empty_environment_gives_what_a_small_community_would_choose() -> None:
    config = load(None, NOBODY)
    assert config.settings.presets["default"].model == "Claude-Haiku-4.5"
    assert config.poe.base_url == "https://api.poe.com/v1"
    assert config.store.url == "sqlite:///poebridge.sqlite3"
    assert (config.web.host, config.web.port) == ("127.0.0.1", 8765)
    assert house(config) == {Share.EACH: 3_000}
    assert config.budgets[0].scope == Scope(kind=ScopeKind.HOUSE)
    assert (config.budgets[0].period.kind, config.budgets[0].period.zone) == (PeriodKind.DAY, "UTC")


def test_a_whole_file_arrives_where_it_belongs(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        [poe]
        base_url = "http://127.0.0.1:9000/v1/"
        uncertain_seconds = 7_200
        [answers]
        default_model = "gpt-5.2"
        system_prompt = "Be short."
        temperature = 0.5
        max_messages = 3
        [presets.code]
        model = "Claude-Sonnet-4.6"
        footer = false
        [presets.plain]
        system_prompt = ""
        [limits]
        max_file_mb = 1.5
        [budget]
        person = 500
        total = 9_000
        period = "week"
        zone = "Europe/Berlin"
        warn = [100, 50, 50]
        [admins]
        people = ["discord:80351110224678912", "slack:U012AB3CD"]
        [models]
        deny = ["*-pro"]
        [models.flat]
        "Veo-3.1" = 900
        [discord]
        threads = true
        guilds = ["discord:12", "13"]
        """,
    )
    config = load(path, NOBODY)
    settings = config.settings
    assert config.poe.base_url == "http://127.0.0.1:9000/v1"
    assert settings.uncertain_seconds == 7_200
    assert settings.presets["default"].system_prompt == "Be short."
    assert settings.presets["code"].system_prompt == "Be short."
    assert settings.presets["code"].temperature == 0.5
    assert not settings.presets["code"].footer
    assert settings.presets["plain"].system_prompt == ""
    assert settings.presets["plain"].model == "gpt-5.2"
    assert (settings.max_messages, settings.open_threads) == (3, True)
    assert settings.max_file_bytes == 1_572_864
    assert house(config) == {Share.EACH: 500, Share.POOL: 9_000}
    assert {budget.period.zone for budget in config.budgets} == {"Europe/Berlin"}
    assert settings.warn_percents == (50, 100)
    assert settings.admins == {"80351110224678912", "U012AB3CD"}
    assert settings.flat_prices == {"veo-3.1": 900}
    assert settings.deny_models == ("*-pro",)
    assert config.discord.guilds == ("12", "13")


def test_what_is_needed_to_run_is_asked_for_by_name() -> None:
    assert problems(None, needs=TO_RUN) == (
        "[poe] key: is missing: set POE_API_KEY to a key from https://poe.com/api/keys.",
        NONE,
    )


def test_only_poe_s_own_server_has_to_publish_prices() -> None:
    elsewhere = {**NOBODY, "POEBRIDGE_POE__BASE_URL": "http://127.0.0.1:9000/v1"}
    assert not load(None, NOBODY).settings.unpriced_is_free
    assert load(None, elsewhere).settings.unpriced_is_free
