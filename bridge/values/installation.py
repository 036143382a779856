"""A workspace that has let us in."""

from __future__ import annotations

from dataclasses import dataclass, field

from bridge.values.ids import PersonId, Platform, WorkspaceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """`token` is the right to act there; it is shown to nobody and stands on disk only encrypted."""

    platform: Platform
    workspace: WorkspaceId
    name: str
    bot: PersonId
    scopes: tuple[str, ...]
    at: float  # seconds since the epoch
    token: str = field(repr=False)
