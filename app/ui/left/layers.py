"""Which layers the map shows."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from app.ui.look import Look
from app.ui.map.content import HIDDEN_AT_FIRST
from app.ui.widgets import PADDING, Panel, TickBox
from gis.scene.detail import MapLayer


class LayersPanel(Panel):
    """A box for each layer.

    Signals:
        hidden_changed: Layers switched off: frozenset of MapLayer.
    """

    hidden_changed = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.boxes = {layer: TickBox(look) for layer in MapLayer}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, 8, PADDING, 8)
        layout.setSpacing(0)
        for layer, box in self.boxes.items():
            box.setChecked(layer not in HIDDEN_AT_FIRST)
            box.toggled.connect(self._tell)
            layout.addWidget(box)
        layout.addStretch(1)
        self.retranslate()

    @property
    def hidden(self) -> frozenset[MapLayer]:
        """Layers switched off."""
        return frozenset(layer for layer, box in self.boxes.items() if not box.isChecked())

    def retranslate(self) -> None:
        for layer, box in self.boxes.items():
            box.setText(self.look.words.say("map_layer", layer))

    def _tell(self) -> None:
        self.hidden_changed.emit(self.hidden)
