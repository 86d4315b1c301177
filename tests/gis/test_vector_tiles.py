"""Vector tiles: read by meaning, put in their true place, harmless when broken."""

from __future__ import annotations

import gzip
from pathlib import Path

import mapbox_vector_tile
import numpy as np
import pytest
from test_basemap import EPSG, GRATICULE, X, Y, mbtiles

from gis.basemap import TILE_PX, Basemap, in_tiles, mercator, open_basemaps, zoom_for
from gis.crs import to_wgs84
from gis.errors import GisError
from gis.gcj02 import to_gcj02
from gis.ground_shapes import Meaning
from gis.scene.view import MapView
from gis.vector_basemap import MOST_TILES, VectorBasemap, places_of
from gis.vector_tiles import decode_tile

SQUARE = "POLYGON ((0 0, 1024 0, 1024 1024, 0 1024, 0 0))"


def tile(*layers: tuple[str, str, dict[str, str]]) -> bytes:
    """A tile of one feature a layer: name, shape in the tile's 4096 units with y southwards, attributes."""
    made = [
        {"name": name, "features": [{"geometry": shape, "properties": attributes}]}
        for name, shape, attributes in layers
    ]
    return bytes(mapbox_vector_tile.encode(made, default_options={"y_coord_down": True}))


def test_layers_are_told_apart_by_what_they_mean() -> None:
    shapes = decode_tile(
        tile(
            ("water", SQUARE, {}),
            ("landcover", SQUARE, {"class": "wood"}),
            ("landuse", SQUARE, {"class": "park"}),
            ("landuse_homes", SQUARE, {"class": "residential"}),
            ("building", SQUARE, {}),
            ("waterway", "LINESTRING (0 0, 4096 4096)", {}),
            ("transportation", "LINESTRING (0 0, 4096 0)", {"class": "primary"}),
            ("road", "MULTILINESTRING ((0 0, 10 0), (20 0, 30 0))", {"class": "tertiary"}),
            ("boundary", "LINESTRING (0 0, 5 5)", {}),
            ("transportation_name", "LINESTRING (0 0, 7 7)", {}),
            ("place", "POINT (5 5)", {}),
        )
    )
    assert shapes is not None
    counts = {meaning: len(lines) for meaning, lines in shapes.shapes.items()}
    assert counts == {
        Meaning.WATER: 1,
        Meaning.GREEN: 2,
        Meaning.BLOCK: 1,
        Meaning.BUILDING: 1,
        Meaning.STREAM: 1,
        Meaning.ARTERIAL: 1,
        Meaning.STREET: 2,
        Meaning.LANE: 1,
    }
    assert np.allclose(shapes.shapes[Meaning.STREAM].xy_m, [[0, 0], [1, 1]])
    assert np.allclose(np.ptp(shapes.shapes[Meaning.WATER].xy_m, axis=0), 0.25)


def test_a_packed_tile_is_unpacked_and_holes_stay_rings() -> None:
    holed = "POLYGON ((0 0, 4096 0, 4096 4096, 0 4096, 0 0), (1000 1000, 1000 2000, 2000 2000, 2000 1000, 1000 1000))"
    shapes = decode_tile(gzip.compress(tile(("water", holed, {}))))
    assert shapes is not None
    assert len(shapes.shapes[Meaning.WATER]) == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no tile at all",
        bytes(400),
        gzip.compress(b"x" * 50, mtime=0)[:-9],
        b"\x1f\x8b\x08rubbish",
        b"\x1a\xff\x01",
    ],
)
def test_rubbish_is_no_tile(data: bytes) -> None:
    assert decode_tile(data) is None


def test_what_unpacks_without_end_is_no_tile() -> None:
    assert decode_tile(gzip.compress(bytes(40 * 2**20))) is None


