"""Every way to ask: by command with each of its options, by the menu of a message, in threads, with words of others."""

from __future__ import annotations

from bridge.values.ids import ModelId
from bridge.values.models import Preset
from tests.journeys.stories import asked, button, command, grown, has, quick, small_print, whispered

PRESETS = {
    "default": Preset(name="default", model=ModelId("claude-haiku-4.5")),
    "parrot": Preset(
        name="parrot", model=ModelId("gpt-5.2"), system_prompt='answer only "Polly"', footer=False
    ),
}


async def test_ask_is_acknowledged_at_once_and_the_answer_grows_where_thinking_stood(make_whole):
    async with make_whole(speed=80.0) as whole:
        await whole.start()
        interaction = whole.dc.as_person("ada").slash("ask", {"prompt": "Explain the tides in 120 words"})
        await whole.dc.world.until(lambda: interaction.state == "deferred")
        answer = await grown(whole, interaction)

    assert [message.id for message in whole.dc.world.from_bot("general")] == [answer.id]
    assert len({version.content for version in answer.versions}) >= 3
    assert small_print(answer)[0].startswith("Claude-Haiku-4.5 ·")


async def test_ask_with_a_model_asks_that_one(whole):
    interaction = whole.dc.as_person("ada").slash("ask", {"prompt": "Hello in 5 words", "model": "gpt-5.2"})
    answer = await grown(whole, interaction)

    assert whole.poe.world.calls[0].model.lower() == "gpt-5.2"
    assert small_print(answer)[0].startswith("GPT-5.2 ·")


async def test_ask_with_a_preset_asks_as_the_preset_says(make_whole):
    async with make_whole(settings={"presets": PRESETS}) as whole:
        await whole.start()
        given = {"prompt": "Who are you?", "preset": "parrot"}
        answer = await grown(whole, whole.dc.as_person("ada").slash("ask", given))

        assert answer.content.startswith("Polly")
        assert whole.poe.world.calls[0].model.lower() == "gpt-5.2"


async def test_ask_with_an_attachment_sends_what_is_in_it(whole):
    given = {"prompt": "What is this?", "attachment": ("tides.txt", b"High water at seven.", "text/plain")}
    await grown(whole, whole.dc.as_person("ada").slash("ask", given))

    assert "tides.txt" in asked(whole)
    assert "High water at seven." in asked(whole)


async def test_a_private_ask_stays_private_also_when_it_is_asked_again(whole):
    ada = whole.dc.as_person("ada")
    interaction = ada.slash("ask", {"prompt": "A secret in 20 words", "private": True})
    answer = await grown(whole, interaction)
    ada.press(answer, button(answer, "regenerate"))
    await whole.dc.world.until(
        lambda: sum(m.ephemeral and has(m, "regenerate") for m in ada.sees("general")) == 2
    )

    assert answer.ephemeral
    assert whole.dc.world.history("general") == []
    assert whole.dc.as_person("ben").sees("general") == []


async def test_a_long_private_answer_is_private_on_every_page(whole):
    interaction = whole.dc.as_person("ada").slash(
        "ask", {"prompt": "Explain the sea [[len=4500]]", "private": True}
    )
    await whole.dc.world.until(
        lambda: any(has(m, "regenerate") for m in whole.dc.as_person("ada").sees("general"))
    )

    assert interaction.ephemeral
    assert whole.dc.world.history("general") == []
    assert len(whole.dc.as_person("ada").sees("general")) >= 3


async def test_nobody_overhears_a_private_answer_by_asking_on_in_the_same_thread(whole):
    ada, ben = whole.dc.as_person("ada"), whole.dc.as_person("ben")
    await command(whole, "ada", "new", {"title": "Tides"})
    thread = await whole.dc.world.until(
        lambda: next((c for c in whole.dc.world.channels.values() if c.name == "Tides"), None)
    )
    secret = {"prompt": "My name is Ada Lovelace", "private": True}
    await grown(whole, ada.slash("ask", secret, where=thread.id))
    answer = await grown(whole, ben.slash("ask", {"prompt": "What is my name?"}, where=thread.id))

    assert "Lovelace" not in answer.content
    assert "Lovelace" not in asked(whole)


async def test_ask_in_a_thread_goes_on_there(whole):
    await command(whole, "ada", "new", {"title": "Tides"})
    thread = await whole.dc.world.until(
        lambda: next((c for c in whole.dc.world.channels.values() if c.name == "Tides"), None)
    )
    await whole.ask("ada", thread.id, "My name is Ada", mention_bot=False)
    answer = await grown(
        whole, whole.dc.as_person("ada").slash("ask", {"prompt": "What is my name?"}, where=thread.id)
    )

    assert "Ada" in answer.content


