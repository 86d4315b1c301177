"""Another set of valves as a whole plan: lists, ways and certificate, on towns by hand and against brute force."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from small_city import Draft, device_ids, pipe_ids, recorded
from soak import soak_examples
from test_alternatives_random import EverySet

from network.alternatives.as_plan import plan_closing
from network.alternatives.fallbacks import without_each
from network.alternatives.front import trade_offs
from network.alternatives.records import Front
from network.alternatives.surroundings import Surroundings
from network.answers import CannotIsolate, CustomerTarget, IsolationPlan, Note, PipeTarget, Target
from network.certificate import certify
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.proof import why_close
from network.supply import SupplyModel, prepare
from network.topology import DeviceStates
from oracle.build import Built
from oracle.strategies import aims, towns, with_people
from oracle.town import Aim, Town

EXAMPLES = settings(
    soak_examples(2_000, usual=25), suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


def made(draft: Draft, target: Target) -> tuple[SupplyModel, IsolationPlan]:
    city = draft.city()
    model = prepare(city, recorded(city))
    plan = plan_isolation(model, target)
    assert isinstance(plan, IsolationPlan)
    return model, plan


def row(model: SupplyModel, name: str) -> int:
    return model.city.network.devices.ids.find(name)


def street() -> Draft:
    """Plant – v1 – v2 – target – v3 – the other plant, a customer between v1 and v2."""
    draft = Draft().chain("a", "b", "c", "d").source("one", node="a").source("two", node="d")
    draft.device("v1", pipe="ab", at=10.0).device("v2", pipe="bc", at=10.0).device("v3", pipe="bc", at=90.0)
    return draft.device("v4", pipe="cd", at=90.0).customer("k", "ab", 60.0)


def test_a_wider_set_gives_up_what_lies_between() -> None:
    model, plan = made(street(), PipeTarget(1, 50.0))
    assert device_ids(model.city, plan.close) == ["v2", "v3"]
    wider = plan_closing(model, plan, [row(model, "v3"), row(model, "v1")])
    assert isinstance(wider, IsolationPlan)
    assert device_ids(model.city, wider.close) == ["v1", "v3"]
    assert pipe_ids(model.city, wider.isolated) == ["ab", "bc"]
    assert assess_impact(model, wider).out.tolist() == [0]
    assert assess_impact(model, plan).out.tolist() == []
    assert wider.dead_side == ()
    assert certify(model, wider).no_way_left
    path = why_close(model, wider, row(model, "v1"))
    assert path is not None
    assert device_ids(model.city, path.devices) == ["v1", "v2"]


def test_the_tight_set_is_the_plan_itself() -> None:
    model, plan = made(street(), PipeTarget(1, 50.0))
    assert plan_closing(model, plan, reversed(plan.bounds)) is plan


def test_too_few_valves_are_told_with_the_way_of_the_water() -> None:
    model, plan = made(street(), PipeTarget(1, 50.0))
    answer = plan_closing(model, plan, [row(model, "v1")])
    assert isinstance(answer, CannotIsolate)
    assert model.city.network.sources.ids.take(np.array(answer.if_stopped.stop)) == ["two"]
    assert device_ids(model.city, answer.paths[0].devices) == ["v4", "v3"]


def test_a_valve_that_changes_nothing_holds_no_water_back() -> None:
    model, plan = made(street(), PipeTarget(1, 50.0))
    idle = plan_closing(model, plan, [row(model, name) for name in ("v1", "v2", "v3")])
    assert isinstance(idle, IsolationPlan)
    assert why_close(model, idle, row(model, "v1")) is None
    inside = plan_closing(model, plan, [row(model, name) for name in ("v1", "v3")])
    assert isinstance(inside, IsolationPlan)
    assert why_close(model, inside, row(model, "v2")) is None


def test_wells_taken_into_the_region_ask_for_flushing() -> None:
    draft = street().customer("well", "ab", 40.0, category="private_well")
    model, plan = made(draft, PipeTarget(1, 50.0))
    wider = plan_closing(model, plan, [row(model, "v1"), row(model, "v3")])
    assert isinstance(wider, IsolationPlan)
    assert Note.FLUSH_AND_TEST in wider.notes
    assert Note.FLUSH_AND_TEST not in plan.notes


def seeping() -> Draft:
    """Plant – v1 – target – v2 – a check valve – the other plant: behind v2 nobody has water, but some may come."""
    draft = Draft().chain("a", "b", "c", "d").source("one", node="a").source("two", node="d")
    draft.device("v1", pipe="ab", at=50.0).device("v2", pipe="cd", at=20.0)
    return draft.device("x", "CHECK", pipe="cd", at=60.0)


def test_water_that_only_leaks_is_followed_too() -> None:
    """A leak draws over a check valve of unknown way all the same."""
    model, plan = made(seeping(), PipeTarget(1, 50.0))
    assert device_ids(model.city, plan.dead_side) == ["v2"]
    path = why_close(model, plan, row(model, "v2"))
    assert path is not None
    assert device_ids(model.city, path.devices) == ["x", "v2"]


def test_a_valve_against_seepage_alone_is_told_apart_as_in_every_plan() -> None:
    model, plan = made(seeping(), PipeTarget(1, 50.0))
    assert plan_closing(model, plan, plan.bounds) is plan


def test_a_valve_against_backflow_alone_is_told_apart_as_in_every_plan() -> None:
    """The front counts what leaks; the plan lists the valve where isolate does, for a wider region too."""
    draft = Draft().chain("z", "a", "b", "c", "d").source("one", node="z").source("two", node="d")
    draft.device("v0", pipe="za", at=50.0).device("v1", pipe="ab", at=50.0).device("v2", pipe="cd", at=20.0)
    draft.device("x", "CHECK", pipe="cd", at=60.0).customer("well", "cd", 40.0, category="private_well")
    model, plan = made(draft.customer("k", "ab", 20.0), PipeTarget(2, 50.0))
    assert device_ids(model.city, plan.close) == ["v1"]
    assert device_ids(model.city, plan.drain_back) == ["v2"]
    front = trade_offs(Surroundings.of(model), PipeTarget(2, 50.0))
    assert isinstance(front, Front)
    assert device_ids(model.city, front.tight.close) == ["v1", "v2"]
    assert plan_closing(model, plan, front.tight.close) is plan
    wider = plan_closing(model, plan, [row(model, "v0"), row(model, "v2")])
    assert isinstance(wider, IsolationPlan)
    assert device_ids(model.city, wider.close) == ["v0"]
    assert device_ids(model.city, wider.dead_side) == device_ids(model.city, wider.drain_back) == ["v2"]
    again = plan_closing(model, plan, wider.bounds)
    assert isinstance(again, IsolationPlan)
    assert np.array_equal(again.region, wider.region)


def test_a_valve_against_backflow_that_sticks_is_not_closed_all_the_same() -> None:
    draft = Draft().chain("z", "a", "b", "c", "d").source("one", node="z")
    draft.device("v0", pipe="za", at=50.0).device("v1", pipe="ab", at=50.0).device("v2", pipe="cd", at=20.0)
    draft.customer("well", "cd", 40.0, category="private_well").customer("k", "ab", 20.0)
    model, plan = made(draft, PipeTarget(2, 50.0))
    wider = plan_closing(model, plan, [row(model, "v0"), row(model, "v2")])
    assert isinstance(wider, IsolationPlan)
    assert device_ids(model.city, wider.close) == ["v0"]
    assert device_ids(model.city, wider.drain_back) == ["v2"]
    stuck = without_each(model, wider)[1]
    assert device_ids(model.city, [stuck.device, *stuck.plan.close]) == ["v2", "v0"]
    assert (stuck.plan.drain_back, stuck.more_valves, stuck.spared_valves) == ((), (), ())
    assert Note.FLUSH_AND_TEST in stuck.plan.notes


def test_a_dead_side_that_stays_open_is_another_plan() -> None:
    """The same valve stops the water, but a pump's tank now feeds into the trench and nobody else."""
    draft = Draft().chain("a", "b", "c", "d", "e").source("one", node="a")
    draft.device("v1", pipe="ab", at=50.0).device("v2", pipe="cd", at=20.0).customer("k", "de", 50.0)
    model, plan = made(draft.device("x", "PUMP", pipe="cd", at=60.0, direction=1, storage_m3=50.0), PipeTarget(1, 50.0))
    assert (device_ids(model.city, plan.close), device_ids(model.city, plan.dead_side)) == (["v1"], ["v2"])
    assert assess_impact(model, plan).on_storage.tolist() == [0]
    wider = plan_closing(model, plan, plan.close)
    assert isinstance(wider, IsolationPlan)
    assert wider is not plan
    assert device_ids(model.city, wider.close) == ["v1"]
    assert set(pipe_ids(model.city, plan.isolated)) < set(pipe_ids(model.city, wider.isolated))


