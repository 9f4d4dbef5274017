"""The commands of a Virtual I/O Server: what each takes, lists, changes and refuses."""

from __future__ import annotations

import pytest
from hmcsh.commands import vios
from support.inside import Inside
from support.lab import Lab, load_lab

from hmcsh.language.declarations import Form, Grammar, Option
from hmcsh.language.dialect import VIOS
from hmcsh.language.levels import Level
from hmcsh.language.messages import CommandExit
from hmcsh.language.options import parse
from hmcsh.model.storage import NO_RESERVE

LEVELS = [Level.of_release(text) for text in ("1.5.0.0", "2.2.5.0", "3.1.2.10")]


@pytest.fixture
def lab() -> Lab:
    return load_lab("physical")


@pytest.fixture(scope="module")
def untouched() -> Inside:
    """A server that the tests of a module share, for they change nothing."""
    return Inside(load_lab("physical").datacenter, "S_VIOS")


@pytest.fixture(scope="module")
def modern() -> Inside:
    return Inside(load_lab("modern").datacenter, "vios1")


@pytest.fixture
def server(lab: Lab) -> Inside:
    return Inside(lab.datacenter, "S_VIOS")


def sample(option: Option, form: Form) -> str:
    if form.when.get(option.flag):
        return form.when[option.flag][0]
    return option.limits.accepts[0] if option.limits is not None else "x"


def words(grammar: Grammar, form: Form, flags: list[str]) -> list[str]:
    found: list[str] = []
    for flag in dict.fromkeys(flags):
        option = grammar.flags[flag]
        if option.value != "operand":
            found.append(flag)
        if option.value in ("required", "operand"):
            found.append(sample(option, form))
    return found


def least(form: Form) -> list[str]:
    return [*form.when, *form.required, *(group[0] for group in form.one_of)]


CASES = [
    pytest.param(name, level, id=f"{name}-{level}")
    for name in vios.COMMANDS
    for level in LEVELS
    if vios.COMMANDS[name].exists_at(level)
]


@pytest.mark.parametrize(("name", "level"), CASES)
def test_every_form_takes_its_options_and_no_others(name: str, level: Level) -> None:
    grammar = vios.COMMANDS[name].declaration.at(level)
    assert grammar.dialect is VIOS
    for form in grammar.forms:
        needed = least(form)
        for more in ([], *([flag] for flag in form.optional)):
            parsed = parse(grammar.declaration, words(grammar, form, needed + more), level)
            assert parsed.form is form, (needed, more)
        for option in grammar.options:
            if option.flag in form.flags or option.value == "operand":
                continue
            with pytest.raises(CommandExit) as caught:
                chosen = parse(
                    grammar.declaration, words(grammar, form, [*needed, option.flag]), level
                ).form
                if chosen is not form:  # the option makes it another form
                    raise CommandExit("Usage", 1)
            assert caught.value.status == 1


@pytest.mark.parametrize(("name", "level"), CASES)
def test_what_is_unknown_or_too_much_is_refused_with_the_usage(name: str, level: Level) -> None:
    grammar = vios.COMMANDS[name].declaration.at(level)
    base = words(grammar, grammar.forms[0], least(grammar.forms[0]))
    for wrong in (["-nosuch"], ["--help"], ["-"]):
        with pytest.raises(CommandExit) as caught:
            parse(grammar.declaration, [*base, *wrong], level)
        assert caught.value.status == 1
        assert f"Usage: {name}" in caught.value.text


def test_each_command_is_its_module() -> None:
    for name, command in vios.COMMANDS.items():
        assert command.name == name
        assert command.declaration.summary.endswith(".")


# Calls that list something: the columns of the first line, and how many lines follow it.
LISTINGS = [
    ("lsdev", "name             status      description", 30),
    ("lsdev -virtual", "name             status      description", 8),
    ("lsdev -type disk", "name             status      description", 4),
    ("lsdev -type disk -field physloc", "physloc", 4),
    ("lsdev -dev vhost0", "name             status      description", 1),
    ("lsdev -dev vhost0 -child -field name", "name", 2),
    ("lspv", "NAME             PVID                                 VG               STATUS", 4),
    ("lspv -size", "NAME            PVID                                SIZE(megabytes)", 4),
    ("lspv -free", "NAME            PVID                                SIZE(megabytes)", 0),
    ("lstcpip -interfaces", "Name  Address          Netmask          State    MAC", 8),
]


