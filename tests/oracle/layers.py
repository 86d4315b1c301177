"""A test town as layers, as a utility would deliver it: lines, points and ids, nothing placed yet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from shapely import LineString, Point

from gis.layers import Layer, LayerSet
from oracle.drawing import corners, point_on
from oracle.town import Customer, Hydrant, Tap, Thing, Town

FLOWS = {1: "with", -1: "against", 0: ""}
EAST_M, NORTH_M = 500_000.0, 4_060_000.0
"""Towns lie around the origin; a file's coordinates must be possible in its CRS."""


def town_layers(town: Town) -> LayerSet:
    """All layers of *town*, moved to plausible coordinates."""
    return LayerSet(4548, {name: layer for name, layer in _Writer(town).all().items() if len(layer)}, name="oracle")


class _Writer:
    def __init__(self, town: Town) -> None:
        self.town = town
        self.mains = {main.id: main for main in town.mains}
        self.junctions = {junction.id: (junction.x_m, junction.y_m) for junction in town.junctions}

    def all(self) -> dict[str, Layer]:
        town = self.town
        valves = [thing for thing in town.things if thing.kind != "pump"]
        pumps = [thing for thing in town.things if thing.kind == "pump"]
        return {
            "pipe": self._pipes(),
            "junction": _layer(
                [_point(*self.junctions[j.id]) for j in town.junctions],
                id=[j.id for j in town.junctions],
                elevation_m=[math.nan if j.elevation_m is None else j.elevation_m for j in town.junctions],
            ),
            "valve": _layer(
                [self._spot(v.junction, v.pipe, v.offset_m) for v in valves],
                id=[v.id for v in valves],
                kind=[v.kind for v in valves],
                current=[v.position for v in valves],
                condition=[v.condition for v in valves],
                **self._standing(valves),
            ),
            "pump": _layer(
                [self._spot(p.junction, p.pipe, p.offset_m) for p in pumps],
                id=[p.id for p in pumps],
                storage_m3=[p.storage_m3 for p in pumps],
                **self._standing(pumps),
            ),
            "source": _layer(
                [self._spot(o.junction, o.pipe, o.offset_m) for o in town.origins],
                id=[o.id for o in town.origins],
                kind=[o.kind for o in town.origins],
            ),
            "station": _layer(
                [self._tap(s.tap) for s in town.stations],
                id=[s.id for s in town.stations],
                pipe_id=[s.tap.pipe for s in town.stations],
                storage_m3=[s.storage_m3 for s in town.stations],
            ),
            "hydrant": _layer(
                [self._tap(h.tap) for h in town.hydrants],
                id=[h.id for h in town.hydrants],
                pipe_id=[h.tap.pipe for h in town.hydrants],
                valve_id=[h.branch_valve or "" for h in town.hydrants],
            ),
            "customer": self._customers(town.customers),
            "service": self._services(town.customers),
        }

    def _pipes(self) -> Layer:
        mains = self.town.mains
        lines = [LineString([(x + EAST_M, y + NORTH_M) for x, y in corners(self.town, main)]) for main in mains]
        return _layer(
            lines,
            id=[m.id for m in mains],
            from_node=[m.start for m in mains],
            to_node=[m.end for m in mains],
            length_m=[m.length_m for m in mains],
        )

    def _customers(self, customers: Sequence[Customer]) -> Layer:
        return _layer(
            [self._tap(c.tap) for c in customers],
            id=[c.id for c in customers],
            category=[c.category for c in customers],
            critical=[c.critical for c in customers],
            people=[c.people for c in customers],
            households=[c.households for c in customers],
            pipe_id=[c.tap.pipe for c in customers],
            station_id=[c.station or "" for c in customers],
        )

    def _services(self, customers: Sequence[Customer | Hydrant]) -> Layer:
        """The service lines that carry a valve of their own."""
        own = [c for c in customers if c.branch_valve]
        taps = [self._tap(c.tap) for c in own]
        return _layer(
            [LineString([tap, Point(tap.x + 0.3, tap.y + 0.4)]) for tap in taps],
            id=[f"L-{c.id}" for c in own],
            customer_id=[c.id for c in own],
            pipe_id=[c.tap.pipe for c in own],
            valve_id=[c.branch_valve or "" for c in own],
        )

    def _standing(self, things: Sequence[Thing]) -> dict[str, list[Any]]:
        return {
            "pipe_id": [thing.pipe or "" for thing in things],
            "toward_pipe_id": [thing.toward or "" for thing in things],
            "flow": [FLOWS[thing.way] if thing.pipe else "" for thing in things],
        }

    def _spot(self, junction: str | None, pipe: str | None, offset_m: float | None) -> Point:
        if junction is not None:
            return _point(*self.junctions[junction])
        return self._tap(Tap(str(pipe), offset_m or 0.0))

    def _tap(self, tap: Tap) -> Point:
        place = point_on(self.town, self.mains[tap.pipe], tap.offset_m)
        return _point(place.x, place.y)


def _point(x_m: float, y_m: float) -> Point:
    return Point(x_m + EAST_M, y_m + NORTH_M)


def _layer(geometry: Sequence[Any], **columns: list[Any]) -> Layer:
    shapes = np.empty(len(geometry), dtype=object)
    shapes[:] = geometry
    texts = {name for name, values in columns.items() if values and isinstance(values[0], str)}
    return Layer(
        shapes, {name: np.array(values, dtype=object if name in texts else None) for name, values in columns.items()}
    )
