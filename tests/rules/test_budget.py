"""Who pays, how much answer that affords, and the sentences around it."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.rules import budget
from bridge.rules.budget import Quote
from bridge.values.errors import BudgetFrozen, BudgetSpent, NoPrice
from bridge.values.ids import BudgetId, ChannelId, KeyName, PersonId, RoleId, WorkspaceId
from bridge.values.points import (
    MOST_POINTS,
    NO_WORKSPACE,
    Budget,
    Payer,
    Period,
    PeriodKind,
    Price,
    Scope,
    ScopeKind,
    Share,
    Span,
    Standing,
    Usage,
)

HERE = WorkspaceId("w1")
NOW = 1_795_214_600.0  # 2026-11-20 22:43 UTC
ANN = Payer(
    person=PersonId("ann"),
    roles=(RoleId("gold"), RoleId("member")),
    channel=ChannelId("general"),
    workspace=HERE,
    key=KeyName("default"),
)
PRICE = Price(prompt=Decimal("0.000001"), completion=Decimal("0.00001"), cached=Decimal("0.0000001"))
ROOMLESS = (ScopeKind.HOUSE, ScopeKind.KEY)


def rule(
    kind: ScopeKind,
    id: str,
    share: Share = Share.EACH,
    limit: int = 1000,
    period: PeriodKind = PeriodKind.DAY,
    zone: str = "UTC",
    workspace: WorkspaceId = HERE,
) -> Budget:
    return Budget(
        id=BudgetId(f"{kind.value}-{id}-{share.value}"),
        scope=Scope(kind=kind, id=id, workspace=NO_WORKSPACE if kind in ROOMLESS else workspace),
        share=share,
        limit=limit,
        period=Period(kind=period, zone=zone),
    )


def standing(
    of: Budget, *, spent: int = 0, held: int = 0, granted: int = 0, frozen: bool = False
) -> Standing:
    (_, leg) = budget.legs((of,), ANN, NOW)[0]
    return Standing(
        budget=of, holder=leg.holder, span=leg.span, granted=granted, spent=spent, held=held, frozen=frozen
    )


def quote(
    input_tokens: int = 1000,
    output_tokens: int = 1000,
    floor_tokens: int = 100,
    price: Price | None = PRICE,
    flat: int | None = None,
) -> Quote:
    return Quote(
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        floor_tokens=floor_tokens,
        price=price,
        points_per_usd=33_333,
        flat=flat,
    )


PERSON = rule(ScopeKind.PERSON, "ann")
GOLD = rule(ScopeKind.ROLE, "gold")
MEMBER = rule(ScopeKind.ROLE, "member")
CHANNEL = rule(ScopeKind.CHANNEL, "general")
SERVER = rule(ScopeKind.WORKSPACE, "w1")
HOUSE = rule(ScopeKind.HOUSE, "")
KEY = rule(ScopeKind.KEY, "default")


@pytest.mark.parametrize(
    ("rules", "chosen"),
    [
        ((KEY, HOUSE, SERVER, CHANNEL, MEMBER, GOLD, PERSON), PERSON),
        ((HOUSE, SERVER, CHANNEL, MEMBER, GOLD), GOLD),
        ((MEMBER, CHANNEL), MEMBER),
        ((SERVER, CHANNEL), CHANNEL),
        ((HOUSE, SERVER), SERVER),
        ((KEY, HOUSE), HOUSE),
        ((KEY,), KEY),
    ],
)
def test_the_most_specific_allotment_wins_alone(rules: tuple[Budget, ...], chosen: Budget):
    ((winner, leg),) = budget.legs(rules, ANN, NOW)
    assert winner == chosen
    assert leg.holder == "ann"


@pytest.mark.parametrize(
    "kind_and_id", [(ScopeKind.PERSON, "ann"), (ScopeKind.ROLE, "gold"), (ScopeKind.CHANNEL, "general")]
)
def test_a_rule_made_for_everywhere_counts_where_this_server_has_none(kind_and_id: tuple[ScopeKind, str]):
    everywhere = replace(rule(*kind_and_id, workspace=NO_WORKSPACE), id=BudgetId("everywhere"))
    here = rule(*kind_and_id)
    assert [b for b, _ in budget.legs((SERVER, everywhere), ANN, NOW)] == [everywhere]
    assert [b for b, _ in budget.legs((SERVER, everywhere, here), ANN, NOW)] == [here]


def test_no_scope_is_told_twice_where_there_is_no_server():
    scopes = budget.scopes(replace(ANN, workspace=NO_WORKSPACE))
    assert len(set(scopes)) == len(scopes)


DIRECTLY = replace(ANN, roles=(), workspace=WorkspaceId("directly"), direct=True)


def elsewhere(limit: int, server: str, period: PeriodKind = PeriodKind.DAY) -> Budget:
    own = rule(ScopeKind.PERSON, "ann", limit=limit, period=period, workspace=WorkspaceId(server))
    return replace(own, id=BudgetId(f"ann-{server}"))


def test_in_a_direct_message_the_tightest_of_a_persons_own_rules_counts():
    weekly = elsewhere(500, "w2", PeriodKind.WEEK)
    rules = (
        HOUSE,
        elsewhere(100, "w1"),
        weekly,
        elsewhere(9_000, ""),
        elsewhere(30_000, "w3", PeriodKind.NEVER),
    )
    (winner, leg), (base, _) = budget.legs(rules, DIRECTLY, NOW)
    assert winner == weekly
    assert (leg.budget, leg.holder) == (weekly.id, "ann")
    assert base.limit == 9_000
    (winner, _), _ = budget.legs((*rules, elsewhere(0, "w4", PeriodKind.NEVER)), DIRECTLY, NOW)
    assert winner.limit == 0


def test_in_a_direct_message_no_server_s_rule_is_more_than_the_houses():
    ((winner, _),) = budget.legs((HOUSE, elsewhere(9_000, "w1")), DIRECTLY, NOW)
    assert winner == HOUSE
    tight = elsewhere(10, "w2")
    assert [b for b, _ in budget.legs((HOUSE, elsewhere(9_000, "w1"), tight), DIRECTLY, NOW)] == [
        tight,
        HOUSE,
    ]
    ((alone, _),) = budget.legs((elsewhere(9_000, "w1"),), DIRECTLY, NOW)
    assert alone.limit == 9_000


def test_a_rule_made_for_direct_messages_is_stronger_than_a_servers():
    own = elsewhere(5_000, "directly")
    ((winner, _),) = budget.legs((HOUSE, elsewhere(0, "w1"), own), DIRECTLY, NOW)
    assert winner == own


def test_other_servers_rules_do_not_count_on_a_server_nor_other_peoples_anywhere():
    bob = rule(ScopeKind.PERSON, "bob", limit=0)
    for who in (ANN, DIRECTLY):
        ((winner, _),) = budget.legs((HOUSE, bob), who, NOW)
        assert winner == HOUSE
    ((winner, _),) = budget.legs((HOUSE, elsewhere(0, "w2")), ANN, NOW)
    assert winner == HOUSE


def test_every_pool_applies_beside_the_one_allotment_and_is_shared():
    pools = tuple(replace(one, share=Share.POOL) for one in (KEY, HOUSE, SERVER, CHANNEL, GOLD, MEMBER))
    chosen = budget.legs((*pools, GOLD, PERSON), ANN, NOW)
    assert [one for one, _ in chosen] == [PERSON, *sorted(pools, key=lambda p: _order(p))]
    assert [leg.holder for _, leg in chosen] == ["ann", "", "", "", "", "", ""]


def _order(pool: Budget) -> int:
    return [GOLD.scope, MEMBER.scope, CHANNEL.scope, SERVER.scope, HOUSE.scope, KEY.scope].index(pool.scope)


def test_rules_for_others_do_not_apply():
    elsewhere = rule(ScopeKind.PERSON, "ann", workspace=WorkspaceId("w2"))
    others = (rule(ScopeKind.PERSON, "bob"), rule(ScopeKind.ROLE, "mods"), rule(ScopeKind.CHANNEL, "art"))
    assert budget.legs((elsewhere, *others), ANN, NOW) == ()


def test_each_leg_has_the_span_of_its_own_period():
    day, ever = PERSON, replace(rule(ScopeKind.HOUSE, "", Share.POOL, period=PeriodKind.NEVER))
    spans = [leg.span for _, leg in budget.legs((day, ever), ANN, NOW)]
    assert spans == [Span(start=1_795_132_800.0, end=1_795_219_200.0), Span(start=0.0, end=None)]


def test_a_hold_is_the_dearest_the_call_can_be_with_a_margin():
    afforded = budget.afford(quote(), [standing(PERSON)])
    # (1000 x 0.000001 + 1000 x 0.00001) USD x 33,333 = 366.663, and a tenth more, rounded up
    assert (afforded.max_output_tokens, afforded.points) == (1000, 404)


def test_the_tightest_budget_shortens_the_answer():
    wide, tight = standing(PERSON, spent=100), standing(replace(HOUSE, share=Share.POOL), spent=800)
    afforded = budget.afford(quote(), [wide, tight])
    assert afforded.points <= tight.left
    assert 100 <= afforded.max_output_tokens < 1000
    one_more = quote(
        output_tokens=afforded.max_output_tokens + 1, floor_tokens=afforded.max_output_tokens + 1
    )
    with pytest.raises(BudgetSpent):
        budget.afford(one_more, [wide, tight])


def test_without_any_budget_the_answer_may_be_as_long_as_wanted():
    assert budget.afford(quote(), []).max_output_tokens == 1000


def test_less_than_the_floor_may_be_wanted():
    assert budget.afford(quote(output_tokens=20), [standing(PERSON)]).max_output_tokens == 20


def test_a_refusal_names_the_budget_what_is_left_and_when_it_renews():
    berlin = standing(rule(ScopeKind.PERSON, "ann", limit=1120, zone="Europe/Berlin"), spent=1100)
    with pytest.raises(BudgetSpent) as caught:
        budget.afford(quote(), [berlin])
    assert caught.value.say == (
        "Your daily budget has 20 points left and this answer needs at least 74. "
        "It renews tomorrow at 00:00 (Europe/Berlin)."
    )


@pytest.mark.parametrize(
    ("period", "said"),
    [
        (PeriodKind.DAY, "It renews tomorrow at 00:00 (UTC)."),
        (PeriodKind.WEEK, "It renews on Monday, 23 November at 00:00 (UTC)."),
        (PeriodKind.MONTH, "It renews on 1 December at 00:00 (UTC)."),
        (PeriodKind.NEVER, "It does not renew by itself; an admin can grant more."),
    ],
)
def test_a_renewal_is_said_as_people_say_it(period: PeriodKind, said: str):
    assert budget.renewal(standing(rule(ScopeKind.PERSON, "ann", period=period))) == said


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (PERSON, "your daily budget"),
        (rule(ScopeKind.PERSON, "ann", period=PeriodKind.NEVER), "your budget"),
        (rule(ScopeKind.ROLE, "gold", period=PeriodKind.MONTH), "your role's monthly budget"),
        (rule(ScopeKind.ROLE, "gold", Share.POOL), "your role's shared daily budget"),
        (CHANNEL, "your daily budget in this channel"),
        (rule(ScopeKind.CHANNEL, "general", Share.POOL), "this channel's daily budget"),
        (SERVER, "your daily budget on this server"),
        (rule(ScopeKind.WORKSPACE, "w1", Share.POOL, period=PeriodKind.WEEK), "this server's weekly budget"),
        (HOUSE, "your daily budget"),
        (rule(ScopeKind.HOUSE, "", Share.POOL), "the whole bridge's daily budget"),
        (rule(ScopeKind.KEY, "default", Share.POOL), "the daily budget of this bridge's Poe key"),
    ],
)
def test_a_budget_is_named_as_its_payer_would(of: Budget, said: str):
    assert budget.describe(standing(of)) == said


def test_every_kind_of_budget_has_a_name():
    for kind in ScopeKind:
        for share in Share:
            for period in PeriodKind:
                one = standing(replace(PERSON, period=Period(kind=period)))
                scope = Scope(kind=kind)
                named = replace(one, budget=replace(one.budget, scope=scope, share=share))
                assert "budget" in budget.describe(named)


def test_points_on_hold_are_mentioned_because_they_may_come_back():
    with pytest.raises(BudgetSpent) as caught:
        budget.afford(quote(), [standing(PERSON, spent=200, held=799)])
    assert "has 1 point left (799 more set aside for answers still being written)" in caught.value.say


def test_a_budget_in_debt_has_no_points_left():
    with pytest.raises(BudgetSpent, match=r"Your daily budget has no points left and"):
        budget.afford(quote(), [standing(PERSON, spent=1300)])


def test_a_frozen_budget_refuses_whatever_is_left():
    frozen = standing(SERVER, frozen=True)
    with pytest.raises(BudgetFrozen) as caught:
        budget.afford(quote(), [standing(PERSON), frozen])
    assert caught.value.say == (
        "An admin has frozen spending on this server. Until that is undone, nothing can be spent."
    )
    assert not budget.verdict(frozen, 0)


def test_a_freeze_is_named_by_what_is_frozen_and_not_by_the_budget():
    for kind in ScopeKind:
        frozen = replace(standing(HOUSE, frozen=True), frozen_scope=Scope(kind=kind))
        assert f"frozen spending {budget.whom_frozen(frozen)}." in budget.denial(frozen).say
    of_role = replace(standing(PERSON, frozen=True), frozen_scope=GOLD.scope)
    assert budget.whom_frozen(of_role) == "for your role"


def test_a_denial_by_the_store_is_worded_too():
    assert isinstance(budget.denial(standing(PERSON, frozen=True)), BudgetFrozen)
    denied = budget.denial(standing(PERSON, spent=700, held=290))
    assert isinstance(denied, BudgetSpent)
    assert denied.say == (
        "Your daily budget has 10 points left (290 more set aside for answers still being written), "
        "too few for this answer. It renews tomorrow at 00:00 (UTC)."
    )


@pytest.mark.parametrize(
    "price", [None, Price(), Price(prompt=Decimal(1)), Price(completion=Decimal(1)), Price(image=Decimal(1))]
)
def test_a_model_without_a_whole_price_needs_a_flat_one(price: Price | None):
    with pytest.raises(NoPrice):
        budget.afford(quote(price=price), [standing(PERSON)])
    with pytest.raises(NoPrice):
        budget.charge(Usage(input=1, output=1), price, 33_333)
    assert budget.afford(quote(price=price, flat=50), [standing(PERSON)]).points == 50
    assert budget.charge(Usage(input=1, output=1), price, 33_333, 50) == 50


def test_a_price_per_request_does_not_depend_on_the_length():
    price = Price(request=Decimal("0.018"))
    assert budget.afford(quote(price=price), []).points == 660
    assert budget.charge(Usage(input=9999, output=9999), price, 33_333) == 600


def test_images_are_held_at_the_dearer_price():
    price = replace(PRICE, image=Decimal("0.0001"))
    assert budget.afford(quote(price=price), []).points > budget.afford(quote(), []).points * 9


def test_cached_tokens_cost_the_cached_price_where_there_is_one():
    usage = Usage(input=10_000, output=0, cached=9_000)
    assert budget.charge(usage, PRICE, 33_333) == 64  # (1000 x 1e-6 + 9000 x 1e-7) x 33,333 = 63.33
    assert budget.charge(usage, replace(PRICE, cached=None), 33_333) == 334


def test_a_free_model_holds_and_costs_nothing_but_debt_still_refuses():
    free = Price(prompt=Decimal(0), completion=Decimal(0))
    assert budget.afford(quote(price=free), [standing(PERSON, spent=1000)]).points == 0
    assert budget.charge(Usage(input=5, output=5), free, 33_333) == 0
    with pytest.raises(BudgetSpent):
        budget.afford(quote(price=free), [standing(PERSON, spent=1001)])


def test_no_charge_leaves_the_books_range():
    assert budget.charge(Usage(input=10**30, output=0), PRICE, 33_333) == MOST_POINTS


@pytest.mark.parametrize(
    ("spent", "granted", "reached"),
    [(0, 0, ()), (799, 0, ()), (800, 0, (80,)), (999, 0, (80,)), (1000, 0, (80, 100)), (1000, 1000, ())],
)
def test_warnings_follow_what_is_spent(spent: int, granted: int, reached: tuple[int, ...]):
    assert budget.warnings(standing(PERSON, spent=spent, held=900, granted=granted)) == reached


def test_a_budget_of_nothing_warns_of_nothing():
    assert budget.warnings(standing(replace(PERSON, limit=0), spent=10)) == ()


tokens = st.integers(0, 200_000)
prices = st.builds(
    Price,
    prompt=st.decimals(0, Decimal("0.001"), places=9),
    completion=st.decimals(0, Decimal("0.001"), places=9),
    cached=st.none(),
    request=st.none() | st.decimals(0, 1, places=5),
)


@given(
    input_tokens=tokens,
    wanted=tokens,
    floor=tokens,
    price=prices,
    accounts=st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 1000)), max_size=4
    ),
    data=st.data(),
)
def test_what_is_held_fits_every_budget_and_covers_the_call(
    input_tokens, wanted, floor, price, accounts, data
):
    rules = [rule(ScopeKind.HOUSE, "", Share.POOL, limit=limit) for limit, _, _ in accounts]
    standings = [standing(r, spent=s, held=h) for r, (_, s, h) in zip(rules, accounts, strict=True)]
    asked = quote(input_tokens, wanted, floor, price)
    try:
        afforded = budget.afford(asked, standings)
    except BudgetSpent:
        least = budget.afford(replace(asked, output_tokens=min(floor, wanted)), []).points
        assert not all(budget.verdict(one, least) for one in standings)
        return
    assert min(floor, wanted) <= afforded.max_output_tokens <= wanted
    assert all(budget.verdict(one, afforded.points) for one in standings)
    usage = Usage(
        input=data.draw(st.integers(0, input_tokens)),
        output=data.draw(st.integers(0, afforded.max_output_tokens)),
    )
    assert 0 <= budget.charge(usage, price, 33_333) <= afforded.points
    if afforded.max_output_tokens < wanted:
        longer = replace(asked, output_tokens=afforded.max_output_tokens + 1)
        dearer = budget.afford(longer, []).points
        assert not all(budget.verdict(one, dearer) for one in standings)
