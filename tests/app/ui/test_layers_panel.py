"""The list of layers: what the operator sees and changes, and further windows that show it."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt

from app.ui.left.layer_row import UNTIL_M_PER_PX
from app.ui.left.layers import LayersPanel
from app.ui.look import Look
from gis.scene.detail import MapLayer
from gis.scene.map_style import ColourBy, MapStyle, Preset, preset


@pytest.fixture
def panel(qtbot) -> LayersPanel:
    look = Look(language="en")
    look.apply()
    widget = LayersPanel(look)
    qtbot.addWidget(widget)
    widget.resize(420, 900)
    widget.show()
    return widget


def told(qtbot, panel: LayersPanel, act) -> MapStyle:
    with qtbot.waitSignal(panel.style_changed) as caught:
        act()
    return caught.args[0]


def order(panel: LayersPanel) -> list[MapLayer]:
    """The layers from top to bottom as they stand on the screen."""
    rows = sorted(panel.rows.values(), key=lambda row: row.mapTo(panel, row.rect().topLeft()).y())
    return [row.layer for row in rows]


def test_names_lie_on_top_then_the_uppermost_layer(panel) -> None:
    assert order(panel) == [MapLayer.NAMES, *reversed(MapStyle().order)]
    assert not panel.rows[MapLayer.ZONES].box.isChecked()
    assert not panel.rows[MapLayer.MAINS].box.isEnabled()


def test_a_layer_is_switched_off_made_fainter_and_narrowed(qtbot, panel) -> None:
    row = panel.rows[MapLayer.ROADS]
    assert MapLayer.ROADS in told(qtbot, panel, row.box.click).hidden
    row.more.click()
    assert row.details.isVisible()
    style = told(qtbot, panel, lambda: row.slider.setValue(40))
    assert style.strength(MapLayer.ROADS) == pytest.approx(0.4)
    style = told(qtbot, panel, lambda: row.until.activated.emit(2))
    assert style.until(MapLayer.ROADS) == UNTIL_M_PER_PX[2]
    assert panel.presets.currentIndex() == 0
    assert math.isinf(told(qtbot, panel, lambda: row.until.activated.emit(0)).until(MapLayer.ROADS))


def test_a_layer_moves_and_the_keyboard_goes_with_it(qtbot, panel) -> None:
    panel.activateWindow()
    row = panel.rows[MapLayer.BUILDINGS]
    style = told(qtbot, panel, row.up.click)
    assert style.order.index(MapLayer.BUILDINGS) == MapStyle().order.index(MapLayer.BUILDINGS) + 1
    qtbot.waitUntil(lambda: order(panel) == [MapLayer.NAMES, *reversed(style.order)])
    assert not panel.rows[style.order[-1]].up.isEnabled()
    assert not panel.rows[style.order[0]].down.isEnabled()


def test_a_view_made_ready_sets_everything(qtbot, panel) -> None:
    at = list(Preset).index(Preset.AGE) + 1
    style = told(qtbot, panel, lambda: panel.presets.activated.emit(at))
    assert style == preset(Preset.AGE)
    assert not panel.rows[MapLayer.BUILDINGS].box.isChecked()
    assert panel.colours.currentText() == "Age, years"
    assert panel.presets.currentText() == "Age of mains"
    style = told(qtbot, panel, lambda: panel.colours.activated.emit(list(ColourBy).index(ColourBy.DMA)))
    assert style.colour_by is ColourBy.DMA
    assert panel.presets.currentText() == "Own choice"


def test_what_comes_from_the_settings_is_shown_and_told_to_nobody(qtbot, panel) -> None:
    with qtbot.assertNotEmitted(panel.style_changed):
        panel.set_style(preset(Preset.PRESSURE))
    assert panel.presets.currentText() == "Pressure"
    qtbot.waitUntil(lambda: order(panel)[1] is MapLayer.SENSORS)


def test_the_panel_speaks_chinese(panel) -> None:
    panel.look.set_language("zh_CN")
    assert panel.rows[MapLayer.MAINS].box.text() == "管线"
    assert panel.presets.itemText(0) == "自定义"
    assert panel.colours.itemText(list(ColourBy).index(ColourBy.AGE)) == "管龄（年）"
    assert all(row.box.focusPolicy() & Qt.FocusPolicy.TabFocus for row in panel.rows.values())
    panel.look.set_language("en")
