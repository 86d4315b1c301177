"""EPANET networks as layers.

Every link stays a pipe. A TCV becomes an isolation valve in the middle of its pipe (when told so), PRV, PSV, FCV and
pumps stand there and pass from start to end; a CV pipe gets the check valve ``ID!cv``, a closed link other than a pump
the closed isolation valve ``ID!closed``. GPV, PBV and PCV, and TCVs otherwise, do not cut. A valve layer is a table of
(link, node) pairs, as WNTR writes it: a valve on that link's leg at that node. It bears its link's id where it is alone
on it, else ``LINK@NODE``. Lengths are those that the file states; valves and pumps have none and get a few millimetres.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gis.errors import GisError
from gis.exchange.apply_mapping import MappedLayer
from gis.exchange.inp_places import Point, places_of
from gis.exchange.joins import read_csv
from gis.exchange.raw import RawLayer
from gis.exchange.values import typed
from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.layers import LAYERS, Layer
from network.inp import InpLink, InpNetwork, InpNode, LinkKind, NodeKind

BODY_LENGTH_M = 0.004
"""Length given to valves and pumps. EPANET gives them none, but a device needs a middle to stand in, farther from both
ends than the millimetre within which places are one."""

_PIPES = (LinkKind.PIPE, LinkKind.CV_PIPE)
_ONE_WAY = {LinkKind.PRV: "prv", LinkKind.PSV: "psv", LinkKind.FCV: "fcv"}
_NOT_CUTTING = (LinkKind.GPV, LinkKind.PBV, LinkKind.PCV, LinkKind.TCV)


@dataclass(frozen=True)
class InpOptions:
    """How to read an INP file.

    Attributes:
        tcv_isolates: TCVs are isolation valves.
        valve_pairs: (link, node) of each valve of a valve layer.
    """

    tcv_isolates: bool = False
    valve_pairs: tuple[tuple[str, str], ...] = ()


def read_valve_pairs(path: Path) -> tuple[tuple[str, str], ...]:
    """The (link, node) pairs of a CSV file with these two columns.

    Raises:
        GisError: ``table_missing``, ``table_broken``, ``table_column_missing``.
    """
    rows = read_csv(path)
    if not rows:
        return ()
    names = {name.lower(): name for name in rows[0]}
    for needed in ("link", "node"):
        if needed not in names:
            raise GisError("table_column_missing", table=str(path), column=needed)
    return tuple((row.get(names["link"], ""), row.get(names["node"], "")) for row in rows)


@dataclass
class _Sheet:
    """Rows of one layer while they are collected."""

    name: str
    geometry: list[shapely.Geometry] = field(default_factory=list)
    rows: list[Mapping[str, Any]] = field(default_factory=list)

    def add(self, geometry: shapely.Geometry, **values: Any) -> None:
        self.geometry.append(geometry)
        self.rows.append(values)

    def layer(self) -> Layer:
        shapes = np.empty(len(self.geometry), dtype=object)
        shapes[:] = self.geometry
        named = [name for name in LAYERS[self.name].columns if any(name in row for row in self.rows)]
        columns = {}
        for name in ("id", *named):
            cells = np.empty(len(self.rows), dtype=object)
            cells[:] = [row.get(name) for row in self.rows]
            columns[name] = typed(cells, LAYERS[self.name].columns[name].kind)
        return Layer(shapes, columns)


class _Drawing:
    """The network as it is laid out on the sheets of its layers."""

    def __init__(self, network: InpNetwork, places: Mapping[str, Point]) -> None:
        self.network = network
        self.places = places
        self.links = {link.id: link for link in network.links}
        self.lines = {link.id: self._line(link) for link in network.links}
        self.sheets = {name: _Sheet(name) for name in ("pipe", "valve", "pump", "source", "junction", "customer")}

    def _line(self, link: InpLink) -> shapely.LineString:
        if not self.drawn_on_one_spot(link):
            return shapely.LineString(self._corners(link))
        # Customary for valves: a hair's loop gives it a middle.
        (x, y) = self.places[link.from_id]
        return shapely.LineString([(x, y), (x + BODY_LENGTH_M / 2.0, y), (x, y)])

    def _corners(self, link: InpLink) -> list[Point]:
        return [self.places[link.from_id], *link.vertices, self.places[link.to_id]]

    def drawn_on_one_spot(self, link: InpLink) -> bool:
        """Whether the drawing gives *link* no length."""
        return bool(shapely.LineString(self._corners(link)).length <= 0.0)

    def middle(self, link: InpLink) -> shapely.Point:
        return shapely.line_interpolate_point(self.lines[link.id], 0.5, normalized=True)

    def valve(self, place: shapely.Point, link: InpLink, valve_id: str, kind: str, **values: Any) -> None:
        self.sheets["valve"].add(
            place, id=valve_id, kind=kind, dn_mm=link.dn_mm or None, pipe_id=link.id, condition="operable", **values
        )


def inp_layers(network: InpNetwork, source: RawLayer, options: InpOptions, log: FaultLog) -> list[MappedLayer]:
    """The layers of *network* in the file's own map units; *source* stands for the file (see :func:`inp_source`)."""
    places = dict(zip((node.id for node in network.nodes), shapely.get_coordinates(source.geometry), strict=True))
    if network.controls:
        log.add(FaultKind.CONTROLS_LEFT_OUT, source.name, action=Action.SKIPPED, count=network.controls)
    drawing = _Drawing(network, {name: (float(x), float(y)) for name, (x, y) in places.items()})
    for link in network.links:
        _draw_link(drawing, link, options)
        if link.kind in _PIPES and drawing.drawn_on_one_spot(link):
            log.add(FaultKind.ZERO_LENGTH, "pipe", link.id, drawing.places[link.from_id], Action.REPAIRED)
    legs = _draw_valve_layer(drawing, options.valve_pairs, log)
    taps = _taps(network, legs)
    for node in network.nodes:
        _draw_node(drawing, node, taps.get(node.id, ""))
    return [MappedLayer(name, source, sheet.layer()) for name, sheet in drawing.sheets.items() if sheet.rows]


