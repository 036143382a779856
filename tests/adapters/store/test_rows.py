"""Values that went into columns come out the same."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.store import rows
from bridge.values.inbound import Destination, FileRef, MessageRef, Person, Place, Quoted, Via
from bridge.values.points import PeriodKind, Scope, ScopeKind, Share, Usage
from bridge.values.turn import Prompt

st.register_type_strategy(str, st.text(max_size=20))
prompts = st.builds(
    Prompt,
    place=st.builds(Place),
    person=st.builds(Person),
    to=st.builds(Destination, via=st.none() | st.builds(Via, expires_at=st.floats(0, 1e10))),
    at=st.floats(0, 1e10),
    files=st.lists(st.builds(FileRef), max_size=2).map(tuple),
    quoted=st.lists(
        st.builds(Quoted, message=st.none() | st.builds(MessageRef, via=st.none())), max_size=2
    ).map(tuple),
    reply_to=st.none() | st.builds(MessageRef, via=st.none()),
)


@given(prompt=prompts)
def test_every_prompt_survives_its_json(prompt: Prompt):
    assert rows.prompt_of(rows.to_json(prompt)) == prompt


def test_usage_that_was_not_told_is_not_zero():
    assert set(rows.usage_fields(None).values()) == {None}
    told = rows.usage_fields(Usage(input=3, output=2))
    assert told == {"told_input": 3, "told_output": 2, "told_cached": 0, "told_reasoning": 0}


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (Scope(kind=ScopeKind.HOUSE), "house"),
        (Scope(kind=ScopeKind.WORKSPACE, id="7", workspace="7"), "workspace 7"),
        (Scope(kind=ScopeKind.ROLE, id="42", workspace="7"), "role 42 in 7"),
    ],
)
def test_a_scope_in_the_audit_reads_like_one(scope: Scope, said: str):
    assert rows.scope_words(scope) == said


@pytest.mark.parametrize(
    ("share", "period", "said"),
    [
        (Share.EACH, PeriodKind.DAY, "1000 points per day for each (UTC)"),
        (Share.POOL, PeriodKind.NEVER, "1000 points shared (UTC)"),
    ],
)
def test_a_rule_in_the_audit_reads_like_one(
    make: SimpleNamespace, share: Share, period: PeriodKind, said: str
):
    assert rows.budget_words(replace(make.budget(period=period), share=share)) == said
