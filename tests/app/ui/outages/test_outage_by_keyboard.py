"""A planned outage from drawing to the second notice, without a mouse, told through a gateway on the loopback."""

from desk_hands import CTRL, NONE
from little_city import BLOCK_M, EAST, NORTH
from notice_office import office
from outage_hands import OutageHands, told
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.ui.outages.side import NIGHT
from network.assets import Position

CORNERS = (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left)


def draw_by_keyboard(hands: OutageHands) -> None:
    """A square over the western half of the main that the school hangs on, its corners set with the space bar."""
    canvas = hands.desk.window.map.canvas
    canvas.zoom_to_point(EAST + 2.1 * BLOCK_M, NORTH + 2 * BLOCK_M + 20.0, 0.6)
    hands.desk.until(lambda: not canvas._motion.moving)
    hands.press(Qt.Key.Key_E, CTRL)
    assert canvas.drawing_area
    assert canvas.hasFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    for key in CORNERS:
        before = canvas.view
        QTest.keyClick(canvas, key)
        hands.desk.until(lambda before=before: canvas.view != before and not canvas._motion.moving)
        QTest.keyClick(canvas, Qt.Key.Key_Space)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    hands.desk.idle()


def test_from_drawing_to_the_second_notice(hands: OutageHands) -> None:
    room, side = hands.room, hands.room.side
    assert "Ctrl+N" in room.list.empty.text()
    draw_by_keyboard(hands)
    assert room.form.isVisible()
    assert room.form.place.text() == "区域 · 应关 2 只阀门 · 停水 8 户"
    assert room.form.fields["start"].hasFocus()
    hands.fill(start="3-17 22:00", length="6", reason="更换老旧阀门", title="清泉大街换阀")
    assert told(room.form.window_told) == "3月17日 周二 22:00 – 3月18日 周三 04:00"
    hands.press(Qt.Key.Key_Return)

    # Drafted, judged, in the calendar, on the map; whose pressure falls is worked out without being asked.
    hands.desk.until(lambda: room.model.sheet is not None and room.model.sheet.low_known)
    hands.desk.idle()
    assert hands.list()[0].startswith("J1 清泉大街换阀")
    assert "待批 · 03-17 22:00 – 03-18 04:00" in hands.list()[0]
    assert hands.rules() == {
        "P0": "待办", "P1": "待办", "P3": "待办", "P4": "未起算", "P5s": "待办", "P5": "待办", "P8": "未起算",
    }  # fmt: skip
    assert told(side.pages.judgement.clause).startswith("S4 计划停水")
    figures = side.figures.figures
    assert (figures["out"].value.text(), figures["low"].value.text()) == ("8", "0")
    assert room.model.planned.as_recorded
    assert [row.number for row in room.below.chart.rows] == ["J1"]
    assert hands.desk.window.map._instead is not None

    for role, who in (("值班长", "赵"), ("管网部门", "孙")):
        assert hands.primary() == f"登记审批：{role}"
        hands.press(Qt.Key.Key_F9)
        hands.answer(who)
    assert told(side.head.stage) == "已批准"
    with office() as gateway:
        _announce(hands, gateway.address)
        assert gateway.messages == {"web": 1, **{f"0531-8{row:07d}": 1 for row in rows_out(hands)}}
        _through_the_night(hands)
        assert hands.primary() == "发送通知"
        hands.press(Qt.Key.Key_F9)
        hands.press(Qt.Key.Key_Return)
        hands.press(Qt.Key.Key_Return)
        hands.desk.until(lambda: told(side.head.stage) == "已结束")
        assert gateway.messages == {"web": 1, **{f"0531-8{row:07d}": 2 for row in rows_out(hands)}}
    assert hands.primary() == "已无待办"
    side.show_page(NIGHT)
    assert told(side.pages.night.kept).splitlines()[1] == (
        "承诺 3月18日 周三 04:00 恢复，实际 3月18日 周三 03:40（早 20分钟）"
    )
    assert hands.desk.session.states.position[hands.desk.row("valve", "V-H2-2A")] == Position.OPEN
    hands.desk.window.set_language("en")
    assert hands.primary() == "Nothing more to do"
    assert told(side.head.stage) == "ended"
    hands.desk.window.resize(1366, 768)
    hands.desk.idle()
    names = [one.name for one in (*figures.values(), side.figures.households)]
    assert [name.text() for name in names if name.width() < name.sizeHint().width()] == [], "cut on a small screen"


