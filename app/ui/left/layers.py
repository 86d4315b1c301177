"""Which layers the map shows, in which order and how strong, and what the colour of mains tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QToolButton, QVBoxLayout, QWidget

from app.ui import fonts
from app.ui.left.layer_row import LayerRow
from app.ui.left.rule_editor import RuleEditor, RuleFacts
from app.ui.look import Look
from app.ui.map.colouring import title_of
from app.ui.widgets import GAP, PADDING, Label, Panel, Picker, column, scrolling
from gis.scene.detail import MapLayer
from gis.scene.map_style import ColourBy, MapStyle, Preset, preset


class LayersPanel(Panel):
    """A row for each layer, the uppermost first; over them a choice of styles made ready.

    Signals:
        style_changed: (MapStyle) chosen by the operator.
    """

    style_changed = Signal(object)

    def __init__(self, look: Look, facts: Callable[[], RuleFacts | None] = lambda: None) -> None:
        super().__init__(look)
        self._style = MapStyle()
        self.editor = RuleEditor(look, facts)
        self.edit = QToolButton()
        self.edit.setCheckable(True)
        self.edit.setAutoRaise(True)
        self.edit.setText("⋯")
        self.preset_name, self.colour_name = Label(tone="t2", size=fonts.TABLE), Label(tone="t2", size=fonts.TABLE)
        self.presets, self.colours = Picker(look), Picker(look)
        self.rows = {layer: LayerRow(look, layer) for layer in MapLayer}
        self.boxes = {layer: row.box for layer, row in self.rows.items()}
        self._lay_out()
        self.presets.activated.connect(self._take_preset)
        self.colours.activated.connect(lambda at: self._take(replace(self._style, colour_by=list(ColourBy)[at])))
        self.edit.toggled.connect(lambda _on: self._show_rule())
        self.editor.changed.connect(lambda rule: self._take(self._style.with_rule(self._style.colour_by, rule)))
        for row in self.rows.values():
            row.shown_changed.connect(lambda layer, on: self._take(self._style.with_shown(layer, shown=on)))
            row.strength_changed.connect(lambda layer, share: self._take(self._style.with_strength(layer, share)))
            row.until_changed.connect(lambda layer, until: self._take(self._style.with_until(layer, until)))
            row.moved.connect(self._move)
        self.retranslate()
        self.set_style(self._style)

    def _lay_out(self) -> None:
        head = QFrame()
        head.setProperty("edge", "bottom")
        grid = QGridLayout(head)
        grid.setContentsMargins(PADDING, 12, PADDING, 12)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(GAP)
        grid.setColumnStretch(1, 1)
        for line, (name, picker) in enumerate(((self.preset_name, self.presets), (self.colour_name, self.colours))):
            grid.addWidget(name, line, 0)
            grid.addWidget(picker, line, 1)
        grid.addWidget(self.edit, 1, 2)
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(PADDING, 8, 8, 8)
        self._list.setSpacing(0)
        self.editor.hide()
        column(self, head, self.editor, scrolling(inside)).setStretch(2, 1)
        self._arrange()

    @property
    def style_chosen(self) -> MapStyle:
        """What is chosen now."""
        return self._style

    def set_style(self, style: MapStyle) -> None:
        """Show a style without telling anybody: it comes from the settings."""
        reordered = style.order != self._style.order
        self._style = style
        if reordered:
            self._arrange()
        for row in self.rows.values():
            row.show_style(style)
        self.colours.setCurrentIndex(list(ColourBy).index(style.colour_by))
        self._show_rule()
        plain = replace(style, rules=MapStyle().rules)
        ready = [which for which in Preset if preset(which) == plain]
        self.presets.setCurrentIndex(list(Preset).index(ready[0]) + 1 if ready else 0)

    def _show_rule(self) -> None:
        """The rule behind the colours, where it is asked for and there is one."""
        by = self._style.colour_by
        coloured = by is not ColourBy.NOTHING
        self.edit.setEnabled(coloured)
        self.editor.setVisible(coloured and self.edit.isChecked())
        if coloured and self.edit.isChecked():
            self.editor.show_rule(by, self._style.rules.get(by))

    def refresh(self) -> None:
        """The city or its valves have changed."""
        self._show_rule()

    def retranslate(self) -> None:
        self.edit.setToolTip(self.tr("Limits, values and colours"))
        self.edit.setAccessibleName(self.edit.toolTip())
        self.preset_name.setText(self.tr("View for"))
        self.colour_name.setText(self.tr("Mains by"))
        names: dict[Preset, str] = {
            Preset.DISPATCH: self.tr("Dispatch"),
            Preset.PLANNING: self.tr("Planning"),
            Preset.PRESSURE: self.tr("Pressure"),
            Preset.AGE: self.tr("Age of mains"),
        }
        self._name(self.presets, self.preset_name, [self.tr("Own choice"), *(names[which] for which in Preset)])
        self._name(self.colours, self.colour_name, [title_of(by) for by in ColourBy])

    @staticmethod
    def _name(picker: Picker, label: Label, texts: list[str]) -> None:
        at = max(picker.currentIndex(), 0)
        picker.clear()
        picker.addItems(texts)
        picker.setCurrentIndex(at)
        picker.setAccessibleName(label.text())

    def _arrange(self) -> None:
        """Names first, since they lie over everything; then the layers from the uppermost down."""
        while self._list.takeAt(0) is not None:
            pass
        for layer in (MapLayer.NAMES, *reversed(self._style.order)):
            self._list.addWidget(self.rows[layer])
        self._list.addStretch(1)

    def _take_preset(self, at: int) -> None:
        if at > 0:
            self._take(replace(preset(list(Preset)[at - 1]), rules=self._style.rules))

    def _move(self, layer: MapLayer, up: int) -> None:
        self._take(self._style.moved(layer, up))
        # The row has gone elsewhere: the keyboard goes with it.
        row = self.rows[layer]
        button = row.up if up > 0 else row.down
        (button if button.isEnabled() else row.more).setFocus()

    def _take(self, style: MapStyle) -> None:
        if style != self._style:
            self.set_style(style)
            self.style_changed.emit(style)
