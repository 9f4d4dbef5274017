"""A datacenter over a lab, with the clock in the test's hand."""

import dataclasses
import functools
import pickle

from hmcsh.migration.engine import Mobility
from hmcsh.migration.request import Request
from hmcsh.model.datacenter import Datacenter
from hmcsh.model.frame import Frame
from hmcsh.model.inventory import read, resolve
from hmcsh.model.inventory.builder import build
from hmcsh.model.partition import Partition
from hmcsh.runtime import Clock

L9, L10 = "9117-MMA-SN10FFE0B-L9", "9117-MMA-SN10DD4AC-L10"


@dataclasses.dataclass
class Lab:
    """A datacenter, and short ways to what tests ask of it."""

    datacenter: Datacenter
    mobility: Mobility

    def frame(self, name: str) -> Frame:
        return self.datacenter.frames[name]

    def partition(self, name: str, frame: str = L10) -> Partition:
        return self.frame(frame).partition(name=name)

    def request(self, name: str, source: str = L10, destination: str = L9) -> Request:
        return Request(self.frame(source), self.frame(destination), self.partition(name, source))

    def errors(self, request: Request) -> list[str]:
        return list(self.mobility.validate(request).errors)

    def start(self, request: Request):
        validation = self.mobility.validate(request)
        assert not validation.errors, validation.errors
        return self.mobility.start(validation)

    def migrate(self, name: str, source: str = L10, destination: str = L9) -> Partition:
        self.datacenter.clock.run_until(self.start(self.request(name, source, destination)))
        return self.partition(name, destination)


@functools.cache
def _inventory(lab: str) -> bytes:
    text = lab if "\n" in lab else resolve(lab).read_text(encoding="utf-8")
    return pickle.dumps(read(text, "<text>"))


def fresh(lab: str, clock: Clock, seed: int | None = None) -> Datacenter:
    """A fresh datacenter of a shipped lab, an inventory file or the text of an inventory.

    Each is read once, since many tests begin with the same.
    """
    return build(pickle.loads(_inventory(lab)), clock, seed)


def load_lab(name: str, seed: int = 0) -> Lab:
    """Make a fresh datacenter of a lab."""
    datacenter = fresh(name, Clock("manual"), seed)
    return Lab(datacenter, Mobility(datacenter))
