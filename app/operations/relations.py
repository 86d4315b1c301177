"""From a thing to all that it hangs together with: segment, valves, customers, DMA, pressure zone, source."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.errors import AppError
from app.operations.isolate import answer
from app.operations.trace import place_of, taps_on
from app.relation_requests import FindRelations, RelationsFound
from network.answers import CannotIsolate
from network.columns import Int32
from network.segments import Segmentation
from network.topology import City
from network.traces import NodePlace, Place, TraceGraph, upstream


def find_relations(
    graph: TraceGraph, request: FindRelations, zone_of_node: Int32, zone_ids: Sequence[str]
) -> RelationsFound:
    """What hangs together with the request's target, under the states of *graph*'s model.

    Args:
        graph: Directions of supply.
        request: The target.
        zone_of_node: Shape (nodes,), row of each junction's pressure zone, or -1.
        zone_ids: Their ids.
    """
    model, city = graph.model, graph.model.city
    try:
        place = place_of(city, request.target)
    except AppError:
        # What stands on no pipe has no relations: that is an answer.
        return RelationsFound(request.target, 0)
    segmentation = model.structure.segmentation
    segments = _segments_at(segmentation, place)
    parts = segmentation.stretches(segments)
    given = answer(model, request.target)
    plan = given.result.if_stopped if isinstance(given.result, CannotIsolate) else given.result
    customers = taps_on(city.customers.tap, parts)
    critical = city.customers.critical[customers]
    return RelationsFound(
        target=request.target,
        segments=len(segments),
        parts=parts,
        border=_border(segmentation, segments, city),
        close=plan.close,
        isolated_m=plan.isolated.length_m,
        stop=plan.stop,
        customers=np.concatenate([customers[critical], customers[~critical]]).astype(np.int32),
        critical=int(critical.sum()),
        hydrants=tuple(taps_on(city.hydrants.tap, parts).tolist()),
        dmas=_dmas(city, parts.pipe),
        zones=_zones(city, parts.pipe, zone_of_node, zone_ids),
        sources=tuple(upstream(graph, place).sources.tolist()),
    )


def _segments_at(segmentation: Segmentation, place: Place) -> Int32:
    if isinstance(place, NodePlace):
        return segmentation.at_node(place.node)
    return np.unique(segmentation.at_place(place.pipe, place.offset_m))


def _border(segmentation: Segmentation, segments: Int32, city: City) -> tuple[int, ...]:
    """Devices with one side in *segments* and the other outside, or between two of them."""
    touches = np.isin(segmentation.side_a, segments) | np.isin(segmentation.side_b, segments)
    parts = touches & (segmentation.side_a != segmentation.side_b)
    ids = city.network.devices.ids
    return tuple(sorted(np.flatnonzero(parts).tolist(), key=lambda row: ids.data[row]))


def _dmas(city: City, pipes: Int32) -> tuple[str, ...]:
    column = city.network.pipes.dma
    return tuple(sorted(name for code in np.unique(column.codes[pipes]) if (name := column.vocabulary[int(code)])))


def _zones(city: City, pipes: Int32, zone_of_node: Int32, zone_ids: Sequence[str]) -> tuple[str, ...]:
    table = city.network.pipes
    found = np.unique(zone_of_node[np.concatenate([table.from_node[pipes], table.to_node[pipes]])])
    return tuple(sorted(zone_ids[row] for row in found[found >= 0].tolist()))
