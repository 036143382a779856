"""Which address answers: by turns, side by side, and nothing left open."""

from __future__ import annotations

import asyncio
import socket

import pytest

from adapters.poe.dial import Address, interleaved, race


def address(host: str, family: socket.AddressFamily = socket.AF_INET) -> Address:
    return (family, socket.SOCK_STREAM, 0, "", (host, 443))


def test_families_are_tried_by_turns_beginning_with_what_the_system_prefers() -> None:
    six = [address(f"::{number}", socket.AF_INET6) for number in range(3)]
    four = [address("10.0.0.1")]

    assert interleaved([*six, *four]) == [six[0], four[0], six[1], six[2]]
    assert interleaved([*four, *six]) == [four[0], *six]


class Dialled:
    """Ways to a server: one that is silent, one that refuses, others that answer."""

    def __init__(self) -> None:
        self.tried: list[str] = []
        self.given_up: list[str] = []
        self.sockets: list[socket.socket] = []

    async def __call__(self, to: Address) -> socket.socket:
        host = to[4][0]
        self.tried.append(host)
        if host == "silent":
            try:
                await asyncio.Event().wait()
            finally:
                self.given_up.append(host)
        if host == "refuses":
            raise ConnectionRefusedError(host)
        self.sockets.append(socket.socket())
        return self.sockets[-1]

    async def race(self, *hosts: str) -> socket.socket:
        return await race([address(host) for host in hosts], self)


async def test_a_silent_address_does_not_keep_the_next_from_being_tried() -> None:
    dialled = Dialled()
    with await dialled.race("silent", "answers", "never tried"):
        assert dialled.tried == ["silent", "answers"]
        assert dialled.given_up == ["silent"]


async def test_a_refusal_sends_to_the_next_address_and_the_first_is_told_when_all_refuse() -> None:
    dialled = Dialled()
    with await dialled.race("refuses", "answers"):
        assert dialled.tried == ["refuses", "answers"]
    with pytest.raises(ConnectionRefusedError):
        await dialled.race("refuses", "refuses")


async def test_who_is_cancelled_while_connecting_leaves_nothing_open() -> None:
    dialled = Dialled()
    trying = asyncio.get_running_loop().create_task(dialled.race("silent"))
    while not dialled.tried:
        await asyncio.sleep(0)
    trying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trying
    assert dialled.given_up == ["silent"]
