"""The edit that a mend is, worked out against the layers as they stand when it is made, and what it would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gis.editing.changes import Change, Feature, feature_at
from gis.editing.forms import Refusal
from gis.editing.overlaid import Overlaid
from gis.editing.renode import noded_around
from gis.editing.source import LayerSource, ids_of
from gis.editing.tools import AT_END_M, Edit, feature, move_node, move_onto, split_pipe
from gis.layers import Layer
from gis.mending.find import components
from gis.mending.records import Mend, MendKind
from gis.noding import NodingOptions
from network.segments import find_segments
from network.topology import City

_SLACK_M = 0.05


@dataclass(frozen=True)
class Effect:
    """What an edit does to the network as a whole.

    Attributes:
        components: Parts that meet one another nowhere, before and after.
        segments: Segments, before and after.
    """

    components: tuple[int, int]
    segments: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Preview:
    """A mend before it is made.

    Attributes:
        before: The features that it touches, as they are; those that it makes are not among them.
        after: The same and the new ones, as they would be.
        effect: None where the surroundings do not settle it.
    """

    edit: Edit
    before: tuple[Feature, ...]
    after: tuple[Feature, ...]
    effect: Effect | None


def edit_of(mend: Mend, source: LayerSource) -> Edit | Refusal:
    """The changes that *mend* is now; a refusal where what it speaks of has gone or moved away."""
    match mend.kind:
        case MendKind.DELETE_TWIN:
            if feature(source, "pipe", mend.feature) is None or feature(source, "pipe", mend.other) is None:
                return _gone(mend)
            return (*_renamed(source, mend.feature, mend.other), Change("pipe", mend.feature, "delete"))
        case MendKind.MOVE_VALVE:
            return _valve_moved(mend, source)
        case _:
            return _joined(mend, source)


def preview(mend: Mend, city: City, source: LayerSource, options: NodingOptions) -> Preview | Refusal:
    """What *mend* would do to *city*, whose layers are *source*; nothing is written."""
    edit = edit_of(mend, source)
    if isinstance(edit, Refusal):
        return edit
    after = Overlaid(source, edit)
    touched = after.touched
    before = tuple(_features(touched.before))
    now = tuple(_features(touched.now))
    made = noded_around(city, touched, after, options)
    if made is None:
        return Preview(edit, before, now, None)
    parts = (components(city)[0], components(made)[0])
    segments = (find_segments(city.network).count, find_segments(made.network).count)
    return Preview(edit, before, now, Effect(parts, segments))


def _features(layers: Mapping[str, Layer]) -> list[Feature]:
    return [feature_at(name, layer, row) for name, layer in layers.items() for row in range(len(layer))]


def _gone(mend: Mend) -> Refusal:
    return Refusal("mend_gone", {"feature": mend.feature})


def _renamed(source: LayerSource, name: str, other: str) -> list[Change]:
    """What named the twin names the one that stays."""
    return [
        Change(layer, found, "set", None, {"pipe_id": other})
        for layer in ("valve", "pump", "customer", "hydrant", "station", "service")
        for found in ids_of(source.having(layer, "pipe_id", [name]))
    ]


def _valve_moved(mend: Mend, source: LayerSource) -> Edit | Refusal:
    reach_m = mend.distance_m + _SLACK_M
    valve = feature(source, mend.layer, mend.feature)
    if valve is None:
        return _gone(mend)
    point = valve.place.geometry
    pipes = source.within("pipe", _box(*valve.place.xy_m[0], reach_m))
    near = [
        (float(shapely.distance(line, point)), name)
        for name, line in zip(ids_of(pipes), pipes.geometry, strict=True)
        if float(shapely.distance(line, point)) <= reach_m
    ]
    return move_onto(source, mend.layer, mend.feature, min(near)[1]) if near else _gone(mend)


def _joined(mend: Mend, source: LayerSource) -> Edit | Refusal:
    """The end of the feature tied to the other pipe: to its end where that is the nearest place, else inside it."""
    own = _part_at(source, mend.feature, mend)
    reach_m = mend.distance_m + _SLACK_M
    other = _part_at(source, mend.other, mend, reach_m)
    if own is None or other is None or own.id == other.id:
        return _gone(mend)
    start, end = own.place.xy_m[0], own.place.xy_m[-1]
    at_start = _apart(start, mend) <= _apart(end, mend)
    here = start if at_start else end
    node = own.place.from_node if at_start else own.place.to_node
    if _apart(here, mend) > _SLACK_M:
        return _gone(mend)
    line = other.place.geometry
    along_m = float(line.line_locate_point(shapely.Point(here)))
    for at_end, tied_to, place in (
        (along_m <= AT_END_M, other.place.from_node, other.place.xy_m[0]),
        (along_m >= line.length - AT_END_M, other.place.to_node, other.place.xy_m[-1]),
    ):
        if at_end:
            return _gone(mend) if tied_to == node else move_node(source, node, place, tied_to)
    foot = line.interpolate(along_m)
    if shapely.distance(line, shapely.Point(here)) <= 0.001:
        return split_pipe(source, other.id, here, node)
    to_m = (foot.x, foot.y)
    parts, moved = split_pipe(source, other.id, to_m, node), move_node(source, node, to_m)
    if isinstance(parts, Refusal):
        return parts
    return moved if isinstance(moved, Refusal) else (*parts, *moved)


def _part_at(source: LayerSource, name: str, mend: Mend, reach_m: float = _SLACK_M) -> Feature | None:
    """The pipe *name*, or the part of it that lies at the mend: an earlier mend may have split it."""
    found = source.within("pipe", _box(mend.x_m, mend.y_m, reach_m))
    point = shapely.Point(mend.x_m, mend.y_m)
    parts = [
        (float(shapely.distance(line, point)), row)
        for row, (part, line) in enumerate(zip(ids_of(found), found.geometry, strict=True))
        if part == name or part.startswith(f"{name}-")
    ]
    near = [part for part in parts if part[0] <= reach_m]
    return feature_at("pipe", found, min(near)[1]) if near else None


def _apart(xy_m: tuple[float, float], mend: Mend) -> float:
    return float(np.hypot(xy_m[0] - mend.x_m, xy_m[1] - mend.y_m))


def _box(x_m: float, y_m: float, reach_m: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([[x_m - reach_m, y_m - reach_m, x_m + reach_m, y_m + reach_m]])