@pytest.mark.parametrize(("line", "heading", "count"), LISTINGS, ids=[row[0] for row in LISTINGS])
def test_listings_have_their_columns(
    untouched: Inside, line: str, heading: str, count: int
) -> None:
    answer = untouched(line)
    assert (answer.status, answer.err) == (0, "")
    if count:
        assert answer.lines[0] == heading
        assert len(answer.lines) == count + 1
    else:
        assert not answer.lines


REFUSED = [
    ("chdev -dev hdisk0 -attr hcheck_interval=30 pv=clear", 4, "0514-062"),
    ("lsdev -dev nosuch", 2, "0514-519"),
    ("lsdev -plc U1", 10, "U1"),
    ("lspv nosuch", 2, "nosuch"),
    ("lsmap -vadapter hdisk0", 2, "hdisk0"),
    ("chdev -dev hdisk0 -attr nosuch=1", 1, "0514-018"),
    ("chdev -dev hdisk0 -attr reserve_policy=no_reserve", 4, "0514-062"),
    ("chdev -dev hdisk5 -attr pv=maybe", 1, "pv"),
    ("rmdev -dev hdisk0", 4, "0514-062"),
    ("rmdev -dev vhost0", 4, "0514-029"),
    ("rmvdev -vdev hdisk0", 2, "hdisk0"),
    ("mkvdev -vdev hdisk5 -vadapter vhost1", 4, "-f flag"),
    ("mkvdev -vdev hdisk0 -vadapter vhost0", 4, "rootvg"),
    ("mkvdev -vlan hdisk0 -tagid 3", 2, "hdisk0"),
    ("mkvdev -vlan ent0 -tagid 3", 4, "in use by ent4"),
    ("mkvdev -lnagg ent0", 4, "ent4"),
    ("mkvdev -sea ent1 -vadapter ent2 -default ent9 -defaultid 1", 4, "ent4"),
    ("mktcpip -hostname a!b -inetaddr 10.0.0.1 -interface en4", 1, "a!b"),
    ("mktcpip -hostname a -inetaddr 10.0.0.1 -interface ent4", 1, "ent4"),
    ("cfgdev -dev nosuch", 2, "0514-519"),
    ("errlog -seq 3", 2, "3"),
    ("lssp -sp nosuch -detail", 2, "nosuch"),
    ("lsvg nosuch", 1, "nosuch"),
    ("help nosuch", 2, "nosuch"),
    ("oem_setup_env", 3, "oem_setup_env"),
    ("lsnports", 127, "not found"),
]


