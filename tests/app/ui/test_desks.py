"""Desks: which are there, which is in front, and how wide their sides are."""

import pytest
from console_driver import Driver
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.ui.arrangement import Arrangement, arrangement_for
from app.ui.desks import Desk, Desks


@pytest.mark.parametrize(
    ("width_px", "expected"),
    [
        (1920, Arrangement(520, 468, tabs=False)),
        (1880, Arrangement(520, 468, tabs=False)),
        (1600, Arrangement(440, 440, tabs=False)),
        (1599, Arrangement(360, 400, tabs=True)),
        (1366, Arrangement(360, 400, tabs=True)),
    ],
)
def test_sides_take_what_the_window_can_spare(width_px: int, expected: Arrangement) -> None:
    assert arrangement_for(width_px) == expected


def test_the_desk_in_front_brings_both_its_sides(qtbot) -> None:
    plan, pressure = (Desk(code, number, QWidget(), QWidget()) for code, number in (("plan", 2), ("pressure", 3)))
    desks = Desks((pressure, plan))
    for host in (desks.left, desks.right):
        qtbot.addWidget(host)
    heard: list[str] = []
    desks.changed.connect(heard.append)
    assert [desk.number for desk in desks.every] == [2, 3]
    assert desks.shown is plan
    desks.show("pressure")
    desks.show("pressure")
    assert heard == ["pressure"]
    assert desks.left.currentWidget() is pressure.left
    assert desks.right.currentWidget() is pressure.right
    with pytest.raises(KeyError):
        desks.show("elsewhere")


def test_only_desks_that_exist_have_a_tab_and_a_key(desk: Driver) -> None:
    top = desk.window.top
    assert [tab.text() for tab in top.desk_tabs.values()] == [
        "调度",
        "方案",
        "压力",
        "计划停水",
        "编辑",
        "热线",
        "现场",
    ]
    assert top.desk_tabs["plan"].isChecked()
    assert desk.window.left.isVisible()
    QTest.mouseClick(top.desk_tabs["dispatch"], Qt.MouseButton.LeftButton)
    assert desk.window.dispatch.queue.isVisible()
    assert desk.window.below_dock.isVisible()
    assert not desk.window.left.isVisible()
    desk.press(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert not desk.window.below_dock.isVisible()
    desk.press(Qt.Key.Key_8, Qt.KeyboardModifier.ControlModifier)
    assert desk.window.desks.shown.code == "plan"


def test_names_at_the_left_are_never_cut(desk: Driver) -> None:
    for language in ("zh_CN", "en"):
        desk.window.set_language(language)
        desk.window.resize(1366, 768)
        desk.qtbot.waitUntil(lambda: desk.window.left.width() < 420)
        desk.qtbot.wait(50)
        for button in desk.window.left.tabs:
            assert button.width() >= button.fontMetrics().horizontalAdvance(button.text()) + 8, button.text()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_desk_and_the_import_form_fit_a_laptop_s_screen(desk: Driver, language: str) -> None:
    window = desk.window
    window.set_language(language)
    for each in window.desks.every:
        window.desks.show(each.code)
        window.resize(1366, 768)
        desk.idle()
        wanted = window.minimumSizeHint()
        assert (wanted.width() <= 1366, wanted.height() <= 768) == (True, True), f"{each.code} asks for {wanted}"
    window.desks.show("plan")
    window.show_import()
    desk.idle()
    assert window.minimumSizeHint().width() <= 1366
    form = window.import_form
    assert form.tolerance.lineEdit().width() > 100, "the value cannot be read"
