"""Points, pieces and their pressures on small cities, by hand-worked figures; EPANET runs in this process."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from small_city import Draft, recorded

from network import hydraulic_effect, hydraulics
from network.answers import CannotIsolate, CustomerTarget, IsolationPlan, PipeTarget
from network.assets import Position
from network.errors import NetworkError
from network.hydraulic_defaults import HydraulicSettings, PumpCurve
from network.hydraulic_effect import (
    HydraulicEffect,
    HydraulicsFailed,
    Snapshot,
    compare,
    compare_each,
    snapshot,
    wet_now,
)
from network.hydraulic_inputs import HydraulicInputs, StatedHydraulics, hydraulic_inputs
from network.hydraulic_layout import lay_out
from network.hydraulic_records import HydraulicWarning, PumpState, Solved
from network.isolation import plan_isolation
from network.supply import SupplyModel, prepare
from network.units import M_HEAD_PER_MPA


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child does the same; here its lines are counted."""
    monkeypatch.setattr(
        hydraulic_effect, "run_in_child", lambda _limit, _name, texts, **_more: hydraulics.solve_texts(texts)
    )


def ready(
    draft: Draft, demand_m3_d: float = 24.0, zone_m: Any = None, **settings: Any
) -> tuple[SupplyModel, HydraulicInputs]:
    """A model, and inputs in which every customer draws evenly over the day (fire service) *demand_m3_d*."""
    city = draft.city()
    model = prepare(city, recorded(city))
    stated = StatedHydraulics(
        np.full(len(city.customers), demand_m3_d), np.full(len(city.network.sources), 50.0), zone_m
    )
    settled = HydraulicSettings(**{"pressure_driven": False, "accuracy": 1e-9, **settings})
    return model, hydraulic_inputs(model, stated, year=2024, settings=settled)


def solved(model: SupplyModel, inputs: HydraulicInputs, hour: float = 3.0) -> Snapshot:
    found = snapshot(model, inputs, hour)
    assert isinstance(found, Snapshot), found
    return found


def head_of(model: SupplyModel, found: Snapshot, node: str) -> float:
    return float(found.node_head_m[model.city.network.nodes.ids.find(node)])


def loss_m(flow_m3_h: float, length_m: float, c: float, bore_mm: float = 200.0) -> float:
    """Hazen and Williams."""
    return 10.667 * length_m * (flow_m3_h / 3600.0 / c) ** 1.852 / (bore_mm / 1000.0) ** 4.871


def line() -> Draft:
    """A source, three mains, a valve on each, a customer at the far end."""
    draft = Draft().chain("r", "a", "b", "c").source("R", node="r")
    for pipe in ("ra", "ab", "bc"):
        draft.device(f"v{pipe}", pipe=pipe, at=50.0)
    return draft.customer("k", "bc", 100.0, category="fire_service")


def test_heads_fall_as_hazen_and_williams_say() -> None:
    model, inputs = ready(line(), 2400.0)
    found = solved(model, inputs)
    flow = float(inputs.customer_demand_m3_h(model.city, 3.0)[0])
    c = float(inputs.roughness[0])
    for number, node in enumerate("rabc"):
        assert head_of(model, found, node) == pytest.approx(50.0 - loss_m(flow, 100.0 * number, c), abs=2e-3)
    assert found.pipe_flow_m3_s.tolist() == pytest.approx([flow / 3600.0] * 3)
    assert found.pipe_velocity_m_s[0] == pytest.approx(flow / 3600.0 / (np.pi / 4 * 0.04))
    assert found.source_flow_m3_s.tolist() == pytest.approx([flow / 3600.0])
    meter_m = head_of(model, found, "c") - inputs.settings.service_loss_m
    assert found.customer_pressure_mpa[0] * M_HEAD_PER_MPA == pytest.approx(meter_m)
    assert (found.wanted_m3_h, found.delivered_m3_h) == pytest.approx((flow, flow))
    assert (found.hour, found.warnings, found.pumps) == (3.0, (), {})


def test_a_tap_in_mid_pipe_draws_from_both_ends() -> None:
    draft = Draft().chain("r", "a").source("R", node="r").customer("k", "ra", 25.0, category="fire_service")
    model, inputs = ready(draft, 2400.0)
    found = solved(model, inputs)
    flow = float(inputs.customer_demand_m3_h(model.city, 3.0)[0])
    assert found.pipe_flow_m3_s[0] * 3600.0 == pytest.approx(flow / 4.0)
    middle_m = 0.75 * head_of(model, found, "r") + 0.25 * head_of(model, found, "a")
    assert found.customer_pressure_mpa[0] * M_HEAD_PER_MPA == pytest.approx(middle_m - 1.5)


