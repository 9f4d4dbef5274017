"""What the server needs from the console above it, and the settings of the server itself."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hmcsh.shell import Input, Output, Shell
from hmcsh.shell.limits import bound, message


class Service(Protocol):
    """The console: who may log in, and the shell that a session gets."""

    @property
    def hostname(self) -> str:
        """The console's short host name."""
        ...

    async def check_password(self, user: str, password: str) -> bool:
        """Tell whether this password opens this account; takes as long if it does not."""
        ...

    def public_keys(self, user: str) -> Sequence[str]:
        """Return the account's authorized keys, one OpenSSH line each; read at every log-in."""
        ...

    def refusal(self, user: str) -> str | None:
        """Return why the account may not log in now, for the log; None if it may."""
        ...

    def open_shell(
        self,
        *,
        user: str,
        origin: str,
        tty: str | None,
        stdin: Input,
        stdout: Output,
        stderr: Output,
        environment: Mapping[str, str],
    ) -> Shell:
        """Make the shell of a new session; `tty` is None without a terminal.

        Raises KeyError for a user that there is no longer.
        """
        ...

    def complete(self, shell: Shell, line: str, cursor: int) -> tuple[int, list[str]]:
        """Return where the word at the cursor starts and what may stand there."""
        ...

    def shell_closed(self, shell: Shell) -> None:
        """Take note that a session's shell is gone, however it ended."""
        ...


_NEW = "the new connection"
_CONNECTION = "the connection"
_SESSION = "the session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Limits of the server; those of a shell are in :class:`hmcsh.shell.Limits`.

    Some defaults are those of sshd_config(5) (MaxAuthTries); an HMC serves about 40 sessions.
    """

    max_connections: int = bound(1000, "connections", "connections", "too many connections", _NEW)
    max_connections_address: int = bound(
        600,
        "connections from one address",
        "connections",
        "too many connections from one address",
        _NEW,
    )
    max_unauthenticated: int = bound(
        100,
        "connections that have not logged in",
        "connections",
        "too many connections that have not logged in",
        _NEW,
    )
    max_sessions: int = bound(
        40, "sessions of one connection", "sessions", "too many sessions", "the new session"
    )
    max_sessions_all: int = bound(
        1000,
        "sessions of all connections",
        "sessions",
        "too many sessions on this console",
        "the new session",
    )
    max_auth_tries: int = bound(
        6,
        "failed log-ins of one connection",
        "tries",
        "Too many authentication failures",
        _CONNECTION,
    )
    login_timeout: float = bound(30.0, "time to log in", "s", "Login timeout expired", _CONNECTION)
    failure_delay: float = bound(
        0.3, "delay of the answer to a failed log-in, times the failures of its address", "s"
    )
    failure_delay_limit: float = bound(5.0, "longest such delay", "s")
    lockout_user: int = bound(
        10,
        "failed log-ins before a user's password is locked; 0: never",
        "tries",
        "the user is locked",
        "the log-in",
    )
    lockout_address: int = bound(
        20,
        "failed log-ins before passwords from an address are locked; 0: never",
        "tries",
        "the address is locked",
        "the log-in",
    )
    lockout_time: float = bound(300.0, "time until what is locked opens again", "s")
    keepalive_interval: float = bound(30.0, "time after which a silent client is asked", "s")
    keepalive_count: int = bound(
        3, "questions that a silent client may leave open", "questions", "", _CONNECTION
    )
    idle_time: float = bound(
        86400.0,
        "wait for a line at a prompt, or for a session on a connection; 0: for ever",
        "s",
        "timed out waiting for input: auto-logout",
        _SESSION,
    )
    session_time: float = bound(
        604800.0, "time of one session; 0: for ever", "s", "limit exceeded: {} s", _SESSION
    )
    stop_time: float = bound(
        5.0,
        "time that commands which run have to end when the server is stopped",
        "s",
        "the server is being stopped",
        _SESSION,
    )
    max_line: int = bound(
        1 << 20,
        "one line that is typed",
        "characters",
        "line longer than {} characters",
        "the line",
    )
    max_input: int = bound(
        16 << 20,
        "input that nobody has read",
        "bytes",
        "limit exceeded: {} bytes of input held",
        "the command",
    )
    max_output: int = bound(
        1 << 30,
        "output of one session; 0: any",
        "bytes",
        "limit exceeded: {} bytes of output",
        _SESSION,
    )
    history: int = bound(1000, "lines that a user's history keeps", "lines")
    version: str = "OpenSSH_8.0"
    old_clients: bool = False

    def message(self, name: str) -> str:
        """What is said when a limit is reached."""
        return message(self, name)


def is_loopback(address: str) -> bool:
    """Tell whether only this machine can reach the address; a name other than localhost: no."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False
