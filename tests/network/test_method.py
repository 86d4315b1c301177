"""The programme for a plan: filled through the right valve, every valve back, and nothing opened before its time."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from small_city import Draft, Solved, device_ids, solve

from network.alternatives.as_plan import plan_closing
from network.answers import CustomerTarget, IsolationPlan
from network.assets import Position, Turning
from network.closing_order import straight_line_times, valves_to_visit
from network.method import method_of
from network.method_steps import Method, NoMethod, Phase, Step, StepKind, WhyNoMethod
from network.normal_positions import Return, ReturnReason, returns_of
from network.outlets import WaterPace
from network.refilling import refill

START = datetime(2026, 3, 17, 22, tzinfo=UTC)


def town() -> Draft:
    """Mains ab (P), bc, cd (Q) with valves v1 and v2 on bc; a hydrant low and one high between them."""
    draft = Draft()
    for at, name in enumerate("abcd"):
        draft.node(name, 100.0 * at, 0.0, elevation_m=float(at))
    draft.chain(*"abcd").source("P", node="a").source("Q", node="d")
    draft.device("v1", pipe="bc", at=10.0, x_m=110.0).device("v2", pipe="bc", at=90.0, x_m=190.0)
    return draft.hydrant("low", "bc", 12.0).hydrant("high", "bc", 88.0).customer("k", "bc", 50.0)


def programme(solved: Solved, *, crews: int = 1, **more: Any) -> Method:
    devices = solved.city.network.devices
    travel = straight_line_times(devices, list(valves_to_visit(solved.model, solved.plan)), crews=crews)
    method = method_of(solved.model, solved.plan, travel, **more)
    assert isinstance(method, Method)
    return method


def told(solved: Solved, method: Method) -> list[tuple[str, str]]:
    ids, hydrants, sources = solved.city.network.devices.ids, solved.city.hydrants.ids, solved.city.network.sources.ids

    def about(step: Step) -> str:
        if step.device >= 0:
            return ids[step.device]
        if step.source >= 0:
            return sources[step.source]
        return hydrants[step.outlet.row] if step.outlet else ""

    return [(step.kind.value, about(step)) for step in method.steps]


def test_the_whole_programme_of_a_burst() -> None:
    solved = solve(town(), "bc")
    assert told(solved, programme(solved)) == [
        ("close", "v1"),
        ("close", "v2"),
        ("check_stopped", ""),
        ("let_air_in", "high"),
        ("drain", "low"),
        ("work", ""),
        ("close_drain", "low"),
        ("fill", "v1"),
        ("close_vent", "high"),
        ("open_feed", "v1"),
        ("flush", "high"),
        ("check_quality", ""),
        ("open", "v2"),
        ("confirm", ""),
    ]


def test_planned_work_tells_customers_before_the_last_valve() -> None:
    solved = solve(town(), "bc")
    kinds = [kind for kind, _ in told(solved, programme(solved, planned=True))]
    assert kinds[:4] == ["close", "tell_customers", "close", "check_stopped"]


def test_each_step_has_its_time_from_the_start_and_after_the_work() -> None:
    solved = solve(town(), "bc")
    method = programme(solved)
    blind, known = method.instants(START), method.instants(START, timedelta(hours=4))
    assert blind[0] == (START, START + timedelta(seconds=400))
    work = [step.phase for step in method.steps].index(Phase.WORK)
    assert blind[work] == (START + timedelta(seconds=round(method.shut_s)), None)
    assert blind[work + 1] == (None, None)
    begins = known[work + 1][0]
    assert begins is not None
    assert begins == pytest.approx(START + timedelta(seconds=method.shut_s, hours=4), abs=timedelta(seconds=1))
    ends = [end for _, end in known if end is not None]
    assert ends == sorted(ends)
    assert method.restore_s is not None
    assert known[-1][0] == pytest.approx(begins + timedelta(seconds=method.restore_s), abs=timedelta(seconds=1))


def test_turns_and_the_way_to_turn_are_those_of_the_record() -> None:
    solved = solve(town(), "bc")
    devices = solved.city.network.devices
    devices.closes[:] = (Turning.CLOCKWISE, Turning.UNKNOWN)
    devices.turns[1] = math.nan
    devices.dn_mm[1] = 300
    steps = {(step.kind, step.device): step for step in programme(solved).steps}
    close, fill, fully = steps[StepKind.CLOSE, 0], steps[StepKind.FILL, 0], steps[StepKind.OPEN_FEED, 0]
    assert (close.turns, close.turning, close.slowly) == (20.0, Turning.CLOCKWISE, False)
    assert (fill.turns, fill.turning) == (0.25, Turning.COUNTERCLOCKWISE)
    assert (fully.turns, fully.turning) == (20.0, Turning.COUNTERCLOCKWISE)
    guessed = steps[StepKind.CLOSE, 1]
    assert guessed.turns == pytest.approx(2 + 3 * 300 / 25.4)
    assert (guessed.turns_recorded, guessed.turning, guessed.slowly) == (False, Turning.UNKNOWN, True)


def test_the_feed_is_the_smallest_valve_unless_it_takes_too_long() -> None:
    solved = solve(town(), "bc")
    solved.city.network.devices.dn_mm[:] = (300, 100)
    assert feed_of(solved) == "v2"
    assert feed_of(solved, WaterPace(longest_fill_s=600.0)) == "v1"
    assert feed_of(solved, WaterPace(longest_fill_s=1.0)) == "v1"
    solved.city.network.devices.dn_mm[:] = (200, 200)
    assert feed_of(solved) == "v1", "the lower of two alike"


def feed_of(solved: Solved, pace: WaterPace | None = None) -> str:
    refilling = refill(solved.model, solved.plan, solved.plan.close, pace)
    assert refilling.opening[0].device == refilling.feed
    return solved.city.network.devices.ids[refilling.feed]


def test_how_long_filling_takes() -> None:
    solved = solve(town(), "bc")
    refilling = refill(solved.model, solved.plan, solved.plan.close)
    area_m2 = math.pi / 4 * 0.2**2
    assert refilling.fills_m3 == pytest.approx(80.0 * area_m2)
    assert refilling.rate_m3_s == pytest.approx(0.3 * area_m2)
    assert refilling.seconds == pytest.approx(80.0 / 0.3)
    assert refilling.rest_m == pytest.approx(0.0)


def test_a_valve_of_unknown_diameter_takes_that_of_its_main_and_else_has_no_time() -> None:
    solved = solve(town(), "bc")
    solved.city.network.devices.dn_mm[:] = 0
    assert refill(solved.model, solved.plan, solved.plan.close).seconds == pytest.approx(80.0 / 0.3)
    solved.city.network.pipes.dn_mm[:] = 0
    blind = refill(solved.model, solved.plan, solved.plan.close)
    assert blind.seconds is None
    assert math.isnan(blind.rate_m3_s)
    method = programme(solved)
    assert method.restore_s is None
    assert method.steps[-1].begins_s is None


def test_a_feed_behind_which_there_is_only_storage_comes_last() -> None:
    draft = town().pipe("ce", "c", "e").node("e", 200.0, 50.0, elevation_m=0.0)
    draft.pipe("bf", "b", "f").node("f", 100.0, 50.0).source("T", "TANK", node="f")
    draft.devices.clear()
    draft.device("v1", pipe="bc", at=90.0).device("v2", pipe="cd", at=90.0).device("v3", pipe="ab", at=10.0)
    solved = solve(draft, "bc")
    assert isinstance(solved.plan, IsolationPlan)
    refilling = refill(solved.model, solved.plan, solved.plan.close)
    assert refilling.feed in solved.plan.close


def test_what_the_feed_does_not_reach_is_told() -> None:
    """A PRV between the valves lets water through from b to c only: the upper valve fills all, the lower one half."""
    draft = town().device("prv", "PRV", pipe="bc", at=50.0, direction=1)
    solved = solve(draft, "prv")
    assert feed_of(solved) == "v1"
    against = solve(town().device("prv", "PRV", pipe="bc", at=50.0), "prv")
    refilling = refill(against.model, against.plan, against.plan.close)
    assert refilling.rest_m == pytest.approx(40.0)


def test_filling_goes_round_by_mains_that_were_not_shut() -> None:
    """What runs back through the check valve fills from c: the valve on the dead side stands open."""
    draft = Draft().chain(*"abc").pipe("cb", "c", "b").source("P", node="a")
    draft.device("feed", pipe="ab", at=90.0).device("dead", pipe="bc", at=90.0)
    draft.device("far", pipe="cb", at=10.0).device("back", "CHECK", pipe="cb", at=90.0, direction=1)
    solved = solve(draft, "bc")
    assert solved.devices("close") == ["feed"]
    assert set(solved.devices("dead_side")) == {"dead", "far"}
    assert "cb" in solved.pipes("isolated")
    refilling = refill(solved.model, solved.plan, solved.plan.close)
    assert refilling.rest_m == pytest.approx(0.0)


def test_nothing_is_filled_where_no_main_was_shut() -> None:
    draft = town().device("own", "SERVICE", pipe="bc", at=20.0).customer("k2", "bc", 20.0, branch_valve="own")
    solved = solve(draft, CustomerTarget(1))
    method = programme(solved)
    assert told(solved, method) == [
        ("close", "own"),
        ("check_stopped", ""),
        ("work", ""),
        ("open", "own"),
        ("confirm", ""),
    ]
    assert method.refilling.feed == -1


def test_mains_without_hydrants_are_flushed_where_the_crew_finds_a_place() -> None:
    draft = town()
    draft.hydrants.clear()
    solved = solve(draft, "bc")
    kinds = [kind for kind, _ in told(solved, programme(solved))]
    assert "pump_out" in kinds
    assert kinds[-6:] == ["fill", "open_feed", "flush", "check_quality", "open", "confirm"]
    flush = programme(solved).steps[-4]
    assert (flush.outlet, flush.flush, flush.ends_s) == (None, None, None)


def test_sources_in_the_way_are_stopped_first_and_started_last() -> None:
    draft = town().source("R", "RESERVOIR", pipe="bc", at=50.0)
    solved = solve(draft, "bc")
    method = programme(solved)
    steps = told(solved, method)
    assert steps[0] == ("stop_source", "R")
    assert steps[-2] == ("restart_source", "R")
    assert method.stops_sources


def test_closed_valves_are_verified_and_never_turned() -> None:
    draft = Draft().chain(*"abcd").source("P", node="a").source("Q", node="d").pipe("ae", "a", "e").pipe("ec", "e", "c")
    draft.device("v1", pipe="ab", at=50.0).device("v2", pipe="cd", at=50.0)
    draft.device("shut", pipe="ec", at=50.0, position="CLOSED")
    solved = solve(draft, "bc")
    steps = [entry for entry in told(solved, programme(solved, crews=2)) if entry[1] == "shut"]
    assert steps == [("verify_closed", "shut")]


def test_back_siphonage_asks_for_flushing() -> None:
    draft = Draft().node("a", elevation_m=1.0).node("b", elevation_m=1.0).node("c", elevation_m=9.0)
    draft.node("d", elevation_m=9.0).chain(*"abcd").source("P", node="a")
    draft.device("v1", pipe="ab", at=50.0).device("v2", pipe="bc", at=50.0)
    solved = solve(draft, "b")
    assert solved.devices("drain_back") == ["v2"]
    method = programme(solved)
    assert method.refilling.must_flush
    assert ("flush", "") in told(solved, method)
    assert [d for k, d in told(solved, method) if k == "close"] == ["v1", "v2"]


@pytest.mark.parametrize(("target", "why"), [("bc", WhyNoMethod.NOT_SUPPLIED), (None, WhyNoMethod.NO_PLACE)])
def test_there_is_no_programme_for_what_had_no_water(target: str | None, why: WhyNoMethod) -> None:
    draft = Draft().chain("a", "b", "c").customer("k", None)
    solved = solve(draft, target or CustomerTarget(0))
    travel = straight_line_times(solved.city.network.devices, [])
    assert method_of(solved.model, solved.plan, travel) == NoMethod(why)


def test_a_plan_chosen_instead_is_filled_and_held_by_its_own_valves() -> None:
    """Closing v0 far up the street in place of v1: all from there on is drained, and comes back through v0."""
    draft = Draft().chain(*"abcd").source("P", node="a").customer("k1", "bc", 5.0).customer("k2", "cd", 50.0)
    draft.device("v0", pipe="ab", at=50.0).device("v1", pipe="bc", at=10.0)
    solved = solve(draft, "cd")
    assert solved.devices("close") == ["v1"]
    chosen = plan_closing(solved.model, solved.plan, [0])
    assert isinstance(chosen, IsolationPlan)
    wide = replace(solved, answer=chosen)
    method = programme(wide, planned=True)
    assert [device for kind, device in told(wide, method) if kind in ("close", "fill")] == ["v0", "v0"]
    assert method.order.kept == 2
    assert method.refilling.rest_m == pytest.approx(0.0)
    assert method.refilling.fills_m3 == pytest.approx(250.0 * math.pi / 4 * 0.2**2)


def test_of_parallel_mains_the_shorter_is_the_way() -> None:
    """Both are drained; water comes by the shorter one, and the longer is told as not flushed."""
    draft = town().pipe("direct", "x", "c", 40.0).pipe("detour", "x", "c", 90.0)
    draft.pipes[1] = {"id": "bc", "start": "b", "end": "x", "length_m": 50.0, "line": ()}
    draft.devices.clear()
    draft.device("v1", pipe="bc", at=10.0).device("v2", pipe="cd", at=10.0)
    draft.hydrants.clear()
    solved = solve(draft.hydrant("h", "bc", 15.0), "direct")
    flushing = programme(solved).refilling.flushing
    assert flushing.unflushed_m == pytest.approx(90.0 + 5.0)


# -- normal positions -------------------------------------------------------------------------------------------


def normally(solved: Solved, **positions: Position) -> tuple[Return, ...]:
    """Where the valves are left if their normal positions are *positions*."""
    devices = solved.city.network.devices
    devices.normal.setflags(write=True)
    for name, position in positions.items():
        devices.normal[devices.ids.find(name)] = position
    return returns_of(solved.model, solved.plan.close)


def test_a_valve_found_open_that_is_normally_closed_stays_closed_if_nobody_needs_it() -> None:
    solved = solve(town(), "bc")
    returns = normally(solved, v1=Position.CLOSED)
    assert [(back.position, back.reason) for back in returns] == [
        (Position.CLOSED, ReturnReason.NORMALLY_CLOSED),
        (Position.OPEN, ReturnReason.NORMALLY_OPEN),
    ]
    steps = told(solved, programme(solved))
    assert steps[-3:] == [("open", "v2"), ("close_again", "v1"), ("confirm", "")]


def test_a_valve_left_closed_that_is_not_the_feed_is_named() -> None:
    solved = solve(town(), "bc")
    normally(solved, v2=Position.CLOSED)
    assert told(solved, programme(solved))[-2:] == [("leave_closed", "v2"), ("confirm", "")]


def test_where_supply_needs_them_valves_are_left_as_they_were_found() -> None:
    solved = solve(town(), "bc")
    returns = normally(solved, v1=Position.CLOSED, v2=Position.CLOSED)
    assert {back.reason for back in returns} == {ReturnReason.NEEDED_OPEN}
    assert {back.position for back in returns} == {Position.OPEN}


def test_a_normal_position_that_is_disputed_is_not_known() -> None:
    returns = normally(solve(town(), "bc"), v1=Position.DISPUTED)
    assert returns[0] == Return(0, Position.OPEN, ReturnReason.NORMAL_UNKNOWN)


def test_a_branch_valve_is_left_open_for_its_customer() -> None:
    draft = town().device("own", "SERVICE", pipe="bc", at=20.0).customer("k2", "bc", 20.0, branch_valve="own")
    solved = solve(draft, CustomerTarget(1))
    assert normally(solved, own=Position.CLOSED) == (Return(2, Position.OPEN, ReturnReason.NEEDED_OPEN),)


def test_small_valves_are_opened_before_large_ones() -> None:
    draft = Draft().node("m")
    for name, dn_mm in (("n", 300), ("s", 100), ("e", 600), ("w", 200)):
        draft.pipe(f"m{name}", "m", name).source(name.upper(), node=name).device(f"v{name}", pipe=f"m{name}", at=50.0)
        draft.node(name)
        draft.devices[-1]["dn"] = dn_mm
    solved = solve(draft, "m")
    solved.city.network.devices.dn_mm[:] = [row["dn"] for row in draft.devices]
    refilling = refill(solved.model, solved.plan, solved.plan.close, WaterPace(longest_fill_s=math.inf))
    opened = device_ids(solved.city, [back.device for back in refilling.opening])
    assert opened == ["vs", "vw", "vn", "ve"]
    assert np.isfinite(refilling.seconds or math.nan)
