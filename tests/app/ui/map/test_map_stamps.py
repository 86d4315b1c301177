from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from app.ui.map.qtdraw import painting
from app.ui.map.stamps import stamp

BAR = np.array([[-8.0, -1.0], [8.0, -1.0], [8.0, 1.0], [-8.0, 1.0], [-8.0, -1.0]])


def stamped(px: np.ndarray, turn: np.ndarray | None = None, dpr: float = 1.0, **look: object) -> QImage:
    image = QImage(round(100 * dpr), round(100 * dpr), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(dpr)
    image.fill(Qt.GlobalColor.black)
    with painting(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        stamp(painter, px, BAR, "#FFFFFF", "#FFFFFF", 1.0, turn, **look)
    return image


def inked(image: QImage, around: QRectF) -> float:
    """Mean lightness inside a box, in logical pixels."""
    dpr = image.devicePixelRatio()
    xs = range(round(around.left() * dpr), round(around.right() * dpr))
    ys = range(round(around.top() * dpr), round(around.bottom() * dpr))
    return sum(image.pixelColor(x, y).lightness() for x in xs for y in ys) / (len(xs) * len(ys))


@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
def test_every_place_gets_its_shape(qapp, dpr) -> None:
    places = np.array([[20.0, 20.0], [70.0, 30.0], [40.0, 80.0]])
    image = stamped(places, dpr=dpr)
    for x, y in places:
        assert inked(image, QRectF(x - 6, y - 1, 12, 2)) > 180
        assert inked(image, QRectF(x - 6, y + 5, 12, 4)) == 0


def test_turned_shapes_follow_their_pipe(qapp) -> None:
    image = stamped(np.array([[50.0, 50.0], [20.0, 20.0]]), np.array([math.pi / 2, 0.0]))
    assert inked(image, QRectF(49, 44, 2, 12)) > 180
    assert inked(image, QRectF(43, 49, 3, 2)) == 0
    assert inked(image, QRectF(14, 19, 12, 2)) > 180


def test_forty_five_degrees_rise_to_the_right(qapp) -> None:
    image = stamped(np.array([[50.0, 50.0]]), np.array([math.pi / 4]))
    assert image.pixelColor(54, 46).lightness() > 150
    assert image.pixelColor(46, 46).lightness() < 60


def test_dashes_leave_gaps(qapp) -> None:
    solid = inked(stamped(np.array([[50.0, 50.0]])), QRectF(40, 45, 20, 10))
    frame = stamped(np.array([[50.0, 50.0]]), dashes=(2.0, 2.0))
    assert 0 < inked(frame, QRectF(40, 45, 20, 10)) < solid


def test_nothing_is_stamped_nowhere(qapp) -> None:
    assert inked(stamped(np.empty((0, 2))), QRectF(0, 0, 100, 100)) == 0
