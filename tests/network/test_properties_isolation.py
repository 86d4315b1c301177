"""Isolation on random towns: equal to the oracle in every list, and true to every invariant of the rules."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, note
from hypothesis import strategies as st
from soak import soak_examples

from network.impact import assess_impact
from network.isolation import plan_isolation
from network.supply import SupplyModel, prepare
from network.topology import DeviceStates
from oracle.brute import Brute, leaks, may_close
from oracle.build import Built
from oracle.strategies import aims, flipped, towns
from oracle.town import LENGTH_M, Aim, Thing, Town, Verdict


def model_of(built: Built) -> SupplyModel:
    return prepare(built.city, DeviceStates.recorded(built.city.network.devices))


def product(town: Town, aim: Aim) -> Verdict:
    """The product's answer in the oracle's words."""
    built = Built(town)
    model = model_of(built)
    result = plan_isolation(model, built.target(aim))
    plan = getattr(result, "if_stopped", result)
    return built.verdict(result, assess_impact(model, plan))


@st.composite
def questions(draw: st.DrawFn, *, single: bool = False) -> tuple[Town, Aim]:
    town = draw(towns())
    return town, draw(aims(town, single=single))


@soak_examples(20_000)
@given(questions())
def test_the_plan_and_its_impact_equal_the_oracle(question: tuple[Town, Aim]) -> None:
    town, aim = question
    note(f"{town}\n{aim}")
    assert product(town, aim) == Brute(town).ask(aim)


@soak_examples(5_000)
@given(questions(single=True))
def test_with_the_plan_applied_no_source_reaches_the_target(question: tuple[Town, Aim]) -> None:
    """A flood from every source over all that may leak, with ``close`` and every dead-side valve closed."""
    town, aim = question
    verdict = product(town, aim)
    assume(verdict.feasible)
    shut = verdict.close | verdict.dead_side
    after = Brute(_closed(town, shut))
    target, _ = after._target(aim)
    origins = {leg for legs in after.water.legs_of.values() for leg in legs}
    reached = after.water.flood(origins, lambda link, atom: leaks(link, atom, closed=False))
    # A target that was dry before has an empty plan: the record contradicts the report, and says so.
    assert not reached & target or not Brute(town).before.supplied & target


@soak_examples(5_000)
@given(questions(single=True))
def test_reopening_any_valve_to_close_lets_water_in(question: tuple[Town, Aim]) -> None:
    town, aim = question
    verdict = product(town, aim)
    shut = verdict.close | verdict.dead_side
    # Where a source reaches the target anyway, there is nothing that a valve could let in.
    for valve in verdict.close if verdict.feasible else ():
        after = Brute(_closed(town, shut - {valve}))
        target, _ = after._target(aim)
        fed = after.feed(frozenset(), frozenset())
        reached = after.water.flood(fed.either, lambda link, atom: leaks(link, atom, closed=False))
        assert reached & target


def _closed(town: Town, names: frozenset[str]) -> Town:
    """*town* with valves closed that hold: those of a plan, each with what is recorded twice at its place."""
    spots = Brute(town).water.spots
    places = {spots[name] for name in names}
    return replace(
        town,
        things=tuple(
            replace(thing, position="closed")
            if thing.kind in ("isolation", "boundary") and spots.get(thing.id) in places
            else thing
            for thing in town.things
        ),
    )


@soak_examples(5_000)
@given(towns())
def test_segments_are_the_components_of_an_independent_union_find(town: Town) -> None:
    """Parts of pipe fall into the same groups when joined by every link on which no device stands."""
    built = Built(town)
    segmentation = model_of(built).structure.segmentation
    water = Brute(town).water
    joined = nx.utils.UnionFind(water.stretches)
    for link in water.links:
        if link.thing is None:
            joined.union(link.one, link.other)
    expected = {
        frozenset((s.pipe, s.start_m, s.end_m) for atom in group if (s := water.stretches.get(atom)) is not None)
        for group in joined.to_sets()
    } - {frozenset()}
    groups: dict[int, set[tuple[str, float, float]]] = {}
    spans = segmentation.part_spans(np.arange(segmentation.parts))
    rows = zip(
        spans.pipe.tolist(),
        spans.start_m.tolist(),
        spans.end_m.tolist(),
        segmentation.part_segment.tolist(),
        strict=True,
    )
    for pipe, start_m, end_m, segment in rows:
        if end_m > start_m:
            groups.setdefault(segment, set()).add((town.mains[pipe].id, start_m, end_m))
    assert {frozenset(group) for group in groups.values()} == expected
    assert sum(end - start for group in groups.values() for _, start, end in group) == pytest.approx(
        LENGTH_M * len(town.mains)
    )


@soak_examples(5_000)
@given(questions(single=True), st.data())
def test_one_more_valve_never_enlarges_an_outage(question: tuple[Town, Aim], data: st.DataObject) -> None:
    """An operable open isolation valve inside a pipe, where nothing stands yet and nothing is aimed at."""
    town, aim = question
    pipe = data.draw(st.sampled_from([main.id for main in town.mains]))
    offset_m = data.draw(st.sampled_from((5.0, 35.0, 95.0)))
    more = replace(town, things=(*town.things, Thing("VX", "isolation", pipe, offset_m=offset_m)))
    old, new = product(town, aim), product(more, aim)
    assume(old.feasible)
    assert new.feasible
    for pipe_id, length_m in (_lost(new)).items():
        assert length_m <= _lost(old).get(pipe_id, 0.0) + 1e-9


def _lost(verdict: Verdict) -> dict[str, float]:
    lost = dict(verdict.isolated)
    for pipe, length_m in verdict.unintended.items():
        lost[pipe] = lost.get(pipe, 0.0) + length_m
    return lost


@soak_examples(5_000)
@given(questions(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(question: tuple[Town, Aim], random: object) -> None:
    town, aim = question
    tables = {}
    for name in ("junctions", "mains", "things", "origins", "stations", "customers", "hydrants"):
        rows = list(getattr(town, name))
        random.shuffle(rows)  # type: ignore[attr-defined]
        tables[name] = tuple(rows)
    assert product(Town(**tables), aim) == product(town, aim)


@soak_examples(5_000)
@given(questions(), st.data())
def test_the_direction_of_drawing_does_not_matter(question: tuple[Town, Aim], data: st.DataObject) -> None:
    town, aim = question
    turned = data.draw(st.frozensets(st.sampled_from([main.id for main in town.mains])))
    there = aim
    if aim.kind == "pipe" and aim.id in turned and aim.offset_m is not None:
        there = replace(aim, offset_m=LENGTH_M - aim.offset_m)
    assert product(flipped(town, turned), there) == product(town, aim)


@soak_examples(5_000)
@given(questions(), st.data())
def test_other_states_answer_like_a_city_recorded_so(question: tuple[Town, Aim], data: st.DataObject) -> None:
    town, aim = question
    changed = tuple(
        replace(
            thing,
            position=data.draw(st.sampled_from(("open", "closed", "disputed"))),
            condition=data.draw(st.sampled_from(("operable", "inoperable", "passing", "unknown"))),
        )
        if thing.kind in ("isolation", "boundary", "service")
        else thing
        for thing in town.things
    )
    fresh = replace(town, things=changed)
    built, recorded = Built(town), Built(fresh)
    model = model_of(built).with_states(DeviceStates.recorded(recorded.city.network.devices))
    result = plan_isolation(model, built.target(aim))
    verdict = built.verdict(result, assess_impact(model, getattr(result, "if_stopped", result)))
    assert verdict == product(fresh, aim)


@soak_examples(5_000)
@given(questions(single=True))
def test_a_stuck_valve_is_never_in_a_plan(question: tuple[Town, Aim]) -> None:
    town, aim = question
    closable = {name for name, thing in Brute(town).water.standing.items() if may_close(thing)}
    verdict = product(town, aim)
    assert verdict.close | verdict.dead_side <= closable
    assert verdict.drain_back <= verdict.dead_side
