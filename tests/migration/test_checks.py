"""Each check, violated alone in the lab: one error or warning, of the right kind."""

import dataclasses

import pytest
from support.findings import CASES, check_both, found
from support.lab import L10, Lab
from support.violations import ALWAYS, BOTH, VIOLATIONS, make_request, second_path

from hmcsh.language.messages import CATALOGUE
from hmcsh.migration import levels
from hmcsh.migration.checks import CHECKS, Severity
from hmcsh.migration.request import Request
from hmcsh.migration.validation import make_plan


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_a_violated_rule_is_found(redbook: Lab, name: str, kind: str) -> None:
    violation = VIOLATIONS[name]
    request = make_request(redbook, kind, violation.spoil)
    findings = found(request)
    errors = set().union(*findings[Severity.ERROR].values())
    assert errors - violation.also == ({violation.message} if kind in violation.error else set())
    if kind in violation.error:
        assert violation.check in findings[Severity.ERROR]
    warned = findings[Severity.WARNING].keys() - ALWAYS.keys()
    if kind in violation.warning:
        assert findings[Severity.WARNING][violation.check] == {violation.message}
        warned -= {violation.check}
    assert warned <= {"physical I/O is removed", "movers are named in vain"}
    validation = redbook.mobility.validate(request)
    assert bool(validation.errors) == (kind in violation.error)


@pytest.mark.parametrize("kind", BOTH)
def test_a_sound_lab_has_no_errors(redbook: Lab, kind: str) -> None:
    findings = found(make_request(redbook, kind))
    assert findings[Severity.ERROR] == {}
    expected = set(ALWAYS) if kind == "active" else {"profile is replaced"}
    assert findings[Severity.WARNING].keys() == expected


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_two_violations_are_both_listed(name: str, kind: str) -> None:
    """Whatever else is wrong: what is found of two is what is found of each (5.6.1).

    A fixed sixteenth of all pairs; `make soak` tries the others.
    """
    for number, other in enumerate(VIOLATIONS):
        if (list(VIOLATIONS).index(name) + number) % 16 == 0:
            check_both(name, other, kind)


def test_every_check_and_every_message_is_violated_by_a_case() -> None:
    covered = {(v.check, v.message) for v in VIOLATIONS.values()} | set(ALWAYS.items())
    assert covered == {(check.name, key) for check in CHECKS for key in check.messages}


def test_checks_have_their_own_names_known_messages_and_a_source() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    for check in CHECKS:
        assert set(check.messages) <= CATALOGUE.keys()
        assert check.source.startswith(("SG24-7460 ", "inferred", "IBM", "REDP-5065"))
        assert check.active or check.inactive


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("name", ["battery", "path lost", "desired slot", "RMC to a server"])
def test_validation_changes_nothing(redbook: Lab, picture, name: str, kind: str) -> None:
    request = make_request(redbook, kind, VIOLATIONS[name].spoil)
    before = picture(redbook)
    redbook.mobility.validate(request)
    assert picture(redbook) == before


def test_a_server_below_the_level_is_named_once(redbook: Lab) -> None:
    request = make_request(redbook, "active", VIOLATIONS["VIOS level"].spoil)
    errors = redbook.errors(request)
    assert len([e for e in errors if "VIOS1_L9" in e]) == 1


def test_a_virtual_io_server_is_not_moved(redbook: Lab) -> None:
    request = redbook.request("VIOS1_L10")
    assert "partition type" in found(request)[Severity.ERROR]


def test_the_source_may_run_on_battery(redbook: Lab) -> None:
    redbook.frame(L10).on_battery = True
    assert not redbook.errors(redbook.request("TRAIN"))


@pytest.mark.parametrize("name", ["BSR", "huge pages", "desired slot"])
def test_what_an_inactive_migration_may_have_really_moves(redbook: Lab, name: str) -> None:
    """SG24-7460 3.2, note 2: dedicated I/O is removed, BSR and huge pages stay configured."""
    request = make_request(redbook, "inactive", VIOLATIONS[name].spoil)
    source, slots = request.source, request.source.slots
    redbook.datacenter.clock.run_until(redbook.start(request))
    moved = request.destination.partition(name="PROD")
    assert source.find_by_name("PROD") is None
    assert {slot.owner for slot in slots.values()} <= {None, 1, 2}
    assert moved.active_profile.io_slots == ()
    assert moved.bsr_arrays == (1 if name == "BSR" else 0)
    pages = moved.active_profile.resources.huge_pages.desired
    assert pages == (1 if name == "huge pages" else 0)


