"""Fair shares, exact delivery, movers and their queues."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmcsh.hypervisor import movers
from hmcsh.hypervisor.movers import Admission, Mover
from hmcsh.hypervisor.network import Network, Resource, goodput, max_min
from hmcsh.runtime import SECOND, Clock

ROUTES = st.lists(st.sets(st.integers(0, 5), min_size=1, max_size=4), min_size=1, max_size=9)
CAPACITIES = st.lists(st.integers(100, 10**9), min_size=6, max_size=6)


def flows_on(clock, capacities, routes):
    resources = [Resource(f"r{i}", capacity) for i, capacity in enumerate(capacities)]
    network = Network(clock)
    flows = [
        network.open(f"f{i}", [resources[index] for index in sorted(route)])
        for i, route in enumerate(routes)
    ]
    return network, resources, flows


@settings(max_examples=200)
@given(CAPACITIES, ROUTES, st.randoms(use_true_random=False))
def test_shares_are_max_min_fair(capacities, routes, random):
    _, resources, flows = flows_on(Clock(), capacities, routes)
    rates = max_min(flows)
    for resource in resources:
        used = [rates[flow] for flow in flows if resource in flow.route]
        assert sum(used) <= resource.capacity
    for flow in flows:
        bottlenecks = [
            resource
            for resource in flow.route
            if resource.capacity - sum(rates[f] for f in flows if resource in f.route)
            < sum(resource in f.route for f in flows)
            and rates[flow] >= max(rates[f] for f in flows if resource in f.route) - 1
        ]
        assert bottlenecks, f"{flow} could get more"
    shuffled = flows[:]
    random.shuffle(shuffled)
    assert max_min(shuffled) == rates


def test_a_stream_carries_94_percent_and_the_slower_end_wins():
    clock = Clock()
    fast, slow = Mover("fast", 1_250_000_000), Mover("slow", 125_000_000)
    flow = Network(clock).open("m", [fast.egress, slow.ingress])
    assert flow.share() == 117_500_000 == goodput(125_000_000)
    assert flow.time_for(117_500_000) == SECOND
    done = flow.send(117_500_000)
    clock.run_until(done)
    assert clock.now == SECOND
    assert flow.sent == fast.egress.carried == slow.ingress.carried == 117_500_000
    assert fast.ingress.carried == slow.egress.carried == 0


@given(st.integers(1, 10**6), st.lists(st.integers(1, 10**7), min_size=1, max_size=20))
def test_parts_sent_without_a_gap_take_as_long_as_the_whole(rate, parts):
    """Nothing is lost or won by rounding at the borders of slices."""
    clock = Clock()
    flow = Network(clock).open("m", [Resource("link", rate + 10)])

    def send():
        for part in parts:
            yield flow.send(part)

    clock.run_until(clock.spawn(send()))
    assert clock.now == -(-sum(parts) * SECOND // goodput(rate + 10))
    assert flow.sent == sum(parts)


@settings(max_examples=60)
@given(
    CAPACITIES,
    ROUTES,
    st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 10**9), st.integers(1, 10**10)), max_size=12
    ),
)
def test_every_byte_arrives_once_whatever_else_begins_and_ends(capacities, routes, sends):
    clock = Clock()
    _, resources, flows = flows_on(clock, capacities, routes)
    amounts = dict.fromkeys(flows, 0)

    def worker(flow, delay, amount):
        yield delay
        while flow.busy:
            yield 1000
        yield flow.send(amount)

    processes = []
    for index, delay, amount in sends:
        flow = flows[index % len(flows)]
        amount = amount % (1000 * min(r.capacity for r in flow.route)) + 1
        amounts[flow] += amount
        processes.append((clock.spawn(worker(flow, delay, amount)), flow, amount, delay))
    count = 0
    while clock.step():
        count += 1
        if count % 5 == 0:
            for resource in resources:
                assert sum(f.rate for f in flows if resource in f.route) <= resource.capacity
        if count > 3000:
            break
    if count <= 3000:
        assert {flow: flow.sent for flow in flows} == amounts
        assert all(flow.rate == 0 for flow in flows)
        for resource in resources:
            assert resource.carried == sum(f.sent for f in flows if resource in f.route)
            assert resource.carried * SECOND <= resource.capacity * (clock.now + 1) + SECOND


def test_two_flows_share_and_the_rest_goes_to_the_one_that_stays():
    clock = Clock()
    link = Resource("link", 2_000_000)  # 1,880,000 carried
    network = Network(clock)
    one, two = network.open("one", [link]), network.open("two", [link])
    first, second = one.send(940_000), two.send(1_880_000)
    clock.run_until(first)
    assert clock.now == SECOND
    assert two.delivered == 940_000
    clock.run_until(second)
    assert clock.now == SECOND + SECOND // 2


def test_a_limit_of_its_own_leaves_the_rest_to_others():
    clock = Clock()
    link = Resource("link", 1000_000)
    network = Network(clock)
    slow, fast = network.open("slow", [link], limit=100_000), network.open("fast", [link])
    slow.send(10**9), fast.send(10**9)
    clock.advance(1)
    assert (slow.rate, fast.rate) == (94_000, 846_000)


def test_a_cut_link_stands_still_and_goes_on_where_it_was():
    clock = Clock()
    link = Resource("link", 1_000_000)
    network = Network(clock)
    flow = network.open("m", [link])
    done = flow.send(940_000)
    clock.advance(SECOND // 2)
    network.cut(link)
    assert (flow.delivered, flow.rate, flow.time_for(1)) == (470_000, 0, None)
    clock.advance(100 * SECOND)
    assert flow.delivered == 470_000
    network.restore(link)
    clock.run_until(done)
    assert clock.now == 101 * SECOND
    network.set_nominal(link, 500_000)
    clock.run_until(flow.send(705_000))
    assert clock.now == 102 * SECOND + SECOND // 2


def test_a_cancelled_send_never_arrives_and_counts_what_came():
    clock = Clock()
    link = Resource("link", 1_000_000)
    flow = Network(clock).open("m", [link])
    event = flow.send(940_000)
    clock.advance(SECOND // 4)
    flow.cancel()
    flow.cancel()
    clock.advance(SECOND)
    assert not event.fired
    assert flow.sent == link.carried == 235_000
    assert not link.flows


def test_one_send_at_a_time():
    flow = Network(Clock()).open("m", [Resource("link", 1000)])
    flow.send(1)
    with pytest.raises(RuntimeError, match="sending already"):
        flow.send(1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Resource("r", 0),
        lambda: Network(Clock()).open("m", []),
        lambda: Network(Clock()).set_nominal(Resource("r", 5), 0),
        lambda: Network(Clock()).open("m", [Resource("r", 5)], limit=0),
    ],
    ids=["no rate", "no route", "rate taken away", "limit 0"],
)
def test_networks_that_cannot_be(make):
    with pytest.raises(ValueError, match=r"at least"):
        make()


def test_four_migrations_to_a_mover_and_the_fifth_waits_its_turn():
    clock = Clock()
    source, destination = Mover("s", 1000), Mover("d", 1000)
    places = [Admission(clock, source, destination) for _ in range(6)]
    assert [place.granted.fired for place in places] == [True] * 4 + [False] * 2
    assert (len(source.active), len(source.queue), source.load) == (4, 2, 6)
    places[4].release()
    places[1].release()
    places[1].release()
    assert places[5].active
    assert not places[4].granted.fired


@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 30)), max_size=60))
def test_never_more_than_four_and_nobody_starves(requests):
    """On every mover requests are granted in the order of their arrival, and all are."""
    clock = Clock()
    sources = [Mover(f"s{i}", 1000) for i in range(4)]
    destinations = [Mover(f"d{i}", 1000) for i in range(4)]
    held, granted, withdrawn = [], [], []

    def give_back(place):
        if not place.granted.fired:
            withdrawn.append(place)
        place.release()

    for source, destination, releases in requests:
        place = Admission(clock, sources[source], destinations[destination])
        place.granted.add_callback(lambda _, place=place: granted.append(place))
        held.append(place)
        if releases % 3 == 0:
            give_back(held[releases % len(held)])
        assert all(len(mover.active) <= 4 for mover in sources + destinations)
    while active := [place for place in held if place.active]:
        give_back(active[0])
    assert all(not mover.queue for mover in sources + destinations)
    assert set(held) == set(granted) | set(withdrawn)
    for mover in sources + destinations:
        in_order = [place for place in granted if mover in place.movers]
        assert in_order == [place for place in held if place in in_order]


def test_a_mover_that_serves_the_last_first_is_noticed(monkeypatch):
    serve = movers._serve

    def unfair(of):
        for mover in of:
            mover.queue.reverse()
        serve(of)

    requests = [(0, 0, 1)] * 7
    test_never_more_than_four_and_nobody_starves.hypothesis.inner_test(requests)
    monkeypatch.setattr(movers, "_serve", unfair)
    with pytest.raises(AssertionError):
        test_never_more_than_four_and_nobody_starves.hypothesis.inner_test(requests)
