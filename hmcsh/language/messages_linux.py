"""Messages of Linux commands."""

from hmcsh.language.message import Message, Trust

_UTILS = "powerpc-utils, lsdevinfo"
_ROUTE = "recalled, iproute2"
_OWN = "the project's own"

MESSAGES: tuple[Message, ...] = (
    Message(
        "linux_bad_host_name",
        None,
        "hostname: the specified hostname is invalid",
        Trust.RECALLED,
        "recalled, hostname of Debian",
    ),
    Message(
        "lsdevinfo_and",
        None,
        "AND conjunction not supported. Exiting",
        Trust.CAPTURE,
        _UTILS,
    ),
    Message(
        "lsdevinfo_operand",
        None,
        "Criteria must have =, !=, or LIKE operand. Exiting.",
        Trust.CAPTURE,
        _UTILS,
    ),
    Message(
        "ip_object",
        None,
        'Object "{name}" is unknown, try "ip help".',
        Trust.RECALLED,
        _ROUTE,
    ),
    Message(
        "ip_command",
        None,
        'Command "{name}" is unknown, try "ip {object} help".',
        Trust.RECALLED,
        _ROUTE,
    ),
    Message("ip_no_device", None, 'Device "{name}" does not exist.', Trust.RECALLED, _ROUTE),
    Message(
        "ip_address",
        None,
        'Error: any valid prefix is expected rather than "{value}".',
        Trust.RECALLED,
        _ROUTE,
    ),
    Message(
        "ip_not_assigned",
        None,
        "RTNETLINK answers: Cannot assign requested address",
        Trust.RECALLED,
        _ROUTE,
    ),
    Message(
        "drmgr_stream",
        None,
        "drmgr: A migration is begun by the Hardware Management Console.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "drmgr_console",
        None,
        "drmgr: Changes of {connector} are begun by the Hardware Management Console.",
        Trust.INVENTED,
        _OWN,
    ),
)
