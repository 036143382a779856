"""Tokens are kept by workspace, shown to nobody, and forgotten for good."""

from __future__ import annotations

import pytest

from adapters.slack import ids, tokens
from adapters.slack.tokens import Bearer, Tokens
from bridge.values.errors import ChatForbidden
from bridge.values.ids import PersonId, WorkspaceId
from bridge.values.installation import Installation

HARBOUR, LIGHTHOUSE = WorkspaceId("T1"), WorkspaceId("T2")


def bearer(workspace: WorkspaceId = HARBOUR, token: str = "xoxb-1") -> Bearer:
    return Bearer(workspace=workspace, user=PersonId("U1"), token=token)


def test_every_workspace_has_its_own() -> None:
    held = Tokens()
    held.put(bearer())
    held.put(bearer(LIGHTHOUSE, "xoxb-2"))

    assert held.of(HARBOUR).token == "xoxb-1"
    assert held.of(LIGHTHOUSE).token == "xoxb-2"
    assert len(held.all()) == 2


def test_where_we_are_not_installed_an_admin_is_told_what_to_do() -> None:
    with pytest.raises(ChatForbidden, match="An admin has to install me again"):
        Tokens().of(HARBOUR)


def test_a_forgotten_token_is_gone_for_whoever_kept_something_of_it() -> None:
    held, parted = Tokens(), list[Bearer]()
    held.on_parting(parted.append)
    held.put(bearer())

    assert held.forget(HARBOUR) == bearer()
    assert held.forget(HARBOUR) is None
    assert held.get(HARBOUR) is None
    assert parted == [bearer()]


def test_a_new_token_takes_the_place_of_the_old_one() -> None:
    held, parted = Tokens(), list[Bearer]()
    held.on_parting(parted.append)
    held.put(bearer())
    held.put(bearer(token="xoxb-2"))

    assert held.of(HARBOUR).token == "xoxb-2"
    assert [one.token for one in parted] == ["xoxb-1"]


def test_a_token_is_not_printed() -> None:
    assert "xoxb" not in repr(bearer())


def test_an_installation_lets_us_act() -> None:
    kept = Installation(
        platform=ids.PLATFORM,
        workspace=HARBOUR,
        name="Harbour",
        bot=PersonId("U1"),
        scopes=("chat:write",),
        at=1.0,
        token="xoxb-1",
    )

    one = tokens.of(kept)

    assert (one.workspace, one.user, one.token, one.name) == (HARBOUR, "U1", "xoxb-1", "Harbour")
    assert one.scopes == {"chat:write"}
