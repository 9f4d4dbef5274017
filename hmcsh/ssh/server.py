"""The listening server: options, life and orderly end."""

import asyncio
import dataclasses
import heapq
import logging
from pathlib import Path

import asyncssh

from hmcsh.runtime.listening import stop_listening
from hmcsh.runtime.waiting import wait_for_all
from hmcsh.ssh.connection import Login
from hmcsh.ssh.guard import Guard, Ledger
from hmcsh.ssh.hostkey import load_or_create, rsa_path
from hmcsh.ssh.service import Service, Settings
from hmcsh.ssh.transport import Connection

log = logging.getLogger("hmcsh")

_BACKLOG = 1024
_CLOSE_GRACE = 1.0  # s; for sessions that were cut off, and again for connections


@dataclasses.dataclass(frozen=True, slots=True)
class Algorithms:
    """What is offered in the key exchange, the preferred ones first."""

    kex: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    signatures: tuple[str, ...]

    def __add__(self, other: "Algorithms") -> "Algorithms":
        return Algorithms(
            self.kex + other.kex,
            self.ciphers + other.ciphers,
            self.macs + other.macs,
            self.signatures + other.signatures,
        )


# As OpenSSH 10 does by default, as far as the library has them, and without SHA-1.
ALGORITHMS = Algorithms(
    (
        "mlkem768x25519-sha256",
        "curve25519-sha256",
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
    ),
    # Not chacha20-poly1305: what asyncssh does for one packet of it takes 8 times as long.
    (
        "aes128-gcm@openssh.com",
        "aes256-gcm@openssh.com",
        "aes128-ctr",
        "aes192-ctr",
        "aes256-ctr",
    ),
    (
        "hmac-sha2-256-etm@openssh.com",
        "hmac-sha2-512-etm@openssh.com",
        "hmac-sha2-256",
        "hmac-sha2-512",
    ),
    (
        "ssh-ed25519",
        "sk-ssh-ed25519@openssh.com",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "sk-ecdsa-sha2-nistp256@openssh.com",
        "rsa-sha2-512",
        "rsa-sha2-256",
    ),
)
# What clients before OpenSSH 6.5 and PuTTY 0.68 need. No cipher in CBC mode: `transport` leaves
# out what protects those.
OLD_ALGORITHMS = Algorithms(
    (
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group14-sha256",
        "diffie-hellman-group-exchange-sha256",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group-exchange-sha1",
    ),
    (),
    ("hmac-sha1-etm@openssh.com", "hmac-sha1"),
    ("ssh-rsa",),
)


class Terminals:
    """Names of pseudo-terminals, the lowest free number first."""

    def __init__(self) -> None:
        self._free: list[int] = []
        self._next = 0

    def take(self) -> str:
        """Return a name that no other session has."""
        if self._free:
            return f"pts/{heapq.heappop(self._free)}"
        self._next += 1
        return f"pts/{self._next - 1}"

    def give_back(self, name: str) -> None:
        """Free a name."""
        heapq.heappush(self._free, int(name.rpartition("/")[2]))


class Hub:
    """What all connections of a server share."""

    def __init__(self, service: Service, settings: Settings, ledger: Ledger | None = None) -> None:
        self.service = service
        self.settings = settings
        self.guard = Guard(settings, ledger=ledger)
        self.terminals = Terminals()
        self.log_ins: dict[Connection, Login] = {}  # of all connections, done or not
        self.sessions: set[asyncio.Task[None]] = set()
        self.stopping = False
        self._histories: dict[str, list[str]] = {}

    @property
    def refusal(self) -> str | None:
        """Why nothing new is begun; None while the server is not being stopped."""
        return self.settings.message("stop_time") if self.stopping else None

    def history(self, user: str) -> list[str]:
        """Return the lines that a user has entered, oldest first; shared by his sessions."""
        return self._histories.setdefault(user, [])


class Server:
    """A server that accepts connections."""

    def __init__(self, hub: Hub, listener: asyncio.Server) -> None:
        self._hub = hub
        self._listener = listener
        self.address, self.port = listener.sockets[0].getsockname()[:2]

    @property
    def connections(self) -> int:
        """Connections, those included on which nobody has logged in."""
        return self._hub.guard.connections

    @property
    def unauthenticated(self) -> int:
        """Connections on which nobody has logged in."""
        return self._hub.guard.unauthenticated

    @property
    def sessions(self) -> int:
        """Sessions that are open."""
        return len(self._hub.sessions)

    def hang_up(self) -> None:
        """End all sessions and connections; new ones are accepted."""
        for task in list(self._hub.sessions):
            task.cancel()
        for connection in list(self._hub.log_ins):
            connection.close()

    async def close(self, hurry: asyncio.Event | None = None) -> None:
        """Stop accepting, let what runs end, end the rest, and wait until all are gone.

        Commands and scripts have `stop_time`, or until `hurry` is set. Whoever does not take what
        was sent is cut off: `close` of a connection aborts its socket.
        """
        self._hub.stopping = True
        await stop_listening(self._listener)
        for log_in in list(self._hub.log_ins.values()):
            log_in.wind_up()
        await self._gone(self._hub.settings.stop_time, hurry)
        for log_in in list(self._hub.log_ins.values()):
            log_in.cut_off()
        await self._gone(_CLOSE_GRACE)
        for connection in list(self._hub.log_ins):
            connection.close()
        await self._gone(_CLOSE_GRACE)

    async def _gone(self, patience: float, hurry: asyncio.Event | None = None) -> None:
        """Wait until no connection is left, but not for ever."""
        gone = [asyncio.ensure_future(one.wait_closed()) for one in self._hub.log_ins]
        await wait_for_all(gone, patience, hurry or asyncio.Event())
        for waiter in gone:
            waiter.cancel()


async def serve(
    service: Service,
    address: str,
    port: int,
    *,
    host_key_path: Path,
    settings: Settings,
    host_key: bytes | None = None,
    ledger: Ledger | None = None,
) -> Server:
    """Listen on an address and return the server once it accepts connections; port 0 picks one.

    A `host_key` (OpenSSH's form) counts before that of the file. A `ledger` keeps failed log-ins.

    Raises HostKeyError if there is no usable host key, OSError if the address cannot be had.
    """
    hub = Hub(service, settings, ledger)
    keys = [
        load_or_create(host_key_path) if host_key is None else asyncssh.import_private_key(host_key)
    ]
    algorithms = ALGORITHMS
    if settings.old_clients:
        keys.append(load_or_create(rsa_path(host_key_path), "ssh-rsa"))
        algorithms += OLD_ALGORITHMS
    options = asyncssh.SSHServerConnectionOptions(
        server_factory=lambda: Login(hub),
        server_host_keys=keys,
        server_version=settings.version,
        config=None,
        gss_host=None,
        host_based_auth=False,
        encoding=None,
        line_editor=False,
        allow_scp=False,
        agent_forwarding=False,
        x11_forwarding=False,
        login_timeout=settings.login_timeout,
        keepalive_interval=settings.keepalive_interval,
        keepalive_count_max=settings.keepalive_count,
        kex_algs=algorithms.kex,
        encryption_algs=algorithms.ciphers,
        mac_algs=algorithms.macs,
        signature_algs=algorithms.signatures,
        compression_algs=["none"],
    )
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(
        lambda: Connection(loop, options), address, port, backlog=_BACKLOG
    )
    server = Server(hub, listener)
    log.info("listening on %s port %d", server.address, server.port)
    return server
