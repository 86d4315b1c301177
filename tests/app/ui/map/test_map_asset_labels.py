"""Diameters, numbers of valves and hydrants: where there is room, near enough to be read, never on one another."""

from __future__ import annotations

import pytest
from map_town import BLOCK_M, EAST, NORTH, town, town_layers
from PySide6.QtGui import QImage

from app.ui import fonts
from app.ui.map import asset_labels
from app.ui.map.asset_labels import asset_steps
from app.ui.map.content import MapContent
from app.ui.map.placing import Placer
from app.ui.map.qtdraw import painting
from app.ui.theme import DARK
from gis.scene.build import build_scene
from gis.scene.detail import MapLayer
from gis.scene.view import MapView

NEAR = MapView(EAST + 150, NORTH + 150, 0.3, 700, 500)


@pytest.fixture(scope="module")
def content(qapp) -> MapContent:
    fonts.load_fonts()
    city = town()
    return MapContent.of(city, build_scene(city, town_layers()))


def written(content: MapContent, view: MapView, monkeypatch, placer: Placer | None = None) -> dict[str, tuple]:
    """Texts and where they were painted."""
    texts: dict[str, tuple] = {}
    painted = asset_labels.lettering
    names: dict[int, str] = {}

    def remember(text: str, size_px: int):
        letters = painted(text, size_px)
        names[id(letters)] = text
        return letters

    monkeypatch.setattr(asset_labels, "lettering", remember)
    monkeypatch.setattr(
        asset_labels,
        "paint_text",
        lambda _painter, x, y, letters, *_rest: texts.setdefault(f"{names[id(letters)]} {x:.0f} {y:.0f}", (x, y)),
    )
    image = QImage(view.width_px, view.height_px, QImage.Format.Format_RGB32)
    with painting(image) as painter:
        for _ in asset_steps(painter, view, content, DARK, placer or Placer(view.width_px, view.height_px)):
            pass
    return texts


def test_a_main_tells_its_diameter_in_its_middle(content, monkeypatch) -> None:
    texts = written(content, NEAR, monkeypatch)
    x, y = NEAR.to_px(EAST + 1.5 * BLOCK_M, NORTH + BLOCK_M)
    assert any(text.startswith("DN400") and abs(u - x) < 2 and abs(v - y) < 2 for text, (u, v) in texts.items()), texts


def test_a_valve_tells_its_number_beside_it(content, monkeypatch) -> None:
    texts = written(content, NEAR, monkeypatch)
    numbers = [text for text in texts if text.startswith("V")]
    assert numbers
    ids = set(content.city.network.devices.ids)
    assert {text.split()[0] for text in numbers} <= ids


def test_a_hydrant_tells_its_number_where_no_valve_stands_in_its_way(content, monkeypatch) -> None:
    hydrant = NEAR.centred(EAST + 50, NORTH + 4, 0.3)
    assert any(text.startswith("H0 ") for text in written(content, hydrant, monkeypatch))
    hidden = content.with_hidden(frozenset({MapLayer.HYDRANTS}))
    assert not any(text.startswith("H0 ") for text in written(hidden, hydrant, monkeypatch))


def test_farther_away_numbers_go_first_then_diameters(content, monkeypatch) -> None:
    middle = written(content, NEAR.centred(NEAR.centre_x_m, NEAR.centre_y_m, 0.6), monkeypatch)
    assert any(text.startswith("DN") for text in middle)
    assert not any(text.startswith("V") for text in middle)
    assert written(content, NEAR.centred(NEAR.centre_x_m, NEAR.centre_y_m, 1.0), monkeypatch) == {}


def test_they_yield_to_what_came_before_and_go_with_the_names(content, monkeypatch) -> None:
    full = Placer(NEAR.width_px, NEAR.height_px)
    full.take((0.0, 0.0, 700.0, 500.0))
    assert written(content, NEAR, monkeypatch, full) == {}
    assert written(content.with_hidden(frozenset({MapLayer.NAMES})), NEAR, monkeypatch) == {}
    without_valves = written(content.with_hidden(frozenset({MapLayer.VALVES})), NEAR, monkeypatch)
    assert not any(text.startswith("V") for text in without_valves)
