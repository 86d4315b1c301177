"""Flushing points: the way of the water from the feed, its direction, how much and how long."""

from __future__ import annotations

import math

import numpy as np
import pytest
from small_city import Draft, solve

from network.flushing import Bearing, Flushing, _left, flush_from
from network.outlets import WaterPace
from network.region_ways import Reach, RegionWays
from network.waypoints import Points

AREA_M2 = math.pi / 4.0 * 0.2**2


def cross() -> Draft:
    """P - a -v- m, and from m mains of 100 m to n (north), s (south), e (east)."""
    draft = Draft().node("a", -100.0, 0.0).node("m", 0.0, 0.0)
    for name, x_m, y_m in (("n", 0.0, 100.0), ("s", 0.0, -100.0), ("e", 100.0, 0.0)):
        draft.node(name, x_m, y_m)
    draft.pipe("am", "a", "m").pipe("mn", "m", "n").pipe("sm", "s", "m").pipe("me", "m", "e")
    return draft.source("P", node="a").device("v", pipe="am", at=50.0)


def flushed(draft: Draft, pace: WaterPace | None = None, target: str = "me") -> Flushing:
    solved = solve(draft, target)
    ways = RegionWays.of(solved.model, solved.plan.isolated_segments)
    point = Points(solved.model.structure.segmentation).of_device(0)[1]
    return flush_from(ways, point, pace or WaterPace())


def test_every_end_is_flushed_and_each_main_is_cleaned_once() -> None:
    draft = (
        cross().hydrant("hn", "mn", 100.0).hydrant("hs", "sm", 0.0).hydrant("he", "me", 100.0).hydrant("m", "mn", 5.0)
    )
    flushing = flushed(draft)
    assert [(point.outlet.row, point.comes_from) for point in flushing.points] == [
        (0, Bearing.SOUTH),
        (1, Bearing.NORTH),
        (2, Bearing.WEST),
    ]
    assert flushing.unflushed_m == pytest.approx(0.0)
    assert flushing.points[1].way == (Reach(0, 50.0, 100.0), Reach(2, 100.0, 0.0))


def test_volume_time_and_velocity_of_a_way() -> None:
    (point,) = flushed(cross().hydrant("he", "me", 100.0)).points
    assert point.volume_m3 == pytest.approx(150.0 * AREA_M2)
    assert point.seconds == pytest.approx(3 * 150.0 * AREA_M2 / 0.01)
    assert point.velocity_m_s == pytest.approx(0.01 / AREA_M2)
    assert point.outlets_needed == 4
    washout = flushed(cross().device("w", "WASHOUT", node="e")).points[0]
    assert washout.velocity_m_s == pytest.approx(2.0)
    assert washout.outlets_needed == 1


def test_what_no_way_runs_through_is_told() -> None:
    flushing = flushed(cross().hydrant("near", "me", 40.0))
    assert flushing.unflushed_m == pytest.approx(60.0 + 100.0 + 100.0)
    assert flushed(cross()).points == ()
    assert flushed(cross()).unflushed_m == pytest.approx(350.0)


def test_a_short_stretch_more_is_not_worth_a_point() -> None:
    draft = cross().hydrant("one", "me", 100.0).hydrant("two", "mn", 10.0)
    assert [point.outlet.row for point in flushed(draft).points] == [0]
    both = flushed(draft, WaterPace(worth_flushing_m=0.0))
    assert [point.outlet.row for point in both.points] == [1, 0]
    assert both.unflushed_m == pytest.approx(90.0 + 100.0)


def test_two_points_on_one_main_clean_it_in_pieces() -> None:
    draft = cross().hydrant("one", "me", 40.0).hydrant("two", "me", 100.0).hydrant("three", "am", 60.0)
    flushing = flushed(draft, WaterPace(worth_flushing_m=0.0))
    assert [point.outlet.row for point in flushing.points] == [1]
    assert flushing.unflushed_m == pytest.approx(200.0)


def test_a_main_met_from_both_sides_is_counted_once() -> None:
    """Around a ring the ways part at m and meet on the far side: both hydrants' ways share nothing but the feed."""
    draft = cross().pipe("ne", "n", "e", 100.0).hydrant("one", "ne", 20.0).hydrant("two", "ne", 80.0)
    flushing = flushed(draft)
    assert [point.outlet.row for point in flushing.points] == [0, 1]
    assert flushing.unflushed_m == pytest.approx(60.0 + 100.0)


def test_an_unknown_diameter_makes_volume_and_time_unknown() -> None:
    solved = solve(cross().hydrant("he", "me", 100.0), "me")
    solved.city.network.pipes.dn_mm[3] = 0
    ways = RegionWays.of(solved.model, solved.plan.isolated_segments)
    point = flush_from(ways, Points(solved.model.structure.segmentation).of_device(0)[1], WaterPace()).points[0]
    assert math.isnan(point.volume_m3)
    assert math.isnan(point.velocity_m_s)
    assert (point.seconds, point.outlets_needed) == (None, 0)


def test_a_main_drawn_without_length_has_no_direction() -> None:
    draft = Draft().pipe("ab", "a", "b").pipe("bc", "b", "c").source("P", node="a").device("v", pipe="ab", at=50.0)
    flushing = flushed(draft.hydrant("h", "bc", 100.0), target="bc")
    assert flushing.points[0].comes_from is None


@pytest.mark.parametrize("eighth", range(8))
def test_all_eight_directions(eighth: int) -> None:
    turn = eighth * math.pi / 4.0
    start, end = 100.0 * np.array([math.cos(turn), math.sin(turn)]), np.zeros(2)
    draft = (
        Draft()
        .node("a", *(2 * start).tolist())
        .node("b", *start.tolist())
        .node("c", *end.tolist())
        .chain("a", "b", "c")
    )
    draft.source("P", node="a").device("v", pipe="ab", at=50.0).hydrant("h", "bc", 100.0)
    assert flushed(draft, target="bc").points[0].comes_from == list(Bearing)[eighth]


def test_without_a_feed_there_is_nothing_to_flush_with() -> None:
    solved = solve(cross().hydrant("he", "me", 100.0), "me")
    ways = RegionWays.of(solved.model, solved.plan.isolated_segments)
    for nowhere in (None, 10_000):
        flushing = flush_from(ways, nowhere, WaterPace())
        assert flushing.points == ()
        assert flushing.unflushed_m == pytest.approx(350.0)


def test_what_is_clean_already_is_taken_out_of_a_reach() -> None:
    covered = {(0, 40.0, 60.0), (0, 90.0, 100.0), (1, 0.0, 100.0)}
    assert _left(Reach(0, 100.0, 0.0), covered) == [Reach(0, 0.0, 40.0), Reach(0, 60.0, 90.0)]
    assert _left(Reach(0, 0.0, 80.0), set()) == [Reach(0, 0.0, 80.0)]
