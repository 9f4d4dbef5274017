"""What virtual terminals show, and the messages about them.

Texts that a console sends to the terminal itself are kept as they were captured, with their blanks
and line ends.
"""

from hmcsh.language.message import Message, Trust

_CAPTURE = "capture, V10R3"
_MENU = "recalled; no public text is known"

MESSAGES: tuple[Message, ...] = (
    # -- mkvterm and rmvterm ------------------------------------------------------------------
    Message(
        "vterm_opening",
        None,
        "\r\n Open in progress  \r\n ",
        Trust.CAPTURE,
        _CAPTURE,
        screen=True,
    ),
    Message(
        "vterm_opened",
        None,
        "\r\n Open Completed. \r\n  ",
        Trust.CAPTURE,
        _CAPTURE,
        screen=True,
    ),
    Message(
        "vterm_already_open",
        None,
        "\r\n A terminal session is already open for this partition. \r\n Only one open session is "
        "allowed for a partition. \r\n Exiting.... ",
        Trust.CAPTURE,
        f"{_CAPTURE}; status 0; the same words in xcat-core, 2007",
        screen=True,
    ),
    Message(
        "vterm_open_elsewhere",
        None,
        "The open failed.\n-The session may already be open on another management console",
        Trust.SCRIPT,
        "xcat-core (a comment); the status is inferred",
    ),
    Message(
        "vterm_connection_closed",
        None,
        "\r\n Connection has closed \r\n\r\n\r\n This session is no longer connected. Please close "
        "this window.\n\n\n ",
        Trust.CAPTURE,
        _CAPTURE,
        screen=True,
    ),
    Message(
        "vterm_input_ended",
        None,
        " The write socket has closed. Exiting.\n",
        Trust.CAPTURE,
        _CAPTURE,
        screen=True,
    ),
    Message(
        "vterm_terminate",
        None,
        "\r\nTerminate session? [y/n] ",
        Trust.SCRIPT,
        "a program that leaves mkvterm; the blank at the end is inferred",
        screen=True,
    ),
    Message(
        "vterm_close_sent",
        None,
        "Close command sent",
        Trust.CAPTURE,
        f"{_CAPTURE}; status 0, also if no terminal was open",
    ),
    Message(
        "vterm_partition_type",
        None,
        "Virtual terminals can be opened for AIX, Linux and Virtual I/O Server partitions only.  "
        "The partition {name} is an i5/OS partition.",
        Trust.INVENTED,
        "the rule: manual page, V8; own text",
    ),
    # -- vtmenu -------------------------------------------------------------------------------
    Message(
        "vtmenu_retrieving",
        None,
        "\n Retrieving name of managed system(s) . . . {system}\n",
        Trust.RECALLED,
        _MENU,
        screen=True,
    ),
    Message("vtmenu_systems", None, "Managed Systems:", Trust.RECALLED, _MENU),
    Message(
        "vtmenu_partitions",
        None,
        "Partitions On Managed System:  {system}\n OS/400 Partitions not listed",
        Trust.RECALLED,
        _MENU,
    ),
    Message(
        "vtmenu_which_system",
        None,
        "\n Enter Number of Managed System.  (q to quit): ",
        Trust.RECALLED,
        _MENU,
        screen=True,
    ),
    Message(
        "vtmenu_which_partition",
        None,
        "\n Enter Number of Running Partition (q to quit): ",
        Trust.RECALLED,
        _MENU,
        screen=True,
    ),
    Message(
        "vtmenu_opening",
        None,
        "\n Opening Virtual Terminal On Partition {name} . . .\n",
        Trust.RECALLED,
        _MENU,
        screen=True,
    ),
    Message("vtmenu_bye", None, " Bye.\n", Trust.RECALLED, _MENU, screen=True),
    # -- consoles of partitions ---------------------------------------------------------------
    Message(
        "console_aix",
        None,
        "\r\n\r\nAIX Version {version}\r\nConsole login: ",
        Trust.CAPTURE,
        "AIX consoles, at AIX 7, without their line of copyright",
        screen=True,
    ),
    Message(
        "console_vios",
        None,
        "\r\n\r\nIBM Virtual I/O Server\r\n\r\nlogin: ",
        Trust.RECALLED,
        "recalled",
        screen=True,
    ),
    Message(
        "console_other",
        None,
        "\r\n\r\n{system}\r\n\r\n{name} login: ",
        Trust.INFERRED,
        "the form of agetty(8); that the host has the partition's name is inferred",
        screen=True,
    ),
)
