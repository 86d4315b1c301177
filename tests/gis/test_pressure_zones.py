"""Junctions and the pressure zones drawn around them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import shapely

from gis.pressure_zones import zone_of_nodes


def asked(*zones: Any) -> list[int]:
    places = [(1.0, 1.0), (9.0, 1.0), (5.0, 1.0), (50.0, 50.0)]
    nodes = SimpleNamespace(x_m=np.array([x for x, _ in places]), y_m=np.array([y for _, y in places]))
    nodes = type("Nodes", (), {"x_m": nodes.x_m, "y_m": nodes.y_m, "__len__": lambda _: len(places)})()
    city: Any = SimpleNamespace(network=SimpleNamespace(nodes=nodes))
    layers: Any = SimpleNamespace(get=lambda _: SimpleNamespace(geometry=np.array(zones, dtype=object)))
    return zone_of_nodes(city, layers).tolist()


def test_a_junction_lies_in_the_zone_around_it() -> None:
    assert asked(shapely.box(0, 0, 5, 5), shapely.box(5, 0, 10, 5)) == [0, 1, -1, -1]


def test_zones_that_cannot_be_used_are_left_out() -> None:
    broken = shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])
    assert asked(broken, None, shapely.box(0, 0, 6, 5)) == [2, -1, 2, -1]


def test_a_city_without_zones_has_none() -> None:
    assert asked() == [-1] * 4