def test_a_closed_valve_a_dry_end_and_a_tap_nowhere() -> None:
    draft = line().device("shut", pipe="bc", at=80.0, position="CLOSED").customer("off").customer("near", "ab", 10.0)
    model, inputs = ready(draft)
    found = solved(model, inputs)
    assert np.isnan(head_of(model, found, "c"))
    assert np.isnan(found.customer_pressure_mpa).tolist() == [True, True, False]
    assert found.node_pressure_mpa[0] * M_HEAD_PER_MPA == pytest.approx(50.0)


def test_a_plan_takes_the_dry_part_out_and_turns_the_ring() -> None:
    """A ring: r-a-b-c-r; without ra the water of a comes from the other side."""
    draft = Draft().chain("r", "a", "b", "c", "r").source("R", node="r")
    draft.device("v1", pipe="ra", at=10.0).device("v2", pipe="ra", at=90.0)
    draft.customer("k", "ab", 0.0, category="fire_service").customer("gone", "ra", 50.0)
    draft.customer("end", "ab", 95.0, category="fire_service")
    model, inputs = ready(draft, 2000.0, low_mpa=0.46, moving_m_s=0.001)
    plan = plan_isolation(model, PipeTarget(0))
    assert isinstance(plan, IsolationPlan)
    effect = compare(model, plan, inputs, 3.0)
    assert isinstance(effect, HydraulicEffect)
    now = effect.present
    assert [model.city.network.pipes.ids[row] for row in now.reversed] == ["ab"]
    assert set(now.stirred.tolist()) >= {1}
    assert now.after.pipe_flow_m3_s[0] == pytest.approx(0.0, abs=1e-6)
    assert np.isnan(now.after.customer_pressure_mpa[1])
    assert now.low_before == 0
    assert now.newly_low.tolist() == np.flatnonzero(now.after.customer_pressure_mpa < 0.46).tolist() != []
    assert effect.peak.before.hour == inputs.peak_hour(model.city) != 3.0


def test_one_run_serves_where_the_hour_is_the_peak() -> None:
    model, inputs = ready(line(), peak_hour=5.0)
    plan = plan_isolation(model, PipeTarget(2))
    assert isinstance(plan, IsolationPlan)
    effect = compare(model, plan, inputs, 5.0)
    assert isinstance(effect, HydraulicEffect)
    assert effect.present is effect.peak


@pytest.mark.parametrize("peak_hour", [5.0, 19.0])
def test_each_of_several_plans_is_compared_with_the_city_solved_once(
    monkeypatch: pytest.MonkeyPatch, peak_hour: float
) -> None:
    draft = Draft().chain("r", "a", "b", "c", "r").source("R", node="r")
    for pipe in ("ra", "ab", "bc"):
        draft.device(f"{pipe}1", pipe=pipe, at=10.0).device(f"{pipe}2", pipe=pipe, at=90.0)
    draft.customer("k", "ab", 0.0, category="fire_service").customer("m", "bc", 95.0, category="fire_service")
    model, inputs = ready(draft, 4000.0, low_mpa=0.46, peak_hour=peak_hour)
    plans = [plan for row in range(3) if isinstance(plan := plan_isolation(model, PipeTarget(row)), IsolationPlan)]
    alone = [compare(model, plan, inputs, 5.0) for plan in plans]
    texts: list[int] = []
    real = hydraulic_effect.run_in_child

    def second_plan_is_late(limit: float, name: str, asked: tuple[str, ...], **more: Any) -> Any:
        texts.append(len(asked))
        if len(texts) == 3:
            raise NetworkError("child_timeout", seconds=limit)
        return real(limit, name, asked, **more)

    monkeypatch.setattr(hydraulic_effect, "run_in_child", second_plan_is_late)
    shares: list[float] = []
    first, second, third = compare_each(model, plans, inputs, 5.0, progress=shares.append)
    assert shares == [0.25, 0.5, 0.75]
    assert texts == [1 if peak_hour == 5.0 else 2] * 4
    assert second == HydraulicsFailed("hydraulics_timeout", {"seconds": inputs.settings.timeout_s})
    for found, expected in ((first, alone[0]), (third, alone[2])):
        assert isinstance(found, HydraulicEffect)
        assert isinstance(expected, HydraulicEffect)
        for one, other in ((found.present, expected.present), (found.peak, expected.peak)):
            assert one.newly_low.tolist() == other.newly_low.tolist()
            assert np.allclose(one.after.node_head_m, other.after.node_head_m, equal_nan=True)
    assert any(len(one.present.newly_low) for one in alone if isinstance(one, HydraulicEffect))


