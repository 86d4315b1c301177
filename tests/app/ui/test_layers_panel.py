"""The list of layers: what the operator sees and changes, and further windows that show it."""

from __future__ import annotations

import math

import pytest
from map_town import town
from PySide6.QtCore import Qt

from app.ui.left.layer_row import UNTIL_M_PER_PX
from app.ui.left.layers import LayersPanel
from app.ui.left.rule_editor import RuleEditor, RuleFacts
from app.ui.look import Look
from gis.scene.colour_rule import ColourRule, Ramp
from gis.scene.detail import MapLayer
from gis.scene.map_style import ColourBy, MapStyle, Preset, preset
from network.topology import DeviceStates

FACTS = RuleFacts(town(), DeviceStates.recorded(town().network.devices), 2026)


@pytest.fixture
def panel(qtbot) -> LayersPanel:
    look = Look(language="en")
    look.apply()
    widget = LayersPanel(look, lambda: FACTS)
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


def editing(panel: LayersPanel, by: ColourBy) -> RuleEditor:
    """The rule by which mains are coloured, open."""
    panel.colours.activated.emit(list(ColourBy).index(by))
    panel.edit.setChecked(True)
    assert panel.editor.isVisible()
    return panel.editor


def shown(editor: RuleEditor) -> list[tuple[str, str]]:
    """The lines of the rule as they stand on the screen."""
    table = editor.table
    texts = [[table.model().index(row, at).data() for at in (0, 1)] for row in range(table.model().rowCount())]
    return [(text, number) for text, number in texts]


def test_without_a_colour_there_is_no_rule_to_change(panel) -> None:
    assert not panel.edit.isEnabled()
    editing(panel, ColourBy.AGE)
    panel.colours.activated.emit(list(ColourBy).index(ColourBy.NOTHING))
    assert not panel.editor.isVisible()


def test_limits_are_changed_and_mains_counted_anew(qtbot, panel) -> None:
    editor = editing(panel, ColourBy.DIAMETER)
    assert editor.limits.text() == "150 200 400 800"
    assert not editor.usual.isEnabled()
    editor.limits.setText("150，500")
    style = told(qtbot, panel, lambda: qtbot.keyClick(editor.limits, Qt.Key.Key_Return))
    assert style.rules[ColourBy.DIAMETER].limits == (150, 500)
    lines = shown(editor)
    assert [text for text, _ in lines] == ["DN < 150", "DN 150–499", "DN ≥ 500", "not recorded"]
    assert sum(int(number) for _, number in lines) == len(FACTS.city.network.pipes)
    style = told(qtbot, panel, editor.turned.click)
    assert style.rules[ColourBy.DIAMETER].turned
    style = told(qtbot, panel, lambda: editor.ramps.activated.emit(list(Ramp).index(Ramp.LOSS)))
    assert style.rules[ColourBy.DIAMETER] == ColourRule((150, 500), ramp=Ramp.LOSS, turned=True)
    assert not told(qtbot, panel, editor.usual.click).rules
    assert editor.limits.text() == "150 200 400 800"


@pytest.mark.parametrize("typed", ["", "abc", "200 100", "1 2 3 4 5", "150 -200", "99999", "1.5", "9" * 5_000, "①"])
def test_what_is_no_limit_is_said_and_nothing_is_lost(qtbot, panel, typed) -> None:
    editor = editing(panel, ColourBy.AGE)
    with qtbot.assertNotEmitted(panel.style_changed):
        editor.limits.setText(typed)
        qtbot.keyClick(editor.limits, Qt.Key.Key_Return)
    assert editor.refusal.isVisible()
    assert editor.refusal.text().startswith("Limits are whole numbers")
    assert editor.limits.text() == typed
    editor.limits.setText("10 20")
    qtbot.keyClick(editor.limits, Qt.Key.Key_Return)
    assert not editor.refusal.isVisible()


def test_what_is_being_typed_outlives_an_edit_by_others(qtbot, panel) -> None:
    panel.activateWindow()
    editor = editing(panel, ColourBy.AGE)
    editor.limits.setFocus()
    qtbot.waitUntil(editor.limits.hasFocus)
    editor.limits.selectAll()
    qtbot.keyClicks(editor.limits, "12 3")
    panel.refresh()
    qtbot.keyClicks(editor.limits, "4")
    style = told(qtbot, panel, lambda: qtbot.keyClick(editor.limits, Qt.Key.Key_Return))
    assert style.rules[ColourBy.AGE].limits == (12, 34)
    qtbot.keyClicks(editor.limits, " 5")
    assert not told(qtbot, panel, editor.usual.click).rules
    assert editor.limits.text() == "10 20 30 40"


def test_values_are_given_colours_by_click_and_by_key(qtbot, panel) -> None:
    editor = editing(panel, ColourBy.CONDITION)
    assert [text for text, _ in shown(editor)] == ["stuck", "passing", "condition unknown", "can be turned"]
    editor.table.selectRow(3)
    style = told(qtbot, panel, editor.samples[1].click)
    assert style.rules[ColourBy.CONDITION].values["operable"] == 1
    editor.table.selectAll()
    style = told(qtbot, panel, lambda: qtbot.keyClick(editor.table, Qt.Key.Key_2))
    assert set(style.rules[ColourBy.CONDITION].values.values()) == {2}
    assert len(editor.table.selectionModel().selectedRows()) == 4, "what was selected is selected still"
    style = told(qtbot, panel, lambda: qtbot.keyClick(editor.table, Qt.Key.Key_0))
    assert not style.rules[ColourBy.CONDITION].values
    with qtbot.assertNotEmitted(panel.style_changed):
        editor.table.clearSelection()
        editor.samples[3].click()


def test_a_narrower_scale_takes_the_last_colour_for_what_has_none(qtbot, panel) -> None:
    editor = editing(panel, ColourBy.CONDITION)
    editor.ramps.activated.emit(list(Ramp).index(Ramp.KINDS))
    editor.table.selectRow(0)
    qtbot.keyClick(editor.table, Qt.Key.Key_6)
    style = told(qtbot, panel, lambda: editor.ramps.activated.emit(list(Ramp).index(Ramp.LOSS)))
    assert style.rules[ColourBy.CONDITION].values["inoperable"] == 5
    assert not editor.samples[6].isVisible()
    assert MapStyle.of_text(style.text()) == style


def test_a_view_made_ready_leaves_the_rules(qtbot, panel) -> None:
    editor = editing(panel, ColourBy.AGE)
    editor.limits.setText("7")
    qtbot.keyClick(editor.limits, Qt.Key.Key_Return)
    style = told(qtbot, panel, lambda: panel.presets.activated.emit(list(Preset).index(Preset.AGE) + 1))
    assert style.rules[ColourBy.AGE].limits == (7,)
    assert panel.presets.currentText() == "Age of mains"


def test_the_rule_speaks_chinese(panel) -> None:
    editor = editing(panel, ColourBy.AGE)
    panel.look.set_language("zh_CN")
    assert editor.limits_name.text() == "分界（年）"
    assert shown(editor)[-1][0] == "未记录"
    panel.look.set_language("en")
