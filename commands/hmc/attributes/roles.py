"""Task roles and managed resource roles, as `lsaccfg` lists them (captures, V7R7.9 and V8R8.2)."""

from __future__ import annotations

import dataclasses

from hmcsh.commands.hmc.attributes.users import resource_of, resource_text

from hmcsh.language.attributes import Attribute, Setting, Table
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.values import Reads
from hmcsh.model import rules
from hmcsh.model.access import Resource
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.roles import TaskRole

CAPTURE_TASKS = "capture, V8R8.2"
CAPTURE_RESOURCES = "capture, V7R7.9"


def role_name(text: str) -> str:
    """Read the name of a role; it may hold blanks (capture, V7R7.9). Raises HmcError."""
    rules.check_name(text)
    return text


def task_text(role: TaskRole) -> str:
    """The tasks of a role: `cec:A+B,lpar:C`."""
    return ",".join(f"{kind}:{'+'.join(names)}" for kind, names in role.tasks.items())


TASK_ROLE_TABLE = Table(
    "lsaccfg -t taskrole",
    (
        Attribute("name", lambda r: r.name, source=CAPTURE_TASKS),
        Attribute("parent", lambda r: r.parent, source=CAPTURE_TASKS),
        Attribute("resources", task_text, source=CAPTURE_TASKS),
    ),
)


@dataclasses.dataclass(frozen=True, slots=True)
class ResourceRoleRow:
    """A managed resource role."""

    name: str
    resources: tuple[Resource, ...]


RESOURCE_ROLE_TABLE = Table(
    "lsaccfg -t resourcerole",
    (
        Attribute("name", lambda r: r.name, source=CAPTURE_RESOURCES),
        Attribute(
            "resources", lambda r: [str(one) for one in r.resources], source=CAPTURE_RESOURCES
        ),
    ),
)


@dataclasses.dataclass(frozen=True, slots=True)
class ResourceRow:
    """A managed resource object; `script` tells whether it is printed for input."""

    datacenter: Datacenter
    resource: Resource
    script: bool


RESOURCE_TABLE = Table(
    "lsaccfg -t resource",
    (
        Attribute(
            "resources",
            lambda r: str(r.resource) if r.script else resource_text(r.datacenter, r.resource),
            trust=Trust.INFERRED,
            source="the form is that of lshmcusr; capture, V7R7.9",
        ),
    ),
)


def resources_of(datacenter: Datacenter, setting: Setting) -> Setting:
    """The managed resource objects of a setting. Raises HmcError for one that does not exist."""
    found = tuple(resource_of(datacenter, text) for text in setting.value)
    return Setting(setting.operator, found)


def tasks_of(elements: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Read `cec:A+B`, `lpar:C`. Raises HmcError for an element that is not of this form."""
    found: dict[str, tuple[str, ...]] = {}
    for element in elements:
        kind, colon, names = element.partition(":")
        if not colon or not names or kind in found:
            raise HmcError("invalid_attribute_value", name="resources", value=element)
        found[kind] = tuple(names.split("+"))
    return found


def _some(texts: tuple[str, ...]) -> tuple[str, ...]:
    if not texts:
        raise ValueError("an empty list")
    return texts


_TASKS = Reads(
    _some,
    ("lpar:ActivateLPAR", "cec:ListCECProperty,lpar:ActivateLPAR+ListLPARProperty"),
    ("", "ActivateLPAR", "lpar:Fly", "lpar:", "moon:ActivateLPAR"),
)
_OBJECTS = Reads(
    _some,
    ("cec:root/ibmhscS1_0|9117-MMA*10FFE0B|IBMHSC_ComputerSystem",),
    ("", "all", "cec:root/ibmhscS1_0|9117-MMA*1099999|IBMHSC_ComputerSystem"),
)


def _resources(parse: Reads) -> Attribute:
    return Attribute(
        "resources", lambda _: None, source=CAPTURE_RESOURCES, parse=parse, many=True, amend=True
    )


def _text(name: str, parse: Reads) -> Attribute:
    return Attribute(name, lambda _: None, source=CAPTURE_RESOURCES, parse=parse)


NEW_TASK_ROLE_INPUT = Table(
    "mkaccfg -t taskrole",
    (_text("parent", Reads(str, ("hmcsuperadmin",), ("", "hmcking"))), _resources(_TASKS)),
)
NEW_RESOURCE_ROLE_INPUT = Table("mkaccfg -t resourcerole", (_resources(_OBJECTS),))

_NEW_NAME = _text("new_name", Reads(role_name, ("night shift",), ("", "a*b", "x" * 32)))

TASK_ROLE_INPUT = Table("chaccfg -t taskrole", (_NEW_NAME, _resources(_TASKS)))
RESOURCE_ROLE_INPUT = Table("chaccfg -t resourcerole", (_NEW_NAME, _resources(_OBJECTS)))
