"""The network between movers: capacities, and how concurrent transfers share them.

Every direction of a mover and every link between is a `Resource`; a migration's state channel
is a `Flow` over some of them. Rates are max-min fair: no flow can get more without taking from one
that has less. Only flows that share a resource, directly or through others, are computed anew
when one begins, ends, or a capacity changes. Delivery is exact: rates are whole bytes a second,
amounts are kept in bytes x 10^-9, so that no remainder is lost whenever a rate changes.

Source: max-min by progressive filling as in network simulators; a TCP stream carries 94 % of the
nominal rate (Akoush 2010, both rows of the 1,024 MB table); the rest is inferred.
"""

from __future__ import annotations

from collections.abc import Iterable

from hmcsh.runtime.clock import SECOND, Clock, Event, Timer

GOODPUT_PERCENT = 94

# Rates are settled after all else that happens at the same time.
_LATE = 100


def goodput(nominal: int) -> int:
    """Give the bytes a second that a stream carries over a path of `nominal` bytes a second."""
    return nominal * GOODPUT_PERCENT // 100


class Resource:
    """One direction of a mover's adapter, or of a link: `capacity` bytes a second of goodput."""

    def __init__(self, name: str, nominal: int) -> None:
        """Make a resource of `nominal` bytes a second; ValueError if that is not positive."""
        if nominal < 1:
            raise ValueError(f"{name}: a rate is at least 1 byte a second, not {nominal}")
        self.name = name
        self.nominal = nominal
        self.is_cut = False
        self.carried = 0  # bytes of sends that ended, whole or not
        self.flows: dict[Flow, None] = {}  # those with something to send, in order of joining

    @property
    def capacity(self) -> int:
        """Bytes a second that can be carried now; 0 while it is cut."""
        return 0 if self.is_cut else goodput(self.nominal)

    def __repr__(self) -> str:
        return f"Resource({self.name!r}, {self.nominal})"


