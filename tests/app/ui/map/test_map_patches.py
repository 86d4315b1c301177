"""Only what holds something of a clear picture is drawn, and all of it, at every scale."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from app.ui.map.patches import BLOCK_PX, Patches
from app.ui.map.qtdraw import painting

INK, GROUND = QColor("#ff8800"), QColor("#123456")


def clear(width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    return image


def under(width: int, height: int, dpr: float = 1.0) -> QImage:
    image = QImage(round(width * dpr), round(height * dpr), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(dpr)
    image.fill(GROUND)
    return image


@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
def test_what_is_drawn_by_parts_is_the_picture(dpr) -> None:
    image = clear(700, 300)
    marks = [(0, 0), (63, 31), (64, 32), (350, 140), (699, 299), (128, 290)]
    for x, y in marks:
        image.setPixelColor(x, y, INK)
    image.setDevicePixelRatio(dpr)
    patches = Patches.of(image, 700, 300)
    shown = under(500, 240, dpr)
    with painting(shown) as painter:
        patches.draw(painter, 3.0, 5.0, dpr)
    left, top = round(3 * dpr), round(5 * dpr)
    found = {
        (x - left, y - top)
        for x in range(shown.width())
        for y in range(shown.height())
        if shown.pixelColor(x, y) == INK
    }
    assert found == {(x, y) for x, y in marks if x + left < shown.width() and y + top < shown.height()}


def test_clear_parts_are_left_out_and_equal_runs_joined() -> None:
    image = clear(10 * BLOCK_PX[0], 6 * BLOCK_PX[1])
    for row in (1, 2, 3):
        for block in (2, 3):
            image.setPixelColor(block * BLOCK_PX[0] + 5, row * BLOCK_PX[1] + 9, INK)
    image.setPixelColor(9 * BLOCK_PX[0], 3 * BLOCK_PX[1], INK)
    wide, high = BLOCK_PX
    assert set(Patches.of(image, image.width(), image.height()).boxes) == {
        (2 * wide, high, 4 * wide, 4 * high),
        (9 * wide, 3 * high, 10 * wide, 4 * high),
    }
    assert Patches.of(image, wide, high).boxes == ()
    assert Patches.of(image, 0, 0).boxes == ()


@pytest.mark.parametrize("scale", [0.37, 0.71, 1.0, 1.414, 2.9])
def test_scaled_parts_meet_without_gap_or_overlap(scale) -> None:
    image = clear(300, 200)
    half = QColor(255, 255, 255, 128)
    image.fill(half)
    image.fill(QColor(255, 255, 255, 128))
    boxes = tuple((x, y, x + 100, y + 50) for x in (0, 100, 200) for y in (0, 50, 100, 150))
    patches = Patches(boxes, tuple(image.copy(x, y, 100, 50) for x, y, _, _ in boxes))
    shown = under(900, 600)
    with painting(shown) as painter:
        patches.draw_scaled(painter, 7.3, 4.9, scale)
    inside = {
        shown.pixelColor(x, y).rgb()
        for x in range(9, int(7.3 + 300 * scale) - 1)
        for y in range(6, int(4.9 + 200 * scale) - 1)
    }
    assert len(inside) == 1
    assert inside != {GROUND.rgb()}
