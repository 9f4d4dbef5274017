"""The attributes of console users, in the order of `lshmcusr` (capture, V7R7.9).

At V7R3.2 fewer are listed (recalled).
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Callable
from typing import Any

from hmcsh.commands.hmc.common.changes import Changes, Settable
from hmcsh.commands.hmc.common.elements import show_flag

from hmcsh.language.attributes import Attribute, Setting, Table
from hmcsh.language.levels import Level, Span
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.values import Number, OneOf, Reads, Switch
from hmcsh.model import passwords
from hmcsh.model.access import ALL, ALL_SYSTEM_RESOURCES, Resource
from hmcsh.model.console import Console
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.users import NEVER, PREDEFINED_USERS, User, UserDefaults, check_password

CAPTURE = "capture, V7R7.9"
MANUAL = "manual pages of mkhmcusr and chhmcusr, V8 to V10"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,31}", re.ASCII)
_SINCE_REMOTE = Span(since=Level.parse("V7R3.5"))
_SINCE_8 = Span(since=Level.parse("V8R8"))
_SINCE_9 = Span(since=Level.parse("V9R1"))
_STRONGER_HASHES = Level.parse("V8R8")


def resource_text(datacenter: Datacenter, resource: Resource | None) -> str:
    """A managed resource object with its user-defined name (capture, V7R7.9: the form).

    The resource None stands for all.
    """
    if resource is None:
        return f"<ResourceID = {ALL}><UserDefinedName = {ALL_SYSTEM_RESOURCES}>"
    frame = next((f for f in datacenter.frames.values() if f.mtms == resource.mtms), None)
    name = frame.name if frame is not None else ""
    if frame is not None and resource.lpar_id is not None:
        name = frame.client_name(resource.lpar_id) if resource.lpar_id else "ALL_PARTITIONS"
    return f"<ResourceID = {resource}><UserDefinedName = {name}>"


def resource_of(datacenter: Datacenter, text: str) -> Resource:
    """Read a managed resource object. Raises HmcError for one that does not exist."""
    try:
        resource = Resource.parse(text)
    except ValueError:
        raise HmcError("resource_not_found", name=text) from None
    frame = next((f for f in datacenter.frames.values() if f.mtms == resource.mtms), None)
    if frame is None or (resource.lpar_id and resource.lpar_id not in frame.partitions):
        raise HmcError("resource_not_found", name=text)
    return resource


@dataclasses.dataclass(frozen=True, slots=True)
class UserRow:
    """A user as he is listed; `script` tells whether resources are printed for input."""

    datacenter: Datacenter
    console: Console
    user: User
    script: bool = False

    @property
    def now(self) -> datetime.datetime:
        """Calendar time."""
        return self.datacenter.now()

    def resources(self) -> list[str]:
        """The resources of the user's roles and his own."""
        scope = self.console.scope(self.user)
        if scope.resources is None:
            return [ALL if self.script else resource_text(self.datacenter, None)]
        found = sorted(scope.resources, key=str)
        return [str(r) if self.script else resource_text(self.datacenter, r) for r in found]

    def encryption(self) -> str:
        """How passwords are kept: md5 up to V7, sha512 since (captures, V7R7.9 and V8R8.2)."""
        return "sha512" if self.console.level >= _STRONGER_HASHES else "md5"


@dataclasses.dataclass(frozen=True, slots=True)
class UserTarget:
    """A user whose fields a record sets."""

    row: UserRow
    changes: Changes

    def set(self, field: str, value: Any) -> None:
        """Set a field of the user."""
        self.changes.set(self.row.user, field, value)


def valid_user_name(text: str) -> str:
    """Read the name of a new user. Raises HmcError."""
    if _NAME.fullmatch(text) is None:
        raise HmcError("user_name_invalid", name=text)
    return text


def _line(text: str) -> str:
    if not text.isprintable():
        raise ValueError(f"not one line of text: {text!r}")
    return text


def _write_role(target: UserTarget, setting: Setting) -> None:
    if setting.value not in target.row.console.roles:
        raise HmcError("role_not_found", name=setting.value)
    target.set("role", setting.value)


def _write_name(target: UserTarget, setting: Setting) -> None:
    user, console = target.row.user, target.row.console
    if user.name in PREDEFINED_USERS:
        raise HmcError("user_predefined", name=user.name)
    if setting.value in console.users and setting.value != user.name:
        raise HmcError("user_exists", name=setting.value)
    renamed = {setting.value if u is user else n: u for n, u in console.users.items()}
    target.changes.set(console, "users", renamed)
    target.set("name", setting.value)


def _as_given(text: str) -> str:
    """The text, which may be a `passwords.Record`: `str` would forget that."""
    return text


def _write_password(target: UserTarget, setting: Setting) -> None:
    record = setting.value
    if not isinstance(record, passwords.Record):
        check_password(record, target.row.console.level)
        record = passwords.hashed(record)
    target.set("password", record)
    target.set("password_changed", target.row.now)


def _write_resource_roles(target: UserTarget, setting: Setting) -> None:
    known = (ALL, *target.row.console.resource_roles)
    for name in setting.value:
        if name not in known:
            raise HmcError("role_not_found", name=name)
    before = target.row.user.resource_roles
    target.set("resource_roles", amended(before, setting))