def test_behind_a_dead_end_nothing_comes() -> None:
    draft = Draft().chain("a", "b", "c", "d").source("one", node="a")
    draft.device("v1", pipe="ab", at=50.0).device("v2", pipe="cd", at=20.0)
    model, plan = made(draft, PipeTarget(1, 50.0))
    both = plan_closing(model, plan, [row(model, "v1"), row(model, "v2")])
    assert isinstance(both, IsolationPlan)
    assert why_close(model, both, row(model, "v2")) is None


def three_deep() -> Draft:
    """Plant – v0 – v1 – v2 – target – v3 – the other plant; a customer on each stretch."""
    draft = Draft().chain("z", "a", "b", "c", "d").source("one", node="z").source("two", node="d")
    draft.device("v0", pipe="za", at=10.0).device("v1", pipe="ab", at=10.0).device("v2", pipe="bc", at=10.0)
    draft.device("v3", pipe="bc", at=90.0).device("v4", pipe="cd", at=90.0)
    return draft.customer("k0", "za", 60.0).customer("k1", "ab", 60.0).customer("k4", "cd", 40.0)


def test_a_chosen_plan_grows_only_where_its_valve_is_stuck() -> None:
    model, plan = made(three_deep(), PipeTarget(2, 50.0))
    wider = plan_closing(model, plan, [row(model, "v1"), row(model, "v3")])
    assert isinstance(wider, IsolationPlan)
    first, second = without_each(model, wider)
    assert device_ids(model.city, [first.device, second.device]) == ["v1", "v3"]
    assert device_ids(model.city, first.plan.close) == ["v0", "v3"]
    assert device_ids(model.city, second.plan.close) == ["v1", "v4"]
    assert [first.more_customers, second.more_customers] == [1, 1]


