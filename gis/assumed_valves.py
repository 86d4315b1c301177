"""Valves placed by rule where a city's data has none that a plan could close; every one is marked.

The rule follows the custom of valving every leg of a junction but one:

* At a junction where three legs or more meet, every leg but the largest has a valve (of equally large ones the leg of
  the lowest pipe id has none), 1 m from the junction or at a quarter of a shorter pipe.
* A long pipe has valves inside that divide it evenly: 1,000 m apart at most from DN600 on, 500 m below. House values.

They are isolation valves of the pipe's diameter, open, of unknown condition, called ``assumed-PIPE-start``,
``assumed-PIPE-end`` and ``assumed-PIPE-1`` … along the pipe.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.layers import Layer
from network.assets import NodeTable, PipeTable
from network.columns import Float64, Int64

FROM_JUNCTION_M = 1.0
TRUNK_DN_MM = 600
TRUNK_SPACING_M = 1000.0
SPACING_M = 500.0
PARTS_AT_MOST = 200
"""No pipe of a city is a hundred kilometres long: a length that says so is a fault of the data."""


@dataclass(frozen=True, eq=False)
class _Spots:
    """Places of assumed valves: pipe rows, share of the pipe's length from its start, and what to call them."""

    pipe: Int64
    share: Float64
    name: list[str]


def assumed_valves(layer: Layer, nodes: NodeTable, pipes: PipeTable, log: FaultLog) -> Layer:
    """A valve layer for the noded *pipes*, whose features are *layer*."""
    ends = _leg_spots(nodes, pipes)
    along = _mid_spots(pipes)
    order = np.lexsort((np.append(ends.share, along.share), np.append(ends.pipe, along.pipe)))
    row = np.append(ends.pipe, along.pipe)[order]
    share = np.append(ends.share, along.share)[order]
    pipe_id = layer.text("id")[row]
    name = np.array([*ends.name, *along.name], dtype=object)[order]
    called = [f"assumed-{pipe}-{place}" for pipe, place in zip(pipe_id, name, strict=True)]
    log.count(FaultKind.VALVES_ASSUMED, "valve", len(row), Action.REPAIRED)
    points = shapely.line_interpolate_point(layer.geometry[row], share, normalized=True)
    return Layer(
        points,
        {
            "id": np.array(called, dtype=object),
            "kind": _same("isolation", len(row)),
            "dn_mm": pipes.dn_mm[row].astype(np.float64),
            "normal": _same("open", len(row)),
            "current": _same("open", len(row)),
            "condition": _same("unknown", len(row)),
            "pipe_id": pipe_id,
            "assumed": np.ones(len(row), dtype=bool),
        },
    )


def has_open_valves(valve: Layer) -> bool:
    """Whether the layer has an isolation or boundary valve that stands open, or a valve that does not say its kind."""
    kind, current = (np.char.lower(valve.text(name).astype(str)) for name in ("kind", "current"))
    return bool((np.isin(kind, ("isolation", "boundary", "")) & (current != "closed")).any())


def _same(word: str, rows: int) -> NDArray[np.object_]:
    return np.full(rows, word, dtype=object)


def _leg_spots(nodes: NodeTable, pipes: PipeTable) -> _Spots:
    """A valve on every leg but the largest, where three legs or more meet."""
    count = len(pipes)
    node = np.concatenate([pipes.from_node, pipes.to_node])
    rank = np.empty(count, dtype=np.int64)
    rank[np.argsort(pipes.ids.data, kind="stable")] = np.arange(count)
    at_end = np.repeat([0, 1], count)
    order = np.lexsort((at_end, np.tile(rank, 2), -np.tile(pipes.dn_mm.astype(np.int64), 2), node))
    largest = np.zeros(2 * count, dtype=bool)
    largest[order[np.flatnonzero(np.diff(node[order], prepend=-1))]] = True
    legs = np.bincount(node, minlength=len(nodes))
    valved = np.flatnonzero((legs[node] >= 3) & ~largest)
    pipe, end = valved % max(count, 1), valved >= count
    length_m = pipes.length_m[pipe]
    near = np.minimum(np.divide(FROM_JUNCTION_M, length_m, out=np.full(len(pipe), 0.25), where=length_m > 0.0), 0.25)
    return _Spots(pipe, np.where(end, 1.0 - near, near), ["end" if last else "start" for last in end.tolist()])


def _mid_spots(pipes: PipeTable) -> _Spots:
    """Valves that divide long pipes."""
    spacing_m = np.where(pipes.dn_mm >= TRUNK_DN_MM, TRUNK_SPACING_M, SPACING_M)
    parts = np.clip(np.ceil(pipes.length_m / spacing_m), 1, PARTS_AT_MOST).astype(np.int64)
    pipe = np.repeat(np.arange(len(pipes)), parts - 1)
    number = np.arange(len(pipe)) - np.repeat(np.cumsum(parts - 1) - (parts - 1), parts - 1) + 1
    return _Spots(pipe, number / parts[pipe], [str(value) for value in number.tolist()])
