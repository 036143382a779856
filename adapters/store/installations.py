"""Transaction bodies of workspaces that let us in. Their tokens come and go sealed; how is in `seals`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, select, update

from adapters.store import rows
from adapters.store.dialect import put
from adapters.store.schema import installations
from adapters.store.seals import Sealed, Seals
from bridge.values.ids import PersonId, Platform, WorkspaceId
from bridge.values.installation import Installation


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was found, and those of it whose token an older key sealed."""

    all: tuple[Installation, ...]
    stale: tuple[Installation, ...]


def install(conn: Connection, installation: Installation, seals: Seals) -> None:
    sealed = seals.seal(installation.token, _about(installation.platform, installation.workspace))
    fields: rows.Fields = {
        "platform": installation.platform,
        "workspace": installation.workspace,
        "name": installation.name,
        "bot": installation.bot,
        "scopes": rows.to_json(installation.scopes),
        "at": installation.at,
        "key": sealed.key,
        "token": sealed.data,
    }
    put(conn, installations, fields, key=("platform", "workspace"))


def installed(conn: Connection, platform: Platform, sealing: Callable[[], Seals]) -> Kept:
    """In the order in which they came. Raises StoreError for a token that does not open. Where there is none, no key is asked for."""
    mine = select(installations).where(installations.c.platform == platform)
    found = conn.execute(mine.order_by(installations.c.at, installations.c.workspace)).all()
    if not found:
        return Kept(all=(), stale=())
    seals = sealing()
    read = [(_installation(row, seals), seals.stale(row.key)) for row in found]
    return Kept(all=tuple(each for each, _ in read), stale=tuple(each for each, stale in read if stale))


def reseal(conn: Connection, stale: tuple[Installation, ...], seals: Seals) -> None:
    """With the newest key; one that has gone in the meantime stays away."""
    for each in stale:
        sealed = seals.seal(each.token, _about(each.platform, each.workspace))
        mine = update(installations).where(*_of(each.platform, each.workspace))
        conn.execute(mine.where(installations.c.at == each.at).values(key=sealed.key, token=sealed.data))


def uninstall(conn: Connection, platform: Platform, workspace: WorkspaceId) -> bool:
    return conn.execute(delete(installations).where(*_of(platform, workspace))).rowcount == 1


def _of(platform: Platform, workspace: WorkspaceId) -> list[ColumnElement[bool]]:
    return [installations.c.platform == platform, installations.c.workspace == workspace]


def _installation(row: rows.AnyRow, seals: Seals) -> Installation:
    about = _about(row.platform, row.workspace)
    return Installation(
        platform=Platform(row.platform),
        workspace=WorkspaceId(row.workspace),
        name=row.name,
        bot=PersonId(row.bot),
        scopes=tuple(msgspec.json.decode(row.scopes, type=list[str])),
        at=row.at,
        token=seals.open(Sealed(key=row.key, data=row.token), about),
    )


def _about(platform: str, workspace: str) -> str:
    """Whose token it is. Ids hold no blanks, so no two are spelled alike."""
    return f"{platform} workspace {workspace}"
