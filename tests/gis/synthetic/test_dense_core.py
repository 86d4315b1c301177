"""A city with an old town: narrower, more crooked, denser in the middle, and a whole network all the same."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gis.layers import LayerSet
from gis.noding import NodingOptions, build_city
from gis.synthetic import generate_city

PIPES, SEED = 4_000, 5


@pytest.fixture(scope="module")
def cities() -> tuple[LayerSet, LayerSet]:
    return generate_city(PIPES, SEED), generate_city(PIPES, SEED, dense_core=True)


def middle(layers: LayerSet) -> tuple[np.ndarray, np.ndarray]:
    """Lengths, and detours between the ends, of the mains within 500 m of the middle."""
    lines = layers.get("pipe").geometry
    places = shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True))
    away_m = np.hypot(*(places - np.median(places, axis=0)).T)
    near = lines[away_m < 500]
    length_m = shapely.length(near)
    straight_m = shapely.distance(shapely.get_point(near, 0), shapely.get_point(near, -1))
    return length_m, length_m / np.maximum(straight_m, 0.1)


def test_its_middle_holds_more_and_shorter_lanes(cities: tuple[LayerSet, LayerSet]) -> None:
    (usual_m, _), (dense_m, _) = middle(cities[0]), middle(cities[1])
    assert len(dense_m) > 1.3 * len(usual_m)
    assert np.median(dense_m) < np.median(usual_m)


def test_it_has_exactly_the_pipes_asked_for_and_no_faults(cities: tuple[LayerSet, LayerSet]) -> None:
    noded = build_city(cities[1], NodingOptions())
    assert len(noded.city.network.pipes) == PIPES
    assert not noded.faults


def test_the_usual_city_is_as_it_was(cities: tuple[LayerSet, LayerSet]) -> None:
    again = generate_city(PIPES, SEED)
    assert shapely.equals(again.get("pipe").geometry, cities[0].get("pipe").geometry).all()
    assert not shapely.equals(cities[0].get("pipe").geometry, cities[1].get("pipe").geometry).all()