def test_a_reservation_by_a_server_that_is_not_needed_does_no_harm(redbook: Lab) -> None:
    request = make_request(redbook, "active")
    first, second = request.destination.virtual_io_servers()
    unique_id = redbook.datacenter.luns["train_root"].unique_id
    first.io_server.disk_for(unique_id).reserve_policy = "single_path"
    assert not redbook.errors(request)
    assert set(make_plan(request).scsi.servers.values()) == {second}
    request.scsi[2] = first
    assert set(found(request)[Severity.ERROR]) == {"no SCSI reservation", "LUNs are visible"}


def test_one_common_identifier_is_enough(redbook: Lab) -> None:
    """SG24-7460 3.7, step 3: a unique identifier, a physical identifier or an IEEE one."""
    request = make_request(redbook, "active")
    unique_id = redbook.datacenter.luns["train_root"].unique_id
    for server in request.destination.virtual_io_servers():
        disk = server.io_server.disk_for(unique_id)
        for reads, good in ((("pvid",), True), (("unique_id",), True), ((), False)):
            disk.reads = reads
            assert mapped(request, server) is good


def mapped(request: Request, server) -> bool:
    return make_plan(dataclasses.replace(request, scsi={2: server})).scsi is not None


@pytest.mark.parametrize(
    ("release", "others", "apart"),
    [
        ("EM320_031", "EM320_031 EL350_085 AM710_114 AL720_101", "AM730_035 AL740_043 SV810_081"),
        ("EM340_039", "EM350_085 AM710_114 AM720_101", "AM730_035 AM770_032 VL950_045"),
        ("EM350_085", "EM320_031 AM710_114 AM780_040 SV860_056", ""),
        ("AM710_114", "AM720_101 AM730_035 AM740_043", "AM760_034 AM763_043 SV810_081"),
        ("AM720_101", "AM730_035 AM760_034 AM763_043", "AM770_032 AM773_056 AM780_040"),
        ("AM730_035", "EM350_085 AM780_040 SV860_056", "EM340_039"),
        ("VL950_045", "VH950_045 MH1010_117", ""),
    ],
)
def test_firmware_that_goes_together(release: str, others: str, apart: str) -> None:
    """IBM's firmware support matrix for partition mobility, POWER7: mobile, and blocked."""
    for other in others.split():
        assert levels.firmware_compatible(release, other), other
        assert levels.firmware_compatible(other, release), other
    for other in apart.split():
        assert not levels.firmware_compatible(release, other), other
        assert not levels.firmware_compatible(other, release), other


def test_multipath_goes_to_two_servers(redbook: Lab) -> None:
    plan = make_plan(make_request(redbook, "active", second_path))
    assert plan.scsi is not None
    assert plan.scsi.good
    assert len(set(plan.scsi.servers.values())) == 2


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ("AIX 5.3 5300-06-01-0722", False),
        ("AIX 5.3 5300-07-00-0747", True),
        ("AIX 5.3", False),
        ("AIX 5.2 5200-10", False),
        ("AIX 6.1 6100-00-01-0748", True),
        ("AIX 7.1 7100-00", True),
        ("RHEL 5", False),
        ("RHEL 5 U1", True),
        ("RHEL5 Update 1", True),
        ("Red Hat Enterprise Linux 4.6", False),
        ("Linux/Red Hat 2.6.18-8.el5 5", False),
        ("Linux/Red Hat 2.6.18-53.el5 5.1", True),
        ("SLES 10", False),
        ("SLES 10 SP1", True),
        ("SUSE Linux Enterprise Server 9 SP4", False),
        ("Linux/SuSE 2.6.16.46-0.12-ppc64 10 1", True),
        ("Debian 4.0", False),
        ("", False),
    ],
)
def test_operating_systems_that_can_move_while_they_run(version: str, good: bool) -> None:
    """SG24-7460 3.1."""
    assert levels.system_supported(version) is good


@pytest.mark.parametrize(
    ("release", "good"),
    [("EM320_031", True), ("EM310_048", False), ("EM340_039", True), ("SF240_338", False)],
)
def test_firmware_that_knows_mobility(release: str, good: bool) -> None:
    """SG24-7460 3.1: eFW3.2 or later."""
    assert levels.firmware_supported(release) is good


@pytest.mark.parametrize(
    ("level", "good"),
    [("1.5.0.0", True), ("1.4.9.9", False), ("2.1.0.0", True), ("1.5", True), ("new", False)],
)
def test_virtual_io_servers_that_know_mobility(level: str, good: bool) -> None:
    """SG24-7460 3.1, 3.5.1."""
    assert levels.vios_supported(level) is good
