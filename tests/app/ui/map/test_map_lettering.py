"""New lettering is spread over frames; what was painted once costs nothing any more."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage

from app.ui import fonts
from app.ui.map.lettering import FreshTexts, lettering
from app.ui.map.qtdraw import painting

NAMES = ("Aqueduct Lane", "Weir Road", "Sluice Court")


def frame(most_elements: int | None) -> int:
    """Paint as many of the names as one frame may, and return how many."""
    image = QImage(400, 100, QImage.Format.Format_RGB32)
    fresh, painted = FreshTexts(most_elements), 0
    with painting(image) as painter:
        for row, name in enumerate(NAMES):
            if fresh.exhausted:
                break
            fresh.paint(painter, 200.0, 20.0 + 30 * row, lettering(name, 17), QColor("#102030"), QColor("#FFFFFF"))
            painted += 1
    return painted


def test_new_names_come_frame_by_frame_until_all_stand(qapp) -> None:
    fonts.load_fonts()
    # Tests run in any order: forget what another one outlined.
    lettering.cache_clear()
    assert [frame(1) for _ in range(4)] == [1, 2, 3, 3]


def test_a_picture_paints_all_at_once(qapp) -> None:
    fonts.load_fonts()
    assert frame(None) == 3
