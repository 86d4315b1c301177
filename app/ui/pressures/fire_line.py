"""The line about fire cover under the findings, with the distance that a hydrant covers to choose beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.messages import formats
from app.plan_requests import FireCoverFound
from app.ui import fonts
from app.ui.look import Look
from app.ui.widgets import GAP, PADDING, IconLabel, Label, Picker
from network.hydraulic_defaults import HYDRANT_REACH_M

REACHES_M = (60.0, 100.0, 120.0, HYDRANT_REACH_M, 200.0, 300.0)
"""Distances to choose from."""


class FireLine(QWidget):
    """One sentence, its mark, and the distance; hidden until something is known.

    Signals:
        reach_chosen: Another distance, metres.
    """

    reach_chosen = Signal(float)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._mark, self.said = IconLabel(look, "hydrant", "t2", 14), Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.reach = Picker(look)
        line = QHBoxLayout(self)
        line.setContentsMargins(PADDING, 6, PADDING, 0)
        line.setSpacing(GAP)
        line.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.said, 1)
        line.addWidget(self.reach, 0, Qt.AlignmentFlag.AlignTop)
        self.reach.addItems([formats.length(reach_m) for reach_m in REACHES_M])
        self.reach.setCurrentIndex(REACHES_M.index(HYDRANT_REACH_M))
        self.reach.activated.connect(lambda at: self.reach_chosen.emit(REACHES_M[at]))
        self.hide()

    def tell(self, found: FireCoverFound | None) -> None:
        """Say what is known; hidden where nothing is."""
        self.reach.setToolTip(self.tr("Distance that a hydrant covers"))
        self.setVisible(found is not None)
        if found is None:
            return
        bare = len(found.uncovered) > 0
        self._mark.set_icon("hydrant" if bare else "tick", "amber_text" if bare else "t2")
        self.said.set_tone("t1" if bare else "t2")
        self.said.setText(self._sentence(found))

    def _sentence(self, found: FireCoverFound) -> str:
        out, left = len(found.hydrants_out), len(found.uncovered)
        if not out:
            return self.tr("Fire cover: no hydrant is out.")
        if not left:
            said = self.tr(
                "Fire cover: {count} {count|hydrant|hydrants} out, nobody farther than {reach} from a live one."
            )
        else:
            said = self.tr(
                "Fire cover: {count} {count|hydrant|hydrants} out; {left} {left|customer|customers} "
                "farther than {reach} from a live one."
            )
        counts = {"count": formats.number(out), "left": formats.number(left)}
        return formats.filled(said, reach=formats.length(found.reach_m), **counts)