async def test_an_answer_that_outlives_its_command_goes_on_as_a_message(make_whole):
    async with make_whole(speed=120.0) as whole:
        await whole.start()
        whole.dc.world.rules.token_seconds = 0.5
        interaction = whole.dc.as_person("ada").slash("ask", {"prompt": "Explain the sea [[len=1200]]"})
        (answer,) = await whole.answered("general", 1)

        text = whole.poe.world.calls[0].text
        assert answer.content.startswith(text[:100])
        assert text.rstrip()[-40:] in whole.dc.world.from_bot("general")[-1].content
        assert whole.dc.world.now() - interaction.at > 0.5


async def test_a_private_answer_that_outlives_its_command_is_told_directly(make_whole):
    async with make_whole(speed=120.0) as whole:
        await whole.start()
        whole.dc.world.rules.token_seconds = 0.5
        given = {"prompt": "Explain the sea [[len=1200]]", "private": True}
        whole.dc.as_person("ada").slash("ask", given)
        direct = whole.dc.world.dm("ada").id
        told = await whole.dc.world.until(lambda: whole.dc.world.from_bot(direct))

        assert whole.dc.world.history("general") == []
        assert whole.poe.world.calls[0].text[:100] in told[-1].content


async def test_ask_about_this_brings_the_message_along(whole):
    moon = whole.dc.as_person("ben").say("general", "The moon is made of basalt.")
    ada = whole.dc.as_person("ada")
    menu = ada.context_menu("Ask about this", moon)
    await whole.dc.world.until(lambda: menu.modal)
    await grown(whole, ada.submit_modal(menu, {"prompt": "Is that true?"}))

    assert "The moon is made of basalt." in asked(whole)
    assert "Is that true?" in asked(whole)


async def test_a_forwarded_message_can_be_asked_about_directly(whole):
    moon = whole.dc.as_person("ben").say("general", "The moon is made of basalt.")
    direct = whole.dc.world.dm("ada")
    whole.dc.as_person("ada").forward(moon, direct)
    await whole.answered(direct.id, 1)

    assert "The moon is made of basalt." in asked(whole)


async def test_a_mention_in_somebody_elses_thread_answers_there_and_only_there(whole):
    quick(whole)
    thread = whole.dc.as_person("ben").start_thread("Moon")
    await whole.ask("ada", thread.id, "My name is Ada", mention_bot=True)
    whole.dc.as_person("ben").say(thread.id, "Nice to meet you")
    answer = await whole.ask("ada", thread.id, "What is my name?", mention_bot=True)

    assert "Ada" in answer.content
    assert len(whole.poe.world.calls) == 2
    assert whole.dc.world.from_bot("general") == []


async def test_the_asker_is_told_their_words_once_however_often_the_bot_is_mentioned(whole):
    bot = whole.dc.world.bot.mention
    await whole.ask("ada", "general", f"{bot} Say hello {bot} in 5 words", mention_bot=False)

    assert bot not in asked(whole)
    assert len(whole.poe.world.calls) == 1


async def test_another_bot_is_never_answered(whole):
    whole.dc.as_person("robo").say("general", "Hello there", mention_bot=True)
    await whole.ask("ada", "general", "Say hello in 5 words")

    assert len(whole.poe.world.calls) == 1


async def test_regenerate_is_for_whoever_asked(whole):
    answer = await whole.ask("ada", "general", "Name three colours")
    whole.dc.as_person("ben").press(answer, button(answer, "regenerate"))

    assert "Only the person who asked can use this button." in await whispered(whole, "ben")
    assert len(whole.poe.world.calls) == 1


async def test_without_message_content_a_mention_is_answered_and_the_rest_is_said_by_status(make_whole):
    async with make_whole() as whole:
        whole.dc.world.rules.message_content_allowed = False
        await whole.start()
        answer = await whole.ask("ada", "general", "Say hello in 5 words")

        assert has(answer, "regenerate")
        assert "Limited:" in await command(whole, "ada", "status")


async def test_a_person_changes_nothing_by_changing_their_question_later(whole):
    message = whole.dc.as_person("ada").say("general", "Name three colours", mention_bot=True)
    await whole.answered("general", 1)
    whole.dc.as_person("ada").edit(message, "Name four colours")
    await whole.ask("ben", "general", "Say hello in 5 words")

    assert len(whole.poe.world.calls) == 2
