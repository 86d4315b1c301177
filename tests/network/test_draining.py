"""Emptying mains: volumes, the outlets chosen, and what stays in low places, beside a walk over many sampled points."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_city import Draft, Solved, solve
from soak import soak_examples

from network.answers import CustomerTarget, PipeTarget
from network.draining import Draining, drain
from network.outlets import OutletKind, WaterPace

M3_PER_100_M = math.pi / 4.0 * 0.2**2 * 100.0


def valley(**elevations: float) -> Draft:
    """P - a -v1- b - c - d -v2- e; b, c and d between the valves."""
    draft = Draft()
    for name, elevation_m in {"b": 10.0, "c": 0.0, "d": 10.0, **elevations}.items():
        draft.node(name, elevation_m=elevation_m)
    for name in "ae":
        draft.node(name, elevation_m=10.0)
    draft.chain("a", "b", "c", "d", "e").source("P", node="a").source("Q", node="e")
    return draft.device("v1", pipe="ab", node="b").device("v2", pipe="de", node="d")


def drained(draft: Draft, target: str = "bc") -> tuple[Solved, Draining]:
    solved = solve(draft, target)
    return solved, drain(solved.model, solved.plan)


def rows(draining: Draining) -> list[tuple[str, int]]:
    return [(outlet.kind.value, outlet.row) for outlet in draining.outlets]


def test_a_washout_at_the_bottom_empties_a_valley() -> None:
    draft = valley().device("w", "WASHOUT", node="c").hydrant("h", "bc", 50.0)
    _, draining = drained(draft)
    assert rows(draining) == [("washout", 2)]
    assert draining.volume_m3 == pytest.approx(2 * M3_PER_100_M)
    assert draining.left_m3 == pytest.approx(0.0)
    assert draining.unknown_m == 0.0
    assert (draining.lowest_m, draining.highest_m) == (0.0, 10.0)
    assert draining.drains_s == pytest.approx(2 * M3_PER_100_M / (2.0 * math.pi / 4 * 0.2**2))
    assert [(vent.kind, vent.row) for vent in draining.vents] == [(OutletKind.HYDRANT, 0)]


def test_an_outlet_halfway_up_leaves_the_bottom_full() -> None:
    draft = valley().hydrant("h", "bc", 50.0)
    _, draining = drained(draft)
    assert rows(draining) == [("hydrant", 0)]
    assert draining.left_m3 == pytest.approx(M3_PER_100_M)
    assert draining.vents == ()


def test_beyond_a_rise_another_outlet_is_needed() -> None:
    draft = valley(b=0.0, c=10.0, d=0.0).hydrant("h1", "bc", 0.0).hydrant("h2", "cd", 100.0).hydrant("top", "cd", 0.0)
    _, draining = drained(draft)
    assert rows(draining) == [("hydrant", 0), ("hydrant", 1)]
    assert draining.left_m3 == pytest.approx(0.0)
    assert [vent.row for vent in draining.vents] == [2]


def test_nothing_to_open_drains_nothing() -> None:
    _, draining = drained(valley())
    assert draining.outlets == ()
    assert draining.drains_s is None
    assert draining.left_m3 == pytest.approx(draining.volume_m3)


def test_unknown_levels_are_told_and_not_guessed() -> None:
    draft = valley(b=math.nan).hydrant("h1", "bc", 50.0).hydrant("h2", "cd", 50.0)
    _, draining = drained(draft.device("air", "AIR", pipe="bc", at=5.0))
    assert rows(draining) == [("hydrant", 1), ("hydrant", 0)]
    assert not draining.levels_known
    assert draining.left_m3 is None
    assert draining.drains_s is not None
    assert draining.highest_m == 10.0
    assert [(vent.kind, vent.row) for vent in draining.vents] == [(OutletKind.AIR_VALVE, 2)]
    _, blind = drained(valley(b=math.nan, c=math.nan, d=math.nan))
    assert math.isnan(blind.lowest_m)


def test_mains_of_unknown_diameter_are_told_with_their_length() -> None:
    solved = solve(valley().device("w", "WASHOUT", node="c"), "bc")
    solved.city.network.pipes.dn_mm[1] = 0
    draining = drain(solved.model, solved.plan)
    assert draining.unknown_m == pytest.approx(100.0)
    assert draining.volume_m3 == pytest.approx(M3_PER_100_M)
    solved.city.network.pipes.dn_mm[:] = 0
    assert [outlet.row for outlet in drain(solved.model, solved.plan).outlets] == [2]


def test_an_air_valve_is_a_vent_and_the_highest_comes_first() -> None:
    draft = valley().device("w", "WASHOUT", node="c").device("air", "AIR", pipe="cd", at=90.0).hydrant("h", "bc", 0.0)
    draft.device("stuck", "AIR", pipe="cd", at=80.0, condition="INOPERABLE")
    _, draining = drained(draft)
    assert [(vent.kind.value, vent.row) for vent in draining.vents] == [("hydrant", 0), ("air_valve", 3)]


def test_a_hydrant_behind_its_own_stuck_closed_valve_is_no_outlet() -> None:
    draft = valley().device("hv", "HYDRANT", pipe="bc", at=50.0, position="CLOSED", condition="INOPERABLE")
    draft.hydrant("h", "bc", 50.0, branch_valve="hv").hydrant("off", None)
    _, draining = drained(draft)
    assert draining.outlets == ()


def test_washouts_elsewhere_and_off_the_mains_do_not_count() -> None:
    draft = valley().device("far", "WASHOUT", pipe="ab", at=10.0).device("out", "WASHOUT", node="e")
    draft.device("lost", "WASHOUT").device("leg", "WASHOUT", pipe="bc", node="c").device("w", "WASHOUT", node="c")
    _, draining = drained(draft)
    assert rows(draining) == [("washout", 5)]


def test_water_behind_a_check_valve_stays() -> None:
    """The check valve lets water up to d only: what stands behind it does not come back to the hydrant."""
    draft = valley().hydrant("h", "bc", 100.0).device("one", "CHECK", pipe="cd", at=50.0, direction=1)
    solved = solve(draft, PipeTarget(2, 75.0))
    assert solved.devices("close") == ["v1", "v2"]
    assert drain(solved.model, solved.plan).left_m3 == pytest.approx(M3_PER_100_M / 2.0)


def test_an_own_branch_valve_empties_nothing() -> None:
    draft = valley().device("own", "SERVICE", pipe="bc", at=20.0).customer("k", "bc", 20.0, branch_valve="own")
    solved = solve(draft, CustomerTarget(0))
    draining = drain(solved.model, solved.plan)
    assert (len(draining.parts), draining.volume_m3, draining.outlets) == (0, 0.0, ())
    assert draining.drains_s is None


def test_no_more_drains_than_the_house_opens() -> None:
    draft = valley(b=0.0, c=10.0, d=0.0).hydrant("h1", "bc", 0.0).hydrant("h2", "cd", 100.0)
    solved = solve(draft, "bc")
    draining = drain(solved.model, solved.plan, WaterPace(drains=1))
    assert rows(draining) == [("hydrant", 0)]
    assert draining.left_m3 == pytest.approx(M3_PER_100_M)


# -- random ground ----------------------------------------------------------------------------------------------

SAMPLES = 40


@st.composite
def grounds(draw: st.DrawFn) -> tuple[Draft, list[tuple[str, float, str]]]:
    """Junctions at random heights, mains between them, and hydrants; all behind one valve."""
    count = draw(st.integers(2, 6))
    heights = draw(st.lists(st.sampled_from((0.0, 3.0, 5.0, 12.0)), min_size=count, max_size=count))
    draft = Draft().node("plant", elevation_m=50.0)
    for at, height_m in enumerate(heights):
        draft.node(f"n{at}", elevation_m=height_m)
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), min_size=1, max_size=8))
    pairs = [(0, pairs[0][1]), *((one, other) for one, other in pairs[1:] if one != other)]
    draft.pipe("in", "plant", "n0").source("P", node="plant").device("v", pipe="in", node="n0")
    for at, (one, other) in enumerate(pairs):
        draft.pipe(f"p{at}", f"n{one}", f"n{other}")
    for at in range(draw(st.integers(0, 3))):
        draft.hydrant(f"h{at}", f"p{draw(st.integers(0, len(pairs) - 1))}", draw(st.sampled_from((0.0, 30.0, 100.0))))
    return draft, [(f"p{at}", heights[one], heights[other]) for at, (one, other) in enumerate(pairs)]


def sampled_left_m3(solved: Solved, draining: Draining) -> float:
    """Every main cut into many places; one holds water unless a way leads out over places no higher than itself."""
    graph: nx.Graph[tuple[str, object]] = nx.Graph()
    height: dict[tuple[str, object], float] = {}
    pipes, nodes = solved.city.network.pipes, solved.city.network.nodes
    for row in draining.parts.pipes.tolist():
        ends = [int(pipes.from_node[row]), int(pipes.to_node[row])]
        low, high = (float(nodes.elevation_m[node]) for node in ends)
        places = [(f"{row}", at) for at in range(SAMPLES + 1)]
        for at, place in enumerate(places):
            height[place] = low + (high - low) * at / SAMPLES
        for end, place in zip(ends, (places[0], places[-1]), strict=True):
            height[("node", end)] = height[place]
            graph.add_edge(place, ("node", end))
        nx.add_path(graph, places)
    outs = {(f"{o.pipe}", round(o.offset_m / 100.0 * SAMPLES)) for o in draining.outlets}
    left = 0.0
    for place in (place for place in graph if place[0] != "node"):
        below = graph.subgraph(other for other in graph if height[other] <= height[place] + 1e-9)
        share = 0.5 if place[1] in (0, SAMPLES) else 1.0
        left += 0.0 if outs & nx.node_connected_component(below, place) else share * M3_PER_100_M / SAMPLES
    return left


@soak_examples(1_000, usual=40)
@given(grounds())
def test_what_stays_is_what_no_way_leads_down_from(ground: tuple[Draft, list[tuple[str, float, str]]]) -> None:
    solved, draining = drained(ground[0], "p0")
    mains = len(draining.parts.pipes)
    assert draining.left_m3 is not None
    assert draining.left_m3 == pytest.approx(
        sampled_left_m3(solved, draining), abs=2.0 * mains * M3_PER_100_M / SAMPLES
    )
    assert 0.0 <= draining.left_m3 <= draining.volume_m3 + 1e-9
    every = drain(solved.model, solved.plan, WaterPace(drains=99, worth_draining=0.0)).left_m3
    assert every is not None
    assert every <= draining.left_m3 + 1e-9
    assert np.isfinite(draining.volumes_m3).all()
