"""Orders and decisions on the dispatch desk: given, read back, carried out, withdrawn; waived, recalled, cancelled."""

from __future__ import annotations

import re

import pytest
from dispatch_hands import Hands, report
from PySide6.QtCore import Qt

from app.dispatch.crews import CrewState
from app.dispatch.states import ClockState
from app.ui.dispatch.below import ORDERS
from app.ui.theme import SUN

CTRL = Qt.KeyboardModifier.ControlModifier


def orders(hands: Hands) -> list[list[str]]:
    return hands.desk.cells(hands.room.below.orders.table)


def test_a_dispatch_order_from_issue_to_report_and_one_withdrawn(hands: Hands) -> None:
    report(hands)
    number = hands.room.model.row.number
    assert hands.line("令 抢07 V-H2-2A 关闭该阀") == f"向 抢07 下调度令：V-H2-2A（{number}） · 关闭该阀"
    hands.press(Qt.Key.Key_F5, CTRL)
    assert hands.room.below.shown == ORDERS
    (row,) = orders(hands)
    assert row[0].startswith("20260312-")
    assert (row[1], row[2], row[4]) == ("V-H2-2A", number, "抢07")
    # Issued, and not yet read back: the next step stands in words, Enter takes it.
    assert row[5] == "14:32:08"
    assert row[6:9] == ["", "", ""]
    for step in (6, 7, 8):
        hands.press(Qt.Key.Key_F5, CTRL)
        hands.press(Qt.Key.Key_Return)
        assert orders(hands)[0][step] == "14:32:08"
    assert not hands.room.model.view.orders[0].open
    hands.line("dd q7 V-H2-2B 关闭该阀")
    # The line names the order by its incident: only one is open.
    assert hands.line(f"复诵 {number}").endswith("已复诵")
    assert orders(hands)[0][6] == "14:32:08"
    hands.press(Qt.Key.Key_F5, CTRL)
    hands.room.below.orders.table.selectRow(0)
    hands.press(Qt.Key.Key_Delete)
    hands.press(Qt.Key.Key_Return)
    assert "尚未填写" in hands.room.side.prompt.wrong.text(), "never without a reason"
    hands.answer("现场改关另一阀")
    assert [order.open for order in hands.room.model.view.orders] == [False, False]
    assert "撤回" in [row[-1] for row in orders(hands)]


@pytest.mark.qt_log_ignore("does not support raise", "does not support grabbing the keyboard")
def test_waived_recalled_diverted_cancelled_each_with_its_reason(hands: Hands) -> None:
    side, room = hands.room.side, hands.room
    report(hands)
    first = room.model.row.number
    hands.line("派 抢07")
    assert room.model.row.crews == ("抢07",)
    hands.choose("waive")
    hands.answer("E3", "")
    assert side.prompt.asks, "a clock is never waived without a reason"
    hands.answer("指挥长同意，大口径")
    waived = next(row for row in side.clauses.rows if row.clock.rule.id == "E3")
    assert waived.chip.face.state is ClockState.WAIVED
    assert any(line.startswith("免除时限") for line in hands.story())

    report(hands, "x b DN300 !1 dczx")
    second = room.model.row
    assert (second.number != first, second.severity, second.dn_mm) == (True, 1, 300.0)
    # 抢07 has a job: it is never taken in passing.
    assert hands.line("派 抢07") == f"派 抢07 → {second.number}"
    assert first in side.prompt.title.text
    hands.answer(second.number)
    assert f"仍在 {first}" in side.prompt.wrong.text()
    hands.answer(first)
    assert room.model.row.crews == ("抢07",)
    assert room.model.view.row(f"incident/{first}").crews == ()

    hands.choose("recall")
    hands.answer("车辆故障")
    assert room.model.row.crews == ()
    crew = next(row for row in room.model.view.crews if row.crew == "抢07")
    assert (crew.state, crew.incident) == (CrewState.STANDBY, None)
    hands.choose("cancel")
    hands.answer("误报")
    assert not room.model.row.is_open
    assert "近 12 小时办结 1 件" in room.queue.day.text
    assert [line for line in hands.queue() if second.number in line]
    assert hands.line(f"看 {first}") == f"查看 {first}"
    assert room.model.row.number == first

    # A second call about the first: merged, it is no row of its own any more and keeps its number in the other.
    report(hands, "x l dczx")
    third = room.model.row.number
    hands.choose("merge")
    hands.answer(first)
    hands.desk.until(lambda: room.model.view.row(f"incident/{first}").merged == (third,))
    assert not [line for line in hands.queue() if line.startswith(third)]


def test_what_was_said_is_said_in_the_other_language_and_the_sun_theme_holds(hands: Hands) -> None:
    window, side = hands.desk.window, hands.room.side
    report(hands)
    hands.line("到 抢03")
    refused = side.refusal.text()
    assert refused
    assert side.refusal.isVisible()
    told = window.status.told.text
    window.set_language("en")
    hands.settle()
    assert side.refusal.text() != refused
    assert side.refusal.text() == "Crew 抢03 has no job."
    assert not told or not re.search("[一-鿿]", window.status.told.text.replace("抢", "")), (
        "nothing of the other language stays"
    )
    window.set_theme("sun")
    hands.settle()
    picture = window.grab().toImage()
    corner = side.mapTo(window, side.rect().bottomRight())
    assert picture.pixelColor(corner.x() - 3, corner.y() - 3).name().upper() in {
        SUN.bg0.upper(),
        SUN.bg1.upper(),
        SUN.bg2.upper(),
    }
    queue = hands.room.queue.list
    middle = queue.mapTo(window, queue.rect().center())
    assert picture.pixelColor(middle.x(), queue.mapTo(window, queue.rect().bottomLeft()).y() - 4).lightness() > 200
