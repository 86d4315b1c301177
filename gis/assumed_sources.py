"""Sources placed by rule where a city's data has none at all; every one is marked by its id.

Without a source nothing is known to be supplied, and no plan can say who loses water. The rule: every island that holds
at least a twentieth of the city's length of mains gets one reservoir, at a junction of one leg on its widest mains (at
any junction of them where none ends), of several the one farthest from the middle of the island's mains, since water
comes from outside a city. They are called ``assumed-source-1`` … from the longest island down.
"""

from __future__ import annotations

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.layers import Layer
from network.assets import NodeTable, PipeTable
from network.columns import Float64, Int64

LEAST_SHARE = 0.05
"""Share of the city's length below which an island gets none: it is likelier to be a fault of the data."""

PREFIX = "assumed-source-"


def assumed_sources(nodes: NodeTable, pipes: PipeTable, log: FaultLog) -> Layer:
    """A source layer for the noded *pipes*; empty where there are none."""
    places = np.array([_entry(nodes, pipes, rows) for rows in _islands(nodes, pipes)], dtype=np.int64)
    log.count(FaultKind.SOURCES_ASSUMED, "source", len(places), Action.REPAIRED)
    ids = np.array([f"{PREFIX}{number + 1}" for number in range(len(places))], dtype=object)
    return Layer(
        np.asarray(shapely.points(nodes.x_m[places], nodes.y_m[places]), dtype=object),
        {"id": ids, "kind": np.full(len(places), "reservoir", dtype=object)},
    )


def _islands(nodes: NodeTable, pipes: PipeTable) -> list[Int64]:
    """Pipe rows of each island that is long enough, the longest first."""
    if not len(pipes):
        return []
    ends = (np.ones(len(pipes), dtype=np.int8), (pipes.from_node, pipes.to_node))
    _, label = connected_components(csr_array(ends, shape=(len(nodes), len(nodes))), directed=False)
    island = label[pipes.from_node]
    length_m = np.bincount(island, weights=pipes.length_m)
    order = np.argsort(-length_m, kind="stable")
    return [np.flatnonzero(island == which) for which in order if length_m[which] >= LEAST_SHARE * length_m.sum()]


def _entry(nodes: NodeTable, pipes: PipeTable, rows: Int64) -> int:
    """The junction at which water is assumed to enter the island of pipes *rows*."""
    widest = rows[pipes.dn_mm[rows] == pipes.dn_mm[rows].max()]
    legs = np.bincount(np.concatenate([pipes.from_node[rows], pipes.to_node[rows]]), minlength=len(nodes))
    at = np.unique(np.concatenate([pipes.from_node[widest], pipes.to_node[widest]]))
    ends = at[legs[at] == 1]
    choice = ends if len(ends) else at
    middle = _middle(nodes, pipes, rows)
    distance_m = np.hypot(nodes.x_m[choice] - middle[0], nodes.y_m[choice] - middle[1])
    # Of several equally far the lowest id: the order of the file must not matter.
    return int(choice[np.lexsort((nodes.ids.data[choice], -distance_m))[0]])


def _middle(nodes: NodeTable, pipes: PipeTable, rows: Int64) -> Float64:
    """Middle of the mains, weighted by their length; of their ends where none has a length."""
    x_m = (nodes.x_m[pipes.from_node[rows]] + nodes.x_m[pipes.to_node[rows]]) / 2
    y_m = (nodes.y_m[pipes.from_node[rows]] + nodes.y_m[pipes.to_node[rows]]) / 2
    weights = pipes.length_m[rows] if pipes.length_m[rows].sum() > 0.0 else None
    return np.array([np.average(x_m, weights=weights), np.average(y_m, weights=weights)])
