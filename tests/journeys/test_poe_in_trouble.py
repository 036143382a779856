"""Poe refuses, breaks, or is not there: what the person reads, what becomes of their points, and that the next question works."""

from __future__ import annotations

import socket

import pytest

from bridge.values.notices import Reconciled, TurnEnded
from bridge.values.points import HoldState
from tests.journeys.stories import asked, at_home, command, has, quick

ASK = "Explain the tides in 40 words"
BUSY = "Poe is very busy just now. Please try again in a moment."
BROKEN = "Poe had a problem before it could answer. You can try again."
FAILED = "The model failed while answering. You can try again."
CUT = "The connection to Poe broke in the middle of the answer. You can try again."
UNKNOWN_COST = "What this cost is not known yet; it will be booked from Poe's own records."


async def states(whole) -> list[HoldState]:
    return [hold.state for hold in await whole.house.store.open_holds()]


async def spent(whole) -> int:
    return sum(notice.settled for notice in await whole.hears(TurnEnded))


async def goes_on(whole) -> None:
    """Whatever it was, the next question is answered, and the books are right."""
    whole.poe.world.faults.clear()
    answer = await whole.ask("ada", "lab", "Say hello in 5 words")
    assert "points" in answer.content
    assert await whole.house.store.verify() == ()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "Poe did not accept the request."),
        (401, "Poe does not accept this bridge's key. An admin has to set a valid one."),
        (402, "The Poe account behind this bridge has no points left. An admin has to top it up."),
        (403, "The model's provider declined to answer this."),
        (404, "Poe does not offer this model (any more). Choose another with /model."),
        (413, "This conversation is longer than the model can read. Start a new one with /new."),
        (429, BUSY),
        (503, BUSY),
        (529, BUSY),
    ],
)
async def test_a_refusal_is_said_and_gives_the_points_back(whole, status, said):
    whole.poe.world.faults.add(endpoint="responses", status=status, times=None)
    answer = await whole.ask("ben", "general", ASK)

    assert said in answer.content
    assert has(answer, "regenerate")
    assert await states(whole) == []
    assert await spent(whole) == 0
    await goes_on(whole)


async def test_a_bare_500_may_have_cost_something_so_its_points_stay_set_aside(whole):
    whole.poe.world.faults.add(endpoint="responses", status=500, times=None)
    answer = await whole.ask("ben", "general", ASK)

    assert BROKEN in answer.content
    assert await states(whole) == [HoldState.UNCERTAIN]
    await goes_on(whole)


async def test_a_server_that_is_busy_for_a_moment_is_not_noticed(whole):
    whole.poe.world.faults.add(endpoint="responses", status=503, times=2)
    answer = await whole.ask("ben", "general", ASK)

    assert BUSY not in answer.content
    assert await states(whole) == []
    assert len(whole.dc.world.from_bot("general")) == 1


@pytest.mark.parametrize(
    ("ending", "said", "money"),
    [
        ("failed", FAILED, "known or uncertain"),
        ("incomplete", "The answer reached its length limit.", "settled"),
        ("filtered", "The model's content filter ended this answer.", "settled"),
        ("error", FAILED, "uncertain"),
        ("error_nested", FAILED, "uncertain"),
        ("bare_error", FAILED, "uncertain"),
        ("none", CUT, "uncertain"),
        ("cut", CUT, "uncertain"),
    ],
)
async def test_however_a_stream_ends_what_came_stays_and_the_books_are_right(whole, ending, said, money):
    whole.poe.world.faults.add(endpoint="responses", ending=ending, after=12)
    answer = await whole.ask("ben", "general", ASK)
    found = await states(whole)

    assert said in answer.content
    assert answer.content.startswith(whole.poe.world.calls[0].text[:20])
    assert (UNKNOWN_COST in answer.content) == (found != [])
    if money == "settled":
        assert found == []
        assert await spent(whole) > 0
    if money == "uncertain":
        assert found == [HoldState.UNCERTAIN]
    await goes_on(whole)


async def test_a_stream_that_fails_before_its_first_word_leaves_only_the_sentence(whole):
    whole.poe.world.faults.add(endpoint="responses", ending="failed", after=0)
    answer = await whole.ask("ben", "general", ASK)

    assert FAILED in answer.content
    await goes_on(whole)


async def test_an_answer_that_comes_whole_where_a_stream_was_asked_for_is_an_answer(whole):
    whole.poe.world.faults.add(endpoint="responses", as_json=True)
    answer = await whole.ask("ben", "general", ASK)

    assert answer.content.startswith(whole.poe.world.calls[0].text[:40])
    assert await states(whole) == []
    await goes_on(whole)


