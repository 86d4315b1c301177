"""Information to be published, at the Hotline desk by keyboard: made, its clock, published, changed."""

from collections.abc import Callable

from console_driver import Driver
from desk_hands import CTRL, DeskHands
from PySide6.QtCore import Qt

from app.public.book import Stage
from app.ui.hotline.desk import HotlineDesk

SHIFT = Qt.KeyboardModifier.ShiftModifier


class Hand(DeskHands):
    """Somebody who publishes."""

    def __init__(self, desk: Driver) -> None:
        self.room: HotlineDesk = desk.window.hotline
        super().__init__(desk, self.room.side.prompt)

    def choose(self, code: str) -> None:
        menu = self.room.more.menu
        menu.aboutToShow.emit()
        assert menu.acts[code].isEnabled()
        menu.acts[code].trigger()

    def rows(self) -> list[list[str]]:
        return self.desk.cells(self.room.side.open)


def test_from_the_making_to_the_publishing(start: Callable[..., Driver]) -> None:
    hand = Hand(start(language="zh_CN").open())
    hand.press(Qt.Key.Key_6, CTRL)
    room, side = hand.room, hand.room.side
    hand.desk.until(lambda: room.model.view is not None)
    room.more.menu.aboutToShow.emit()
    assert room.more.menu.acts["inform"].isEnabled()
    room.more.informing.kinds.acts["water_quality"].trigger()
    side.prompt.edits["title"].setText("三月管网水水质")
    side.prompt.edits["made"].setText("2099-01-01 00:00")
    hand.press(Qt.Key.Key_Return)
    assert "2099-01-01 00:00" in side.prompt.wrong.text()
    side.prompt.edits["made"].setText(f"{hand.desk.window._now():%m-%d %H:%M}")
    hand.press(Qt.Key.Key_Return)
    hand.desk.until(lambda: room.model.row is not None)
    (shown,) = hand.rows()
    assert (shown[1], shown[2], shown[4]) == ("水质信息", "三月管网水水质", "待公开")
    assert shown[3].startswith("I1 ")
    assert "I1 · 信息公开" in side.clocks.text()
    assert "三月管网水水质" in side.detail.text()
    assert side.next.text() == "已公开"
    hand.press(Qt.Key.Key_F9)
    hand.answer("7")
    assert "3 公众号" in side.prompt.wrong.text()
    side.prompt.edits["where"].clear()
    hand.answer("3")
    hand.desk.until(lambda: room.model.row.stage is Stage.CLOSED)
    # What has changed is another piece; urgent, it is due at once.
    first = room.model.row.number
    hand.choose("inform_changed")
    assert side.prompt.edits["title"].text() == "三月管网水水质"
    side.prompt.edits["urgent"].setText("y")
    hand.press(Qt.Key.Key_Return)
    hand.desk.until(lambda: room.model.row is not None and room.model.row.number != first)
    assert "I2 · 紧急信息公开" in side.clocks.text()
    # Changed once more it is as urgent as it was, unless somebody says otherwise.
    second = room.model.row.number
    hand.choose("inform_changed")
    assert side.prompt.edits["urgent"].text() == "y"
    hand.press(Qt.Key.Key_Return)
    hand.desk.until(lambda: room.model.row is not None and room.model.row.number != second)
    assert "I2 · 紧急信息公开" in side.clocks.text()
    hand.desk.window.set_language("en")
    assert hand.rows()[0][1] == "Water quality"
    assert not room.more.menu.acts["abnormal"].isEnabled()
