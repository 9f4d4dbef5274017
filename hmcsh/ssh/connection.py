"""One client connection: who it is, and the sessions it may open."""

import asyncio
import logging
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, cast

import asyncssh

from hmcsh.events import (
    ConnectionClosed,
    ConnectionRefused,
    LogIn,
    LogInRefused,
    LogOut,
    RequestRefused,
)
from hmcsh.ssh.session import Session
from hmcsh.ssh.transport import Connection

if TYPE_CHECKING:
    from hmcsh.ssh.server import Hub

log = logging.getLogger("hmcsh")
audit = logging.getLogger("hmcsh.audit")

_PROMPT = "Password: "
_NAME_SHOWN = 64
_CHANNELS_PER_SESSION = 4  # of the sessions allowed; the others wait for the client to close


@lru_cache(maxsize=64)
def _authorized_keys(lines: tuple[str, ...]) -> asyncssh.SSHAuthorizedKeys | None:
    """Parse lines of authorized keys (sshd(8)); those that cannot be parsed open nothing."""
    usable = []
    for line in lines:
        try:
            asyncssh.import_authorized_keys(line)
        except ValueError as error:
            log.warning("unusable authorized key: %s", error)
        else:
            usable.append(line)
    return asyncssh.import_authorized_keys("\n".join(usable)) if usable else None


