"""Which features an edit can concern, and what must be known to node these again.

A feature is *concerned* where noding it again may give another result: it lies within reach of what was touched, names
it, or hangs on something that is concerned. To node concerned features as a whole city would, more must be there: every
pipe within their reach, what they name, and all pipes that end at a junction in question. Too much is harmless: results
are taken for concerned features only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from gis.editing.source import ROW, LayerSource, Touched, ids_of, rows_of
from gis.layers import Layer, LayerSet, stack_layers
from gis.linking import AT_CUSTOMER_M, AT_MAIN_M
from gis.noding import NodingOptions
from network.columns import Bool, Float64, IdColumn, Int64
from network.topology import City

HANGING = ("valve", "pump", "source", "station", "service", "hydrant", "customer")
"""Layers whose features stand or hang on pipes."""

_NAMES = (
    ("valve", "pipe_id", ("pipe",)),
    ("valve", "toward_pipe_id", ("pipe",)),
    ("pump", "pipe_id", ("pipe",)),
    ("pump", "toward_pipe_id", ("pipe",)),
    ("station", "pipe_id", ("pipe",)),
    ("service", "pipe_id", ("pipe",)),
    ("service", "valve_id", ("valve", "pump")),
    ("service", "customer_id", ("customer",)),
    ("hydrant", "pipe_id", ("pipe",)),
    ("hydrant", "valve_id", ("valve", "pump")),
    ("customer", "pipe_id", ("pipe",)),
    ("customer", "station_id", ("station",)),
    ("customer", "meter_id", ("valve", "pump")),
)
"""Which column of which layer names features of which others."""

NAMING_COLUMNS = tuple(dict.fromkeys((layer, column) for layer, column, _ in _NAMES))
"""Which columns name features."""

_ENDS = ("from_node", "to_node")

LOOKED_UP = (*NAMING_COLUMNS, *(("pipe", column) for column in _ENDS))
"""Columns by which features are looked for: a store keeps an index for each."""

_MARGIN_M = 3.0
_STEP_M = 200.0


@dataclass(frozen=True)
class Concerned:
    """What is to be noded again.

    Attributes:
        ids: By layer of :data:`HANGING`, the concerned features.
        nodes: Shape (base nodes,), True for junctions whose ends are all to be tied anew.
        layers: Everything that is needed to do it.
    """

    ids: dict[str, frozenset[str]]
    nodes: Bool
    layers: LayerSet


class _Found:
    """Features found so far, by layer and id."""

    def __init__(self) -> None:
        self._parts: dict[str, list[Layer]] = {}
        self._ids: dict[str, set[str]] = {}

    def take(self, name: str, layer: Layer) -> None:
        """Add those of *layer* that are not there yet."""
        have = self._ids.setdefault(name, set())
        ids = ids_of(layer)
        rows = [row for row, value in enumerate(ids) if value not in have]
        if rows:
            have.update(ids)
            self._parts.setdefault(name, []).append(rows_of(layer, np.array(rows, dtype=np.int64)))

    def ids(self, name: str) -> frozenset[str]:
        """Ids of the layer called *name*."""
        return frozenset(self._ids.get(name, ()))

    def layer(self, name: str) -> Layer:
        """Everything of the layer called *name*, in its order."""
        found = stack_layers(self._parts.get(name, []))
        return rows_of(found, np.argsort(found.columns[ROW], kind="stable")) if len(found) else found

    def names(self, name: str, column: str) -> set[str]:
        """What *column* of the layer called *name* names."""
        return set(self.layer(name).text(column).tolist()) - {""}

    def all(self) -> dict[str, Layer]:
        """Every layer."""
        return {name: self.layer(name) for name in self._parts}


def reach_of(options: NodingOptions) -> float:
    """How far apart two features may be and still concern each other, unless one names the other; metres."""
    return max(options.link_reach_m, options.id_reach_m, options.place_reach_m, options.near_miss_m) + _MARGIN_M


def surroundings(
    base: City, touched: Touched, source: LayerSource, options: NodingOptions, nodes: Bool | None = None
) -> Concerned:
    """What *touched* concerns in *base*, the city as it was before.

    Args:
        base: Before.
        touched: What was touched.
        source: The layers as they are after.
        options: As for the whole city.
        nodes: Junctions that are known to be in question already, shape (base nodes,).
    """
    reach_m = reach_of(options)
    seeds = _boxes(_geometries(touched, None), reach_m)
    asked = nodes_in_question(base, touched, source, options)
    if nodes is not None:
        asked |= nodes
    tied = _pipes_at(base, asked)
    spots = _spots(base, asked, options)
    concerned = _concerned(base, touched, source, seeds, asked, tied)
    _stand_at(concerned, source, _wider(spots, options.place_reach_m))
    layers = _support(base, concerned, source, seeds, tied, reach_m)
    layers["junction"] = _junctions(source, layers.get("junction"), spots)
    ids = {name: concerned.ids(name) for name in HANGING}
    return Concerned(ids, asked, LayerSet(0, layers))


def _junctions(source: LayerSource, known: Layer | None, boxes_m: Float64) -> Layer:
    """The junctions *known* and those in *boxes_m*: they give names and levels to nodes."""
    found = _Found()
    if known is not None:
        found.take("junction", known)
    found.take("junction", source.within("junction", boxes_m))
    return found.layer("junction")


def nodes_in_question(base: City, touched: Touched, source: LayerSource, options: NodingOptions) -> Bool:
    """Junctions of *base* whose ends may be tied otherwise now.

    Those of touched pipes, those near to them or named so, and wherever another end carries an id that a touched one
    carries: which of these ends an id is believed at depends on all of them.
    """
    pipes, nodes = base.network.pipes, base.network.nodes
    asked = np.zeros(len(nodes), dtype=np.bool_)
    rows = pipes.ids.find_many(IdColumn.of(sorted(touched.ids("pipe"))))
    rows = rows[rows >= 0]
    asked[pipes.from_node[rows]] = asked[pipes.to_node[rows]] = True
    names = set(touched.ids("junction"))
    for layer in (touched.before.get("pipe"), touched.now.get("pipe")):
        if layer is not None:
            names |= _named_by(layer)
    named = nodes.ids.find_many(IdColumn.of(sorted(names - {""})))
    asked[named[named >= 0]] = True
    bearing, bearers = _bearing(base, source, names)
    asked[bearers] = True
    ends = [*[_ends(geometry) for geometry in _geometries(touched, ("pipe", "junction"))], *bearing]
    if ends:
        asked[_near(base, np.concatenate(ends), options.near_miss_m + options.tolerance_m)] = True
    asked[_told_apart(nodes.ids, np.flatnonzero(asked))] = True
    return asked


def _named_by(pipe: Layer) -> set[str]:
    return {name for column in _ENDS for name in pipe.text(column).tolist()} - {""}


def _bearing(base: City, source: LayerSource, names: set[str]) -> tuple[list[Float64], Int64]:
    """Pipe ends that carry one of the node ids *names*: their places, each (1, 2), and the nodes that they had."""
    places: list[Float64] = []
    nodes: list[Int64] = []
    pipes = base.network.pipes
    for side, (column, had) in enumerate(zip(_ENDS, (pipes.from_node, pipes.to_node), strict=True)):
        found = source.having("pipe", column, names)
        places += [_ends(geometry)[[-side]] for geometry in found.geometry]
        rows = pipes.ids.find_many(IdColumn.of(ids_of(found)))
        nodes.append(had[rows[rows >= 0]].astype(np.int64))
    return places, np.concatenate(nodes)


def _told_apart(ids: IdColumn, rows: Int64) -> Int64:
    """Nodes that bear the id of one of *rows* with a number behind it: they move up where that one goes."""
    found: list[Int64] = []
    stems, number = ids.take(rows), 2
    while stems:
        at = ids.find_many(IdColumn.of(f"{stem}#{number}" for stem in stems))
        found.append(at[at >= 0].astype(np.int64))
        stems = [stem for stem, row in zip(stems, at.tolist(), strict=True) if row >= 0]
        number += 1
    return np.concatenate(found) if found else rows[:0]


def _spots(base: City, asked: Bool, options: NodingOptions) -> Float64:
    """Boxes in which the ends at the junctions *asked* lie."""
    nodes = base.network.nodes
    places = np.asarray(shapely.points(nodes.x_m[asked], nodes.y_m[asked]), dtype=object)
    return _boxes(places, 2.0 * options.near_miss_m + _MARGIN_M)


def _stand_at(concerned: _Found, source: LayerSource, spots: Float64) -> None:
    """Add what may stand at a junction within *spots*, by its place or by bearing the junction's id."""
    for name in ("valve", "pump", "source"):
        concerned.take(name, source.within(name, spots))
    _follow(concerned, source)


