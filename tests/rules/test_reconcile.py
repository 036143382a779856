"""Joining Poe's history to our holds."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.rules.reconcile import Matching, Resolved, match, reach
from bridge.values.ids import HoldId, KeyName, ModelId, TurnId
from bridge.values.points import Hold, HoldState, OpenHold, Usage, UsageRow
from tests.rules import plainly

LATER = 10_000.0
HOW = Matching(settle=600, slack=1, give_up=5_000)


def call(
    id: str,
    sent: float | None,
    ended: float | None,
    state: HoldState = HoldState.UNCERTAIN,
    tokens: tuple[int, int] | None = None,
    model: str = "claude-sonnet-4.6",
    cached: int = 0,
) -> OpenHold:
    hold = Hold(
        id=HoldId(id),
        turn=TurnId(id),
        amount=100,
        legs=(),
        model=ModelId(model),
        key=KeyName("default"),
        expires_at=0,
    )
    usage = Usage(input=tokens[0], output=tokens[1], cached=cached) if tokens else None
    return OpenHold(hold=hold, state=state, sent_at=sent, ended_at=ended, usage=usage, settled=None)


def row(
    id: str,
    at: float,
    points: int = 50,
    tokens: tuple[int, int] | None = None,
    model: str = "Claude-Sonnet-4.6",
    kind: str = "API",
    key: str | None = "default",
) -> UsageRow:
    told = tokens or (None, None)
    return UsageRow(
        id=id,
        at=at,
        model=model,
        points=points,
        usd=None,
        key=KeyName(key) if key is not None else None,
        kind=kind,
        input=told[0],
        output=told[1],
    )


def joined(verdicts: tuple[Resolved, ...]) -> dict[str, str | None]:
    return {v.hold: v.row.id if v.row else None for v in verdicts}


def test_a_row_inside_the_window_of_the_only_call_belongs_to_it():
    (verdict,) = match([call("a", 100, 110)], [row("r", 105, points=42)], 1000, HOW)
    assert (verdict.hold, verdict.points, verdict.guessed) == ("a", 42, False)


@pytest.mark.parametrize("other", [row("r", 120), row("r", 90), row("r", 105, model="GPT-5.4")])
def test_a_row_outside_the_window_or_of_another_model_belongs_to_nobody(other: UsageRow):
    assert match([call("a", 100, 110)], [other], 1000, HOW) == ()


def test_rows_of_the_web_chat_are_nobody_s():
    assert match([call("a", 100, 110)], [row("r", 105, kind="Chat")], 1000, HOW) == ()


def test_a_display_name_can_differ_from_the_id_in_more_than_case():
    how = replace(HOW, models={"kimi k2.5": ModelId("kimi-k2.5-fw")})
    verdicts = match(
        [call("a", 100, 110, model="kimi-k2.5-fw")], [row("r", 105, model="Kimi K2.5")], 1000, how
    )
    assert joined(verdicts) == {"a": "r"}


@pytest.mark.parametrize(("name", "found"), [("bridge-prod", {"a": "r"}), ("other", {}), (None, {})])
def test_known_key_names_keep_other_programs_apart(name: str | None, found: dict[str, str]):
    how = replace(HOW, keys={"bridge-prod": KeyName("default")})
    assert joined(match([call("a", 100, 110)], [row("r", 105, key=name)], 1000, how)) == found


def test_a_young_row_waits_until_it_has_settled():
    holds, rows = [call("a", 100, 110)], [row("r", 105)]
    assert match(holds, rows, 710, HOW) == ()
    assert joined(match(holds, rows, 711, HOW)) == {"a": "r"}


def test_a_row_waits_while_a_call_that_could_own_it_is_open():
    holds = [call("a", 100, 110), call("b", 104, None, HoldState.SENT)]
    assert match(holds, [row("r", 105)], LATER / 2, HOW) == ()
    assert joined(match(holds, [row("r", 101)], LATER / 2, HOW)) == {"a": "r"}


def test_a_row_still_worth_nothing_waits_as_long_as_a_missing_one():
    holds, rows = [call("a", 100, 110, HoldState.SETTLED)], [row("r", 105, points=0)]
    assert match(holds, rows, 1000, HOW) == ()
    assert joined(match(holds, rows, 5200, HOW)) == {"a": "r"}


def test_a_row_read_twice_while_it_was_filled_in_counts_once_with_its_later_worth():
    (verdict,) = match(
        [call("a", 100, 110)], [row("r", 105, 0), row("r", 105, 7), row("r", 105, 0)], 1000, HOW
    )
    assert verdict.points == 7


def test_equal_tokens_come_before_the_window_that_closes_first():
    holds = [call("a", 100, 110), call("b", 100, 120, HoldState.SETTLED, tokens=(10, 5))]
    rows = [row("r1", 105, tokens=(10, 5)), row("r2", 106, tokens=(77, 5))]
    verdicts = match(holds, rows, 1000, HOW)
    assert joined(verdicts) == {"b": "r1", "a": "r2"}
    assert all(verdict.guessed for verdict in verdicts if verdict.hold == "a")


def test_cached_tokens_may_be_printed_apart():
    holds = [call("a", 100, 110, HoldState.SETTLED, tokens=(1000, 5), cached=900)]
    assert joined(match(holds, [row("r", 105, tokens=(100, 5))], 1000, HOW)) == {"a": "r"}


def test_tokens_that_contradict_keep_a_row_from_a_call():
    holds = [call("a", 100, 110, HoldState.SETTLED, tokens=(10, 5))]
    assert match(holds, [row("r", 105, tokens=(11, 5))], 1000, HOW) == ()


def test_the_window_that_closes_first_takes_the_first_row_and_the_guess_is_marked():
    holds = [call("wide", 100, 200), call("narrow", 100, 110)]
    verdicts = match(holds, [row("r1", 105), row("r2", 150)], 1000, HOW)
    assert joined(verdicts) == {"narrow": "r1", "wide": "r2"}
    assert all(verdict.guessed for verdict in verdicts)


def test_a_twin_moves_over_when_the_other_row_has_only_one_owner():
    holds = [call("a", 100, 150, HoldState.SETTLED, tokens=(10, 5)), call("b", 100, 104)]
    rows = [row("r2", 103, 40, tokens=(10, 5)), row("r1", 140, 60, tokens=(10, 5))]
    assert joined(match(holds, rows, 1000, HOW)) == {"a": "r1", "b": "r2"}


def test_a_row_too_many_stays_without_an_owner():
    holds = [call("a", 100, 110), call("b", 100, 110)]
    verdicts = match(holds, [row("r1", 105), row("r2", 106), row("r3", 107)], 1000, HOW)
    assert {v.hold for v in verdicts} == {"a", "b"}


def test_an_uncertain_call_without_a_row_is_given_up_after_a_long_time():
    holds = [call("a", 100, 110), call("never sent", None, 110), call("s", 100, 110, HoldState.SETTLED)]
    assert match(holds, [], 5000, HOW) == ()
    verdicts = match([*holds, *holds], [], 5200, HOW)
    assert [(v.hold, v.points, v.row) for v in verdicts] == [("a", 0, None), ("never sent", 0, None)]


def test_a_hold_that_never_left_or_was_released_owns_nothing():
    holds = [call("a", None, None, HoldState.HELD), call("b", 100, 110, HoldState.RELEASED)]
    assert match(holds, [row("r", 105)], LATER, HOW) == ()


def test_rows_are_needed_since_the_first_of_the_calls_that_overlap():
    """The row of the long call is older than the cut one; without it, the long call would be given the cut one's."""
    before = call("before", 50, 90, HoldState.SETTLED, (5, 9))
    long = call("long", 100, 140, HoldState.SETTLED, (5, 20))
    cut = call("cut", 120, 150)
    never = call("never sent", None, 150)
    near, since = reach([before, long, cut, never], 120, 2)

    assert (near, since) == ((long, cut, never), 100)
    rows = [row("long", 101, 70, (5, 20)), row("cut", 121, 30, (5, 3))]
    assert joined(match(near, rows, LATER, HOW)) == {"long": "long", "cut": "cut", "never sent": None}
    assert joined(match(near, rows[1:], LATER, HOW)) == {"long": "cut", "cut": None, "never sent": None}


