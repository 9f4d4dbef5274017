"""Messages of the configuration commands: creating, changing and removing what is configured."""

from hmcsh.language.levels import Level, Span
from hmcsh.language.message import Message, Trust

_OWN = "own text; none is known"
_CHECK = "Please check your entry and retry the command."
_MEANING = "; text inferred from its meaning"

MESSAGES: tuple[Message, ...] = (
    Message(
        "invalid_description",
        "HSCLC63B",
        "The description has characters that are not allowed.  Only printable ASCII characters "
        "are allowed.  " + _CHECK,
        Trust.INFERRED,
        "code: field notes, V10R3" + _MEANING,
        Span(since=Level.parse("V8R8.1")),
    ),
    Message(
        "system_lacks",
        None,
        "The managed system {system} does not support the attribute {name} with the value "
        "{value}.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "no_memory_pool",
        None,
        "The managed system {system} has no shared memory pool: the attribute mem_mode can only "
        "be ded.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "nothing_to_save",
        None,
        "The partition {name} has no current configuration that could be saved: it was never "
        "activated.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "default_profile_kept",
        None,
        "The profile {name} is the default profile of the partition {lpar} and cannot be removed.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "profile_active",
        None,
        "The partition {lpar} runs with the profile {name}, which cannot be removed.",
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "is_service_partition",
        None,
        "The partition {name} is the service partition of the managed system {system} and cannot "
        "be removed.",
        Trust.INVENTED,
        "the rule: configuration scripts of clusters, V6; " + _OWN,
    ),
    Message(
        "system_profile_not_found",
        None,
        "The system profile named {name} was not found.  " + _CHECK,
        Trust.INVENTED,
        "the pattern of HSCL8012; code unknown",
    ),
    Message(
        "unequal_lists",
        None,
        "The lists {names} must have as many values as each other.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "repeated_member",
        None,
        "The partition {name} is named more than once in the system profile.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "not_a_member",
        None,
        "The partition {name} with the profile {profile} is not in the system profile {sysprof}.  "
        + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
    Message(
        "lpm_disabled",
        None,
        "The migration of the partition {name} is disabled by its attribute migration_disabled.",
        Trust.INVENTED,
        _OWN,
        Span(since=Level.parse("V9R1")),
    ),
    Message(
        "id_above_maximum",
        None,
        "The partition ID {id} is not valid: the managed system {system} has the partition IDs 1 "
        "to {maximum}.  " + _CHECK,
        Trust.INVENTED,
        _OWN,
    ),
)
