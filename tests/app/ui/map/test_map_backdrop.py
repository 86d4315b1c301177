"""A picture from the workspace's folder under the mains; broken ones told, none needed."""

from collections.abc import Callable
from pathlib import Path

import mapbox_vector_tile
import numpy as np
import pytest
from console_driver import Driver
from little_city import EAST, NORTH
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect
from PySide6.QtGui import QColor, QImage
from pysqlite3 import dbapi2

from app.bootstrap import basemap_opener
from app.ui.map.backdrop import decode
from app.ui.map.labels import _ground_names
from gis.basemap import TILE_PX, mercator
from gis.crs import to_wgs84
from gis.scene.detail import MapLayer
from gis.scene.map_style import MapStyle

ZOOM = 14


def png(colour: str) -> bytes:
    return encoded(colour, "PNG")


def encoded(colour: str, kind: str) -> bytes:
    image = QImage(TILE_PX, TILE_PX, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)
    return bytes(data.data())


def tiles_around_town(folder: Path, data: bytes, kind: str = "png") -> None:
    lon, lat = to_wgs84(4548, np.array([EAST + 500.0]), np.array([NORTH + 400.0]))
    x, y = mercator(lon, lat, ZOOM)
    (folder / "basemap").mkdir()
    with dbapi2.connect(str(folder / "basemap" / "city.mbtiles")) as file:
        file.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        file.execute("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
        file.execute("INSERT INTO metadata VALUES ('format', ?)", (kind,))
        column, row = int(x[0] // TILE_PX), int(y[0] // TILE_PX)
        file.executemany(
            "INSERT INTO tiles VALUES (?, ?, ?, ?)",
            [(ZOOM, column + right, 2**ZOOM - 1 - row - down, data) for right in range(-2, 3) for down in range(-2, 3)],
        )
    file.close()


def opened(start: Callable[..., Driver], theme: str = "light") -> Driver:
    desk = start(theme=theme)
    desk.window.map.open_basemap = basemap_opener
    return desk.open()


def pixel(desk: Driver) -> QColor:
    """In the middle of a block, where no main runs."""
    canvas = desk.window.map.canvas
    canvas.zoom_to_point(EAST + 300.0, NORTH + 300.0, 0.5)
    desk.until(lambda: canvas.settled)
    x, y = canvas.view.to_px(EAST + 330.0, NORTH + 330.0)
    return canvas.grab().toImage().pixelColor(round(x), round(y))


def test_the_picture_lies_under_the_mains(start: Callable[..., Driver], town: Path) -> None:
    tiles_around_town(town, png("#C81E1E"))
    assert pixel(opened(start)).name().upper() == "#C81E1E"


def test_in_the_dark_it_is_dimmed(start: Callable[..., Driver], town: Path) -> None:
    tiles_around_town(town, png("#FFFFFF"))
    assert 100 < pixel(opened(start, "dark")).lightness() < 200


@pytest.mark.parametrize("theme", ["light", "dark", "sun"])
def test_vector_tiles_lie_under_the_mains_in_the_colours_of_the_theme(
    start: Callable[..., Driver], town: Path, theme: str
) -> None:
    whole = {"geometry": "POLYGON ((-64 -64, 4160 -64, 4160 4160, -64 4160, -64 -64))", "properties": {}}
    # Water lies over parks, parks over built land, in whichever order the file has them.
    layers = [{"name": name, "features": [whole]} for name in ("water", "park", "landuse")]
    tile = mapbox_vector_tile.encode(layers, default_options={"y_coord_down": True})
    tiles_around_town(town, tile, "pbf")
    desk = opened(start, theme)
    shown = pixel(desk)
    assert shown == QColor(desk.window.look.theme.map_water)
    assert not desk.window.notice.isVisible()


def test_names_of_vector_tiles_are_written_with_the_others_and_none_twice(
    start: Callable[..., Driver], town: Path
) -> None:
    def named(name: str, geometry: str, **told: object) -> dict[str, object]:
        return {"geometry": geometry, "properties": {"name": name, **told}}

    middle, along = "POINT (2048 2048)", "LINESTRING (0 900, 4096 900)"
    layers = [
        {"name": "place", "features": [named("泉城坊", middle, rank=3)]},
        {"name": "water_name", "features": [named("月牙湖", "POINT (3000 1200)")]},
        {"name": "transportation_name", "features": [named("环湖大道", along, **{"class": "primary"})]},
        # A street that the city has too: its own name stands, not this one a few metres beside it.
        {"name": "street_labels", "features": [named("清泉大街", "LINESTRING (0 3000, 4096 3000)")]},
        {"name": "poi_label", "features": [named("便民商店", "POINT (1000 1000)")]},
    ]
    tiles_around_town(town, mapbox_vector_tile.encode(layers, default_options={"y_coord_down": True}), "pbf")
    desk = opened(start)
    canvas = desk.window.map.canvas
    canvas.zoom_to_point(EAST - 400.0, NORTH + 800.0, 4.0)

    def drawn() -> set[str]:
        return {spot.text for spots in _ground_names(canvas.view, canvas.content).values() for spot in spots}

    desk.until(lambda: canvas.settled and bool(drawn()))
    known = {name.text for name in canvas.content.backdrop.names.within(canvas.view)}
    assert known == {"泉城坊", "月牙湖", "环湖大道", "清泉大街"}
    assert drawn() == known - {"清泉大街"}
    with_names = canvas.grab().toImage()
    canvas.set_style(MapStyle(hidden=frozenset({MapLayer.NAMES})))
    desk.until(lambda: canvas.settled)
    name = next(one for one in canvas.content.backdrop.names.within(canvas.view) if one.text == "泉城坊")
    x, y = canvas.view.to_px(name.x_m, name.y_m)
    place = QRect(round(x) - 18, round(y) - 8, 36, 16)
    assert with_names.copy(place) != canvas.grab().toImage().copy(place), "the name stands where it belongs"


def test_broken_vector_tiles_are_told(start: Callable[..., Driver], town: Path) -> None:
    tiles_around_town(town, b"no shapes", "pbf")
    desk = opened(start)
    pixel(desk)
    desk.until(desk.window.notice.isVisible)


def test_broken_tiles_are_told_and_the_map_is_as_ever(start: Callable[..., Driver], town: Path) -> None:
    tiles_around_town(town, b"no picture")
    desk = opened(start)
    assert pixel(desk).saturation() < 40
    desk.until(desk.window.notice.isVisible)


def test_a_file_that_is_none_is_told_once(start: Callable[..., Driver], town: Path) -> None:
    (town / "basemap").mkdir()
    (town / "basemap" / "x.mbtiles").write_text("no database", encoding="utf-8")
    desk = opened(start)
    pixel(desk)
    desk.until(desk.window.notice.isVisible)


@pytest.mark.parametrize("kind", ["PNG", "JPG", "WEBP"])
def test_every_format_of_tiles_is_read(kind: str) -> None:
    pixels = decode(encoded("#3366CC", kind))
    assert pixels is not None
    assert pixels.shape == (TILE_PX, TILE_PX, 4)
    assert np.abs(pixels[100, 100].astype(int) - (0x33, 0x66, 0xCC, 0xFF)).max() < 12


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><rect width="256" height="256"/></svg>'


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n", bytes(500), SVG])
def test_rubbish_is_no_tile(data: bytes) -> None:
    assert decode(data) is None


def test_a_tile_is_decoded_to_its_colour() -> None:
    found = decode(png("#102030"))
    assert found is not None
    assert found.shape == (TILE_PX, TILE_PX, 4)
    assert (found == [0x10, 0x20, 0x30, 255]).all()