def test_calls_in_a_row_are_reached_one_from_another():
    holds = [call("a", 10, 30), call("b", 29, 60), call("c", 59, 90), call("open", 95, None, HoldState.SENT)]
    assert reach(holds, 92, 1) == (tuple(holds), 10)
    assert reach(holds, 93, 1) == ((holds[3],), 93)
    assert reach([], 93, 1) == ((), 93)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[OpenHold], list[UsageRow]]:
    """Calls, and for each of them the row Poe wrote."""
    holds, rows = [], []
    for number in range(draw(st.integers(1, 8))):
        sent = draw(st.integers(0, 100))
        ended = sent + draw(st.integers(0, 60))
        tokens = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
        state = draw(st.sampled_from([HoldState.UNCERTAIN, HoldState.SETTLED]))
        known = state is HoldState.SETTLED or draw(st.booleans())
        model = draw(st.sampled_from(["m1", "m2"]))
        holds.append(call(f"h{number}", sent, ended, state, tokens if known else None, model))
        told = tokens if draw(st.booleans()) else None
        at = draw(st.integers(sent, ended))
        rows.append(row(f"r{number}", at, draw(st.integers(1, 99)), told, model.upper()))
    return holds, rows


@given(world=worlds(), data=st.data())
def test_totals_are_exact_when_every_row_is_there(world, data):
    holds, rows = world
    shuffled = data.draw(st.permutations(rows))
    verdicts = match(data.draw(st.permutations(holds)), shuffled, LATER, HOW)
    assert sum(verdict.points for verdict in verdicts) == sum(one.points for one in rows)
    assert {verdict.hold for verdict in verdicts} == {one.hold.id for one in holds}
    assert set(verdicts) == set(match(holds, rows, LATER, HOW))