@pytest.mark.parametrize("gcj02", [False, True])
def test_corners_are_put_where_they_are_on_the_earth(gcj02: bool) -> None:
    offsets = np.array([[0.0, 0.0], [-20_000, -20_000], [20_000, 20_000], [15_000, -18_000]])
    true = np.array([X, Y]) + offsets
    east, north = to_wgs84(EPSG, true[:, 0], true[:, 1])
    if gcj02:
        east, north = to_gcj02(east, north)
    pixels = np.column_stack(mercator(east, north, 14))
    found = places_of(pixels, GRATICULE, 14, gcj02=gcj02)
    assert np.abs(found - true).max() < 0.05
    # Beyond the city the way goes on without a step.
    ray = np.linspace(0.0, 1.0, 400)[:, None] * [9_000.0, 4_000.0] + pixels[0]
    steps = np.linalg.norm(np.diff(places_of(ray, GRATICULE, 14, gcj02=gcj02), axis=0), axis=1)
    assert steps.max() < 1.05 * steps.min()


def city_of_tiles(path: Path, view: MapView, data: bytes, zoom: int, **said: str) -> Path:
    """Every tile under a view, each the same."""
    corners = np.array([[view.bounds.x_min, view.bounds.y_min], [view.bounds.x_max, view.bounds.y_max]])
    x, y = in_tiles(corners[:, 0], corners[:, 1], GRATICULE, zoom, gcj02=False)
    columns = range(int(x.min() // TILE_PX), int(x.max() // TILE_PX) + 1)
    rows = range(int(y.min() // TILE_PX), int(y.max() // TILE_PX) + 1)
    return mbtiles(path, {(zoom, c, r): data for c in columns for r in rows}, format="pbf", **said)


@pytest.mark.parametrize("gcj02", [False, True])
def test_a_view_is_drawn_from_the_tiles_under_it(tmp_path: Path, gcj02: bool) -> None:
    view = MapView(X, Y, 1.0, 400, 300)
    zoom = zoom_for(view, 36.65, (1, 15))
    data = tile(("building", SQUARE, {}))
    name = "a.gcj02.mbtiles" if gcj02 else "a.mbtiles"
    (basemap,) = open_basemaps([city_of_tiles(tmp_path / name, view, data, zoom)])
    assert basemap.tiles.vector
    source = VectorBasemap(basemap, GRATICULE)
    drawing = source.drawing(view)
    assert drawing is not None
    assert drawing.broken == 0
    corner = drawing.shapes[Meaning.BUILDING][0].xy_m[:1]
    east, north = to_wgs84(EPSG, corner[:, 0], corner[:, 1])
    if gcj02:
        east, north = to_gcj02(east, north)
    x, y = mercator(east, north, zoom)
    shares = np.array([x[0], y[0]]) / TILE_PX % 1
    assert np.abs((shares + 0.125) % 0.25 - 0.125).max() < 1e-3
    assert source.drawing(view) is not None
    assert source.drawing(view.centred(X + 1e6, Y)) is None
    source.close()


def test_broken_tiles_are_counted_each_time_and_the_others_drawn(tmp_path: Path) -> None:
    view = MapView(X, Y, 1.0, 700, 500)
    path = city_of_tiles(tmp_path / "b.mbtiles", view, b"broken", zoom_for(view, 36.65, (1, 15)))
    source = VectorBasemap(Basemap(path), GRATICULE)
    for _ in range(2):
        drawing = source.drawing(view)
        assert drawing is not None
        assert drawing.broken > 1
        assert drawing.shapes == {}
    source.close()


def test_a_view_that_would_need_very_many_tiles_is_left_to_the_city(tmp_path: Path) -> None:
    view = MapView(X, Y, 20.0, 1920, 1080)
    path = mbtiles(tmp_path / "c.mbtiles", {(16, 1, 1): tile(("water", SQUARE, {}))}, format="pbf")
    source = VectorBasemap(Basemap(path), GRATICULE)
    assert MOST_TILES < 100
    assert source.drawing(view) is None
    assert source.drawing(MapView(X, Y, 1.0, 300, 200)) is None
    source.close()


def test_one_file_that_is_none_leaves_none_open(tmp_path: Path) -> None:
    good = mbtiles(tmp_path / "d.mbtiles", {(3, 1, 1): b"1234"})
    (tmp_path / "e.mbtiles").write_text("no database", encoding="utf-8")
    with pytest.raises(GisError):
        open_basemaps([good, tmp_path / "e.mbtiles"])