async def test_an_answer_without_its_usage_is_booked_later_and_not_called_free(whole):
    whole.poe.world.faults.add(endpoint="responses", usage="missing")
    answer = await whole.ask("ben", "general", ASK)

    assert UNKNOWN_COST in answer.content
    assert await states(whole) == [HoldState.UNCERTAIN]
    await goes_on(whole)


async def test_a_connection_that_is_closed_without_a_word_is_uncertain(whole):
    whole.poe.world.faults.add(endpoint="responses", reset=True, times=None)
    answer = await whole.ask("ben", "general", ASK)

    assert BROKEN in answer.content
    assert await states(whole) == [HoldState.UNCERTAIN]
    await goes_on(whole)


async def test_an_answer_that_never_ends_is_ended_here(make_whole):
    async with make_whole(settings={"answer_seconds": 1.0}) as whole:
        await whole.start()
        whole.poe.world.faults.add(endpoint="responses", ending="stall", after=12)
        answer = await whole.ask("ben", "general", ASK)

        assert "The answer took too long and was ended here." in answer.content
        assert await states(whole) == [HoldState.UNCERTAIN]
        await goes_on(whole)


def closed_port() -> str:
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


async def test_while_poe_is_not_there_people_are_told_so_and_nothing_is_held(make_whole):
    nowhere = closed_port()
    away = {"POEBRIDGE_POE__BASE_URL": f"{nowhere}/v1", "POEBRIDGE_POE__USAGE_URL": nowhere}
    async with make_whole(env=away) as whole:
        whole.settings |= at_home(whole)
        await whole.start()
        answer = await whole.ask("ben", "general", ASK)
        status = await command(whole, "ada", "status")

        assert "I can't reach Poe just now. Please try again in a moment." in answer.content
        assert await states(whole) == []
        assert await whole.house.store.verify() == ()
        assert "Poe balance: unknown. I can't reach Poe just now." in status
        assert "no published price" not in answer.content


async def test_a_wrong_key_is_said_to_whoever_asks_and_to_the_admin(make_whole):
    async with make_whole(env={"POEBRIDGE_POE__KEY": "wrong-key-" + "x" * 30}) as whole:
        whole.settings |= at_home(whole)
        await whole.start()
        answer = await whole.ask("ben", "general", ASK)
        status = await command(whole, "ada", "status")

        assert "Poe does not accept this bridge's key." in answer.content
        assert "Poe does not accept this bridge's key." in status
        assert await states(whole) == []


async def test_an_empty_account_is_said_and_works_again_when_it_is_filled(make_whole):
    async with make_whole(balance=0) as whole:
        await whole.start()
        answer = await whole.ask("ben", "general", ASK)
        whole.poe.world.balance = 100_000

        assert "has no points left. An admin has to top it up." in answer.content
        assert await states(whole) == []
        await goes_on(whole)


async def test_what_was_uncertain_is_booked_from_poes_own_records(make_whole):
    soon = {"POEBRIDGE_POE__BOOKS_SETTLE_SECONDS": "0.5"}
    async with make_whole(env=soon, row_after=0.05, cost_after=0.05) as whole:
        await whole.start()
        whole.poe.world.faults.add(endpoint="responses", ending="cut", after=12)
        await whole.ask("ben", "general", ASK)
        charged = whole.poe.world.calls[0].points
        await whole.hears(Reconciled)

        assert charged
        assert await states(whole) == []
        assert f"{charged} spent" in await command(whole, "ben", "points")
        assert await whole.house.store.verify() == ()


async def test_a_model_taken_off_the_list_is_said_and_another_answers(whole):
    whole.poe.world.catalog.remove("claude-haiku-4.5")
    answer = await whole.ask("ben", "general", ASK)
    await command(whole, "ben", "model", {"name": "gpt-5.2"})
    other = await whole.ask("ben", "general", ASK)

    assert "Poe does not offer this model (any more). Choose another with /model." in answer.content
    assert "GPT-5.2 ·" in other.content


async def test_a_chained_question_that_meets_a_500_is_asked_once_more_with_everything(whole):
    quick(whole)
    first = await whole.ask("ben", "general", "My name is Ben")
    whole.poe.world.faults.add(endpoint="responses", status=500, times=1)
    answer = await whole.ask("ben", "general", "What is my name?", reply_to=first)

    assert "Ben" in answer.content
    assert "My name is Ben" in asked(whole)
    assert await states(whole) == [HoldState.UNCERTAIN]
    assert await whole.house.store.verify() == ()
