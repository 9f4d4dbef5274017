"""The catalogue of messages, and the errors that carry them.

The texts stand in the tables ``messages_*``, by subject; no other module holds the text of a
message. Messages go to standard output, and the status is 1 (capture, V10R3).
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from hmcsh.language import (
    messages_aix,
    messages_configuration,
    messages_devices,
    messages_drmgr,
    messages_general,
    messages_hardware,
    messages_linux,
    messages_login,
    messages_lpm,
    messages_lpm_devices,
    messages_lpm_later,
    messages_service,
    messages_systems,
    messages_users,
    messages_vios,
    messages_virtualio,
    messages_vterm,
)
from hmcsh.language.message import Message, Trust

__all__ = [
    "CATALOGUE",
    "CommandExit",
    "HmcError",
    "Message",
    "Refusal",
    "Trust",
    "render",
]


def _catalogue(*tables: Iterable[Message]) -> Mapping[str, Message]:
    found: dict[str, Message] = {}
    for table in tables:
        for message in table:
            if message.key in found:
                raise ValueError(f"two messages have the key {message.key}")
            found[message.key] = message
    return MappingProxyType(found)


CATALOGUE: Mapping[str, Message] = _catalogue(
    messages_aix.MESSAGES,
    messages_configuration.MESSAGES,
    messages_devices.MESSAGES,
    messages_drmgr.MESSAGES,
    messages_general.MESSAGES,
    messages_hardware.MESSAGES,
    messages_linux.MESSAGES,
    messages_login.MESSAGES,
    messages_lpm.MESSAGES,
    messages_lpm_devices.MESSAGES,
    messages_lpm_later.MESSAGES,
    messages_vterm.MESSAGES,
    messages_users.MESSAGES,
    messages_vios.MESSAGES,
    messages_virtualio.MESSAGES,
    messages_service.MESSAGES,
    messages_systems.MESSAGES,
)


def _field(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value)


def render(key: str, /, **fields: object) -> str:
    """The full text of a message with its code in front.

    A field that is a list or tuple is joined with ``", "``. KeyError if the key or one of the
    fields of its text is unknown: that is a fault of the program, not of its user.
    """
    message = CATALOGUE[key]
    text = message.text.format(**{name: _field(value) for name, value in fields.items()})
    return text if message.code is None else f"{message.code} {text}"


class CommandExit(Exception):  # noqa: N818 - an outcome; not each one is an error
    """Ends a command early: ``text`` is printed, ``status`` returned.

    The console prints to standard output (capture, V10R3), other systems to standard error.
    """

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


class Refusal(CommandExit):
    """A command is refused with a message of the catalogue and a status of its system."""

    def __init__(self, status: int, key: str, /, **fields: object) -> None:
        super().__init__(render(key, **fields), status)
        self.message = CATALOGUE[key]
        self.fields = fields


class HmcError(Refusal):
    """A command of the console is refused; status 1.

    >>> HmcError("lpar_not_found", name="x").message.code
    'HSCL8012'
    """

    def __init__(self, key: str, /, **fields: object) -> None:
        super().__init__(1, key, **fields)
