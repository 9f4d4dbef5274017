"""Users of a console: what is recorded of each, and when one may log in."""

from __future__ import annotations

import dataclasses
import datetime

from hmcsh.language.levels import Level
from hmcsh.language.messages import HmcError
from hmcsh.model import passwords
from hmcsh.model.access import ALL, Resource

NEVER = 99999  # days; the password does not expire (capture, V7R7.9)
PREDEFINED_USERS = ("hscroot", "root")
_DAY = datetime.timedelta(days=1)
_LONGER_PASSWORDS = Level.parse("V10R1")


def password_lengths(level: Level) -> tuple[int, int]:
    """How short and how long a new password may be.

    8 to 32 characters (manual page of mkhmcusr, V10), before that 7 (recalled).
    """
    return (8 if level >= _LONGER_PASSWORDS else 7), 32


@dataclasses.dataclass(slots=True, eq=False)
class User:
    """A user of a console. `password` is a record of :mod:`hmcsh.model.passwords`.

    It is None if only keys are accepted.

    Ages in days, timeouts in minutes; `password_changed` and `last_login` are calendar times, None
    for the start of the console.
    """

    name: str
    role: str = "hmcsuperadmin"
    password: str | None = None
    description: str = "HMC User"
    keys: list[str] = dataclasses.field(default_factory=list)
    resource_roles: tuple[str, ...] = (ALL,)
    resources: tuple[Resource, ...] = ()
    password_age: int = NEVER
    minimum_password_age: int = 0
    remote_web: bool = False
    remote_ssh: bool = True
    password_log_in: bool = True
    session_timeout: int = 0
    verify_timeout: int = 15
    idle_timeout: int = 0
    inactivity_expiration: int = 0
    disabled: bool = False
    password_changed: datetime.datetime | None = None
    last_login: datetime.datetime | None = None

    def opens(self, password: str) -> bool:
        """Whether this is the password; may take 50 ms of the processor."""
        return passwords.opens(self.password, password)

    def expired(self, start: datetime.datetime, now: datetime.datetime) -> bool:
        """Whether the password is too old at a time; the console started at `start`."""
        changed = self.password_changed or start
        return (
            self.password is not None
            and self.password_age != NEVER
            and now - changed > self.password_age * _DAY
        )

    def idle_for_too_long(self, start: datetime.datetime, now: datetime.datetime) -> bool:
        """Whether the user has not logged in for so long that he is disabled."""
        last = max(filter(None, (self.last_login, self.password_changed)), default=start)
        return bool(self.inactivity_expiration) and (now - last > self.inactivity_expiration * _DAY)

    def is_disabled(self, start: datetime.datetime, now: datetime.datetime) -> bool:
        """Whether the user is disabled, by a command or by not having logged in."""
        return self.disabled or self.idle_for_too_long(start, now)

    def refusal(self, start: datetime.datetime, now: datetime.datetime) -> str | None:
        """Why the user may not log in over ssh now, for the log; None if he may."""
        if not self.remote_ssh:
            return "no remote access by ssh"
        if self.is_disabled(start, now):
            return "disabled"
        return "password expired" if self.expired(start, now) else None


@dataclasses.dataclass(slots=True)
class UserDefaults:
    """What new users get where nothing else is said (manual page of chhmcusr, V9)."""

    session_timeout: int = 0
    idle_timeout: int = 0
    max_webui_login_attempts: int = 3
    webui_login_suspend_time: int = 5


def check_password(password: str, level: Level) -> None:
    """Check a new password. Raises HmcError."""
    shortest, longest = password_lengths(level)
    if not shortest <= len(password) <= longest:
        raise HmcError("password_length", shortest=shortest, longest=longest)
    if not password.isprintable() or not password.isascii():
        raise HmcError("password_characters")
