"""Answers who asks for the metrics: HTTP, in threads beside the event loop."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import http.server
import logging
import os
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

from prometheus_client import MetricsHandler

from hmcsh.metrics.watching import Load, Metrics

PATH = "/metrics"
PATIENCE = 10.0  # seconds for a client to send its request, and to take each piece of the answer
REQUESTS = 8  # at the same time; others are turned away

_TURN = 1.0  # seconds for the event loop to take what is asked for
_POLL = 0.1  # seconds until the end is noticed

_log = logging.getLogger("hmcsh")


class _Handler(MetricsHandler):
    """Answers one connection."""

    timeout = PATIENCE
    server: Exposition

    def do_GET(self) -> None:  # noqa: N802 - the name of the base
        """Answer with the metrics as they are now."""
        if self.path.partition("?")[0] != PATH:
            self.send_error(404)
            return
        self.server.refresh()
        super().do_GET()

    def version_string(self) -> str:
        """Tell nothing of the libraries."""
        return "hmcsh"


class Exposition(http.server.ThreadingHTTPServer):
    """A server of metrics on a socket of its own: it listens once it is made, answers later."""

    daemon_threads = True
    request_queue_size = 4 * REQUESTS

    def __init__(self, address: str, port: int) -> None:
        """Listen; port 0 picks one. Raises OSError with one line if that cannot be."""
        self.metrics = Metrics()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._places = threading.BoundedSemaphore(REQUESTS)
        handler = type("Handler", (_Handler,), {"registry": self.metrics.registry})
        try:
            (family, *_, where), *_ = socket.getaddrinfo(
                address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )
            self.address_family = family
            super().__init__((str(where[0]), int(where[1])), handler)
        except OSError as error:
            known = error.errno is not None and error.errno > 0
            reason = os.strerror(error.errno) if known and error.errno else error.strerror
            raise OSError(f"metrics on {address}:{port}: {reason or error}") from error

    @property
    def url(self) -> str:
        """Where the metrics are."""
        host, port = self.server_address[:2]
        shown = f"[{host!s}]" if self.address_family == socket.AF_INET6 else host
        return f"http://{shown!s}:{port}{PATH}"

    def server_bind(self) -> None:
        """Bind, without asking for the name of this machine as the base does."""
        socketserver.TCPServer.server_bind(self)

    def begin(self, servers: Callable[[], Sequence[tuple[str, Load]]]) -> None:
        """Watch and answer from now on; `servers` as in `Metrics.begin`.

        What is asked for is taken in the event loop that runs now.
        """
        self.metrics.begin(servers)
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(
            target=self.serve_forever, args=(_POLL,), name="metrics", daemon=True
        )
        self._thread.start()

    def end(self) -> None:
        """Answer no longer and let go of the port."""
        if self._thread is not None:
            self.metrics.end()
            self.shutdown()
        self.server_close()

    def refresh(self) -> None:
        """Have what changes by itself taken; where the loop has no time, it stays as it was."""
        done: concurrent.futures.Future[None] = concurrent.futures.Future()
        if self._loop is None:
            return
        try:
            self._loop.call_soon_threadsafe(_run, self.metrics.take, done)
        except RuntimeError:  # it has ended meanwhile
            return
        with contextlib.suppress(concurrent.futures.TimeoutError):
            done.result(_TURN)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread, or turn away one that is too many."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, and give the place back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log a fault of ours; a client that has gone away is none."""
        if not isinstance(sys.exc_info()[1], OSError):
            _log.exception("a request for metrics failed")


def _run(take: Callable[[], None], done: concurrent.futures.Future[None]) -> None:
    try:
        take()
    except BaseException as error:
        done.set_exception(error)
        if not isinstance(error, Exception):
            raise
    else:
        done.set_result(None)
