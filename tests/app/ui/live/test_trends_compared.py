"""Last week under today, what was usual around it, a flood over the list, and the picture that is written of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from console_driver import Driver
from demo_town import NOW, set_up
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from app.operations.demo_history import make_demo_history


@pytest.fixture
def desk(start: Callable[..., Driver], town: Path) -> Driver:
    """Nine days of a town in which nothing happens."""
    set_up(town, interval_s=0.2)
    make_demo_history(town, NOW, 9, lambda *_: None)
    driver = start(theme="light").open()
    driver.press(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    driver.until(lambda: driver.window.live.model.present is not None)
    return driver


def inked(image: QImage, ink: str) -> bool:
    return any(
        image.pixelColor(x, y).name().upper() == ink.upper()
        for x in range(70, image.width() - 190, 5)
        for y in range(32, image.height() - 30)
    )


def test_last_week_lies_under_today_as_long_as_it_is_wanted_and_is_in_the_picture(desk: Driver, tmp_path: Path) -> None:
    pane, theme = desk.window.live.right, desk.console.look.theme
    pane.show_channel(1)
    desk.press(Qt.Key.Key_F4)
    strips = pane.strips
    desk.until(lambda: 1 in strips.bands and bool(np.isfinite(strips.bands[1].last_week).any()))
    desk.until(lambda: inked(strips.grab().toImage(), theme.t1))
    assert not inked(strips.grab().toImage(), theme.acc)
    QTest.keyClick(strips, Qt.Key.Key_W)
    assert inked(strips.grab().toImage(), theme.acc), "a colour of its own"
    desk.window.live.write(tmp_path / "trends.png")
    picture = QImage(str(tmp_path / "trends.png"))
    assert (picture.width(), picture.height()) == (strips.width(), strips.height())
    assert inked(picture, theme.t1)
    assert inked(picture, theme.acc)
    QTest.keyClick(strips, Qt.Key.Key_W)
    assert not inked(strips.grab().toImage(), theme.acc)
    _flood(desk)


def _flood(desk: Driver) -> None:
    """More than one person can take in is said over the list, with how many nobody has seen."""
    left, model = desk.window.live.left, desk.window.live.model
    assert model.present is not None
    assert not left.flood.isVisible()
    model.present = replace(model.present, is_flood=True)
    left.retranslate()
    assert left.flood.isVisible()
    unseen = sum(row.is_unseen for row in model.rows)
    assert left.flood.text() == f"报警泛滥：十分钟内超过 10 条。最重的在前，未确认 {unseen} 条。"
    desk.idle()
