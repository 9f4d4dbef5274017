"""What must hold of transfers and of the network, worked out again from what was recorded.

Nothing here uses the engine's own sums and decisions: pages are read from their bits, reasons to
stop are decided anew from the rounds, bytes are counted on every link.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np

from hmcsh.hypervisor.memory import Access, PageStore
from hmcsh.hypervisor.movers import Admission
from hmcsh.hypervisor.network import Flow, Network, Resource
from hmcsh.hypervisor.pageset import CHUNK_PAGES, PAGE
from hmcsh.hypervisor.partition import PartitionMemory
from hmcsh.hypervisor.record import Round, TransferRecord
from hmcsh.hypervisor.settings import TransferSettings
from hmcsh.hypervisor.transfer import StateTransfer
from hmcsh.runtime import SECOND


def decoded(store: PageStore) -> np.ndarray:
    """The epoch of every page, from the bits themselves."""
    epochs = np.repeat(store.uniform, CHUNK_PAGES)[: store.pages]
    for epoch, layer in store.layers.items():
        for chunk, words in layer.items():
            inside = epochs[chunk * CHUNK_PAGES :][:CHUNK_PAGES]
            octets = words.view(np.uint8)
            bits = np.unpackbits(octets, bitorder="little", count=len(inside))
            inside[bits.view(np.bool_)] = epoch
    return epochs


def nothing_lost(transfer: StateTransfer) -> None:
    """Compare all pages of both sides, by code that the engine does not use."""
    here, there = decoded(transfer.source.store), decoded(transfer.destination.store)
    written = np.zeros(len(here), np.bool_)
    written[transfer.destination.store.dirty_log.positions()] = True
    assert (there[~written] == here[~written]).all(), "a page was lost"
    assert (there[written] > here[written]).all(), "a write at the destination was lost"
    assert transfer.missing_pages == 0


def untouched(before: np.ndarray, memory: PartitionMemory) -> None:
    """A migration that is taken back leaves the pages as they were, and the partition runs."""
    assert memory.access is Access.RUNNING, "taken back, but it stands still"
    assert memory.store.log is None, "taken back, but its writes are still logged"
    assert (decoded(memory.store) == before).all(), "taken back, but its pages changed"


def arrived_before_it_runs(transfer: StateTransfer) -> None:
    """When all that is sent while suspended has arrived, only what is left behind differs."""
    record = transfer.record
    if not record.phases or record.phases[-1].name != "resume" or record.resumed_at is not None:
        return
    assert record.sent_suspended == record.final_pages
    here, there = decoded(transfer.source.store), decoded(transfer.destination.store)
    left = np.flatnonzero(here != there)
    assert len(left) <= record.left_pages == transfer.missing_pages, "a page was left out"


def sets_are_sound(transfer: StateTransfer) -> None:
    """The log counts what it holds, and no page is newer than the present window."""
    for side in (transfer.source.store, transfer.destination.store):
        if side.log is not None:
            assert side.log.count == len(side.log.positions()), "the log lost count"
        epochs = decoded(side)
        assert len(epochs) == side.pages
        assert int(epochs.max(initial=0)) <= side.epoch, "a page of a window that has not begun"


def twice_is_once(transfer: StateTransfer, message: object) -> None:
    """A message that is delivered again changes nothing, whatever was written meanwhile."""
    store = transfer.destination.store
    before = decoded(store)
    store.deliver(message)  # type: ignore[arg-type]
    assert (decoded(store) == before).all(), "a late page overwrote a newer one"


def pages_add_up(transfer: StateTransfer, *, undisturbed: bool) -> None:
    """Pages sent are those of the rounds, of the suspension and of the pull; bytes are theirs."""
    record, settings = transfer.record, transfer.settings
    state = record.bytes - record.pages_sent * PAGE
    assert state in (0, settings.cpu_state), "bytes that are no pages"
    if record.resumed_at is not None:
        pulled = record.demanded_pages + record.pushed_pages
        arrived = pulled + record.overwritten_pages + transfer.missing_pages
        assert arrived == record.left_pages, "pages of the pull do not add up"
    if undisturbed:
        assert record.resent_pages == 0, "sent again, though nothing was interrupted"


def within_bounds(record: TransferRecord, settings: TransferSettings, pages: int) -> None:
    """Rounds, and what is sent in them, stay within the guard; the first sends everything once."""
    rounds = record.rounds
    assert len(rounds) <= settings.max_rounds
    assert sum(one.pages for one in rounds) <= (settings.max_factor + 1) * pages
    for one in rounds:
        assert one.pages <= pages
        if one.end is not None:
            assert one.bytes == one.pages * PAGE
    if rounds and rounds[0].end is not None and record.stop_reason is not None:
        timeout = record.stop_reason.value == "timeout"
        assert rounds[0].pages == record.total_pages or timeout


def no_faster_than(record: TransferRecord, capacity: int) -> None:
    """No round takes less time than its bytes need at `capacity` bytes a second."""
    for one in record.rounds:
        if one.end is not None:
            assert (one.bytes - PAGE) * SECOND <= capacity * (one.end - one.start)


def reason_is_true(record: TransferRecord, settings: TransferSettings, pages: int) -> None:
    """The recorded reason follows from the rounds, and none held after an earlier round."""
    if record.stop_reason is None:
        return
    found = [_reason(record.rounds[:n], settings, pages) for n in range(1, len(record.rounds) + 1)]
    if "unknown" in found:
        return
    assert found[:-1] == [None] * (len(found) - 1), "it went on although it was time to suspend"
    assert found[-1] == record.stop_reason.value, "not the reason to suspend"


def _reason(rounds: list[Round], settings: TransferSettings, pages: int) -> str | None:
    goodput = 0
    for one in rounds:
        if one.bytes and one.end > one.start:
            goodput = (goodput + one.rate) // 2 if goodput else one.rate
    last = rounds[-1]
    if last.dirty <= settings.min_pages:
        return "small"
    if not goodput:
        return "unknown"  # it was the share of the link at that time
    amount = settings.cpu_state + last.dirty * PAGE
    fixed = settings.resume + settings.io_recovery + settings.vlans * settings.arp
    if fixed + -(-amount * SECOND // goodput) <= settings.window_target:
        return "small"
    if last.end - rounds[0].start >= settings.copy_timeout:
        return "timeout"
    if len(rounds) > 1 and Fraction(last.dirty) > (1 - settings.eps) * rounds[-2].dirty:
        return "no longer decreases"
    sent = sum(one.pages for one in rounds)
    if len(rounds) >= settings.max_rounds or sent >= settings.max_factor * pages:
        return "limit"
    return None


def links_add_up(flows: list[Flow], now: int) -> None:
    """What a link carried is what its flows sent, and never more than it could."""
    carried: Counter[Resource] = Counter()
    for flow in flows:
        for resource in flow.route:
            carried[resource] += flow.sent
    for resource, amount in carried.items():
        assert resource.carried == amount, f"{resource} lost count"
        full = resource.nominal * 94 // 100
        assert amount * SECOND <= full * now + full, f"{resource} carried too much"


def nobody_is_overtaken(admissions: list[Admission]) -> None:
    """Of `admissions`, in the order of arrival, none waits while its movers serve a later one."""
    for number, one in enumerate(admissions):
        if all(one in mover.queue for mover in one.movers):
            for mover in one.movers:
                later = [other for other in admissions[number + 1 :] if other in mover.active]
                assert not later, f"{mover.name} serves a later migration first"
            first = all(mover.queue[0] is one for mover in one.movers)
            full = any(len(mover.active) >= mover.limit for mover in one.movers)
            assert full or not first, "a migration waits although its movers have room"


def rates_are_fair(network: Network, flows: list[Flow]) -> None:
    """Max-min: every flow has a link that is full, and on which nobody gets more."""
    if network._touched or network._changed:
        return  # in the middle of an instant, before rates are settled
    busy = [flow for flow in flows if flow.busy]
    on: dict[Resource, list[Flow]] = {}
    for flow in busy:
        for resource in flow.route:
            on.setdefault(resource, []).append(flow)
    for resource, users in on.items():
        carries = sum(flow.rate for flow in users)
        assert carries <= resource.capacity, f"{resource} has more than it can carry"
    for flow in busy:
        assert any(
            sum(one.rate for one in on[resource]) > resource.capacity - len(on[resource])
            and max(one.rate for one in on[resource]) == flow.rate
            for resource in flow.route
        ), f"{flow} could have more"
