"""The settings there are, their defaults, and what stays secret."""

from __future__ import annotations

import pytest

from bridge.config import TO_RUN, load
from bridge.config.sections import Sections
from tests.config.reading import EXAMPLE, NOBODY, SECRETS


def test_the_example_loads_and_says_what_is_so_without_it() -> None:
    """Its two examples, a preset and a flat price, are all that it adds."""
    example, plain = load(EXAMPLE, SECRETS, needs=TO_RUN), load(None, SECRETS, needs=TO_RUN)
    assert example.settings.presets["code"].model == "Claude-Sonnet-4.6"
    assert example.settings.flat_prices == {"assistant": 150}
    assert example.settings.presets["default"] == plain.settings.presets["default"]
    assert example.budgets == plain.budgets
    for section in ("poe", "discord", "slack", "store", "web", "log"):
        assert getattr(example, section) == getattr(plain, section)


def test_the_example_names_every_setting_there_is() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    for section, field in Sections.model_fields.items():
        assert f"[{section}" in text
        for key in getattr(field.annotation, "model_fields", ()):
            assert f"\n{key} = " in text or f"\n# {key} = " in text or f"[{section}.{key}]" in text, key


def test_no_repr_shows_a_secret() -> None:
    env = SECRETS | {"POEBRIDGE_STORE__URL": "postgresql://bridge:hunter2@db/points"}
    config = load(None, env, needs=TO_RUN)
    shown = repr(config) + str(config.poe) + str(config.discord) + str(config.slack) + str(config.store)
    assert "hidden" not in shown
    assert "hunter2" not in shown


def test_a_config_can_not_be_changed() -> None:
    config = load(None, NOBODY)
    with pytest.raises(AttributeError):
        config.web = config.web  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        config.web.port = 1
