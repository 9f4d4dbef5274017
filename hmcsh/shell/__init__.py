"""The shell: an interpreter of bash's language over streams in memory, restricted or not.

It runs no process, opens no file and no address of the machine it runs on. It knows commands as
names and asynchronous callables (:class:`Command`), and files and time through a :class:`Host`.
"""

from hmcsh.shell.api import Command, Host, Input, Interrupted, Invocation, Output
from hmcsh.shell.errors import LimitExceeded
from hmcsh.shell.limits import Limits
from hmcsh.shell.pipelines import settle
from hmcsh.shell.shell import Shell
from hmcsh.shell.streams import TextReader

__all__ = [
    "Command",
    "Host",
    "Input",
    "Interrupted",
    "Invocation",
    "LimitExceeded",
    "Limits",
    "Output",
    "Shell",
    "TextReader",
    "settle",
]
