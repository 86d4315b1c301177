"""Crews as they move, how far they reach and what sending one leaves uncovered, on the board and on the map."""

from __future__ import annotations

from contextlib import closing

from dispatch_hands import Hands, report
from PySide6.QtCore import Qt

from app.dispatch.acts import Record
from app.dispatch.arrival import Fix
from app.dispatch.facts import FactKind
from app.dispatch.position_store import PositionStore
from app.dispatch.positions import Sighting
from gis.scene.movers import CrewLook

SHIFT = Qt.KeyboardModifier.ShiftModifier


def board(hands: Hands, crew: str) -> list[str]:
    return hands.table_row(hands.room.below.crews.table, crew)


def heard(hands: Hands, crew: str, east_m: float, minutes_ago: float) -> None:
    """Another process has heard of a crew's device."""
    nodes = hands.desk.session.city.network.nodes
    at_ms = hands.room.model.now_ms - round(minutes_ago * 60_000)
    fix = Fix(at_ms, at_ms, float(nodes.x_m[0]) + east_m, float(nodes.y_m[0]))
    with closing(PositionStore(hands.desk.session.workspace.folder)) as store:
        store.append([Sighting(crew, fix)])


def test_crews_move_on_the_map_when_their_devices_are_heard_and_grow_stale(hands: Hands) -> None:
    canvas = hands.desk.window.map.canvas
    hands.press(Qt.Key.Key_F5, SHIFT)
    assert board(hands, "抢03")[3] == "驻地"
    heads = hands.room.model.view.heads
    heard(hands, "抢03", 500.0, 1)
    hands.desk.until(lambda: board(hands, "抢03")[3] == "1 分")
    x_m = float(hands.desk.session.city.network.nodes.x_m[0])
    shown = canvas._crews
    assert shown is not None
    at = list(shown.names).index("抢03")
    assert float(shown.xy_m[at][0]) == x_m + 500.0
    assert shown.look[at] == CrewLook.STANDBY
    heard(hands, "抢07", 0.0, 9)
    hands.desk.until(lambda: board(hands, "抢07")[3] == "9 分")
    shown = canvas._crews
    at = list(shown.names).index("抢07")
    assert shown.look[at] == CrewLook.STALE
    assert hands.room.model.view.heads == heads, "a position is no event of the journal"


def test_what_sending_a_crew_leaves_uncovered_is_told_before_and_lies_on_the_map(hands: Hands) -> None:
    room, canvas = hands.room, hands.desk.window.map.canvas
    hands.press(Qt.Key.Key_F5, SHIFT)
    hands.desk.until(lambda: "2 个班组 30 分钟内可达 100.0 % 人口 · 无缺口" in room.below.crews.reach.text)
    hands.line("下班 抢03")
    hands.desk.until(lambda: "1 个班组 30 分钟内可达 100.0 % 人口 · 无缺口" in room.below.crews.reach.text)
    assert not room.badges.gap.isVisible()
    report(hands)
    hands.desk.until(lambda: "派出 抢07 后" in room.side.crews.advice.text())
    assert "人超出 30 分钟" in room.side.crews.advice.text()
    # Once it works there the gap is open, and told on every desk.
    hands.line("派 抢07")
    hands.line("到 抢07")
    hands.desk.until(room.badges.gap.isVisible)
    assert room.badges.gap.face.label == "30 分钟外"
    assert "▲ 缺口" in room.below.crews.reach.text
    assert "≈" not in room.below.crews.reach.text, "how long the repair takes is forecast"
    assert canvas.content.reach is None
    hands.press(Qt.Key.Key_F4, SHIFT)
    assert canvas.content.reach is not None
    assert canvas.content.reach.late.any()
    assert room.below.crews.layer.isChecked()
    hands.press(Qt.Key.Key_F4, SHIFT)
    assert canvas.content.reach is None
    # With the water back nothing tells how long the rest takes: the crew counts from an assumption, which is told.
    for fact in (FactKind.WATER_OFF, FactKind.REPAIR_DONE, FactKind.WATER_BACK):
        room.model.do(Record(room.model.selected, fact))
    hands.desk.until(lambda: "≈ 抢07：无预测，按末次消息后 90 分钟空闲估算" in room.below.crews.reach.text)