@given(world=worlds(), data=st.data(), steps=st.lists(st.integers(1, 900), max_size=8))
def test_whenever_it_is_asked_no_row_and_no_hold_is_used_twice(world, data, steps):
    holds, rows = world
    rows = [one for one in rows if data.draw(st.booleans())]
    now, used_rows, used_holds = 0.0, set(), set()
    for step in (*steps, LATER):
        now += step
        left = [one for one in holds if one.hold.id not in used_holds and (one.sent_at or 0) <= now]
        seen = [one for one in rows if one.at <= now and one.id not in used_rows]
        for verdict in match(left, seen, now, HOW):
            assert verdict.hold not in used_holds
            used_holds.add(verdict.hold)
            if verdict.row is not None:
                assert verdict.row.id not in used_rows
                used_rows.add(verdict.row.id)
    assert all(one.hold.id in used_holds for one in holds if one.state is HoldState.UNCERTAIN)


@st.composite
def crowds(draw: st.DrawFn) -> tuple[list[OpenHold], list[UsageRow]]:
    """Calls of every state and rows of anybody, with nothing that makes them fit."""
    few = st.integers(0, 4)
    tokens = st.none() | st.tuples(few, few)
    holds = []
    for number in range(draw(st.integers(0, 9))):
        sent, states = draw(st.none() | st.integers(0, 30)), list(HoldState)
        begun = sent or 0
        ended = draw(st.none() | st.integers(begun, begun + 20))
        model, cached = draw(st.sampled_from(["m1", "M2"])), draw(st.integers(0, 1))
        one = call(
            f"h{number}", sent, ended, draw(st.sampled_from(states)), draw(tokens), model, cached=cached
        )
        holds.append(replace(one, hold=replace(one.hold, key=draw(st.sampled_from(["default", "other"])))))
    rows = [
        row(
            draw(st.sampled_from([f"r{number}", "r0"])),
            draw(st.integers(0, 60)),
            draw(few),
            draw(tokens),
            draw(st.sampled_from(["M1", "m2", "Two", "m3"])),
            draw(st.sampled_from(["API", "Chat"])),
            draw(st.sampled_from(["default", "other", None])),
        )
        for number in range(draw(st.integers(0, 12)))
    ]
    return holds, rows


@settings(max_examples=400)
@given(
    crowd=crowds(),
    now=st.integers(0, 80),
    settle=st.integers(0, 20),
    slack=st.integers(0, 5),
    keys=st.sampled_from([{}, {"default": "default"}, {"default": "other", "other": "default"}]),
)
def test_the_verdicts_are_those_of_looking_at_every_pair(crowd, now, settle, slack, keys):
    holds, rows = crowd
    how = Matching(settle=settle, slack=slack, give_up=30, models={"two": ModelId("m2")}, keys=keys)
    assert match(holds, rows, now, how) == plainly.match(holds, rows, now, how)


def test_more_rows_than_calls_in_one_busy_minute_exhaust_nobody():
    """Other programs use the same key: what none of a thousand calls can own is left alone."""
    holds = [call(f"h{number:04}", 100, 160) for number in range(1_200)]
    rows = [row(f"r{number:04}", 130) for number in range(1_500)]
    verdicts = match(holds, rows, LATER, HOW)

    assert len({verdict.row.id for verdict in verdicts if verdict.row}) == len(holds) == len(verdicts)
