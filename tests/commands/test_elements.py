"""Element grammars: what is printed is read back, and what is malformed is refused."""

import pytest
from hmcsh.commands.hmc.common import elements
from hmcsh.commands.hmc.common.elements_network import ETHERNET, SWITCHED_ETHERNET, VSI
from hmcsh.commands.hmc.common.elements_sriov import BACKING, SRIOV_ETHERNET, SRIOV_ROCE, VNIC
from hypothesis import given
from hypothesis import strategies as st

from hmcsh.language.messages import HmcError
from hmcsh.language.records import format_record, parse_record
from hmcsh.model.adapters import ANY, EthernetAdapter, ScsiAdapter, SerialAdapter, VasiAdapter
from hmcsh.model.hea import LogicalPort
from hmcsh.model.inventory import load
from hmcsh.model.resources import SlotAssignment
from hmcsh.runtime import Clock

FRAME = load("redbook", Clock("manual")).frames["9117-MMA-SN10DD4AC-L10"]

slots = st.integers(2, 65535)
vlans = st.integers(1, 4094)
lpar_ids = st.sampled_from([1, 2, 5, 99])  # 99: no partition has it
flags = st.booleans()


@st.composite
def ethernet(draw: st.DrawFn) -> EthernetAdapter:
    port, *more = draw(st.lists(vlans, min_size=1, max_size=21, unique=True))
    return EthernetAdapter(
        draw(slots),
        port,
        bool(more) or draw(flags),
        tuple(more),
        draw(st.integers(0, 15)),
        draw(flags),
    )


@st.composite
def remote(draw: st.DrawFn) -> tuple[str, object, object]:
    if draw(flags):
        return "client", draw(lpar_ids), draw(slots)
    other = draw(st.one_of(st.just(ANY), lpar_ids))
    return "server", other, draw(st.one_of(st.just(ANY), slots))


CASES = {
    "eth": (ETHERNET, ethernet()),
    "scsi": (
        elements.SCSI,
        st.builds(lambda s, r, q: ScsiAdapter(s, *r, q), slots, remote(), flags),
    ),
    "serial": (
        elements.SERIAL,
        st.builds(
            lambda s, r, h, q: SerialAdapter(s, r[0], h and r[0] == "server", *r[1:], q),
            slots,
            remote(),
            flags,
            flags,
        ),
    ),
    "switched eth": (SWITCHED_ETHERNET, ethernet()),
    "vasi": (elements.VASI, st.builds(VasiAdapter, slots)),
    "vasi, later": (elements.REQUIRED_VASI, st.builds(VasiAdapter, slots, flags)),
    "io": (
        elements.IO_SLOT,
        st.builds(
            SlotAssignment,
            st.from_regex(r"[0-9A-F]{8}", fullmatch=True),
            st.one_of(st.none(), st.integers(0, 9)),
            flags,
        ),
    ),
}


@pytest.mark.parametrize("case", CASES)
@given(data=st.data())
def test_what_is_printed_is_read_back(case: str, data: st.DataObject) -> None:
    grammar, items = CASES[case]
    wanted = data.draw(
        st.lists(items, min_size=1, max_size=4, unique_by=lambda i: getattr(i, "slot", None) or i)
    )
    record = format_record([(grammar.name, [grammar.format(item, FRAME) for item in wanted])])
    (assignment,) = parse_record(record)
    found = [grammar.build(fields, FRAME) for fields in grammar.parse_all(assignment.values)]
    assert found == wanted


