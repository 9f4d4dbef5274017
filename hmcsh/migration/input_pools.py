"""What chooses the shared processor pool and the partition ID on the destination."""

from __future__ import annotations

from collections.abc import Sequence

from hmcsh.language.messages import HmcError
from hmcsh.migration.input_values import Take, invalid, number_of
from hmcsh.migration.request import Request


def _take_pool(request: Request, name: str, value: str, *, by: str) -> None:
    pools = request.destination.pools
    found = (
        next((pool for pool in pools.values() if pool.name == value), None)
        if by == "name"
        else pools.get(-1 if (number := number_of(value)) is None else number)
    )
    if found is None:
        raise HmcError("lpm_pool_not_found", pool=value, system=request.destination.name)
    if request.pool_id not in (None, found.pool_id):
        other = pools[request.pool_id or 0].name
        raise HmcError("lpm_names_disagree", name=name, value=value, other=other)
    request.pool_id = found.pool_id


def pool_reader(by: str) -> Take:
    """Give what reads a shared processor pool by `name` or `id`."""
    return lambda request, name, value: _take_pool(request, name, value, by=by)


_POOLS_FORM = "[partition name]/[partition ID]/pool"


def pools_reader(by: str) -> Take:
    """A pool for each of several partitions: `name//pool` or `/ID/pool`."""

    def take(request: Request, name: str, values: Sequence[str]) -> None:
        if not values:
            raise invalid(name, "")
        for value in values:
            fields = value.split("/")
            if len(fields) != 3 or not fields[2] or bool(fields[0]) is bool(fields[1]):
                raise HmcError("lpm_mapping_format", value=value, name=name, form=_POOLS_FORM)
            if fields[0]:
                partition = request.source.partition(name=fields[0])
            else:
                number = number_of(fields[1])
                if number is None:
                    raise HmcError("lpar_id_not_found", id=fields[1])
                partition = request.source.partition(lpar_id=number)
            if partition is request.partition:
                _take_pool(request, name, fields[2], by=by)

    return take


def take_id(request: Request, name: str, value: str) -> None:
    """Take the ID that the partition is to have on the destination."""
    number = number_of(value)
    if number is None or not 1 <= number <= request.destination.max_partitions:
        raise invalid(name, value)
    request.lpar_id = number
