from __future__ import annotations

import asyncio
import io
import json
import logging
import sys

import pytest

from bridge.wiring import logs

CANARIES = [
    "Authorization: Bearer sk-poe-1234567890abcdef",
    "Bot MTE4NDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789AB",
    "MTE4NDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789AB",
    "POST /webhooks/123456/aW50ZXJhY3Rpb246dG9rZW4 failed",
    "GET https://cdn.discordapp.com/attachments/1/2/cat.png?ex=66aa&is=66bb&hm=deadbeef",
    "xoxb-123456789-abcdef",
    "xoxe.xoxp-1-abcdef.ghijk",
    "xapp-1-A0123-456-abcdef",
    "POST https://hooks.slack.com/commands/T0123/456/abcdefGHIJK",
    "wss://wss-primary.slack.com/link/?ticket=0123abcd-ef45&app_id=67",
]
KEY = 'kXy8_abcDEF1234567890/"wertyuiopASDFGHJKLzx'
"""No pattern finds it, and every layout writes it differently."""
WORDS = "dear diary"
LAYOUTS = pytest.mark.parametrize("layout", ["text", "json"])


@pytest.fixture(autouse=True)
def restored():
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)


class Talkative(Exception):
    """Says everything it knows."""

    def __repr__(self) -> str:
        return f"Talkative({WORDS!r})"


def fail() -> None:
    """An exception with words and a key in its text, its notes, its frames, its group and its cause."""
    words, headers = WORDS, {"key": KEY}
    try:
        raise KeyError(words, headers)
    except KeyError as cause:
        error = Talkative(f"said: {words} with {KEY}")
        error.add_note(words)
        raise ExceptionGroup(words, [error, ValueError(KEY)]) from cause


def failed() -> BaseException:
    try:
        fail()
    except ExceptionGroup as error:
        return error
    raise AssertionError


def safe(said: str) -> str:
    """The same text, once it is sure that nothing of anybody is in it."""
    assert "diary" not in said
    assert not any(part in said for part in ("kXy8", "abcDEF", "wertyuiop"))
    return said


@pytest.mark.parametrize("line", CANARIES)
def test_what_looks_like_a_secret_never_leaves(line, capsys):
    logger = logs.set_up("info", "json")
    logger.info("Trouble", detail=line)

    text = capsys.readouterr().err
    assert "[secret]" in json.loads(text)["detail"]
    assert not any(secret in text for secret in ("abcdef", "aW50ZX", "deadbeef", "66aa"))


@LAYOUTS
@pytest.mark.parametrize("spelled", [KEY, json.dumps(KEY), "kXy8_abcDEF1234567890%2F%22wertyuiopASDFGHJKLzx"])
def test_a_secret_of_the_configuration_never_leaves_whatever_it_looks_like(layout, spelled, capsys):
    logger = logs.set_up("info", layout, ("", KEY, KEY[:12]))
    logger.info("Trouble", detail=f"a{spelled}b")

    assert "[secret]" in safe(capsys.readouterr().err)


def test_without_secrets_nothing_is_taken_for_one(capsys):
    logs.set_up("info", "json", ("",)).info("Serving", port=8080)

    assert json.loads(capsys.readouterr().err)["port"] == 8080


def test_libraries_are_heard_from_warnings_up(capsys):
    logs.set_up("info", "text")
    logging.getLogger("discord.http").info("a body with words")
    logging.getLogger("discord.http").warning("slow")

    assert "slow" in (said := capsys.readouterr().err)
    assert "words" not in said


@LAYOUTS
@pytest.mark.parametrize("name", ["discord.client", "aiohttp.client", "uvicorn.error", "httpx"])
def test_of_a_library_s_exception_its_types_and_frames_are_kept(layout, name, capsys):
    logs.set_up("info", layout)
    logging.getLogger(name).error("Ignoring exception in %s", WORDS, exc_info=failed(), stack_info=True)

    said = safe(capsys.readouterr().err)
    assert all(part in said for part in (name, "Ignoring exception in [withheld]", "error", "in fail"))
    assert all(kind in said for kind in ("ExceptionGroup", "Talkative", "ValueError", "KeyError"))


