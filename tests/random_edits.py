"""Random edits of a drawn town, sensible ones and rough ones, for the properties of editing."""

from __future__ import annotations

import shapely
from hypothesis import strategies as st

from gis.editing.changes import Change, Place, feature_at, place_at
from gis.layers import Layer, LayerSet

REFERENCES = {
    "valve": ("pipe_id", "toward_pipe_id"),
    "pump": ("pipe_id", "toward_pipe_id"),
    "hydrant": ("pipe_id", "valve_id"),
    "customer": ("pipe_id", "station_id", "meter_id"),
    "station": ("pipe_id",),
    "service": ("pipe_id", "valve_id", "customer_id"),
}
TARGETS = {"pipe_id": "pipe", "toward_pipe_id": "pipe", "valve_id": "valve", "station_id": "station"}
TARGETS |= {"meter_id": "valve", "customer_id": "customer"}
LAYERS = ("pipe", "pipe", "pipe", "valve", "valve", "source", "customer", "junction", "hydrant", "station")
LAYERS += ("service", "pump", "sensor", "road")


@st.composite
def changes(draw: st.DrawFn, layers: LayerSet, number: int) -> list[Change]:
    """One edit of *layers*: mostly one change; a split is two."""
    name = draw(st.sampled_from(LAYERS))
    layer = layers.get(name)
    what = draw(st.sampled_from(("add", "set", "set", "delete", "split", "put")))
    if what == "split" and len(layers.get("pipe")):
        return draw(_splits(layers, number))
    if what == "put" and len(layers.get("pipe")):
        return draw(_puts(layers, number))
    if what == "add" or not len(layer):
        return [Change(name, f"new{number}", "add", draw(_places(layers, name)), draw(_fields(layers, name)))]
    row = draw(st.integers(0, len(layer) - 1))
    feature = str(layer.columns["id"][row])
    if what == "delete":
        return [Change(name, feature, "delete")]
    place = draw(st.one_of(st.none(), _places(layers, name), _moved(name, layer, row)))
    return [Change(name, feature, "set", place, draw(_fields(layers, name)))]


@st.composite
def _places(draw: st.DrawFn, layers: LayerSet, name: str) -> Place:
    """Anywhere, but often at an end of a pipe or on one."""
    line = name in {"pipe", "service", "road"}
    spots = [draw(_spots(layers)) for _ in range(2 if line else 1)]
    if line and spots[0] == spots[1]:
        spots[1] = (spots[0][0] + 7.0, spots[0][1] + 3.0)
    pipe = layers.get("pipe")
    nodes = sorted({*pipe.text("from_node").tolist(), *pipe.text("to_node").tolist(), "", "fresh"})
    ids = [draw(st.sampled_from(("", "", "", draw(st.sampled_from(nodes))))) for _ in range(2)]
    return Place(tuple(spots), *ids) if name == "pipe" else Place(tuple(spots))


@st.composite
def _spots(draw: st.DrawFn, layers: LayerSet) -> tuple[float, float]:
    pipe = layers.get("pipe")
    if not len(pipe) or not draw(st.integers(0, 4)):
        return 500_000.0 + draw(st.integers(-200, 200)), 4_060_000.0 + draw(st.integers(-200, 200))
    line = pipe.geometry[draw(st.integers(0, len(pipe) - 1))]
    share = draw(st.sampled_from((0.0, 0.0, 1.0, 1.0, 0.25, 0.6)))
    x, y = shapely.get_coordinates(line.interpolate(share, normalized=True))[0]
    gap = draw(st.sampled_from((0.0, 0.0, 0.004, 0.3, 2.0)))
    return float(x) + gap, float(y)


@st.composite
def _moved(draw: st.DrawFn, name: str, layer: Layer, row: int) -> Place:
    place = place_at(name, layer, row)
    dx, dy = draw(st.sampled_from(((0.005, 0.0), (0.4, 0.0), (3.0, 1.0), (60.0, -20.0))))
    at = draw(st.sampled_from((0, -1, None)))
    xy = list(place.xy_m)
    rows = range(len(xy)) if at is None else [at]
    for one in rows:
        xy[one] = (xy[one][0] + dx, xy[one][1] + dy)
    return Place(tuple(xy), place.from_node, place.to_node)


@st.composite
def _fields(draw: st.DrawFn, layers: LayerSet, name: str) -> dict[str, str | float | None]:
    fields: dict[str, str | float | None] = {}
    for column in REFERENCES.get(name, ()):
        if draw(st.booleans()):
            ids = [str(value) for value in layers.get(TARGETS[column]).columns["id"]]
            fields[column] = draw(st.sampled_from(("", "nothing", "new1", "new2", *ids))) or None
    if name == "valve":
        fields["kind"] = draw(st.sampled_from(("isolation", "isolation", "check", "service", "hydrant")))
        fields["flow"] = draw(st.sampled_from(("with", "", ""))) or None
    if name == "source":
        fields["kind"] = draw(st.sampled_from(("plant", "tank")))
    if name == "pipe" and draw(st.booleans()):
        fields |= {"dn_mm": draw(st.sampled_from((None, 200.0))), "length_m": draw(st.sampled_from((None, 50.0)))}
    if name == "junction":
        fields["elevation_m"] = draw(st.sampled_from((3.0, 8.0)))
    return fields


@st.composite
def _splits(draw: st.DrawFn, layers: LayerSet, number: int) -> list[Change]:
    pipe = layers.get("pipe")
    row = draw(st.integers(0, len(pipe) - 1))
    feature = feature_at("pipe", pipe, row)
    line = pipe.geometry[row]
    middle = line.interpolate(draw(st.sampled_from((0.3, 0.5))), normalized=True)
    xy = feature.place.xy_m
    cut = (middle.x, middle.y)
    first = Place((xy[0], cut), feature.place.from_node, "")
    second = Place((cut, xy[-1]), "", feature.place.to_node)
    return [
        Change("pipe", feature.id, "set", first, {"length_m": None}),
        Change("pipe", f"new{number}", "add", second, dict(feature.fields, length_m=None)),
    ]


@st.composite
def _puts(draw: st.DrawFn, layers: LayerSet, number: int) -> list[Change]:
    pipe = layers.get("pipe")
    row = draw(st.integers(0, len(pipe) - 1))
    middle = pipe.geometry[row].interpolate(draw(st.sampled_from((0.0, 0.4, 1.0))), normalized=True)
    fields = {"kind": "isolation", "pipe_id": str(pipe.columns["id"][row])}
    return [Change("valve", f"new{number}", "add", Place(((middle.x, middle.y),)), fields)]
