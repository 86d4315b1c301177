"""What a scale has no room for is still on the map, as marks or as a veil, and the legend says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from map_town import EAST, NORTH, town, town_layers
from PySide6.QtGui import QImage

from app.ui import fonts
from app.ui.map.base import paint_base
from app.ui.map.content import MapContent
from app.ui.map.furniture import legend_entries
from app.ui.map.qtdraw import painting
from app.ui.map.tiles import tiles_of
from app.ui.map.words import MapWords
from app.ui.theme import DARK, LIGHT, Theme
from gis.scene.build import build_scene
from gis.scene.detail import MapLayer
from gis.scene.view import MapView

EVERYTHING_ELSE = frozenset(MapLayer) - {MapLayer.VALVES, MapLayer.HYDRANTS, MapLayer.CUSTOMERS}


@pytest.fixture(scope="module")
def content(qapp) -> MapContent:
    fonts.load_fonts()
    city = town(streets=20)
    return MapContent.of(city, build_scene(city, town_layers(streets=20)))


def view_at(m_per_px: float, side_px: int = 500) -> MapView:
    return MapView(EAST + 950, NORTH + 950, m_per_px, side_px, side_px)


def painted(content: MapContent, view: MapView, theme: Theme = DARK) -> np.ndarray:
    image = QImage(view.width_px, view.height_px, QImage.Format.Format_RGB32)
    with painting(image) as painter:
        paint_base(painter, view, content, theme)
    return np.frombuffer(image.constBits(), dtype=np.uint8).reshape(view.height_px, view.width_px, 4).astype(int)


def changed_by(content: MapContent, layer: MapLayer, view: MapView, theme: Theme = DARK) -> np.ndarray:
    """Which pixels a layer changes."""
    off = replace(content, style=content.style.with_shown(layer, shown=False))
    return (painted(content, view, theme) != painted(off, view, theme)).any(axis=2)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("m_per_px", [2.0, 4.0, 12.0, 30.0, 90.0])
@pytest.mark.parametrize("layer", [MapLayer.VALVES, MapLayer.CUSTOMERS])
def test_a_layer_is_seen_at_every_scale(content, layer, m_per_px, theme) -> None:
    assert changed_by(content, layer, view_at(m_per_px, 300), theme).any()


def test_a_mark_stands_at_every_valve_that_stands_alone(content) -> None:
    """At four metres a pixel the town's valves are 25 pixels apart: none shares its mark with another everywhere."""
    view = view_at(4.0)
    seen = changed_by(content, MapLayer.VALVES, view)
    devices = content.city.network.devices
    xy_m = np.column_stack([devices.x_m, devices.y_m])
    px = view.many_to_px(xy_m)
    near = [seen[max(int(y) - 25, 0) : int(y) + 26, max(int(x) - 25, 0) : int(x) + 26].any() for x, y in px]
    assert all(near)


def test_a_single_hydrant_is_not_lost_far_away(content) -> None:
    view = view_at(6.0)
    x, y = view.to_px(EAST + 50, NORTH + 4)
    seen = changed_by(content, MapLayer.HYDRANTS, view)
    assert seen[int(y) - 4 : int(y) + 5, int(x) - 4 : int(x) + 5].any()
    assert np.count_nonzero(seen) < 40


def test_the_veil_is_denser_where_more_people_live_and_lies_under_the_mains(content) -> None:
    hidden = content.with_hidden(EVERYTHING_ELSE | {MapLayer.VALVES, MapLayer.HYDRANTS})
    view = view_at(10.0, 600)
    picture, bare = painted(hidden, view), painted(hidden.with_hidden(frozenset(MapLayer)), view)
    x, y = (round(value) for value in view.to_px(EAST + 950, NORTH + 940))
    corner = picture[5:20, 5:20].mean()
    assert picture[y - 2 : y + 3, x - 2 : x + 3].mean() > corner + 2
    mains = (bare[..., 0] > bare.min() + 30) & (np.indices(bare.shape[:2])[0] > 0)
    assert np.array_equal(picture[mains].max(axis=0) >= bare[mains].max(axis=0), [True] * 4)
    assert np.abs(picture[mains] - bare[mains]).mean() < np.abs(picture[~mains] - bare[~mains]).mean() + 3


@pytest.mark.parametrize("m_per_px", [4.0, 12.0, 20.0, 40.0])
def test_the_veil_has_no_edge_not_even_where_the_city_ends(content, m_per_px) -> None:
    only = content.with_hidden(frozenset(MapLayer) - {MapLayer.CUSTOMERS})
    nothing = content.with_hidden(frozenset(MapLayer))
    view = MapView(EAST + 1_900, NORTH + 950, m_per_px, 500, 300)
    bare = painted(nothing, view)
    ground = (bare == bare[0, -1]).all(axis=2)
    veil = (painted(only, view) - bare)[..., 0]
    assert veil.max() >= 4
    for axis in (0, 1):
        both = ground & np.roll(ground, -1, axis)
        step = np.abs(veil - np.roll(veil, -1, axis))[both & (np.indices(veil.shape)[axis] < veil.shape[axis] - 1)]
        assert step.max() <= 2


@pytest.mark.parametrize("m_per_px", [3.5, 12.0])
def test_tiles_side_by_side_gather_alike(content, m_per_px) -> None:
    view = MapView(EAST + 950, NORTH + 950, m_per_px, 1200, 700)
    whole = painted(content, view)
    for key in tiles_of(view, 0):
        left, top = (round(value) for value in view.to_px(key.column * key.side_m, (key.row + 1) * key.side_m))
        tile = painted(content, key.view)
        x, y = slice(max(left, 0), min(left + 512, 1200)), slice(max(top, 0), min(top + 512, 700))
        part = tile[y.start - top : y.stop - top, x.start - left : x.stop - left]
        # Half a pixel of shift changes edges, never a whole mark or a step of the veil.
        assert np.abs(part - whole[y, x]).mean() < 2.5


def texts(content: MapContent, m_per_px: float) -> list[str]:
    return [entry.text for entry in legend_entries(view_at(m_per_px), content, MapWords.current())]


def test_the_legend_says_what_is_gathered(content) -> None:
    assert not any("where there are more" in text for text in texts(content, 0.5))
    assert texts(content, 2.0)[-2:] == [
        "hydrants: larger where there are more",
        "customers: denser where there are more",
    ]
    assert "valves: larger where there are more" in texts(content, 4.0)
    assert texts(content, 30.0)[-1] == "valves, hydrants, customers: denser where there are more"
    assert not texts(content.with_hidden(frozenset(MapLayer)), 30.0)


def test_every_sample_of_the_legend_can_be_seen(content) -> None:
    for m_per_px in (2.0, 4.0, 30.0):
        for entry in legend_entries(view_at(m_per_px), content, MapWords.current()):
            image = QImage(40, 24, QImage.Format.Format_RGB32)
            image.fill(0)
            with painting(image) as painter:
                entry.swatch(painter, 20.0, 12.0, DARK)
            assert any(image.pixelColor(x, y).lightness() > 10 for x in range(40) for y in range(24)), entry.text
