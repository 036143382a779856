"""Files on Slack: what people share goes in, long tails come out, and our token is shown to Slack's own hosts alone."""

from __future__ import annotations

from bridge.values.notices import TurnEnded
from tests.journeys.slack.stories import (
    ABOUT,
    ask,
    asked,
    body,
    idle,
    letters,
    pages,
    person,
    press,
    say,
    small_print,
    told,
    until,
)
from tests.journeys.test_attachments import PDF, png

AT_LENGTH = {
    "POEBRIDGE_ANSWERS__MAX_OUTPUT_TOKENS": "20000",
    "POEBRIDGE_BUDGET__PERSON": "1000000",
    "POEBRIDGE_ANSWERS__MAX_MESSAGES": "1",
}
NOTES = ("notes.txt", b"High water at seven.", "text/plain")


async def refused(slack, *files, text="What is this?") -> str:
    """What somebody reads who shared these; Poe is not asked and nothing is held."""
    answer = await told(slack, say(slack, "ben", text, files=list(files)))
    assert slack.poe.world.calls == []
    assert await slack.house.store.open_holds() == ()
    return str(answer.shown)


async def test_a_picture_and_a_program_go_in_together(slack):
    code = ("tide.py", b"def tide():\n    return 'high'\n", "text/x-python")
    answer = await ask(slack, "ben", "What are these?", files=[("sea.png", png(), "image/png"), code])

    assert "data:image/png;base64," in asked(slack)
    assert "def tide():" in asked(slack)
    assert "3 × 2 pixels" in body(answer)


async def test_a_file_alone_is_a_question_in_direct_messages_and_in_a_thread_of_ours(slack):
    ben = person(slack, "ben")
    (answer,) = await pages(slack, ben.say("dm", "", files=[NOTES]))
    assert "High water at seven." in asked(slack)
    await pages(
        slack, ben.say("dm", "", thread=answer, files=[("more.txt", b"Low water at one.", "text/plain")])
    )

    assert "Low water at one." in asked(slack)


async def test_a_question_asked_again_brings_its_file_again(slack):
    first = await ask(slack, "ben", "Read it", files=[NOTES])
    press(slack, "ben", first, "regenerate")
    await idle(slack, TurnEnded, 2)

    assert "High water at seven." in asked(slack, 1)


async def test_the_file_of_a_message_asked_about_comes_along(slack):
    notes = person(slack, "cleo").say("general", "My notes", files=[NOTES])
    ben = person(slack, "ben")
    ben.shortcut(notes, ABOUT)
    form = await until(slack, lambda: ben.modal)
    ben.submit(form, {form.blocks[0]["block_id"]: "When?"})
    await idle(slack, TurnEnded)

    assert "High water at seven." in asked(slack)


async def test_the_rest_of_a_long_answer_comes_as_a_file_in_the_thread(make_slack):
    async with make_slack(env=AT_LENGTH) as slack:
        await slack.start()
        question = say(slack, "ada", "Explain the sea [[len=20000]]")
        file = await until(
            slack, lambda: next((f for f in slack.slack.world.files.values() if f.shares), None)
        )
        await idle(slack, TurnEnded)

        assert file.name.endswith(".md")
        assert file.content.decode().strip()[-200:] == slack.poe.world.calls[0].text.strip()[-200:]
        assert [m.thread_ts for m in slack.slack.world.from_bot("general") if m.files] == [question.ts]


async def test_where_the_workspace_forbids_files_the_rest_is_written_out_and_why_is_said(make_slack):
    async with make_slack(env=AT_LENGTH) as slack:
        slack.slack.world.rules.files_allowed = False
        await slack.start()
        question = say(slack, "ada", "Explain the sea [[len=20000]]")
        await idle(slack, TurnEnded)
        stands = [m for m in slack.slack.world.thread(question) if m.ts != question.ts]

        assert "answer.md, written out." in " ".join(small_print(stands[-1]))
        assert "does not let me" in " ".join(small_print(stands[-1]))
        text = slack.poe.world.calls[0].text
        written = letters("".join(body(message) for message in stands))
        assert all(letters(line) in written for line in text.splitlines() if len(letters(line)) > 20)
        assert slack.slack.world.files == {}


async def test_what_is_too_large_is_refused_before_a_byte_is_read(slack):
    said = await refused(slack, ("film.txt", b"x" * (11 * 1024 * 1024), "text/plain"))

    assert "film.txt is 11.0 MB; I take files of at most 10.0 MB." in said


async def test_a_pdf_is_named_and_what_is_taken_instead(slack):
    said = await refused(slack, ("paper.pdf", PDF, "application/pdf"))

    assert "I can't read paper.pdf yet." in said


async def test_a_name_does_not_make_a_picture(slack):
    assert "I can't read holiday.png yet." in await refused(slack, ("holiday.png", PDF, "image/png"))


async def test_too_many_files_are_refused_with_the_number(slack):
    said = await refused(slack, *((f"{n}.txt", b"hello", "text/plain") for n in range(7)))

    assert "That is 7 files; I take at most 6 at a time." in said


async def test_without_the_scope_for_files_it_is_named(slack):
    slack.slack.world.tokens[slack.slack.token].scopes = tuple(
        scope for scope in slack.slack.world.app.scopes if scope != "files:read"
    )
    said = await refused(slack, NOTES)

    assert "`files:read`" in said
    assert "OAuth & Permissions" in said


async def test_a_file_that_is_gone_is_said_and_the_next_one_is_read(slack):
    slack.slack.faults.fail(404, "file")
    said = await refused(slack, NOTES)
    await ask(slack, "ben", "Read it", "help", files=[NOTES])

    assert "The attached file is no longer there." in said
    assert len(slack.poe.world.calls) == 1


async def test_a_file_that_slack_does_not_hand_over_is_said(slack):
    slack.slack.faults.fail(503, "file")
    said = await refused(slack, NOTES)

    assert "file" in said.lower()
    assert "again" in said.lower()
