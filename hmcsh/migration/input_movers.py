"""What names the movers of a migration: by name, ID or address, one pair or two."""

from __future__ import annotations

from collections.abc import Sequence

from hmcsh.language.messages import HmcError
from hmcsh.migration.input_values import (
    Take,
    has_address,
    invalid,
    number_of,
    server_at,
    server_of,
)
from hmcsh.migration.movers import MoverPair
from hmcsh.migration.request import Request
from hmcsh.model.frame import Frame
from hmcsh.model.partition import Partition


def _ends(request: Request, end: str) -> tuple[Frame, str]:
    if end == "source":
        return request.source, "source_mover"
    return request.destination, "destination_mover"


def _name_mover(
    request: Request, end: str, name: str, value: str, server: Partition | None
) -> None:
    frame, field = _ends(request, end)
    if server is None:
        raise HmcError("lpm_mapping_vios", value=value, system=frame.name)
    before: Partition | None = getattr(request, field)
    if before is not None and before is not server:
        raise HmcError("lpm_names_disagree", name=name, value=value, other=before.name)
    setattr(request, field, server)


def mover_reader(end: str, by: str) -> Take:
    """Give what reads the mover of one end by `name` or `id`."""

    def take(request: Request, name: str, value: str) -> None:
        frame, _ = _ends(request, end)
        server = server_of(frame, value, "") if by == "name" else server_of(frame, "", value)
        _name_mover(request, end, name, value, server)

    return take


def address_reader(end: str) -> Take:
    """Give what reads the mover of one end by an address, or several of its addresses."""

    def take(request: Request, name: str, values: Sequence[str]) -> None:
        if not values:
            raise invalid(name, "")
        frame, _ = _ends(request, end)
        for value in values:
            _name_mover(request, end, name, value, server_at(frame, value))

    return take


def _mover(frame: Frame, name: str, text_name: str, text_id: str, address: str) -> Partition:
    """A mover by name, ID or both, and by address; what is left out may be anything."""
    value = "/".join((text_name, text_id, address))
    server = (
        server_of(frame, text_name, text_id) if text_name or text_id else server_at(frame, address)
    )
    if server is None:
        raise HmcError("lpm_mapping_vios", value=value, system=frame.name)
    if address and not has_address(server, address):
        raise HmcError("lpm_names_disagree", name=name, value=address, other=server.name)
    return server


def three_reader(end: str) -> Take:
    """Give what reads the mover of one end by name, ID and address."""

    def take(request: Request, name: str, value: str) -> None:
        fields = value.split("/")
        if len(fields) != 3:
            raise HmcError("lpm_mapping_format", value=value, name=name, form=_THREE_FORM)
        frame, _ = _ends(request, end)
        _name_mover(request, end, name, value, _mover(frame, name, *fields))

    return take


_THREE_FORM = "[VIOS name]/[VIOS ID]/[IP address]"
_PAIR_FORM = "group ID/" + "/".join([_THREE_FORM] * 2)


def take_redundant(request: Request, name: str, values: Sequence[str]) -> None:
    """Two pairs of one group, the primary one first, that have no server in common."""
    groups: dict[str, list[MoverPair]] = {}
    for value in values:
        group, *fields = value.split("/")
        if number_of(group) is None or len(fields) != 6:
            raise HmcError("lpm_mapping_format", value=value, name=name, form=_PAIR_FORM)
        pair = MoverPair(
            _mover(request.source, name, *fields[:3]),
            _mover(request.destination, name, *fields[3:]),
        )
        groups.setdefault(group, []).append(pair)
    for group, pairs in groups.items():
        if len(pairs) != 2:
            raise HmcError("lpm_redundant_group", group=group, count=len(pairs))
        if not pairs[0].apart(pairs[1]):
            raise HmcError("lpm_redundant_same", group=group)
        request.redundant_pairs.append((pairs[0], pairs[1]))
    if not groups:
        raise invalid(name, "")
