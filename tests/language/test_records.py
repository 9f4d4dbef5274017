"""The record grammar: printing, reading, and that the one undoes the other."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmcsh.language.messages import HmcError
from hmcsh.language.records import (
    Value,
    format_field,
    format_record,
    format_values,
    parse_file,
    parse_record,
)

CAPTURED = {
    "aixlinux-partition": (
        "name=nim1,lpar_id=5,lpar_env=aixlinux,state=Running,resource_config=1,"
        "os_version=AIX 5.3 5300-05-05-0123,logical_serial_num=6535CCG5,default_profile=normal,"
        "curr_profile=normal,work_group_id=none,power_ctrl_lpar_ids=none,boot_mode=norm,"
        "rmc_state=active,rmc_ipaddr=192.168.200.235,sync_curr_profile=0"
    ),
    "empty-values": "curr_profile=,work_group_id=none,rmc_state=inactive,rmc_ipaddr=",
    "profile-power6": (
        "name=lpar3,io_slots=none,max_virtual_slots=10,"
        '"virtual_serial_adapters=1/server/1/any//any/1,0/server/1/any//any/1",'
        "virtual_scsi_adapters=2/client/1/p6vios/4/1,virtual_eth_adapters=3/0/1//0/1,"
        "hca_adapters=none,electronic_err_reporting=null"
    ),
    "quoted-lists": (
        'name=bt10_normal,"io_slots=21010200/none/1,21010201/none/1",bsr_arrays=0,'
        '"lhea_logical_ports=23000000/1/0/1/none,23000000/1/1/9/none",'
        '"virtual_fc_adapters=21/server/10/bt11/21//0,22/server/10/bt11/22//0"'
    ),
    "one-element-with-commas": (
        'virtual_scsi_adapters=none,"virtual_eth_adapters=""2/1/1/3,4,5/0/1""",hca_adapters=none'
    ),
    "mixed-elements": '"virtual_eth_adapters=3/1/1/10/0/1,""2/1/1/3,4,5/0/1"",3/1/1/10/0/1"',
    "two-elements-with-commas": (
        '"virtual_fc_adapters=""504/client/2/vio_server1/8/c0507604,c0507605/1"",'
        '""604/client/3/vio_server2/5/c0507606,c0507607/1"""'
    ),
    "role": 'name=hmcviewer,parent=Predefined,"resources=""frame:A+B,cec:C+D,lpar:E"""',
    "equals-and-brackets": (
        "resources=<ResourceID = ALL:><UserDefinedName = AllSystemResources>,disabled=0"
    ),
    "newlines": (
        '"version= Version: 7\n Release: 7.9.0\n Service Pack: 3\nHMC Build level 20151216.1\n",'
        '"base_version=V7R7.9.0\n"'
    ),
    "movers": 'source_msp_id=1,"dest_msp_names=S2_VIOS2,S2_VIOS1","dest_msp_ids=2,1"',
    "vnic-elements": "vnic_adapters=config_id=0:adapter_id=1:capacity=2.0",
    "reference-code": "time_stamp=08/13/2016 23:52:08,fru_call_out_loc_codes=#47-Ubuntu SMP Fri",
}


@pytest.mark.parametrize("line", CAPTURED.values(), ids=CAPTURED.keys())
def test_a_captured_record_is_read_and_printed_to_the_letter(line: str) -> None:
    assert format_record((a.name, a.values) for a in parse_record(line)) == line


@pytest.mark.parametrize(
    ("value", "field"),
    [
        pytest.param("", "a=", id="empty"),
        pytest.param([], "a=", id="empty-list"),
        pytest.param("b c=<d>", "a=b c=<d>", id="blanks-and-equals-need-no-quotes"),
        pytest.param(["2/server/5/nim1/3/0"], "a=2/server/5/nim1/3/0", id="list-of-one"),
        pytest.param(["1", "2"], '"a=1,2"', id="list"),
        pytest.param("1,2", '"a=""1,2"""', id="text-with-comma-is-one-element"),
        pytest.param(["1,2"], '"a=""1,2"""', id="element-with-comma"),
        pytest.param('b"c', '"a=""b""""c"""', id="quote"),
        pytest.param("b\nc\n", '"a=b\nc\n"', id="newline"),
    ],
)
def test_quoting_of_a_field(value: Value, field: str) -> None:
    assert format_field("a", value) == field


