"""Discord closes a way: a token dies, somebody takes no direct messages, a thread is put away, a permission is missing."""

from __future__ import annotations

from adapters.discord.replies import UNREACHED
from adapters.sim.discord import posting
from bridge.values.notices import Trouble, TurnEnded
from tests.journeys.stories import command, has, quick


def told_others(whole, place="general") -> str:
    """All that somebody else reads of the bot there."""
    return "\n".join(
        message.content for message in whole.dc.as_person("cleo").sees(place) if message.author.bot
    )


async def test_a_private_answer_whose_token_dies_is_never_told_to_others(make_whole):
    async with make_whole(speed=200.0) as whole:
        quick(whole)
        await whole.start()
        whole.dc.world.user("ben").accepts_dms = False
        asking = whole.dc.as_person("ben").slash(
            "ask", {"prompt": "My diary [[len=1500]]", "private": True}, where="general"
        )
        await whole.dc.world.until(lambda: asking.original and asking.original.content)
        whole.dc.world.rules.token_seconds = -1.0
        await whole.hears(TurnEnded)
        # whatever is still said about it is said before the next answer stands
        await whole.ask("ada", "lab", "hello")

        assert told_others(whole) == ""
        assert asking.original.content


async def test_what_an_admin_asked_is_never_told_to_others(whole):
    ada = whole.dc.as_person("ada")
    whole.dc.world.user("ada").accepts_dms = False
    whole.dc.faults.fail(404, code=10015, path="/webhooks")
    ada.slash("status", {}, where="general")
    (trouble,) = await whole.hears(Trouble)

    assert (trouble.where, trouble.error) == ("reply", "ChatForbidden")
    assert told_others(whole) == ""
    assert "answers" in (await command(whole, "ada", "status")).lower()


async def test_an_answer_in_a_thread_that_is_put_away_grows_to_its_end(make_whole):
    async with make_whole(speed=200.0) as whole:
        await whole.start()
        ben = whole.dc.as_person("ben")
        thread = ben.start_thread("Tides", where="general")
        ben.say(thread, "Explain tides [[len=1200]]", mention_bot=True)
        answer = await whole.dc.world.until(
            lambda: next((one for one in whole.dc.world.from_bot(thread) if one.content), None)
        )
        posting.set_archived(whole.dc.world, thread, True)
        await whole.dc.world.until(lambda: has(answer, "regenerate"))

        assert len(answer.content) > 1000
        assert len(whole.dc.world.from_bot(thread)) == 1
        assert not whole.dc.world.from_bot(whole.dc.world.dm("ben").id)


async def test_without_the_right_to_read_back_an_answer_stands_all_the_same(whole):
    whole.dc.world.deny("general", "read_message_history")
    answer = await whole.ask("ben", "general", "hello")

    assert answer.reference is None
    assert UNREACHED not in told_others(whole)
    assert not whole.dc.world.from_bot(whole.dc.world.dm("ben").id)


async def test_an_admin_named_in_the_configuration_is_offered_the_admins_commands(make_whole):
    async with make_whole() as whole:
        ben = whole.dc.world.user("ben")
        whole.env["POEBRIDGE_ADMINS__PEOPLE"] = f"discord:{ben.id}"
        await whole.start()
        offered = {entry["name"] for entry in whole.dc.as_person("ben").commands("general")}
        assert {"budget", "status"} <= offered
        assert await command(whole, "ben", "budget show")