@LAYOUTS
def test_our_own_exceptions_are_told_the_same_way(layout, capsys):
    logger = logs.set_up("info", layout)
    try:
        fail()
    except ExceptionGroup:
        logger.exception("Broken", turn="t1")
    logger.error("Again", exc_info=failed())

    said = safe(capsys.readouterr().err)
    assert all(part in said for part in ("Broken", "t1", "Again"))
    assert said.count("Talkative") == 2


def test_json_stays_one_line_for_each_record(capsys):
    logs.set_up("info", "json")
    logging.getLogger("discord.client").error("Ignoring", exc_info=failed())

    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert told["exception"].startswith("ExceptionGroup\n  File ")
    assert set(told) == {"event", "logger", "level", "timestamp", "exception"}


@LAYOUTS
@pytest.mark.parametrize(
    ("template", "args", "kept"),
    [
        ("%s asked %r in %d ms", (WORDS, {"a": WORDS}, 12), "[withheld] asked '[withheld]' in 12 ms"),
        ("waiting %.2f seconds for %s", (1.5, None), "waiting 1.50 seconds for None"),
        ("%(who)s waits %(for)d s", ({"who": WORDS, "for": 3},), "[withheld] waits 3 s"),
        ("%d seconds", (WORDS,), "%d seconds"),
        ("%s", (), "%s"),
        ("%s and %s", (WORDS,), "%s and %s"),
        (f"Exception in callback talk({WORDS!r})\nhandle: <{WORDS}>", (), "Exception in callback talk"),
        (f"Failed: {WORDS}", (), "Failed"),
        (f"<{WORDS}>", (), "[withheld]"),
        (Talkative(WORDS), (), "Talkative"),
    ],
)
def test_of_a_library_s_arguments_only_numbers_are_kept(layout, template, args, kept, capsys):
    logs.set_up("info", layout)
    logging.getLogger("library").warning(template, *args)

    assert kept in safe(capsys.readouterr().err)


def test_a_record_that_can_not_be_written_is_not_printed_with_its_arguments(monkeypatch, capsys):
    closed = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", closed)
        logs.set_up("info", "text")
    closed.close()
    logging.getLogger("library").warning("said %s", WORDS)

    assert capsys.readouterr().err == ""


@LAYOUTS
def test_a_lost_connection_that_is_made_again_is_one_line(layout, capsys):
    logs.set_up("info", layout)
    logging.getLogger("discord.client").error("Attempting a reconnect in %.2fs", 1.234, exc_info=failed())

    (line,) = safe(capsys.readouterr().err).splitlines()
    assert all(
        part in line for part in ("Attempting a reconnect in 1.23s", "ExceptionGroup", "discord.client")
    )


@LAYOUTS
async def test_what_an_event_loop_tells_of_a_callback_holds_no_words(layout, capsys):
    def talk(_words: str) -> None:
        raise Talkative(WORDS)

    logs.set_up("info", layout)
    passed = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.call_soon(talk, WORDS)
    loop.call_soon(passed.set)
    await passed.wait()

    said = safe(capsys.readouterr().err)
    assert all(part in said for part in ("Exception in callback", "asyncio", "Talkative", "in talk"))


@LAYOUTS
def test_an_exception_that_came_from_itself_is_told_once(layout, capsys):
    logs.set_up("info", layout)
    one, two = KeyError(WORDS), ValueError(WORDS)
    one.__context__, two.__context__ = two, one
    logging.getLogger("library").error("Broken", exc_info=one)

    said = safe(capsys.readouterr().err)
    assert (said.count("KeyError"), said.count("ValueError")) == (1, 1)
