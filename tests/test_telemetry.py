from __future__ import annotations

import json

import pytest
import structlog

from bridge.telemetry import Counters, Problems, everyone, logged
from bridge.values.notices import (
    ChainRepaired,
    Duplicate,
    FirstWord,
    Ignored,
    Reconciled,
    Trouble,
    TurnBegan,
    TurnEnded,
    WriteRefused,
    Wrote,
)

ENDED = TurnEnded(
    turn="t",
    model="m",
    state="settled",
    held=100,
    settled=30,
    released=70,
    seconds=1.0,
    final_late=0.1,
)


def test_counters_tell_what_happened():
    counters = Counters()
    began = TurnBegan(turn="t", model="m", held=100, chained=True, replayed=False)
    for notice in (
        began,
        TurnBegan(turn="t", model="m", held=50, chained=False, replayed=True),
        TurnBegan(turn="t", model="m", held=50, chained=False, replayed=False),
        ENDED,
        ChainRepaired(turn="t", model="m", released=50),
        Wrote(turn="t", verb="post", bucket="b"),
        Wrote(turn="t", verb="edit", bucket="b"),
        Wrote(turn="t", verb="edit", bucket="b"),
        Duplicate(event="e"),
        Reconciled(hold="t.1", settled=5, released=95, corrected=0, how="matched"),
        Reconciled(hold="t.2", settled=0, released=0, corrected=-3, how="matched"),
        WriteRefused(turn="t", verb="edit", error="ChatBusy"),
        WriteRefused(turn="t", verb="edit", error="ChatGone"),
        Trouble(where="sweep", error="StoreBusy"),
        FirstWord(turn="t", since_event=0.2, since_word=0.1),
    ):
        counters(notice)

    assert counters.counts == {
        "points_held": 200,
        "points_settled": 35,
        "points_released": 215,
        "points_corrected": -3,
        "turns": 1,
        "chained": 1,
        "replayed": 1,
        "fresh": 1,
        "chains_refused": 1,
        "messages": 1,
        "edits": 2,
        "duplicates_suppressed": 1,
        "rate_limited": 1,
        "writes_refused": 1,
        "troubles": 1,
    }


def test_problems_are_kept_as_a_few_sentences():
    problems = Problems(now=lambda: 1_700_000_000.0)
    for _ in range(30):
        everyone(problems, Counters())(Trouble(where="sweep", error="StoreBusy"))
    problems(WriteRefused(turn="t", verb="post", error="ChatGone"))
    problems(ENDED)

    assert len(problems.last) == 10
    assert problems.last[-1] == "14 Nov 22:13 UTC: ChatGone in post"


def test_a_problem_of_one_of_several_platforms_names_it():
    problems = Problems(now=lambda: 1_700_000_000.0)
    problems.of("Slack")(Trouble(where="reply", error="ChatGone"))
    problems.of("Slack")(ENDED)

    assert list(problems.last) == ["14 Nov 22:13 UTC: Slack, ChatGone in reply"]


def test_a_stream_that_begins_is_a_message_and_what_follows_changes_it():
    counters = Counters()
    for verb in ("begin", "append", "append", "end", "post", "edit"):
        counters(Wrote(turn="t", verb=verb, bucket="b"))

    assert counters.counts == {"messages": 2, "edits": 4}


def test_every_notice_worth_it_is_one_record(capsys: pytest.CaptureFixture[str]):
    logger = structlog.wrap_logger(
        structlog.PrintLogger(),
        processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
    )
    notify = logged(logger)
    for notice in (ENDED, Ignored(event="e", reason="not for us"), Trouble(where="sweep", error="StoreBusy")):
        notify(notice)

    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(record["event"], record["level"]) for record in records] == [
        ("TurnEnded", "info"),
        ("Trouble", "warning"),
    ]
    assert records[0]["settled"] == 30
