"""What one person alone may read is never said where others look, whichever ways are closed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.discord.replies import UNREACHED
from bridge.values.command import Reply
from bridge.values.errors import ChatError, ChatForbidden

SECRET = "the private words"


@pytest.fixture
def closed(house):
    """ben takes no direct messages."""
    house.world.user("ben").accepts_dms = False


def everything(house) -> str:
    """All that others could read."""
    ada = house.dc.as_person("ada")
    return "\n".join(message.content for message in ada.sees("lab"))


async def test_who_takes_no_direct_messages_is_told_so_in_public_and_nothing_else(house, closed, to) -> None:
    question = house.dc.as_person("ben").say("lab", "hello?")
    where = to("lab", reply_to=question)
    for _ in range(2):  # a reply is tried again, its one public word is not said again
        with pytest.raises(ChatForbidden):
            await house.chat.reply(where, Reply(text="\n".join([SECRET] * 200)))
    (message,) = house.world.from_bot("lab")
    assert (message.content, message.reference.message_id) == (UNREACHED, question.id)


@pytest.mark.parametrize("private", [True, False])
async def test_the_reply_to_a_private_command_is_never_public(house, closed, private) -> None:
    house.dc.as_person("ben").slash("points", where="lab")
    commanded = await house.hall.next()
    house.dc.faults.fail(404, code=10015, times=3, path="/webhooks")
    with pytest.raises(ChatForbidden):
        await house.chat.reply(commanded.answer, Reply(text=SECRET, private=private))
    assert everything(house) == ""
    assert SECRET not in "".join(message.content for message in house.world.from_bot("lab"))


async def test_a_private_reply_to_a_public_command_is_not_made_public_by_a_dead_token(
    house, closed, ask
) -> None:
    _, commanded = await ask()
    house.world.rules.token_seconds = -1.0
    with pytest.raises(ChatForbidden):
        await house.chat.reply(commanded.answer, Reply(text=SECRET))
    assert UNREACHED in everything(house)
    assert SECRET not in everything(house)


async def test_a_private_answer_is_not_made_public_by_a_dead_token(house, closed, ask, page) -> None:
    _, commanded = await ask(private=True)
    written = await house.chat.post(commanded.answer, page("the first"), "t-0")
    house.world.rules.token_seconds = -1.0
    for attempt in (
        house.chat.edit(commanded.answer, written.ref, page(SECRET)),
        house.chat.post(commanded.answer, page(SECRET), "t-1"),
        house.chat.reply(commanded.answer, Reply(text=SECRET)),
        house.chat.reply(replace(commanded.answer, via=None), Reply(text=SECRET, private=False)),
    ):
        with pytest.raises(ChatError):
            await attempt
    assert everything(house) == ""


async def test_where_nothing_can_be_said_at_all_that_is_told_to_the_caller(house, closed, to) -> None:
    house.world.deny("lab", "send_messages")
    with pytest.raises(ChatForbidden):
        await house.chat.reply(to("lab"), Reply(text=SECRET))
    assert everything(house) == ""
