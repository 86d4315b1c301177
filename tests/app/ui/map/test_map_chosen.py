"""Very many chosen things on the map: none is dropped, near they are told apart, and no step is long."""

from __future__ import annotations

import numpy as np
import pytest
from map_town import BLOCK_M, EAST, NORTH, town, town_layers
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.ui.map import chosen as module
from app.ui.map.chosen import Chosen, chosen_steps
from app.ui.theme import DARK
from gis.scene.build import build_scene
from gis.scene.scene import Scene
from gis.scene.view import MapView

MILLION = 1_000_000
SIDE_PX = 500
STREETS = 8


@pytest.fixture(scope="module")
def scene(qapp) -> Scene:
    return build_scene(town(STREETS), town_layers(STREETS))


def painted(scene: Scene, view: MapView, chosen: Chosen) -> tuple[QImage, int]:
    """The picture, and in how many steps it was painted; the painter is closed between steps, as on the map."""
    image = QImage(SIDE_PX, SIDE_PX, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter()
    steps, count, more = chosen_steps(painter, view, scene, chosen, DARK), 0, True
    while more:
        painter.begin(image)
        more = next(steps, image) is None
        painter.end()
        count += 1
    return image, count


def marked(image: QImage, x: float, y: float) -> bool:
    return any(image.pixelColor(round(x) + dx, round(y) + dy).alpha() > 60 for dx in (-1, 0, 1) for dy in (-1, 0, 1))


def around(m_per_px: float) -> MapView:
    middle = (STREETS - 1) * BLOCK_M / 2
    return MapView(EAST + middle, NORTH + middle, m_per_px, SIDE_PX, SIDE_PX)


def test_a_million_points_are_all_there_and_many_are_stronger(scene: Scene) -> None:
    view = around(2.0)
    random = np.random.default_rng(1)
    spread_m = random.uniform(-400.0, 400.0, (MILLION, 2)) * [1.0, 0.5] + [view.centre_x_m, view.centre_y_m]
    # The very last one stands alone in a corner: it is no less chosen than the first.
    spread_m[-1] = view.centre_x_m + 450.0, view.centre_y_m + 450.0
    image, steps = painted(scene, view, Chosen.of_points(spread_m))
    assert steps > MILLION / 40_000, "never all at once"
    alone, among = view.to_px(*spread_m[-1].tolist()), view.to_px(view.centre_x_m, view.centre_y_m)
    assert marked(image, *alone)
    assert marked(image, *among)
    left, top = view.to_px(view.centre_x_m, view.centre_y_m + 300.0)
    assert not marked(image, left, top), "where none is, nothing is"
    strength = [max(image.pixelColor(round(x), round(y)).alpha() for x in (px, px + 1)) for px, y in (alone, among)]
    assert strength[0] < strength[1]


@pytest.mark.parametrize("most", [module.MOST_LINES, 3])
def test_chosen_pipes_are_strips_or_a_tint_and_others_are_not_marked(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(module, "MOST_LINES", most)
    city = town(STREETS)
    rows = np.arange(0, STREETS - 1, dtype=np.int32)  # the mains of the southernmost street
    view = around(2.0)
    image, _ = painted(scene, view, Chosen.of_pipes(rows, len(city.network.pipes)))
    for block in range(STREETS - 1):
        assert marked(image, *view.to_px(EAST + (block + 0.5) * BLOCK_M, NORTH))
        assert not marked(image, *view.to_px(EAST + (block + 0.5) * BLOCK_M, NORTH + 3 * BLOCK_M))
    ink = QColor(DARK.acc)
    if most == 3:
        x, y = view.to_px(EAST + 0.5 * BLOCK_M, NORTH)
        found = image.pixelColor(round(x), round(y))
        assert abs(found.hue() - ink.hue()) < 8


def test_what_lies_elsewhere_and_what_is_not_chosen_paints_nothing(scene: Scene) -> None:
    blank = QImage(SIDE_PX, SIDE_PX, QImage.Format.Format_ARGB32_Premultiplied)
    blank.fill(Qt.GlobalColor.transparent)
    count = len(town(STREETS).network.pipes)
    far = around(2.0).centred(EAST + 90_000.0, NORTH)
    all_rows = np.arange(count, dtype=np.int32)
    assert painted(scene, far, Chosen.of_pipes(all_rows, count))[0] == blank
    assert painted(scene, around(2.0), Chosen.of_pipes(all_rows[:0], count))[0] == blank
