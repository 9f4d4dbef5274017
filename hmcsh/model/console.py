"""A Hardware Management Console: its name, level, settings, users and roles."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from hmcsh.language.levels import V7R3_2, Level
from hmcsh.model.access import ALL, EVERYTHING, Resource, Scope, scope_of
from hmcsh.model.frame import Frame
from hmcsh.model.roles import SUPER_ADMINISTRATOR, TaskRole, must_be_given, predefined_roles
from hmcsh.model.service import ConsoleEvent, ConsoleLog
from hmcsh.model.users import User, UserDefaults

if TYPE_CHECKING:
    from hmcsh.model.profile_data import ProfileData


@dataclasses.dataclass(slots=True)
class Interface:
    """A network interface of the console."""

    ip_address: str
    mask: str = "255.255.255.0"
    dhcp: bool = False
    partition_communication: bool = True
    jumbo_frames: bool = False
    speed: str = "auto"
    duplex: str = "auto"
    tcp_offload: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class SyslogServer:
    """A server to which the console sends its log; the transport is udp, tcp or tls."""

    address: str
    transport: str = "udp"


@dataclasses.dataclass(frozen=True, slots=True)
class Route:
    """A route of the console's network."""

    destination: str
    gateway: str
    mask: str = "255.255.255.0"
    interface: str = "eth0"


@dataclasses.dataclass(slots=True)
class Settings:
    """What `chhmc` sets and `lshmc` shows. Lists are replaced, never changed in place."""

    ssh: bool = True
    web: bool = True
    time_client: bool = False
    network_boot: bool = False
    alternate_disk_boot: bool = False
    time_servers: tuple[str, ...] = ()
    syslog_servers: tuple[SyslogServer, ...] = ()
    gateway: str = ""
    name_servers: tuple[str, ...] = ()
    domain_suffixes: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()
    locale: str = "en_US"


@dataclasses.dataclass(slots=True, eq=False)
class Console:
    """A Hardware Management Console.

    `files` are the files of its home directories that commands may read, by absolute path;
    `running` is False while it restarts or is shut down. `task_roles` and `resource_roles` are
    those that were made at this console. `removed` are the systems, by MTMS, whose connection was
    removed, `unanswered` the addresses at which it looks for systems in vain. `when_down` is called
    when it is shut down. `profile_backups` are the files with profile data, by absolute path.
    """

    name: str = "hmc"
    domain: str = "localdomain"
    ip_address: str = "127.0.0.1"
    level: Level = V7R3_2
    build: str = "20071117.1"
    service_pack: int = 0
    type_model: str = "7310-CR4"
    serial_number: str = "1017E6B"
    users: dict[str, User] = dataclasses.field(default_factory=dict)
    user_defaults: UserDefaults = dataclasses.field(default_factory=UserDefaults)
    task_roles: dict[str, TaskRole] = dataclasses.field(default_factory=dict)
    resource_roles: dict[str, tuple[Resource, ...]] = dataclasses.field(default_factory=dict)
    settings: Settings = dataclasses.field(default_factory=Settings)
    interfaces: dict[str, Interface] = dataclasses.field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    unanswered: tuple[str, ...] = ()
    files: dict[str, str] = dataclasses.field(default_factory=dict)
    running: bool = True
    when_down: list[Callable[[], None]] = dataclasses.field(default_factory=list)
    profile_backups: dict[str, ProfileData] = dataclasses.field(default_factory=dict)
    log: ConsoleLog = dataclasses.field(default_factory=ConsoleLog)

    def __post_init__(self) -> None:
        if not self.interfaces:
            self.interfaces = {"eth0": Interface(self.ip_address)}

    def go_down(self) -> None:
        """Stop working; all sessions end."""
        self.running = False
        for end in self.when_down:
            end()

    @property
    def events(self) -> deque[ConsoleEvent]:
        """What happened at it, the newest first."""
        return self.log.events

    @property
    def roles(self) -> Mapping[str, TaskRole]:
        """All task roles, the predefined ones first."""
        return {**predefined_roles(self.level), **self.task_roles}

    def allows(self, role: str, task: str, command: str) -> bool:
        """Whether users of a task role may perform a task by a command.

        A custom role may do what it names, a task or a command, as far as its parent may; a task
        that no predefined role has it is given by the super administrator's. A role that was
        removed may do nothing.
        """
        found = self.task_roles.get(role)
        if found is not None:
            named = not found.names.isdisjoint((task, command))
            if must_be_given(task) and found.parent == SUPER_ADMINISTRATOR:
                return named
            return named and self.allows(found.parent, task, command)
        predefined = predefined_roles(self.level).get(role)
        return predefined is not None and task in predefined.names

    def scope(self, user: User) -> Scope:
        """What a user may see and touch."""
        if ALL in user.resource_roles:
            return EVERYTHING
        roles = self.resource_roles
        granted = (r for name in user.resource_roles for r in roles.get(name, ()))
        return scope_of((*user.resources, *granted))

    def manages(self, frame: Frame) -> bool:
        """Whether a system is among those that this console manages."""
        return frame.mtms not in self.removed
