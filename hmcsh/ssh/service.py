"""What the server needs from the console above it, and the settings of the server itself."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hmcsh.shell import Input, Output, Shell


class Service(Protocol):
    """The console: who may log in, and the shell that a session gets."""

    @property
    def hostname(self) -> str:
        """The console's short host name."""
        ...

    def check_password(self, user: str, password: str) -> bool:
        """Tell whether this password opens this account."""
        ...

    def public_keys(self, user: str) -> Sequence[str]:
        """Return the account's authorized keys, one OpenSSH line each; read at every log-in."""
        ...

    def may_login(self, user: str) -> bool:
        """Tell whether the account exists and may log in now."""
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
        """Make the shell of a new session; `tty` is None without a terminal."""
        ...

    def complete(self, shell: Shell, line: str, cursor: int) -> tuple[int, list[str]]:
        """Return where the word at the cursor starts and what may stand there."""
        ...

    def shell_closed(self, shell: Shell) -> None:
        """Take note that a session's shell is gone, however it ended."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Limits of the server; times in seconds, sizes in bytes.

    The defaults follow sshd_config(5) (MaxAuthTries, MaxSessions, MaxStartups), with a shorter
    time to log in.
    """

    max_connections: int = 1000
    max_unauthenticated: int = 100
    max_sessions: int = 10
    max_auth_tries: int = 6
    failure_delay: float = 0.3
    failure_delay_limit: float = 5.0
    login_timeout: float = 30.0
    keepalive_interval: float = 30.0
    keepalive_count: int = 3
    max_line: int = 1 << 20
    max_input: int = 16 << 20
    history: int = 1000
    version: str = "OpenSSH_8.0"


def is_loopback(address: str) -> bool:
    """Tell whether only this machine can reach the address; a name other than localhost: no."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False
