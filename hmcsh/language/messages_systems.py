"""Messages about the words of commands of Virtual I/O Servers, AIX and Linux."""

from hmcsh.language.message import Message, Trust

_STATUS = "the status is that of the manual pages of the Virtual I/O Server, POWER6"
_GETOPT = "getopt of AIX, as every command prints it"
_GNU = "getopt of GNU, as every command prints it"
_OWN = "the project's own"

MESSAGES: tuple[Message, ...] = (
    Message(
        "command_not_found",
        None,
        "{name}:  not found",
        Trust.RECALLED,
        "the shell of AIX, of a command that the level does not have",
    ),
    # -- Virtual I/O Server -------------------------------------------------------------------
    Message("vios_option_unknown", None, 'Invalid option "{name}".', Trust.INVENTED, _STATUS),
    Message(
        "vios_option_no_value",
        None,
        'Option "{name}" requires a value.',
        Trust.INVENTED,
        _STATUS,
    ),
    Message(
        "vios_option_invalid",
        None,
        'Invalid value of option "{name}".',
        Trust.INVENTED,
        _STATUS,
    ),
    Message(
        "vios_option_repeated",
        None,
        'Option "{name}" is specified more than once.',
        Trust.INVENTED,
        _STATUS,
    ),
    Message(
        "vios_option_exclusive",
        None,
        "Options {names} cannot be specified together.",
        Trust.INVENTED,
        _STATUS,
    ),
    Message(
        "vios_option_missing",
        None,
        "Missing required option: {names}",
        Trust.INVENTED,
        _STATUS,
    ),
    Message(
        "vios_option_stray",
        None,
        'Option "{name}" cannot be specified here.',
        Trust.INVENTED,
        _STATUS,
    ),
    Message("vios_option_extra", None, 'Invalid argument "{name}".', Trust.INVENTED, _STATUS),
    # -- AIX ----------------------------------------------------------------------------------
    Message(
        "aix_option_unknown",
        None,
        "{command}: Not a recognized flag: {letter}",
        Trust.RECALLED,
        _GETOPT,
    ),
    Message(
        "aix_option_no_value",
        None,
        "{command}: A flag requires a parameter: {letter}",
        Trust.RECALLED,
        _GETOPT,
    ),
    Message(
        "aix_option_invalid",
        None,
        "{command}: Not a valid value of flag {name}.",
        Trust.INVENTED,
        _OWN,
    ),
    Message("aix_option_repeated", None, "{command}: Flag {name} twice.", Trust.INVENTED, _OWN),
    Message(
        "aix_option_exclusive",
        None,
        "{command}: Flags {names} cannot be used together.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "aix_option_missing",
        None,
        "{command}: Required: {names}",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "aix_option_stray",
        None,
        "{command}: Flag {name} cannot be used here.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "aix_option_extra",
        None,
        "{command}: Too many parameters: {name}",
        Trust.INVENTED,
        _OWN,
    ),
    # -- Linux --------------------------------------------------------------------------------
    Message(
        "linux_option_unknown",
        None,
        "{command}: invalid option -- '{letter}'",
        Trust.RECALLED,
        _GNU,
    ),
    Message(
        "linux_option_no_value",
        None,
        "{command}: option requires an argument -- '{letter}'",
        Trust.RECALLED,
        _GNU,
    ),
    Message(
        "linux_option_invalid",
        None,
        "{command}: invalid argument of '{name}'",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "linux_option_repeated",
        None,
        "{command}: option '{name}' given twice",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "linux_option_exclusive",
        None,
        "{command}: options {names} are mutually exclusive",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "linux_option_missing",
        None,
        "{command}: missing {names}",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "linux_option_stray",
        None,
        "{command}: option '{name}' cannot be used here",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "linux_option_extra",
        None,
        "{command}: extra operand '{name}'",
        Trust.RECALLED,
        "GNU coreutils",
    ),
)
