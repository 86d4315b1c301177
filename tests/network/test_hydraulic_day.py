"""A day with an outage in its midst on small cities: legs, what tanks carry over, what goes wrong; in this process."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from small_city import Draft, recorded

from network import hydraulic_day, hydraulics
from network.answers import IsolationPlan, PipeTarget
from network.assets import SourceKind
from network.errors import NetworkError
from network.hydraulic_day import DayEffect, InputsFrom, Run, day_of, hourly, undisturbed_day
from network.hydraulic_defaults import HydraulicSettings, PumpCurve
from network.hydraulic_effect import HydraulicsFailed
from network.hydraulic_inputs import HydraulicInputs, StatedHydraulics, hydraulic_inputs
from network.hydraulic_records import HydraulicWarning, SolvedLeg
from network.isolation import plan_isolation
from network.supply import SupplyModel, prepare


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hydraulic_day, "run_in_child", lambda _limit, _name, runs, **_more: hydraulics.solve_runs(runs))


def ready(draft: Draft, volume_m3: float = 0.0, demand_m3_d: float = 2400.0) -> tuple[SupplyModel, HydraulicInputs]:
    city = draft.city()
    if volume_m3:
        sources = city.network.sources
        volumes = np.where(sources.kind == SourceKind.TANK, volume_m3, 0.0).astype(np.float32)
        city = replace(city, network=replace(city.network, sources=replace(sources, volume_m3=volumes)))
    model = prepare(city, recorded(city))
    heads = np.where(city.network.sources.kind == SourceKind.TANK, 48.0, 50.0)
    stated = StatedHydraulics(np.full(len(city.customers), demand_m3_d), heads)
    settings = HydraulicSettings(pressure_driven=False, accuracy=1e-9)
    return model, hydraulic_inputs(model, stated, year=2024, settings=settings)


def town() -> Draft:
    """r — a — b — c, a plant at r, a tank at c, customers on ab and bc; a valve at each end of ra."""
    draft = Draft().chain("r", "a", "b", "c").source("R", node="r").source("T", kind="TANK", node="c")
    draft.device("v1", pipe="ra", at=10.0).device("v2", pipe="ra", at=90.0)
    return draft.customer("k", "ab", 50.0, category="fire_service").customer("m", "bc", 0.0, category="fire_service")


def plan_for(model: SupplyModel, pipe: int = 0) -> IsolationPlan:
    plan = plan_isolation(model, PipeTarget(pipe))
    assert isinstance(plan, IsolationPlan)
    return plan


def day(model: SupplyModel, steps: tuple[InputsFrom, ...], start_h: float, end_h: float, **more: Any) -> DayEffect:
    found = day_of(model, more.get("plan") or plan_for(model), steps, start_h, end_h)
    assert isinstance(found, DayEffect), found
    return found


def level_m(run: Any, at: int) -> float:
    return float(run.snapshots[at].node_head_m[3])


def test_steps_go_hour_by_hour_round_the_clock() -> None:
    _, inputs = ready(town())
    steps = hourly(inputs, 22.0)
    assert [step.at_h for step in steps] == [float(hour) for hour in range(25)]
    assert [step.hour for step in steps[:4]] == [22.0, 23.0, 0.0, 1.0]


def test_the_tank_empties_while_the_main_is_shut_and_fills_again() -> None:
    model, inputs = ready(town(), volume_m3=4000.0)
    found = day(model, hourly(inputs, 0.0), 2.0, 8.0)
    assert found.before.at_h == tuple(float(hour) for hour in range(25))
    assert found.after.at_h == (0.0, 1.0, 2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 8.0, *map(float, range(9, 25)))
    after = found.after
    start, end = after.at_h.index(2.0) + 1, after.at_h.index(8.0)
    assert level_m(after, start) == pytest.approx(level_m(found.before, 2), abs=1e-3)
    # Six hours of both customers' draw out of 1,000 m2.
    drawn_m3_h = float(sum(inputs.customer_demand_m3_h(model.city, hour).sum() for hour in range(2, 8)))
    assert level_m(after, start) - level_m(after, end) == pytest.approx(drawn_m3_h / 1000.0, rel=1e-3)
    assert level_m(after, end + 1) == pytest.approx(level_m(after, end), abs=1e-3)
    assert level_m(after, len(after.at_h) - 1) > level_m(after, end)
    assert not after.broken_off
    assert np.isnan(after.snapshots[start].node_head_m[0]) == np.isnan(after.snapshots[end].node_head_m[0])


def test_without_a_recorded_volume_a_tank_holds_its_level() -> None:
    model, inputs = ready(town())
    found = day(model, hourly(inputs, 0.0), 2.0, 8.0)
    assert {round(level_m(found.after, at), 6) for at in range(len(found.after.at_h))} == {48.0}


def test_an_outage_may_last_the_whole_day_or_beyond_it() -> None:
    model, inputs = ready(town(), volume_m3=400_000.0)
    whole = day(model, hourly(inputs, 6.0), 0.0, 90.0)
    assert (whole.start_h, whole.end_h) == (0.0, 24.0)
    assert whole.after.at_h == whole.before.at_h
    assert whole.after.snapshots[5].hour == 11.0


def test_a_tank_that_runs_full_between_two_hours_stops_there() -> None:
    model, inputs = ready(town(), volume_m3=40.0, demand_m3_d=24.0)
    found = day(model, hourly(inputs, 0.0), 2.0, 8.0)
    top_m = float(inputs.tanks.top_m[1])
    assert level_m(found.before, 1) == pytest.approx(top_m, abs=1e-3)


def test_where_nothing_has_water_there_are_no_pressures_and_no_fault() -> None:
    draft = Draft().chain("r", "a").source("R", node="r").device("v", pipe="ra", at=10.0).customer("k", "ra", 50.0)
    model, inputs = ready(draft)
    plan = IsolationPlan(
        PipeTarget(0), region=np.arange(2, dtype=np.int32), isolated_segments=np.arange(2, dtype=np.int32)
    )
    found = day(model, hourly(inputs, 0.0), 2.0, 4.0, plan=plan)
    middle = found.after.at_h.index(3.0)
    assert np.isnan(found.after.snapshots[middle].customer_pressure_mpa).all()
    assert not np.isnan(found.after.snapshots[0].customer_pressure_mpa).any()


def test_pumps_and_mains_follow_a_calibrated_day() -> None:
    """A pump that stops at the second hour, a main that opens at the third, a reservoir that rises."""
    draft = Draft().chain("r", "a", "b").chain("a", "d", "b").source("R", node="r").customer("k", "ab", 90.0)
    draft.device("pump", kind="PUMP", pipe="ra", at=50.0, direction=1)
    draft.device("v1", pipe="ad", at=50.0).device("v2", pipe="db", at=50.0)
    model, plain = ready(draft)
    pump, main = model.city.network.devices.ids.find("pump"), model.city.network.pipes.ids.find("ad")
    pumps = {pump: PumpCurve((0.0, 200.0, 400.0), (30.0, 25.0, 10.0))}
    shut = np.zeros(len(model.city.network.pipes), dtype=np.bool_)
    shut[main] = True
    off = np.zeros(len(model.city.network.devices), dtype=np.bool_)
    off[pump] = True
    first = replace(plain, hour=0.0, pumps=pumps, pipe_shut=shut)
    steps = (
        InputsFrom(0.0, 0.0, first),
        InputsFrom(1.0, 1.0, replace(first, source_head_m=np.array([60.0]))),
        InputsFrom(2.0, 2.0, replace(first, pipe_shut=~shut & shut)),
        InputsFrom(3.0, 3.0, replace(first, device_off=off)),
        InputsFrom(4.0, 4.0, first),
    )
    found = day(model, steps, 4.0, 4.0, plan=IsolationPlan(PipeTarget(main)))
    heads = [one.node_head_m[model.city.network.nodes.ids.find("a")] for one in found.before.snapshots]
    flows = [abs(float(one.pipe_flow_m3_s[main])) for one in found.before.snapshots]
    assert heads[1] == pytest.approx(heads[0] + 10.0, abs=0.3)
    assert flows[0] == pytest.approx(0.0, abs=1e-9)
    assert flows[2] > 1e-4
    assert flows[4] == pytest.approx(0.0, abs=1e-9)
    assert HydraulicWarning.DISCONNECTED in found.before.warnings or heads[3] < heads[2]


def test_a_city_without_a_source_has_no_day() -> None:
    model, inputs = ready(Draft().chain("a", "b"))
    found = day_of(model, IsolationPlan(PipeTarget(0)), hourly(inputs, 0.0), 1.0, 2.0)
    assert isinstance(found, HydraulicsFailed)
    assert found.code == "hydraulics_no_source"


@pytest.mark.parametrize(
    ("raised", "code"), [("child_timeout", "hydraulics_timeout"), ("hydraulics_unsolvable", "hydraulics_unsolvable")]
)
def test_faults_of_the_engine_are_answers(monkeypatch: pytest.MonkeyPatch, raised: str, code: str) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise NetworkError(raised, seconds=1.0)

    monkeypatch.setattr(hydraulic_day, "run_in_child", fail)
    model, inputs = ready(town())
    found = day_of(model, plan_for(model), hourly(inputs, 0.0), 1.0, 2.0)
    assert isinstance(found, HydraulicsFailed)
    assert found.code == code


@pytest.mark.parametrize(("come", "broken"), [(0, None), (3, True), (25, False)])
def test_a_day_that_does_not_converge_ends_where_it_did(
    monkeypatch: pytest.MonkeyPatch, come: int, broken: bool | None
) -> None:
    def cut(_limit: float, _name: str, runs: Any, **_more: Any) -> Any:
        solved = hydraulics.solve_runs(runs)
        whole = solved[0][0]
        return ((SolvedLeg(whole.moments[:come], (HydraulicWarning.UNBALANCED,)),), solved[1])

    monkeypatch.setattr(hydraulic_day, "run_in_child", cut)
    model, inputs = ready(town())
    found = day_of(model, plan_for(model), hourly(inputs, 0.0), 1.0, 2.0)
    if broken is None:
        assert isinstance(found, HydraulicsFailed)
        assert found.code == "hydraulics_not_converged"
        return
    assert isinstance(found, DayEffect)
    assert found.before.broken_off is broken
    assert len(found.before.at_h) == come
    assert found.before.warnings == (HydraulicWarning.UNBALANCED,)


def test_after_a_leg_that_breaks_off_no_other_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(_limit: float, _name: str, runs: Any, **_more: Any) -> Any:
        before, after = hydraulics.solve_runs(runs)
        return before, (SolvedLeg(after[0].moments[:1], ()),)

    monkeypatch.setattr(hydraulic_day, "run_in_child", cut)
    model, inputs = ready(town())
    found = day(model, hourly(inputs, 0.0), 2.0, 4.0)
    assert found.after.at_h == (0.0,)
    assert found.after.broken_off


def test_demands_are_those_of_the_hour() -> None:
    model, inputs = ready(town(), demand_m3_d=240.0)
    found = day(model, hourly(inputs, 0.0), 2.0, 4.0)
    for at in (0, 7, 19):
        wanted = float(inputs.customer_demand_m3_h(model.city, float(at)).sum())
        assert found.before.snapshots[at].delivered_m3_h == pytest.approx(wanted, rel=1e-6)


def test_an_undisturbed_day_is_the_day_before_any_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    model, inputs = ready(town(), volume_m3=4000.0)
    found = undisturbed_day(model, hourly(inputs, 0.0))
    assert isinstance(found, Run)
    assert np.array_equal(
        found.snapshots[7].node_head_m, day(model, hourly(inputs, 0.0), 2.0, 8.0).before.snapshots[7].node_head_m
    )
    nowhere, dry = ready(Draft().chain("a", "b"))
    assert isinstance(undisturbed_day(nowhere, hourly(dry, 0.0)), HydraulicsFailed)

    def fail(*_: Any, **__: Any) -> Any:
        raise NetworkError("child_timeout", seconds=1.0)

    monkeypatch.setattr(hydraulic_day, "run_in_child", fail)
    assert isinstance(undisturbed_day(model, hourly(inputs, 0.0)), HydraulicsFailed)
    monkeypatch.setattr(hydraulic_day, "run_in_child", lambda *_, **__: ((SolvedLeg((), ()),),))
    assert isinstance(undisturbed_day(model, hourly(inputs, 0.0)), HydraulicsFailed)
