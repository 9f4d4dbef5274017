"""The index of names answers as a scan would, whatever happened to what it looks through."""

from hypothesis import given
from hypothesis import strategies as st
from support.lab import L9

from hmcsh.model.index import Index
from hmcsh.model.inventory import load
from hmcsh.runtime import Clock

NAMES = st.sampled_from("abcde")


class Thing:
    def __init__(self, name: str) -> None:
        self.name = name


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("add"), NAMES, NAMES),
            st.tuples(st.just("remove"), NAMES, NAMES),
            st.tuples(st.just("rename"), NAMES, NAMES),
        )
    )
)
def test_it_finds_what_a_scan_finds(steps: list[tuple[str, str, str]]) -> None:
    things: list[Thing] = []
    index = Index(lambda: things, lambda thing: thing.name, lambda thing: thing in things)

    def scan(name: str) -> Thing | None:
        return next((thing for thing in things if thing.name == name), None)

    for verb, name, other in steps:
        found = scan(name)
        if verb == "add" and found is None:
            things.append(Thing(name))
        elif verb == "remove" and found is not None:
            things.remove(found)
        elif verb == "rename" and found is not None and scan(other) is None:
            found.name = other
        for asked in "abcde":
            assert index.find(asked) is scan(asked)


def test_it_looks_through_everything_only_for_what_it_does_not_know() -> None:
    things = [Thing(name) for name in "abc"]
    scans = []

    def items() -> list[Thing]:
        scans.append(None)
        return things

    index = Index(items, lambda thing: thing.name, lambda thing: True)
    for thing in things * 3:
        assert index.find(thing.name) is thing
    assert len(scans) == 1


def test_a_system_renamed_is_found_by_type_and_serial_number() -> None:
    datacenter = load("redbook", Clock())
    frame = datacenter.frame(L9)
    assert datacenter.frame(frame.mtms) is frame
    frame.name = "renamed"
    datacenter.frames = {one.name: one for one in datacenter.frames.values()}
    assert datacenter.frame(frame.mtms) is frame
    assert datacenter.frame("renamed") is frame
