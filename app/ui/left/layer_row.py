"""One layer in the list: on or off, how strong, up to where, and its place among the others."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QToolButton, QVBoxLayout, QWidget

from app.ui.look import Look
from app.ui.widgets import Label, Panel, Picker, TickBox
from gis.scene.detail import MapLayer
from gis.scene.map_style import ALWAYS_ON, LEAST_OPACITY, ORDERED, MapStyle

UNTIL_M_PER_PX = (math.inf, 8.0, 3.0, 1.0, 0.5)
"""Scales up to which a layer can be shown, metres a pixel."""
_BAR_PX = 140
"""A scale is named by the length that so many pixels show, which the map's scale bar shows as well."""
ROW_HEIGHT = 34
_PER_CENT = 100


class LayerRow(Panel):
    """Changes one layer of a style.

    Signals:
        shown_changed: (MapLayer, bool).
        strength_changed: (MapLayer, float from 0 to 1).
        until_changed: (MapLayer, metres a pixel).
        moved: (MapLayer, places up).
    """

    shown_changed = Signal(object, bool)
    strength_changed = Signal(object, float)
    until_changed = Signal(object, float)
    moved = Signal(object, int)

    def __init__(self, look: Look, layer: MapLayer) -> None:
        super().__init__(look)
        self.layer = layer
        self.box = TickBox(look)
        self.box.setEnabled(layer not in ALWAYS_ON)
        self.more = QToolButton()
        self.more.setCheckable(True)
        self.more.setAutoRaise(True)
        self.more.setText("⋯")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(round(LEAST_OPACITY * _PER_CENT), _PER_CENT)
        self.slider.setPageStep(10)
        self.until = Picker(look)
        self.up, self.down = QToolButton(), QToolButton()
        self.strength_name, self.until_name = Label(tone="t2"), Label(tone="t2")
        self._lay_out()
        self.box.toggled.connect(lambda on: self.shown_changed.emit(layer, on))
        self.slider.valueChanged.connect(lambda value: self.strength_changed.emit(layer, value / _PER_CENT))
        self.until.activated.connect(lambda at: self.until_changed.emit(layer, UNTIL_M_PER_PX[at]))
        self.up.clicked.connect(lambda: self.moved.emit(layer, 1))
        self.down.clicked.connect(lambda: self.moved.emit(layer, -1))
        self.more.toggled.connect(self.details.setVisible)
        self.retranslate()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(4)
        head.addWidget(self.box, 1)
        for button, text in ((self.up, "↑"), (self.down, "↓")):
            button.setText(text)
            button.setAutoRaise(True)
            button.setVisible(self.layer in ORDERED)
            head.addWidget(button)
        head.addWidget(self.more)
        self.details = QWidget()
        inside = QHBoxLayout(self.details)
        inside.setContentsMargins(28, 0, 0, 8)
        inside.setSpacing(8)
        inside.addWidget(self.strength_name)
        inside.addWidget(self.slider, 1)
        inside.addWidget(self.until_name)
        inside.addWidget(self.until)
        self.details.hide()
        both = QVBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addLayout(head)
        both.addWidget(self.details)

    def retranslate(self) -> None:
        name = self.look.words.say("map_layer", self.layer)
        self.box.setText(name)
        self.strength_name.setText(self.tr("Strength"))
        self.until_name.setText(self.tr("Up to"))
        self.more.setToolTip(self.tr("Strength and scale"))
        self.up.setToolTip(self.tr("Draw above the next one"))
        self.down.setToolTip(self.tr("Draw below the one before"))
        for part, what in (
            (self.slider, self.strength_name.text()),
            (self.until, self.until_name.text()),
            (self.up, self.up.toolTip()),
            (self.down, self.down.toolTip()),
            (self.more, self.more.toolTip()),
        ):
            part.setAccessibleName(f"{name}: {what}")
        at = max(self.until.currentIndex(), 0)
        self.until.clear()
        for m_per_px in UNTIL_M_PER_PX:
            self.until.addItem(self.tr("as usual") if math.isinf(m_per_px) else _bar(m_per_px))
        self.until.setCurrentIndex(at)

    def show_style(self, style: MapStyle) -> None:
        """Show what *style* says of the layer, without telling anybody."""
        quiet = [QSignalBlocker(part) for part in (self.box, self.slider, self.until)]
        self.box.setChecked(self.layer not in style.hidden)
        self.slider.setValue(round(style.strength(self.layer) * _PER_CENT))
        until = style.until(self.layer)
        nearest = min(UNTIL_M_PER_PX, key=lambda m_per_px: abs(1 / m_per_px - 1 / until))
        self.until.setCurrentIndex(UNTIL_M_PER_PX.index(nearest))
        self.until.setEnabled(self.layer not in ALWAYS_ON)
        for blocker in quiet:
            blocker.unblock()
        self.up.setEnabled(self.layer in style.order and self.layer is not style.order[-1])
        self.down.setEnabled(self.layer in style.order and self.layer is not style.order[0])


def _bar(m_per_px: float) -> str:
    """The length that the scale bar's room shows."""
    length_m = m_per_px * _BAR_PX
    return f"{length_m / 1000:.2g} km" if length_m >= 1000 else f"{length_m:.0f} m"
