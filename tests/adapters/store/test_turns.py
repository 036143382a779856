"""Turns on disk: claimed once, found again, closed once."""

from dataclasses import replace
from itertools import count
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import DBAPIError

from adapters.store import admission, books, budgets, holds, turns
from bridge.values.answer import Ending
from bridge.values.ids import PersonId, ResponseId, TurnId
from bridge.values.inbound import FileRef, MessageRef, PlaceKind, Quoted, Via
from bridge.values.parts import Document, Image, Item, Role, Text
from bridge.values.points import HoldState, Resolution, Usage
from bridge.values.turn import Closing, TurnState

PNG = b"\x89PNG not really" * 10


def finish(turn, at: float = 0.0, **more) -> Closing:
    return Closing(turn=turn.id, state=more.pop("state", TurnState.SETTLED), at=at, **more)


def test_an_event_makes_one_turn(transact, make: SimpleNamespace):
    turn = make.turn()
    assert transact(turns.receive, turn)
    assert not transact(turns.receive, make.turn("t2", event=turn.prompt.event))
    assert not transact(turns.claim, turn.prompt.event, make.NOW)
    assert transact(turns.seen, turn.prompt.event)


def test_a_button_is_claimed_without_a_turn(transact, make: SimpleNamespace):
    assert not transact(turns.seen, "press-1")
    assert transact(turns.claim, "press-1", make.NOW)
    assert not transact(turns.claim, "press-1", make.NOW)


def test_a_prompt_comes_back_as_it_went(transact, make: SimpleNamespace):
    plain = make.turn(where=make.place("thread", PlaceKind.THREAD))
    via = Via(token="t", expires_at=1.5, original=False)
    rich = replace(
        plain.prompt,
        to=replace(plain.prompt.to, via=via),
        files=(FileRef(url="https://cdn/x", name="ä.txt", size=3),),
        quoted=(Quoted(author="bob", text="hm", message=MessageRef(channel="c", message="m", via=via)),),
        text="ünïcode 🎉 \x00 \ud7ff",
    )
    turn = replace(plain, prompt=rich)
    transact(turns.receive, turn)
    assert transact(turns.get, turn.id).turn == turn


def test_open_turns_come_oldest_first_until_they_are_closed(transact, make: SimpleNamespace):
    for id in ("b", "a", "c"):
        transact(turns.receive, make.turn(id))
    transact(turns.close, finish(make.turn("a")))
    assert [record.turn.id for record in transact(turns.left_open)] == ["b", "c"]


def test_a_turn_stays_as_it_was_closed_first(transact, make: SimpleNamespace):
    turn = make.turn()
    transact(turns.receive, turn)
    closing = finish(turn, response=ResponseId("r" * 160), text="so it is", ending=Ending.LENGTH)
    transact(turns.close, closing)
    transact(turns.close, finish(turn, state=TurnState.FAILED, text="no", error="AnswerCut"))
    record = transact(turns.get, turn.id)
    assert (record.state, record.text, record.ending) == (TurnState.SETTLED, "so it is", Ending.LENGTH)
    assert record.response == "r" * 160


def test_closing_a_turn_nobody_wrote_down_does_nothing(transact, make: SimpleNamespace):
    transact(turns.close, finish(make.turn(), state=TurnState.REFUSED, items=(_said("x"),)))
    assert transact(turns.get, TurnId("t1")) is None
    assert transact(turns.claim, make.turn().prompt.event, make.NOW)


def test_showing_follows_sent_only(transact, make: SimpleNamespace):
    turn = make.turn()
    hold = make.hold(turn, ())
    transact(admission.admit, turn, hold, make.payer(), make.NOW)
    transact(turns.showing, turn.id)
    assert transact(turns.get, turn.id).state is TurnState.HELD
    transact(holds.sent, hold.id, make.NOW)
    transact(turns.showing, turn.id)
    assert transact(turns.get, turn.id).state is TurnState.SHOWING


def test_a_turn_is_found_by_its_pages_and_by_the_asker_s_message(transact, make: SimpleNamespace):
    turn = make.turn()
    transact(turns.receive, turn)
    for number in (0, 1):
        transact(turns.shown, make.page(turn, number))
    asked = MessageRef(channel=turn.prompt.place.channel, message=turn.prompt.message)
    for ref in (make.page(turn, 1).ref, asked):
        assert transact(turns.of_message, ref).turn == turn
    assert transact(turns.of_message, replace(asked, channel="elsewhere")) is None
    assert transact(turns.pages_of, turn.id) == (make.page(turn, 0), make.page(turn, 1))


def test_a_page_may_move_to_another_message(transact, make: SimpleNamespace):
    turn = make.turn()
    transact(turns.receive, turn)
    transact(turns.shown, make.page(turn, 0, "the reply to a command"))
    transact(turns.shown, make.page(turn, 0, "a message of the channel"))
    (page,) = transact(turns.pages_of, turn.id)
    assert page.ref.message == "a message of the channel"


