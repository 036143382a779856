"""The file, the environment over it, and where each value was written."""

from __future__ import annotations

from pathlib import Path

from bridge.config import TO_RUN, load
from bridge.config.sources import lines
from tests.config.reading import problems, written


def test_the_environment_is_stronger_than_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, '[poe]\nkey = "from-file"\nbase_url = "http://file/v1"\n[web]\nport = 1\n')
    env = {
        "POE_API_KEY": "from-env",
        "POEBRIDGE_POE__BASE_URL": "http://env/v1",
        "POEBRIDGE_WEB__PORT": "9999",
        "POEBRIDGE_DISCORD__THREADS": "true",
        "POEBRIDGE_DISCORD__GUILDS": "discord:7",
        "POEBRIDGE_ADMINS__PEOPLE": "discord:1, discord:2",
        "POEBRIDGE_BUDGET__WARN": "50,90",
        "POEBRIDGE_PRESETS__CODE__MODEL": "gpt-5.2",
        "POEBRIDGE_LOG__LEVEL": "",
    }
    config = load(path, env)
    assert config.poe.key is not None
    assert config.poe.key.get_secret_value() == "from-env"
    assert config.poe.base_url == "http://env/v1"
    assert config.web.port == 9999
    assert config.settings.open_threads
    assert config.settings.admins == {"1", "2"}
    assert config.settings.home_workspaces == {"7"}
    assert config.settings.warn_percents == (50, 90)
    assert config.settings.presets["code"].model == "gpt-5.2"
    assert config.log.level == "info"


def test_a_secret_can_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("sk-in-a-file\n")
    config = load(None, {"POE_API_KEY_FILE": str(secret)})
    assert config.poe.key is not None
    assert config.poe.key.get_secret_value() == "sk-in-a-file"
    assert problems(None, {"DISCORD_TOKEN_FILE": str(tmp_path / "none")}) == (
        f"DISCORD_TOKEN_FILE: the file {tmp_path / 'none'} can't be read.",
    )


def test_the_house_s_own_name_of_a_secret_is_the_strongest() -> None:
    config = load(
        None, {"POE_API_KEY": "a", "POEBRIDGE_POE__KEY": "b", "POEBRIDGE_POE__KEY_FILE": "/nowhere"}
    )
    assert config.poe.key is not None
    assert config.poe.key.get_secret_value() == "b"


def test_variables_that_are_not_settings_are_left_alone() -> None:
    load(None, {"POEBRIDGE_CONFIG": "x", "POEBRIDGE_DEBUG": "1", "POEBRIDGE_PORT_8765_TCP": "tcp://10.0.0.1"})


def test_a_file_that_is_not_there_or_not_text_is_said_so(tmp_path: Path) -> None:
    assert problems(tmp_path / "none.toml", needs=TO_RUN) == (f"There is no file {tmp_path / 'none.toml'}.",)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    assert problems(binary) == ("binary.toml: this is not a text file in UTF-8.",)
    assert problems(tmp_path) == (f"{tmp_path} can't be read: is a directory.",)


def test_lines_are_found_through_dots_quotes_and_long_texts() -> None:
    text = '# [no]\n[a]\nb.c = 1\n"d e" = 2\nf = """\n[g]\nh = 3\n"""\n[[i]]\nj = 4\n[k."l.m"]\nn = 5\n'
    assert lines(text) == {
        ("a",): 2,
        ("a", "b", "c"): 3,
        ("a", "d e"): 4,
        ("a", "f"): 5,
        ("i",): 9,
        ("i", "j"): 10,
        ("k", "l.m"): 11,
        ("k", "l.m", "n"): 12,
    }
