"""A pump station tells by its shape whether it has water in store."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from map_town import EAST, NORTH, town, town_layers
from PySide6.QtGui import QColor

from app.ui.map.content import MapContent
from app.ui.map.picture import paint_picture
from app.ui.map.words import MapWords
from app.ui.theme import DARK
from gis.scene.build import build_scene
from gis.scene.view import Bounds
from network.assets import StationTable, TapTable
from network.columns import IdColumn, TextColumn


def test_a_tank_is_half_full_and_a_pump_on_the_main_is_not(qapp) -> None:
    taps = TapTable(np.zeros(2, np.int32), np.zeros(2), np.zeros(2, np.int8), np.zeros(2, np.float32))
    figures = np.array([60.0, 0.0], np.float32), np.array([10.0, 10.0], np.float32)
    x_m, y_m = np.array([EAST + 145, EAST + 155]), np.array([NORTH + 150, NORTH + 150])
    stations = StationTable(IdColumn.of(["S0", "S1"]), TextColumn.blank(2), *figures, taps, x_m, y_m)
    city = replace(town(), stations=stations)
    content = MapContent.of(city, build_scene(city, town_layers()))
    seen = Bounds(EAST + 130, NORTH + 140, EAST + 170, NORTH + 160)
    image = paint_picture(content, 440, 220, DARK, words=MapWords.current(), bounds=seen)
    m_per_px = max(40 / (440 * 0.88), 20 / (220 * 0.88))

    def bright(x_m: float, rows: range) -> int:
        """Pixels of the station's own colour in some rows, counted from its middle down."""
        x = round(220 + (x_m - seen.centre[0]) / m_per_px)
        shown = [image.pixelColor(x + right, 110 + down).lightness() for right in range(-3, 4) for down in rows]
        return sum(lightness > QColor(DARK.t2).lightness() - 40 for lightness in shown)

    above, below = range(-3, 0), range(1, 4)
    assert bright(x_m[0], below) > 3 * max(bright(x_m[0], above), 1)
    assert abs(bright(x_m[1], below) - bright(x_m[1], above)) <= 7
    assert bright(x_m[1], range(1)) > 0
