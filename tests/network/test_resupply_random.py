"""Bringing water back on random towns: the same as opening every set of closed valves, followed atom by atom."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from network.answers import CannotIsolate, IsolationPlan
from network.isolation import plan_isolation
from network.resupply import carried_out, find_resupply
from network.resupply_records import NoResupply, Resupply, WhyNoResupply
from network.supply import SupplyModel, prepare
from network.topology import DeviceStates
from oracle.build import Built
from oracle.reopening import Reopening
from oracle.strategies import aims, towns, with_people
from oracle.town import Aim, Junction, Main, Origin, Thing, Town

SOAK = bool(os.environ.get("SLUICE_SOAK"))
MOST_VALVES = 9 if SOAK else 7
EXAMPLES = settings(
    max_examples=5_000 if SOAK else 25, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
"""Every set of valves is followed atom by atom. Many questions have nothing to bring back."""


@st.composite
def questions(draw: st.DrawFn) -> tuple[Town, Aim]:
    if draw(st.booleans()):
        return draw(trees())
    town = with_people(draw(towns(most_mains=9, most_things=9)))
    shut = draw(st.lists(st.sampled_from((False, False, True)), min_size=len(town.things), max_size=len(town.things)))
    things = tuple(
        replace(thing, position="closed") if close and thing.kind in ("isolation", "boundary") else thing
        for thing, close in zip(town.things, shut, strict=True)
    )
    town = replace(town, things=things)
    return town, draw(aims(town, single=True))


@st.composite
def trees(draw: st.DrawFn) -> tuple[Town, Aim]:
    """Two trees of mains, each under a source, with closed valves across and a burst high up: much to bring back."""
    count = draw(st.integers(5, 9))
    parents = [draw(st.integers(0, at - 1)) if at > 1 else None for at in range(count)]
    tree = [Main(f"P{at}", f"J{up}", f"J{at}") for at, up in enumerate(parents) if up is not None]
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] != pair[1])
    across = [
        Main(f"X{at}", f"J{a}", f"J{b}") for at, (a, b) in enumerate(draw(st.lists(ends, min_size=1, max_size=5)))
    ]
    devices = [_beside(draw, at, main) for at, main in enumerate(tree)]
    closed = [
        Thing(
            f"C{at}{place:.0f}",
            draw(st.sampled_from(("isolation", "boundary"))),
            pipe=main.id,
            offset_m=place,
            position=draw(st.sampled_from(("closed", "closed", "closed", "disputed"))),
            condition=draw(st.sampled_from(("operable", "operable", "operable", "unknown", "inoperable", "passing"))),
        )
        for at, main in enumerate(across)
        for place in draw(st.sampled_from(((20.0,), (20.0,), (20.0, 80.0))))
    ]
    junctions = tuple(Junction(f"J{at}", 97.0 * at, 31.0 * at * at) for at in range(count))
    second = draw(st.sampled_from(("plant", "reservoir", "tank")))
    origins = (Origin("S0", "plant", "J0"), Origin("S1", second, "J1"))
    town = Town(junctions, (*tree, *across), (*(one for one in devices if one), *closed), origins)
    return with_people(town), Aim("pipe", draw(st.sampled_from(tree[:2])).id, draw(st.sampled_from((None, 10.0, 90.0))))


def _beside(draw: st.DrawFn, at: int, main: Main) -> Thing | None:
    kind = draw(st.sampled_from(("isolation",) * 7 + ("check", "pump", "none")))
    if kind == "none":
        return None
    way = draw(st.sampled_from((1, 1, -1, 0))) if kind in ("check", "pump") else 0
    stored_m3 = 50.0 * (kind == "pump")
    return Thing(
        f"V{at}", kind, pipe=main.id, offset_m=draw(st.sampled_from((20.0, 50.0, 80.0))), way=way, storage_m3=stored_m3
    )


def asked(town: Town, aim: Aim) -> tuple[Built, SupplyModel, IsolationPlan]:
    built = Built(town)
    model = prepare(built.city, DeviceStates.recorded(built.city.network.devices))
    answer = plan_isolation(model, built.target(aim))
    return built, model, answer.if_stopped if isinstance(answer, CannotIsolate) else answer


def names(built: Built, rows: tuple[int, ...]) -> frozenset[str]:
    return frozenset(built.city.network.devices.ids[row] for row in rows)


@EXAMPLES
@given(questions())
def test_options_are_those_of_every_set_of_closed_valves(question: tuple[Town, Aim]) -> None:
    town, aim = question
    every = Reopening(town, aim)
    assume(every.target & every.before)
    assume(every.lost)
    assume(len(every.valves) <= MOST_VALVES)
    built, model, plan = asked(town, aim)
    note(f"{town}\n{aim}")
    answer = find_resupply(model, plan)
    assert answer.lost_outside == len(every.lost_outside())
    expected = every.unbeaten(3)
    most = every.regained(frozenset(every.valves))
    if isinstance(answer, NoResupply):
        assert not most
        fed = every.lost & every.supplied(frozenset(every.valves))
        assert answer.why == (WhyNoResupply.NOBODY if fed else WhyNoResupply.NO_VALVE)
        return
    assert answer.within_reach == len(most)
    assert answer.exact_to == 3
    exact = [option for option in answer.options if option.exact]
    assert {len(option.open): len(option.customers) for option in exact} == {
        size: customers for size, (customers, _) in expected.items()
    }
    for size, (_, sets) in expected.items():
        told = {names(built, option.open) for option in exact if len(option.open) == size}
        assert told == sets or (answer.more_alike and told < sets)
    check_each(every, built, model, plan, answer)
    if len(answer.options[-1].customers) < len(most):
        assert len(every.valves) > 8


def check_each(every: Reopening, built: Built, model: SupplyModel, plan: IsolationPlan, answer: Resupply) -> None:
    customers = built.city.customers
    for option in answer.options:
        opened = names(built, option.open)
        regained = every.regained(opened)
        assert frozenset(customers.ids.take(option.customers)) == regained
        by_id = {customer.id: customer for customer in every.town.customers}
        assert option.people == sum(by_id[name].people for name in regained)
        assert frozenset(customers.ids.take(option.critical)) == {name for name in regained if by_id[name].critical}
        assert abs(option.length_m - every.length_m(every.lost & every.supplied(opened))) < 1e-6
        check_dry(every, built, plan, option.also_close, option.relies_on, opened)
        renewed, left = carried_out(model, plan, option.open)
        assert np.isin(option.segments, np.flatnonzero(renewed.supplied)).all()
        assert not np.isin(option.segments, np.concatenate([left.unintended_segments, left.on_storage_segments])).any()


def check_dry(
    every: Reopening,
    built: Built,
    plan: IsolationPlan,
    also: tuple[int, ...],
    relies: tuple[int, ...],
    opened: frozenset[str],
) -> None:
    """No water at the target; each valve that is to be closed as well is needed for that."""
    closed, also_close = names(built, (*plan.close, *plan.drain_back)), names(built, also)
    assert also_close <= every.dead_side() - closed
    assert not every.is_fed(every.reached_by(closed | also_close, opened) - every.region)
    for one in also_close:
        assert every.is_fed(every.reached_by(closed | (also_close - {one}), opened) - every.region)
    assert names(built, relies) == {name for name in every.relied_on() if every.arrives(every.behind(name), opened)}


@EXAMPLES
@given(questions(), st.sampled_from((0, 1, 2, 5, 20)))
def test_with_less_work_what_is_called_exact_is_so(question: tuple[Town, Aim], steps: int) -> None:
    town, aim = question
    every = Reopening(town, aim)
    assume(every.target & every.before)
    assume(every.lost)
    assume(1 < len(every.valves) <= MOST_VALVES)
    built, model, plan = asked(town, aim)
    answer = find_resupply(model, plan, steps=steps)
    assume(isinstance(answer, Resupply))
    assert isinstance(answer, Resupply)
    assert 1 <= answer.exact_to <= 3
    expected = every.unbeaten(answer.exact_to)
    told = {len(option.open): len(option.customers) for option in answer.options}
    assert {size: count for size, count in told.items() if size <= answer.exact_to} == {
        size: customers for size, (customers, _) in expected.items()
    }
    assert all(option.exact == (len(option.open) <= answer.exact_to) for option in answer.options)
    counts = [told[size] for size in sorted(told)]
    assert counts == sorted(set(counts))
    check_each(every, built, model, plan, answer)
