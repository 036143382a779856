"""The commands, as people type and read them: what they are offered, what they are told, and what changes."""

from __future__ import annotations

from bridge.values.ids import ModelId
from bridge.values.models import Preset
from tests.journeys.stories import at_home, command, grown, quick, small_print

ASK = "Say hello in 5 words"


async def test_help_tells_everybody_what_they_may_use(whole):
    to_ben = await command(whole, "ben", "help")
    to_ada = await command(whole, "ada", "help")

    for name in ("/ask", "/new", "/stop", "/model", "/points", "/help", "/forget", "Ask about this"):
        assert name in to_ben
    assert "/budget" not in to_ben
    assert "/status" not in to_ben
    assert "/budget set" in to_ada
    assert "/status" in to_ada


async def test_points_are_told_to_nobody_else(whole):
    await whole.ask("ben", "general", ASK)
    said = await command(whole, "ben", "points")

    assert "**Your daily budget**: 3,000 points a day" in said
    assert "ordinary answers of Claude-Haiku-4.5." in said
    assert [m for m in whole.dc.as_person("ada").sees("general") if m.ephemeral] == []


async def test_a_model_is_offered_while_it_is_typed_with_what_an_answer_costs(whole):
    ben = whole.dc.as_person("ben")
    choices = await ben.autocomplete("model", "name", "haiku 4.5")
    in_ask = await ben.autocomplete("ask", "model", "gpt", others={"prompt": "Hello"})

    assert choices[0]["value"] == "claude-haiku-4.5"
    assert choices[0]["name"].startswith("Claude-Haiku-4.5 · ~")
    assert choices[0]["name"].endswith(" points an answer")
    assert in_ask
    assert len(in_ask) <= 25
    assert all("gpt" in choice["name"].lower() for choice in in_ask)


async def test_nothing_typed_offers_the_houses_own_model_first(whole):
    choices = await whole.dc.as_person("ben").autocomplete("model", "name", "")

    assert choices[0]["value"] == "claude-haiku-4.5"


async def test_time_zones_are_offered_to_admins_while_they_type(whole):
    others = {"points": "5", "person": "ben"}
    choices = await whole.dc.as_person("ada").autocomplete("budget set", "zone", "berl", others=others)

    assert [choice["value"] for choice in choices] == ["Europe/Berlin"]


async def test_a_chosen_model_answers_from_then_on_and_only_this_person(whole):
    quick(whole)
    said = await command(whole, "ben", "model", {"name": "gpt-5.2"})
    ben = await whole.ask("ben", "general", ASK)
    ada = await whole.ask("ada", "general", ASK)
    told = await command(whole, "ben", "model")
    await command(whole, "ben", "model", {"name": "default"})
    back = await whole.ask("ben", "general", ASK)

    assert "For you, **GPT-5.2** answers from now on (~" in said
    assert small_print(ben)[-1].startswith("GPT-5.2 ·")
    assert small_print(ada)[-1].startswith("Claude-Haiku-4.5 ·")
    assert "Your own choice: **GPT-5.2**" in told
    assert small_print(back)[-1].startswith("Claude-Haiku-4.5 ·")


async def test_a_model_chosen_for_a_conversation_answers_there_with_everything_said_before(whole):
    quick(whole)
    await whole.ask("ben", "dm", "My name is Ben")
    said = await command(whole, "ben", "model", {"name": "gpt-5.2"}, where="dm")
    answer = await whole.ask("ben", "dm", "What is my name?")

    assert "In this conversation, **GPT-5.2** answers from now on" in said
    assert small_print(answer)[-1].startswith("GPT-5.2 ·")
    assert "Ben" in answer.content
    assert whole.poe.world.calls[-1].previous_response_id is None


async def test_an_admin_chooses_the_model_of_a_channel_and_others_may_not(whole):
    quick(whole)
    refused = await command(whole, "ben", "model", {"name": "gpt-5.2", "for": "channel"}, where="lab")
    await command(whole, "ada", "model", {"name": "gpt-5.2", "for": "channel"}, where="lab")
    lab = await whole.ask("ben", "lab", ASK)
    general = await whole.ask("ben", "general", ASK)

    assert "Only an admin can choose the model of a channel." in refused
    assert small_print(lab)[-1].startswith("GPT-5.2 ·")
    assert small_print(general)[-1].startswith("Claude-Haiku-4.5 ·")


async def test_a_model_the_house_denies_is_neither_offered_nor_answered(make_whole):
    async with make_whole(env={"POEBRIDGE_MODELS__DENY": "gpt-*"}) as whole:
        await whole.start()
        offered = await whole.dc.as_person("ben").autocomplete("model", "name", "gpt")
        said = await command(whole, "ben", "model", {"name": "gpt-5.2"})
        answer = await grown(
            whole, whole.dc.as_person("ben").slash("ask", {"prompt": ASK, "model": "gpt-5.2"})
        )

        assert [choice for choice in offered if choice["value"].startswith("gpt-")] == []
        assert "The model gpt-5.2 is not available here." in said
        assert "The model gpt-5.2 is not available here." in answer.content
        assert whole.poe.world.calls == []