@pytest.mark.parametrize(
    ("separator", "line"),
    [
        pytest.param(",", 'p 1,"1,2",,"x\ny"', id="comma-quotes-commas-and-newlines"),
        pytest.param(":", 'p 1:1,2::"x\ny"', id="colon-quotes-newlines-only"),
        pytest.param("/", 'p 1/1,2//"x\ny"', id="slash-quotes-newlines-only"),
        pytest.param(" ", '"p 1" 1,2  "x\ny"', id="blank-quotes-blanks"),
    ],
)
def test_separators_of_values(separator: str, line: str) -> None:
    assert format_values(["p 1", ["1", "2"], "", "x\ny"], separator) == line


def test_a_text_with_commas_is_quoted_once_among_values() -> None:
    assert format_values(["comma, name", ["2/1/3,4/0", "5"]]) == ('"comma, name","""2/1/3,4/0"",5"')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a=1,b=2", [("a", "=", ("1",)), ("b", "=", ("2",))], id="plain"),
        pytest.param('"a=1,2",b=3', [("a", "=", ("1", "2")), ("b", "=", ("3",))], id="pair"),
        pytest.param('a="1,2",b=3', [("a", "=", ("1", "2")), ("b", "=", ("3",))], id="value"),
        pytest.param('a=""1,2"",b=3', [("a", "=", ("1", "2")), ("b", "=", ("3",))], id="value-2"),
        pytest.param('""a=1,2"",b=3', [("a", "=", ("1", "2")), ("b", "=", ("3",))], id="pair-2"),
        pytest.param('a="X"', [("a", "=", ("X",))], id="value-needlessly-quoted"),
        pytest.param('a="",b=', [("a", "=", ()), ("b", "=", ())], id="empty"),
        pytest.param("a=1,2,b=3", [("a", "=", ("1", "2")), ("b", "=", ("3",))], id="bare-list"),
        pytest.param("a=1, b=2", [("a", "=", ("1",)), ("b", "=", ("2",))], id="leading-blank"),
        pytest.param(' "a=1,2"', [("a", "=", ("1", "2"))], id="leading-blank-and-quote"),
        pytest.param("a=No comma name", [("a", "=", ("No comma name",))], id="inner-blanks"),
        pytest.param("a= 1 ", [("a", "=", (" 1 ",))], id="blanks-of-a-value-are-kept"),
        pytest.param("a+=21010020//0", [("a", "+=", ("21010020//0",))], id="add"),
        pytest.param('"a-=1,2"', [("a", "-=", ("1", "2"))], id="remove"),
        pytest.param("a=k=v:l=w", [("a", "=", ("k=v:l=w",))], id="equals-in-value"),
        pytest.param(
            'a="""2/1/3,4"",5"', [("a", "=", ("2/1/3,4", "5"))], id="nested-in-quoted-value"
        ),
        pytest.param(
            "source_msp_id=2,dest_msp_name=S2_VIOS2",
            [("source_msp_id", "=", ("2",)), ("dest_msp_name", "=", ("S2_VIOS2",))],
            id="book-movers",
        ),
        pytest.param(
            'virtual_scsi_mappings="4/V1/1,5/V2/2",shared_proc_pool_name="DefaultPool"',
            [
                ("virtual_scsi_mappings", "=", ("4/V1/1", "5/V2/2")),
                ("shared_proc_pool_name", "=", ("DefaultPool",)),
            ],
            id="mappings",
        ),
    ],
)
def test_every_form_of_input_is_read(
    text: str, expected: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    assert [(a.name, a.operator, a.values) for a in parse_record(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "", " ", ",", "a", "a=1,", ",a=1", "a=1,,b=2", "=1", "+=1", '"', '"a=1', 'a="1', '""',
        '"a"', 'a=1"', 'a=1"2"', 'a="1"2', '"a=1"2', 'a="1",b', 'a=""1"', 'a=,b', '"a=1",2',
        'a=1,"b"', '"a=x""y"', '"a=""x""y"', 'a=""1""2', "a=1,a=2", 'a=1,"a=2,3"', "a=1,a+=2",
    ],
)  # fmt: skip
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(HmcError) as caught:
        parse_record(text)
    assert caught.value.message.key == "bad_configuration_data"


def test_bare_lists_are_marked_and_can_be_refused() -> None:
    (assignment,) = parse_record("a=1,2")
    assert assignment.bare
    assert assignment.value == "1,2"
    assert not parse_record('"a=1,2"')[0].bare
    with pytest.raises(HmcError):
        parse_record("a=1,2", bare_lists=False)


def test_the_value_as_one_text() -> None:
    record = parse_record('"new_name=comma, name",b=,"c=""x,y"""')
    assert [a.value for a in record] == ["comma, name", "", "x,y"]


def test_a_file_holds_a_record_a_line() -> None:
    records = parse_file('name=a,lpar_id=1\r\n\n  \nname=b,"io_slots=1,2"\n"n=x\ny",m=1')
    assert [[(a.name, a.value) for a in record] for record in records] == [
        [("name", "a"), ("lpar_id", "1")],
        [("name", "b"), ("io_slots", "1,2")],
        [("n", "x\ny"), ("m", "1")],
    ]


@pytest.mark.parametrize("text", ["", "\n \n", "a=1\nb\n", 'a=1\n"b=2\nc=3\n'])
def test_a_file_with_a_bad_line_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(HmcError):
        parse_file(text)


names = st.text("abcdefghijklmnopqrstuvwxyz0123456789_", min_size=1, max_size=12)
texts = st.text(st.sampled_from("ab1 ,\"=\n/+-\r\t'é"), max_size=12) | st.text(max_size=6)
lists = st.lists(texts, max_size=4)


@given(st.dictionaries(names, texts | lists, min_size=1, max_size=6))
def test_what_is_printed_parses_back_to_itself(record: dict[str, str | list[str]]) -> None:
    found = parse_record(format_record(record.items()))
    assert [a.name for a in found] == list(record)
    for assignment, value in zip(found, record.values(), strict=True):
        assert assignment.operator == "="
        if isinstance(value, str):
            assert assignment.value == value
            assert assignment.values == ((value,) if value else ())
        else:
            # A list of one empty element prints as the empty list does.
            assert assignment.values == (() if value == [""] else tuple(value))


@given(st.lists(st.dictionaries(names, texts | lists, min_size=1, max_size=3), min_size=1))
def test_a_printed_listing_is_a_file_of_records(listing: list[dict[str, str | list[str]]]) -> None:
    lines = [format_record(record.items()) for record in listing]
    expected = [parse_record(line) for line in lines]
    # A file may have DOS line ends: one at the end of a record is not part of its last value.
    if not any(line.endswith("\r") for line in lines):
        assert parse_file("\n".join(lines)) == expected


def test_random_input_is_read_or_refused() -> None:
    chance = random.Random(7)
    pieces = [*'ab=,"" +-/\n\\', '""', '"a=', ",b=", '="', "é", "\udc80", "\x00"]
    read = 0
    for turn in range(4000):
        text = "".join(chance.choices(pieces, k=chance.randrange(14)))
        if turn % 2:  # a captured record, damaged in one place
            line = chance.choice(list(CAPTURED.values()))
            at = chance.randrange(len(line))
            text = line[:at] + text[:2] + line[at + chance.randrange(3) :]
        try:
            record = parse_record(text)
        except HmcError as error:
            assert error.message.key == "bad_configuration_data"
            continue
        read += 1
        printed = format_record((a.name, a.values) for a in record if a.operator == "=")
        if printed:
            again = {a.name: a.values for a in parse_record(printed)}
            assert again == {a.name: a.values for a in record if a.operator == "="}
    assert 400 < read < 3600  # both happen often