def inp_source(network: InpNetwork, path: Path, log: FaultLog) -> RawLayer:
    """The nodes of *network* as a raw layer, by which its coordinates are judged; missing places are filled in.

    Raises:
        GisError: ``inp_without_coordinates``.
    """
    places, guessed = places_of(network)
    if not places:
        raise GisError("inp_without_coordinates", path=str(path))
    for name in guessed:
        log.add(FaultKind.EMPTY_GEOMETRY, "junction", name, places[name], Action.REPAIRED)
    geometry = shapely.points([places[node.id] for node in network.nodes])
    return RawLayer(path.stem, str(path), "INP", "", np.asarray(geometry, dtype=object))


def _draw_link(drawing: _Drawing, link: InpLink, options: InpOptions) -> None:
    drawing.sheets["pipe"].add(
        drawing.lines[link.id],
        id=link.id,
        dn_mm=link.dn_mm or None,
        from_node=link.from_id,
        to_node=link.to_id,
        length_m=link.length_m if link.length_m > 0.0 else BODY_LENGTH_M,
    )
    middle = drawing.middle(link)
    if link.kind is LinkKind.PUMP:
        drawing.sheets["pump"].add(middle, id=link.id, kind="booster", pipe_id=link.id, flow="with")
        return
    if link.kind is LinkKind.TCV and options.tcv_isolates:
        position = "closed" if link.closed else "open"
        drawing.valve(middle, link, link.id, "isolation", normal=position, current=position)
        return
    if link.kind in _ONE_WAY:
        drawing.valve(middle, link, link.id, _ONE_WAY[link.kind], flow="with")
    elif link.kind is LinkKind.CV_PIPE:
        drawing.valve(middle, link, f"{link.id}!cv", "check", flow="with")
    elif link.kind in _NOT_CUTTING:
        drawing.valve(middle, link, link.id, "other")
    if link.closed:
        drawing.valve(middle, link, f"{link.id}!closed", "isolation", normal="closed", current="closed")


def _draw_valve_layer(drawing: _Drawing, pairs: Iterable[tuple[str, str]], log: FaultLog) -> set[tuple[str, str]]:
    """Draw the valves of a valve layer; the legs (link, node) on which they stand."""
    legs: dict[tuple[str, str], None] = {}
    for name, node in pairs:
        link = drawing.links.get(name)
        if link is None or node not in (link.from_id, link.to_id):
            log.add(FaultKind.UNKNOWN_REFERENCE, "valve", f"{name}@{node}", action=Action.SKIPPED, column="link, node")
        elif (name, node) in legs:
            log.add(FaultKind.DUPLICATE_VALVE, "valve", f"{name}@{node}", drawing.places[node], Action.SKIPPED)
        else:
            legs[name, node] = None
    on_link = Counter(name for name, _ in legs)
    taken = {row["id"] for row in drawing.sheets["valve"].rows} | {row["id"] for row in drawing.sheets["pump"].rows}
    for name, node in legs:
        alone = on_link[name] == 1 and name not in taken
        place = shapely.Point(drawing.places[node])
        drawing.valve(
            place, drawing.links[name], name if alone else f"{name}@{node}", "isolation", normal="open", current="open"
        )
    return set(legs)


def _taps(network: InpNetwork, legs: set[tuple[str, str]]) -> dict[str, str]:
    """The pipe on which each node's customer hangs: the first that meets it without a valve between, else the first.

    On a leg with a valve the tap would stand on that valve, and the customer would be dry with either side of it.
    """
    taps: dict[str, tuple[int, str]] = {}
    for link in network.links:
        for node in (link.from_id, link.to_id):
            rank = 2 * int((link.id, node) in legs) + int(link.kind not in _PIPES)
            if node not in taps or rank < taps[node][0]:
                taps[node] = (rank, link.id)
    return {node: pipe for node, (_, pipe) in taps.items()}


def _draw_node(drawing: _Drawing, node: InpNode, tap: str) -> None:
    place = shapely.Point(drawing.places[node.id])
    if node.kind is not NodeKind.JUNCTION:
        volume = node.volume_m3 or None
        drawing.sheets["source"].add(
            place, id=node.id, kind=node.kind.value, volume_m3=volume, head_m=node.elevation_m, name=node.id
        )
    # A reservoir states its head, not its ground.
    level = None if node.kind is NodeKind.RESERVOIR else node.elevation_m
    drawing.sheets["junction"].add(place, id=node.id, elevation_m=level, demand_m3_d=node.demand_m3_d or None)
    if node.demand_m3_d > 0.0:
        drawing.sheets["customer"].add(place, id=node.id, name=node.id, pipe_id=tap, demand_m3_d=node.demand_m3_d)