def test_the_whole_network_dry_is_an_answer_too() -> None:
    model, inputs = ready(Draft().chain("r", "a").source("R", node="r").device("v", pipe="ra", at=0.001))
    plan = plan_isolation(model, PipeTarget(0))
    assert isinstance(plan, CannotIsolate | IsolationPlan)
    effect = compare(model, plan.if_stopped if isinstance(plan, CannotIsolate) else plan, inputs, 3.0)
    assert isinstance(effect, HydraulicEffect)
    assert np.isnan(effect.present.after.node_head_m).all()
    assert effect.present.after.delivered_m3_h == 0.0


def test_a_plan_that_needs_its_source_stopped_is_shown_with_it_stopped() -> None:
    draft = Draft().chain("r", "a", "s").source("R", node="r").source("S", node="s").device("v", pipe="as", at=50.0)
    model, inputs = ready(draft.customer("k", "as", 90.0))
    failed = plan_isolation(model, PipeTarget(0))
    assert isinstance(failed, CannotIsolate)
    effect = compare(model, failed.if_stopped, inputs, 3.0)
    assert isinstance(effect, HydraulicEffect)
    assert np.isnan(effect.present.after.node_head_m).tolist() == [True, True, False]
    assert effect.present.after.source_flow_m3_s[0] == 0.0


def test_a_branch_valve_takes_its_customer_alone() -> None:
    draft = line().device("own", kind="SERVICE", pipe="bc", at=90.0)
    draft.customer("branch", "bc", 90.0, branch_valve="own", category="fire_service")
    model, inputs = ready(draft)
    plan = plan_isolation(model, CustomerTarget(1))
    assert isinstance(plan, IsolationPlan)
    effect = compare(model, plan, inputs, 3.0)
    assert isinstance(effect, HydraulicEffect)
    assert np.isnan(effect.present.after.customer_pressure_mpa).tolist() == [False, True]
    assert effect.present.after.wanted_m3_h == pytest.approx(effect.present.before.wanted_m3_h / 2.0)


def test_customers_of_a_station_draw_at_its_tap() -> None:
    draft = line().station("E", "ab", 100.0).customer("up", station="E", category="fire_service")
    model, inputs = ready(draft, 2400.0)
    found = solved(model, inputs)
    assert found.pipe_flow_m3_s[1] == pytest.approx(2.0 * found.pipe_flow_m3_s[2])
    assert np.isnan(found.customer_pressure_mpa[1])


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize("twice", [False, True])
def test_check_valves_let_water_one_way(way: int, twice: bool) -> None:
    """Two sources of unlike heads: water comes from the higher one, unless the check valve looks at it."""
    draft = Draft().chain("r", "a", "s").source("R", node="r").source("S", node="s")
    draft.device("cv", "CHECK", pipe="ra", at=50.0, direction=way)
    if twice:
        draft.device("other", "CHECK", pipe="ra", at=50.005, direction=way).device(
            "third", "CHECK", pipe="ra", at=50.01, direction=way
        ).device("fourth", "CHECK", pipe="ra", at=70.0, direction=way)
        draft.device("fifth", "CHECK", pipe="ra", at=80.0, direction=way)
    model, inputs = ready(draft)
    found = solved(model, replace(inputs, source_head_m=np.array([60.0, 50.0])))
    assert (found.pipe_flow_m3_s[0] > 0.001) == (way > 0)
    back = solved(model, replace(inputs, source_head_m=np.array([50.0, 60.0])))
    assert (back.pipe_flow_m3_s[0] < -0.001) == (way < 0)


def test_a_check_between_two_legs_and_a_valve_that_controls_nothing() -> None:
    draft = Draft().chain("r", "a", "b", "s").source("R", node="r").source("S", node="s")
    draft.device("cv", "CHECK", node="a", toward="ab").device("fcv", "FCV", pipe="bs", at=20.0, direction=1)
    model, inputs = ready(draft)
    found = solved(model, replace(inputs, source_head_m=np.array([60.0, 50.0])))
    assert (found.pipe_flow_m3_s > 0.001).all()
    back = solved(model, replace(inputs, source_head_m=np.array([50.0, 60.0])))
    assert np.abs(back.pipe_flow_m3_s).max() < 1e-5


