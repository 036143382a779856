"""`/new`, `/stop`, `/forget`, and an `/ask` without a question."""

from __future__ import annotations

from dataclasses import replace

from bridge.commands import run
from tests.commands.scene import ADA, BOB, DIRECT, ROOT, THREAD, Chat, Scene, given


async def test_a_new_conversation_in_a_channel_is_a_thread(scene: Scene) -> None:
    chat = Chat()
    desk = replace(scene.desk, chat=chat)  # type: ignore[arg-type]
    first = await run(given("new", who=ADA, title="  Trip\nto *Rome* "), desk)
    second = await run(given("new", who=ADA, title="x" * 300), desk)
    third = await run(given("new", who=ADA), desk)
    assert (
        first.text == r"I opened the thread **Trip to \*Rome\***. Write there; you don't have to mention me."
    )
    assert (first.private, second.private) == (True, True)
    assert chat.opened == ["Trip to *Rome*", "x" * 90, "Chat with Ada"]
    assert third.text.startswith("I opened the thread **Chat with Ada**.")


async def test_where_there_are_no_threads_a_mention_is_enough(scene: Scene) -> None:
    without = replace(scene.desk, chat=Chat(threads=False))  # type: ignore[arg-type]
    forbidden = replace(scene.desk, chat=Chat(allowed=False))  # type: ignore[arg-type]
    nowhere = replace(scene.desk, chat=None)
    plain = "Here every mention begins a new conversation. Mention me with your question."
    assert (await run(given("new"), without)).text == plain
    assert (await run(given("new"), nowhere)).text == plain
    assert (await run(given("new"), forbidden)).text == (
        "I'm not allowed to open threads here. Mention me instead: each mention begins a new conversation."
    )


async def test_a_new_conversation_in_a_thread_leaves_the_old_one_behind(scene: Scene) -> None:
    for place in (THREAD, DIRECT):
        await scene.spend(ADA, 1, place)
        scene.clock.time += 1
        assert await scene.store.newest(place, ADA.id) is not None
        reply = await scene.reply("new", who=ADA, place=place)
        assert reply.text.startswith("A new conversation begins here")
        assert not reply.private
        assert await scene.store.newest(place, ADA.id) is None


async def test_stop_ends_one_s_own_answers(scene: Scene) -> None:
    assert await scene.say("stop", who=ADA) == "Stopped."
    scene.live.answers = 2
    assert await scene.say("stop", who=ADA) == "Stopped 2 answers."
    scene.live.answers = 0
    assert await scene.say("stop", who=ADA) == "I'm not writing an answer for you here."
    assert scene.live.asked == [("50", "1", False)] * 3


async def test_only_admins_stop_everybody(scene: Scene) -> None:
    assert await scene.say("stop", who=ADA, everyone=True) == (
        "Only an admin can stop other people's answers. Without everyone, /stop ends your own."
    )
    assert scene.live.asked == []
    assert await scene.say("stop", who=ROOT, everyone=True) == "Stopped."
    assert scene.live.asked == [("50", "3", True)]
    scene.live.answers = 0
    assert await scene.say("stop", who=ROOT, everyone=True) == "Nothing is being written here."


async def test_nothing_is_live_from_a_shell(scene: Scene) -> None:
    reply = await run(given("stop"), replace(scene.desk, live=None))
    assert reply.text == "I'm not writing an answer for you here."


async def test_forgetting_asks_first_and_then_erases_one_s_own_words(scene: Scene) -> None:
    await scene.house()
    first = await scene.spend(ADA, 5)
    second = await scene.spend(BOB, 7)
    asked = await scene.say("forget", who=ADA)
    assert asked.startswith("This erases what you asked me")
    assert asked.endswith("To do it, use /forget with confirm.")
    assert await scene.say("forget", who=ADA, confirm=True) == "Erased: 1 question and its answer."
    assert await scene.say("forget", who=ADA, confirm=True) == "There was nothing to erase."
    ada, bob = await scene.store.get(first), await scene.store.get(second)
    assert ada is not None
    assert bob is not None
    assert (ada.turn.prompt.text, bob.turn.prompt.text) == ("", "why?")
    assert "5 spent" in await scene.say("points", who=ADA)


async def test_an_ask_without_a_question_is_answered(scene: Scene) -> None:
    assert (
        await scene.say("ask", who=ADA, prompt=" ")
        == "Ask me something: I got no text and no file I can read."
    )
