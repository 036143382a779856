"""Who we are in each workspace, and by which token we act there: one that was configured, or those of all that installed us.

A token is shown to nobody. When a workspace takes us out, its token is forgotten here and erased in the store.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bridge.values.errors import ChatForbidden
from bridge.values.ids import PersonId, WorkspaceId
from bridge.values.installation import Installation

NOT_INSTALLED = "I am not installed in this Slack workspace any more. An admin has to install me again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Our user in a workspace, and the right to act as it. `scopes` is None where Slack has not told them."""

    workspace: WorkspaceId
    user: PersonId
    token: str = field(repr=False)
    bot: str = ""  # the bot behind our user, `B…`
    name: str = ""  # of the workspace
    scopes: frozenset[str] | None = None


def of(installation: Installation) -> Bearer:
    return Bearer(
        workspace=installation.workspace,
        user=installation.bot,
        token=installation.token,
        name=installation.name,
        scopes=frozenset(installation.scopes) if installation.scopes else None,
    )


class Tokens:
    """Every workspace that lets us in now."""

    def __init__(self) -> None:
        self._bearers: dict[WorkspaceId, Bearer] = {}
        self._parted: list[Callable[[Bearer], None]] = []

    def put(self, bearer: Bearer) -> None:
        """Act by this token from now on, in place of an earlier one of the workspace."""
        self.forget(bearer.workspace)
        self._bearers[bearer.workspace] = bearer

    def of(self, workspace: WorkspaceId) -> Bearer:
        """Raises ChatForbidden where we are not installed."""
        bearer = self.get(workspace)
        if bearer is None:
            raise ChatForbidden(NOT_INSTALLED, detail="no token")
        return bearer

    def get(self, workspace: WorkspaceId) -> Bearer | None:
        return self._bearers.get(workspace)

    def forget(self, workspace: WorkspaceId) -> Bearer | None:
        """The workspace took us out, or its token was revoked; what we had there."""
        bearer = self._bearers.pop(workspace, None)
        if bearer is not None:
            for told in self._parted:
                told(bearer)
        return bearer

    def all(self) -> tuple[Bearer, ...]:
        return tuple(self._bearers.values())

    def on_parting(self, told: Callable[[Bearer], None]) -> None:
        """Whoever keeps something made of a token lets it go with it."""
        self._parted.append(told)
