"""What every shell command shares: the configuration, the event loop, the desk, and the operator as a person with every right."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from bridge.commands import Desk
    from bridge.config import Config
    from bridge.values.inbound import Commanded, Option

T = TypeVar("T")

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        envvar="POEBRIDGE_CONFIG",
        help="The configuration; poebridge.toml in this folder when it is there.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]

OPERATOR = "shell"
USUAL = Path("poebridge.toml")
_ID = re.compile(r"[0-9A-Z]{1,100}")  # a name in its place would make a rule that never counts for anybody


def configured(file: Path | None, *needs: tuple[str, ...]) -> Config:
    """Raises ConfigError."""
    from bridge.config import load

    return load(file or (USUAL if USUAL.exists() else None), os.environ, needs=needs)


def waited(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end, on uvloop where it exists."""
    import asyncio

    try:
        from uvloop import new_event_loop
    except ImportError:
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(work)


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Desk]:
    """The desk, without a chat and with nothing live; the operator is an admin of the bridge. Raises StoreError."""
    from bridge.values.ids import PersonId
    from bridge.wiring.shell import shell

    async with shell(config) as desk:
        admins = desk.settings.admins | {PersonId(OPERATOR)}
        yield replace(desk, settings=replace(desk.settings, admins=admins))


def commanded(
    name: str,
    options: Mapping[str, Option],
    desk: Desk,
    *,
    server: str = "",
    names: Mapping[str, str] | None = None,
) -> Commanded:
    """A command as the operator gives it, on this server; "" is no server in particular."""
    from bridge.values.ids import ChannelId, EventId, PersonId, Platform, WorkspaceId
    from bridge.values.inbound import Commanded, Destination, Person, Place, PlaceKind

    place = Place(
        platform=Platform(OPERATOR),
        workspace=WorkspaceId(server),
        channel=ChannelId(""),
        kind=PlaceKind.CHANNEL,
    )
    operator = Person(id=PersonId(OPERATOR), name=OPERATOR, admin=True)
    return Commanded(
        event=EventId(f"{OPERATOR}:{name}"),
        place=place,
        person=operator,
        name=name,
        at=desk.clock.now(),
        options=options,
        answer=Destination(place=place, person=operator.id, private=True),
        names=names or {},
    )


def bare(option: str, id_: str) -> str:
    """`discord:80351110224678912` is the person, role, channel or server with that id on Discord; ids of two platforms never look
    alike. Raises NotAccepted."""
    from bridge.values.errors import NotAccepted

    found = id_.strip().removeprefix("discord:").removeprefix("slack:")
    if not _ID.fullmatch(found):
        raise NotAccepted(f"{option} needs an id, like discord:80351110224678912 or slack:U012AB3CD.")
    return found
