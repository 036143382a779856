"""Slack's own Stop names a thread; here it is known whose answers grow in it."""

from __future__ import annotations

from adapters.slack import ids
from adapters.slack.growing import Growing
from bridge.values.ids import ChannelId, TurnId, WorkspaceId

HARBOUR, LIGHTHOUSE = WorkspaceId("T1"), WorkspaceId("T2")
THREAD = ChannelId("C1/1.1")
ONE, TWO = TurnId("one"), TurnId("two")
FIRST, SECOND = ids.ref("C1", "2.2", "1.1"), ids.ref("C1", "3.3", "1.1")


def both() -> Growing:
    growing = Growing()
    growing.put(HARBOUR, FIRST, ONE)
    growing.put(HARBOUR, SECOND, TWO)
    return growing


def test_what_grows_in_a_thread_is_known() -> None:
    assert both().there(HARBOUR, THREAD) == ((ONE, FIRST), (TWO, SECOND))


def test_messages_that_are_named_are_meant_alone() -> None:
    assert both().there(HARBOUR, THREAD, ["3.3"]) == ((TWO, SECOND),)


def test_named_messages_that_nobody_knows_mean_the_thread() -> None:
    assert both().there(HARBOUR, THREAD, ["9.9"]) == ((ONE, FIRST), (TWO, SECOND))


def test_other_threads_and_workspaces_are_not_meant() -> None:
    assert both().there(LIGHTHOUSE, THREAD) == ()
    assert both().there(HARBOUR, ChannelId("C1/9.9")) == ()
    assert both().there(HARBOUR, ChannelId("C2/1.1")) == ()


def test_what_is_done_grows_no_more() -> None:
    growing = both()
    growing.done(HARBOUR, FIRST)
    growing.done(HARBOUR, FIRST)

    assert growing.there(HARBOUR, THREAD) == ((TWO, SECOND),)


def test_an_answer_on_two_pages_is_one() -> None:
    growing = Growing()
    growing.put(HARBOUR, FIRST, ONE)
    growing.put(HARBOUR, SECOND, ONE)

    assert growing.there(HARBOUR, THREAD) == ((ONE, SECOND),)


def test_what_nobody_ever_finishes_is_forgotten_in_the_end() -> None:
    growing = Growing()
    growing.put(HARBOUR, FIRST, ONE)
    for number in range(5_000):
        growing.put(HARBOUR, ids.ref("C2", f"{number}.1", "1.1"), TWO)

    assert growing.there(HARBOUR, THREAD) == ()