def test_an_open_gate_between_two_legs_and_a_source_in_mid_pipe() -> None:
    draft = Draft().chain("a", "b", "c").source("R", pipe="ab", at=50.0).device("g", node="b")
    model, inputs = ready(draft.customer("k", "bc", 100.0, category="fire_service"), 2400.0)
    found = solved(model, inputs)
    assert head_of(model, found, "a") == pytest.approx(50.0, abs=1e-6)
    assert found.pipe_flow_m3_s.tolist() == pytest.approx([found.source_flow_m3_s[0]] * 2)


def test_control_valves_hold_what_they_are_set_to() -> None:
    """In one row, touching each other and the source, so that stubs must part them."""
    draft = Draft().chain("r", "a", "b", "c").source("R", node="r")
    draft.device("prv", "PRV", pipe="ra", at=0.0, node="r", direction=1, toward="ra")
    draft.device("prv2", "PRV", pipe="ab", at=0.0, node="a", direction=1, toward="ab")
    draft.device("fcv", "FCV", pipe="bc", at=50.0, direction=1).customer("k", "bc", 100.0, category="fire_service")
    model, inputs = ready(draft, 240.0, pressure_driven=True, accuracy=1e-4)
    setting = np.array([40.0, 30.0, 1000.0])
    found = solved(model, replace(inputs, device_setting=setting))
    assert head_of(model, found, "a") == pytest.approx(40.0, abs=0.05)
    assert head_of(model, found, "b") == pytest.approx(30.0, abs=0.05)
    shut = solved(model, replace(inputs, device_setting=setting, device_off=np.array([False, True, False])))
    assert shut.pipe_flow_m3_s[2] == pytest.approx(0.0, abs=1e-3)
    sustained = Draft().chain("r", "a", "b").source("R", node="r").device("psv", "PSV", pipe="ab", at=50.0, direction=1)
    model, inputs = ready(sustained.customer("k", "ab", 100.0, category="fire_service"), 240.0, pressure_driven=True)
    found = solved(model, replace(inputs, device_setting=np.array([48.0])))
    assert head_of(model, found, "a") >= 48.0 - 1e-3


def test_zones_set_prvs_and_lift_pumps() -> None:
    draft = Draft().chain("r", "a", "b").pipe("ra2", "r", "x").chain("x", "y").source("R", node="r")
    draft.device("prv", "PRV", pipe="ab", at=50.0, direction=1).device("p", "PUMP", pipe="xy", at=50.0, direction=-1)
    draft.pipe("yr", "y", "r").device("q", "PUMP", pipe="ra2", at=50.0)
    heads = {"r": 60.0, "a": 60.0, "b": 40.0, "x": 90.0, "y": 60.0}
    city = draft.city()
    zone_m = np.array([heads[name] for name in city.network.nodes.ids])
    _, inputs = ready(draft, zone_m=zone_m)
    assert inputs.device_setting[0] == 40.0 - inputs.settings.prv_below_m
    assert inputs.pumps[1].head_m[1] == pytest.approx(30.0)
    assert inputs.pumps[2].head_m[1] in {inputs.settings.lift_m, 30.0}


@pytest.mark.parametrize(
    ("curve", "off", "state"),
    [
        (PumpCurve((0.0, 100.0, 200.0), (30.0, 25.0, 10.0)), False, PumpState.RUNNING),
        (PumpCurve((0.0, 100.0, 200.0), (30.0, 25.0, 10.0)), True, PumpState.OFF),
        (PumpCurve((0.0, 1.0, 2.0), (8.0, 6.0, 1.0)), False, PumpState.BEYOND_CURVE),
        (PumpCurve(power_kw=2.0), False, PumpState.RUNNING),
    ],
)
def test_pumps(curve: PumpCurve, off: bool, state: PumpState) -> None:
    draft = Draft().chain("r", "a", "b").source("R", node="r").device("p", "PUMP", pipe="ra", at=50.0, direction=1)
    model, inputs = ready(draft.customer("k", "ab", 100.0, category="fire_service"), 480.0)
    found = solved(model, replace(inputs, pumps={0: curve}, device_off=np.array([off])))
    assert found.pumps == {0: state}
    if not np.isnan(curve.power_kw):
        flow_m3_s = float(found.pipe_flow_m3_s[0])
        c = float(inputs.roughness[0])
        lift_m = head_of(model, found, "a") + loss_m(flow_m3_s * 3600.0, 100.0, c) - 50.0
        assert 9.81 * flow_m3_s * lift_m == pytest.approx(curve.power_kw, rel=0.01)


