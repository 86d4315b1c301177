"""Type: Inter for Latin and figures, the system's sans for Chinese, tabular figures everywhere."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

from app import resources

FAMILIES: Final = ("Inter", "Noto Sans CJK SC", "Microsoft YaHei UI", "PingFang SC")

CAPTION, TABLE, BODY, TITLE, IDENTITY, FIGURE = 12, 13, 14, 16, 18, 22
"""Sizes in px. Nothing is ever smaller than a caption."""


def load_fonts() -> None:
    """Make the bundled fonts known to Qt. Needs the application object."""
    for path in sorted(resources.folder("fonts").glob("*.ttf")):
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise RuntimeError(f"font cannot be read: {path.name}")


def font(size_px: int = BODY, weight: int = 400) -> QFont:
    """The console's font at *size_px*; *weight* is 400, 500 or 600."""
    made = QFont()
    made.setFamilies(list(FAMILIES))
    made.setPixelSize(size_px)
    # No "tnum" feature: the bundled font's digits are tabular by themselves. What a feature swaps in cannot be found or
    # copied in a PDF.
    made.setWeight(QFont.Weight(weight))
    return made