def test_where_growing_meets_a_source_the_tight_plan_takes_its_place() -> None:
    model, plan = made(street(), PipeTarget(1, 50.0))
    wider = plan_closing(model, plan, [row(model, "v1"), row(model, "v3")])
    assert isinstance(wider, IsolationPlan)
    assert device_ids(model.city, without_each(model, wider)[0].plan.close) == ["v2", "v3"]


def test_the_tight_plan_and_a_branch_are_made_anew() -> None:
    model, plan = made(three_deep(), PipeTarget(2, 50.0))
    assert device_ids(model.city, without_each(model, plan)[0].plan.close) == ["v1", "v3"]
    branch = street().device("own", "SERVICE", pipe="ab", at=60.0)
    branch.customer("b", "ab", 60.0, branch_valve="own")
    model, plan = made(branch, CustomerTarget(1))
    (instead,) = without_each(model, plan)
    assert device_ids(model.city, instead.plan.close) == ["v1", "v2"]
    assert instead.more_customers == 1


@st.composite
def questions(draw: st.DrawFn) -> tuple[Town, Aim]:
    town = with_people(draw(towns(most_mains=7, most_things=9)))
    return town, draw(aims(town))


def told_by_hand(every: EverySet, names: frozenset[str]) -> tuple[set[str], set[str]]:
    """Of *names*, those whose far side has water with all of them closed, and the others."""
    region = every.region(names)
    fed = every.brute.feed(region, frozenset())
    ends = {link.thing.id: (link.one, link.other) for link in every.brute.water.links if link.thing is not None}
    stopping = {name for name in names if not fed.either.isdisjoint(set(ends[name]) - region)}
    return stopping, set(names) - stopping


@EXAMPLES
@given(questions())
def test_every_point_of_a_front_is_a_plan_that_holds(question: tuple[Town, Aim]) -> None:
    """Customers as followed atom by atom; each valve but no other thing lets water in when it alone stays open."""
    town, aim = question
    assume(aim.kind not in ("hydrant", "customer"))
    built = Built(town)
    model = prepare(built.city, DeviceStates.recorded(built.city.network.devices))
    front = trade_offs(Surroundings.of(model), built.target(aim))
    assume(isinstance(front, Front))
    assert isinstance(front, Front)
    base = plan_isolation(model, built.target(aim))
    assert isinstance(base, IsolationPlan)
    every = EverySet(town, aim, {})
    for point in front.points:
        plan = plan_closing(model, base, point.close)
        assert isinstance(plan, IsolationPlan)
        names = frozenset(device_ids(built.city, point.close))
        assert len(assess_impact(model, plan).out) == point.customers_out == every.out(names)
        stopping, dead = told_by_hand(every, names)
        assert set(device_ids(built.city, plan.close)) == stopping
        assert plan is base or set(device_ids(built.city, plan.dead_side)) == dead
        certificate = certify(model, plan)
        assert certificate.no_way_left or certificate.seeping
        assert not certificate.sources_inside
        for device in plan.bounds:
            left_open = every.out(names - {built.city.network.devices.ids[device]})
            path = why_close(model, plan, device)
            # A source that then reaches the target comes by some way over this valve.
            if left_open is None:
                assert path is not None
                assert device in path.devices
