"""Attributes of profiles for virtual Ethernet, virtual NICs, SR-IOV logical ports and vTPM.

Their places in `lssyscfg -r prof` are those of captures: of a POWER7 at V7R7, of systems at V8, of
a POWER9 at V10R3.
"""

from __future__ import annotations

from hmcsh.commands.hmc.attributes.prof_fields import POWER7
from hmcsh.commands.hmc.common import elements, elements_network, elements_sriov
from hmcsh.commands.hmc.common.changes import Settable
from hmcsh.commands.hmc.common.drafts import Draft, ProfileRow
from hmcsh.commands.hmc.common.elements import Grammar

from hmcsh.language.attributes import Setting
from hmcsh.language.levels import V7R7_9, Level, Span
from hmcsh.language.messages import HmcError, Trust
from hmcsh.language.records import Value
from hmcsh.language.values import Listed, OneOf
from hmcsh.model.adapters import EthernetAdapter
from hmcsh.model.sriov import Protocol

_V8 = Level.parse("V8R8")
_SINCE_V8 = Span(since=_V8)
SINCE_SRIOV = Span(since=V7R7_9)  # REDP-5065
SINCE_VNIC = Span(since=Level.parse("V8R8.6"))
SINCE_ROCE = Span(since=Level.parse("V9R1"))
_TRUSTED_MODULE = Level.parse("V7R7.4")


def _logical_ports(grammar: Grammar, protocol: Protocol, span: Span, trust: Trust) -> Settable:
    def read(row: ProfileRow) -> Value:
        ports = [port for port in row.profile.sriov_logical_ports if port.protocol == protocol]
        return [grammar.format(port, row.frame) for port in ports] or elements.NONE

    def write(draft: Draft, setting: Setting) -> None:
        draft.amend_logical_ports(grammar, protocol, setting)

    return Settable(
        grammar.name,
        read,
        offered=POWER7,
        span=span,
        trust=trust,
        source="capture, V10R3; level: REDP-5065",
        help=grammar.synopsis,
        parse=grammar,
        many=True,
        amend=True,
        write=write,
    )


SRIOV_LOGICAL_PORTS = (
    _logical_ports(elements_sriov.SRIOV_ETHERNET, "eth", SINCE_SRIOV, Trust.CAPTURE),
    _logical_ports(elements_sriov.SRIOV_ROCE, "roce", SINCE_ROCE, Trust.INFERRED),
)


def _vsi_profiles() -> Settable:
    grammar = elements_network.VSI

    def read(row: ProfileRow) -> Value:
        found = [
            a
            for a in row.profile.of_type(EthernetAdapter)
            if isinstance(a, EthernetAdapter) and a.vsi is not None
        ]
        return [grammar.format(adapter, row.frame) for adapter in found] or elements.NONE

    def write(draft: Draft, setting: Setting) -> None:
        draft.amend_vsi_profiles(grammar, setting)

    return Settable(
        grammar.name,
        read,
        offered=POWER7,
        span=_SINCE_V8,
        trust=Trust.RECALLED,
        source="capture, V8 (its place); elements recalled",
        help=grammar.synopsis,
        parse=grammar,
        many=True,
        amend=True,
        write=write,
    )


VSI_PROFILES = _vsi_profiles()


def _trusted_modules(span: Span) -> Settable:
    """Virtual Trusted Platform Modules: only their absence was ever seen, and is emulated."""

    def refuse_others(_: Draft, setting: Setting) -> None:
        if setting.value:
            raise HmcError("not_emulated", what="A value of vtpm_adapters other than none")

    return Settable(
        "vtpm_adapters",
        lambda _: elements.NONE,
        offered=POWER7,
        span=span,
        source="captures, POWER7 at V7R7 and POWER9 at V10R3",
        parse=Listed(OneOf((elements.NONE,)), words=(elements.NONE,)),
        many=True,
        write=refuse_others,
    )


# The attribute moved behind virtual_fc_adapters with V8 (captures).
EARLY_TRUSTED_MODULES = _trusted_modules(Span(since=_TRUSTED_MODULE, until=_V8))
TRUSTED_MODULES = _trusted_modules(_SINCE_V8)
