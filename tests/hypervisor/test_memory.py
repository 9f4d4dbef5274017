"""Page state against a dictionary of integers, with both sides of a migration."""

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hmcsh.hypervisor.memory import MAX_EPOCH, Access, AccessError, PageStore
from hmcsh.hypervisor.pageset import CHUNK_PAGES, PageSet, bit_range
from hmcsh.hypervisor.verify import compare, rebase

SIZES = [1, 2, 63, 64, 65, 1000, 4096, CHUNK_PAGES, CHUNK_PAGES + 1, 2 * CHUNK_PAGES + 70]


class Sides(RuleBasedStateMachine):
    """Source and destination in layers and, beside them, as ever growing version numbers."""

    @initialize(size=st.sampled_from(SIZES), share=st.floats(0, 1))
    def start(self, size, share):
        written = int(size * share)
        self.source, self.copy = PageStore(size), PageStore(size, Access.RECEIVING)
        self.source.populate(written)
        self.version = 2
        self.here = dict.fromkeys(range(written), 1)
        self.there = {}
        self.dirty = set()
        self.messages = []
        self.pulling = False
        for _ in self.source.start_log():
            pass
        self.dirty = set(self.here)

    def some(self, data, most=40):
        """A random set of pages: single ones, and a run."""
        pages = set(data.draw(st.lists(st.integers(0, self.source.pages - 1), max_size=most)))
        first = data.draw(st.integers(0, self.source.pages))
        return pages | set(
            range(
                first, min(first + data.draw(st.sampled_from([0, 3, 70, 40000])), self.source.pages)
            )
        )

    def write(self, store, versions, pages):
        selection = PageSet(store.pages)
        for page in pages:
            selection.add_page(page) if len(pages) < 200 else None
        if len(pages) >= 200:
            for chunk in {page // CHUNK_PAGES for page in pages}:
                inside = [page % CHUNK_PAGES for page in pages if page // CHUNK_PAGES == chunk]
                words = bit_range(0, 0)
                for low, high in runs(sorted(inside)):
                    words |= bit_range(low, high)
                selection.add(chunk, words)
        for chunk, words in selection.words.items():
            store.write(chunk, words)
        for page in pages:
            versions[page] = self.version

    @precondition(lambda self: not self.pulling)
    @rule(data=st.data())
    def write_on_the_source(self, data):
        pages = self.some(data)
        self.write(self.source, self.here, pages)
        self.dirty |= pages

    @precondition(lambda self: self.pulling)
    @rule(data=st.data())
    def write_on_the_destination(self, data):
        self.write(self.copy, self.there, self.some(data))

    @rule(data=st.data())
    def send(self, data):
        pages = sorted(self.some(data) & set(self.here))
        batch = PageSet(self.source.pages)
        for low, high in runs(pages):
            while low < high:
                chunk = low // CHUNK_PAGES
                end = min(high, (chunk + 1) * CHUNK_PAGES)
                batch.add(chunk, bit_range(low % CHUNK_PAGES, (end - 1) % CHUNK_PAGES + 1))
                low = end
        message = self.source.read(batch)
        assert message.count == len(pages)
        self.messages.append((message, {page: self.here[page] for page in pages}))

    @precondition(lambda self: self.messages)
    @rule(data=st.data(), again=st.booleans())
    def deliver_in_any_order_and_twice(self, data, again):
        index = data.draw(st.integers(0, len(self.messages) - 1))
        message, versions = self.messages[index]
        if not again:
            del self.messages[index]
        refused = 0
        for page, version in versions.items():
            if version > self.there.get(page, 0):
                self.there[page] = version
            else:
                refused += 1
        assert self.copy.deliver(message) == refused

    @rule()
    def next_window(self):
        self.version += 1
        side = self.copy if self.pulling else self.source
        side.next_epoch()

    @precondition(lambda self: not self.messages)
    @rule()
    def renumber(self):
        for _ in rebase(self.source, self.copy):
            pass
        self.version += 1

    @rule()
    def read_the_log(self):
        if not self.pulling:
            assert self.source.take_log().positions() == sorted(self.dirty)
            self.dirty = set()

    @precondition(lambda self: not self.pulling)
    @rule()
    def resume(self):
        self.pulling = True
        self.source.access = Access.FROZEN
        self.copy.access = Access.PULLING
        self.version += 1
        self.source.next_epoch()
        self.copy.epoch = self.source.epoch

    @invariant()
    def the_two_sides_differ_as_the_versions_do(self):
        pages = self.source.pages
        newer = [p for p in self.there if self.there[p] > self.here.get(p, 0)]
        older = [p for p in self.here if self.there.get(p, 0) < self.here[p]]
        result = compare(self.source, self.copy)
        assert (result.newer, result.older) == (len(newer), len(older))
        assert result.equal == pages - len(newer) - len(older)
        written = PageSet(pages)
        for page in newer[:50]:
            written.add_page(page)
        judged = compare(self.source, self.copy, written)
        assert judged.unexplained == max(0, len(newer) - 50)

    @invariant()
    def pages_have_content_where_the_versions_say_so(self):
        for store, versions in ((self.source, self.here), (self.copy, self.there)):
            for page in {0, store.pages - 1, store.pages // 2, min(64, store.pages - 1)}:
                assert (store.epoch_of(page) > 0) == (page in versions)


def runs(pages):
    """Give ascending numbers as (first, last + 1) of consecutive ones."""
    found = []
    for page in pages:
        if found and found[-1][1] == page:
            found[-1][1] = page + 1
        else:
            found.append([page, page + 1])
    return found


TestSides = Sides.TestCase
TestSides.settings = settings(max_examples=60, stateful_step_count=20)


def every_page_is_taken(self, chunk, mask, levels):
    for layer in self.layers.values():
        if chunk in layer:
            layer[chunk] = layer[chunk] & ~mask
    for epoch, words in levels[int(self.uniform[chunk] > 0) :]:
        layer = self._layer(epoch)
        layer[chunk] = layer.get(chunk, 0) | words & mask
    return 0


def the_log_is_not_cleared(self):
    return self.dirty_log


def lower_layers_are_lost(self, chunk, mask, levels):
    return DELIVER_PART(self, chunk, mask, levels[-1:])


def all_that_has_content_agrees(self, chunk, content, later=None):
    RENUMBER(self, chunk, content)


DELIVER_PART, RENUMBER = PageStore._deliver_part, PageStore.renumber


@pytest.mark.parametrize(
    ("name", "bug"),
    [
        ("_deliver_part", every_page_is_taken),
        ("take_log", the_log_is_not_cleared),
        ("_deliver_part", lower_layers_are_lost),
        ("renumber", all_that_has_content_agrees),
    ],
    ids=["stale pages win", "log not cleared", "a layer lost", "renumbering forgets"],
)
def test_planted_bugs_of_page_state_are_caught(name, bug, monkeypatch):
    monkeypatch.setattr(PageStore, name, bug)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run_state_machine_as_test(
            Sides,
            settings=settings(
                max_examples=600,  # the first that fails ends it
                stateful_step_count=30,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
            ),
        )


def drained(blocks):
    for _ in blocks:
        pass


def test_epochs_are_exact_up_to_the_last_and_then_refuse():
    store = PageStore(300)
    for page in range(2, MAX_EPOCH + 1):
        assert store.epoch == page
        store.write_page(page)
        if page < MAX_EPOCH:
            store.next_epoch()
    assert [store.epoch_of(page) for page in range(2, MAX_EPOCH + 1)] == list(
        range(2, MAX_EPOCH + 1)
    )
    with pytest.raises(OverflowError, match="renumbered"):
        store.next_epoch()


def test_writes_past_the_last_page_are_ignored():
    store = PageStore(CHUNK_PAGES + 5)
    store.write(1, bit_range(0, CHUNK_PAGES))
    drained(store.start_log())
    assert store.take_log().positions() == list(range(CHUNK_PAGES, CHUNK_PAGES + 5))


def test_pages_never_written_cost_nothing_and_are_not_in_the_log():
    store = PageStore(1 << 31)  # 8 TiB
    store.populate(CHUNK_PAGES * 3 + 10)
    drained(store.start_log())
    assert store.dirty_log.count == CHUNK_PAGES * 3 + 10
    assert store.layered() == {3}


def test_collapse_keeps_what_has_content_and_frees_the_rest():
    store = PageStore(3 * CHUNK_PAGES)
    store.populate(2 * CHUNK_PAGES)
    store.write_page(5)
    store.write_page(2 * CHUNK_PAGES + 7)
    drained(store.collapse())
    assert [store.epoch_of(p) for p in (0, 5, 2 * CHUNK_PAGES + 7, 2 * CHUNK_PAGES + 8)] == [
        1,
        1,
        1,
        0,
    ]
    assert store.layered() == {2}


@pytest.mark.parametrize("access", list(Access), ids=lambda access: access.value)
def test_only_owners_touch_pages(access):
    source = PageStore(10)
    source.populate(10)
    drained(source.start_log())
    message = source.read(source.take_log())
    store = PageStore(10, access)
    attempts = {
        "write": lambda: store.write_page(3),
        "deliver": lambda: store.deliver(message),
        "read": lambda: store.read(PageSet(10)),
    }
    allowed = {
        Access.RUNNING: {"write", "read"},
        Access.SUSPENDED: {"read"},
        Access.RECEIVING: {"deliver", "read"},
        Access.PULLING: {"write", "deliver", "read"},
        Access.FROZEN: {"read"},
        Access.DISCARDED: set(),
    }[access]
    for name, attempt in attempts.items():
        if name in allowed:
            attempt()
        else:
            with pytest.raises(AccessError):
                attempt()


@pytest.mark.parametrize(
    "make",
    [
        lambda: PageStore(0),
        lambda: PageStore(-1),
        lambda: PageStore(5).populate(6),
        lambda: PageStore(5).populate(-1),
        lambda: compare(PageStore(5), PageStore(6)),
    ],
    ids=["no pages", "negative", "too much content", "negative content", "different sizes"],
)
def test_values_out_of_range(make):
    with pytest.raises(ValueError):
        make()


def test_no_page_outside_the_memory():
    for page in (-1, 5):
        with pytest.raises(IndexError):
            PageStore(5).epoch_of(page)


def test_a_log_that_is_not_kept_cannot_be_read():
    with pytest.raises(RuntimeError, match="no dirty log"):
        PageStore(5).take_log()
