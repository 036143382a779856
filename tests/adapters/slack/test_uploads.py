"""Files stand beside their page once; where a workspace takes none, nothing of a text is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bridge.values.draft import Page
from bridge.values.errors import ChatBroken, ChatBusy
from bridge.values.parts import OutFile
from tests.adapters.slack.outbound import NONCE, Out, an_out

CHART = OutFile(name="chart.png", mime="image/png", data=b"png", description="A rising line")
REST = OutFile(name="answer.md", mime="text/markdown", data=b"# The rest\n\nof the answer")


@pytest.fixture
async def out() -> AsyncIterator[Out]:
    async with an_out() as one:
        yield one


def page(*files: OutFile) -> Page:
    return Page(text="Here it is.", files=files)


async def test_several_files_come_in_one_message(out: Out) -> None:
    to = out.asked()

    await out.chat.post(to, page(CHART, REST), NONCE)

    words, shared = out.world.from_bot("lab")
    assert words.shown == "Here it is."
    assert [(one.name, one.content) for one in shared.files] == [
        ("chart.png", b"png"),
        ("answer.md", REST.data),
    ]
    assert shared.thread_ts == to.reply_to


async def test_pictures_have_a_text_for_who_does_not_see_them(out: Out) -> None:
    long = replace(CHART, name="long.png", description="word " * 400)

    await out.chat.post(out.asked(), page(CHART, long), NONCE)

    shared = out.world.from_bot("lab")[-1]
    assert shared.files[0].alt_txt == "A rising line"
    assert len(shared.files[1].alt_txt) <= 1000


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_what_broke_goes_on_where_it_ended(out: Out, method: str) -> None:
    to = out.asked()
    out.slack.faults.drop(method)

    with pytest.raises(ChatBroken):
        await out.chat.post(to, page(CHART, REST), NONCE)
    await out.chat.post(to, page(CHART, REST), NONCE)

    _, shared = out.world.from_bot("lab")
    assert len(shared.files) == 2


async def test_a_sharing_whose_answer_was_lost_is_not_repeated(out: Out) -> None:
    to = out.asked()
    out.slack.faults.lose_response("files.completeUploadExternal")

    with pytest.raises(ChatBroken):
        await out.chat.post(to, page(CHART), NONCE)
    await out.chat.post(to, page(CHART), NONCE)

    assert len(out.world.from_bot("lab")) == 2


async def test_where_we_may_not_read_a_lost_sharing_is_tried_again(out: Out) -> None:
    to = out.asked()
    await out.rest.bearer(out.team)
    out.world.bot_token.scopes = ("chat:write", "files:write")
    out.slack.faults.drop("files.completeUploadExternal")

    with pytest.raises(ChatBroken):
        await out.chat.post(to, page(CHART), NONCE)
    await out.chat.post(to, page(CHART), NONCE)

    assert len(out.world.from_bot("lab")) == 2


async def test_a_doubt_that_cannot_be_looked_into_now_stays_one(out: Out) -> None:
    to = out.asked()
    out.slack.faults.lose_response("files.completeUploadExternal")
    with pytest.raises(ChatBroken):
        await out.chat.post(to, page(CHART), NONCE)
    out.slack.faults.fail(503, "conversations.replies")

    with pytest.raises(ChatBroken):
        await out.chat.post(to, page(CHART), NONCE)
    await out.chat.post(to, page(CHART), NONCE)

    assert len(out.world.from_bot("lab")) == 2


async def test_a_limit_is_waited_for_and_not_taken_for_a_refusal(out: Out) -> None:
    to = out.asked()
    out.slack.faults.limit("files.getUploadURLExternal")

    with pytest.raises(ChatBusy):
        await out.chat.post(to, page(CHART), NONCE)
    await out.chat.post(to, page(CHART), NONCE)

    assert [one.name for one in out.world.from_bot("lab")[-1].files] == ["chart.png"]


async def test_where_files_are_forbidden_a_text_is_posted_and_a_picture_explained(out: Out) -> None:
    out.slack.faults.refuse("file_uploads_disabled", "files.getUploadURLExternal")
    to = out.asked()

    await out.chat.post(to, page(REST, CHART), NONCE)
    await out.chat.post(to, page(REST, CHART), NONCE)

    assert out.said() == [
        "Here it is.",
        "# The rest\n\nof the answer\n"
        "This is answer.md, written out. File uploads are turned off in this Slack workspace.",
        "chart.png could not be sent. File uploads are turned off in this Slack workspace.",
    ]
    assert all(one.thread_ts == to.reply_to for one in out.world.from_bot("lab"))


async def test_a_missing_scope_is_named_where_the_picture_would_be(out: Out) -> None:
    out.world.bot_token.scopes = ("chat:write",)

    await out.chat.post(out.asked(), page(CHART), NONCE)

    assert "`files:write`" in out.said()[-1]


async def test_a_long_text_is_posted_in_pieces_with_its_code_whole(out: Out) -> None:
    out.slack.limits.enabled = False
    out.slack.faults.refuse("file_uploads_disabled", "files.getUploadURLExternal")
    code = "\n".join(f"line {number}" for number in range(2500))
    rest = replace(REST, data=f"Before\n\n```python\n{code}\n```\n\nAfter".encode())

    await out.chat.post(out.asked(), page(rest), NONCE)

    pieces = out.said()[1:]
    assert len(pieces) == 3
    assert all(piece.count("```") % 2 == 0 for piece in pieces)
    assert all(piece.startswith("```python\n") for piece in pieces[1:])
    assert all(f"line {number}\n" in "\n".join(pieces) + "\n" for number in range(2500))


async def test_other_texts_are_posted_as_code(out: Out) -> None:
    out.slack.faults.refuse("file_uploads_disabled", "files.getUploadURLExternal")

    await out.chat.post(out.asked(), page(OutFile(name="a.csv", mime="text/csv", data=b"a,b\n1,2")), NONCE)

    assert out.said()[-1].startswith("```\na,b\n1,2\n```\nThis is a.csv, written out. ")


@pytest.mark.parametrize("data", [b"word " * 40_000, b""])
async def test_a_text_that_is_too_much_for_messages_is_explained(out: Out, data: bytes) -> None:
    out.slack.faults.refuse("file_uploads_disabled", "files.getUploadURLExternal")

    await out.chat.post(out.asked(), page(replace(REST, data=data)), NONCE)

    assert out.said()[1:] == [
        "answer.md could not be sent. File uploads are turned off in this Slack workspace."
    ]


async def test_a_page_of_files_alone_is_called_by_their_names(out: Out) -> None:
    await out.chat.post(out.asked(), replace(page(CHART), text=""), NONCE)

    assert out.world.from_bot("lab")[0].shown == "chart.png"
