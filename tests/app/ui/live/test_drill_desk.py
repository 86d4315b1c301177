"""A drill as its operator makes it and sees it."""

from collections.abc import Callable
from pathlib import Path

from console_driver import Driver
from demo_town import NOW, set_up
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.live_requests import MakeDrill
from app.operations.demo_history import make_demo_history
from app.requests import Failed
from app.telemetry.replay_faults import Fault

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def fill(driver: Driver, *texts: str) -> None:
    prompt = driver.window.live.left.prompt
    prompt.show()
    for edit, text in zip(prompt.edits.values(), texts, strict=True):
        edit.setText(text)
    QTest.keyClick(next(iter(prompt.edits.values())), Qt.Key.Key_Return)


def test_a_drill_is_asked_for_made_opened_and_cannot_be_taken_for_the_real_city(
    start: Callable[..., Driver], town: Path
) -> None:
    set_up(town)
    make_demo_history(town, NOW, 1, lambda *_: None)
    driver = start().open()
    driver.press(Qt.Key.Key_3, CTRL)
    left, model = driver.window.live.left, driver.window.live.model
    driver.until(lambda: model.present is not None)
    assert not left.drill.isVisible()
    driver.press(Qt.Key.Key_F8, SHIFT)
    assert left.prompt.edits["hours"].text() == "1"
    for wrong, word in (
        (("soon", "1", "10", ""), "2026-11-20 03:12"),
        (("2026-03-12 14:00", "0", "10", ""), "240"),
        (("2026-03-12 14:00", "1", "0", ""), "1000"),
        (("2026-03-12 14:00", "1", "10", "some"), "all"),
    ):
        fill(driver, *wrong)
        assert word in left.prompt.wrong.text()
    fill(driver, "2026-03-12 14:00", "0.25", "60", "all")
    driver.until(left.drill.isVisible)
    workspace = driver.session.workspace
    assert workspace is not None
    assert workspace.folder.name.startswith("town-drill-")
    (asked,) = [one for one in driver.worker.asked if isinstance(one, MakeDrill)]
    assert asked.faults == tuple(Fault)
    assert "以 60 倍速回放" in left.drill.told.text()
    assert "损坏" in left.drill.told.text()
    driver.until(lambda: model.present is not None and bool((model.present.standings[1:] <= 1).any()))
    # A drill of a drill is not offered; a refusal is told, and the city stays as it is.
    driver.press(Qt.Key.Key_F8, SHIFT)
    assert not left.prompt.isVisible()
    driver.window.set_language("en")
    assert "DRILL" in left.drill.told.text()
    refused: list[Failed] = []
    driver.session.refused.connect(refused.append)
    left.drill._make(NOW - 10**12, 1.0, 1.0, ())
    driver.until(lambda: bool(refused))
    assert refused[0].code == "feed.empty_recording"
    driver.idle()
