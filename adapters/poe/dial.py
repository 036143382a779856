"""Which of a host's addresses answers first (RFC 8305, happy eyeballs). What is said to it then is not known here."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Any

HEAD_START = 0.25
"""Seconds an address has before the next one is tried beside it: https://www.rfc-editor.org/rfc/rfc8305#section-5"""

Option = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
"""As `setsockopt` takes it."""
Address = tuple[socket.AddressFamily, int, int, str, Any]
"""As `getaddrinfo` gives it."""


def interleaved(addresses: Sequence[Address]) -> list[Address]:
    """One family after the other by turns, beginning with the one the system likes best."""
    families: dict[int, list[Address]] = {}
    for address in addresses:
        families.setdefault(address[0], []).append(address)
    return [address for address in chain(*zip_longest(*families.values())) if address]


Dial = Callable[[Address], Awaitable[socket.socket]]


async def race(addresses: Sequence[Address], dial: Dial) -> socket.socket:
    """The first that answers; each begins when the one before has failed or had its head start. Raises OSError when none does."""
    runners = _Runners()
    try:
        async with asyncio.TaskGroup() as group:
            for address in addresses:
                ended = asyncio.Event()
                runners.tasks.append(group.create_task(runners.run(dial, address, ended)))
                with suppress(TimeoutError):
                    async with asyncio.timeout(HEAD_START):
                        await ended.wait()
                if runners.won:
                    break
    except BaseException:
        if runners.won:
            runners.won.close()
        raise
    if runners.won is None:
        raise runners.faults[0]
    return runners.won


@dataclass
class _Runners:
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    faults: list[OSError] = field(default_factory=list)
    won: socket.socket | None = None

    async def run(self, dial: Dial, address: Address, ended: asyncio.Event) -> None:
        try:
            self.won = await dial(address)
        except OSError as exc:
            self.faults.append(exc)
        else:
            for other in self.tasks:
                if other is not asyncio.current_task():
                    other.cancel()
        finally:
            ended.set()


async def dialled(address: Address, local: str | None, options: Iterable[Option]) -> socket.socket:
    """A socket connected to this address. Raises OSError."""
    family, kind, protocol, _, where = address
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for option in options:
            sock.setsockopt(*option)
        if local is not None:
            sock.bind((local, 0))
        await asyncio.get_running_loop().sock_connect(sock, where)
    except BaseException:
        sock.close()
        raise
    return sock
