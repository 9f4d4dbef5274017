"""A listener ends: who has connected is answered, who comes later is refused, none is left."""

import asyncio
import contextlib
import socket

import pytest

from hmcsh.runtime.listening import stop_listening

GREETING = b"hello"
TURNS = range(5)


class Greeter(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(GREETING)
        transport.close()


async def _turns(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def _listen() -> tuple[asyncio.Server, tuple[str, int]]:
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(Greeter, "127.0.0.1", 0, backlog=100)
    return listener, listener.sockets[0].getsockname()


def _said(client: socket.socket) -> bytes:
    client.settimeout(15)
    with client, contextlib.suppress(ConnectionError):
        return client.recv(100)
    return b""


@pytest.mark.parametrize("turns", TURNS)
@pytest.mark.parametrize("peers", [1, 20])
def test_who_has_connected_is_answered_whenever_the_end_begins(turns: int, peers: int) -> None:
    async def work() -> list[bytes]:
        listener, address = await _listen()
        clients = [socket.create_connection(address) for _ in range(peers)]
        await _turns(turns)
        await stop_listening(listener)
        return [await asyncio.to_thread(_said, client) for client in clients]

    assert asyncio.run(work()) == [GREETING] * peers


@pytest.mark.parametrize("turns", TURNS)
def test_who_comes_while_it_ends_does_not_wait(turns: int) -> None:
    async def work() -> bytes:
        listener, address = await _listen()
        ending = asyncio.create_task(stop_listening(listener))
        await _turns(turns)
        said = b""
        with contextlib.suppress(ConnectionRefusedError):
            said = await asyncio.to_thread(_said, socket.create_connection(address))
        await ending
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address)
        return said

    assert asyncio.run(work()) in (GREETING, b"")
