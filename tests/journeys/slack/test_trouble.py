"""Bad input and bad luck on Slack: a clear sentence each time, and nothing lost."""

from __future__ import annotations

import pytest

from adapters.sim.slack import oauth, posting
from bridge.values.errors import ConfigError
from bridge.values.notices import TurnEnded, WriteRefused
from bridge.wiring import checking
from tests.contracts.chat import OnSlack, growing
from tests.journeys.slack.stories import (
    ASK,
    ask,
    body,
    books_are_right,
    busy_sessions,
    calls,
    command,
    eventually,
    generous,
    has,
    idle,
    letters,
    pages,
    person,
    say,
    streaming,
    told,
    until,
    whispered,
)

LONG = "Tell me everything [[len=1500]]"


async def directly(slack, who: str, sees: str):
    """What somebody was told in their direct messages."""
    dm = slack.slack.world.dm(who)
    return await until(
        slack, lambda: next((m for m in slack.slack.world.from_bot(dm) if sees in m.shown), None)
    )


# -- what people write -----------------------------------------------------------------------------


async def test_a_mention_alone_is_asked_for_a_question(slack):
    answer = await told(slack, say(slack, "ben", " "))

    assert "Ask me something: I got no text and no file I can read." in answer.shown
    assert slack.poe.world.calls == []


async def test_a_question_at_and_over_the_limit_of_a_message_is_taken_whole(slack):
    text = "word " * 7_900
    await ask(slack, "ben", f"{text} how many words? In 5 words")

    assert str(slack.poe.world.calls[0].body["input"]).count("word ") >= 7_900


async def test_an_unknown_model_and_preset_are_answered_with_names(slack):
    person(slack, "ben").slash("general", "/poe", "ask model=claude-haiku-4.4 Hello")
    answer = await until(
        slack,
        lambda: next((m for m in slack.slack.world.from_bot("general") if "Did you mean" in m.shown), None),
    )
    person(slack, "ben").slash("help", "/poe", "ask preset=pirate Hello")
    other = await until(
        slack, lambda: next((m for m in slack.slack.world.from_bot("help") if "no preset" in m.shown), None)
    )

    assert "I don't know a model called claude-haiku-4.4. Did you mean claude-haiku-4.5" in answer.shown
    assert "There is no preset called pirate. There are: default." in other.shown


async def test_too_many_questions_at_once_are_told_to_wait(make_slack):
    async with make_slack(speed=60.0) as slack:
        generous(slack)
        await slack.start()
        first = say(slack, "ben", LONG)
        await growing(OnSlack(slack), first)
        others = [
            person(slack, "ben").say("general", f"Question {n} in 5 words", thread=first) for n in range(4)
        ]
        refused = await told(slack, others[-1])
        for question in others[:3]:
            await until(slack, lambda q=question: [m for m in slack.slack.world.thread(first) if m.ts > q.ts])

        assert "You already have 3 questions waiting here." in refused.shown
        await idle(slack, TurnEnded, 5)
        await books_are_right(slack)


# -- what the workspace does not allow -------------------------------------------------------------


async def test_a_workspace_without_streams_sessions_and_files_still_gets_answers(make_slack):
    async with make_slack(speed=100.0) as slack:
        rules = slack.slack.world.rules
        rules.streams_allowed = rules.sessions_allowed = rules.files_allowed = False
        await slack.start()
        question = say(slack, "ada", LONG)
        page = await growing(OnSlack(slack), question, 20)
        assert has(page, "stop")
        (answer,) = await pages(slack, question)

        assert letters(slack.poe.world.calls[0].text) in letters(answer.shown)
        assert not has(answer, "stop")


async def test_streams_forbidden_while_one_grows_lose_nothing(make_slack):
    async with make_slack(speed=100.0) as slack:
        await slack.start()
        question = say(slack, "ada", LONG)
        await growing(OnSlack(slack), question)
        slack.slack.faults.refuse("restricted_action", "chat.appendStream", times=100)
        slack.slack.faults.refuse("restricted_action", "chat.stopStream", times=2)
        found = await pages(slack, question)

        assert letters(slack.poe.world.calls[0].text) == letters("".join(body(page) for page in found))
        assert not streaming(slack)


async def test_a_missing_scope_is_named_where_it_is_missed(slack):
    token = slack.slack.world.tokens[slack.slack.token]
    token.scopes = tuple(scope for scope in token.scopes if scope != "chat:write")
    person(slack, "ben").slash("general", "/poe", f"ask {ASK}")
    said = await until(slack, lambda: next(iter(_answers(slack)), None))

    assert "`chat:write`" in said.shown
    assert "OAuth & Permissions" in said.shown


