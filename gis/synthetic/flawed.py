"""The files of a small generated city with the flaws that drawings and tables come with.

For looking at the list of faults without anybody's data: each flaw stands in several places, the same at every call.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gis.layers import Layer
from gis.synthetic.city import generate_city

PIPES = 1_000
_SEED = 7
_LEFT_OUT = frozenset({"from_node", "to_node", "assumed"})
"""Without node ids the places decide which ends meet, as in most offices' drawings."""

Feature = dict[str, Any]


def write_flawed_files(folder: Path) -> Path:
    """Write one GeoJSON file for each layer into *folder*, which is made, and return it."""
    folder.mkdir(parents=True)
    city = generate_city(PIPES, _SEED)
    for name, layer in city.layers.items():
        features = list(_features(layer))
        _FLAWS.get(name, _none)(features)
        crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{city.crs_epsg}"}}
        told = {"type": "FeatureCollection", "crs": crs, "features": features}
        (folder / f"{name}.geojson").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return folder


def _features(layer: Layer) -> Iterator[Feature]:
    columns = {name: values.tolist() for name, values in layer.columns.items() if name not in _LEFT_OUT}
    for row, shape in enumerate(layer.geometry):
        cells = {name: _cell(values[row]) for name, values in columns.items()}
        yield {"type": "Feature", "properties": cells, "geometry": json.loads(shapely.to_geojson(shape))}


def _cell(value: Any) -> Any:
    return None if value == "" or (isinstance(value, float) and not math.isfinite(value)) else value


def _say(features: list[Feature], column: str, rows: range, *words: Any) -> None:
    for row in rows:
        features[row]["properties"][column] = words[row % len(words)]


def _spoil_pipes(features: list[Feature]) -> None:
    _say(features, "dn_mm", range(20, 26), "3oo", "0", "DN250")
    _say(features, "year", range(40, 46), "9999", "1998.5", "90年代")
    _say(features, "material", range(60, 70), " 球墨铸铁", "锟斤拷铁")
    _say(features, "id", range(80, 84), None)
    _say(features, "id", range(90, 93), features[100]["properties"]["id"])
    for row in range(150, 190, 8):
        _move(features[row]["geometry"]["coordinates"], 0, 0.3)
    for row in range(200, 215, 5):
        twin = json.loads(json.dumps(features[row]))
        twin["properties"]["id"] += "B"
        features.append(twin)
    features.append(json.loads(json.dumps(features[300])))
    line = np.array(features[310]["geometry"]["coordinates"])
    several = [line.tolist(), (line + np.array([0.0, 40.0])).tolist()]
    features[310]["geometry"] = {"type": "MultiLineString", "coordinates": several}
    first = features[320]["geometry"]["coordinates"][0]
    features[320]["geometry"] = {"type": "LineString", "coordinates": [first, first]}
    features[330]["geometry"] = {"type": "Point", "coordinates": first}
    features[340]["geometry"] = {"type": "LineString", "coordinates": [[0.0, 0.0], [100.0, 0.0]]}


def _move(places: Any, at: int | str, by_m: float) -> None:
    """Move one place of a list of vertices, or of a geometry, north-east."""
    x_m, y_m = places[at][:2]
    places[at] = [x_m + by_m, y_m + by_m]


def _spoil_valves(features: list[Feature]) -> None:
    _say(features, "kind", range(10, 16), "蝶阀", "gate")
    _say(features, "current", range(30, 34), "half")
    _say(features, "pipe_id", range(50, 54), "P-none")
    for row in range(70, 76):
        features[row]["properties"]["pipe_id"] = None
        _move(features[row]["geometry"], "coordinates", 17.0)
    twin = json.loads(json.dumps(features[90]))
    twin["properties"]["id"] += "B"
    features.append(twin)


def _spoil_customers(features: list[Feature]) -> None:
    _say(features, "critical", range(5, 9), "maybe")
    _say(features, "people", range(20, 26), 3.6, -2)


def _spoil_hydrants(features: list[Feature]) -> None:
    for row in range(4, 8):
        _move(features[row]["geometry"], "coordinates", 3_000.0)
        features[row]["properties"] |= {"pipe_id": None, "valve_id": None}


def _none(_features: list[Feature]) -> None:
    """A layer without flaws."""


_FLAWS: dict[str, Callable[[list[Feature]], None]] = {
    "pipe": _spoil_pipes,
    "valve": _spoil_valves,
    "customer": _spoil_customers,
    "hydrant": _spoil_hydrants,
}
