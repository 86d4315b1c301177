"""Several outages at once on random towns: the same as following water atom by atom for every set of them."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from test_resupply_random import trees

from network.supply import SupplyModel, prepare
from network.together import outages_together
from network.together_records import Conflict, ConflictKind, Interval, Shutdown, Together, WhyRefused
from network.topology import DeviceStates
from oracle.build import Built
from oracle.outages import Known, Outages, Works
from oracle.strategies import aims, towns, with_people
from oracle.town import Town

SOAK = bool(os.environ.get("SLUICE_SOAK"))
EXAMPLES = settings(
    max_examples=5_000 if SOAK else 25, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@st.composite
def programmes(draw: st.DrawFn) -> tuple[Town, list[Works]]:
    if draw(st.booleans()):
        town, _ = draw(trees())
    else:
        town = with_people(draw(towns(most_mains=9)))
    standing = Outages(town).brute.water.standing.values()
    gates = [thing for thing in standing if thing.kind in ("isolation", "boundary") and thing.condition != "passing"]
    to_open = [t.id for t in gates if t.condition != "inoperable" or t.position == "open"]
    to_close = [t.id for t in gates if t.condition != "inoperable" or t.position == "closed"]
    return town, [draw(_works(town, at, to_close, to_open)) for at in range(draw(st.integers(1, 4)))]


@st.composite
def _works(draw: st.DrawFn, town: Town, at: int, to_close: list[str], to_open: list[str]) -> Works:
    start = draw(st.integers(0, 3))
    some = st.frozensets(st.sampled_from(to_close), max_size=3) if to_close else st.just(frozenset[str]())
    close = draw(some) if draw(st.integers(0, 2)) == 0 else frozenset[str]()
    few = st.frozensets(st.sampled_from(to_open), max_size=2) if to_open else st.just(frozenset[str]())
    aim = draw(aims(town, single=True)) if not close or draw(st.booleans()) else None
    opened = draw(few) if draw(st.booleans()) else frozenset[str]()
    return Works(f"W{at}", start, start + draw(st.integers(1, 3)), aim, close, opened - close)


def shutdown(built: Built, works: Works) -> Shutdown:
    return Shutdown(
        id=works.id,
        start=NOON + timedelta(hours=works.start),
        end=NOON + timedelta(hours=works.end),
        target=None if works.aim is None else built.target(works.aim),
        close=tuple(built.devices[name] for name in sorted(works.close)),
        open=tuple(built.devices[name] for name in sorted(works.open)),
    )


def model_of(built: Built) -> SupplyModel:
    """Every valve stands as it normally does: nothing has been moved yet."""
    network = built.city.network
    usual = replace(network.devices, normal=network.devices.position)
    return prepare(replace(built.city, network=replace(network, devices=usual)), DeviceStates.recorded(usual))


@EXAMPLES
@given(programmes())
def test_intervals_and_conflicts_are_those_of_water_followed_atom_by_atom(asked: tuple[Town, list[Works]]) -> None:
    town, programme = asked
    note(f"{town}\n{programme}")
    built, outages = Built(town), Outages(town)
    answer = outages_together(model_of(built), [shutdown(built, works) for works in programme])
    every = [outages.known(works) for works in programme]
    if not isinstance(answer, Together):
        words = {"cannot": WhyRefused.CANNOT_ISOLATE, "fed": WhyRefused.STILL_FED}
        told = [(one.id, one.why) for one in answer]
        assert told == [(w.id, words[k]) for w, k in zip(programme, every, strict=True) if isinstance(k, str)]
        return
    known = [one for one in every if isinstance(one, Known)]
    assert len(known) == len(programme)
    hours = sorted({hour for works in programme for hour in (works.start, works.end)})
    spans = [
        (start, [one for one in known if one.works.start <= start < one.works.end]) for start, _ in pairwise(hours)
    ]
    spans = [(start, active) for start, active in spans if active]
    assert [(one.start, one.active) for one in answer.intervals] == [
        (NOON + timedelta(hours=start), tuple(one.works.id for one in active)) for start, active in spans
    ]
    for interval, (_, active) in zip(answer.intervals, spans, strict=True):
        check(built, outages, interval, active)
    for one in known:
        check_effect(built, outages, answer.alone[one.works.id], [one])


def names(built: Built, rows) -> frozenset[str]:
    return frozenset(built.city.customers.ids.take(rows))


def valves(built: Built, conflict: Conflict) -> frozenset[str]:
    return frozenset(built.city.network.devices.ids[row] for row in conflict.valves)


def check_effect(built: Built, outages: Outages, effect, active: list[Known]) -> None:
    out, stored, length_m = outages.effect(active)
    assert names(built, effect.out) == out
    assert names(built, effect.on_storage) == stored
    assert abs(effect.length_m - length_m) < 1e-6


def lost_together(outages: Outages, active: list[Known]) -> frozenset[str]:
    return outages.effect(active)[0].difference(*(outages.effect([one])[0] for one in active))


def check(built: Built, outages: Outages, interval: Interval, active: list[Known]) -> None:
    check_effect(built, outages, interval.effect, active)
    assert names(built, interval.lost_together) == lost_together(outages, active)
    told = {(one.kind, one.shutdowns): (valves(built, one), names(built, one.customers)) for one in interval.conflicts}
    assert len(told) == len(interval.conflicts)
    order = [list(ConflictKind).index(one.kind) for one in interval.conflicts]
    assert order == sorted(order)
    expected = {**water(outages, active), **at_valves(active), **supply_cut(outages, active)}
    assert told == expected


Told = dict[tuple[ConflictKind, tuple[str, ...]], tuple[frozenset[str], frozenset[str]]]
NOBODY: frozenset[str] = frozenset()


def water(outages: Outages, active: list[Known]) -> Told:
    told: Told = {}
    for one in active:
        if not outages.water_comes(one, active):
            continue
        others = [other for other in active if other is not one]
        opened = frozenset(name for other in others for name in other.works.open)
        if outages.water_comes(one, [one]):
            told[ConflictKind.WATER_AT_TARGET, (one.works.id,)] = one.works.open, NOBODY
            continue
        guilty = {name for name in opened if not outages.water_comes(one, active, frozenset({name}))} or opened
        by = tuple(other.works.id for other in others if other.works.open & guilty)
        told[ConflictKind.WATER_AT_TARGET, (one.works.id, *by)] = frozenset(guilty), NOBODY
    return told


def at_valves(active: list[Known]) -> Told:
    told: Told = {}
    for a, b in combinations(active, 2):
        first, second = sorted((a, b), key=lambda one: one.works.end)
        if first.works.end < second.works.end and first.close & second.close:
            ids = first.works.id, second.works.id
            told[ConflictKind.REOPENED_EARLY, ids] = first.close & second.close, NOBODY
        for one, other in ((a, b), (b, a)):
            if one.close & other.works.open:
                told[ConflictKind.BOTH_WAYS, (one.works.id, other.works.id)] = one.close & other.works.open, NOBODY
    return told


def supply_cut(outages: Outages, active: list[Known]) -> Told:
    told: Told = {}
    lost = unexplained = lost_together(outages, active)
    for a, b in combinations(active, 2):
        by_both = lost & lost_together(outages, [a, b])
        unexplained -= by_both
        for one, other in ((a, b), (b, a)) if by_both else ():
            needed = {name for name in one.close if outages.effect([other], frozenset({name}))[0] & by_both}
            ids = one.works.id, other.works.id
            told[ConflictKind.CUTS_SUPPLY, ids] = frozenset(needed or one.close), by_both
    if unexplained:
        told[ConflictKind.CUTS_SUPPLY, tuple(one.works.id for one in active)] = NOBODY, unexplained
    return told
