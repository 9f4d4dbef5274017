"""Telling systemd when the console is ready and when it stops (sd_notify(3), Type=notify)."""

from __future__ import annotations

import logging
import os
import socket

_log = logging.getLogger("hmcsh")

READY, STOPPING = "READY=1", "STOPPING=1"


def notify(state: str) -> None:
    """Send one datagram to the socket that NOTIFY_SOCKET names; without it, do nothing."""
    name = os.environ.get("NOTIFY_SOCKET", "")
    if not name:
        return
    # An abstract socket's name begins with @ there and with a null byte in the address (unix(7)).
    address = "\0" + name[1:] if name.startswith("@") else name
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto(state.encode(), address)
    except OSError as error:
        _log.warning("systemd cannot be told %s: %s", state, error)
