"""lpar_netboot: list the network adapters of a partition, or boot it over the network."""

from __future__ import annotations

from hmcsh.commands.hmc.common.core import Call, Command, Lines, performs
from hmcsh.commands.hmc.common.tasks import Task
from hmcsh.commands.hmc.service.netboot import network_boot

from hmcsh.language.declarations import Declaration, Form, Option

MANUAL = "the callers in xCAT and in ibm.power_hmc, and recordings of its output"


def _flag(flag: str, dest: str, text: str) -> Option:
    return Option(flag, dest, help=text, source=MANUAL)


def _value(flag: str, dest: str, metavar: str, text: str, choices: tuple[str, ...] = ()) -> Option:
    return Option(flag, dest, "required", metavar, text, choices=choices, source=MANUAL)


def _operand(dest: str, kind: str) -> Option:
    name = f"<{dest.replace('_', '-')}>"
    return Option(name, dest, "operand", help=f"the {dest.replace('_', ' ')}", kind=kind)


_OPERANDS = (
    _operand("partition", "partition"),
    _operand("profile", "profile"),
    Option("<managed-system>", "system", "operand", help="the managed system", kind="system"),
)
_NAMES = tuple(operand.flag for operand in _OPERANDS)
_COMMON = ("-v", "-x", "-f", "-i", "-T")
_NETWORK = ("-S", "-G", "-C")
# A caller of IBM's leaves speed and duplex mode out (ibm.power_hmc).
_LINK = ("-s", "-d", "-K")

DECLARATION = Declaration(
    "lpar_netboot",
    "Lists the network adapters of a partition, or boots it over the network.",
    (
        _flag("-M", "macs", "lists the adapters and their MAC addresses"),
        _flag("-n", "no_boot", "does not boot"),
        _flag("-A", "all", "lists all adapters, which is also the default"),
        _value("-t", "type", "adapter type", "the type of adapters:", ("ent",)),
        _flag("-D", "ping", "tries by a ping which adapters reach the server"),
        _value("-s", "speed", "speed", "the speed:", ("auto", "10", "100", "1000")),
        _value("-d", "duplex", "duplex", "the duplex mode:", ("auto", "half", "full")),
        _value("-S", "server", "server", "the IP address of the boot server"),
        _value("-G", "gateway", "gateway", "the IP address of the gateway"),
        _value("-C", "client", "client", "the IP address of the partition"),
        _value("-K", "mask", "subnet mask", "the subnet mask"),
        _value("-m", "mac", "MAC address", "the adapter to boot from, by its MAC address"),
        _value("-l", "location", "location code", "the adapter to boot from, by its place"),
        _value("-g", "arguments", "arguments", "what the image is given; no image looks at it"),
        _value("-T", "spanning_tree", "on | off", "the spanning tree protocol:", ("on", "off")),
        _flag("-f", "force", "closes the virtual terminal of the partition, if one is open"),
        _flag("-i", "immediate", "shuts the partition down at once"),
        _flag("-v", "verbose", "tells what is done, which is also the default"),
        _flag("-x", "debug", "tells no more than -v"),
        *_OPERANDS,
    ),
    (
        Form({"-M": ()}, ("-n", "-t", *_NAMES), ("-A", *_COMMON)),
        Form({"-M": (), "-D": ()}, ("-n", "-t", *_NETWORK, *_NAMES), ("-A", *_LINK, *_COMMON)),
        Form(
            {},
            ("-t", *_NETWORK, *_NAMES),
            ("-D", *_LINK, "-g", *_COMMON),
            at_most_one=(("-m", "-l"),),
        ),
    ),
    notes=(
        "A partition that is on is shut down first; one whose adapters were listed is off then.",
        "Boot servers are those of the inventory, reached over shared Ethernet adapters.",
        "Adapters of I/O slots and of a Host Ethernet Adapter are not among those listed.",
    ),
    examples=(
        "lpar_netboot -M -n -t ent myLPAR default mySystem",
        "lpar_netboot -t ent -D -s auto -d auto -S 10.0.0.1 -G 10.0.0.254 -C 10.0.0.7 "
        "myLPAR default mySystem",
    ),
    source=MANUAL,
)


async def run(call: Call) -> Lines:
    """List or boot; what is done is told while it is done."""
    await network_boot(call)
    return ()


COMMAND = Command(DECLARATION, run, task=performs(Task.ACTIVATE_PARTITION))