class Flow:
    """A stream of bytes over some resources; it sends one amount at a time.

    `rate` is its present share in bytes a second; `sent` the bytes of all sends so far.
    """

    def __init__(
        self, network: Network, name: str, route: tuple[Resource, ...], limit: Resource | None
    ) -> None:
        self.name = name
        self.route = route if limit is None else (*route, limit)
        self._limit = limit
        self.rate = 0
        self.sent = 0
        self.joined = False  # counted among the flows of its resources
        self._network = network
        self._due: Event | None = None
        self._amount = 0  # of the present send, bytes
        self._left = 0  # of it, bytes x 10^-9
        self._credit = 0  # time paid for but not used by the last send, bytes x 10^-9
        self._since = 0  # when `_left` was right, ns
        self._timer: Timer | None = None

    def __repr__(self) -> str:
        return f"Flow({self.name!r}, rate={self.rate})"

    @property
    def busy(self) -> bool:
        """Whether a send is under way."""
        return self._due is not None

    @property
    def delivered(self) -> int:
        """Whole bytes of the present send that have arrived by now; 0 if there is none."""
        if self._due is None:
            return 0
        left = self._left - self.rate * (self._network.clock.now - self._since)
        return self._amount - max(0, -(-left // SECOND))

    def send(self, amount: int) -> Event:
        """Send `amount` bytes; the event succeeds when the last one arrives.

        A send that begins in the instant the last one ended goes on without a gap. Raises
        RuntimeError if a send is under way.
        """
        if self._due is not None:
            raise RuntimeError(f"{self!r} is sending already")
        event = self._network.clock.event()
        if amount <= 0:
            event.succeed()
            return event
        now = self._network.clock.now
        credit = self._credit if now == self._since else 0
        self._due, self._amount = event, amount
        self._left, self._since, self._credit = amount * SECOND - credit, now, 0
        if self.rate:
            self._schedule()
        self._network.touch(self)
        return event

    def cancel(self) -> None:
        """Give up the send under way; its event never happens. What has arrived has arrived."""
        if self._due is not None:
            self._end(self.delivered)
            self._credit = 0

    def pace(self, rate: int) -> None:
        """Go at most at `rate` bytes a second from now on. RuntimeError if opened without limit."""
        if self._limit is None:
            raise RuntimeError(f"{self!r} has no limit of its own")
        self._network.set_nominal(self._limit, -(-rate * 100 // GOODPUT_PERCENT))

    def share(self) -> int:
        """Give the rate the flow has, or would have if it had something to send now."""
        return self._network.shares(self.route, self)[self]

    def time_for(self, amount: int) -> int | None:
        """Give the ns that `amount` bytes take if nothing else changes; None if cut off."""
        rate = self.share()
        return -(-amount * SECOND // rate) if rate else None

    def settle(self, rate: int) -> None:
        """Go on at `rate` from now."""
        now = self._network.clock.now
        self._left -= self.rate * (now - self._since)
        self._since, self.rate = now, rate
        if self._due is not None:
            self._schedule()

    def _schedule(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.rate:
            clock = self._network.clock
            wait = max(0, -(-self._left // self.rate))
            self._timer = clock.call_at(max(self._since + wait, clock.now), self._finish)

    def _finish(self) -> None:
        now = self._network.clock.now
        credit = self.rate * (now - self._since) - self._left
        event = self._due
        self._end(self._amount)
        self._credit, self._since = credit, now
        if event is not None:
            event.succeed()

    def _end(self, arrived: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._due, self._timer, self._left = None, None, 0
        self.sent += arrived
        for resource in self.route:
            resource.carried += arrived
        self._network.touch(self)


class Network:
    """All flows of a datacenter's movers, on one clock."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._touched: dict[Flow, None] = {}
        self._changed: dict[Resource, None] = {}  # rates over them are to be computed anew

    def open(self, name: str, route: Iterable[Resource], limit: int | None = None) -> Flow:
        """Open a flow over `route`, of at most `limit` nominal bytes a second by itself."""
        resources = tuple(dict.fromkeys(route))
        own = None if limit is None else Resource(f"{name} limit", limit)
        if not resources and own is None:
            raise ValueError(f"{name}: a flow needs at least one resource")
        return Flow(self, name, resources, own)

    def cut(self, resource: Resource) -> None:
        """Let `resource` carry nothing until it is restored; sends over it stand still."""
        resource.is_cut = True
        self._capacity_changed(resource)

    def restore(self, resource: Resource) -> None:
        """Let `resource` carry again."""
        resource.is_cut = False
        self._capacity_changed(resource)

    def set_nominal(self, resource: Resource, nominal: int) -> None:
        """Give `resource` another nominal rate in bytes a second. ValueError if not positive."""
        if nominal < 1:
            raise ValueError(f"{resource.name}: a rate is at least 1 byte a second")
        resource.nominal = nominal
        self._capacity_changed(resource)

    def touch(self, flow: Flow) -> None:
        """Let `flow` join or leave, as it is busy or not at the end of this instant."""
        if not self._touched:
            self.clock.call_after(0, self._settle, priority=_LATE)
        self._touched[flow] = None

    def shares(self, resources: Iterable[Resource], extra: Flow | None = None) -> dict[Flow, int]:
        """Give the max-min fair rates of all flows connected with `resources`, and of `extra`."""
        flows, _ = self._connected(resources)
        if extra is not None:
            flows[extra] = None
        return max_min(flows)

    def _connected(
        self, resources: Iterable[Resource]
    ) -> tuple[dict[Flow, None], dict[Resource, None]]:
        """Give what shares a resource with `resources`, directly or through others."""
        flows: dict[Flow, None] = {}
        seen: dict[Resource, None] = {}
        pending = list(resources)
        while pending:
            resource = pending.pop()
            if resource in seen:
                continue
            seen[resource] = None
            for flow in resource.flows:
                if flow.busy and flow not in flows:
                    flows[flow] = None
                    pending.extend(flow.route)
        return flows, seen

    def _capacity_changed(self, resource: Resource) -> None:
        self._settle()  # a flow that has just ended a send takes no part
        self._changed[resource] = None
        while self._changed:
            self._recompute()

    def _settle(self) -> None:
        """Let flows join and leave; then, part by part, compute rates anew."""
        touched, self._touched = self._touched, {}
        for flow in touched:
            if flow.busy == flow.joined:
                continue
            flow.joined = flow.busy
            self._changed.update(dict.fromkeys(flow.route))
            for resource in flow.route:
                if flow.joined:
                    resource.flows[flow] = None
                else:
                    del resource.flows[flow]
            if not flow.joined:
                flow.settle(0)
        if self._changed:
            self.clock.call_after(0, self._recompute, priority=_LATE)

    def _recompute(self) -> None:
        """Compute the rates of one connected part of what has changed."""
        if not self._changed:
            return
        flows, seen = self._connected([next(iter(self._changed))])
        for resource in seen:
            self._changed.pop(resource, None)
        for flow, rate in max_min(flows).items():
            if flow.rate != rate:
                flow.settle(rate)
        if self._changed:
            self.clock.call_after(0, self._recompute, priority=_LATE)


def max_min(flows: Iterable[Flow]) -> dict[Flow, int]:
    """Share out capacities by progressive filling: bytes a second of each of `flows`.

    The resources that can give their flows least are shared equally among them, those flows keep
    that, and the rest goes on without them. Rates are whole, so that on such a resource less than
    one byte a second and flow stays unused; the order of the flows changes nothing.
    """
    rates: dict[Flow, int] = {}
    users: dict[Resource, dict[Flow, None]] = {}
    for flow in flows:
        for resource in flow.route:
            users.setdefault(resource, {})[flow] = None
    left = {resource: resource.capacity for resource in users}
    while users:
        shares = {resource: left[resource] // len(of) for resource, of in users.items()}
        share = min(shares.values())
        tightest = [resource for resource, least in shares.items() if least == share]
        for flow in {flow: None for resource in tightest for flow in users[resource]}:
            rates[flow] = share
            for resource in flow.route:
                left[resource] -= share
                of = users[resource]
                del of[flow]
                if not of:
                    del users[resource]
    return rates
