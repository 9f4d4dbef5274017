"""The elements of list attributes: `slot/side/...`, written and read by one grammar each.

An element is a row of parts with `/` between them (captures and manual pages of lssyscfg and
mksyscfg). Each part is declared once and knows how it is printed and how it is read. What a
partition is called is not stored in adapters, so both directions take the managed system.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Any

from hmcsh.language.messages import HmcError
from hmcsh.language.values import Number, Switch
from hmcsh.model.adapters import (
    ANY,
    FibreChannelAdapter,
    ScsiAdapter,
    SerialAdapter,
    VasiAdapter,
)
from hmcsh.model.frame import Frame
from hmcsh.model.resources import SlotAssignment

NONE = "none"  # an empty list, and an I/O pool that is not set
MAXIMUM_SLOT = 65535
MAXIMUM_ADDITIONAL_VLANS = 20  # of one adapter (recalled)

Fields = Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """One part of an element: its name in the synopsis, how it is printed, how it is read.

    `parse` raises ValueError for a text that is not valid.
    """

    name: str
    show: Callable[[Any, Frame], str]
    parse: Callable[[str], Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Grammar:
    """The grammar of one attribute's elements.

    `build` makes the model's value of the parts; it may raise HmcError for a partition that does
    not exist. `check` raises ValueError for parts that do not go together. `key` is what `+=` and
    `-=` know an element by. Parts have `separator` between them; where it is another than `/`, an
    element may name its parts, and is printed so if it is `named`. The examples are lists.
    """

    name: str
    parts: tuple[Part, ...]
    build: Callable[[Fields, Frame], Any]
    check: Callable[[Fields], None] = lambda _: None
    key: str = "virtual-slot-number"
    shorter: tuple[int, ...] = ()
    separator: str = "/"
    named: bool = False
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()

    @property
    def synopsis(self) -> str:
        """The form of an element, for help and pages."""
        return self.separator.join(part.name for part in self.parts)

    def format(self, item: Any, frame: Frame) -> str:
        """Print an element, with the names of its parts if it is `named`."""
        shown = [(part.name, part.show(item, frame)) for part in self.parts]
        return self.separator.join(f"{name}={text}" if self.named else text for name, text in shown)

    def parse(self, text: str) -> dict[str, Any]:
        """Read an element into its parts. Raises ValueError."""
        texts = text.split(self.separator)
        if self.separator != "/" and "=" in texts[0]:
            texts = self._by_name(texts)
        if len(texts) not in (len(self.parts), *self.shorter):
            raise ValueError(f"{text!r} is not of the form {self.synopsis}")
        texts += [""] * (len(self.parts) - len(texts))
        fields = {part.name: part.parse(word) for part, word in zip(self.parts, texts, strict=True)}
        self.check(fields)
        return fields

    def _by_name(self, texts: list[str]) -> list[str]:
        """The texts of the parts, in their order, of an element that names each one it gives."""
        given: dict[str, str] = {}
        for text in texts:
            name, equals, value = text.partition("=")
            if not equals or name in given:
                raise ValueError(f"no part of an element, or one given twice: {text!r}")
            given[name] = value
        if unknown := given.keys() - {part.name for part in self.parts}:
            raise ValueError(f"unknown parts: {', '.join(sorted(unknown))}")
        return [given.get(part.name, "") for part in self.parts]

    def __call__(self, texts: tuple[str, ...], /) -> list[dict[str, Any]]:
        """Read a list, or `none`. Raises ValueError, also for two elements of one key."""
        return self.parse_all(texts)

    @property
    def accepts(self) -> tuple[str, ...]:
        """Lists that are valid."""
        return (NONE, *self.examples)

    @property
    def refuses(self) -> tuple[str, ...]:
        """Lists that are not."""
        return self.counterexamples

    def parse_all(self, texts: tuple[str, ...]) -> list[dict[str, Any]]:
        """Read a list, or `none`. Raises ValueError, also for two elements of one key."""
        if texts == (NONE,):
            return []
        if not texts:
            raise ValueError("a list without elements is written as none")
        found = [self.parse(text) for text in texts]
        if len({fields[self.key] for fields in found}) != len(found):
            raise ValueError(f"two elements have one {self.key}")
        return found


# -- parts ------------------------------------------------------------------------------------


def show_flag(value: bool) -> str:
    """Print a flag."""
    return "1" if value else "0"


def numbers(text: str, minimum: int, maximum: int) -> tuple[int, ...]:
    """Read whole numbers with commas between them; an empty text has none."""
    return tuple(Number(minimum, maximum)(word) for word in text.split(",")) if text else ()


def _any_or(minimum: int, maximum: int) -> Callable[[str], int | str | None]:
    def read(text: str) -> int | str | None:
        if text == "":
            return None
        return ANY if text == ANY else Number(minimum, maximum)(text)

    return read


def _side(text: str) -> str:
    if text not in ("client", "server"):
        raise ValueError(f"neither client nor server: {text!r}")
    return text


def optional(read: Callable[[str], Any], default: Any) -> Callable[[str], Any]:
    """A reader of a part that may be left empty."""
    return lambda text: read(text) if text else default


def _slot(text: str) -> int:
    return Number(0, MAXIMUM_SLOT)(text)


SLOT = Part("virtual-slot-number", lambda a, _: str(a.slot), _slot)
_SIDE = Part("client-or-server", lambda a, _: a.side, _side)
_REMOTE_ID = Part("remote-lpar-ID", lambda a, _: str(a.remote_lpar_id), _any_or(1, MAXIMUM_SLOT))
_REMOTE_NAME = Part("remote-lpar-name", lambda a, f: f.client_name(a.remote_lpar_id), str)
_REMOTE_SLOT = Part("remote-slot-number", lambda a, _: str(a.remote_slot), _any_or(0, MAXIMUM_SLOT))
REQUIRED = Part("is-required", lambda a, _: show_flag(a.required), Switch())


def _check_remote(fields: Fields) -> None:
    """A client names one partition and slot; a server may leave both open with `any`."""
    remote, name = fields["remote-lpar-ID"], fields["remote-lpar-name"]
    if remote is None and not name:
        raise ValueError("no remote partition")
    if remote == ANY and name:
        raise ValueError("any partition has no name")
    if fields["remote-slot-number"] is None:
        raise ValueError("no remote slot")
    if fields["client-or-server"] == "client" and ANY in (remote, fields["remote-slot-number"]):
        raise ValueError("a client adapter connects to one server adapter")


def _remote_id(fields: Fields, frame: Frame) -> Any:
    """The remote partition's ID, by name where only that is given.

    An ID that no partition has yet, or any more, is kept (capture, V10R3: a vanished client is
    printed with an empty name). Raises HmcError HSCL8012 for an unknown name or one that is not
    the name of the partition with that ID, HSCL8011 for an ID that the system cannot have.
    """
    remote, name = fields["remote-lpar-ID"], fields["remote-lpar-name"]
    if name:
        found = frame.partition(name=name)
        if remote not in (None, found.lpar_id):
            raise HmcError("lpar_not_found", name=name)
        return found.lpar_id
    if isinstance(remote, int) and remote > frame.max_partitions:
        raise HmcError("lpar_id_not_found", id=remote)
    return remote


# -- the grammars -----------------------------------------------------------------------------


def _build_serial(fields: Fields, frame: Frame) -> SerialAdapter:
    return SerialAdapter(
        fields["virtual-slot-number"],
        fields["client-or-server"],
        fields["supports-HMC"],
        _remote_id(fields, frame),
        fields["remote-slot-number"],
        fields["is-required"],
    )


def _check_serial(fields: Fields) -> None:
    _check_remote(fields)
    if fields["supports-HMC"] and fields["client-or-server"] == "client":
        raise ValueError("only a server adapter can support the console")


SERIAL = Grammar(
    "virtual_serial_adapters",
    (
        SLOT,
        _SIDE,
        Part("supports-HMC", lambda a, _: show_flag(a.supports_hmc), optional(Switch(), False)),
        _REMOTE_ID,
        _REMOTE_NAME,
        _REMOTE_SLOT,
        REQUIRED,
    ),
    _build_serial,
    _check_serial,
    examples=("0/server/1/any//any/1", "10/client/0/2//0/0"),
    counterexamples=("", "0/server/1/any//any", "10/client/1/2//0/0", "10/client/0/any//any/0"),
)


def _build_scsi(fields: Fields, frame: Frame) -> ScsiAdapter:
    return ScsiAdapter(
        fields["virtual-slot-number"],
        fields["client-or-server"],
        _remote_id(fields, frame),
        fields["remote-slot-number"],
        fields["is-required"],
    )


SCSI = Grammar(
    "virtual_scsi_adapters",
    (SLOT, _SIDE, _REMOTE_ID, _REMOTE_NAME, _REMOTE_SLOT, REQUIRED),
    _build_scsi,
    _check_remote,
    examples=("11/server/any//any/0", "5/server/2//3/0"),
    counterexamples=("", "11/server/any//any", "11/client/any//any/0", "11/both/2//3/0"),
)

_WWPN = re.compile(r"[0-9a-fA-F]{16}", re.ASCII)


def _wwpns(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    found = tuple(text.lower().split(","))
    if len(set(found)) != 2 or not all(_WWPN.fullmatch(name) for name in found):
        raise ValueError(f"not two world wide port names: {text!r}")
    return found


def _check_channel(fields: Fields) -> None:
    _check_remote(fields)
    if fields["wwpns"] and fields["client-or-server"] == "server":
        raise ValueError("a server adapter has no world wide port names")


def _build_channel(fields: Fields, frame: Frame) -> FibreChannelAdapter:
    return FibreChannelAdapter(
        fields["virtual-slot-number"],
        fields["client-or-server"],
        _remote_id(fields, frame),
        fields["remote-slot-number"],
        fields["wwpns"],
        fields["is-required"],
    )


FIBRE_CHANNEL = Grammar(
    "virtual_fc_adapters",
    (
        SLOT,
        _SIDE,
        _REMOTE_ID,
        _REMOTE_NAME,
        _REMOTE_SLOT,
        Part("wwpns", lambda a, _: ",".join(a.wwpns), _wwpns),
        REQUIRED,
    ),
    _build_channel,
    _check_channel,
    examples=("21/server/10//21//0", "10/client/1//34//1"),
    counterexamples=("", "21/server/10//21/0", "10/client/1//34/c050/1", "10/client/any//34//1"),
)


def _build_vasi(fields: Fields, _: Frame) -> VasiAdapter:
    return VasiAdapter(fields["virtual-slot-number"], fields.get("is-required", False))


# SG24-7460 5.6.3: a slot number and nothing else; later levels add whether it is required.
VASI = Grammar(
    "virtual_vasi_adapters",
    (SLOT,),
    _build_vasi,
    examples=("7",),
    counterexamples=("", "x", "7/1"),
)
REQUIRED_VASI = Grammar(
    "virtual_vasi_adapters",
    (SLOT, REQUIRED),
    _build_vasi,
    examples=("7/0", "7/1"),
    counterexamples=("", "7", "7/2"),
)


def _drc_index(text: str) -> str:
    if re.fullmatch(r"[0-9A-Fa-f]{8}", text, re.ASCII) is None:
        raise ValueError(f"not a DRC index of eight hexadecimal digits: {text!r}")
    return text.upper()


def _pool(text: str) -> int | None:
    return None if text in ("", NONE) else Number(0, MAXIMUM_SLOT)(text)


IO_SLOT = Grammar(
    "io_slots",
    (
        Part("slot-DRC-index", lambda s, _: s.drc_index, _drc_index),
        Part("slot-IO-pool-ID", lambda s, _: NONE if s.pool_id is None else str(s.pool_id), _pool),
        REQUIRED,
    ),
    lambda fields, _: SlotAssignment(
        fields["slot-DRC-index"], fields["slot-IO-pool-ID"], fields["is-required"]
    ),
    key="slot-DRC-index",
    examples=("21010002/none/1", "21010002//0"),
    counterexamples=("", "21010002", "2101/none/1", "21010002/none/2"),
)


def lhea_capability(text: str) -> str:
    """Read `adapter-ID/capability[/...]`. Raises ValueError."""
    adapter, *values = text.split("/")
    if len(values) not in (1, 5):
        raise ValueError(f"not a capability of a Host Ethernet Adapter: {text!r}")
    for value in values:
        Number(0, MAXIMUM_SLOT)(value)
    return "/".join((_drc_index(adapter), *values))
