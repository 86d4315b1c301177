"""Where mains are flushed after a repair, and from where the water comes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import networkx as nx
import numpy as np

from network.outlets import Outlet, OutletKind, WaterPace, outlets_in
from network.region_ways import Reach, RegionWays
from network.stretches import place_on_pipe

_LOOK_BACK_M = 50.0
"""The water comes from where it was so far back, or at the last bend between pipes."""
_LEAST_M = 0.001


class Bearing(StrEnum):
    """A direction on the map; words are made in app.messages."""

    EAST = "east"
    NORTH_EAST = "north_east"
    NORTH = "north"
    NORTH_WEST = "north_west"
    WEST = "west"
    SOUTH_WEST = "south_west"
    SOUTH = "south"
    SOUTH_EAST = "south_east"


@dataclass(frozen=True)
class FlushPoint:
    """A place at which to flush.

    Attributes:
        outlet: What is opened.
        way: How the water gets there from the feed, in the direction of flow.
        comes_from: Direction from which it comes to the outlet, as one would look up the main; None where the main is
            not drawn with any length.
        volume_m3: Water in the way; NaN where a diameter on it is not recorded.
        seconds: To renew it so often as the pace says; None where the volume is not known.
        velocity_m_s: In the widest main of the way; NaN where that is not known.
        outlets_needed: So many outlets of this kind would have to run at once to reach the velocity that scours; 0
            where that cannot be said.
    """

    outlet: Outlet
    way: tuple[Reach, ...]
    comes_from: Bearing | None
    volume_m3: float
    seconds: float | None
    velocity_m_s: float
    outlets_needed: int


@dataclass(frozen=True, eq=False)
class Flushing:
    """Flushing of all mains that one feed reaches.

    Attributes:
        points: In the order in which they are flushed, the nearest first: clean water drives the dirty before it.
        unflushed_m: Length of main that no way to a point runs through.
    """

    points: tuple[FlushPoint, ...]
    unflushed_m: float


def flush_from(ways: RegionWays, feed: int | None, pace: WaterPace) -> Flushing:
    """Flushing points for mains filled through *feed*, one of their points; none where it is None.

    The point farthest from the feed is taken, then the one whose way cleans most that is not clean by then, and so on.
    """
    outlets = [outlet for outlet in outlets_in(ways) if outlet.kind is not OutletKind.AIR_VALVE]
    total_m = float(ways.length_m.sum())
    if feed is None or feed not in ways.graph:
        return Flushing((), total_m)
    graph = ways.with_places((outlet.part, outlet.offset_m) for outlet in outlets)
    routes = nx.single_source_dijkstra_path(graph, feed, weight="length_m")
    runs = {-point: _reaches(graph, route) for point, route in routes.items() if point < 0}
    chosen = _chosen(runs, pace)
    points = [_point(ways, outlets[number - 1], runs[number], pace) for number in chosen]
    points.sort(key=lambda point: (_length_m(point.way), point.outlet.row))
    cleaned_m = sum(_length_m(_uncovered(runs[number], chosen[:at], runs)) for at, number in enumerate(chosen))
    return Flushing(tuple(points), max(total_m - cleaned_m, 0.0))


def _reaches(graph: nx.DiGraph[int], route: list[int]) -> tuple[Reach, ...]:
    """Stretches with length along *route*."""
    steps = (graph.edges[one, other]["reach"] for one, other in pairwise(route))
    return tuple(reach for reach in steps if reach is not None and reach.from_m != reach.to_m)


def _length_m(way: Sequence[Reach]) -> float:
    return sum(abs(reach.to_m - reach.from_m) for reach in way)


def _uncovered(way: Sequence[Reach], others: Sequence[int], runs: dict[int, tuple[Reach, ...]]) -> list[Reach]:
    """Stretches of *way* that no way of *others* runs through."""
    covered = {_span(reach) for number in others for reach in runs[number]}
    return [piece for reach in way for piece in _left(reach, covered)]


def _span(reach: Reach) -> tuple[int, float, float]:
    return reach.pipe, min(reach.from_m, reach.to_m), max(reach.from_m, reach.to_m)


def _left(reach: Reach, covered: set[tuple[int, float, float]]) -> list[Reach]:
    """What of *reach* is not within *covered*."""
    pipe, low_m, high_m = _span(reach)
    left = []
    for _, start_m, end_m in sorted(span for span in covered if span[0] == pipe):
        if start_m > low_m:
            left.append(Reach(pipe, low_m, min(start_m, high_m)))
        low_m = max(low_m, end_m)
        if low_m >= high_m:
            break
    else:
        left.append(Reach(pipe, low_m, high_m))
    return [piece for piece in left if piece.to_m > piece.from_m]


def _chosen(runs: dict[int, tuple[Reach, ...]], pace: WaterPace) -> list[int]:
    chosen: list[int] = []
    while len(chosen) < len(runs):
        more_m = {n: _length_m(_uncovered(way, chosen, runs)) for n, way in runs.items() if n not in chosen}
        best = max(more_m, key=lambda number: (more_m[number], -number))
        if more_m[best] < max(pace.worth_flushing_m, _LEAST_M):
            break
        chosen.append(best)
    return chosen


def _point(ways: RegionWays, outlet: Outlet, way: tuple[Reach, ...], pace: WaterPace) -> FlushPoint:
    bores_mm = dict(zip(ways.spans.pipe.tolist(), ways.bore_mm.tolist(), strict=True))
    areas_m2 = [math.pi / 4e6 * bores_mm[reach.pipe] ** 2 for reach in way]
    volume_m3 = sum(area * abs(reach.to_m - reach.from_m) for area, reach in zip(areas_m2, way, strict=True))
    flow_m3_s = outlet.flushes_m3_s(pace)
    known = not math.isnan(volume_m3)
    velocity_m_s = flow_m3_s / max(areas_m2) if known else math.nan
    return FlushPoint(
        outlet=outlet,
        way=way,
        comes_from=_bearing(ways, way),
        volume_m3=volume_m3,
        seconds=pace.exchanges * volume_m3 / flow_m3_s if known else None,
        velocity_m_s=velocity_m_s,
        outlets_needed=math.ceil(pace.flush_m_s / velocity_m_s - 1e-9) if known else 0,
    )


def _bearing(ways: RegionWays, way: tuple[Reach, ...]) -> Bearing | None:
    """From where the water comes at the end of *way*."""
    last = way[-1]
    back_m = min(_LOOK_BACK_M, abs(last.to_m - last.from_m))
    before_m = last.to_m - math.copysign(back_m, last.to_m - last.from_m)
    city = ways.model.city
    away = np.subtract(place_on_pipe(city, last.pipe, before_m), place_on_pipe(city, last.pipe, last.to_m))
    if not away.any():
        return None
    eighths = round(math.atan2(away[1], away[0]) / (math.pi / 4.0)) % 8
    return list(Bearing)[eighths]
