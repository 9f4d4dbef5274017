"""What operating systems show when somebody logs in at their console."""

from hmcsh.language.message import Message, Trust

_AIX = "AIX, recalled"
_LINUX = "login(1) of Linux, recalled"

MESSAGES: tuple[Message, ...] = (
    Message("login_aix_again", None, "Console login: ", Trust.RECALLED, _AIX, screen=True),
    Message("login_vios_again", None, "login: ", Trust.RECALLED, _AIX, screen=True),
    Message("login_linux_again", None, "\n{name} login: ", Trust.RECALLED, _LINUX, screen=True),
    Message("login_aix_password", None, "{user}'s Password: ", Trust.RECALLED, _AIX, screen=True),
    Message("login_linux_password", None, "Password: ", Trust.RECALLED, _LINUX, screen=True),
    Message(
        "login_aix_refused",
        None,
        "3004-007 You entered an invalid login name or password.",
        Trust.RECALLED,
        _AIX,
    ),
    Message("login_linux_refused", None, "Login incorrect", Trust.RECALLED, _LINUX),
    Message(
        "login_last", None, "Last login: {when} on {device}", Trust.RECALLED, f"{_AIX}; {_LINUX}"
    ),
    Message(
        "login_last_refused",
        None,
        "Last unsuccessful login: {when} on {device}",
        Trust.RECALLED,
        _AIX,
    ),
)
