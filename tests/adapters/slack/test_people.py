"""Who people are is asked once, and what Slack does not tell is left out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from adapters.sim.slack import SlackServer
from adapters.slack.people import People, profile
from adapters.slack.rest import Rest
from adapters.slack.tokens import Tokens
from bridge.values.ids import WorkspaceId
from bridge.values.notices import Notice
from tests.adapters.slack.inbound import a_slack
from tests.adapters.slack.outbound import Time


@dataclass
class Office:
    slack: SlackServer
    people: People
    time: Time
    notices: list[Notice]

    @property
    def team(self) -> WorkspaceId:
        return WorkspaceId(self.slack.world.team("Harbour").id)

    def id(self, name: str) -> str:
        return self.slack.world.user(name).id

    def asked(self, method: str) -> list[dict[str, Any]]:
        return [one.body for one in self.slack.world.exchanges if one.method == method]


@asynccontextmanager
async def an_office() -> AsyncIterator[Office]:
    async with a_slack() as slack:
        clock, notices = Time(), list[Notice]()
        rest = Rest(Tokens(), api_url=slack.api_url, configured=slack.token)
        try:
            yield Office(slack, People(rest, clock, notices.append), clock, notices)
        finally:
            await rest.close()


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with an_office() as one:
        yield one


async def test_a_person_has_a_name_groups_and_maybe_rights(office: Office) -> None:
    (crew,) = office.slack.world.groups
    ada = await office.people.person(office.team, office.id("ada"))
    cleo = await office.people.person(office.team, office.id("cleo"))
    robo = await office.people.person(office.team, office.id("robo"))

    assert (ada.name, ada.admin, ada.bot, ada.roles) == ("ada", True, False, (crew,))
    assert (cleo.admin, cleo.roles) == (False, ())
    assert robo.bot


@pytest.mark.parametrize(
    ("told", "admin"),
    [
        ({"team_id": "T1"}, True),
        ({"team_id": "E1", "enterprise_user": {"teams": ["T0", "T1"]}}, True),
        ({"team_id": "T2"}, False),
        ({"team_id": "T1", "is_stranger": True}, False),
        ({}, False),
    ],
)
def test_who_administers_another_workspace_administers_nothing_here(
    told: dict[str, Any], admin: bool
) -> None:
    user = {"id": "U1", "name": "ada", "is_admin": True, **told}

    assert profile(WorkspaceId("T1"), {"user": user}).admin is admin


async def test_many_questions_at_once_are_one(office: Office) -> None:
    ada = office.id("ada")

    await asyncio.gather(*(office.people.person(office.team, ada) for _ in range(20)))

    assert len(office.asked("users.info")) == 1
    assert len(office.asked("usergroups.list")) == 1


async def test_what_is_known_is_asked_again_after_a_while(office: Office) -> None:
    ben = office.id("ben")
    assert not (await office.people.person(office.team, ben)).admin

    office.slack.world.user("ben").is_admin = True
    assert not (await office.people.person(office.team, ben)).admin
    office.time.passed += 121

    assert (await office.people.person(office.team, ben)).admin


async def test_what_was_known_stays_known_while_slack_does_not_tell(office: Office) -> None:
    ada = office.id("ada")
    await office.people.person(office.team, ada)
    office.time.passed += 121
    office.slack.faults.limit("users.info")
    office.slack.faults.drop("usergroups.list")

    person = await office.people.person(office.team, ada)
    await office.people.person(office.team, ada)

    assert (person.admin, len(person.roles)) == (True, 1)
    assert len(office.asked("users.info")) == 2
    assert len(office.notices) == 2
    office.time.passed += 31
    await office.people.person(office.team, ada)
    assert len(office.asked("users.info")) == 3


async def test_everything_named_in_a_text_has_a_name(office: Office) -> None:
    (crew,) = office.slack.world.groups
    lab = office.slack.world.channel("lab").id

    names = await office.people.names(office.team, {office.id("ben"), lab, crew, "U0NOBODY00", "S0NOTHING0"})

    assert names == {office.id("ben"): "ben", lab: "lab", crew: "@crew"}


async def test_who_is_nowhere_is_known_by_their_id(office: Office) -> None:
    person = await office.people.person(WorkspaceId("T0ELSEWHERE"), "U0SOMEBODY")

    assert (person.id, person.name, person.roles, person.admin) == ("U0SOMEBODY", "U0SOMEBODY", (), False)
