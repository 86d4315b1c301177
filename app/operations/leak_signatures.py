"""How far a leak on any main of a city lowers its loggers: from a night's and a morning's run of EPANET."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from app.errors import AppError
from app.operations.hydraulics import inputs_of
from app.operations.spread import spread_out
from app.requests import ProgressSink
from app.telemetry.bursts.learned import Candidates
from app.telemetry.bursts.places import Signatures
from app.workspace import Workspace
from network.assets import DeviceKind
from network.columns import Float64, Int64
from network.hydraulic_effect import HydraulicsFailed, Snapshot, snapshot
from network.leak_signatures import SolvedLinks, drops, slopes
from network.supply import SupplyModel, prepare
from network.topology import City

HOURS: Final = (3.0, 8.0)
"""Slopes of head losses differ between night and day: the mean of both stands for either."""
CANDIDATES: Final = 48
PUMP_GIVES: Final = 2.0 / 3.0
"""EPANET's usual curve loses two thirds of its lift for each share of its flow more."""
_HELD_LOSS_M: Final = 0.05
_NO_FLOW_M3_H: Final = 1e-3
_M3_H: Final = 3_600.0


@dataclass(frozen=True, eq=False)
class LoggersAt:
    """Signatures seen from loggers.

    Attributes:
        signatures: Of all pipes.
        candidates: Where one more logger might stand.
    """

    signatures: Signatures
    candidates: Candidates


def signatures_at(workspace: Workspace, places_m: Float64, year: int, progress: ProgressSink) -> LoggersAt:
    """What a leak on each pipe does to loggers at *places_m*, shape (loggers, 2), project CRS.

    Args:
        workspace: Whose network.
        places_m: The nearest junction stands for each.
        year: The present one, from which pipes have their age.
        progress: Told ``hydraulic_inputs``, ``signatures``.

    Raises:
        AppError: Why there are no pressures, by the code of :class:`~network.hydraulic_effect.HydraulicsFailed`.
    """
    progress("hydraulic_inputs", 0.0)
    city = workspace.city
    model = prepare(city, workspace.states)
    inputs = inputs_of(workspace, model, year=year)
    nodes, pipes = city.network.nodes, city.network.pipes
    xy_m = np.column_stack([nodes.x_m, nodes.y_m])
    loggers = np.asarray(cKDTree(xy_m).query(places_m)[1], dtype=np.int64)
    candidates = spread_out(xy_m, np.unique(pipes.from_node).astype(np.int64), CANDIDATES)
    wanted = np.concatenate([loggers, candidates])
    total = np.zeros((len(wanted), len(nodes)))
    for at, hour in enumerate(HOURS):
        progress("signatures", at / len(HOURS))
        shown = snapshot(model, inputs, hour)
        if isinstance(shown, HydraulicsFailed):
            raise AppError(shown.code, **shown.detail)
        total += drops(_fixed(city), links_of(model, shown), wanted)
    drop = (total / len(HOURS))[:, np.column_stack([pipes.from_node, pipes.to_node])].mean(axis=2).T
    first = dict(zip(pipes.from_node[::-1].tolist(), range(len(pipes) - 1, -1, -1), strict=True))
    beside = tuple(pipes.ids[first[node]] for node in candidates.tolist())
    return LoggersAt(
        Signatures(drop[:, : len(loggers)], np.maximum(pipes.length_m, 0.0)),
        Candidates(beside, xy_m[candidates], drop[:, len(loggers) :]),
    )


def links_of(model: SupplyModel, shown: Snapshot) -> SolvedLinks:
    """Pipes with the slopes of their losses; pumps give way as their curve does, regulators hold their far side."""
    network = model.city.network
    pipes, devices = network.pipes, network.devices
    start, end = pipes.from_node.astype(np.int64), pipes.to_node.astype(np.int64)
    pumps, regulators, limiters = (
        devices.pipe[(devices.kind == kind) & (devices.pipe >= 0)].astype(np.int64)
        for kind in (DeviceKind.PUMP, DeviceKind.PRV, DeviceKind.FCV)
    )
    loss_m = shown.node_head_m[start] - shown.node_head_m[end]
    flow_m3_h = np.nan_to_num(shown.pipe_flow_m3_s) * _M3_H
    return solved_links(start, end, loss_m, flow_m3_h, Controls(pumps, regulators, limiters))


@dataclass(frozen=True, eq=False)
class Controls:
    """Links that are no plain pipes, by their rows: pumps, pressure reducing valves, valves that hold a flow."""

    pumps: Int64
    regulators: Int64
    limiters: Int64


def solved_links(start: Int64, end: Int64, loss_m: Float64, flow_m3_h: Float64, controls: Controls) -> SolvedLinks:
    """Links as they stand in a solved state.

    Args:
        start: Shape (links,), nodes; *end* likewise.
        end: See *start*.
        loss_m: Shape (links,), head at the start less head at the end; NaN where an end is dry.
        flow_m3_h: Shape (links,), from start to end.
        controls: Which of them are no plain pipes.
    """
    slope = slopes(np.nan_to_num(loss_m), flow_m3_h)
    # Something shut stands between two heads where nothing flows; what is dry lets nothing through either.
    stands = (np.abs(flow_m3_h) < _NO_FLOW_M3_H) & ~(np.abs(loss_m) < _HELD_LOSS_M)
    holds = np.full(len(start), -1, dtype=np.int64)
    pumps, regulators = controls.pumps, controls.regulators
    runs = pumps[np.abs(flow_m3_h[pumps]) >= _NO_FLOW_M3_H]
    slope[runs] = PUMP_GIVES * np.abs(loss_m[runs]) / np.abs(flow_m3_h[runs])
    at_work = regulators[np.abs(np.nan_to_num(loss_m[regulators])) >= _HELD_LOSS_M]
    holds[at_work] = np.where(flow_m3_h[at_work] >= 0.0, end[at_work], start[at_work])
    slope[controls.limiters] = np.inf
    slope[stands] = np.inf
    holds[stands] = -1
    return SolvedLinks(start, end, slope, holds)


def _fixed(city: City) -> np.ndarray:
    sources, pipes = city.network.sources, city.network.pipes
    fixed = np.zeros(len(city.network.nodes), dtype=np.bool_)
    fixed[sources.node[sources.node >= 0]] = True
    # A source in the middle of a pipe holds both its ends near enough.
    fixed[pipes.from_node[sources.pipe[sources.pipe >= 0]]] = True
    return fixed