@pytest.mark.parametrize(
    ("grammar", "text", "value"),
    [
        (elements.IO_SLOT, "21010020//0", SlotAssignment("21010020")),
        (elements.IO_SLOT, "2101001b/none/1", SlotAssignment("2101001B", None, True)),
        (elements.SCSI, "11/server/any//any/0", ScsiAdapter(11, "server", ANY, ANY)),
        (elements.SCSI, "11/client//VIOS1_L10/11/0", ScsiAdapter(11, "client", 1, 11)),
        (elements.SCSI, "5/server/99//3/0", ScsiAdapter(5, "server", 99, 3)),
        (elements.SERIAL, "0/server/1/any//any/1", SerialAdapter(0)),
        (
            elements.SERIAL,
            "10/client//2/VIOS2_L10/0/0",
            SerialAdapter(10, "client", False, 2, 0, False),
        ),
        (ETHERNET, "3/0/1//0/1", EthernetAdapter(3, 1, required=True)),
        (ETHERNET, "3/0/1///1", EthernetAdapter(3, 1, required=True)),
        (
            ETHERNET,
            "2/1/1/3,4,5/0/1",
            EthernetAdapter(2, 1, True, (3, 4, 5), 0, True),
        ),
        (SWITCHED_ETHERNET, "3/0/1//0/1", EthernetAdapter(3, 1, required=True)),
        (SWITCHED_ETHERNET, "10/0/1//0/0/ETHERNET0", EthernetAdapter(10, 1)),
        (
            SWITCHED_ETHERNET,
            "10/0/1//0/0/ETHERNET0//all/none",
            EthernetAdapter(10, 1),
        ),
        (elements.VASI, "4", VasiAdapter(4)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_forms_of_captures_and_manuals(grammar: elements.Grammar, text: str, value: object) -> None:
    assert grammar.build(grammar.parse(text), FRAME) == value


@pytest.mark.parametrize(
    ("grammar", "text"),
    [
        (elements.IO_SLOT, "21010020/0"),
        (elements.IO_SLOT, "2101002/none/0"),
        (elements.IO_SLOT, "0x210102/none/0"),
        (elements.IO_SLOT, "21010020/x/0"),
        (elements.SCSI, "2/client/any//2/0"),
        (elements.SCSI, "2/client/1//any/0"),
        (elements.SCSI, "2/client///2/0"),
        (elements.SCSI, "2/client/1//2"),
        (elements.SCSI, "2/both/1//2/0"),
        (elements.SCSI, "2/server/any/VIOS1_L10/any/0"),
        (elements.SCSI, "2/server/1///0"),
        (elements.SCSI, "-2/server/1//2/0"),
        (elements.SCSI, "2/server/0//2/0"),
        (elements.SCSI, "2/server/1//2/2"),
        (elements.SERIAL, "2/client/1/1//2/0"),
        (ETHERNET, "3/0/0//0/1"),
        (ETHERNET, "3/0/4095//0/1"),
        (ETHERNET, "3/0/1/2/0/1"),
        (ETHERNET, "3/1/1/2,1/0/1"),
        (ETHERNET, "3/1/1/2,,3/0/1"),
        (ETHERNET, "3/0/1//16/1"),
        (ETHERNET, "3/0/1//0/0/ETHERNET0"),
        (ETHERNET, "3/1/1/" + ",".join(map(str, range(2, 23))) + "/0/1"),
        (SWITCHED_ETHERNET, "3/0/1//0/0/ETHERNET0/"),
        (SWITCHED_ETHERNET, "3/0/1//0/0/ETHERNET0//all/none/"),
        (elements.VASI, ""),
        (elements.VASI, "4/0"),
        (elements.REQUIRED_VASI, "4"),
        (elements.VASI, "\u0663"),
        (elements.VASI, "65536"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_malformed_elements_are_refused(grammar: elements.Grammar, text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        grammar.parse(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2/client//nobody/2/0", "HSCL8012"),
        ("2/client/2/VIOS1_L10/2/0", "HSCL8012"),
        ("2/client/300//2/0", "HSCL8011"),
    ],
    ids=["unknown name", "name of another partition", "ID beyond the system"],
)
def test_remote_partitions_that_cannot_be(text: str, code: str) -> None:
    with pytest.raises(HmcError, match=code):
        elements.SCSI.build(elements.SCSI.parse(text), FRAME)


def test_lists() -> None:
    assert elements.SCSI.parse_all(("none",)) == []
    for texts in ((), ("none", "none"), ("2/client/1//2/0", "2/client/1//3/0")):
        with pytest.raises(ValueError, match=r"."):
            elements.SCSI.parse_all(texts)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("23000014/2/0/1/", "23000014/2/0/1/none"),
        ("23000000/1/0/1/none", "23000000/1/0/1/none"),
        ("23000000/1/0/1/5,6", "23000000/1/0/1/5,6"),
    ],
)
def test_logical_ports(text: str, value: str) -> None:
    assert str(LogicalPort.parse(text)) == value
    assert str(LogicalPort.parse(value)) == value


@pytest.mark.parametrize("text", ["23000014/2/0/1", "23000014", "23000014/2/0/x/", "2300/2/0/1/"])
def test_malformed_logical_ports(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        LogicalPort.parse(text)


def test_an_unknown_switch_is_refused() -> None:
    fields = SWITCHED_ETHERNET.parse("3/0/1//0/0/switcha")
    with pytest.raises(HmcError, match="switcha"):
        SWITCHED_ETHERNET.build(fields, FRAME)


GRAMMARS = {
    "serial": elements.SERIAL,
    "scsi": elements.SCSI,
    "fc": elements.FIBRE_CHANNEL,
    "vasi": elements.VASI,
    "vasi, later": elements.REQUIRED_VASI,
    "io slot": elements.IO_SLOT,
    "eth": ETHERNET,
    "switched eth": SWITCHED_ETHERNET,
    "vsi": VSI,
    "vnic": VNIC,
    "sriov eth": SRIOV_ETHERNET,
    "sriov roce": SRIOV_ROCE,
}


@pytest.mark.parametrize("grammar", GRAMMARS.values(), ids=GRAMMARS.keys())
def test_a_grammar_accepts_and_refuses_its_examples(grammar: elements.Grammar) -> None:
    assert len(grammar.accepts) > 1
    for text in grammar.accepts:
        grammar(tuple(text.split(",")))
    assert grammar.refuses
    for text in grammar.refuses:
        with pytest.raises(ValueError, match=r"."):
            grammar(tuple(text.split(",")))


def test_a_backing_device_accepts_and_refuses_its_examples() -> None:
    for text in BACKING.accepts:
        BACKING(text)
    for text in BACKING.refuses:
        with pytest.raises(ValueError, match=r"."):
            BACKING(text)
