from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.turn import gather
from bridge.values.errors import NotAccepted, UnknownName
from bridge.values.ids import PersonId
from bridge.values.inbound import MessageRef, PlaceKind, Quoted
from bridge.values.parts import Document, FileRef
from bridge.values.points import Scope, ScopeKind
from bridge.values.turn import Closing, Follow, ShownPage, TurnState


async def brief(kit, turn):
    desk = kit.desk
    return await gather.gather(turn, desk.turns, desk.catalog, desk.files, desk.settings)


def file(kit, name, data):
    kit.shelf.held[name] = data
    return FileRef(url=name, name=name, size=len(data))


async def test_the_askers_files_are_read_and_a_wrong_one_is_refused(kit):
    made = await brief(kit, kit.turn(kit.prompt(files=(file(kit, "a.txt", b"hello"),))))
    assert made.parts == (Document(name="a.txt", text="hello"),)

    with pytest.raises(NotAccepted):
        await brief(kit, kit.turn(kit.prompt(files=(file(kit, "a.pdf", b"%PDF-1.7\n\xff\xfe\x00"),))))


async def test_a_file_of_another_persons_message_that_cannot_be_read_does_not_refuse_the_question(kit):
    pdf = file(kit, "a.pdf", b"%PDF-1.7\n\xff\xfe\x00")
    theirs = Quoted(author="Bob", text="Look at this", files=(pdf,), by=PersonId("bob"))
    made = await brief(kit, kit.turn(kit.prompt(quoted=(theirs,))))

    assert made.parts == (Document(name="a.pdf", text="(a file that could not be read)", by=PersonId("bob")),)


async def test_our_own_files_are_not_read_again_where_the_conversation_goes_on(kit):
    ours = Quoted(author="bot", text="…", ours=True, files=(FileRef(url="x", name="answer.md", size=3),))
    first = kit.turn()
    await kit.store.receive(first)
    made = await brief(kit, kit.turn(kit.prompt(quoted=(ours,)), parent=first.id, conversation=first.id))

    assert made.parts == ()
    assert [past.turn for past in made.past] == [first.id]


async def test_an_unknown_model_or_preset_is_refused_by_name(kit):
    with pytest.raises(UnknownName, match="claude-haiku-9"):
        await brief(kit, kit.turn(model="claude-haiku-9"))
    with pytest.raises(UnknownName, match="There are: default"):
        await brief(kit, kit.turn(kit.prompt(preset="poet")))


async def test_a_reply_follows_its_turn_and_a_strangers_message_only_its_thread(kit):
    turn = kit.turn(kit.prompt(place=kit.place(PlaceKind.THREAD, "thread")))
    hold_free = await kit.store.receive(turn)
    ref = MessageRef(channel="thread", message="answer")
    await kit.store.shown(ShownPage(turn=turn.id, number=0, ref=ref, to=turn.prompt.to))
    reply = kit.prompt(follow=Follow.REPLY, reply_to=ref, place=kit.place(PlaceKind.THREAD, "thread"))
    stranger = replace(reply, reply_to=MessageRef(channel="thread", message="other"))
    in_channel = replace(stranger, place=kit.place())

    assert hold_free
    assert (await gather.parent_of(reply, kit.store)).turn.id == turn.id
    assert await gather.parent_of(stranger, kit.store) is None  # its only turn is still waiting
    assert await gather.parent_of(in_channel, kit.store) is None
    assert await gather.parent_of(replace(reply, follow=Follow.FRESH), kit.store) is None
    assert (
        await gather.parent_of(replace(reply, follow=Follow.TURN, turn=turn.id), kit.store)
    ).turn.id == turn.id


