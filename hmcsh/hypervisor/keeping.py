"""The page state of a migration at its commit record, as bytes, and back.

At the commit record the partition stands still: what both sides hold and what is missing is all
there is to know. A process that takes over from there lets the partition go on from this instant;
what it would have written since is drawn by the same random streams.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from hmcsh.hypervisor.content import ByteStore
from hmcsh.hypervisor.memory import Access, PageStore
from hmcsh.hypervisor.network import Flow
from hmcsh.hypervisor.pageset import PAGE, PageSet
from hmcsh.hypervisor.partition import PartitionMemory
from hmcsh.hypervisor.record import TransferRecord
from hmcsh.hypervisor.settings import TransferSettings
from hmcsh.hypervisor.transfer import StateTransfer
from hmcsh.hypervisor.workload import WorkloadSpec
from hmcsh.runtime import Clock

_FAST = 1  # zlib: arrays of bits are either dense noise or nearly empty


class _Arrays:
    """Arrays that several holders share are kept once."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self._places: dict[int, int] = {}

    def place(self, array: np.ndarray[Any, Any]) -> int:
        if id(array) not in self._places:
            self._places[id(array)] = len(self.kept)
            self.kept.append(array.tobytes())
        return self._places[id(array)]


def keep_pages(transfer: StateTransfer) -> bytes:
    """The page state of a transfer whose partition is suspended."""
    arrays = _Arrays()
    source, missing = transfer.source, transfer.missing_set
    plain = {
        "uuid": source.uuid,
        "size": source.size,
        "seed": source.seed,
        "migrations": source.migrations,
        "source": _store(source.store, arrays),
        "destination": _store(transfer.destination.store, arrays),
        "whole": missing.whole.tolist(),
        "missing": {chunk: arrays.place(words) for chunk, words in missing.words.items()},
        "progress": transfer.progress,
    }
    if isinstance(source.store, ByteStore):
        plain["program"] = source.store.program.state
    plain["arrays"] = arrays.kept
    return zlib.compress(msgspec.msgpack.encode(plain), _FAST)


def _store(store: PageStore, arrays: _Arrays) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "epoch": store.epoch,
        "uniform": store.uniform.tobytes(),
        "layers": {
            epoch: {chunk: arrays.place(words) for chunk, words in layer.items()}
            for epoch, layer in store.layers.items()
        },
    }
    if isinstance(store, ByteStore):
        plain["first words"] = store.first_words.tobytes()
    return plain


def restore_transfer(
    kept: bytes,
    clock: Clock,
    workload: WorkloadSpec,
    flow: Flow,
    settings: TransferSettings,
    record: TransferRecord,
) -> StateTransfer:
    """Make the transfer anew as it stood at the commit record; the next phase is `resume`.

    Of the record goes what came after. Raises ValueError for bytes that do not fit.
    """
    plain = msgspec.msgpack.decode(zlib.decompress(kept), strict=False)
    words = [np.frombuffer(data, np.uint64) for data in plain["arrays"]]
    memory = PartitionMemory(plain["uuid"], plain["size"], workload, plain["seed"])
    memory.migrations = plain["migrations"] - 1  # the transfer counts itself
    transfer = StateTransfer(clock, memory, flow, settings)
    pick = words.__getitem__
    _fill(memory.store, plain["source"], pick, Access.SUSPENDED)
    _fill(transfer.destination.store, plain["destination"], pick, Access.RECEIVING)
    if isinstance(memory.store, ByteStore):
        memory.store.program.state = plain["program"]
    missing = PageSet(plain["size"] // PAGE)
    missing.add_whole(np.array(plain["whole"], np.intp))
    for chunk, place in sorted(plain["missing"].items()):
        missing.add(chunk, words[place])
    record.resumed_at = record.visible_at = record.verified_pages = record.ended = None
    record.demanded_pages = record.pushed_pages = 0
    record.overwritten_pages = record.dropped_pages = 0
    transfer.stand_at_commit(record, missing, plain["progress"])
    return transfer


def _fill(
    store: PageStore, plain: dict[str, Any], pick: Callable[[int], Any], access: Access
) -> None:
    store.access, store.epoch = access, plain["epoch"]
    uniform = np.frombuffer(plain["uniform"], np.uint8)
    if len(uniform) != len(store.uniform):
        raise ValueError(f"{len(uniform)} chunks in a memory of {len(store.uniform)}")
    store.uniform = uniform.copy()
    store.layers = {
        epoch: {chunk: pick(place) for chunk, place in layer.items()}
        for epoch, layer in plain["layers"].items()
    }
    if isinstance(store, ByteStore):
        store.hold(np.frombuffer(plain["first words"], np.uint64))