@pytest.fixture
def begin(transact, make: SimpleNamespace):
    """Admit a turn and ask it, each a second later than the one before."""
    seconds = count(make.NOW)

    def admit(id: str, **more):
        turn = make.turn(id, at=next(seconds), **more)
        hold = make.hold(turn, ())
        transact(admission.admit, turn, hold, make.payer(), make.NOW)
        transact(holds.sent, hold.id, make.NOW)
        return turn

    return admit


def test_the_newest_turn_is_by_place_and_by_page(transact, make: SimpleNamespace, begin):
    here, thread = make.place("general"), make.place("thread", PlaceKind.THREAD)
    begin("t1", where=here)
    opener = begin("t2", where=here, to=thread)
    transact(turns.shown, make.page(opener))
    assert transact(turns.newest, thread, None).turn.id == "t2"
    begin("t3", where=thread)
    assert transact(turns.newest, thread, None).turn.id == "t3"
    assert transact(turns.newest, here, None).turn.id == "t2"
    assert transact(turns.newest, make.place("empty"), None) is None


def test_we_are_present_where_something_was_asked_or_shown_also_before_a_fresh_start(
    transact, make: SimpleNamespace, begin
):
    here, thread = make.place("general"), make.place("thread", PlaceKind.THREAD)
    transact(turns.shown, make.page(begin("t1", where=here, to=thread)))
    for place in (here, thread):
        transact(turns.fresh, place, make.NOW + 100)

    assert transact(turns.newest, thread, None) is None
    assert transact(turns.present, here)
    assert transact(turns.present, thread)
    assert not transact(turns.present, make.place("empty"))


def test_what_nobody_has_been_asked_yet_is_not_gone_on_from(transact, make: SimpleNamespace, begin):
    here = make.place("general")
    begin("asked", where=here)
    waiting = make.turn("waiting", at=make.NOW + 9, where=here)
    transact(admission.admit, waiting, make.hold(waiting, ()), make.payer(), make.NOW)

    assert transact(turns.newest, here, None).turn.id == "asked"


def test_the_newest_turn_is_the_one_begun_last_whichever_came_last(transact, make: SimpleNamespace, begin):
    transact(turns.receive, make.turn("waited"))
    begin("t1")
    begin("t2")
    begin("waited")
    assert transact(turns.newest, make.place(), None).turn.id == "waited"


def test_nothing_before_a_fresh_start_is_continued(transact, make: SimpleNamespace, begin):
    here, other = make.place("general"), make.place("other")
    begin("t1", where=here)
    begin("t2", where=other)
    for _ in range(2):
        transact(turns.fresh, here, make.NOW + 1.5)
    assert transact(turns.newest, here, None) is None
    assert transact(turns.newest, other, None).turn.id == "t2"
    begin("t3", where=here)
    assert transact(turns.newest, here, None).turn.id == "t3"


def test_private_turns_are_continued_by_their_own_person_only(transact, make: SimpleNamespace, begin):
    begin("public")
    begin("secret", private=True)
    assert transact(turns.newest, make.place(), PersonId("ann")).turn.id == "secret"
    assert transact(turns.newest, make.place(), PersonId("bob")).turn.id == "public"
    assert transact(turns.newest, make.place(), None).turn.id == "public"


def test_a_turn_that_waits_is_not_continued_yet_and_a_refused_one_is(transact, make: SimpleNamespace):
    transact(turns.receive, make.turn())
    assert transact(turns.newest, make.place(), None) is None
    transact(turns.close, finish(make.turn(), state=TurnState.REFUSED, error="BudgetSpent"))
    found = transact(turns.newest, make.place(), None)
    assert (found.turn.id, found.error) == ("t1", "BudgetSpent")


def test_of_a_turn_nobody_was_asked_in_the_past_tells_the_prompt(transact, make: SimpleNamespace):
    for turn, items in ((make.turn(), ()), (make.turn("t2", parent="t1"), (_said("x"),))):
        transact(turns.receive, turn)
        transact(turns.close, finish(turn, state=TurnState.FAILED, error="UpstreamBusy", items=items))
    first, second = transact(turns.past, TurnId("t2"), 5)
    assert (first.items, first.prompt, first.error) == ((), make.turn().prompt, "UpstreamBusy")
    assert (second.items, second.prompt) == ((_said("x"),), None)


def test_a_closed_turn_is_owed_until_it_is_delivered(transact, make: SimpleNamespace):
    for id in ("b", "a", "open"):
        transact(turns.receive, make.turn(id))
    for id in ("a", "b"):
        transact(turns.close, finish(make.turn(id), footer="12 points", notes=("It was cut.", "Sorry.")))
    owed = transact(turns.undelivered)
    assert [(one.turn.id, one.footer, one.notes) for one in owed] == [
        ("b", "12 points", ("It was cut.", "Sorry.")),
        ("a", "12 points", ("It was cut.", "Sorry.")),
    ]
    transact(turns.delivered, TurnId("b"))
    assert [one.turn.id for one in transact(turns.undelivered)] == ["a"]


def _said(*texts: str) -> Item:
    return Item(role=Role.USER, parts=tuple(Text(text=text) for text in texts))