def amended(before: tuple[Any, ...], setting: Setting) -> tuple[Any, ...]:
    """A list after `=`, `+=` or `-=`, each element once.

    Raises HmcError for an element to remove that is not there.
    """
    if setting.operator == "=":
        return tuple(dict.fromkeys(setting.value))
    if setting.operator == "+=":
        return tuple(dict.fromkeys((*before, *setting.value)))
    for element in setting.value:
        if element not in before:
            raise HmcError("setting_not_found", value=str(element))
    return tuple(element for element in before if element not in setting.value)


def _write_authentication(_: UserTarget, setting: Setting) -> None:
    if setting.value == "ldap":
        raise HmcError("ldap_not_configured")
    if setting.value == "kerberos":
        raise HmcError("not_emulated", what="Kerberos authentication")


def _sets(field: str) -> Callable[[Any, Setting], None]:
    return lambda target, setting: target.set(field, setting.value)


def _number(
    name: str,
    field: str,
    *,
    maximum: int = NEVER,
    span: Span = _SINCE_REMOTE,
) -> Settable:
    return Settable(
        name,
        lambda r: str(getattr(r.user, field)),
        span=span,
        source=CAPTURE,
        parse=Number(0, maximum),
        write=_sets(field),
    )


def _flag(name: str, field: str, span: Span = _SINCE_REMOTE, *, listed: bool = True) -> Settable:
    return Settable(
        name,
        lambda r: show_flag(getattr(r.user, field)),
        span=span,
        listed=listed,
        trust=Trust.CAPTURE if listed else Trust.INFERRED,
        source=CAPTURE if listed else "IBM's automation for consoles; the values inferred",
        parse=Switch(),
        write=_sets(field),
    )


USER_TABLE = Table(
    "lshmcusr",
    (
        Attribute("name", lambda r: r.user.name, source=CAPTURE),
        Settable(
            "taskrole",
            lambda r: r.user.role,
            source=CAPTURE,
            parse=Reads(str, ("hmcviewer", "hmcoperator"), ("", "hmcking")),
            write=_write_role,
        ),
        Settable(
            "description",
            lambda r: r.user.description,
            source=CAPTURE,
            parse=Reads(_line, ("", "on call"), ("a\tb",)),
            write=_sets("description"),
        ),
        _number("pwage", "password_age", span=Span()),
        Settable(
            "resourcerole",
            lambda r: list(r.user.resource_roles),
            source=CAPTURE,
            parse=Reads(tuple, (ALL,), ("nobody", f"{ALL},nobody")),
            many=True,
            amend=True,
            write=_write_resource_roles,
        ),
        Settable(
            "authentication_type",
            lambda _: "local",
            span=_SINCE_REMOTE,
            source=CAPTURE,
            parse=OneOf(("local", "kerberos", "ldap")),
            write=_write_authentication,
        ),
        _flag("remote_webui_access", "remote_web"),
        _flag("remote_ssh_access", "remote_ssh"),
        _number("min_pwage", "minimum_password_age"),
        _number("session_timeout", "session_timeout", maximum=525600),
        _number("verify_timeout", "verify_timeout", maximum=525600),
        _number("idle_timeout", "idle_timeout", maximum=525600),
        _number("inactivity_expiration", "inactivity_expiration"),
        Attribute("resources", lambda r: r.resources(), source=CAPTURE),
        Attribute("password_encryption", UserRow.encryption, span=_SINCE_REMOTE, source=CAPTURE),
        Attribute(
            "disabled",
            lambda r: show_flag(r.user.is_disabled(r.datacenter.start, r.now)),
            span=_SINCE_REMOTE,
            source=CAPTURE,
        ),
        _flag("passwd_authentication", "password_log_in", _SINCE_9, listed=False),
    ),
)

_PASSWORD = Settable(
    "passwd",
    lambda _: None,
    source=MANUAL,
    parse=Reads(_as_given, ("StrongPassword",), ("", "short", "caf\u00e9 au lait")),
    write=_write_password,
)
_NEW_NAME = Settable(
    "new_name",
    lambda _: None,
    source=MANUAL,
    parse=Reads(valid_user_name, ("night.shift", "u2"), ("", "2u", "a b", "x" * 33)),
    write=_write_name,
)
_SETTABLE = tuple(a for a in USER_TABLE.attributes if a.parse is not None)

NEW_USER_INPUT = Table("mkhmcusr", (*_SETTABLE, _PASSWORD))
USER_INPUT = Table("chhmcusr", (_NEW_NAME, *_SETTABLE, _PASSWORD))


def _default(name: str, maximum: int) -> Settable:
    return Settable(
        name,
        lambda d: str(getattr(d, name)),
        span=_SINCE_8,
        trust=Trust.INFERRED,
        source="IBM's automation for consoles; order and values inferred",
        parse=Number(0, maximum),
        write=_sets(name),
    )


DEFAULTS_TABLE = Table(
    "lshmcusr -t default", tuple(_default(f.name, 525600) for f in dataclasses.fields(UserDefaults))
)
