"""What operating systems show when somebody logs in at their console."""

from hmcsh.language.message import Message, Trust

_AIX = "AIX, recalled"
_LINUX = "login(1) of Linux, recalled"
_SMS = "the SMS menus of POWER6, recalled"
_RULE = "-" * 79
_SMS_MAIN = "\r\n".join(
    (
        "",
        "PowerPC Firmware",
        _RULE,
        " Main Menu",
        " 1.   Select Language",
        " 2.   Setup Remote IPL (Initial Program Load)",
        " 3.   Change SCSI Settings",
        " 4.   Select Console",
        " 5.   Select Boot Options",
        _RULE,
        " Navigation Keys:",
        "",
        f"{'':46}X = eXit System Management Services",
        _RULE,
        " Type menu item number and press Enter or select Navigation key:",
    )
)
_SMS_EXIT = "\r\n".join(
    (
        "",
        "PowerPC Firmware",
        _RULE,
        " Are you sure you want to exit System Management Services?",
        " 1.   Yes",
        " 2.   No",
        _RULE,
        " Type menu item number and press Enter or select Navigation key:",
    )
)

MESSAGES: tuple[Message, ...] = (
    Message("shutdown_begun", None, "SHUTDOWN PROGRAM", Trust.RECALLED, _AIX),
    Message(
        "shutdown_not_root",
        None,
        "shutdown: Only root can do this.",
        Trust.INVENTED,
        "the project's own",
    ),
    Message(
        "shutdown_refused",
        None,
        "shutdown: The system cannot be shut down now: {detail}",
        Trust.INVENTED,
        "the project's own",
    ),
    Message("sms_main", None, _SMS_MAIN, Trust.RECALLED, _SMS, screen=True),
    Message("sms_exit", None, _SMS_EXIT, Trust.RECALLED, _SMS, screen=True),
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
    Message(
        "login_line_too_long",
        None,
        "The line is not taken: it has more than {limit} characters.",
        Trust.INVENTED,
        "the project's own",
    ),
    Message(
        "help_no_command",
        None,
        "help: no help topics match `{name}'.",
        Trust.RECALLED,
        "bash",
    ),
)
