"""Who is affected (rules: docs/isolation-rules.md, "Customers")."""

import numpy as np
import pytest
from small_city import Draft, solve

from network.answers import CustomerTarget, HydrantTarget, PipeTarget


def street() -> Draft:
    """A plant, a leak at b; v1 and v2 around it, everything behind v2 out unintended; a tank beyond v3."""
    draft = Draft().node("a", 0.0).node("b", 100.0).node("c", 200.0).node("d", 300.0).node("e", 400.0)
    draft.chain("a", "b", "c", "d", "e").source("plant", node="a").source("tank", "TANK", node="e")
    draft.device("v1", pipe="ab", at=50.0).device("v2", pipe="bc", at=50.0)
    return draft.device("check", "CHECK", pipe="cd", at=50.0, direction=1)


def test_customers_are_out_or_on_storage_by_their_tap() -> None:
    draft = street().customer("z", "ab", 80.0, critical=True, people=5).customer("y", "cd", 20.0, households=4)
    draft.customer("x", "de", 50.0, critical=True).customer("w", "ab", 10.0).customer("v")
    found = solve(draft, "b")
    assert found.customers("out") == ["y", "z"]
    assert found.customers("on_storage") == ["x"]
    assert found.customers("critical") == ["x", "z"]
    assert (found.impact.people, found.impact.households) == (8, 5)


@pytest.mark.parametrize(("at", "out"), [(50.0, True), (49.9995, True), (49.0, False), (51.0, True)])
def test_on_a_valve_the_worse_side_wins(at: float, out: bool) -> None:
    assert solve(street().customer("x", "ab", at), "b").customers("out") == (["x"] if out else [])


def test_between_out_and_storage_out_wins() -> None:
    found = solve(street().customer("x", "cd", 50.0), "b")
    assert found.customers("out") == ["x"]
    assert found.customers("on_storage") == []


def test_a_tap_on_a_device_between_two_legs_hangs_on_both() -> None:
    draft = Draft().chain("a", "b", "c").source("plant", node="a").device("v", node="b")
    draft.customer("x", "ab", 100.0).customer("y", "bc", 0.0).customer("z", "ab", 50.0)
    assert solve(draft, PipeTarget(1)).customers("out") == ["x", "y"]


def test_a_station_with_a_tank_saves_its_customers_for_a_while() -> None:
    draft = street().station("s2", "ab", 70.0, storage_m3=60.0, demand_m3_h=5.0).station("s1", "ab", 70.0)
    draft.station("s3", "ab", 70.0, storage_m3=60.0).station("s4", "de", 50.0).station("s5", "de", 1.0, storage_m3=9.0)
    for number in (1, 2, 3):
        draft.customer(f"c{number}", "de", 10.0, station=f"s{number}")
    found = solve(draft, "b")
    stations = found.city.stations.ids
    assert found.customers("out") == ["c1"]
    assert found.customers("on_storage") == ["c2", "c3"]
    assert stations.take(found.impact.stations_out) == ["s1"]
    assert stations.take(found.impact.stations_on_storage) == ["s2", "s3", "s4", "s5"]
    assert np.array_equal(found.impact.storage_hours, [12.0, np.nan, np.nan, np.nan], equal_nan=True)


def test_hydrants_without_water_are_named() -> None:
    found = solve(street().hydrant("h1", "ab", 90.0).hydrant("h2", "ab", 10.0), "b")
    assert found.city.hydrants.ids.take(found.impact.hydrants_out) == ["h1"]


def test_a_branch_valve_stops_what_hangs_on_it() -> None:
    draft = street().device("s", "SERVICE", pipe="ab", at=90.0)
    draft.customer("x", "ab", 90.0, branch_valve="s", critical=True).hydrant("h", "ab", 90.0, branch_valve="s")
    found = solve(draft, CustomerTarget(0))
    assert found.customers("out") == found.customers("critical") == ["x"]
    assert found.impact.area_km2 == 0.0
    assert solve(draft, HydrantTarget(0)).city.hydrants.ids.take(found.impact.hydrants_out) == ["h"]


def test_a_branch_valve_that_nothing_feeds_changes_nothing() -> None:
    draft = Draft().chain("a", "b").device("s", "SERVICE", pipe="ab", at=90.0)
    draft.customer("x", "ab", 90.0, branch_valve="s")
    assert solve(draft, CustomerTarget(0)).customers("out") == []


def test_ground_is_counted_in_cells_of_fifty_metres() -> None:
    draft = Draft().node("a", 10.0, 10.0).node("b", 210.0, 10.0).pipe("ab", "a", "b", 200.0)
    draft.source("plant", node="a").device("v", pipe="ab", at=50.0)
    assert solve(draft, "b").impact.area_km2 == pytest.approx(4 * 0.0025)


def test_ground_follows_the_drawn_line_of_a_pipe_that_is_recorded_longer() -> None:
    line = [(10.0, 10.0), (10.0, 110.0), (10.0, 110.0), (110.0, 110.0)]
    draft = Draft().node("a", 10.0, 10.0).node("b", 110.0, 110.0).pipe("ab", "a", "b", 400.0, line=line)
    draft.source("plant", node="a").device("v", pipe="ab", at=200.0)
    assert solve(draft, "b").impact.area_km2 == pytest.approx(3 * 0.0025)
