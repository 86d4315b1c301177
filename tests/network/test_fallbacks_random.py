"""Fallbacks and renewed plans on random towns: the same as asking anew of a city recorded so."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, islice

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from soak import soak_examples
from test_alternatives_random import EverySet

from network.alternatives.as_plan import plan_closing
from network.alternatives.fallbacks import ValveReport, replan, with_stuck, without_each
from network.answers import CannotIsolate, IsolationPlan
from network.assets import Condition, Position
from network.certificate import certify
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.supply import SupplyModel, prepare
from network.topology import DeviceStates
from oracle.brute import Brute, leaks
from oracle.build import Built
from oracle.strategies import aims, towns, with_people
from oracle.town import Aim, Town


@st.composite
def questions(draw: st.DrawFn) -> tuple[Town, Aim]:
    town = draw(towns())
    return town, draw(aims(town))


@st.composite
def small_questions(draw: st.DrawFn) -> tuple[Town, Aim]:
    town = with_people(draw(towns(most_mains=7, most_things=9)))
    return town, draw(aims(town))


def model_of(built: Built) -> SupplyModel:
    return prepare(built.city, DeviceStates.recorded(built.city.network.devices))


def of(answer: IsolationPlan | CannotIsolate) -> IsolationPlan:
    return answer.if_stopped if isinstance(answer, CannotIsolate) else answer


def with_condition(town: Town, name: str, condition: str) -> Town:
    return replace(
        town, things=tuple(replace(thing, condition=condition) if thing.id == name else thing for thing in town.things)
    )


@soak_examples(5_000)
@given(questions())
def test_each_fallback_is_the_plan_of_a_town_where_the_valve_is_stuck(question: tuple[Town, Aim]) -> None:
    town, aim = question
    built = Built(town)
    model = model_of(built)
    plan = of(plan_isolation(model, built.target(aim)))
    fallbacks = without_each(model, plan)
    assert [fallback.device for fallback in fallbacks] == [*plan.close, *plan.drain_back]
    before = len(assess_impact(model, plan).out)
    for fallback in fallbacks:
        expected = Brute(with_condition(town, built.city.network.devices.ids[fallback.device], "inoperable")).ask(aim)
        assert built.verdict(fallback.answer, fallback.impact) == expected
        assert fallback.more_customers == len(expected.customers_out) - before
        closed, instead = {*plan.close, *plan.drain_back}, {*fallback.plan.close, *fallback.plan.drain_back}
        assert set(fallback.more_valves) == instead - closed
        assert set(fallback.spared_valves) == closed - instead - {fallback.device}


@soak_examples(5_000)
@given(questions())
def test_a_stuck_valve_by_the_short_way_is_one_by_the_long_way(question: tuple[Town, Aim]) -> None:
    town, aim = question
    built = Built(town)
    model = model_of(built)
    for device in of(plan_isolation(model, built.target(aim))).close:
        short = with_stuck(model, device)
        long = model.with_states(model.states.with_conditions([device], Condition.INOPERABLE))
        for name in ("bits", "floods_hard", "floods_open", "feeds", "supplied"):
            assert getattr(short, name).tolist() == getattr(long, name).tolist(), name
        assert short.merged.condition.tolist() == long.merged.condition.tolist()


@soak_examples(5_000)
@given(questions(), st.data())
def test_a_renewed_plan_is_that_of_a_town_as_reported(question: tuple[Town, Aim], data: st.DataObject) -> None:
    town, aim = question
    built = Built(town)
    ids = built.city.network.devices.ids
    model = model_of(built)
    plan = of(plan_isolation(model, built.target(aim)))
    reports = [
        ValveReport(
            device,
            closed=data.draw(st.booleans()),
            condition=data.draw(st.sampled_from((None, *Condition))),
            found=data.draw(st.sampled_from((None, None, *Position))),
        )
        for device in plan.close
    ]
    seen = town
    for report in reports:
        changes = {
            name: value.name.lower()
            for name, value in (("condition", report.condition), ("position", report.found))
            if value is not None
        }
        seen = replace(
            seen, things=tuple(replace(t, **changes) if t.id == ids[report.device] else t for t in seen.things)
        )
    renewed = replan(model, plan, reports)
    assert built.verdict(renewed.answer, renewed.impact) == Brute(seen).ask(aim)
    wanted = {*renewed.plan.close, *renewed.plan.drain_back}
    shut = {report.device for report in reports if report.closed}
    assert set(renewed.done) == wanted & shut
    assert set(renewed.to_close) == wanted - shut
    assert set(renewed.reopen) == shut - wanted


@soak_examples(5_000)
@given(questions())
def test_a_certificate_tells_whether_a_way_is_left(question: tuple[Town, Aim]) -> None:
    """Against a flood from every source, atom by atom, over all that may leak, the plan applied."""
    town, aim = question
    built = Built(town)
    model = model_of(built)
    plan = of(plan_isolation(model, built.target(aim)))
    certificate = certify(model, plan)
    brute = Brute(town)
    if aim.kind in ("hydrant", "customer"):
        return
    ids = built.city.network.devices.ids
    closed = frozenset(ids[row] for row in (*plan.close, *plan.drain_back))
    target, _ = brute._target(aim)
    reached = brute.water.flood(
        target,
        lambda link, atom: (
            (link.thing is None or link.thing.id not in closed) and leaks(link, link.far(atom), closed=False)
        ),
    )
    sources = {name for name, legs in brute.water.legs_of.items() if reached.intersection(legs)}
    assert {built.city.network.sources.ids[row] for row in certificate.reached} == sources
    assert certificate.no_way_left == (not sources)
    assert set(certificate.sources_inside) == set(plan.stop) or not plan.isolated_segments.size
    if plan.feasible and plan.close and not certificate.seeping:
        assert certificate.no_way_left
    if not certificate.no_way_left and plan.feasible and plan.isolated_segments.size:
        assert certificate.seeping


@soak_examples(5_000)
@given(questions())
def test_every_border_device_holds_for_a_reason_that_its_record_bears_out(question: tuple[Town, Aim]) -> None:
    town, aim = question
    built = Built(town)
    model = model_of(built)
    plan = of(plan_isolation(model, built.target(aim)))
    devices, states = built.city.network.devices, model.merged
    told = {item.device: item for item in certify(model, plan).border}
    inside = set(plan.region.tolist())
    for item in told.values():
        assert item.near in inside
        assert item.far not in inside
        match item.holds:
            case "closed_by_the_plan":
                assert item.device in (*plan.close, *plan.drain_back)
            case "closed_on_record_to_be_verified":
                assert states.position[item.device] == Position.CLOSED
                assert states.condition[item.device] != Condition.PASSING
            case "check_valve_lets_water_out_only":
                assert devices.kind[item.device] == 2
            case _:
                assert item.device in plan.dead_side or not plan.isolated_segments.size
    for name in (*plan.close, *plan.dead_side, *plan.verify_closed, *plan.held_by):
        assert name in told or aim.kind in ("hydrant", "customer")


def wider_plans(every: EverySet, model: SupplyModel, base: IsolationPlan) -> Iterator[IsolationPlan]:
    """Plans of fewer valves than *base*, or of others, that stop the water of a larger region."""
    ids = model.city.network.devices.ids
    for size in range(1, len(every.valves)):
        for names in combinations(every.valves, size):
            plan = plan_closing(model, base, [ids.find(name) for name in names])
            if isinstance(plan, IsolationPlan) and plan is not base:
                yield plan


@settings(soak_examples(2_000, usual=10), suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(small_questions())
def test_every_fallback_of_a_chosen_plan_holds(question: tuple[Town, Aim]) -> None:
    """With the valve stuck, followed atom by atom: the water stops, and so many customers are out."""
    town, aim = question
    assume(aim.kind not in ("hydrant", "customer"))
    built = Built(town)
    model = model_of(built)
    base = plan_isolation(model, built.target(aim))
    assume(isinstance(base, IsolationPlan))
    assert isinstance(base, IsolationPlan)
    ids = built.city.network.devices.ids
    plans = list(islice(wider_plans(EverySet(town, aim, {}), model, base), 2))
    assume(plans)
    for plan in plans:
        for fallback in without_each(model, plan):
            stuck = EverySet(with_condition(town, ids[fallback.device], "inoperable"), aim, {})
            bounds = fallback.plan.bounds
            assert fallback.device not in (*bounds, *fallback.plan.drain_back)
            if fallback.plan.feasible:
                # What is closed against backflow beside these may lie inside, and is counted on by nobody.
                assert stuck.out(frozenset(ids.take(np.array(bounds, dtype=np.int64)))) == len(fallback.impact.out)
            else:
                assert stuck.out(frozenset(stuck.valves)) is None
