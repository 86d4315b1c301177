"""What a target stands for (rules: docs/isolation-rules.md, "Plan", 1)."""

import math

import numpy as np
import pytest
from small_city import Draft, recorded, solve

from network.answers import (
    AreaTarget,
    CustomerTarget,
    DeviceTarget,
    HydrantTarget,
    JunctionTarget,
    PipesTarget,
    PipeTarget,
    Target,
)
from network.structure import Structure
from network.targets import Aim, find_target


def aim_at(draft: Draft, target: Target) -> Aim:
    city = draft.city()
    return find_target(Structure.of(city), recorded(city), target)


def sloped() -> Draft:
    """One pipe of 100 m from (0, 0), 10 m high, to (100, 0), 20 m high; a valve at 30 m."""
    draft = Draft().node("a", 0.0, 0.0, 10.0).node("b", 100.0, 0.0, 20.0).chain("a", "b")
    return draft.device("v", pipe="ab", at=30.0, x_m=30.0)


def square(left: float, right: float, bottom: float = -5.0, top: float = 5.0) -> AreaTarget:
    return AreaTarget(((left, bottom), (right, bottom), (right, top), (left, top)))


@pytest.mark.parametrize(
    ("target", "elevation_m", "segments"),
    [
        (PipeTarget(0), 15.0, 1),
        (PipeTarget(0, 30.0), 13.0, 2),
        (PipeTarget(0, -5.0), 10.0, 1),
        (PipeTarget(0, 500.0), 20.0, 1),
        (JunctionTarget(1), 20.0, 1),
        (DeviceTarget(0), 13.0, 2),
    ],
)
def test_places_have_segments_and_an_elevation(target: Target, elevation_m: float, segments: int) -> None:
    aim = aim_at(sloped(), target)
    assert aim.elevation_m == pytest.approx(elevation_m)
    assert len(aim.segments) == segments


def test_a_junction_with_a_source_has_all_its_sides() -> None:
    aim = aim_at(Draft().chain("a", "b", "c").source("plant", node="b"), JunctionTarget(1))
    assert len(aim.segments) == 2


@pytest.mark.parametrize(
    ("place", "segments"),
    [
        ({"pipe": "bc", "node": "b"}, 2),
        ({"pipe": "ab", "node": "b"}, 2),
        ({"pipe": "ab", "node": "a"}, 1),
        ({"node": "b"}, 1),
        ({"pipe": "ab", "at": 20.0}, 1),
        ({}, 0),
        ({"pipe": "ab"}, 0),
    ],
)
def test_a_device_that_does_not_cut_has_the_segments_where_it_stands(place: dict, segments: int) -> None:
    draft = Draft().chain("a", "b", "c", "d").device("w", "WASHOUT", **place)
    draft.device("v", pipe="bc", node="b").device("u", pipe="ab", node="b")
    assert len(aim_at(draft, DeviceTarget(0)).segments) == segments


def test_a_valve_of_unknown_leg_has_the_segment_of_its_junction() -> None:
    draft = Draft().pipe("loop", "a", "a").chain("a", "b").device("v", pipe="loop", node="a", at=0.0)
    aim = aim_at(draft, DeviceTarget(0))
    assert len(aim.segments) == 1
    assert aim.touches.nodes == (0,)


def test_a_duplicate_has_the_sides_of_the_device_that_stands_for_it() -> None:
    draft = Draft().chain("a", "b").device("w", pipe="ab", at=50.0).device("v", pipe="ab", at=50.0)
    aim = aim_at(draft, DeviceTarget(0))
    assert len(aim.segments) == 2
    assert aim.touches.devices == (1,)


def test_a_customer_of_a_station_hangs_on_the_stations_tap() -> None:
    draft = sloped().station("s", "ab", 90.0).customer("x", "ab", 10.0, station="s")
    assert aim_at(draft, CustomerTarget(0)).elevation_m == pytest.approx(19.0)