def _near(base: City, xy_m: Float64, reach_m: float) -> Int64:
    nodes = base.network.nodes
    low, high = xy_m.min(axis=0) - reach_m, xy_m.max(axis=0) + reach_m
    inside = (nodes.x_m >= low[0]) & (nodes.x_m <= high[0]) & (nodes.y_m >= low[1]) & (nodes.y_m <= high[1])
    rows = np.flatnonzero(inside)
    points = np.asarray(shapely.points(nodes.x_m[rows], nodes.y_m[rows]), dtype=object)
    if not len(rows):
        return rows
    _, near = shapely.STRtree(points).query(shapely.points(xy_m), predicate="dwithin", distance=reach_m)
    found: Int64 = rows[np.unique(near)]
    return found


def _geometries(touched: Touched, layers: tuple[str, ...] | None) -> list[shapely.Geometry]:
    """Touched geometries, as they were and as they are."""
    sides = (touched.before, touched.now)
    wanted = [layer for side in sides for name, layer in side.items() if layers is None or name in layers]
    return [one for layer in wanted for one in layer.geometry]


def _ends(geometry: shapely.Geometry) -> Float64:
    xy: Float64 = shapely.get_coordinates(geometry)
    return xy[[0, -1]]


def _boxes(geometries: Iterable[shapely.Geometry], reach_m: float) -> Float64:
    """Boxes around *geometries*, shape (n, 4); long lines piece by piece, so that a diagonal main is no wide square."""
    boxes = [_pieces(geometry) for geometry in geometries]
    return _wider(np.concatenate(boxes), reach_m) if boxes else np.empty((0, 4))