async def test_new_in_a_thread_leaves_what_was_said_behind(whole):
    quick(whole)
    await command(whole, "ben", "new", {"title": "Tides"})
    thread = await whole.dc.world.until(
        lambda: next((c for c in whole.dc.world.channels.values() if c.name == "Tides"), None)
    )
    old = await whole.ask("ben", thread.id, "My name is Ben", mention_bot=False)
    whole.dc.as_person("ben").slash("new", {}, where=thread.id)
    await whole.dc.world.until(
        lambda: any("A new conversation begins here" in m.content for m in whole.dc.world.from_bot(thread.id))
    )
    fresh = await whole.ask("ben", thread.id, "What did I say?", mention_bot=False)
    back = await whole.ask("ben", thread.id, "What is my name?", reply_to=old)

    assert "My name is Ben" not in fresh.content
    assert "Ben" in back.content


async def test_stop_without_an_answer_says_so(whole):
    assert "I'm not writing an answer for you here." in await command(whole, "ben", "stop")
    assert "Only an admin can stop other people's answers." in await command(
        whole, "ben", "stop", {"everyone": True}
    )


async def test_status_tells_an_admin_how_the_bridge_is_doing(make_whole):
    async with make_whole(balance=654_321) as whole:
        whole.settings |= at_home(whole)
        await whole.start()
        await whole.ask("ben", "general", ASK)
        said = await command(whole, "ada", "status")

    assert "Poe balance: 654," in said
    assert "Answers being written: 0; questions waiting: 0" in said
    assert "Open holds: none" in said
    assert "No recent problems." in said


async def test_status_tells_of_what_went_wrong_without_anybodys_words(make_whole):
    async with make_whole() as whole:
        whole.settings |= at_home(whole)
        await whole.start()
        whole.poe.world.faults.add(endpoint="usage", status=500, times=None)
        await command(whole, "ada", "status")
        whole.dc.gateway.malformed()
        await whole.ask("ben", "general", "My secret word is heliotrope")
        said = await command(whole, "ada", "status")

    assert "Poe balance: unknown." in said
    assert "Recent problems:" in said
    assert "heliotrope" not in said


async def test_forget_erases_the_words_and_keeps_the_books(whole):
    quick(whole)
    first = await whole.ask("ben", "general", "My name is Ben")
    asked_first = await command(whole, "ben", "forget")
    done = await command(whole, "ben", "forget", {"confirm": True})
    answer = await whole.ask("ben", "general", "What is my name?", reply_to=first)

    assert "To do it, use /forget with confirm." in asked_first
    assert "Erased: 1 question and its answer." in done
    assert "My name is Ben" not in str(whole.poe.world.calls[-1].body["input"])
    assert "2,9" in small_print(answer)[-1]
    assert await whole.house.store.verify() == ()


async def test_commands_are_registered_once_and_not_again_by_the_next_start(whole):
    def registrations() -> int:
        return sum(
            exchange.method in ("PUT", "POST") and exchange.template.endswith("/commands")
            for exchange in whole.dc.world.exchanges
        )

    await whole.dc.world.until(lambda: whole.dc.world.commands[None])
    before = registrations()
    await whole.restart()
    await whole.ask("ben", "general", ASK)

    assert before == 1
    assert registrations() == 1


async def test_a_preset_without_a_footer_has_none(make_whole):
    presets = {
        "default": Preset(name="default", model=ModelId("claude-haiku-4.5")),
        "quiet": Preset(name="quiet", model=ModelId("claude-haiku-4.5"), footer=False),
    }
    async with make_whole(settings={"presets": presets}) as whole:
        await whole.start()
        ben = whole.dc.as_person("ben")
        offered = await ben.autocomplete("ask", "preset", "", others={"prompt": ASK})
        quiet = await grown(whole, ben.slash("ask", {"prompt": ASK, "preset": "quiet"}))
        usual = await whole.ask("ben", "general", ASK)
        on = await whole.ask("ben", "general", ASK, reply_to=quiet)

        assert [choice["value"] for choice in offered] == ["default", "quiet"]
        assert small_print(quiet) == []
        assert small_print(usual)[-1].startswith("Claude-Haiku-4.5 ·")
        assert small_print(on) == []


async def test_a_house_may_have_no_footers_at_all(make_whole):
    async with make_whole(env={"POEBRIDGE_ANSWERS__FOOTER": "false"}) as whole:
        await whole.start()

        assert small_print(await whole.ask("ben", "general", ASK)) == []


async def test_a_system_prompt_reaches_the_model_first_and_survives_chain_and_replay(make_whole):
    env = {"POEBRIDGE_ANSWERS__SYSTEM_PROMPT": 'answer only "Aye"'}
    for chaining in (True, False):
        async with make_whole(env=env, chaining=chaining) as whole:
            (whole.folder / "poebridge.sqlite3").unlink(missing_ok=True)
            await whole.start()
            first = await whole.ask("ben", "general", ASK)
            second = await whole.ask("ben", "general", "And now?", reply_to=first)

            assert first.content.startswith("Aye")
            assert second.content.startswith("Aye")
            assert whole.poe.world.calls[0].body["input"][0]["role"] == "system"
