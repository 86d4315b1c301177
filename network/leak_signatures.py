"""How far a leak anywhere lowers the pressure at each logger: derivatives of a solved network, for all nodes at once.

Around a solved state a pipe lets through ``dQ = dh / r`` more, where r is the slope of its head loss. The slopes make a
sparse matrix; one solution of its transpose for each *logger* gives the answer for leaks at *every* node, where trying
leak after leak would take a run of EPANET each. (The same matrix is the last step of the global gradient method of
Todini and Pilati, 1988.) A regulating valve holds one of its sides, whatever flows: its flow is an unknown of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import coo_array, csc_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from network.columns import Bool, Float64, Int64

HAZEN_WILLIAMS: Final = 1.852
"""Exponent of the flow in the head loss."""
LEAST_SLOPE: Final = 1e-5
"""Metres per m³/h: pipes in which nothing flows have no slope to divide by."""


@dataclass(frozen=True, eq=False)
class SolvedLinks:
    """Links around a solved state.

    Attributes:
        start, end: Shape (links,), nodes.
        slope: Shape (links,), metres of head lost for each m³/h more; inf where nothing passes (shut, a flow held).
        holds: Shape (links,), the node whose head the link holds (a regulating valve at work), -1 for all others.
    """

    start: Int64
    end: Int64
    slope: Float64
    holds: Int64


def slopes(loss_m: Float64, flow_m3_h: Float64, exponent: float = HAZEN_WILLIAMS) -> Float64:
    """Slope of the head loss of pipes in which *flow_m3_h* loses *loss_m*, in metres per m³/h."""
    flow = np.abs(flow_m3_h)
    slope = exponent * np.divide(np.abs(loss_m), flow, out=np.zeros(len(flow)), where=flow > 0.0)
    found: Float64 = np.maximum(slope, LEAST_SLOPE)
    return found


def drops(fixed: Bool, links: SolvedLinks, loggers: Int64) -> Float64:
    """How far the head at each of *loggers* falls for each m³/h of a leak at each node.

    Args:
        fixed: Shape (nodes,), nodes whose head does not move: sources, tanks.
        links: All links.
        loggers: Nodes, shape (loggers,).

    Returns:
        Shape (loggers, nodes), metres per m³/h; 0 at fixed nodes and where a held side shields the logger, NaN for
        nodes that no fixed or held head feeds, and for loggers there.
    """
    nodes = len(fixed)
    passing = np.isfinite(links.slope) & (links.holds < 0)
    holding = np.flatnonzero(links.holds >= 0)
    fed = _fed(nodes, fixed, links, passing, holding)
    free = np.flatnonzero(fed & ~fixed)
    number = np.full(nodes, -1, dtype=np.int64)
    number[free] = np.arange(len(free))
    found = np.where(fed, 0.0, np.nan) * np.ones((len(loggers), 1))
    asked = np.flatnonzero(number[loggers] >= 0)
    if len(asked):
        matrix = _matrix(number, links, np.flatnonzero(passing), holding[number[links.holds[holding]] >= 0])
        wanted = np.zeros((matrix.shape[0], len(asked)))
        wanted[number[loggers[asked]], np.arange(len(asked))] = 1.0
        found[np.ix_(asked, free)] = splu(csc_array(matrix.T)).solve(wanted)[: len(free)].T
    found[~fed[loggers]] = np.nan
    return found


def _fed(nodes: int, fixed: Bool, links: SolvedLinks, passing: Bool, holding: Int64) -> Bool:
    """Which nodes hang together with a head that stands, or that a valve holds."""
    ends = (links.start[passing], links.end[passing])
    joined = coo_array((np.ones(len(ends[0])), ends), shape=(nodes, nodes))
    part = connected_components(joined, directed=False)[1]
    standing = np.zeros(int(part.max(initial=-1)) + 1, dtype=np.bool_)
    standing[part[fixed]] = True
    standing[part[links.holds[holding]]] = True
    fed: Bool = standing[part]
    return fed


def _matrix(number: Int64, links: SolvedLinks, passing: Int64, holding: Int64) -> csc_array:
    """Balances of the free nodes, then the held heads; unknown are the heads of these nodes, then the held flows."""
    free = int(number.max(initial=-1)) + 1
    start, end = number[links.start[passing]], number[links.end[passing]]
    through = 1.0 / links.slope[passing]
    held = free + np.arange(len(holding))
    upstream, downstream = number[links.start[holding]], number[links.end[holding]]
    parts = [
        (start, start, through),
        (end, end, through),
        (start, end, -through),
        (end, start, -through),
        (upstream, held, np.ones(len(held))),
        (downstream, held, -np.ones(len(held))),
        (held, number[links.holds[holding]], np.ones(len(held))),
    ]
    rows, columns, values = (np.concatenate([part[at] for part in parts]) for at in range(3))
    inside = (rows >= 0) & (columns >= 0)
    size = free + len(holding)
    return csc_array(coo_array((values[inside], (rows[inside], columns[inside])), shape=(size, size)))
