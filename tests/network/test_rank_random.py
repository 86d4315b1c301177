"""Rankings of random towns: equal to plan and impact, to the oracle, and never too much where they say "at least"."""

from collections.abc import Iterator

import numpy as np
from hypothesis import given, note
from hypothesis import strategies as st
from soak import soak_examples

from network.answers import CannotIsolate, DeviceTarget, PipeTarget, Target
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.outage import Weights
from network.rank import Ranking, rank_outages
from network.rank_refine import refine, settle_valves
from network.supply import SupplyModel, prepare
from network.topology import City, DeviceStates
from oracle.brute import Brute
from oracle.build import Built
from oracle.strategies import towns
from oracle.town import Aim, Town, Verdict


def ready(town: Town) -> tuple[Built, SupplyModel, Weights]:
    built = Built(town)
    model = prepare(built.city, DeviceStates.recorded(built.city.network.devices))
    return built, model, Weights.of(model.structure)


def planned(model: SupplyModel, target: Target) -> tuple[list[float], bool]:
    """Figures as plan and impact have them, and whether the plan is feasible."""
    result = plan_isolation(model, target)
    plan = result.if_stopped if isinstance(result, CannotIsolate) else result
    impact = assess_impact(model, plan)
    critical = np.count_nonzero(model.city.customers.critical[impact.out])
    length_m = plan.isolated.length_m + plan.unintended.length_m
    return [len(impact.out), impact.households, impact.people, critical, length_m], plan.feasible


def told(town: Town, verdict: Verdict) -> list[float]:
    """The same figures from the oracle's words."""
    out = [customer for customer in town.customers if customer.id in verdict.customers_out]
    length_m = sum(verdict.isolated.values()) + sum(verdict.unintended.values())
    people = sum(customer.people for customer in out)
    critical = sum(customer.critical for customer in out)
    return [len(out), sum(customer.households for customer in out), people, critical, length_m]


def places(city: City, model: SupplyModel) -> Iterator[tuple[int, int, float]]:
    """Segment, pipe and offset of the middle of every part that has length."""
    segmentation = model.structure.segmentation
    spans = segmentation.part_spans(np.arange(segmentation.parts))
    for part in np.flatnonzero(spans.end_m - spans.start_m > 1.0).tolist():
        middle_m = float(spans.start_m[part] + spans.end_m[part]) / 2.0
        yield int(segmentation.part_segment[part]), int(spans.pipe[part]), middle_m


def compare(ranking: Ranking, rows: list[tuple[int, list[float]]], *, valves: bool) -> None:
    losses, exact = (ranking.valves, ranking.valves_exact) if valves else (ranking.segments, ranking.segments_exact)
    for row, expected in rows:
        found = losses.table[:, row]
        if exact[row]:
            assert np.allclose(found, expected, rtol=0, atol=1e-6), (row, found, expected)
        else:
            assert (found <= np.array(expected) + 1e-6).all(), (row, found, expected)


@soak_examples(5_000)
@given(towns())
def test_a_ranking_equals_plan_and_impact(town: Town) -> None:
    note(f"{town}")
    built, model, weights = ready(town)
    ranking = rank_outages(model, weights)
    segments, valves = [], []
    for segment, pipe, offset_m in places(built.city, model):
        figures, feasible = planned(model, PipeTarget(pipe, offset_m))
        segments.append((segment, figures))
        assert ranking.segments_feasible[segment] == feasible
    for row, device in enumerate(ranking.device.tolist()):
        valves.append((row, planned(model, DeviceTarget(device))[0]))
    settled = settle_valves(ranking)
    refined = refine(model, weights, ranking)
    assert (settled.valves_exact >= ranking.valves_exact).all()
    assert refined.segments_exact.all()
    assert refined.valves_exact.all()
    for state in (ranking, settled, refined):
        compare(state, segments, valves=False)
        compare(state, valves, valves=True)


@soak_examples(5_000)
@given(towns(), st.randoms(use_true_random=False))
def test_a_refined_ranking_equals_the_oracle(town: Town, random: object) -> None:
    built, model, weights = ready(town)
    ranking = refine(model, weights, settle_valves(rank_outages(model, weights)))
    brute = Brute(town)
    found = list(places(built.city, model))
    for segment, pipe, offset_m in random.sample(found, min(3, len(found))):  # type: ignore[attr-defined]
        verdict = brute.ask(Aim("pipe", town.mains[pipe].id, offset_m))
        assert np.allclose(ranking.segments.table[:, segment], told(town, verdict), rtol=0, atol=1e-6)
        assert ranking.segments_feasible[segment] == verdict.feasible
    rows = range(len(ranking.device))
    for row in random.sample(rows, min(3, len(rows))):  # type: ignore[attr-defined]
        verdict = brute.ask(Aim("valve", town.things[ranking.device[row]].id))
        assert np.allclose(ranking.valves.table[:, row], told(town, verdict), rtol=0, atol=1e-6)