def test_a_pump_that_cannot_lift_is_trouble_after_the_plan() -> None:
    draft = Draft().chain("r", "a", "b", "t").source("R", node="r").source("T", "TANK", node="t")
    draft.device("p", "PUMP", pipe="ra", at=50.0, direction=1).device("v", pipe="bt", at=50.0)
    model, inputs = ready(draft.customer("k", "ab", 100.0, category="fire_service").customer("e", "bt", 90.0))
    high = replace(inputs, source_head_m=np.array([50.0, 200.0]))
    found = solved(model, high)
    assert found.pumps == {0: PumpState.CANNOT_LIFT}
    assert HydraulicWarning.PUMPS in found.warnings
    effect = compare(model, IsolationPlan(PipeTarget(2)), high, 3.0)
    assert isinstance(effect, HydraulicEffect)
    assert effect.present.pump_trouble == {0: PumpState.CANNOT_LIFT}


def test_tanks_empty_in_volume_over_outflow() -> None:
    draft = Draft().chain("r", "a", "t").pipe("tb", "t", "b").source("R", node="r").source("T", "TANK", node="t")
    draft.device("v", pipe="ra", at=50.0).customer("k", "tb", 100.0, category="fire_service")
    city = draft.city()
    sources = replace(city.network.sources, volume_m3=np.array([0.0, 500.0], dtype=np.float32))
    city = replace(city, network=replace(city.network, sources=sources))
    model = prepare(city, recorded(city))
    settings = HydraulicSettings(pressure_driven=False)
    inputs = hydraulic_inputs(
        model, StatedHydraulics(np.array([240.0]), np.array([80.0, 50.0])), year=2024, settings=settings
    )
    plan = IsolationPlan(PipeTarget(0), region=np.array([model.structure.segmentation.part_segment[0]], dtype=np.int32))
    effect = compare(model, plan, inputs, 3.0)
    assert isinstance(effect, HydraulicEffect)
    drawn_m3_h = float(inputs.customer_demand_m3_h(city, 3.0)[0])
    assert effect.present.tank_hours_before.tolist() == pytest.approx([np.nan, np.inf], nan_ok=True)
    assert effect.present.tank_hours.tolist() == pytest.approx([np.nan, 500.0 / drawn_m3_h], nan_ok=True)


def test_a_pump_with_a_tank_of_its_own_goes_on_without_its_suction() -> None:
    draft = Draft().chain("r", "a", "b").source("R", node="r").device("v", pipe="ra", at=50.0, position="CLOSED")
    draft.device("p", "PUMP", pipe="ab", at=50.0, direction=1, storage_m3=500.0)
    model, inputs = ready(draft.customer("k", "ab", 100.0, category="fire_service"))
    assert wet_now(model).sum() == 2
    found = solved(model, inputs)
    assert head_of(model, found, "b") > 10.0
    assert np.isnan(head_of(model, found, "a"))
    assert found.customer_pressure_mpa[0] > 0.0


def test_low_pressure_leaves_part_of_the_demand() -> None:
    model, inputs = ready(line(), 24_000.0, pressure_driven=True)
    found = solved(model, inputs)
    assert found.delivered_m3_h < 0.9 * found.wanted_m3_h
    draws_all = solved(model, replace(inputs, settings=replace(inputs.settings, pressure_driven=False)))
    assert draws_all.delivered_m3_h == pytest.approx(draws_all.wanted_m3_h)
    assert HydraulicWarning.NEGATIVE in draws_all.warnings


def test_a_network_without_a_source_says_so() -> None:
    model, inputs = ready(Draft().chain("a", "b"))
    assert snapshot(model, inputs, 3.0) == HydraulicsFailed("hydraulics_no_source")
    plan = plan_isolation(model, PipeTarget(0))
    assert isinstance(plan, IsolationPlan)
    assert compare(model, plan, inputs, 3.0) == HydraulicsFailed("hydraulics_no_source")
    assert compare_each(model, [plan] * 2, inputs, 3.0) == (HydraulicsFailed("hydraulics_no_source"),) * 2


