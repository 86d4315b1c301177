"""How soon crews could be anywhere, as it lies on the map: late places are tinted and hatched, minutes are written."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from map_town import town, town_layers
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.dispatch.reach_raster import ReachGrid
from app.ui.map.content import MapContent
from app.ui.map.furniture import legend_entries
from app.ui.map.placing import Placer
from app.ui.map.qtdraw import painting
from app.ui.map.reach_marks import ReachMarks, reach_steps
from app.ui.map.words import MapWords
from app.ui.theme import THEMES, Theme
from gis.scene.build import build_scene
from gis.scene.view import MapView

VIEW = MapView(1000.0, 1000.0, 5.0, 400, 400)
"""2 km wide, its middle at 1000, 1000."""


def marks() -> ReachMarks:
    """In good time in the west, just in time in the middle, late in the east; nothing known in the north."""
    minutes = np.full((20, 20), 8.0, dtype=np.float32)
    minutes[:, 7:14], minutes[:, 14:], minutes[15:, :] = 25.0, 38.0, np.nan
    return ReachMarks(ReachGrid(0.0, 0.0, 100.0, minutes), 30.0)


def painted(theme: Theme, found: ReachMarks) -> QImage:
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.map_ground))
    with painting(image) as painter:
        for _ in reach_steps(painter, VIEW, found, theme, Placer(400, 400)):
            pass
    return image


def colours(image: QImage, x_m: float, y_m: float) -> set[int]:
    """Around a place."""
    x, y = VIEW.to_px(x_m, y_m)
    return {image.pixel(round(x) + dx, round(y) + dy) for dx in range(-5, 6) for dy in range(-5, 6)}


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_late_places_are_told_by_colour_shape_and_text(qtbot: QtBot, theme: Theme) -> None:
    image, ground = painted(theme, marks()), QColor(theme.map_ground).rgb()
    assert colours(image, 350, 350) == {ground}, "in good time: as it was"
    assert colours(image, 350, 1750) == {ground}, "nothing known: as it was"
    near = colours(image, 1050, 350)
    assert len(near) == 1
    assert near != {ground}
    late = colours(image, 1650, 350)
    assert len(late) > 1, "hatched"
    assert not late & near
    assert len(colours(image, 1500, 750)) > len(late), "minutes stand written"


def test_minutes_at_a_place() -> None:
    found = marks()
    assert [found.minutes_at(x_m, 500.0) for x_m in (100.0, 1050.0, 1900.0)] == [8.0, 25.0, 38.0]
    assert np.isnan([found.minutes_at(100.0, 1900.0), found.minutes_at(-1.0, 500.0), found.minutes_at(0.0, 9e9)]).all()


def test_a_city_without_roads_shows_nothing(qtbot: QtBot) -> None:
    nothing = ReachMarks(ReachGrid(0.0, 0.0, 1.0, np.empty((0, 0), np.float32)), 30.0)
    theme = THEMES["dark"]
    assert colours(painted(theme, nothing), 1000, 1000) == {QColor(theme.map_ground).rgb()}


def test_the_legend_tells_what_figures_and_tints_mean(qtbot: QtBot) -> None:
    content = replace(MapContent.of(town(), build_scene(town(), town_layers())), reach=marks())
    words = MapWords.current()
    said = [entry.text for entry in legend_entries(VIEW, content, words)]
    assert said[:3] == ["minutes until a crew is there", "in the last third of 30 min", "later than 30 min"]
    in_time = ReachMarks(ReachGrid(0.0, 0.0, 100.0, np.full((2, 2), 8.0, np.float32)), 30.0)
    said = [entry.text for entry in legend_entries(VIEW, replace(content, reach=in_time), words)]
    assert "minutes until a crew is there" in said
    assert not [text for text in said if "30 min" in text]
    for entry in legend_entries(VIEW, content, words)[:3]:
        image = QImage(40, 20, QImage.Format.Format_RGB32)
        image.fill(QColor(THEMES["light"].bg1))
        with painting(image) as painter:
            entry.swatch(painter, 20.0, 10.0, THEMES["light"])
        assert len({image.pixel(x, y) for x in range(40) for y in range(20)}) > 1, entry.text