def test_a_hydrant_is_its_tap() -> None:
    assert aim_at(sloped().hydrant("h", "ab", 10.0), HydrantTarget(0)).elevation_m == pytest.approx(11.0)


@pytest.mark.parametrize(
    ("area", "parts", "devices", "nodes"),
    [
        (square(5.0, 20.0), 1, 0, 0),
        (square(-5.0, 20.0), 1, 0, 1),
        (square(20.0, 40.0), 2, 1, 0),
        (square(-5.0, 105.0), 2, 1, 2),
        (square(200.0, 300.0), 0, 0, 0),
        (square(5.0, 20.0, bottom=1.0), 0, 0, 0),
        (square(30.0, 40.0), 1, 0, 0),
        (AreaTarget(((0.0, 0.0), (1.0, 1.0))), 0, 0, 0),
        (AreaTarget(()), 0, 0, 0),
    ],
)
def test_a_polygon_holds_what_lies_inside(area: AreaTarget, parts: int, devices: int, nodes: int) -> None:
    aim = aim_at(sloped().device("w", "WASHOUT", pipe="ab", at=25.0, x_m=25.0), area)
    assert len(aim.touches.parts) == parts
    assert len(aim.touches.nodes) == nodes
    if area != square(30.0, 40.0):  # on an edge of the polygon: either answer is right
        assert len(aim.touches.devices) == devices
    assert math.isnan(aim.elevation_m) is (parts + devices + nodes == 0)


def test_several_pipes_are_the_middle_of_each() -> None:
    draft = Draft().node("a").node("b", 100.0, 0.0).node("c", 200.0, 0.0).node("d", 300.0, 0.0)
    for start, end in ("ab", "bc", "cd"):
        draft.pipe(start + end, start, end, 100.0)
    draft.device("v", pipe="cd", at=40.0).device("w", pipe="bc", at=50.0)
    together, alone = aim_at(draft, PipesTarget((0, 2))), [aim_at(draft, PipeTarget(row)) for row in (0, 2)]
    assert together.touches.offset_m.tolist() == [50.0, 50.0]
    assert together.segments.tolist() == sorted({int(row) for one in alone for row in one.segments})
    assert len(together.segments) == 2
    nobody = aim_at(draft, PipesTarget(()))
    assert not nobody.has_place
    assert math.isnan(nobody.elevation_m)
    assert aim_at(sloped(), PipesTarget((0,))).elevation_m == aim_at(sloped(), PipeTarget(0)).elevation_m


def test_a_polygon_is_as_low_as_its_lowest_part_end() -> None:
    assert aim_at(sloped(), square(40.0, 60.0)).elevation_m == pytest.approx(13.0)


def test_a_polygon_may_be_hollow_and_a_line_bent() -> None:
    bend = [(0.0, 0.0), (0.0, 50.0), (50.0, 50.0), (50.0, 50.0), (50.0, 0.0)]
    draft = Draft().node("a").node("b", 50.0, 0.0).pipe("ab", "a", "b", 300.0, line=bend)
    draft.device("v", pipe="ab", at=100.0).device("w", pipe="ab", at=200.0)
    horseshoe = AreaTarget(((-9, -9), (-9, 20), (10, 20), (10, 0), (40, 0), (40, 20), (60, 20), (60, -9), (-9, -9)))
    aim = aim_at(draft, horseshoe)
    assert aim.touches.offset_m.tolist() == [50.0, 250.0]


def test_a_line_without_length_has_no_piece_inside() -> None:
    assert len(aim_at(Draft().node("a").pipe("aa", "a", "a", 0.0), square(-1.0, 1.0)).touches.parts) == 0


def test_a_polygon_takes_both_sides_of_a_valve_inside_and_does_not_use_it() -> None:
    draft = sloped().source("plant", node="a").device("u", pipe="ab", at=10.0, x_m=10.0)
    found = solve(draft, square(25.0, 35.0))
    assert found.devices("close") == ["u"]
    assert found.plan.isolated.length_m == pytest.approx(90.0)
    assert np.array_equal(found.plan.region, found.plan.isolated_segments)