def _answers(slack) -> list:
    return [reply for asked in slack.slack.world.invocations.values() for reply in asked.replies]


async def checked(slack) -> list[tuple[bool, str]]:
    """What `poebridge check` finds."""
    return [
        (finding.verdict is checking.Verdict.OK, finding.text)
        for finding in await checking.check(slack.config())
    ]


async def test_check_names_a_missing_scope(make_slack):
    async with make_slack() as slack:
        token = slack.slack.world.tokens[slack.slack.token]
        token.scopes = tuple(scope for scope in token.scopes if scope != "files:read")
        found = await checked(slack)

    assert any("The app lacks the scope files:read" in said for good, said in found if not good)


async def test_without_the_events_of_channels_mentions_are_answered_and_status_says_so(slack):
    world = slack.slack.world
    world.app.events = tuple(event for event in world.app.events if event != "message.channels")
    first = await ask(slack, "ada", ASK)
    person(slack, "ada").say("general", "Not heard", thread=first)
    again = say(slack, "ada", "And again? In 5 words", thread=first, mention_bot=True)
    await pages(slack, again)
    await ask(slack, "ben", ASK, "help")
    said = await command(slack, "ada", "status")

    assert "message.channels" in said
    assert "Not heard" not in str([call.body for call in slack.poe.world.calls])


# -- channels and tokens that go -------------------------------------------------------------------


async def test_an_answer_whose_channel_is_archived_meanwhile_is_told_directly(make_slack):
    async with make_slack(speed=100.0) as slack:
        slack.slack.world.rules.streams_allowed = False
        await slack.start()
        place = slack.slack.world.add_channel("fleeting")
        question = say(slack, "ben", LONG, place)
        await growing(OnSlack(slack), question)
        person(slack, "ada").archive(place)
        message = await directly(slack, "ben", "could not post this answer")
        (ended,) = await idle(slack, TurnEnded)

        assert letters(slack.poe.world.calls[0].text)[-80:] in letters(message.shown)
        assert ended.state == "settled"
        await books_are_right(slack)


async def test_an_answer_whose_channel_is_deleted_meanwhile_is_told_directly(make_slack):
    async with make_slack(speed=100.0) as slack:
        await slack.start()
        place = slack.slack.world.add_channel("fleeting")
        question = say(slack, "ben", LONG, place)
        await growing(OnSlack(slack), question)
        person(slack, "ada").delete_channel(place)
        message = await directly(slack, "ben", "could not post this answer")

        assert letters(slack.poe.world.calls[0].text)[-80:] in letters(message.shown)
        await idle(slack, TurnEnded)
        await books_are_right(slack)


async def test_an_answer_from_which_the_bot_is_removed_meanwhile_is_told_directly(make_slack):
    async with make_slack(speed=100.0) as slack:
        await slack.start()
        question = say(slack, "ben", LONG)
        await growing(OnSlack(slack), question)
        person(slack, "ada").remove("general")
        message = await directly(slack, "ben", "could not post this answer")
        person(slack, "ada").invite("general")
        after = await ask(slack, "ben", ASK)

        assert letters(slack.poe.world.calls[0].text)[-80:] in letters(message.shown)
        assert has(after, "regenerate")


async def test_a_command_where_the_bot_is_not_says_what_to_do(slack):
    person(slack, "ada").remove("help")
    used = person(slack, "ben").slash("help", "/poe", f"ask {ASK}")
    said = await until(slack, lambda: next(iter(used.replies), None))
    points = await command(slack, "ben", "points", "help")

    assert "I am not in this channel. Invite me with /invite, and ask again." in said.shown
    assert "3,000 points a day" in points
    assert slack.poe.world.calls == []


async def test_a_root_that_is_deleted_meanwhile_does_not_lose_the_answer(make_slack):
    async with make_slack(speed=100.0) as slack:
        await slack.start()
        question = say(slack, "ben", LONG)
        await growing(OnSlack(slack), question)
        person(slack, "ben").delete(question)
        await idle(slack, TurnEnded)
        shown = letters(
            "".join(m.shown for c in slack.slack.world.channels for m in slack.slack.world.from_bot(c))
        )

        assert letters(slack.poe.world.calls[0].text)[-80:] in shown
        await books_are_right(slack)


