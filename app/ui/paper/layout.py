"""Where things stand on a sheet. Units are px of 1/96 inch, whatever the printer's resolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF

from app.ui.sheet.blocks import PX_PER_INCH
from gis.paper import Frame, Paper
from gis.scene.view import Bounds, MapView

MM_PER_INCH: Final = 25.4
PX_PER_MM: Final = PX_PER_INCH / MM_PER_INCH
MARGIN_MM: Final = 10.0
BAND: Final = 18.0
"""Room for the grid's figures round the map, times the sheet's factor."""
LEGEND_ROW: Final = 19.0
LEGEND_HEAD: Final = 28.0
_LEAST_STRIP: Final = 144.0
_TITLE_SHARE, _SCALE_SHARE = 0.31, 0.2
_FACTORS: Final = {"A4": 1.0, "A3": 1.15, "A2": 1.35, "A1": 1.6, "A0": 2.0}
"""What stands beside the map is larger on larger sheets: they are read from farther away."""


@dataclass(frozen=True)
class SheetLayout:
    """One sheet divided.

    Attributes:
        paper: Its size.
        legend_rows: Rows that the legend needs.
    """

    paper: Paper
    legend_rows: int = 0

    @property
    def factor(self) -> float:
        """By how much type beside the map is larger than on A4."""
        return _FACTORS[self.paper.size]

    @property
    def whole(self) -> QRectF:
        """The sheet."""
        return QRectF(0, 0, self.paper.width_mm * PX_PER_MM, self.paper.height_mm * PX_PER_MM)

    @property
    def border(self) -> QRectF:
        """The line round everything."""
        margin = MARGIN_MM * PX_PER_MM
        return self.whole.adjusted(margin, margin, -margin, -margin)

    @property
    def strip(self) -> QRectF:
        """Title, legend and scale, under the map."""
        border = self.border
        height = max(_LEAST_STRIP, self.legend_rows * LEGEND_ROW + LEGEND_HEAD + 8.0) * self.factor
        return QRectF(border.left(), border.bottom() - height, border.width(), height)

    @property
    def map(self) -> QRectF:
        """The map itself; whole px, so that its scale is exact."""
        border, band = self.border, BAND * self.factor
        room = QRectF(
            border.left() + band,
            border.top() + band,
            border.width() - 2 * band,
            self.strip.top() - border.top() - 2 * band,
        )
        return QRectF(room.left(), room.top(), float(int(room.width())), float(int(room.height())))

    @property
    def cells(self) -> tuple[QRectF, QRectF, QRectF]:
        """The strip's parts: title, legend, scale; in the strip's own px, the sheet's factor taken out."""
        width, height = self.strip.width() / self.factor, self.strip.height() / self.factor
        title, scale = max(width * _TITLE_SHARE, 226.0), max(width * _SCALE_SHARE, 160.0)
        title, scale = min(title, 400.0), min(scale, 260.0)
        return (
            QRectF(0, 0, title, height),
            QRectF(title, 0, width - title - scale, height),
            QRectF(width - scale, 0, scale, height),
        )

    @property
    def frame(self) -> Frame:
        """The map's size on paper."""
        return Frame(self.map.width() / PX_PER_MM, self.map.height() / PX_PER_MM)

    def view(self, bounds: Bounds, scale: int) -> MapView:
        """The map's view of a sheet."""
        x_m, y_m = bounds.centre
        m_per_px = scale * MM_PER_INCH / PX_PER_INCH / 1000.0
        return MapView(x_m, y_m, m_per_px, round(self.map.width()), round(self.map.height()))
