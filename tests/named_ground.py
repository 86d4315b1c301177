"""A made-up quarter whose roads, lane, river and communities have names; some of its roads may be left out."""

from __future__ import annotations

import numpy as np
import shapely

from gis.ground_names import GroundNames, ground_names
from gis.layers import Layer, LayerSet

ROADS = {
    "解放东路": ([(1000, -500), (1000, 1500)], "arterial"),
    "历山路": ([(0, -500), (20, 500), (0, 1500)], "arterial"),
    "文化路": ([(-500, 0), (1500, 0)], "street"),
    "和平路": ([(-500, 1000), (1500, 1000)], "street"),
    "桂花巷": ([(600, 100), (600, 900)], "lane"),
    "": ([(800, -500), (800, 1500)], "street"),
}
RIVER = shapely.Polygon([(-500, 1180), (1500, 1150), (1500, 1250), (-500, 1280)])
COMMUNITIES = {"泉城花园": (100, 100, 500, 500), "青竹苑": (620, 100, 780, 400)}


def objects(values: list) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def ground(without: tuple[str, ...] = ()) -> GroundNames:
    kept = {name: road for name, road in ROADS.items() if name not in without}
    roads = Layer(
        objects([shapely.LineString(line) for line, _ in kept.values()]),
        {"name": objects(list(kept)), "kind": objects([kind for _, kind in kept.values()])},
    )
    boxes = [shapely.box(*box) for box in COMMUNITIES.values()]
    places = Layer(
        objects([RIVER, *boxes, shapely.box(0, 0, 5, 5), None]),
        {
            "name": objects(["玉符河", *COMMUNITIES, "12号楼", "失踪苑"]),
            "kind": objects(["river", *["community"] * len(boxes), "building", "community"]),
        },
    )
    return ground_names(LayerSet(4548, {"road": roads, "place": places}))


def grid(west: float, south: float, east: float, north: float, step: float = 50.0) -> np.ndarray:
    x_m, y_m = np.meshgrid(np.arange(west, east + 1, step), np.arange(south, north + 1, step))
    return np.column_stack([x_m.ravel(), y_m.ravel()])
