"""The end of listening."""

from __future__ import annotations

import asyncio


async def stop_listening(listener: asyncio.Server) -> None:
    """Close a listener; whoever had connected before still reaches its protocol.

    `Server.close` alone would drop a peer that has been accepted but has no transport yet, and
    leave its socket open (CPython issue 109564).
    """
    loop = asyncio.get_running_loop()
    for _ in range(2):  # turns of the loop: whoever has connected is noticed, then accepted
        await asyncio.sleep(0)
    for listening in listener.sockets:
        loop.remove_reader(listening.fileno())
    await asyncio.sleep(0)  # the last of them get their transport
    listener.close()
