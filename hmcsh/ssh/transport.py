"""The protocol of one connection, as far as it differs from asyncssh's own.

Many programs open a connection or a channel for each command, so what asyncssh does per
packet and per log-in is what a command costs. Three things are left out here: padding messages
that only matter to ciphers in CBC mode (RFC 4251 9.3.1), which are not offered; log records
that nobody listens to; options built anew for every log-in. And packets made in one turn of the
event loop go to the socket together.
"""

import asyncio
import logging
import sys
from types import TracebackType
from typing import Any, cast

import asyncssh
from asyncssh.constants import MSG_IGNORE
from asyncssh.logging import SSHLogger
from asyncssh.packet import PacketDecodeError, SSHPacket, SSHPacketLogger

log = logging.getLogger("hmcsh")

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class _Silent(SSHLogger):
    """A log of asyncssh that is not kept."""

    def get_child(self, child: str = "", context: str = "") -> "SSHLogger":
        """Return the same log for connections and channels alike."""
        return self

    def log(self, level: int, msg: object, *args: object, **kwargs: object) -> None:
        """Drop a record."""

    def debug1(self, msg: str, *args: object, **kwargs: object) -> None:
        """Drop a record."""

    def debug2(self, msg: str, *args: object, **kwargs: object) -> None:
        """Drop a record."""

    def packet(
        self, pktid: int | None, packet: bytes, msg: str, *args: object, **kwargs: object
    ) -> None:
        """Drop a record."""

    info = debug1  # type: ignore[assignment]


# What asyncssh lets through from its parsers: a packet cut short, a greeting that is not ASCII.
_MALFORMED = (PacketDecodeError, UnicodeDecodeError)
_BUNDLE = 64 * 1024
_SILENT = _Silent()
_ASYNCSSH_LOG = logging.getLogger("asyncssh")


class _Bundle:
    """A transport that hands what is written in one turn of the loop on in one piece."""

    __slots__ = ("_loop", "_parts", "_size", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        """Queue bytes."""
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)
        self._size += len(data)
        if self._size > _BUNDLE:
            self._flush()

    def _flush(self) -> None:
        if self._parts:
            parts, self._parts, self._size = self._parts, [], 0
            self._transport.write(b"".join(parts))

    def abort(self) -> None:
        """Close at once; what was written before goes out as far as the socket takes it."""
        self._flush()
        self._transport.abort()

    def close(self) -> None:
        """Close once everything is sent."""
        self._flush()
        self._transport.close()

    def is_closing(self) -> bool:
        """Tell whether the transport is closing."""
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what the transport knows of itself."""
        return self._transport.get_extra_info(name, default)


class Connection(asyncssh.SSHServerConnection):
    """One connection; `stalled` is what to wait for while its socket is full."""

    stalled: "asyncio.Future[None] | None" = None

    @property
    def logger(self) -> SSHLogger:
        """The log of asyncssh, if somebody wants it."""
        return self._logger if _ASYNCSSH_LOG.isEnabledFor(logging.INFO) else _SILENT

    @property
    def ended(self) -> bool:
        """Whether the connection is gone, and not only one of its channels."""
        return self._transport is None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket."""
        bundle = _Bundle(cast(asyncio.Transport, transport), asyncio.get_running_loop())
        super().connection_made(cast(asyncio.BaseTransport, bundle))

    def refuse(self, reason: str) -> None:
        """End the connection before its greeting, with a line of text (RFC 4253 4.2)."""
        if self._transport is not None:
            self._transport.write(f"{reason}\r\n".encode())
        self.abort()

    def pause_writing(self) -> None:
        """Note that the socket takes no more; sessions wait for it in `drain`."""
        if self.stalled is None:
            self.stalled = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        """Note that the socket has room again."""
        if self.stalled is not None:
            self.stalled.set_result(None)
            self.stalled = None

    def send_packet(
        self, pkttype: int, *args: bytes, handler: SSHPacketLogger | None = None
    ) -> None:
        """Send a packet, without padding messages in front of it."""
        if pkttype != MSG_IGNORE:
            super().send_packet(pkttype, *args, handler=self if self.logger is _SILENT else handler)

    def log_sent_packet(
        self, pkttype: int, pktid: int | None, packet: bytes | SSHPacket, note: str = ""
    ) -> None:
        """Log a packet, if somebody wants it."""
        if self.logger is not _SILENT:
            super().log_sent_packet(pkttype, pktid, packet, note)

    def internal_error(
        self, exc_info: _ExcInfo | None = None, error_logger: SSHLogger | None = None
    ) -> None:
        """End the connection because of malformed data, or of a fault of ours; both are logged."""
        exc_info = exc_info or sys.exc_info()
        if isinstance(exc_info[1], _MALFORMED):
            log.warning("connection from %s ended: malformed data", self._peer_addr)
        else:
            log.error("connection failed", exc_info=exc_info)
        super().internal_error(exc_info, error_logger)

    async def reload_config(self) -> None:
        """Keep the options of the server: none depends on the user."""
