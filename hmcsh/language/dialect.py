"""How a system reads the words of a command, and with which messages it refuses them.

The Hardware Management Console, a Virtual I/O Server, AIX and Linux each have their own way. What
a command takes is declared alike for all of them; its dialect says the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Literal


class Fault(Enum):
    """What can be wrong with the words of a command."""

    UNKNOWN = "an option that the command does not have"
    NO_VALUE = "an option without the value that it takes"
    INVALID = "a value out of its limits"
    REPEATED = "an option that is given twice"
    EXCLUSIVE = "options that exclude each other"
    MISSING = "an option that is required is not given"
    STRAY = "an option that does not go with the others"
    EXTRA = "a word that nothing takes"


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """The way of one system.

    `splitting` is "words" where an option is a word (`-dev hdisk0`), "letters" where an option is a
    letter, and several may share a word, as getopt of POSIX reads them (`-Cc disk`). `joined` tells
    whether a value may stand in the word of a one-letter option (`-rlpar`), for words; for letters
    it always may. `permuted` tells whether operands may stand before options, for letters.
    `help_flags` ask for the usage. `messages` has the key of the message for each fault; `status`
    is the exit status with it, and `usage` tells whether the usage follows it.
    """

    name: str
    splitting: Literal["words", "letters"]
    messages: Mapping[Fault, str]
    joined: bool = False
    permuted: bool = False
    help_flags: frozenset[str] = frozenset()
    status: int = 1
    usage: bool = False


def _messages(prefix: str) -> Mapping[Fault, str]:
    return {fault: f"{prefix}_{fault.name.lower()}" for fault in Fault}


HMC = Dialect(
    "hmc",
    "words",
    {
        Fault.UNKNOWN: "invalid_parameter",
        Fault.NO_VALUE: "missing_or_invalid",
        Fault.INVALID: "missing_or_invalid",
        Fault.REPEATED: "repeated_parameter",
        Fault.EXCLUSIVE: "mutually_exclusive",
        Fault.MISSING: "missing_or_invalid",
        Fault.STRAY: "invalid_parameter",
        Fault.EXTRA: "invalid_parameter",
    },
    joined=True,
    help_flags=frozenset({"-h", "--help"}),
)
# Exit status 1 for whatever is wrong with the options (manual pages of the Virtual I/O Server,
# POWER6); that the usage follows is recalled.
VIOS = Dialect("vios", "words", _messages("vios_option"), help_flags=frozenset({"-h"}), usage=True)
AIX = Dialect("aix", "letters", _messages("aix_option"), usage=True)
LINUX = Dialect("linux", "letters", _messages("linux_option"), permuted=True, usage=True)
