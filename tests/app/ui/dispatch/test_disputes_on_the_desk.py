"""A laptop comes home and says otherwise than the desk: both sides stand there, and somebody settles it."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

from dispatch_hands import Hands, reported
from PySide6.QtCore import Qt

from app.dispatch.acts import Send, Turn
from app.operations.bundling import bundle, merge
from app.operations.dispatch import carry_out, open_dispatch
from app.operations.dispatch_rules import standards_of
from app.operations.edit import Author
from app.operations.taking import Along, take
from app.workspace import open_workspace

BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def centre_of(hands: Hands) -> tuple[float, float]:
    view = hands.desk.window.map.canvas.view
    return view.centre_x_m, view.centre_y_m


def test_what_a_laptop_says_otherwise_is_listed_and_settled(hands: Hands, town: Path, tmp_path: Path) -> None:
    room, now = hands.room, hands.room._now()
    number, other = reported(hands, 5), reported(hands, 4, street=2)
    hands.press(Qt.Key.Key_D, BOTH)
    board = room.below.disputes
    assert board.isVisibleTo(hands.desk.window)
    assert board.empty.text().startswith("没有互相矛盾的内容")
    laptop, stick = tmp_path / "laptop", tmp_path / "home.sluice"
    take(town, laptop, Along("李", 14), now, "desk", lambda *_: None)
    with closing(open_workspace(laptop)) as workspace:
        field = open_dispatch(workspace, standards_of(laptop))
        for act in (
            Turn(number, "V-H2-2B", "closed", without_order="指挥长口头同意", at_ms=room.model.now_ms - 120_000),
            Send("抢03", other),
        ):
            field, _ = carry_out(field, act, Author("李"), now + timedelta(seconds=1))
    bundle(laptop, stick, now)
    here = Turn(number, "V-H2-2B", "open", without_order="指挥长口头同意")
    for act in (here, Send("抢03", number)):
        room.model.do(act)
        hands.settle()
    merge(town, stick, now, "desk")
    hands.desk.until(lambda: room.model.view is not None and len(room.model.view.disputes) == 2)
    hands.settle()
    assert room.below.tabs[-1].text() == "争议 2"
    valve, crew = hands.desk.cells(board.table)
    assert valve[0] == "阀门 V-H2-2B"
    assert valve[1].endswith("李：关")
    assert valve[2].endswith("：开")
    assert "不利情况" in valve[3]
    assert crew[0] == "班组 抢03"
    assert sum("（有效）" in cell for cell in crew) == 1
    # Enter on the valve brings it into the middle of the map; on the crew, its incident to the front.
    room.model.select("")
    hands.press(Qt.Key.Key_D, BOTH)
    before = centre_of(hands)
    hands.press(Qt.Key.Key_Return)
    hands.desk.until(lambda: centre_of(hands) != before)
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Return)
    hands.desk.until(lambda: room.model.row is not None and room.model.row.number == number)
    # Who knows of both settles it.
    room.model.do(here)
    hands.settle()
    room.model.do(Send("抢03", other, divert=True))
    hands.settle()
    assert room.model.view.disputes == ()
    assert room.below.tabs[-1].text() == "争议"
    assert not board.table.isVisibleTo(board)
