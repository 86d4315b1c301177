"""A day of Net3, hour by hour and node by node, against EPANET's own extended run of the file.

Tanks fill and empty and a pump is switched by the clock. The controls by a tank's level, which switch a pump and its
bypass for each other, are left out of the file for both: the city has the bypass as a closed valve, and who has water
is for topology to say. Tanks are made higher, for EPANET shuts a full one off and leaves the nodes behind it a head
that means nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from epanet import toolkit as en
from test_reference_hydraulics import M_PER_FOOT, Known, known

from network.answers import IsolationPlan, PipeTarget
from network.calibration import calibrated, read_calibrated_day
from network.hydraulic_day import DayEffect, InputsFrom, Run, day_of
from network.hydraulic_effect import wet_after
from network.hydraulic_inputs import StatedHydraulics, hydraulic_inputs
from network.isolation import plan_isolation

SAME_M = 2e-3
"""EPANET's unit conversions of feet and gallons leave so much after a day of filling and emptying tanks."""
OUT_FROM_H, OUT_TO_H = 5.0, 11.0


@pytest.fixture(autouse=True)
def _quiet(recwarn: pytest.WarningsRecorder) -> None:
    """EPANET's toolkit warns of negative pressures, which both runs have."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Net3 without its controls by level, its tanks higher."""
    lines = known("Net3").path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.strip().upper().startswith("LINK") or " NODE " not in line.upper()]
    assert len(lines) - len(kept) == 4
    begin = kept.index("[TANKS]") + 2
    for at in range(begin, begin + 3):
        # Id, elevation, first, lowest and highest level: with 60 ft more none runs full.
        fields = kept[at].replace(";", "").split()
        kept[at] = " ".join([*fields[:4], str(float(fields[4]) + 60.0), *fields[5:]])
    path = tmp_path / "Net3 by the clock.inp"
    path.write_text("\n".join(kept), encoding="utf-8")
    return path


def steps_of(town: Known, file: Path) -> tuple[InputsFrom, ...]:
    plain = hydraulic_inputs(town.model, StatedHydraulics(), year=2024, settings=town.inputs.settings)
    day = read_calibrated_day(file, 0.0, 24.0)
    return tuple(InputsFrom(one.hour, one.hour % 24.0, calibrated(town.model.city, plain, one).inputs) for one in day)


def direct(file: Path, at_step: Callable[[en.Project, float], None]) -> dict[float, dict[str, float]]:
    """Heads in m by hour and node of EPANET's own run; *at_step* may change the project before each solution."""
    project = en.createproject()
    found: dict[float, dict[str, float]] = {}
    try:
        en.open(project, str(file), str(file.with_suffix(".rpt")), "")
        en.setoption(project, en.ACCURACY, 1e-8)
        en.settimeparam(project, en.DURATION, 24 * 3600)
        en.openH(project)
        en.initH(project, 0)
        at_s = 0
        while True:
            at_step(project, at_s / 3600.0)
            en.runH(project)
            count = en.getcount(project, en.NODECOUNT)
            found[at_s / 3600.0] = {
                en.getnodeid(project, row): en.getnodevalue(project, row, en.HEAD) * M_PER_FOOT
                for row in range(1, count + 1)
            }
            step_s = en.nextH(project)
            if step_s <= 0:
                return found
            at_s += step_s
    finally:
        en.deleteproject(project)


def assert_same(town: Known, run: Run, heads: dict[float, dict[str, float]], hours: list[float]) -> None:
    names = list(town.model.city.network.nodes.ids)
    for hour in hours:
        at = max(row for row, at_h in enumerate(run.at_h) if abs(at_h - hour) < 1e-9)
        own_m = run.snapshots[at].node_head_m
        wet = ~np.isnan(own_m)
        expected_m = np.array([heads[hour][name] for name in names])
        assert np.abs(own_m - expected_m)[wet].max() < SAME_M, hour


def test_the_undisturbed_day_is_epanets_own(file: Path) -> None:
    town = known("Net3")
    steps = steps_of(town, file)
    plan = plan_isolation(town.model, PipeTarget(town.model.city.network.pipes.ids.find("121")))
    assert isinstance(plan, IsolationPlan)
    effect = day_of(town.model, plan, steps, 24.0, 24.0)
    assert isinstance(effect, DayEffect), effect
    heads = direct(file, lambda _project, _hour: None)
    hours = [float(hour) for hour in range(25)]
    assert_same(town, effect.before, heads, hours)
    assert_same(town, effect.after, heads, hours)
    levels_m = np.array([one.node_head_m for one in effect.before.snapshots])
    tank = town.model.city.network.nodes.ids.find("1")
    assert np.ptp(levels_m[:, tank]) > 1.0, "the tanks do fill and empty"


def test_an_outage_is_epanets_run_with_the_same_links_shut_meanwhile(file: Path) -> None:
    town = known("Net3")
    steps = steps_of(town, file)
    network = town.model.city.network
    compared = 0
    for name in ("121", "173", "229", "191"):
        plan = plan_isolation(town.model, PipeTarget(network.pipes.ids.find(name)))
        if not isinstance(plan, IsolationPlan) or not len(plan.isolated):
            continue
        dry = ~wet_after(town.model, plan)
        nodes = np.flatnonzero(dry[town.model.structure.segmentation.vertex_segment[: len(network.nodes)]]).tolist()
        ends = np.isin(network.pipes.from_node, nodes) | np.isin(network.pipes.to_node, nodes)
        rows = np.unique(np.concatenate([plan.isolated.pipes, plan.unintended.pipes, np.flatnonzero(ends)]))
        shut = [network.pipes.ids[row] for row in rows.tolist()]
        effect = day_of(town.model, plan, steps, OUT_FROM_H, OUT_TO_H)
        assert isinstance(effect, DayEffect), effect
        heads = direct(file, _shutting(shut, [network.nodes.ids[row] for row in nodes]))
        inside = [hour for hour in range(25) if hour != OUT_TO_H]
        assert_same(town, effect.after, heads, [float(hour) for hour in inside])
        dry_at = [np.isnan(one.node_head_m).any() for one in effect.after.snapshots]
        outside = [at < OUT_FROM_H or at > OUT_TO_H for at in effect.after.at_h]
        assert not any(bool(one) and out for one, out in zip(dry_at, outside, strict=True))
        compared += 1
    assert compared >= 2


def _shutting(shut: list[str], dry: list[str]) -> Callable[[en.Project, float], None]:
    """Links shut, and demands of dry nodes taken out, while the outage lasts."""
    drawn: dict[str, float] = {}

    def at_step(project: en.Project, hour: float) -> None:
        nodes = {name: en.getnodeindex(project, name) for name in dry}
        if not drawn:
            drawn.update({name: en.getbasedemand(project, node, 1) for name, node in nodes.items()})
        out = OUT_FROM_H <= hour < OUT_TO_H
        for name in shut if hour in {OUT_FROM_H, OUT_TO_H} else ():
            en.setlinkvalue(project, en.getlinkindex(project, name), en.STATUS, float(not out))
        for name, node in nodes.items():
            en.setbasedemand(project, node, 1, 0.0 if out else drawn[name])

    return at_step
