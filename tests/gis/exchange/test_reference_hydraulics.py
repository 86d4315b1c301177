"""Pressures after a plan on Net3 and Net6, against EPANET's own run of the file with the same links closed.

EPANET's unit conversions of feet and gallons carry some 1e-6 of noise, so heads agree within a millimetre.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import wntr
from epanet import toolkit as en

from gis.exchange.assemble import settle
from gis.exchange.inp import InpOptions, inp_layers, inp_source
from gis.fault_log import FaultLog
from gis.noding import NodingOptions, build_city
from network.answers import CannotIsolate, IsolationPlan, PipeTarget
from network.calibration import calibrated, read_calibration
from network.hydraulic_defaults import HydraulicSettings
from network.hydraulic_effect import HydraulicEffect, Snapshot, compare, snapshot, wet_after
from network.hydraulic_inputs import HydraulicInputs, StatedHydraulics, hydraulic_inputs
from network.inp import LinkKind, read_inp
from network.isolation import plan_isolation
from network.supply import SupplyModel, prepare
from network.topology import DeviceStates

NETWORKS = Path(wntr.__file__).parent / "library" / "networks"
SAME_M = 1e-3
M_PER_FOOT = 0.3048
M3_S_PER_GPM = 6.30901964e-5


@dataclass(frozen=True)
class Known:
    """A reference network as a city, with valves on some legs drawn by lot."""

    path: Path
    model: SupplyModel
    inputs: HydraulicInputs


@cache
def known(name: str) -> Known:
    path, log = NETWORKS / f"{name}.inp", FaultLog()
    network = read_inp(path)
    rng = np.random.default_rng(5)
    legs = [
        (link.id, node) for link in network.links if link.kind is LinkKind.PIPE for node in (link.from_id, link.to_id)
    ]
    pairs = tuple(leg for leg, kept in zip(legs, rng.random(len(legs)) < 0.7, strict=True) if kept)
    mapped = inp_layers(network, inp_source(network, path, log), InpOptions(valve_pairs=pairs), log)
    city = build_city(settle(mapped, None, name, log, local=True).layers, NodingOptions(by="ids")).city
    model = prepare(city, DeviceStates.recorded(city.network.devices))
    settings = HydraulicSettings(pressure_driven=False, accuracy=1e-8)
    plain = hydraulic_inputs(model, StatedHydraulics(), year=2024, settings=settings)
    matched = calibrated(city, plain, read_calibration(path))
    assert (matched.nodes, matched.links, matched.missing) == (len(network.nodes), len(network.links), ())
    return Known(path, model, matched.inputs)


def direct(
    path: Path, report: Path, shut: list[str], dry: list[str]
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Heads in m and flows in m3/s of EPANET's own run, links *shut* and demands of *dry* nodes taken out.

    Controls of what is shut are deleted: they could open it.
    """
    project = en.createproject()
    try:
        en.open(project, str(path), str(report), "")
        en.setoption(project, en.ACCURACY, 1e-8)
        closed = {en.getlinkindex(project, name) for name in shut}
        for control in range(en.getcount(project, en.CONTROLCOUNT), 0, -1):
            if en.getcontrol(project, control)[1] in closed:
                en.deletecontrol(project, control)
        for link in closed:
            en.setlinkvalue(project, link, en.INITSTATUS, 0.0)
        for name in dry:
            node = en.getnodeindex(project, name)
            for demand in range(1, en.getnumdemands(project, node) + 1):
                en.setbasedemand(project, node, demand, 0.0)
        en.openH(project)
        en.initH(project, 0)
        en.runH(project)
        nodes, links = (range(1, en.getcount(project, what) + 1) for what in (en.NODECOUNT, en.LINKCOUNT))
        heads = {en.getnodeid(project, row): en.getnodevalue(project, row, en.HEAD) * M_PER_FOOT for row in nodes}
        flows = {en.getlinkid(project, row): en.getlinkvalue(project, row, en.FLOW) * M3_S_PER_GPM for row in links}
        return heads, flows
    finally:
        en.deleteproject(project)


def assert_same(town: Known, found: Snapshot, heads: Mapping[str, float], flows: Mapping[str, float]) -> int:
    """Every node that has water has EPANET's head, every pipe its flow; how many nodes have water."""
    network = town.model.city.network
    wet = ~np.isnan(found.node_head_m)
    expected = np.array([heads[name] for name in network.nodes.ids])
    assert np.abs(found.node_head_m - expected)[wet].max() < SAME_M
    expected_m3_s = np.array([flows[name] for name in network.pipes.ids])
    assert np.abs(found.pipe_flow_m3_s - expected_m3_s).max() < 1e-4
    return int(wet.sum())


@pytest.fixture(autouse=True)
def _quiet(recwarn: pytest.WarningsRecorder) -> None:
    """EPANET's toolkit warns of negative pressures, which both runs have."""


@pytest.mark.parametrize("name", ["Net3", "Net6"])
def test_the_undisturbed_network_is_epanets_own(name: str, tmp_path: Path) -> None:
    town = known(name)
    found = snapshot(town.model, town.inputs, 0.0)
    assert isinstance(found, Snapshot)
    assert assert_same(town, found, *direct(town.path, tmp_path / "rpt", [], [])) == len(found.node_head_m)


@pytest.mark.parametrize(("name", "wanted"), [("Net3", 25), ("Net6", 12)])
def test_after_a_plan_it_is_epanet_with_the_same_links_closed(name: str, wanted: int, tmp_path: Path) -> None:
    town, rng = known(name), np.random.default_rng(11)
    network, segmentation = town.model.city.network, town.model.structure.segmentation
    compared = 0
    for pipe in rng.permutation(len(network.pipes)).tolist():
        plan = plan_isolation(town.model, PipeTarget(pipe))
        if isinstance(plan, CannotIsolate) or not len(plan.isolated):
            continue
        assert isinstance(plan, IsolationPlan)
        dry = ~wet_after(town.model, plan)
        nodes = np.flatnonzero(dry[segmentation.vertex_segment[: len(network.nodes)]]).tolist()
        # A main with water that ends at a dry node has a valve there, which the file does not know: close it too.
        ends = np.isin(network.pipes.from_node, nodes) | np.isin(network.pipes.to_node, nodes)
        rows = np.unique(np.concatenate([plan.isolated.pipes, plan.unintended.pipes, np.flatnonzero(ends)]))
        shut = [network.pipes.ids[row] for row in rows.tolist()]
        found = compare(town.model, plan, town.inputs, 0.0)
        assert isinstance(found, HydraulicEffect)
        heads, flows = direct(town.path, tmp_path / "rpt", shut, [network.nodes.ids[row] for row in nodes])
        wet = assert_same(town, found.present.after, heads, flows)
        assert wet == len(network.nodes) - len(nodes)
        compared += 1
        if compared == wanted:
            break
    assert compared == wanted