def _wider(boxes_m: Float64, reach_m: float) -> Float64:
    wider: Float64 = boxes_m + np.array([-reach_m, -reach_m, reach_m, reach_m])
    return wider


def _pieces(geometry: shapely.Geometry) -> Float64:
    if shapely.length(geometry) <= _STEP_M:
        return np.array([shapely.bounds(geometry)])
    xy = shapely.get_coordinates(shapely.segmentize(geometry, _STEP_M))
    return np.column_stack([np.minimum(xy[:-1], xy[1:]), np.maximum(xy[:-1], xy[1:])])


def _pipes_at(base: City, asked: Bool) -> Int64:
    """Rows of the pipes that end at the junctions *asked*."""
    pipes = base.network.pipes
    rows: Int64 = np.flatnonzero(asked[pipes.from_node] | asked[pipes.to_node])
    return rows


def _concerned(base: City, touched: Touched, source: LayerSource, seeds: Float64, asked: Bool, tied: Int64) -> _Found:
    found = _Found()
    for name in HANGING:
        found.take(name, source.within(name, seeds))
        found.take(name, source.having(name, "id", ids_of(touched.now.get(name))))
    for layer, column, targets in _NAMES:
        found.take(layer, source.having(layer, column, _touched_ids(touched, targets)))
    for layer, ids in _hanging_on(base, touched, asked, tied):
        found.take(layer, source.having(layer, "id", ids))
    _follow(found, source)
    return found


def _touched_ids(touched: Touched, layers: Iterable[str]) -> set[str]:
    return set().union(*(touched.ids(name) for name in layers))


