"""Stop, Regenerate and Continue: pressed while an answer is written, after it, and after a restart."""

from __future__ import annotations

from bridge.values.notices import TurnEnded


def button(message, action: str) -> str:
    return next(
        part["custom_id"]
        for row in message.components
        for part in row["components"]
        if part.get("custom_id", "").startswith(f"pb:{action}:")
    )


async def writing(whole, place: str = "general"):
    return await whole.dc.world.until(
        lambda: next(
            (m for m in whole.dc.world.from_bot(place) if "pb:stop:" in str(m.components) and m.content), None
        )
    )


async def test_stop_ends_the_answer_where_it_is(make_whole):
    async with make_whole(speed=40.0) as whole:
        await whole.start()
        whole.dc.as_person("ada").say("general", "Tell me everything [[len=8000]]", mention_bot=True)
        message = await writing(whole)
        whole.dc.as_person("ada").press(message, button(message, "stop"))
        (done,) = await whole.answered("general", 1)

        assert "pb:stop:" not in str(done.components)
        assert len(done.content) < 2000
        (ended,) = await whole.hears(TurnEnded)
        assert ended.state == "stopped"


async def test_only_the_asker_or_an_admin_stops_and_the_other_is_told_so_privately(make_whole):
    async with make_whole(speed=40.0) as whole:
        await whole.start()
        whole.dc.as_person("ben").say("general", "Tell me everything [[len=4000]]", mention_bot=True)
        message = await writing(whole)
        whole.dc.as_person("cleo").press(message, button(message, "stop"))
        said = await whole.dc.world.until(
            lambda: next((m for m in whole.dc.as_person("cleo").sees("general") if m.ephemeral), None)
        )
        assert "Only the person who asked or an admin" in said.content
        assert whole.told(TurnEnded) == []

        whole.dc.as_person("ada").press(message, button(message, "stop"))
        await whole.answered("general", 1)


async def test_regenerate_asks_the_same_question_and_leaves_the_first_answer(whole):
    first = await whole.ask("ada", "general", "Name three colours")
    whole.dc.as_person("ada").press(first, button(first, "regenerate"))
    answers = await whole.answered("general", 2)

    assert len(answers) == 2
    bodies = [str(call.body["input"]) for call in whole.poe.world.calls]
    assert bodies[0] == bodies[1]
    assert answers[1].reference.message_id == answers[0].reference.message_id


async def test_buttons_work_after_a_restart(whole):
    first = await whole.ask("ada", "general", "Name three colours")
    await whole.restart()
    whole.dc.as_person("ada").press(first, button(first, "regenerate"))

    assert len(await whole.answered("general", 2)) == 2


async def test_an_answer_that_ended_for_length_is_continued(make_whole):
    async with make_whole(env={"POEBRIDGE_ANSWERS__MAX_OUTPUT_TOKENS": "300"}) as whole:
        await whole.start()
        first = await whole.ask("ada", "general", "Explain at length [[len=4000]]")
        whole.dc.as_person("ada").press(first, button(first, "continue"))
        await whole.answered("general", 2)

        assert "Continue exactly where you stopped" in str(whole.poe.world.calls[1].body["input"])
        assert whole.poe.world.calls[1].previous_response_id == whole.poe.world.calls[0].response_id


async def test_stop_by_command_stops_the_answers_here(make_whole):
    async with make_whole(speed=40.0) as whole:
        await whole.start()
        ada = whole.dc.as_person("ada")
        ada.say("general", "Tell me everything [[len=8000]]", mention_bot=True)
        await writing(whole)
        said = await whole.told_privately(ada.slash("stop", {}, where="general"))
        await whole.answered("general", 1)

        assert "1" in said or "topped" in said
