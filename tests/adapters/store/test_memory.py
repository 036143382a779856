"""Small facts, settings, and forgetting."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, update

from adapters.store import admission, budgets, holds, memory, turns, verify
from adapters.store.schema import blobs
from adapters.store.schema import turns as turns_table
from adapters.store.store import Store, open_store
from bridge.ports import Claimed
from bridge.values.ids import ModelId, PersonId, ResponseId, TurnId
from bridge.values.inbound import Quoted
from bridge.values.parts import Document, Image, Item, Role, Text
from bridge.values.points import ScopeKind, Usage
from bridge.values.turn import Closing, Turn, TurnState

SECRET = "the treaty of Westphalia"


def test_a_fact_is_remembered_for_a_while(transact, make: SimpleNamespace):
    model = ModelId("gpt-5.4")
    assert not transact(memory.remembers, model, "no chain", make.NOW)
    for until in (make.NOW + 1, make.NOW + 10):
        transact(memory.remember, model, "no chain", until)
    assert transact(memory.remembers, model, "no chain", make.NOW + 9)
    assert not transact(memory.remembers, model, "no chain", make.NOW + 10)
    assert not transact(memory.remembers, ModelId("other"), "no chain", make.NOW)


def test_a_setting_is_set_replaced_and_taken_away(transact, make: SimpleNamespace):
    channel = make.budget(ScopeKind.CHANNEL, "general").scope
    person = make.budget(ScopeKind.PERSON, "general").scope
    assert transact(memory.setting, channel, "model") is None
    for value in ("a", "b"):
        transact(memory.set_setting, channel, "model", value, "boss", make.NOW)
    assert transact(memory.setting, channel, "model") == "b"
    assert transact(memory.setting, person, "model") is None
    transact(memory.set_setting, channel, "model", None, "boss", make.NOW)
    assert transact(memory.setting, channel, "model") is None
    told = [row.detail for row in transact(budgets.read_audit, 9)]
    assert told == ["model: default", "model: b", "model: a"]


def test_what_people_choose_for_themselves_is_not_audited(transact, make: SimpleNamespace):
    ann = make.budget(ScopeKind.PERSON, "ann").scope
    transact(memory.set_setting, ann, "model", "x", "ann", make.NOW)
    assert transact(budgets.read_audit, 9) == ()
    transact(memory.set_setting, ann, "model", "y", "boss", make.NOW)
    assert len(transact(budgets.read_audit, 9)) == 1


@pytest.fixture
def told(transact, make: SimpleNamespace):
    """Ann and Bob each told a secret, with a picture both have; Ann paid 60 points."""
    rule = make.budget()
    transact(budgets.put_budget, rule, "boss", make.NOW)
    shared = Image(name=f"{SECRET}.png", mime="image/png", data=b"shared")
    for person, own in (("ann", b"ann's"), ("bob", b"bob's")):
        turn = make.turn(person, person=person, text=SECRET)
        hold = make.hold(turn, (rule,))
        transact(admission.admit, turn, hold, make.payer(person), make.NOW)
        transact(holds.settle, hold.id, 60, Usage(input=1, output=1), make.NOW)
        said = Item(
            role=Role.USER,
            parts=(Text(text=SECRET), shared, Image(name="own", mime="image/png", data=own)),
        )
        closing = Closing(
            turn=turn.id,
            state=TurnState.SETTLED,
            at=make.NOW if person == "ann" else make.NOW + 100,
            response=ResponseId("r"),
            text=f"about {SECRET}",
            items=(said,),
        )
        transact(turns.close, closing)
    transact(memory.set_setting, make.budget(ScopeKind.PERSON, "ann").scope, "model", "x", "ann", make.NOW)
    return SimpleNamespace(
        blobs=lambda: transact(lambda conn: set(conn.scalars(select(blobs.c.data)))),
        past=lambda id: transact(turns.past, TurnId(id), 1)[0],
        get=lambda id: transact(turns.get, TurnId(id)),
    )


def test_a_forgotten_person_leaves_no_words_and_a_whole_ledger(transact, make: SimpleNamespace, told):
    assert transact(memory.forget_person, PersonId("ann"), make.NOW) == 1
    assert transact(memory.forget_person, PersonId("ann"), make.NOW) == 0
    record = told.get("ann")
    prompt = record.turn.prompt
    assert (record.text, record.response, record.points) == ("", None, 60)
    assert (prompt.text, prompt.person.name, prompt.person.id) == ("", "", "ann")
    assert told.past("ann").items == ()
    assert told.blobs() == {b"shared", b"bob's"}
    assert told.get("bob").text == f"about {SECRET}"
    assert transact(memory.setting, make.budget(ScopeKind.PERSON, "ann").scope, "model") is None
    assert transact(verify.broken) == ()


def test_retention_forgets_what_ended_before(transact, make: SimpleNamespace, told):
    assert transact(memory.forget_older, make.NOW + 50) == 1
    assert told.past("ann").items == ()
    assert told.past("ann").response == "r"
    assert len(told.past("bob").items) == 1
    assert transact(memory.forget_older, make.NOW + 500) == 1
    assert told.blobs() == set()


def test_an_answer_that_is_still_written_is_forgotten_too(transact, make: SimpleNamespace):
    turn = make.turn(text=SECRET)
    transact(admission.admit, turn, make.hold(turn, ()), make.payer(), make.NOW)
    assert transact(memory.forget_person, PersonId("ann"), make.NOW) == 1
    closing = Closing(
        turn=turn.id,
        state=TurnState.SETTLED,
        at=make.NOW,
        response=ResponseId("r"),
        text=SECRET,
        items=(Item(role=Role.USER, parts=(Text(text=SECRET),)),),
    )
    transact(turns.close, closing)
    (past,) = transact(turns.past, turn.id, 1)
    assert (past.text, past.items, past.response, past.state) == ("", (), None, TurnState.SETTLED)


def test_a_question_that_waits_is_forgotten_and_not_asked(transact, make: SimpleNamespace):
    turn = make.turn(text=SECRET)
    transact(turns.receive, turn)
    assert transact(memory.forget_person, PersonId("ann"), make.NOW) == 1
    verdict = transact(admission.admit, turn, make.hold(turn, ()), make.payer(), make.NOW)
    assert verdict == Claimed()
    record = transact(turns.get, turn.id)
    assert (record.state, record.turn.prompt.text) == (TurnState.STOPPED, "")
    assert transact(turns.undelivered) == ()


def quoting(make: SimpleNamespace, id: str, *whom: str) -> Turn:
    """Bob asks about what these people wrote."""
    turn = make.turn(id, person="bob", text="What does this mean?")
    quoted = tuple(Quoted(author=f"{who} the author", text=SECRET, by=PersonId(who)) for who in whom)
    return replace(turn, prompt=replace(turn.prompt, quoted=quoted))


def asked_with(*whom: str) -> tuple[Item, ...]:
    words = [Text(text=f"[{who} the author wrote]\n{SECRET}", by=PersonId(who)) for who in whom]
    shown = [Image(name="x", mime="image/png", data=who.encode(), by=PersonId(who)) for who in whom]
    read = [Document(name="x", text=SECRET, by=PersonId(who)) for who in whom]
    return (
        Item(role=Role.USER, parts=(*words, *shown, *read)),
        Item(role=Role.USER, parts=(*words, Text(text="What does this mean?"))),
    )


def test_what_others_quoted_of_a_forgotten_person_is_erased(transact, make: SimpleNamespace):
    for id, whom in (("t1", ("ann", "cem")), ("t2", ("cem",)), ("t3", ("ann",))):
        turn = quoting(make, id, *whom)
        transact(turns.receive, turn)
        closing = Closing(
            turn=turn.id,
            state=TurnState.SETTLED,
            at=make.NOW,
            response=ResponseId("r"),
            text="It means blue.",
            items=asked_with(*whom),
        )
        transact(turns.close, closing)
    assert transact(memory.forget_quotes, PersonId("ann")) == 2
    assert transact(memory.forget_quotes, PersonId("ann")) == 0

    def kept(id: str) -> tuple[object, ...]:
        past, record = transact(turns.past, TurnId(id), 1)[0], transact(turns.get, TurnId(id))
        return past.items, [each.by for each in record.turn.prompt.quoted], past.response, past.text

    own = Item(role=Role.USER, parts=(Text(text="What does this mean?"),))
    assert kept("t1") == (asked_with("cem"), ["cem"], None, "It means blue.")
    assert kept("t2") == (asked_with("cem"), ["cem"], "r", "It means blue.")
    assert kept("t3") == ((own,), [], None, "It means blue.")
    assert transact(lambda conn: set(conn.scalars(select(blobs.c.data)))) == {b"cem"}


def test_what_is_quoted_in_a_question_that_is_being_answered_is_erased_too(transact, make: SimpleNamespace):
    turn = quoting(make, "t1", "ann", "cem")
    transact(turns.receive, turn)
    assert transact(memory.forget_quotes, PersonId("ann")) == 1
    closing = Closing(
        turn=turn.id, state=TurnState.SETTLED, at=make.NOW, text="x", items=asked_with("ann", "cem")
    )
    transact(turns.close, closing)
    assert transact(turns.past, turn.id, 1)[0].items == asked_with("cem")


def test_whoever_looks_like_a_pattern_is_nobody_else(transact, make: SimpleNamespace):
    transact(turns.receive, quoting(make, "t1", "axn"))
    assert transact(memory.forget_quotes, PersonId("a_n")) == 0
    assert transact(memory.forget_quotes, PersonId("%")) == 0


def test_quotes_kept_before_their_authors_were_are_read_as_ever(transact, make: SimpleNamespace):
    transact(turns.receive, quoting(make, "t1", "ann"))
    old = turns_table.c.prompt, ',"by":"ann"'
    transact(lambda conn: conn.execute(update(turns_table).values(prompt=func.replace(*old, ""))))
    (quoted,) = transact(turns.get, TurnId("t1")).turn.prompt.quoted
    assert (quoted.author, quoted.by) == ("ann the author", None)


async def test_the_audit_says_how_many_questions_quoted_the_person(store: Store, make: SimpleNamespace):
    await store.receive(quoting(make, "t1", "ann"))
    await store.receive(make.turn("t2"))
    assert await store.forget(PersonId("ann"), "boss", make.NOW) == 1
    (row,) = await store.audit(5)
    assert row.detail == "1 turns, and quotes in 1"
    assert (await store.get(TurnId("t1"))).turn.prompt.quoted == ()


async def test_forgotten_words_are_in_no_file_at_once(url: str, tmp_path: Path, make: SimpleNamespace):
    def told() -> list[str]:
        return [file.name for file in tmp_path.iterdir() if SECRET.encode() in file.read_bytes()]

    async with await open_store(url) as store:
        for number in range(5):
            await store.receive(make.turn(f"t{number}", text=f"{SECRET} {number} " * 200))
        assert told() != []
        assert await store.forget(PersonId("ann"), "boss", make.NOW) == 5
        assert told() == []
        (row,) = await store.audit(5)
        assert (row.action, row.scope, row.detail) == ("forget", "person ann", "5 turns")


async def test_many_turns_are_forgotten_in_several_transactions(store: Store, make: SimpleNamespace):
    for number in range(memory.AT_ONCE + 5):
        turn = make.turn(f"t{number}")
        await store.receive(turn)
        await store.close(Closing(turn=turn.id, state=TurnState.FAILED, at=make.NOW))
    assert await store.forget_older(make.NOW + 1) == memory.AT_ONCE + 5
    assert await store.forget_older(make.NOW + 1) == 0