@pytest.mark.parametrize(("line", "status", "text"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refusals_have_their_status_and_change_nothing(
    untouched: Inside, line: str, status: int, text: str
) -> None:
    before = untouched.partition().devices.all()
    answer = untouched(line)
    assert (answer.status, answer.out) == (status, "")
    assert text in answer.err
    assert untouched.partition().devices.all() == before


def test_an_attribute_that_is_deferred_holds_from_the_next_start_on(server: Inside) -> None:
    disk = server.partition().io_server.disks["hdisk5"]
    assert disk.reserve_policy == NO_RESERVE
    assert server("chdev -dev hdisk5 -attr reserve_policy=single_path -perm").status == 0
    assert disk.reserve_policy == NO_RESERVE
    server.partition().operating_system.starts += 1  # as a start of the partition does
    assert server("lsdev -dev hdisk5 -attr reserve_policy").lines[-1] == "single_path"
    assert disk.reserve_policy == "single_path"


def test_a_volume_identifier_is_the_same_wherever_the_lun_is_seen(lab: Lab, server: Inside) -> None:
    other = Inside(lab.datacenter, "D_VIOS")
    name = next(
        disk.name
        for disk in other.partition().io_server.disks.values()
        if disk.lun is not None and disk.lun.name == "mobile_root"
    )
    assert server("rmvdev -vdev hdisk5").status == 0
    assert server("chdev -dev hdisk5 -attr pv=clear").status == 0
    assert other(f"lspv {name}").lines[1].split()[1] == "none"
    assert server("chdev -dev hdisk5 -attr pv=yes -perm").status == 0
    found = server("lspv hdisk5").lines[1].split()[1]
    assert other(f"lspv {name}").lines[1].split()[1] == found != "none"


def test_a_disk_that_nothing_tells_apart_is_not_exported(server: Inside) -> None:
    disk = server.partition().io_server.disks["hdisk5"]
    disk.reads = ("pvid",)
    assert server("rmvdev -vdev hdisk5").status == 0
    assert server("chdev -dev hdisk5 -attr pv=clear").status == 0
    answer = server("mkvdev -vdev hdisk5 -vadapter vhost0")
    assert answer.status == 4
    assert "identifier" in answer.err
    assert server("chdev -dev hdisk5 -attr pv=yes").status == 0
    assert server("mkvdev -vdev hdisk5 -vadapter vhost0").out == "vtscsi0 Available\n"


@pytest.mark.parametrize(
    ("level", "printed"),
    [("1.5.0.0", "ent3 Available\n"), ("2.2.5.0", "ent3 Available\nen3\net3\n")],
    ids=["1.5", "2.2"],
)
def test_an_aggregation_names_its_interfaces_at_later_levels(
    server: Inside, level: str, printed: str
) -> None:
    server.partition().io_server.level = level
    assert server("mkvdev -lnagg ent1 -attr mode=8023ad").out == printed
    assert server("lsdev -dev ent3 -attr mode").lines[-1] == "8023ad"


def test_a_bridge_that_is_made_reaches_the_network_of_its_cable(lab: Lab, server: Inside) -> None:
    vios_ = server.partition().io_server
    bridge = vios_.bridges[0]
    server.partition().devices.kept.primary = "en1"
    assert server("rmdev -dev ent4").out == "ent4 deleted\n"
    assert not vios_.bridges
    assert server("lsmap -all -net").lines[4].endswith("NO SHARED ETHERNET ADAPTER FOUND")
    made = server("mkvdev -sea ent0 -vadapter ent2 -default ent2 -defaultid 1")
    assert made.out == "ent3 Available\n"
    assert (vios_.bridges[0].network, vios_.bridges[0].trunk_slots) == ("lan", bridge.trunk_slots)


def test_a_wrong_attribute_makes_no_bridge(server: Inside) -> None:
    server.partition().devices.kept.primary = "en1"
    server("rmdev -dev ent4")
    answer = server("mkvdev -sea ent0 -vadapter ent2 -default ent2 -defaultid 1 -attr nosuch=1")
    assert answer.status == 1
    assert not server.partition().io_server.bridges


def test_a_shutdown_asks_first(server: Inside) -> None:
    refused = server("shutdown", "n\n")
    assert refused.status == 0
    assert server.partition().running


@pytest.mark.parametrize("name", sorted(vios.COMMANDS))
def test_help_shows_how_each_command_is_called(modern: Inside, name: str) -> None:
    answer = modern(f"help {name}")
    assert answer.status == 0
    assert f"Usage: {name}" in answer.out
    assert name in modern("help").out.split()


def test_a_disk_that_a_client_has_not_looked_for_can_be_taken_back() -> None:
    lab = load_lab("redbook")
    server, client = (Inside(lab.datacenter, name) for name in ("VIOS1_L10", "TRAIN"))
    assert server("mkvdev -vdev hdisk5 -vadapter vhost1 -dev more").out == "more Available\n"
    assert "hdisk1" not in client("lsdev -Cc disk").out
    assert server("rmvdev -vtd more").out == "more deleted\n"
    server("mkvdev -vdev hdisk5 -vadapter vhost1 -dev more")
    assert client("cfgmgr").status == 0
    assert "hdisk1" in client("lsdev -Cc disk").out
    assert server("rmvdev -vtd more").status == 4
    assert client("rmdev -dl hdisk1").status == 0
    assert server("rmvdev -vtd more").out == "more deleted\n"


def test_volumes_tell_by_what_they_are_known(modern: Inside, untouched: Inside) -> None:
    rows = dict(row.split(":") for row in modern("chkdev -fmt : -field name identifier").lines)
    disks = modern.partition().io_server.disks
    assert rows == {name: disk.lun.unique_id if disk.lun else " " for name, disk in disks.items()}
    assert modern("chkdev -dev hdisk1").lines[2] == "PHYS2VIRT_CAPABLE:   YES"
    assert modern("chkdev -dev hdisk0").lines[2] == "PHYS2VIRT_CAPABLE:   NO"
    assert modern("chkdev -dev nosuch").status == 2
    assert untouched("chkdev").status == 127, "there is none at 1.5"