def test_no_convergence_is_told() -> None:
    model, inputs = ready(line(), 2400.0, trials=1)
    assert snapshot(model, inputs, 3.0) == HydraulicsFailed("hydraulics_not_converged", {"trials": 1})


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("child_timeout", "hydraulics_timeout"),
        ("child_crashed", "hydraulics_crashed"),
        ("inp_broken", "hydraulics_rejected"),
        ("hydraulics_unsolvable", "hydraulics_unsolvable"),
    ],
)
def test_failures_of_the_engine_are_answers(monkeypatch: pytest.MonkeyPatch, code: str, told: str) -> None:
    def fail(*_: object, **__: object) -> tuple[Solved, ...]:
        raise NetworkError(code, error=7)

    monkeypatch.setattr(hydraulic_effect, "run_in_child", fail)
    model, inputs = ready(line())
    assert snapshot(model, inputs, 3.0) == HydraulicsFailed(told, {"error": 7})


def test_an_empty_city_and_sources_without_water_or_place() -> None:
    model, inputs = ready(Draft())
    assert lay_out(model, wet_now(model)).points == 0
    model, inputs = ready(Draft().source("R").node("n"))
    found = solved(model, inputs)
    assert np.isnan(found.node_head_m).all()
    assert found.pipe_flow_m3_s.tolist() == []


def test_two_sources_on_one_spot_and_a_pump_round_a_short_pipe() -> None:
    """The first source rules; a pump both of whose ends are one point is nothing."""
    draft = Draft().chain("r", "a").source("R", node="r").source("S", node="r")
    draft.pipe("ring", "a", "a2", 0.004).pipe("back", "a2", "a", 0.004).device(
        "p", "PUMP", pipe="ring", at=0.002, direction=1
    )
    model, inputs = ready(draft.customer("k", "ra", 100.0, category="fire_service"))
    found = solved(model, replace(inputs, source_head_m=np.array([50.0, 70.0])))
    assert head_of(model, found, "r") == pytest.approx(50.0)
    assert found.pumps == {}


def test_opening_a_closed_valve_is_asked_by_other_states() -> None:
    model, inputs = ready(line().device("shut", pipe="bc", at=80.0, position="CLOSED"))
    row = model.city.network.devices.ids.find("shut")
    opened = model.with_states(model.states.with_positions([row], Position.OPEN))
    assert np.isnan(head_of(model, solved(model, inputs), "c"))
    assert not np.isnan(head_of(opened, solved(opened, inputs), "c"))


def test_large_models_are_solved_one_by_one_and_say_how_far_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = Draft().chain("r", "a", "b", "c", "r").source("R", node="r")
    draft.device("ra1", pipe="ra", at=10.0).device("ab1", pipe="ab", at=90.0).customer("k", "bc", 50.0)
    model, inputs = ready(draft, 4000.0, timeout_s=7.0, timeout_each_link_s=2.0)
    plan = plan_isolation(model, PipeTarget(0))
    assert isinstance(plan, IsolationPlan)
    together = compare(model, plan, inputs, 3.0, progress=lambda _share: pytest.fail("small ones take no time"))
    asked: list[tuple[float, int]] = []
    real = hydraulic_effect.run_in_child

    def noted(limit: float, name: str, texts: tuple[str, ...], **more: Any) -> Any:
        asked.append((limit, len(texts)))
        return real(limit, name, texts, **more)

    monkeypatch.setattr(hydraulic_effect, "run_in_child", noted)
    compare(model, plan, inputs, 3.0)
    monkeypatch.setattr(hydraulic_effect, "_TOGETHER_LINKS", 0)
    shares: list[float] = []
    apart = compare(model, plan, inputs, 3.0, progress=shares.append)
    (all_s, count), *each = asked
    assert count == len(each) == 4
    assert shares == [0.0, 0.25, 0.5, 0.75]
    assert [texts for _, texts in each] == [1, 1, 1, 1]
    # Every run has its own patience, and what its links add.
    assert sum(limit - 7.0 for limit, _ in each) == all_s - 7.0 > 0.0
    assert isinstance(apart, HydraulicEffect)
    assert isinstance(together, HydraulicEffect)
    for one, other in ((apart.present, together.present), (apart.peak, together.peak)):
        assert np.array_equal(one.after.node_head_m, other.after.node_head_m, equal_nan=True)
        assert np.array_equal(one.before.node_head_m, other.before.node_head_m, equal_nan=True)
