"""Small multiples: every channel has its chart, only what is in sight is read, one cursor through all of them."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from console_driver import Driver
from demo_town import CHANNELS, MINUTE, NOW
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from app.live_requests import ReadCurves
from app.telemetry.alarms import Limit, Limits, Side
from app.telemetry.channels import Channel, Channels
from app.telemetry.history import History
from app.telemetry.quantities import Quantity
from app.telemetry.readings import Readings
from app.telemetry.setup import HISTORY, Setup, write_setup
from app.ui.live.multiples import AT_ONCE, in_order

COUNT = 300
CTRL = Qt.KeyboardModifier.ControlModifier
GAP = (NOW - 150 * MINUTE, NOW - 90 * MINUTE)


@pytest.fixture
def many(town: Path) -> Path:
    """Three hundred instruments with four hours of readings; channel *n* reads 20 + n/10 m, and an hour is missing."""
    channels = Channels(
        tuple(
            Channel(f"PT-{row:04}", f"测点{row}", Quantity.PRESSURE, "MPa", 60.0, x_m=5e5 + row, y_m=4e6)
            for row in range(COUNT)
        )
    )
    limits = Limits((Limit("PT-0007 low", 7, Side.LOW, 20.2, priority=2),))
    write_setup(town, Setup(channels, limits, ()))
    at_ms = np.arange(NOW - 240 * MINUTE, NOW, MINUTE)
    at_ms = at_ms[(at_ms < GAP[0]) | (at_ms >= GAP[1])]
    history = History.create(town / HISTORY)
    for row, record in enumerate(channels.records):
        number = history.channel(record.id, record.step)
        columns = (np.full(len(at_ms), number), at_ms, at_ms + 500)
        value = np.full(len(at_ms), round((20.0 + row / 10.0) / record.step))
        history.append(Readings(*columns, value, np.zeros(len(at_ms), dtype=np.int64)))
    history.close()
    return town


def test_pressures_come_first() -> None:
    assert [CHANNELS.records[row].id for row in in_order(Setup(CHANNELS, Limits(()), ()))] == [
        "PT-0001", "PT-0002", "FT-W1", "LT-W2", "ST-B1",
    ]  # fmt: skip


# On a busy machine the pointer rests long enough on a chart for its tooltip.
@pytest.mark.qt_log_ignore("does not support raise")
def test_hundreds_of_curves_share_one_time_and_one_cursor(start: Callable[..., Driver], many: Path) -> None:
    driver = start(workspace=many).open()
    driver.press(Qt.Key.Key_3, CTRL)
    desk = driver.window.live
    pane, grid = desk.right, desk.right.all.grid
    driver.until(lambda: desk.model.present is not None)
    assert not pane.all.isVisible()
    driver.press(Qt.Key.Key_F4)
    QTest.keyClick(pane.strips, Qt.Key.Key_A)
    assert pane.all.isVisible()
    assert not pane.strips.isVisible()
    driver.until(lambda: bool(grid.in_sight) and {grid.rows[at] for at in grid.in_sight} <= set(grid.curves))
    assert "300 条曲线" in pane.all.foot.text
    assert grid.told_at(7).startswith("测点7  PT-0007\n")
    assert grid.told_at(-1) == grid.told_at(COUNT) == ""
    # What is not in sight is not asked for, and no question holds the recorder up for long.
    asked = [one for one in driver.worker.asked if isinstance(one, ReadCurves) and not one.bands]
    assert max(len(one.rows) for one in asked) <= AT_ONCE
    assert 10 < len(grid.curves) < COUNT
    assert grid.curves[7].mean == pytest.approx(np.full(len(grid.curves[7]), 20.7), abs=0.01)
    # One cursor: the same instant in each chart, and what each read then; in the gap none of them read anything.
    told = _cursor(driver, grid, 3, 0.98)
    start_ms, end_ms = grid.span.limits(grid.now_ms)
    assert told == pytest.approx(start_ms + 0.98 * (end_ms - start_ms), abs=5 * MINUTE)
    assert told - _cursor(driver, grid, 9, 0.9) == pytest.approx(0.08 * (end_ms - start_ms), abs=5 * MINUTE)
    assert "游标" in pane.all.foot.text
    assert np.isnan(grid.curves[7].at((GAP[0] + GAP[1]) // 2, 2 * MINUTE))
    # What is in sight is what F8 writes: as a picture, and as a table.
    desk.write(many / "all.png")
    assert QImage(str(many / "all.png")).size() == pane.all.size()
    desk.write(many / "all.csv")
    driver.until((many / "all.csv").is_file)
    with (many / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        written = {line["channel"] for line in csv.DictReader(file)}
    assert written == {f"PT-{grid.rows[at]:04}" for at in grid.in_sight}
    # By the keyboard from chart to chart, down to what was out of sight; its curve comes.
    last = COUNT - 1
    for _ in range(-(-COUNT // grid.across)):
        QTest.keyClick(grid, Qt.Key.Key_Down)
    assert grid.at == last
    driver.until(lambda: last in grid.curves)
    assert grid.curves[last].mean[-1] == pytest.approx(20.0 + last / 10.0, abs=0.01)
    # Another span is everybody's.
    width = pane.strips.span.width_ms
    QTest.keyClick(grid, Qt.Key.Key_Plus)
    assert grid.span.width_ms == width // 2
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert pane.strips.isVisible()
    assert pane.strips.heads[0].row == last
    driver.until(lambda: len(pane.strips.curves.get(last, ())) > 0)
    driver.idle()


def _cursor(driver: Driver, grid, at: int, share: float) -> int:
    """Point at a chart; the instant that is told."""
    box = grid.box(at)
    QTest.mouseMove(grid, QPoint(round(box.left() + 8 + share * (box.width() - 16)), box.center().y()))
    driver.until(lambda: grid.share == pytest.approx(share, abs=0.02))
    assert grid.cursor_ms is not None
    return grid.cursor_ms
