"""Where customers, hydrants and stations hang on the mains, and how that was found.

Best first: the station that the record names (its tap); the pipe that the record names (``GIVEN``; ``METER`` where the
record also names a meter); the pipe on which the named meter stands (``METER``); the service line that ends at the
customer (``SERVICE``); the nearest pipe within reach (``NEAREST``). What nothing leads to the mains is reported.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.fault_log import LISTED_AT_MOST, FaultLog
from gis.faults import Action, FaultKind
from gis.layers import Layer
from gis.locate import PipeIndex, Snaps, nearest_points
from network.assets import LinkMethod, TapTable
from network.columns import NO_INDEX, Float64, IdColumn, Int32, Int64

AT_MAIN_M = 0.05
"""A service line belongs to the main that one of its ends is this close to."""

AT_CUSTOMER_M = 2.0
"""A service line serves the customers that its other end is this close to."""


@dataclass(frozen=True, eq=False)
class Wanted:
    """Points that want a tap, and what their records say.

    Attributes:
        xy_m: Shape (n, 2).
        pipe: Shape (n,), pipe rows that the records name, or -1.
        metered: Shape (n,), the record names a meter.
    """

    layer: str
    ids: NDArray[np.object_]
    xy_m: Float64
    pipe: Int32
    metered: NDArray[np.bool_]

    @classmethod
    def of(cls, name: str, layer: Layer, pipe: Int32) -> Wanted:
        """The points of *layer*, whose records name the pipes *pipe*."""
        xy_m = shapely.get_coordinates(layer.geometry)
        return cls(name, layer.text("id"), xy_m, pipe, layer.text("meter_id") != "")


class Taps:
    """A tap table on its way: each step fills rows that have no tap yet."""

    def __init__(self, points: int) -> None:
        self._snaps = Snaps.none(points)
        self._method = np.full(points, LinkMethod.NONE, dtype=np.int8)

    def open_rows(self) -> Int64:
        """Rows without a tap."""
        return np.flatnonzero(self._method == LinkMethod.NONE)

    def fill(self, rows: Int64, snaps: Snaps, method: NDArray[np.int8]) -> None:
        """Give *rows* the taps *snaps* where these are on a pipe."""
        found = snaps.pipe >= 0
        at = rows[found]
        self._snaps.pipe[at] = snaps.pipe[found]
        self._snaps.offset_m[at] = snaps.offset_m[found]
        self._snaps.distance_m[at] = snaps.distance_m[found]
        self._method[at] = method[found]

    def table(self) -> TapTable:
        """The taps as a table."""
        distance_m = np.where(np.isfinite(self._snaps.distance_m), self._snaps.distance_m, np.nan)
        return TapTable(self._snaps.pipe, self._snaps.offset_m, self._method, distance_m.astype(np.float32))


@dataclass(frozen=True, eq=False)
class Services:
    """Service lines with the main at one end.

    Attributes:
        tap: Where each line leaves the main; no pipe where neither end is at one.
        outer_xy_m: Shape (n, 2), the end that is not at the main (the last vertex where neither is).
        customer_id: Customers that the records name, "" for none.
        valve: Shape (n,), device row of the line's own valve, or -1.
    """

    tap: Snaps
    outer_xy_m: Float64
    customer_id: NDArray[np.object_]
    valve: Int32


def read_services(layer: Layer, named_pipe: Int32, valve: Int32, index: PipeIndex) -> Services:
    """Find the main of each service line: the pipe that its record names, else the one that an end is at.

    Args:
        layer: The service layer.
        named_pipe: Shape (n,), pipe rows that the records name, or -1.
        valve: Shape (n,), device rows that the records name, or -1.
        index: Search for places on the mains.
    """
    first = shapely.get_coordinates(shapely.get_point(layer.geometry, 0))
    last = shapely.get_coordinates(shapely.get_point(layer.geometry, -1))
    at_first, at_last = index.nearest(first, AT_MAIN_M), index.nearest(last, AT_MAIN_M)
    reversed_ = at_last.distance_m < at_first.distance_m
    tap = _either(reversed_, at_last, at_first)
    named = np.flatnonzero((named_pipe >= 0) & (tap.pipe != named_pipe))
    by_first, by_last = (index.project(xy[named], named_pipe[named]) for xy in (first, last))
    reversed_[named] = by_last.distance_m < by_first.distance_m
    _overwrite(tap, named, _either(reversed_[named], by_last, by_first))
    outer = np.where(reversed_[:, None], first, last)
    return Services(tap, outer, layer.text("customer_id"), valve)


def _either(second: NDArray[np.bool_], yes: Snaps, no: Snaps) -> Snaps:
    return Snaps(
        np.where(second, yes.pipe, no.pipe),
        np.where(second, yes.offset_m, no.offset_m),
        np.where(second, yes.distance_m, no.distance_m),
    )


def _overwrite(snaps: Snaps, rows: Int64, new: Snaps) -> None:
    snaps.pipe[rows], snaps.offset_m[rows], snaps.distance_m[rows] = new.pipe, new.offset_m, new.distance_m


def _take(snaps: Snaps, rows: NDArray[np.integer]) -> Snaps:
    return Snaps(snaps.pipe[rows], snaps.offset_m[rows], snaps.distance_m[rows])


def link_given(taps: Taps, wanted: Wanted, index: PipeIndex, trusted_m: float, log: FaultLog) -> None:
    """Link by the pipes that the records name; those farther than *trusted_m* are reported but believed."""
    rows = taps.open_rows()
    rows = rows[wanted.pipe[rows] >= 0]
    snaps = index.inward(index.project(wanted.xy_m[rows], wanted.pipe[rows]))
    method = np.where(wanted.metered[rows], LinkMethod.METER, LinkMethod.GIVEN).astype(np.int8)
    taps.fill(rows, snaps, method)
    far = snaps.distance_m > trusted_m
    log.each(
        FaultKind.ID_CONTRADICTS_GEOMETRY,
        wanted.layer,
        wanted.ids[rows[far]],
        wanted.xy_m[rows[far]],
        Action.KEPT,
        other=np.array(index.ids.take(snaps.pipe[far]), dtype=object),
        distance_m=snaps.distance_m[far],
    )


def link_to_places(taps: Taps, rows: Int64, tap: Snaps, wanted: Wanted, index: PipeIndex, method: LinkMethod) -> None:
    """Link *rows* to the taps *tap* of what they hang on (a meter, a station, a service line), where it has one."""
    found = tap.pipe >= 0
    rows, pipe, offset_m = rows[found], tap.pipe[found], tap.offset_m[found]
    distance_m = np.hypot(*(wanted.xy_m[rows] - index.places(pipe, offset_m)).T)
    taps.fill(rows, Snaps(pipe, offset_m, distance_m), np.full(len(rows), method, dtype=np.int8))


def services_of(wanted: Wanted, services: Services) -> Int32:
    """The service line of each customer: the one whose record names it, else the nearest whose outer end is at it."""
    found = np.full(len(wanted.ids), NO_INDEX, dtype=np.int32)
    at_main = services.tap.pipe >= 0
    linked = np.flatnonzero(at_main)
    if not len(linked) or not len(found):
        return found
    distance_m, nearest = nearest_points(services.outer_xy_m[linked], wanted.xy_m, AT_CUSTOMER_M)
    near = np.isfinite(distance_m)
    found[near] = linked[nearest[near]]
    by_name = IdColumn.of(services.customer_id).find_many(IdColumn.of(wanted.ids))
    named = by_name >= 0
    # A customer whose own line leads nowhere does not hang on a neighbour's.
    found[named] = np.where(at_main[by_name[named]], by_name[named], NO_INDEX)
    return found


def link_by_service(taps: Taps, service: Int32, services: Services, wanted: Wanted, index: PipeIndex) -> None:
    """Link rows without a tap through their service lines."""
    rows = taps.open_rows()
    rows = rows[service[rows] >= 0]
    link_to_places(taps, rows, _take(services.tap, service[rows]), wanted, index, LinkMethod.SERVICE)


def link_nearest(taps: Taps, wanted: Wanted, index: PipeIndex, reach_m: float, log: FaultLog) -> None:
    """Link the rest to the nearest pipe within *reach_m*; report what is left."""
    rows = taps.open_rows()
    snaps = index.nearest(wanted.xy_m[rows], reach_m)
    taps.fill(rows, snaps, np.full(len(rows), LinkMethod.NEAREST, dtype=np.int8))
    left = taps.open_rows()
    away_m = index.distances(wanted.xy_m[left[:LISTED_AT_MOST]])
    nearest = {"distance_m": away_m} if np.isfinite(away_m).all() else {}
    log.each(
        FaultKind.UNLINKED_CUSTOMER,
        wanted.layer,
        wanted.ids[left],
        wanted.xy_m[left],
        Action.KEPT,
        reach_m=reach_m,
        **nearest,
    )


def own_valves(valve: Int32) -> Int32:
    """Branch valves that belong to one customer alone: a valve that several share is nobody's own."""
    shared = np.bincount(valve[valve >= 0]) > 1 if (valve >= 0).any() else np.zeros(0, dtype=bool)
    own = valve.copy()
    own[(valve >= 0) & np.append(shared, False)[valve]] = NO_INDEX
    return own
