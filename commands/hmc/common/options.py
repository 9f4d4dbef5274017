"""Options that many commands have in common, declared once."""

from __future__ import annotations

from hmcsh.language.declarations import Option

SYSTEM = Option(
    "-m", "system", "required", "managed system", "the managed system's name", kind="system"
)
TARGET = Option(
    "-t", "target", "required", "managed system", "the managed system to migrate to", kind="system"
)
PARTITION = Option(
    "-p", "partition", "required", "partition name", "the partition's name", kind="partition"
)
PARTITION_ID = Option(
    "--id",
    "lpar_id",
    "required",
    "partition ID",
    "the partition's ID",
    kind="partition_id",
    minimum=1,
    maximum=65535,
)
FILTER = Option(
    "--filter",
    "filter",
    "required",
    "filter data",
    "lists only what the filters select: name=value,... or name=value1,value2,...",
    kind="filter",
)
ATTRIBUTES = Option(
    "-F",
    "attributes",
    "optional",
    "attribute names",
    "prints the values of these attributes only; of all of them if no names follow",
    kind="attributes",
)
HEADER = Option("--header", "header", help="prints the attribute names first, with -F")
DATA = Option(
    "-i",
    "data",
    "required",
    "configuration data",
    "the attributes to set: name=value,...",
    kind="data",
)
FILE = Option(
    "-f", "file", "required", "file", "a file with such data, one record a line", kind="file"
)
WAIT = Option(
    "-w",
    "wait",
    "required",
    "wait time",
    "minutes to wait for an operating-system command; 0 waits without limit",
    minimum=0,
    maximum=9999,
)
DETAIL = Option(
    "-d",
    "detail",
    "required",
    "detail level",
    "how much operating-system commands tell, from 0 (nothing) to 5; without effect here",
    minimum=0,
    maximum=5,
)
FORCE = Option("--force", "force", help="forces the operation; to be used with care")
LISTING = ("--filter", "-F", "--header")
