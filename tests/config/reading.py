"""Reading configurations in tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from bridge.config import Config, load
from bridge.values.errors import ConfigError
from bridge.values.points import Share

EXAMPLE = Path(__file__).parent.parent.parent / "poebridge.example.toml"
SECRETS = {
    "POE_API_KEY": "sk-poe-well-hidden",
    "DISCORD_TOKEN": "MTA.well.hidden",
    "SLACK_BOT_TOKEN": "xoxb-1-well-hidden",
    "SLACK_APP_TOKEN": "xapp-1-well-hidden",
}
NOBODY: Mapping[str, str] = {}


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "poebridge.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path | None, env: Mapping[str, str] = NOBODY, **how: object) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load(path, env, **how)  # type: ignore[arg-type]
    return caught.value.problems


def house(config: Config) -> dict[Share, int]:
    return {budget.share: budget.limit for budget in config.budgets}