async def test_a_message_in_a_thread_follows_a_refused_question_but_not_an_empty_one(kit):
    thread = kit.place(PlaceKind.THREAD, "thread")

    async def refused(error, parent=None):
        turn = kit.turn(kit.prompt(place=thread), parent=parent)
        await kit.store.receive(turn)
        await kit.store.close(Closing(turn=turn.id, state=TurnState.REFUSED, at=1.0, error=error))
        return turn.id

    spent = await refused("BudgetSpent")
    following = kit.prompt(place=thread, follow=Follow.NEWEST)
    assert (await gather.parent_of(following, kit.store)).turn.id == spent
    await refused("UnknownName", await refused("NothingToSay", spent))
    assert (await gather.parent_of(following, kit.store)).turn.id == spent
    await refused("TooBusy")
    assert await gather.parent_of(following, kit.store) is None


async def test_choices_are_read_for_person_place_and_channel(kit):
    now = kit.desk.clock.now()
    for kind, id_, model in (
        (ScopeKind.PERSON, "ann", "gpt-5.2"),
        (ScopeKind.CHANNEL, "general", "o3"),
        (ScopeKind.CHANNEL, "thread", "grok-4"),
    ):
        await kit.store.set_setting(Scope(kind=kind, id=id_, workspace="w"), "model", model, "ann", now)
    in_thread = kit.prompt(place=replace(kit.place(PlaceKind.THREAD, "thread"), parent="general"))
    chosen = await gather.chosen_models(in_thread, kit.store)

    assert (chosen.here, chosen.person, chosen.channel) == ("grok-4", "gpt-5.2", "o3")
    assert (await gather.chosen_models(kit.prompt(), kit.store)).here is None


async def test_so_many_are_read_at_once_and_no_more(kit):
    import asyncio

    inside, most = 0, 0

    class Slow:
        async def read(self, file: FileRef, limit: int) -> bytes:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1
            return b""

    files = gather.AtOnce(Slow(), 2)
    await asyncio.gather(*(files.read(FileRef(url="u", name="n", size=0), 1) for _ in range(9)))

    assert most == 2


async def test_what_was_said_in_private_is_not_continued_in_public(kit):
    thread = kit.place(PlaceKind.THREAD, "thread")
    asked = kit.prompt(place=thread)
    secret = kit.turn(replace(asked, to=replace(asked.to, private=True)))
    await kit.store.receive(secret)
    await kit.store.close(Closing(turn=secret.id, state=TurnState.SETTLED, at=1.0, text="secret"))
    public = kit.prompt(place=thread, follow=Follow.NEWEST)
    private = replace(public, to=replace(public.to, private=True))

    assert await gather.parent_of(public, kit.store) is None
    assert await gather.parent_of(replace(public, follow=Follow.TURN, turn=secret.id), kit.store) is None
    assert (await gather.parent_of(private, kit.store)).turn.id == secret.id


async def test_a_thread_under_our_answer_goes_on_from_it_until_something_newer_stands_there(kit):
    channel = kit.turn(kit.prompt(place=kit.place(PlaceKind.CHANNEL, "c")))
    await kit.store.receive(channel)
    root = MessageRef(channel="c", message="answer")
    await kit.store.shown(ShownPage(turn=channel.id, number=0, ref=root, to=channel.prompt.to))
    thread = kit.place(PlaceKind.THREAD, "c/1")
    said = kit.prompt(follow=Follow.NEWEST, reply_to=root, place=thread)

    assert (await gather.parent_of(said, kit.store)).turn.id == channel.id
    assert await gather.parent_of(replace(said, reply_to=None), kit.store) is None
    newer = kit.turn(kit.prompt(place=thread))
    await kit.store.receive(newer)
    await kit.store.close(Closing(turn=newer.id, state=TurnState.SETTLED, at=1.0, text="Blue."))
    assert (await gather.parent_of(said, kit.store)).turn.id == newer.id


async def test_a_persons_preset_is_read(kit):
    scope = Scope(kind=ScopeKind.PERSON, id="ann", workspace="w")
    await kit.store.set_setting(scope, gather.PRESET_SETTING, "coder", "ann", 1.0)

    assert (await gather.chosen_models(kit.prompt(), kit.store)).preset == "coder"
