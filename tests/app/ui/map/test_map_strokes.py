"""Lines of a few pixels are drawn as lines of one, side by side: they look as Qt's own."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from app.ui.map.qtdraw import draw_boxes, draw_lines, painting, pen, stroke_lines

SIDE = 120


def inked(width: float, angle: float, *, split: bool) -> np.ndarray:
    """Lightness of every pixel of one line through the middle."""
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(0)
    reach = np.array([np.cos(angle), np.sin(angle)]) * 40
    px = np.array([[*(SIDE / 2 - reach), *(SIDE / 2 + reach)]])
    with painting(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if split:
            stroke_lines(painter, px, "#FFFFFF", width, exact=False)
        else:
            painter.setPen(pen("#FFFFFF", width))
            draw_lines(painter, px)
    pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(SIDE, SIDE, 4)
    return pixels[:, :, 1] / 255


@pytest.mark.parametrize("width", [0.8, 1.1, 1.7, 2.4, 3.2, 4.0, 7.0])
@pytest.mark.parametrize("angle", [0.0, 0.3, np.pi / 4, 1.3, np.pi / 2])
def test_a_line_has_its_width_at_any_angle(qapp, width, angle) -> None:
    split, whole = inked(width, angle, split=True), inked(width, angle, split=False)
    assert split.sum() == pytest.approx(whole.sum(), rel=0.2, abs=20 if width >= 1.5 else 35)
    assert split[whole > 0.99].min(initial=1.0) > (0.55 if width < 1.5 or angle % (np.pi / 2) < 0.01 else 0.3)
    assert split[whole == 0].max() < 0.5 or width < 1.5


def test_a_line_of_no_length_does_no_harm(qapp) -> None:
    image = QImage(20, 20, QImage.Format.Format_RGB32)
    image.fill(0)
    with painting(image) as painter:
        stroke_lines(painter, np.full((1, 4), 10.0), "#FFFFFF", 2.0, exact=False)
    assert image.pixelColor(2, 2).lightness() == 0


def test_boxes_are_filled_where_they_say(qapp) -> None:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(0)
    with painting(image) as painter:
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(QColor("#FF0000"))
        draw_boxes(painter, np.array([[5.0, 6.0, 10.0, 4.0], [30.0, 30.0, 5.0, 5.0]]))
    assert image.pixelColor(10, 8).red() == 255
    assert image.pixelColor(32, 32).red() == 255
    assert image.pixelColor(10, 14).red() == 0
