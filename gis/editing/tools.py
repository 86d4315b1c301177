"""The tools of the drawing desk: each makes an edit (changes that are done and undone as one) or says why not.

Nothing here writes anything: an edit is checked and carried out by whoever asked for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gis.editing.changes import Change, Feature, Place, Value, feature_at
from gis.editing.forms import Refusal
from gis.editing.snap import Snap
from gis.editing.source import LayerSource, ids_of
from gis.editing.surroundings import NAMING_COLUMNS
from network.stretches import cut_line

AT_END_M = 0.01
"""A place this close to an end of a pipe is the end."""

Edit = tuple[Change, ...]


@dataclass(frozen=True)
class Dependent:
    """A feature that names another one: what is left behind when that is deleted."""

    layer: str
    id: str
    column: str


def feature(source: LayerSource, layer: str, name: str) -> Feature | None:
    """The feature *name* of *layer* as it stands."""
    found = source.having(layer, "id", [name])
    return feature_at(layer, found, 0) if len(found) else None


def dependents(source: LayerSource, layer: str, name: str) -> list[Dependent]:
    """Features that name the feature *name* of *layer*."""
    columns = {
        "pipe": ("pipe_id", "toward_pipe_id"),
        "valve": ("valve_id", "meter_id"),
        "pump": ("valve_id", "meter_id"),
        "station": ("station_id",),
        "customer": ("customer_id",),
    }
    return [
        Dependent(other, feature_id, column)
        for other, column in NAMING_COLUMNS
        if column in columns.get(layer, ())
        for feature_id in ids_of(source.having(other, column, [name]))
    ]


def free_id(source: LayerSource, layer: str, stem: str, taken: Sequence[str] = ()) -> str:
    """*stem* with the lowest number from 2 that no feature of *layer* bears and that is not in *taken*."""
    number = 2
    while f"{stem}-{number}" in taken or len(source.having(layer, "id", [f"{stem}-{number}"])):
        number += 1
    return f"{stem}-{number}"


def node_id(x_m: float, y_m: float) -> str:
    """The id of a junction that only its place names."""
    return f"@{x_m:.3f},{y_m:.3f}"


def draw_pipe(
    source: LayerSource,
    name: str,
    start: Snap,
    between: Sequence[tuple[float, float]],
    end: Snap,
    fields: Mapping[str, Value],
) -> Edit | Refusal:
    """A new pipe from *start* to *end*. Where it begins or ends inside another pipe, that one is split there."""
    edit: list[Change] = []
    nodes: list[str] = []
    cut: set[str] = set()
    for snap in (start, end):
        node = snap.node or node_id(snap.x_m, snap.y_m)
        if snap.pipe and not snap.node:
            if snap.pipe in cut:
                return Refusal("edit_twice_on_one_pipe", {"id": snap.pipe})
            parts = split_pipe(source, snap.pipe, snap.xy_m, node)
            if isinstance(parts, Refusal):
                return parts
            cut.add(snap.pipe)
            edit += parts
        nodes.append(node)
    place = Place((start.xy_m, *between, end.xy_m), nodes[0], nodes[1])
    return (*edit, Change("pipe", name, "add", place, dict(fields)))


def split_pipe(source: LayerSource, name: str, at_m: tuple[float, float], node: str = "") -> Edit | Refusal:
    """The pipe *name* in two at the place nearest to *at_m*.

    The first part keeps the id, the second is called ``ID-2`` (or by the next number that is free). What stands or
    hangs on the second part and names the pipe names that part from then on. A recorded length is shared as drawn.

    Args:
        source: The layers.
        name: The pipe.
        at_m: Where; the new ends take these very coordinates.
        node: Id of the junction between the parts, by its place if none is given.
    """
    pipe = feature(source, "pipe", name)
    if pipe is None:
        return Refusal("edit_no_such_feature", {"layer": "pipe", "id": name})
    line = pipe.place.geometry
    cut_m = float(line.line_locate_point(shapely.Point(at_m)))
    if not AT_END_M < cut_m < line.length - AT_END_M:
        return Refusal("edit_split_at_end", {"id": name})
    xy, share = np.array(pipe.place.xy_m), cut_m / line.length
    node, second = node or node_id(*at_m), free_id(source, "pipe", name)
    first_xy = (*_pairs(cut_line(xy, 0.0, share))[:-1], at_m)
    second_xy = (at_m, *_pairs(cut_line(xy, share, 1.0))[1:])
    length_m = pipe.fields.get("length_m")
    stated = isinstance(length_m, (int, float))
    lengths = (float(length_m or 0.0) * share, float(length_m or 0.0) * (1.0 - share)) if stated else (None, None)
    shared: dict[str, Value] = {"length_m": lengths[0]} if stated else {}
    rest = {**pipe.fields, **({"length_m": lengths[1]} if stated else {})}
    return (
        Change("pipe", name, "set", Place(first_xy, pipe.place.from_node, node), shared),
        Change("pipe", second, "add", Place(second_xy, node, pipe.place.to_node), rest),
        *_renamed(source, name, second, shapely.LineString(first_xy), shapely.LineString(second_xy)),
    )


def _renamed(
    source: LayerSource, name: str, second: str, first_line: shapely.LineString, second_line: shapely.LineString
) -> list[Change]:
    """Changes that let features nearer to the second part name that one."""
    found: dict[tuple[str, str], dict[str, Value]] = {}
    for layer, column in NAMING_COLUMNS:
        if column not in ("pipe_id", "toward_pipe_id"):
            continue
        naming = source.having(layer, column, [name])
        for feature_id, geometry in zip(ids_of(naming), naming.geometry, strict=True):
            if geometry.distance(second_line) < geometry.distance(first_line):
                found.setdefault((layer, feature_id), {})[column] = second
    return [Change(layer, feature_id, "set", None, fields) for (layer, feature_id), fields in found.items()]


def put_valve(
    source: LayerSource, name: str, pipe: str, at_m: tuple[float, float], fields: Mapping[str, Value]
) -> Edit | Refusal:
    """A new valve on *pipe*, at the place nearest to *at_m*."""
    on = feature(source, "pipe", pipe)
    if on is None:
        return Refusal("edit_no_such_feature", {"layer": "pipe", "id": pipe})
    return (Change("valve", name, "add", _onto(on, at_m), {"kind": "isolation", **fields, "pipe_id": pipe}),)


def put_junction(
    source: LayerSource, name: str, pipe: str, at_m: tuple[float, float], fields: Mapping[str, Value]
) -> Edit | Refusal:
    """A new junction on *pipe*, at the place nearest to *at_m*: inside it the pipe is split there.

    At an end of the pipe it is recorded for the junction that the pipe meets others in, whose level it gives.
    """
    on = feature(source, "pipe", pipe)
    if on is None:
        return Refusal("edit_no_such_feature", {"layer": "pipe", "id": pipe})
    (place,) = _onto(on, at_m).xy_m
    there = ids_of(source.within("junction", _box_around(place)))
    if there:
        return Refusal("edit_junction_there", {"id": there[0]})
    added = Change("junction", name, "add", Place((place,)), dict(fields))
    if on.place.geometry.boundary.distance(shapely.Point(place)) <= AT_END_M:
        return (added,)
    parts = split_pipe(source, pipe, place, name)
    return parts if isinstance(parts, Refusal) else (*parts, added)


def move_onto(
    source: LayerSource, layer: str, name: str, pipe: str, at_m: tuple[float, float] | None = None
) -> Edit | Refusal:
    """The valve or pump *name* moved onto *pipe*: to the place nearest to *at_m*, or to where it was drawn."""
    on, thing = feature(source, "pipe", pipe), feature(source, layer, name)
    for wanted, found, of in ((pipe, on, "pipe"), (name, thing, layer)):
        if found is None:
            return Refusal("edit_no_such_feature", {"layer": of, "id": wanted})
    assert on is not None
    assert thing is not None
    return (Change(layer, name, "set", _onto(on, at_m or thing.place.xy_m[0]), {"pipe_id": pipe}),)


def _onto(pipe: Feature, at_m: tuple[float, float]) -> Place:
    line = pipe.place.geometry
    place = line.interpolate(line.line_locate_point(shapely.Point(at_m)))
    return Place(((place.x, place.y),))


def move_node(source: LayerSource, node: str, to_m: tuple[float, float], into: str = "") -> Edit | Refusal:
    """The junction *node* moved, with the pipe ends that are tied there and what stands at it.

    With *into* its pipe ends are tied to the junction of that id from then on, which stands at *to_m*.
    """
    edit: list[Change] = []
    here: tuple[float, float] | None = None
    tied = {side: source.having("pipe", side, [node]) for side in ("from_node", "to_node")}
    pipes: dict[str, Feature] = {}
    for layer in tied.values():
        for row, name in enumerate(ids_of(layer)):
            pipes.setdefault(name, feature_at("pipe", layer, row))
    if not pipes:
        return Refusal("edit_no_such_junction", {"id": node})
    for name, pipe in pipes.items():
        xy = list(pipe.place.xy_m)
        for at, tied_to in ((0, pipe.place.from_node), (-1, pipe.place.to_node)):
            if tied_to == node:
                here, xy[at] = xy[at], to_m
        ends = (pipe.place.from_node, pipe.place.to_node)
        place = Place(tuple(xy), *(into if into and tied_to == node else tied_to for tied_to in ends))
        edit.append(Change("pipe", name, "set", place, _redrawn(pipe)))
    assert here is not None
    return (*edit, *_moved_along(source, node, here, to_m))


def _moved_along(source: LayerSource, node: str, here: tuple[float, float], to_m: tuple[float, float]) -> list[Change]:
    box = _box_around(here)
    along = {
        (layer, name) for layer in ("valve", "pump", "source", "junction") for name in ids_of(source.within(layer, box))
    }
    along |= {("junction", name) for name in ids_of(source.having("junction", "id", [node]))}
    return [Change(layer, name, "set", Place((to_m,))) for layer, name in sorted(along)]


def _box_around(place: tuple[float, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    x_m, y_m = place
    return np.array([[x_m - AT_END_M, y_m - AT_END_M, x_m + AT_END_M, y_m + AT_END_M]])


def join_end(source: LayerSource, name: str, at_start: bool, to_m: tuple[float, float], node: str) -> Edit | Refusal:
    """One end of the pipe *name* tied to the junction *node* at *to_m*."""
    pipe = feature(source, "pipe", name)
    if pipe is None:
        return Refusal("edit_no_such_feature", {"layer": "pipe", "id": name})
    xy = list(pipe.place.xy_m)
    xy[0 if at_start else -1] = to_m
    ends = (node, pipe.place.to_node) if at_start else (pipe.place.from_node, node)
    return (Change("pipe", name, "set", Place(tuple(xy), *ends), _redrawn(pipe)),)


def redraw(source: LayerSource, layer: str, name: str, place: Place) -> Edit | Refusal:
    """The feature *name* drawn anew."""
    before = feature(source, layer, name)
    if before is None:
        return Refusal("edit_no_such_feature", {"layer": layer, "id": name})
    return (Change(layer, name, "set", place, _redrawn(before)),)


def _redrawn(before: Feature) -> dict[str, Value]:
    """A length that was recorded for another line counts no longer."""
    return {"length_m": None} if before.fields.get("length_m") is not None else {}


def _pairs(xy: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in xy)
