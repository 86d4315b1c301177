"""A city with a river and four bridges, for replays of dispatch: roads, fastest ways between crossings, bases."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from gis.layers import Layer
from gis.roads import road_network

WIDTH_M, HEIGHT_M, STEP_M = 24_000.0, 16_000.0, 800.0
BRIDGES = (3, 11, 18, 26)
"""Which of the north–south streets cross the river."""


@dataclass(frozen=True, eq=False)
class ReplayCity:
    """Crossings of the city's streets.

    Attributes:
        node_m: Shape (nodes, 2).
        way_s: Shape (nodes, nodes), by road.
        before: Shape (nodes, nodes), the crossing before the last on the way from row to column.
        demand: Shape (nodes,), share of the emergencies.
    """

    node_m: np.ndarray
    way_s: np.ndarray
    before: np.ndarray
    demand: np.ndarray


def replay_city() -> ReplayCity:
    """Streets 800 m apart, every third an arterial; the river runs from west to east and bends."""
    xs, ys = np.arange(0, WIDTH_M + 1, STEP_M), np.arange(0, HEIGHT_M + 1, STEP_M)
    lines, kinds = [], []
    for row, y in enumerate(ys):
        wet = np.abs(y - _river(xs)) < 350
        for first, last in _dry_runs(wet):
            lines.append([(x, y) for x in xs[first : last + 1]])
            kinds.append("arterial" if row % 3 == 0 else "street")
    for column, x in enumerate(xs):
        shore = _river(np.array([x]))[0]
        kind = "arterial" if column % 3 == 0 else "street"
        south, north = [(x, y) for y in ys if y < shore - 350], [(x, y) for y in ys if y > shore + 350]
        whole = [*south, *north] if column in BRIDGES else None
        for line in [whole] if whole else [south, north]:
            if len(line) > 1:
                lines.append(line)
                kinds.append("arterial" if column in BRIDGES else kind)
    geometry = np.array([shapely.LineString(line) for line in lines], dtype=object)
    ids = np.arange(len(lines)).astype(str).astype(object)
    roads = road_network(Layer(geometry, {"id": ids, "kind": np.array(kinds, dtype=object)}))
    count = len(roads.node_m)
    ends = (np.r_[roads.tail, roads.head], np.r_[roads.head, roads.tail])
    graph = sparse.csr_matrix((np.tile(roads.base_s, 2), ends), shape=(count, count))
    way_s, before = dijkstra(graph, return_predecessors=True)
    middle = roads.node_m - [WIDTH_M / 2, HEIGHT_M / 2]
    demand = np.exp(-np.hypot(middle[:, 0] / 9000, middle[:, 1] / 6000)) + 0.15
    return ReplayCity(roads.node_m, way_s, before, demand / demand.sum())


def _river(x_m: np.ndarray) -> np.ndarray:
    return np.asarray(HEIGHT_M * 0.55 + 1500 * np.sin(x_m / 4200))


def _dry_runs(wet: np.ndarray) -> list[tuple[int, int]]:
    runs, first = [], None
    for place, is_wet in enumerate([*wet.tolist(), True]):
        if is_wet and first is not None:
            if place - first > 1:
                runs.append((first, place - 1))
            first = None
        elif not is_wet and first is None:
            first = place
    return runs


def bases(city: ReplayCity, count: int, reach_s: float) -> np.ndarray:
    """Crossings for *count* crews, one after another where most is gained: minutes of expected way, and cover."""
    chosen: list[int] = []
    nearest = np.full(len(city.node_m), 7200.0)
    for _ in range(count):
        left = np.minimum(nearest[None, :], city.way_s)
        late = np.maximum(left - reach_s, 0.0) * 5 + left
        best = int(np.argmin(late @ city.demand))
        chosen.append(best)
        # A crew that is away leaves a gap: cover again once everything is covered.
        nearest = left[best] if len(chosen) % 10 else np.full(len(city.node_m), 7200.0)
    return np.array(chosen)