class Login(asyncssh.SSHServer):
    """Authentication of one connection, and what it may ask for after that."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._conn: Connection
        self._counted = False
        self._waiting = False
        self._failures = 0
        self._sessions = 0
        self._open: set[Session] = set()  # their channels are
        self._method = "publickey"  # unless a password opens
        self._idle: asyncio.TimerHandle | None = None
        self.user = ""
        self.origin = ""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Take the connection, or refuse it when there are too many."""
        self._conn = cast(Connection, conn)
        self.origin = str(conn.get_extra_info("peername", ("unknown",))[0])
        refusal = self._hub.refusal or self._hub.guard.connect(self.origin)
        if refusal is not None:
            audit.warning(ConnectionRefused(address=self.origin, reason=refusal))
            self._conn.refuse(refusal)
            return
        self._counted = self._waiting = True
        self._hub.log_ins[self._conn] = self

    def connection_lost(self, exc: Exception | None) -> None:
        """Give back what the connection held."""
        self._conn.resume_writing()
        self._wait_for_session(False)
        if self._counted:
            self._hub.guard.disconnect(self.origin)
            del self._hub.log_ins[self._conn]
        if self._waiting:
            self._hub.guard.unauthenticated -= 1
            audit.info(ConnectionClosed(address=self.origin))
        elif self._counted:
            audit.info(LogOut(user=_name(self.user), address=self.origin))

    # Authentication (RFC 4252, RFC 4256)

    def begin_auth(self, username: str) -> bool:
        """Look up the user's keys; the method `none` never suffices."""
        self.user = username
        service = self._hub.service
        lines = () if service.refusal(username) else tuple(service.public_keys(username))
        self._conn.set_authorized_keys(_authorized_keys(lines) if lines else None)
        return True

    def public_key_auth_supported(self) -> bool:
        """Keys are taken."""
        return True

    def password_auth_supported(self) -> bool:
        """Passwords are taken."""
        return True

    def kbdint_auth_supported(self) -> bool:
        """Keyboard-interactive asks for the password."""
        return True

    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Refuse a key that is not among those that `begin_auth` has looked up."""
        await self._failed("publickey", "unknown key", hold=False)
        return False

    async def validate_password(self, username: str, password: str) -> bool:
        """Tell whether the password is right."""
        return await self._check(username, password, "password")

    def get_kbdint_challenge(
        self, username: str, lang: str, submethods: str
    ) -> tuple[str, str, str, list[tuple[str, bool]]]:
        """Ask for the password without echo (capture, V7R7.9: the prompt)."""
        return "", "", "", [(_PROMPT, False)]

    async def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        """Tell whether the one answer is the password."""
        answer = responses[0] if len(responses) == 1 else ""
        return await self._check(username, answer, "keyboard-interactive")

    async def change_password(self, username: str, old_password: str, new_password: str) -> bool:
        """Refuse: a password is changed by a command of the console."""
        await self._failed("password change", "not at log-in")
        return False

    async def _check(self, user: str, password: str, method: str) -> bool:
        try:
            refusal = await self._refusal(user, password)
            if refusal is None:
                self._method = method
                return True
            await self._failed(method, refusal)
        except asyncio.CancelledError:
            # The client has sent its next guess without waiting for this answer.
            self._conn.abort()
            raise
        return False

    async def _refusal(self, user: str, password: str) -> str | None:
        """Why a password does not open; None if it does.

        The password of somebody who may not log in is looked at too: it shall take as long.
        """
        locked = self._hub.guard.locked(user, self.origin)
        if locked is not None:
            return locked
        right = await self._hub.service.check_password(user, password)
        return self._hub.service.refusal(user) or (None if right else "wrong password")

    async def _failed(self, method: str, why: str, *, hold: bool = True) -> None:
        """Count a failure and answer it late, or end the connection if it is one too many."""
        self._failures += 1
        user, address = _name(self.user), self.origin
        audit.warning(LogInRefused(user=user, address=address, method=method, reason=why))
        delay = self._hub.guard.failed(self.user, self.origin) if hold else 0.0
        settings = self._hub.settings
        if self._failures >= settings.max_auth_tries:
            raise asyncssh.DisconnectError(
                asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, settings.message("max_auth_tries")
            )
        if hold:
            await asyncio.sleep(delay)

    def auth_completed(self) -> None:
        """Take note of a log-in."""
        self._waiting = False
        self._hub.guard.unauthenticated -= 1
        self._hub.guard.succeeded(self.user, self.origin)
        audit.info(LogIn(user=_name(self.user), address=self.origin, method=self._method))
        self._wait_for_session(True)

    def _wait_for_session(self, waits: bool) -> None:
        """End the connection if no session is opened on it for too long; or no longer wait."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if waits and self._hub.settings.idle_time:
            loop = asyncio.get_running_loop()
            self._idle = loop.call_later(self._hub.settings.idle_time, self._end_idle)

    def _end_idle(self) -> None:
        self._refused("more time", self._hub.settings.message("idle_time"))
        self._conn.close()

    # Channels (RFC 4254): sessions only

    def session_requested(self) -> tuple[asyncssh.SSHServerChannel[bytes], Session]:
        """Open a session channel, up to the limit of the settings."""
        settings = self._hub.settings
        limit = settings.max_sessions
        reached = self._hub.refusal
        if self._sessions >= limit or len(self._open) >= _CHANNELS_PER_SESSION * limit:
            reached = settings.message("max_sessions")
        elif len(self._hub.sessions) >= settings.max_sessions_all:
            reached = settings.message("max_sessions_all")
        if reached is not None:
            self._refused("session", reached)
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_RESOURCE_SHORTAGE, reached)
        channel = self._conn.create_server_channel(encoding=None)
        session = Session(self._hub, self, self._conn)
        self._sessions += 1
        self._open.add(session)
        self._wait_for_session(False)
        return channel, session

    def session_ended(self) -> None:
        """Take note that a session has sent its status; its channel may still be closing."""
        self._sessions -= 1

    def channel_closed(self, session: Session) -> None:
        """Take note that a session's channel is gone."""
        self._open.discard(session)
        self._wait_for_session(not self._open and not self._conn.ended)
        self._part_if_stopped()

    # When the server is stopped

    def wind_up(self) -> None:
        """Let what runs on the connection end, then the connection."""
        for session in list(self._open):
            session.wind_up()
        self._part_if_stopped()

    def cut_off(self) -> None:
        """End what still runs."""
        for session in list(self._open):
            session.cut_off()

    def _part_if_stopped(self) -> None:
        """Part from a client for which nothing runs; each closed channel has been read to its end.

        A connection that is not logged in has none.
        """
        if self._hub.refusal is not None and not self._open and not self._conn.ended:
            self._conn.disconnect(asyncssh.DISC_BY_APPLICATION, self._hub.refusal)

    def connection_requested(
        self, dest_host: str, dest_port: int, orig_host: str, orig_port: int
    ) -> bool:
        """Refuse to forward a TCP connection."""
        return self._forbidden("TCP forwarding")

    def unix_connection_requested(self, dest_path: str) -> bool:
        """Refuse to forward to a socket."""
        return self._forbidden("socket forwarding")

    def server_requested(self, listen_host: str, listen_port: int) -> bool:
        """Refuse to listen on behalf of the client."""
        self._refused("remote TCP forwarding")
        return False

    def unix_server_requested(self, listen_path: str) -> bool:
        """Refuse to listen on a socket on behalf of the client."""
        self._refused("remote socket forwarding")
        return False

    def tun_requested(self, unit: int | None) -> bool:
        """Refuse a layer 3 tunnel."""
        return self._forbidden("tunnel")

    def tap_requested(self, unit: int | None) -> bool:
        """Refuse a layer 2 tunnel."""
        return self._forbidden("tunnel")

    def _forbidden(self, what: str) -> bool:
        self._refused(what)
        raise asyncssh.ChannelOpenError(
            asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, f"{what} is not allowed"
        )

    def _refused(self, what: str, why: str | None = None) -> None:
        user = _name(self.user)
        audit.warning(RequestRefused(user=user, address=self.origin, request=what, reason=why))


def _name(user: str) -> str:
    return user[:_NAME_SHOWN]