def _hanging_on(base: City, touched: Touched, asked: Bool, tied: Int64) -> list[tuple[str, list[str]]]:
    """What stands or hangs on touched pipes, on pipes that are tied anew, or at junctions in question."""
    network = base.network
    rows = network.pipes.ids.find_many(IdColumn.of(sorted(touched.ids("pipe"))))
    gripped = np.zeros(len(network.pipes) + 1, dtype=np.bool_)
    gripped[rows[rows >= 0]] = True
    loose = gripped.copy()
    loose[tied] = True
    at_node = np.append(asked, np.False_)
    devices = network.devices.ids.take(
        np.flatnonzero(loose[network.devices.pipe] | loose[network.devices.toward_pipe] | at_node[network.devices.node])
    )
    sources = network.sources.ids.take(np.flatnonzero(loose[network.sources.pipe] | at_node[network.sources.node]))
    tapped = ((base.stations, "station"), (base.hydrants, "hydrant"), (base.customers, "customer"))
    taps = [(name, table.ids.take(np.flatnonzero(gripped[table.tap.pipe]))) for table, name in tapped]
    return [("valve", devices), ("pump", devices), ("source", sources), *taps]


def _follow(found: _Found, source: LayerSource) -> None:
    """Add what hangs on concerned features, or shares a valve with them."""
    found.take("hydrant", source.having("hydrant", "valve_id", found.names("hydrant", "valve_id")))
    _follow_services(found, source)
    devices = found.ids("valve") | found.ids("pump")
    found.take("customer", source.having("customer", "station_id", found.ids("station")))
    found.take("customer", source.having("customer", "meter_id", devices))
    # A customer that takes another line leaves the valve of the old one to those it shared it with.
    found.take("service", source.having("service", "customer_id", found.ids("customer")))
    found.take("service", source.within("service", _boxes(found.layer("customer").geometry, AT_CUSTOMER_M)))
    _follow_services(found, source)
    found.take("customer", source.within("customer", _boxes(found.layer("customer").geometry, AT_CUSTOMER_M)))


def _follow_services(found: _Found, source: LayerSource) -> None:
    found.take("service", source.having("service", "valve_id", found.names("service", "valve_id")))
    found.take("customer", source.having("customer", "id", found.names("service", "customer_id")))
    found.take("customer", source.within("customer", _boxes(_end_points(found.layer("service")), AT_CUSTOMER_M)))


def _support(
    base: City, concerned: _Found, source: LayerSource, seeds: Float64, tied: Int64, reach_m: float
) -> dict[str, Layer]:
    """Everything that the concerned features and the pipes *tied* anew are noded by."""
    need = _Found()
    for name in HANGING:
        need.take(name, concerned.layer(name))
    wide = _wider(seeds, reach_m)
    need.take("service", source.within("service", wide))
    need.take("service", source.within("service", _outside(need.layer("customer"), seeds, AT_CUSTOMER_M)))
    need.take("service", source.having("service", "customer_id", need.ids("customer")))
    devices = need.names("customer", "meter_id") | need.names("hydrant", "valve_id") | need.names("service", "valve_id")
    for name in ("valve", "pump"):
        need.take(name, source.within(name, wide))
        need.take(name, source.having(name, "id", devices))
    need.take("station", source.having("station", "id", need.names("customer", "station_id")))
    need.take("source", source.within("source", wide))
    points = [_outside(need.layer(name), seeds, reach_m) for name in HANGING if name != "service"]
    boxes = np.concatenate([wide, *points])
    service_ends = _boxes(_end_points(need.layer("service")), 2.0 * AT_MAIN_M)
    need.take("pipe", source.within("pipe", np.concatenate([boxes, service_ends])))
    named = {text for layer, column, targets in _NAMES if "pipe" in targets for text in need.names(layer, column)}
    need.take("pipe", source.having("pipe", "id", named))
    anew = source.having("pipe", "id", base.network.pipes.ids.take(tied))
    need.take("pipe", anew)
    # Whether a node's id is believed at an end is told by all the ends that carry it.
    for column in _ENDS:
        need.take("pipe", source.having("pipe", column, _named_by(anew)))
    need.take("junction", source.within("junction", boxes))
    return need.all()


def _outside(layer: Layer, seeds: Float64, reach_m: float) -> Float64:
    """Boxes of *reach_m* around those features of *layer* that do not lie in *seeds*."""
    if not len(layer):
        return np.empty((0, 4))
    held = shapely.union_all(np.asarray(shapely.box(*seeds.T), dtype=object))
    return _boxes(layer.geometry[~shapely.covers(held, layer.geometry)], reach_m)


def _end_points(layer: Layer) -> Collection[shapely.Geometry]:
    return [shapely.Point(xy) for line in layer.geometry for xy in _ends(line)]
