"""The pointer's place in the status bar, and going to a place that was pasted."""

from collections.abc import Callable

import numpy as np
import pytest
from console_driver import Driver
from PySide6.QtGui import QGuiApplication

from app.messages.formats import THIN_SPACE
from gis.crs import to_wgs84
from gis.gcj02 import to_gcj02


def middle(desk: Driver) -> tuple[float, float]:
    return desk.window.map.canvas.content.scene.extent.centre


def test_a_click_takes_the_next_system(desk: Driver) -> None:
    readout = desk.window.status.readout
    desk.window.map.pointed.emit(*middle(desk))
    assert readout.place.text().count(",") == 1
    seen = []
    for _ in range(5):
        readout.crs.click()
        seen.append((readout.crs.text(), readout.place.text()))
    assert [name for name, _ in seen] == [
        "WGS 84",
        "WGS 84 度分秒",
        "CGCS2000 国家坐标",
        "GCJ-02（高德、腾讯）",
        "EPSG:4548",
    ]
    assert seen[0][1].endswith("°E")
    assert "′" in seen[1][1]
    # Each says the place itself: CGCS2000 as WGS 84 does to the figures shown, GCJ-02 where its maps have the place.
    x_m, y_m = (np.array([value]) for value in middle(desk))
    true = to_wgs84(4548, x_m, y_m)
    for at, degrees in ((0, true), (2, true), (3, to_gcj02(*true))):
        north, east = (float(part[:-2]) for part in seen[at][1].split())
        assert (east, north) == pytest.approx([float(value[0]) for value in degrees], abs=2e-6)
    told = [float(part.replace(THIN_SPACE, "")) for part in seen[4][1].split(",")]
    assert told == pytest.approx(middle(desk), abs=0.06)


def test_the_choice_is_kept_and_the_place_can_be_copied(desk: Driver, qtbot) -> None:
    readout = desk.window.status.readout
    desk.window.map.pointed.emit(*middle(desk))
    menu = readout.menu()
    menu.actions()[1].trigger()
    assert desk.window._settings.value("coordinates") == "wgs84"
    menu.actions()[-1].trigger()
    assert QGuiApplication.clipboard().text() == readout.place.text()
    assert THIN_SPACE not in QGuiApplication.clipboard().text()
    menu.close()


@pytest.mark.parametrize("order", [0, 1])
def test_pasted_degrees_lead_to_their_place_and_mark_it(desk: Driver, order: int) -> None:
    readout, canvas = desk.window.status.readout, desk.window.map.canvas
    x_m, y_m = middle(desk)
    readout.set_system("wgs84")
    north, east = readout.written(x_m, y_m).replace("°N", "").replace("°E", "").split()
    desk.window.command.enter("，".join([(north, east), (east, north)][order]))
    desk.window.command.ask()
    desk.until(desk.window.command.popup.isVisible)
    popup = desk.window.command.popup
    assert popup.table.rows.rowCount() == 2
    assert "WGS 84" in popup.table.rows.as_text([0])
    assert "高德" in popup.table.rows.as_text([1])
    desk.window.command.field.entered.emit()
    assert canvas.view.centre_x_m == pytest.approx(x_m, abs=0.05)
    assert canvas.view.centre_y_m == pytest.approx(y_m, abs=0.05)
    assert canvas._selected.kind == "coordinate"


def test_a_place_outside_the_city_says_how_far(start: Callable[..., Driver]) -> None:
    desk = start("en").open()
    desk.window.command.enter("48.85N 2.35E")
    desk.window.command.ask()
    desk.until(desk.window.command.popup.isVisible)
    assert "km outside the city" in desk.window.command.popup.table.rows.as_text([0])
