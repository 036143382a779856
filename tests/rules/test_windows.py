"""Moments and the windows they lie in, held against looking at every window."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.rules.windows import Call, Windows, order
from bridge.values.ids import HoldId, KeyName, ModelId, TurnId
from bridge.values.points import Hold, HoldState, OpenHold


def call(id: str, opens: float, closes: float) -> Call:
    hold = Hold(
        id=HoldId(id),
        turn=TurnId(id),
        amount=1,
        legs=(),
        model=ModelId("m"),
        key=KeyName("k"),
        expires_at=0,
    )
    held = OpenHold(
        hold=hold, state=HoldState.SETTLED, sent_at=opens, ended_at=closes, usage=None, settled=None
    )
    return Call(of=held, opens=opens, closes=closes)


windows = st.tuples(st.integers(0, 20), st.integers(0, 20) | st.just(float("inf")))


@given(given=st.lists(windows, max_size=12), at=st.integers(-1, 45))
def test_a_moment_lies_in_the_windows_around_it_and_in_no_other(given, at):
    calls = [call(str(number), opens, opens + long) for number, (opens, long) in enumerate(given)]
    calls.sort(key=order)
    around = [each for each in calls if each.opens <= at <= each.closes]

    assert list(Windows(calls).around(at)) == around
    assert Windows(calls).last(at) == max((each.closes for each in around), default=None)


def test_calls_one_after_the_other_are_not_all_looked_at():
    class Looked(list):
        times = 0

        def __getitem__(self, number):
            Looked.times += 1
            return super().__getitem__(number)

    calls = Looked(call(str(number), number * 10, number * 10 + 5) for number in range(10_000))
    (found,) = Windows(calls).around(50_003)

    assert found.of.hold.id == "5000"
    assert Looked.times < 10