def test_the_past_is_one_branch_oldest_first_and_keeps_what_is_nearest(transact, make: SimpleNamespace):
    for id, parent in (("a", None), ("b", "a"), ("c", "b"), ("sibling", "a"), ("d", "c")):
        turn = make.turn(id, parent=parent, conversation="a")
        transact(turns.receive, turn)
        transact(turns.close, finish(turn, text=f"answer {id}", items=(_said(f"question {id}"),)))
    chain = transact(turns.past, TurnId("d"), 10)
    assert [past.turn for past in chain] == ["a", "b", "c", "d"]
    assert [past.text for past in chain][1] == "answer b"
    assert chain[1].items == (_said("question b"),)
    assert [past.turn for past in transact(turns.past, TurnId("d"), 2)] == ["c", "d"]
    assert [past.turn for past in transact(turns.past, TurnId("sibling"), 10)] == ["a", "sibling"]
    assert transact(turns.past, TurnId("nobody"), 10) == ()


def test_items_keep_their_order_and_their_pictures(transact, make: SimpleNamespace):
    picture = Image(name="cat.png", mime="image/png", data=PNG)
    items = (
        Item(role=Role.SYSTEM, parts=(Text(text="be kind"),)),
        Item(
            role=Role.USER, parts=(picture, Document(name="a.py", text="x = 1"), Text(text="what?"), picture)
        ),
        Item(role=Role.ASSISTANT, parts=()),
    )
    for id in ("a", "b"):
        transact(turns.receive, make.turn(id))
        transact(turns.close, finish(make.turn(id), items=items))
        (past,) = transact(turns.past, TurnId(id), 1)
        assert past.items == items


@pytest.fixture
def asked(transact, make: SimpleNamespace) -> SimpleNamespace:
    """A turn whose call has left, with a hold of 100."""
    rule, turn = make.budget(), make.turn()
    transact(budgets.put_budget, rule, "admin", make.NOW)
    hold = make.hold(turn, (rule,))
    transact(admission.admit, turn, hold, make.payer(), make.NOW)
    transact(holds.sent, hold.id, make.NOW)
    return SimpleNamespace(turn=turn, hold=hold)


@pytest.mark.parametrize(
    ("state", "points", "sums"),
    [
        (HoldState.SETTLED, 70, (70, 0)),
        (HoldState.RELEASED, 0, (0, 0)),
        (HoldState.UNCERTAIN, 0, (0, 100)),
    ],
)
def test_the_last_hold_and_the_turn_end_together_and_once(transact, make, asked, state, points, sums):
    end = Resolution(hold=asked.hold.id, state=state, points=points, usage=Usage(input=3, output=4))
    closing = finish(asked.turn, make.NOW, text="Blue.", response=ResponseId("r1"), footer="M")
    (standing,) = transact(turns.conclude, end, closing, make.NOW)
    assert (standing.spent, standing.held) == sums
    (standing,) = transact(turns.conclude, replace(end, points=99), replace(closing, text="Red."), make.NOW)
    assert (standing.spent, standing.held) == sums
    record = transact(turns.get, asked.turn.id)
    assert (record.text, record.response, record.state) == ("Blue.", "r1", TurnState.SETTLED)
    assert len(transact(books.open_holds)) == (state is HoldState.UNCERTAIN)


@pytest.mark.parametrize(
    ("table", "moment"),
    [("turns", "UPDATE OF closed_at"), ("items", "INSERT"), ("holds", "UPDATE OF settled")],
)
def test_when_either_fails_neither_is_charged_nor_closed(transact, make, asked, table, moment):
    fail = f"CREATE TRIGGER fail BEFORE {moment} ON {table} BEGIN SELECT RAISE(ABORT, 'died'); END"
    transact(lambda conn: conn.exec_driver_sql(fail))
    end = Resolution(hold=asked.hold.id, state=HoldState.SETTLED, points=70)
    question = (Item(role=Role.USER, parts=(Text(text="why?"),)),)
    with pytest.raises(DBAPIError, match="died"):
        transact(turns.conclude, end, finish(asked.turn, text="Blue.", items=question), make.NOW)
    transact(lambda conn: conn.exec_driver_sql("DROP TRIGGER fail"))

    (hold,) = transact(books.open_holds)
    assert hold.state is HoldState.SENT
    record = transact(turns.get, asked.turn.id)
    assert (record.state, record.text, record.points) == (TurnState.SENT, "", None)


def test_small_print_is_replaced_until_the_answer_stands(transact, make: SimpleNamespace):
    turn = make.turn()
    transact(turns.receive, turn)
    transact(turns.footnote, turn.id, "too early", ())
    transact(turns.close, finish(turn, footer="M", notes=("a",)))
    transact(turns.footnote, turn.id, "M · 3 left", ("a", "b"))
    (owed,) = transact(turns.undelivered)
    assert (owed.footer, owed.notes) == ("M · 3 left", ("a", "b"))
    transact(turns.delivered, turn.id)
    transact(turns.footnote, turn.id, "too late", ())
    assert transact(turns.get, turn.id).footer == "M · 3 left"
