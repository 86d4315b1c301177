"""Lettering is outlined and painted once: names come back with every frame."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage

from app.ui import fonts
from app.ui.map.lettering import lettering, paint_text
from app.ui.map.qtdraw import painting


def painted(name: str, degrees: float = 0.0) -> QImage:
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("#FFFFFF"))
    with painting(image) as painter:
        paint_text(painter, 150.0, 150.0, lettering(name, 17), QColor("#102030"), QColor("#FFFFFF"), degrees)
    return image


def ink_box(image: QImage) -> tuple[int, int]:
    """Width and height of what is dark."""
    dark = [(x, y) for x in range(300) for y in range(300) if image.pixelColor(x, y).lightness() < 120]
    xs, ys = [x for x, _ in dark], [y for _, y in dark]
    return max(xs) - min(xs), max(ys) - min(ys)


def test_a_name_is_outlined_once(qapp) -> None:
    fonts.load_fonts()
    assert lettering("Weir Road", 17) is lettering("Weir Road", 17)
    assert painted("Weir Road") == painted("Weir Road")


def test_a_name_along_a_road_is_turned(qapp) -> None:
    fonts.load_fonts()
    wide, high = ink_box(painted("Aqueduct Lane"))
    turned_wide, turned_high = ink_box(painted("Aqueduct Lane", 90.0))
    assert wide > 4 * high
    assert turned_high > 4 * turned_wide
