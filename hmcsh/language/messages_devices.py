"""Messages of the device commands of AIX, which a Virtual I/O Server shows, too."""

from hmcsh.language.message import Message, Trust

_AIX = "message catalogue of AIX, words recalled"

MESSAGES: tuple[Message, ...] = (
    Message(
        "device_busy",
        None,
        "Method error (/usr/lib/methods/{method}):\n"
        "        0514-062 Cannot perform the requested function because the\n"
        "                 specified device is busy.",
        Trust.CAPTURE,
        "capture, VIOS 2.2 (powercampus)",
    ),
    Message(
        "device_has_children",
        None,
        "Method error (/usr/lib/methods/ucfgdevice):\n"
        "        0514-029 Cannot perform the requested function because a child\n"
        "                 device of the specified device is not in a correct state.",
        Trust.RECALLED,
        _AIX,
    ),
    Message(
        "device_not_found",
        None,
        "0514-519 The following device was not found in the customized\n"
        "        device configuration database:\n"
        "        name = '{name}'",
        Trust.RECALLED,
        _AIX,
    ),
    Message(
        "attribute_name",
        None,
        "Method error (/usr/lib/methods/chggen):\n"
        "        0514-018 The values specified for the following attributes \n"
        "                 are not valid:\n"
        "     {name}",
        Trust.RECALLED,
        _AIX,
    ),
    Message(
        "attribute_value",
        None,
        "Method error (/usr/lib/methods/chggen):\n"
        "        0514-018 The values specified for the following attributes \n"
        "                 are not valid:\n"
        "     {name}",
        Trust.RECALLED,
        _AIX,
    ),
)
