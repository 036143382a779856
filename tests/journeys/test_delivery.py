"""What stands on the platform: whole, in order, never faster than allowed, never twice."""

from __future__ import annotations

from itertools import pairwise

from bridge.values.notices import Duplicate, WriteRefused


def whole_text(pages) -> str:
    """What people read of an answer, without our small print."""
    lines = [line for page in pages for line in page.content.splitlines() if not line.startswith("-# ")]
    return "".join("".join(lines).split())


async def test_a_long_answer_rolls_over_with_its_code_blocks_whole(make_whole):
    async with make_whole(speed=300.0) as whole:
        await whole.start()
        await whole.ask("ada", "general", "Explain the sea [[len=6000]]")
        pages = whole.dc.world.from_bot("general")

    assert len(pages) >= 3
    assert all(len(page.content) <= 2000 for page in pages)
    assert all(page.content.count("```") % 2 == 0 for page in pages)
    assert [bool(page.components) for page in pages] == [False] * (len(pages) - 1) + [True]
    for page in pages:
        texts = [len(version.content) for version in page.versions]
        assert all(later >= earlier - 60 for earlier, later in pairwise(texts))


async def test_nothing_of_a_plain_answer_is_lost_over_three_messages(make_whole):
    text = " ".join(f"word{number}" for number in range(700))
    async with make_whole(speed=400.0) as whole:
        await whole.start()
        await whole.ask("ada", "general", f"[[echo]]{text[:1900]}")
        said = whole.dc.world.from_bot("general")

    assert whole_text(said) == "".join(text[:1900].split())


async def test_past_the_last_message_the_rest_comes_as_a_file(make_whole):
    async with make_whole(env={"POEBRIDGE_ANSWERS__MAX_MESSAGES": "2"}) as whole:
        await whole.start()
        await whole.ask("ada", "general", "Explain the sea [[len=9000]]")
        pages = whole.dc.world.from_bot("general")
        files = [attachment for page in pages for attachment in page.attachments]

        assert len(files) == 1
        assert files[0].filename.endswith(".md")
        rest = whole.dc.world.files.read(pages[-1].channel_id, files[0]).decode()
        answer = whole.poe.world.calls[0].text
        assert rest.strip()[-200:] == answer.strip()[-200:]


async def test_no_429_while_four_answers_grow_in_one_channel(make_whole):
    async with make_whole(speed=60.0) as whole:
        await whole.start()
        for person in ("ada", "ben", "cleo", "ada"):
            whole.dc.as_person(person).say("general", "Explain tides [[len=1200]]", mention_bot=True)
        answers = await whole.answered("general", 4)

        assert whole.dc.world.rate_limited == 0
        assert whole.told(WriteRefused) == []
        for answer in answers:
            contents = [(version.content, str(version.components)) for version in answer.versions]
            assert len(contents) == len(set(contents))


async def test_an_event_delivered_again_is_answered_once(whole):
    await whole.ask("ada", "general", "Say hello in 5 words")
    whole.dc.gateway.duplicate(count=5)
    await whole.hears(Duplicate)
    await whole.restart()
    whole.dc.gateway.duplicate(count=5)
    await whole.ask("ada", "help", "And you? In 5 words")

    assert len(whole.poe.world.calls) == 2
    assert len(whole.finished("general")) == 1


async def test_a_lost_response_does_not_post_twice(whole):
    whole.dc.faults.lose_response(times=1, method="POST", path="/messages")
    await whole.ask("ada", "general", "Say hello in 5 words")

    assert len(whole.dc.world.from_bot("general")) == 1


async def test_discord_failing_for_a_while_loses_no_final(make_whole):
    async with make_whole(speed=200.0) as whole:
        await whole.start()
        whole.dc.faults.fail(status=503, times=4, method="PATCH")
        answer = await whole.ask("ada", "general", "Explain tides in 150 words")

        assert answer.content.replace("\n", "").startswith(
            whole.poe.world.calls[0].text[:50].replace("\n", "")
        )
        assert "-# Claude" in answer.content


async def test_a_deleted_answer_is_posted_anew_when_it_is_done(make_whole):
    async with make_whole(speed=60.0) as whole:
        await whole.start()
        whole.dc.as_person("ada").say("general", "Explain tides in 150 words", mention_bot=True)
        message = await whole.dc.world.until(
            lambda: next((m for m in whole.dc.world.from_bot("general") if m.content), None)
        )
        whole.dc.as_person("ada").delete(message)
        (answer,) = await whole.answered("general", 1)

        assert answer.id != message.id
        assert "-# Claude" in answer.content


async def test_no_model_can_ping_anybody(whole):
    await whole.ask("ada", "general", "[[echo]]@everyone @here <@&1> wake up")

    for message in whole.dc.world.from_bot("general"):
        for version in message.versions:
            assert not version.pings.everyone
            assert not version.pings.users
            assert not version.pings.roles


async def test_every_exchange_is_as_discord_describes_it(whole, discord_oracle):
    first = await whole.ask("ada", "general", "Explain the sea [[len=3000]]")
    await whole.ask("ada", "general", "Again?", reply_to=first, files=[("a.txt", b"hello", "text/plain")])
    await whole.told_privately(whole.dc.as_person("ada").slash("points", {}, where="general"))

    discord_oracle.check(whole.dc.world.exchanges)
