"""Tiles under the map: in the right place to a pixel, in either datum; broken, missing and foreign files told."""

from pathlib import Path

import numpy as np
import pytest
from pysqlite3 import dbapi2

from gis.basemap import TILE_PX, Basemap, mercator, paint_basemap, places_in_tiles, zoom_for
from gis.crs import to_wgs84, transform
from gis.errors import GisError
from gis.gcj02 import to_gcj02
from gis.graticule_grid import build_graticule
from gis.scene.view import Bounds, MapView

EPSG = 4548
X, Y = (float(value[0]) for value in transform(np.array([117.12]), np.array([36.65]), "EPSG:4326", f"EPSG:{EPSG}"))
GRATICULE = build_graticule(EPSG, Bounds(X - 25_000, Y - 25_000, X + 25_000, Y + 25_000))


def mbtiles(path: Path, tiles: dict[tuple[int, int, int], bytes], **metadata: str) -> Path:
    """A file of tiles by zoom, column and row from the north."""
    with dbapi2.connect(str(path)) as connection:
        connection.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        connection.execute(
            "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)"
        )
        connection.executemany("INSERT INTO metadata VALUES (?, ?)", list(metadata.items()))
        rows = [(z, column, 2**z - 1 - row, data) for (z, column, row), data in tiles.items()]
        connection.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    connection.close()
    return path


def decode(data: bytes) -> np.ndarray | None:
    """A tile of one colour: four bytes; anything else is broken."""
    return np.tile(np.frombuffer(data, dtype=np.uint8), (TILE_PX, TILE_PX, 1)) if len(data) == 4 else None


@pytest.mark.parametrize("gcj02", [False, True])
@pytest.mark.parametrize("m_per_px", [0.3, 2.0, 20.0])
@pytest.mark.parametrize("corner", [(-20_000, -20_000), (0, 0), (20_000, 20_000)])
def test_every_pixel_falls_on_its_place_to_a_tenth(gcj02: bool, m_per_px: float, corner: tuple[int, int]) -> None:
    view = MapView(X + corner[0], Y + corner[1], m_per_px, 200, 120)
    zoom = zoom_for(view, 36.65, (1, 22))
    x, y = places_in_tiles(view, GRATICULE, zoom, gcj02=gcj02)
    for row, column in ((0, 0), (119, 199), (60, 100), (33, 171)):
        place = view.to_m(column + 0.5, row + 0.5)
        lon, lat = to_wgs84(EPSG, np.array([place[0]]), np.array([place[1]]))
        if gcj02:
            lon, lat = to_gcj02(lon, lat)
        true_x, true_y = mercator(lon, lat, zoom)
        assert abs(x[row, column] - true_x[0]) < 0.1
        assert abs(y[row, column] - true_y[0]) < 0.1


def test_a_constant_offset_would_not_do() -> None:
    lon, lat = np.array([116.9, 117.34]), np.array([36.45, 36.85])
    shift = [np.subtract(one, other) for one, other in zip(to_gcj02(lon, lat), (lon, lat), strict=True)]
    assert np.hypot(np.diff(shift[0])[0] * 89_000, np.diff(shift[1])[0] * 111_000) > 20


@pytest.mark.parametrize(("said", "gcj02"), [({}, False), ({"crs": "GCJ-02"}, True)])
def test_tiles_are_painted_where_they_lie_and_the_rest_is_clear(
    tmp_path: Path, said: dict[str, str], gcj02: bool
) -> None:
    view = MapView(X, Y, 1.0, 300, 200)
    zoom = zoom_for(view, 36.65, (1, 18))
    x, y = places_in_tiles(view, GRATICULE, zoom, gcj02=gcj02)
    elsewhere = places_in_tiles(view, GRATICULE, zoom, gcj02=not gcj02)[0]
    assert np.abs(x - elsewhere).min() > 100, "taken for the other datum it would lie hundreds of metres off"
    column, row = int(x[100, 150] // TILE_PX), int(y[100, 150] // TILE_PX)
    red = bytes([255, 0, 0, 255])
    found = Basemap(mbtiles(tmp_path / "a.mbtiles", {(zoom, column, row): red}, name="城区", format="png", **said))
    picture = paint_basemap(found, view, GRATICULE, decode)
    found.close()
    inside = (x // TILE_PX == column) & (y // TILE_PX == row)
    assert (picture.pixels[inside] == [255, 0, 0, 255]).all()
    assert (picture.pixels[~inside] == 0).all()
    assert found.tiles.name == "城区"
    assert picture.missing > 0
    assert picture.broken == ()


def test_a_broken_tile_is_told_and_not_fatal(tmp_path: Path) -> None:
    view = MapView(X, Y, 1.0, 64, 64)
    zoom = zoom_for(view, 36.65, (1, 18))
    x, y = places_in_tiles(view, GRATICULE, zoom, gcj02=False)
    columns, rows = (x // TILE_PX).astype(int), (y // TILE_PX).astype(int)
    tiles = {(zoom, int(c), int(r)): b"broken" for c in np.unique(columns) for r in np.unique(rows)}
    found = Basemap(mbtiles(tmp_path / "b.mbtiles", tiles))
    picture = paint_basemap(found, view, GRATICULE, decode)
    found.close()
    assert len(picture.broken) == len(tiles)
    assert not picture.pixels.any()


@pytest.mark.parametrize(("said", "gcj02"), [({}, False), ({"crs": "GCJ-02"}, True), ({"datum": "gcj02"}, True)])
def test_the_file_may_say_its_datum_and_the_operator_may_overrule_it(
    tmp_path: Path, said: dict[str, str], gcj02: bool
) -> None:
    path = mbtiles(tmp_path / "c.mbtiles", {(3, 1, 1): b"1234"}, **said)
    for asked, expected in ((None, gcj02), (True, True), (False, False)):
        found = Basemap(path, gcj02=asked)
        assert found.tiles.gcj02 is expected
        assert found.tiles.zooms == (3, 3)
        found.close()


def test_what_is_no_tile_set_is_refused(tmp_path: Path) -> None:
    empty = mbtiles(tmp_path / "e.mbtiles", {})
    text = tmp_path / "t.mbtiles"
    text.write_text("no database", encoding="utf-8")
    other = tmp_path / "o.mbtiles"
    with dbapi2.connect(str(other)) as connection:
        connection.execute("CREATE TABLE something (a)")
    connection.close()
    codes = []
    for path in (empty, text, other, tmp_path / "absent.mbtiles"):
        with pytest.raises(GisError) as refused:
            Basemap(path)
        codes.append(refused.value.code)
    assert codes == ["basemap.empty", "store.damaged", "basemap.not_mbtiles", "store.missing"]


def test_outside_the_city_there_is_nothing_to_paint(tmp_path: Path) -> None:
    found = Basemap(mbtiles(tmp_path / "f.mbtiles", {(3, 1, 1): b"1234"}))
    picture = paint_basemap(found, MapView(X + 1e6, Y, 1.0, 32, 32), GRATICULE, decode)
    found.close()
    assert not picture.pixels.any()
