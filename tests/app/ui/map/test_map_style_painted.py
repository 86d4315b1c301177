"""What an operator sets of a layer is what is painted: how strong, how far away, and what lies over what."""

from __future__ import annotations

from dataclasses import replace

import pytest
from map_town import BLOCK_M, EAST, NORTH, town, town_layers
from PySide6.QtGui import QColor

from app.ui import fonts
from app.ui.map.content import MapContent
from app.ui.map.picture import paint_picture, view_for
from app.ui.theme import DARK, LIGHT, Theme
from gis.scene.build import build_scene
from gis.scene.detail import MapLayer
from gis.scene.map_style import MapStyle
from gis.scene.view import Bounds

MIDDLE_M = (EAST + 350.0, NORTH + 350.0)
PLACES_M = {
    MapLayer.BUILDINGS: (EAST + 350.0, NORTH + 330.0),
    MapLayer.ROADS: (EAST + 350.0, NORTH + 3 * BLOCK_M + 3.0),
    MapLayer.MAINS: (EAST + 350.0, NORTH + 3 * BLOCK_M),
}
"""Where only this layer is seen: in a building, beside the main of a street, on it."""
USUAL = MapStyle(hidden=frozenset({MapLayer.NAMES, MapLayer.CUSTOMERS, MapLayer.HYDRANTS, MapLayer.ZONES}))


@pytest.fixture(scope="module")
def content(qapp) -> MapContent:
    fonts.load_fonts()
    city = town()
    return MapContent.of(city, build_scene(city, town_layers()))


def seen(
    content: MapContent, style: MapStyle, layer: MapLayer, theme: Theme = LIGHT, m_per_px: float = 0.3
) -> tuple[int, int, int]:
    """The colour at the layer's place."""
    half = m_per_px * 200
    around = Bounds(MIDDLE_M[0] - half, MIDDLE_M[1] - half, MIDDLE_M[0] + half, MIDDLE_M[1] + half)
    shown = replace(content, style=style)
    image = paint_picture(shown, 400, 400, theme, bounds=around)
    x, y = view_for(shown, 400, 400, around).to_px(*PLACES_M[layer])
    red, green, blue, _ = image.pixelColor(round(x), round(y)).getRgb()
    return red, green, blue


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("layer", PLACES_M)
def test_a_fainter_layer_is_half_way_to_what_lies_under_it(content, layer: MapLayer, theme: Theme) -> None:
    # Under a main not even its road: what is seen there would shine through.
    style = USUAL.with_shown(MapLayer.ROADS, shown=layer is not MapLayer.MAINS)
    whole, faint = (seen(content, style.with_strength(layer, share), layer, theme) for share in (1.0, 0.5))
    ground = QColor(theme.map_ground).getRgb()[:3]
    assert sum(abs(one - other) for one, other in zip(whole, ground, strict=True)) > 20
    for at_whole, at_faint, at_ground in zip(whole, faint, ground, strict=True):
        assert at_faint == pytest.approx((at_whole + at_ground) / 2, abs=3)


def test_a_layer_that_is_narrowed_is_painted_up_to_that_scale_only(content) -> None:
    layer = MapLayer.BUILDINGS
    narrowed = USUAL.with_until(layer, 0.5)
    without = USUAL.with_shown(layer, shown=False)
    assert seen(content, narrowed, layer) == seen(content, USUAL, layer) != seen(content, without, layer)
    far = [seen(content, style, layer, m_per_px=0.8) for style in (USUAL, narrowed, without)]
    assert far[0] != far[1] == far[2]


def test_what_is_moved_down_lies_under_the_others(content) -> None:
    under = USUAL.moved(MapLayer.MAINS, -len(USUAL.order))
    assert seen(content, USUAL, MapLayer.MAINS) != seen(content, USUAL, MapLayer.ROADS)
    assert seen(content, under, MapLayer.MAINS) == seen(content, USUAL, MapLayer.ROADS)
