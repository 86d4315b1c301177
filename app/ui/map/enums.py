"""Qt's enumerations that painting asks for, made before two threads can ask for them at once.

PySide makes an enumeration when its name is first asked for, and a second thread that asks meanwhile ends the process
(seen with 6.11: a tile and the first frame both at ``QPainter.RenderHint``). Whoever imports this module has them made,
in the window's own thread.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QThread
from PySide6.QtGui import QImage, QPainter

MADE: Final = (
    QImage.Format,
    QPainter.RenderHint,
    QThread.Priority,
    Qt.BrushStyle,
    Qt.FillRule,
    Qt.GlobalColor,
    Qt.PenCapStyle,
    Qt.PenJoinStyle,
    Qt.PenStyle,
)
