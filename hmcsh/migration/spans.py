"""Since when consoles know what a migration can be told (synopses of migrlpar, V7R7 to V9).

Between those levels of which a page is known, the earliest one is taken that has a thing.
"""

from __future__ import annotations

from hmcsh.language.levels import Level, Span

REMOTE = Span(since=Level.parse("V7R3.4"))  # other consoles, virtual Fibre Channel: field notes
LISTS = Span(since=Level.parse("V7R7"))
FORCE = LISTS  # of more than a recovery
REDUNDANT = Span(since=Level.parse("V8R8.6"))
DATA_OPTIONAL = Span(since=Level.parse("V7R7"), until=Level.parse("V8R8.6"))  # of `-o set`
DATA_REQUIRED = Span(since=Level.parse("V8R8.6"))
ADAPTERS = Span(since=Level.parse("V9R1"))

# A VLAN mapping named a Virtual I/O Server first, and later VLANs of the destination.
VLAN_SERVERS = Span(until=Level.parse("V8R8"))
VLAN_NUMBERS = Span(since=Level.parse("V8R8"))
