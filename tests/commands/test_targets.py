"""Whom a budget command is for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.commands.targets import demanded, given, whom, whose
from bridge.values.errors import NotAccepted
from bridge.values.ids import BudgetId, ChannelId
from bridge.values.points import Budget, Period, PeriodKind, Scope, ScopeKind, Share
from tests.commands import scene
from tests.commands.scene import SERVER, THREAD


@pytest.mark.parametrize(
    ("options", "kind", "id_", "share"),
    [
        ({"person": "1"}, ScopeKind.PERSON, "1", Share.EACH),
        ({"role": "90"}, ScopeKind.ROLE, "90", Share.EACH),
        ({"channel": "50"}, ScopeKind.CHANNEL, "50", Share.POOL),
        ({"everyone": True}, ScopeKind.WORKSPACE, SERVER, Share.EACH),
        ({"server": True}, ScopeKind.WORKSPACE, SERVER, Share.POOL),
    ],
)
def test_each_target_has_its_scope_and_its_usual_share(
    options: dict[str, str | bool], kind: ScopeKind, id_: str, share: Share
) -> None:
    target = demanded(scene.given("budget set", place=THREAD, **options))
    assert target.scope == Scope(kind=kind, id=id_, workspace=SERVER)
    assert target.share is share


def test_a_switch_that_is_off_names_nobody() -> None:
    assert given(scene.given("budget show", server=False, person="")) is None


def test_two_targets_are_one_too_many() -> None:
    with pytest.raises(NotAccepted, match="Choose only one of person and everyone"):
        given(scene.given("budget show", person="1", everyone=True))


@pytest.mark.parametrize("share", Share)
@pytest.mark.parametrize("kind", ScopeKind)
def test_every_rule_can_be_told_of(kind: ScopeKind, share: Share) -> None:
    scope = Scope(kind=kind, id="50")
    period = Period(kind=PeriodKind.DAY)
    told = whose(Budget(id=BudgetId("x"), scope=scope, share=share, limit=1, period=period), scene.NAMES)
    assert told[0].isupper() or told == "**#general**"


def test_the_role_of_everybody_is_no_role() -> None:
    with pytest.raises(NotAccepted, match="Choose everyone instead"):
        given(scene.given("budget set", role=SERVER))


def test_a_thread_has_no_budget_but_its_channel_s() -> None:
    here = scene.given("budget set", place=THREAD, channel="51")
    with pytest.raises(
        NotAccepted, match=r"^A thread spends from the channel above it. Choose \*\*#general\*\* instead"
    ):
        given(here)
    other = replace(scene.given("budget set", channel="61"), parents={"61": ChannelId("60")})
    with pytest.raises(NotAccepted, match="Choose that one instead"):
        given(other)


@pytest.mark.parametrize("kind", ScopeKind)
def test_whoever_a_freeze_can_be_of_is_told(kind: ScopeKind) -> None:
    told = whom(kind, "**x**")
    assert ("**x**" in told) is (kind in (ScopeKind.PERSON, ScopeKind.ROLE, ScopeKind.CHANNEL))
    assert told
