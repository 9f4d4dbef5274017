"""The data of ``--filter``: which objects to list."""

from collections.abc import Collection

from hmcsh.language.messages import HmcError
from hmcsh.language.records import RecordSyntaxError, scan


def parse_filter(
    text: str,
    allowed: Collection[str],
    exclusive: tuple[tuple[str, ...], ...] = (),
) -> dict[str, tuple[str, ...]]:
    """Read filter data: ``name=value,value,...,name=value``.

    Quotes around a pair, a value or both are dropped; a field without ``=`` is a further value
    of the filter before it (manual page of lssyscfg; SG24-7460 5.6.2). ``exclusive`` lists
    groups of names of which only one may be given.

    HmcError ``invalid_filter`` for a name that is not ``allowed``, ``exclusive_filters``, or
    ``missing_or_invalid`` with ``--filter`` for data that is malformed, without a value, or
    names a filter twice.
    """
    try:
        assignments = scan(text)
    except RecordSyntaxError as error:
        raise _malformed() from error
    found: dict[str, tuple[str, ...]] = {}
    for assignment in assignments:
        name = assignment.name + assignment.operator.removesuffix("=")
        if name not in allowed:
            raise HmcError("invalid_filter", name=name)
        if name in found or "" in assignment.values or not assignment.values:
            raise _malformed()
        found[name] = assignment.values
    for group in exclusive:
        given = [name for name in group if name in found]
        if len(given) > 1:
            raise HmcError("exclusive_filters", names=given)
    return found


def _malformed() -> HmcError:
    return HmcError("missing_or_invalid", parameters=["--filter"])
