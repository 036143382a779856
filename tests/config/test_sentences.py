"""What an operator reads about a broken configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.reading import problems, written

BROKEN = """
[poe]
base_url = "htp://x"
key = "Bearer abc"
reqests_per_minute = 4
usage_url = "https://u:hunter2@x"
requests_per_minute = 0
[peo]
x = 1
[discord]
token = "Bot abc"
gateway_url = "https://x"
threads = "maybe"
guilds = ["abc"]
[store]
url = "mysql://root:hunter2@x"
[answers]
threading = "cahin"
default_model = ""
system_prompt = \"\"\"
max_turns = 3
[nothing]
\"\"\"
max_turns = 1.5
[presets.Bad]
model = 4
[presets.code]
temperature = 3
modle = "x"
[budget]
person = -5
total = 1_000_000_000_000_000_000_000_000_000_000
period = "yearly"
zone = "Europe/Belin"
warn = [0, true]
[admins]
people = ["123"]
[models]
deny = 5
flat = { "veo" = -1 }
[web]
port = 99999
host = 8
[log]
level = "loud"
[limits]
answer_seconds = nan
max_files = "many"
[slack]
bot_token = "xapp-1-A-2-b"
app_token = "xoxb-1-2-b"
mode = "sockets"
workspaces = ["harbour"]
suggested_prompts = ["a", "b", "c", "d", "e"]
public_url = "bridge.example.org"
"""


TOLD = """
line 3: [poe] base_url: is not a URL that starts with http:// or https://.
line 4: [poe] key: leave out the word "Bearer" in front of it.
line 5: [poe] reqests_per_minute: is not a setting I know (did you mean requests_per_minute?).
line 6: [poe] usage_url: must not contain a user name or password.
line 7: [poe] requests_per_minute: has to be at least 1, not 0.
line 8: "peo": is not a setting I know (did you mean poe?).
line 11: [discord] token: leave out the word "Bot" in front of it.
line 12: [discord] gateway_url: is not a URL that starts with ws:// or wss://.
line 13: [discord] threads: has to be true or false.
line 14: [discord] guilds: has to be a list of server ids, like ["81384788765712384"].
line 16: [store] url: has to start with sqlite:/// (a file) or postgresql://.
line 18: [answers] threading: has to be "auto", "chain" or "replay", not cahin.
line 19: [answers] default_model: must not be empty.
line 24: [answers] max_turns: has to be a whole number, not 1.5.
line 25: [presets] Bad: needs a name of at most 32 small letters, digits, - and _.
line 26: [presets.Bad] model: has to be text in quotes, like "this".
line 28: [presets.code] temperature: has to be at most 2.0, not 3.
line 29: [presets.code] modle: is not a setting I know (did you mean model?).
line 31: [budget] person: has to be at least 0, not -5.
line 32: [budget] total: has to be at most 1,000,000,000,000,000, not 1000000000000000000000000000000.
line 33: [budget] period: has to be "day", "week", "month" or "never", not yearly.
line 34: [budget] zone: "Europe/Belin" is no time zone I know; write one like "Europe/Berlin" or "UTC".
line 35: [budget] warn: has to be at least 1, not 0.
line 35: [budget] warn: has to be a whole number.
line 37: [admins] people: "123" names no one; write the platform and the id, like "discord:80351110224678912" or "slack:U012AB3CD".
line 39: [models] deny: has to be a list, like ["one", "two"].
line 40: [models.flat] "veo": has to be at least 0, not -1.
line 42: [web] port: has to be at most 65,535, not 99999.
line 43: [web] host: has to be text in quotes, like "this".
line 45: [log] level: has to be "debug", "info", "warning" or "error", not loud.
line 47: [limits] answer_seconds: has to be an ordinary number.
line 48: [limits] max_files: has to be a whole number, not many.
line 50: [slack] bot_token: has to start with xoxb-; it stands under OAuth & Permissions.
line 51: [slack] app_token: has to start with xapp-; it stands under Basic Information, App-Level Tokens.
line 52: [slack] mode: has to be "socket" or "http", not sockets.
line 53: [slack] workspaces: has to be a list of workspace ids, like ["T012AB3CD"].
line 54: [slack] suggested_prompts: has more than 4 entries.
line 55: [slack] public_url: is not a URL that starts with http:// or https://.
"""


def test_every_problem_of_a_file_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    told = problems(written(tmp_path, BROKEN))
    assert [each.removeprefix("poebridge.toml ") for each in told] == TOLD.strip().splitlines()
    assert "hunter2" not in "".join(told)


@pytest.mark.parametrize(
    ("env", "told"),
    [
        (
            {"POEBRIDGE_POE__BASE_URL": "localhost:80"},
            "POEBRIDGE_POE__BASE_URL: is not a URL that starts with http:// or https://.",
        ),
        ({"POEBRIDGE_WEB__PORT": "abc"}, "POEBRIDGE_WEB__PORT: has to be a whole number, not abc."),
        ({"POEBRIDGE_FOO__BAR": "1"}, "POEBRIDGE_FOO__BAR: is not a setting I know."),
        (
            {"POEBRIDGE_POE__BASE_ULR": "x"},
            "POEBRIDGE_POE__BASE_ULR: is not a setting I know (did you mean base_url?).",
        ),
        (
            {"POEBRIDGE_POE_BASE_URL": "x"},
            "POEBRIDGE_POE_BASE_URL is not a setting I know. Did you mean POEBRIDGE_POE__BASE_URL?",
        ),
        (
            {"DISCORD_TOKEN": "two words"},
            "DISCORD_TOKEN: contains characters that no key or token has; copy it again.",
        ),
        (
            {"POE_API_KEY": "sk-\N{EN DASH}x"},
            "POE_API_KEY: contains characters that no key or token has; copy it again.",
        ),
        (
            {"POEBRIDGE_STORE__SECRET_KEY": "c2hvcnQ="},
            "POEBRIDGE_STORE__SECRET_KEY: has to be 32 bytes in base64, as `openssl rand -base64 32` prints them; "
            "several with commas between them.",
        ),
        (
            {"POEBRIDGE_ADMINS__PEOPLE": "discrod:1"},
            'POEBRIDGE_ADMINS__PEOPLE: "discrod:1" names no one; write the platform and the id, '
            'like "discord:80351110224678912" or "slack:U012AB3CD".',
        ),
    ],
)
def test_a_problem_of_the_environment_names_its_variable(env: dict[str, str], told: str) -> None:
    assert problems(None, env) == (told,)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[poe\n",
            "poebridge.toml line 1: this is not TOML: expected ']' at the end of a table declaration.",
        ),
        ("[web]\nport =\n", "poebridge.toml line 2: this is not TOML: invalid value."),
        ("[web]\nport = 1\nport = 2\n", "poebridge.toml line 3: this is not TOML: cannot overwrite a value."),
        ('[log]\nlevel = """x', "poebridge.toml last line: this is not TOML: unterminated string."),
        (
            "[models.flat]\nveo-3.1 = 5\n",
            'poebridge.toml line 2: [models.flat] "veo-3": is cut at its dot; '
            'write the model\'s id in quotes: "veo-3.1" = 500.',
        ),
        (
            '[answers]\ndefault_preset = "cod"\n[presets.code]\n',
            "poebridge.toml line 2: [answers] default_preset: names a preset that does not exist: "
            '"cod" (did you mean code?).',
        ),
        (
            '[models]\ndeny = ["*haiku*"]\n[presets.code]\nmodel = "gpt-5.2"\n[presets.x]\nmodel = "haiku"',
            '[answers] default_model: is "Claude-Haiku-4.5", which [models] allow and deny do not let anyone use.\n'
            'poebridge.toml line 6: [presets.x] model: is "haiku", which [models] allow and deny '
            "do not let anyone use.",
        ),
        (
            "[answers]\nfloor_tokens = 5000\n",
            "poebridge.toml line 1: [answers]: floor_tokens must not be larger than max_output_tokens.",
        ),
        (
            "[poe]\nuncertain_seconds = 60\n",
            "poebridge.toml line 1: [poe]: uncertain_seconds must not be smaller than books_settle_seconds.",
        ),
        ("poe = 5\n", "poebridge.toml line 1: [poe]: has to be a table of its own."),
        ('[poe]\nbase_url = "http://[::1"\n', None),
    ],
)
def test_a_broken_file_is_explained(tmp_path: Path, text: str, told: str | None) -> None:
    found = problems(written(tmp_path, text))
    if told is not None:
        assert "\n".join(found) == told
    else:
        assert "is not a URL; write one that starts with http:// or https://" in found[0]
