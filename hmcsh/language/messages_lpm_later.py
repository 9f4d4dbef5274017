"""Messages of partition mobility at later levels: several partitions, other consoles, movers."""

from hmcsh.language.message import Message, Trust

_CHECK = "Please check your entry and retry the command."
_OWN = "own text"


def _own(key: str, text: str, source: str = _OWN) -> Message:
    return Message(key, None, text, Trust.INVENTED, source)


MESSAGES: tuple[Message, ...] = (
    _own(
        "lpm_id_in_use",
        "The partition ID {id} is already in use on the managed system {system}.",
    ),
    # -- several partitions -------------------------------------------------------------------
    _own("lpm_partition_heading", "{name}:", "own layout: whose messages follow"),
    _own(
        "lpm_for_one_partition",
        "The attribute {name} can be given for one partition only.  " + _CHECK,
    ),
    _own(
        "lpm_nothing_to_migrate",
        "The managed system {system} has no partition that could be migrated.",
    ),
    # -- other consoles -----------------------------------------------------------------------
    _own("lpm_remote_unknown", "The management console {host} could not be contacted."),
    _own(
        "lpm_remote_level",
        "The management console {host} is at the level {level}, which does not support partition "
        "migrations between management consoles.",
    ),
    # -- movers -------------------------------------------------------------------------------
    _own(
        "lpm_no_redundant_msps",
        "The managed systems {source} and {dest} do not have two pairs of mover service partitions "
        "that reach each other, which redundant mover service partitions need.",
        "own text; the rule: IBM's page on redundant mover service partitions, POWER8",
    ),
    _own(
        "lpm_redundant_unwanted",
        "Redundant mover service partitions are named, but must not be used.  " + _CHECK,
    ),
    _own(
        "lpm_redundant_group",
        "The group {group} of redundant mover service partitions has {count} entries: it needs "
        "two, the primary and the secondary one.  " + _CHECK,
        "own text; the rule: IBM's page on redundant mover service partitions, POWER8",
    ),
    _own(
        "lpm_redundant_same",
        "The primary and the secondary entry of the group {group} name the same mover service "
        "partition.  " + _CHECK,
    ),
    _own(
        "lpm_no_redundant_paging",
        "The partition {name} does not use shared memory: it cannot have redundant paging Virtual "
        "I/O Servers.",
    ),
    _own(
        "lpm_mover_wanted",
        "The partition {name} is not a mover service partition.  " + _CHECK,
    ),
    # -- adapters -----------------------------------------------------------------------------
    _own(
        "lpm_mapping_port",
        "The mapping {value} names a port that the Virtual I/O Server {vios} does not have: "
        "{port}.",
    ),
    _own(
        "lpm_server_slot",
        "The virtual slot {slot} of the Virtual I/O Server {vios} cannot be used for the "
        "partition: it is in use, out of range, or wanted twice.",
    ),
)