async def test_somebody_who_deletes_the_answer_at_its_end_finds_it_again(make_slack):
    async with make_slack(speed=100.0) as slack:
        await slack.start()
        question = say(slack, "ben", LONG)
        page = await growing(OnSlack(slack), question)
        posting.delete(slack.slack.world, page)
        await idle(slack, TurnEnded)
        shown = letters("".join(m.shown for m in slack.slack.world.from_bot("general")))

        assert letters(slack.poe.world.calls[0].text)[-80:] in shown


async def test_a_token_that_is_revoked_ends_the_platform_with_a_sentence(slack):
    oauth.revoke(slack.slack.world, slack.slack.token)

    async def lost() -> bool:
        return slack.house.wings[0].lost is not None

    await eventually(lost, slack)
    (said,) = slack.house.wings[0].limits()
    assert "Slack does not accept the bot token" in said
    assert "OAuth & Permissions" in said


async def test_a_token_that_slack_never_accepted_says_so(make_slack):
    async with make_slack(env={"POEBRIDGE_SLACK__BOT_TOKEN": "xoxb-wrong-0000000000"}) as slack:
        assert any(
            "Slack does not accept the bot token" in said for good, said in await checked(slack) if not good
        )


async def test_a_wrong_app_token_says_so(make_slack):
    async with make_slack(env={"POEBRIDGE_SLACK__APP_TOKEN": "xapp-wrong-000000000"}) as slack:
        found = await checked(slack)

    assert any("Slack does not accept the app-level token" in said for good, said in found if not good)


async def test_without_tokens_the_configuration_says_which(make_slack):
    async with make_slack(env={"POEBRIDGE_SLACK__APP_TOKEN": ""}) as slack:
        with pytest.raises(ConfigError) as refused:
            slack.config()

    assert "SLACK_APP_TOKEN" in str(refused.value.problems)


# -- luck ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 503])
async def test_slack_failing_for_a_while_loses_no_final(make_slack, status):
    async with make_slack(speed=150.0) as slack:
        await slack.start()
        question = say(slack, "ada", LONG)
        await growing(OnSlack(slack), question)
        slack.slack.faults.fail(status, "chat.appendStream", times=2)
        slack.slack.faults.fail(status, "chat.stopStream", times=2)
        found = await pages(slack, question)

        assert letters(slack.poe.world.calls[0].text) == letters("".join(body(page) for page in found))
        assert not streaming(slack)
        await until(slack, lambda: not busy_sessions(slack))


@pytest.mark.parametrize(
    "method", ["chat.startStream", "chat.appendStream", "chat.stopStream", "chat.postMessage", "chat.update"]
)
async def test_too_many_writes_cost_nothing_but_time(make_slack, method):
    streams = method not in ("chat.postMessage", "chat.update")
    async with make_slack(speed=150.0) as slack:
        slack.slack.world.rules.streams_allowed = streams
        await slack.start()
        slack.slack.faults.limit(method, retry_after=1, times=2)
        found = await pages(slack, say(slack, "ada", "Explain tides [[len=900]]"))

        assert letters(slack.poe.world.calls[0].text) == letters("".join(body(page) for page in found))
        assert all(each.error == "ChatBusy" for each in slack.told(WriteRefused) if each.verb != "begin")


async def test_poe_failing_is_said_in_the_thread_and_costs_nothing(slack):
    answer = await told(slack, say(slack, "cleo", "Will this work? [[fail=529,9]]"))

    assert "busy" in answer.shown.lower()
    await idle(slack, TurnEnded)
    assert not streaming(slack)
    await until(slack, lambda: not busy_sessions(slack))
    await books_are_right(slack)


async def test_names_that_slack_does_not_tell_cost_no_answer(slack):
    slack.slack.faults.refuse("internal_error", "users.info", times=50)
    slack.slack.faults.refuse(
        "missing_scope", "usergroups.list", times=50, needed="usergroups:read", provided=""
    )

    assert await ask(slack, "ada", ASK)


async def test_a_stop_of_nothing_is_harmless(slack):
    answer = await ask(slack, "ada", ASK)
    session = slack.slack.world.sessions[answer.channel_id, answer.thread_ts]
    session.status = "processing"
    person(slack, "ada").stop(answer)
    said = await whispered(slack, "ada")

    assert "I'm not writing an answer for you here." in said
    await until(slack, lambda: session.status == "active")
    assert len(calls(slack, "chat.startStream")) == 1