def rows_out(hands: OutageHands) -> list[int]:
    """Rows of the customers whom the plan takes the water from."""
    return hands.room.model.planned.impact.out.tolist()


def _announce(hands: OutageHands, address: str) -> None:
    """The public is told through the website's gateway, everybody affected through that for short messages."""
    side = hands.room.side
    assert hands.primary() == "登记：官网等渠道已公告"
    QTest.keyClick(hands.desk.window, Qt.Key.Key_F8, CTRL | Qt.KeyboardModifier.ShiftModifier)
    hands.answer(address)
    hands.desk.until(lambda: hands.rules()["P0"] == "符合")
    hands.desk.idle()
    assert told(side.pages.notice.published) == "官网：已送达（R0）"
    assert hands.primary() == "发送通知"
    hands.press(Qt.Key.Key_F9)
    hands.press(Qt.Key.Key_Return)
    hands.answer(address)
    hands.desk.until(lambda: told(side.head.stage) == "已告知")
    hands.desk.idle()
    notice = side.pages.notice
    assert "3月17日" in told(notice.web)
    assert "书院西路" in told(notice.web)
    assert told(notice.counts) == "已送达 8"
    notice.area.setFocus()
    hands.press(Qt.Key.Key_L)
    assert "Because of 更换老旧阀门" in told(notice.web)
    hands.press(Qt.Key.Key_L)
    hands.press(Qt.Key.Key_R, CTRL)
    assert {name: said for name, said in hands.rules().items() if said == "符合"} == dict.fromkeys(
        ("P0", "P1", "P3", "P4"), "符合"
    )


def _numbered_on_the_map(hands: OutageHands) -> list[str]:
    plan = hands.desk.window.map.canvas.content.plan
    return [] if plan is None else hands.desk.ids(plan.close)


def _through_the_night(hands: OutageHands) -> None:
    """Every line of the checklist by F9, in the plan's order; the clock goes with it."""
    hands.clock.turn("2026-03-17 21:40:00")
    hands.desk.until(lambda: _numbered_on_the_map(hands) == ["V-H2-2B", "V-H2-2A"])
    hands.press(Qt.Key.Key_F5)
    assert [line for line, done in hands.checks() if not done] == [
        "关闭 V-H2-2B", "关闭 V-H2-2A", "用户处已停水", "作业完毕", "充水、冲洗完毕",
        "开启 V-H2-2A", "开启 V-H2-2B", "用户处已恢复供水", "恢复供水通知",
    ]  # fmt: skip
    hands.press(Qt.Key.Key_Return, NONE)
    assert hands.primary() == "关闭 V-H2-2A"
    hands.press(Qt.Key.Key_F9)
    closed = [hands.desk.session.states.position[hands.desk.row("valve", f"V-H2-2{end}")] for end in "AB"]
    assert closed == [Position.CLOSED] * 2
    # Twenty minutes before the announced time: only with a reason.
    hands.press(Qt.Key.Key_F9)
    hands.press(Qt.Key.Key_Return)
    prompt = hands.room.side.prompt
    hands.desk.until(lambda: prompt.isVisible() and prompt.title.text == "仍要停水")
    assert "已通知客户 03-17 22:00 停水（P5s）" in hands.refusal()
    for _ in range(2):  # the reason first, then the question
        hands.press(Qt.Key.Key_Escape)
    assert hands.primary() == "登记：用户处已停水"
    hands.clock.turn("2026-03-17 22:05:00")
    for moment in ("2026-03-17 22:05:00", "2026-03-18 02:30:00", "2026-03-18 03:10:00"):
        hands.clock.turn(moment)
        hands.press(Qt.Key.Key_F9)
        hands.press(Qt.Key.Key_Return)
    assert told(hands.room.side.head.stage) == "停水中"
    for _ in range(2):
        hands.press(Qt.Key.Key_F9)
    hands.clock.turn("2026-03-18 03:50:00")
    hands.press(Qt.Key.Key_F9)
    hands.answer("03-18 03:40")
