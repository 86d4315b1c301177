"""A city noded again around an edit: the same, row for row, as the whole city noded from its edited layers.

Only the neighbourhood goes through noding (the very code that nodes a whole city); what comes out for the features that
the edit concerns is spliced into the arrays. docs/decisions/edits-are-noded-again-where-they-are.md says why this is
exact. Where a precondition does not hold, the answer is None and the caller nodes the whole city.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gis.editing.source import ROW, LayerSource, Touched
from gis.editing.splice import Rows, kept, pointed, spliced, spliced_shapes
from gis.editing.surroundings import Concerned, surroundings
from gis.layers import Layer, LayerSet
from gis.noding import NodingOptions, build_city
from network.assets import CustomerTable, DeviceKind, DeviceTable, HydrantTable, NodeTable, SourceTable, StationTable
from network.columns import NO_INDEX, Bool, IdColumn, Int32
from network.topology import City, Network

NETWORK_LAYERS = ("pipe", "junction", "valve", "pump", "source", "station", "service", "hydrant", "customer")
"""Layers that noding makes a city of; edits of others leave the arrays as they are."""

_Table = SourceTable | StationTable | HydrantTable | CustomerTable

_ROUNDS = 8


def once_noded(options: NodingOptions) -> NodingOptions:
    """*options* for layers that have been through noding: what it places by rule stands in them by now."""
    return replace(
        options, assume_valves=False, assume_sources=False, customers_at_services=False, join_ends_on_lines=False
    )


def noded_again(layers: LayerSet, base: City, options: NodingOptions) -> City:
    """The whole of *layers* noded, where *base* is the city before: what its layers no longer tell comes from there."""
    known = _kinds_told({name: _plain(layer) for name, layer in layers.layers.items()}, base.network.devices)
    city = build_city(replace(layers, layers=known), once_noded(options)).city
    nodes = _with_levels(city.network.nodes, base.network.nodes)
    return replace(city, network=replace(city.network, nodes=nodes))


def noded_around(base: City, touched: Touched, source: LayerSource, options: NodingOptions) -> City | None:
    """*base* after what was *touched*.

    Args:
        base: The city before.
        touched: The features that changed, as they were and as they are. Valves bear the position and condition of
            the record, not the journal's.
        source: The layers after.
        options: As the city was noded.

    Returns:
        The city after; None where the surroundings do not settle it (an id that a far junction bears already).
    """
    if not any(name in NETWORK_LAYERS for name in touched.layers):
        return base
    options = once_noded(options)
    asked: Bool | None = None
    for _ in range(_ROUNDS):
        concerned = surroundings(base, touched, source, options, asked)
        fresh = _noded(concerned.layers, base, options)
        ends = _Ends.of(base, fresh, touched, concerned.nodes)
        drawn_in = ends.nodes_drawn_in(fresh)
        if not len(drawn_in):
            return _joined(base, fresh, touched, concerned, ends)
        asked = concerned.nodes.copy()
        asked[drawn_in] = True
    return None


def _noded(layers: LayerSet, base: City, options: NodingOptions) -> City:
    return build_city(replace(layers, layers=_kinds_told(layers.layers, base.network.devices)), options).city


def _plain(layer: Layer) -> Layer:
    """*layer* without what a source adds."""
    return Layer(layer.geometry, {name: values for name, values in layer.columns.items() if name != ROW})


def _kinds_told(layers: Mapping[str, Layer], devices: DeviceTable) -> dict[str, Layer]:
    """*layers* in which every valve bears its kind.

    Where no valve of a city had one they were all taken for isolation valves, which no part of it tells by itself.
    """
    known = dict(layers)
    valve = known.get("valve")
    if valve is None:
        return known
    kinds = valve.text("kind")
    blank = np.flatnonzero(kinds == "")
    if not len(blank):
        return known
    rows = devices.ids.find_many(IdColumn.of(valve.text("id")[blank]))
    told = kinds.copy()
    told[blank] = [DeviceKind(int(devices.kind[row])).name.lower() if row >= 0 else "other" for row in rows]
    known["valve"] = Layer(valve.geometry, {**valve.columns, "kind": told})
    return known


def _with_levels(nodes: NodeTable, base: NodeTable) -> NodeTable:
    """*nodes*, those without a level of their own with that of the same node before: heights of pipes are not kept."""
    rows = base.ids.find_many(nodes.ids)
    missing = np.flatnonzero(np.isnan(nodes.elevation_m) & (rows >= 0))
    if not len(missing):
        return nodes
    level = nodes.elevation_m.copy()
    level[missing] = base.elevation_m[rows[missing]]
    return replace(nodes, elevation_m=level)


@dataclass(frozen=True, eq=False)
class _Ends:
    """Pipe ends of the fresh neighbourhood, and which of them are tied by it.

    Ends 0 to n are the starts of the n fresh pipes, n to 2n their ends.

    Attributes:
        rows: Where the spliced pipes come from.
        settled: Shape (2n,), ends whose nodes the neighbourhood settles: those of touched pipes, those at junctions in
            question.
        base_node: Shape (2n,), node that each end had before, -1 for a pipe that was not there.
    """

    rows: Rows
    settled: Bool
    base_node: Int32

    @classmethod
    def of(cls, base: City, fresh: City, touched: Touched, asked: Bool) -> _Ends:
        before, after = base.network.pipes, fresh.network.pipes
        now = touched.ids("pipe") - touched.gone("pipe")
        rows = Rows.of(before.ids, after.ids, set(now), touched.gone("pipe"), touched.added("pipe"))
        was = before.ids.find_many(after.ids)
        ends = (np.append(before.from_node, NO_INDEX)[was], np.append(before.to_node, NO_INDEX)[was])
        base_node = np.concatenate(ends).astype(np.int32)
        changed = np.zeros(len(after), dtype=np.bool_)
        at = after.ids.find_many(IdColumn.of(sorted(now)))
        changed[at[at >= 0]] = True
        settled = np.tile(changed, 2) | np.append(asked, np.False_)[base_node]
        return cls(rows, settled, base_node)

    def nodes_drawn_in(self, fresh: City) -> NDArray[np.integer]:
        """Junctions not in question that settled ends now meet: these are in question as well."""
        node = _both(fresh)
        met = np.zeros(len(fresh.network.nodes), dtype=np.bool_)
        met[node[self.settled]] = True
        return np.unique(self.base_node[met[node] & ~self.settled & (self.base_node >= 0)])


def _both(city: City) -> Int32:
    pipes = city.network.pipes
    return np.concatenate([pipes.from_node, pipes.to_node])


def _joined(base: City, fresh: City, touched: Touched, concerned: Concerned, ends: _Ends) -> City | None:
    tied = _tie(base, fresh, concerned.nodes, ends)
    if tied is None:
        return None
    nodes, of_base_node, of_fresh_node, from_node, to_node = tied
    pipes = spliced(base.network.pipes, fresh.network.pipes, ends.rows, {})
    was = base.network.pipes
    pipes = replace(pipes, from_node=kept(was.from_node, from_node), to_node=kept(was.to_node, to_node))
    to_pipe = (ends.rows.of_base, ends.rows.of_fresh)
    places = {"node": (of_base_node, of_fresh_node), "pipe": to_pipe, "toward_pipe": to_pipe}
    device_rows = _device_rows(base.network.devices, fresh.network.devices, touched, concerned)
    devices = spliced(base.network.devices, fresh.network.devices, device_rows, places)
    source_rows = _rows(base.network.sources, fresh.network.sources, touched, concerned, "source")
    sources = spliced(base.network.sources, fresh.network.sources, source_rows, places)
    stations = _rows(base.stations, fresh.stations, touched, concerned, "station")
    to_device = (device_rows.of_base, device_rows.of_fresh)
    hanging = {"tap": to_pipe, "branch_valve": to_device, "station": (stations.of_base, stations.of_fresh)}
    hydrants = _rows(base.hydrants, fresh.hydrants, touched, concerned, "hydrant")
    customers = _rows(base.customers, fresh.customers, touched, concerned, "customer")
    return City(
        Network(nodes, pipes, devices, sources),
        spliced_shapes(base.shapes, fresh.shapes, ends.rows),
        spliced(base.customers, fresh.customers, customers, hanging),
        spliced(base.hydrants, fresh.hydrants, hydrants, hanging),
        spliced(base.stations, fresh.stations, stations, hanging),
    )


def _tie(base: City, fresh: City, asked: Bool, ends: _Ends) -> tuple[NodeTable, Int32, Int32, Int32, Int32] | None:
    """Nodes of the spliced pipes.

    Returns:
        The nodes; the new row of each node of *base* and of *fresh*; and the nodes at either end of each pipe. None
        where a fresh node bears the id of one elsewhere.
    """
    settled = np.zeros(len(fresh.network.nodes), dtype=np.bool_)
    settled[_both(fresh)[ends.settled]] = True
    others, new = np.flatnonzero(~asked), np.flatnonzero(settled)
    names = fresh.network.nodes.ids.data[new]
    held = base.network.nodes.ids.find_many(IdColumn(names))
    if (~np.append(asked, np.True_)[held]).any():
        return None
    # Provisional numbers: nodes of the base, then those of the neighbourhood.
    count = len(base.network.nodes)
    of_fresh = np.full(len(fresh.network.nodes), NO_INDEX, dtype=np.int32)
    of_fresh[_both(fresh)] = ends.base_node
    of_fresh[new] = count + new
    pipes, n = fresh.network.pipes, len(fresh.network.pipes)
    sides = []
    for old, made, which in (
        (base.network.pipes.from_node, pipes.from_node, slice(0, n)),
        (base.network.pipes.to_node, pipes.to_node, slice(n, 2 * n)),
    ):
        side = np.concatenate([old, of_fresh[made]])[ends.rows.source]
        at = np.flatnonzero(ends.settled[which] & (ends.rows.of_fresh >= 0))
        side[ends.rows.of_fresh[at]] = of_fresh[made[at]]
        sides.append(side)
    return _numbered(base, fresh, others, of_fresh, np.concatenate(sides))


def _numbered(
    base: City, fresh: City, others: NDArray[np.integer], of_fresh: Int32, provisional: NDArray[np.integer]
) -> tuple[NodeTable, Int32, Int32, Int32, Int32]:
    """Nodes in the order of their first end, as noding numbers them."""
    old, made = base.network.nodes, fresh.network.nodes
    size, ends = len(old) + len(made), len(provisional)
    first = np.full(size, ends, dtype=np.int64)
    first[provisional[::-1]] = np.arange(ends - 1, -1, -1)
    order = np.argsort(first, kind="stable")[: int(np.count_nonzero(first < ends))]
    number = np.full(size, NO_INDEX, dtype=np.int32)
    number[order] = np.arange(len(order))
    ids = kept(old.ids.data, np.concatenate([old.ids.data, made.ids.data])[order])
    nodes = NodeTable(
        old.ids if ids is old.ids.data else IdColumn(ids),
        kept(old.x_m, np.concatenate([old.x_m, made.x_m])[order]),
        kept(old.y_m, np.concatenate([old.y_m, made.y_m])[order]),
        np.concatenate([old.elevation_m, made.elevation_m])[order],
    )
    of_base = np.full(len(old), NO_INDEX, dtype=np.int32)
    of_base[others] = number[others]
    pipes = ends // 2
    tied = number[provisional]
    levelled = _with_levels(nodes, old)
    levelled = replace(levelled, elevation_m=kept(old.elevation_m, levelled.elevation_m))
    return levelled, of_base, pointed(of_fresh, number), tied[:pipes], tied[pipes:]


def _rows(base: _Table, fresh: _Table, touched: Touched, concerned: Concerned, layer: str) -> Rows:
    taken = set(concerned.ids[layer]) - touched.gone(layer)
    return Rows.of(base.ids, fresh.ids, taken, touched.gone(layer), touched.added(layer))


def _device_rows(base: DeviceTable, fresh: DeviceTable, touched: Touched, concerned: Concerned) -> Rows:
    """Rows of the devices: valves, then pumps."""
    gone = touched.gone("valve") | touched.gone("pump")
    taken = set(concerned.ids["valve"] | concerned.ids["pump"]) - gone
    valves, pumps = touched.added("valve"), touched.added("pump")
    rows = Rows.of(base.ids, fresh.ids, taken, gone, [*valves, *pumps])
    if not valves:
        return rows
    # New valves stand before the pumps.
    is_pump = np.append(base.kind == DeviceKind.PUMP, fresh.kind == DeviceKind.PUMP)[rows.source]
    order = np.argsort(is_pump, kind="stable")
    back = np.empty(len(order), dtype=np.int32)
    back[order] = np.arange(len(order))
    return Rows(rows.source[order], rows.base, pointed(rows.of_base, back), pointed(rows.of_fresh, back))
