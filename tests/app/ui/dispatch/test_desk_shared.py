"""Two consoles on one workspace, a station that failed, and a narrow screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from console_driver import Driver
from dispatch_hands import Hands, at_dispatch, report, reported
from dispatch_towns import station_town
from PySide6.QtCore import Qt

from app.dispatch.acts import Record, TakeReport
from app.dispatch.entries import IncidentKind
from app.dispatch.facts import FactKind

CTRL = Qt.KeyboardModifier.ControlModifier


def test_two_consoles_on_one_workspace_see_each_other_and_collide_with_a_sentence(
    hands: Hands, start: Callable[..., Driver]
) -> None:
    other = at_dispatch(start().open())
    assert [row.crew for row in other.room.model.view.crews] == ["抢03", "抢07"]
    hands.desk.window.activateWindow()
    hands.desk.until(hands.desk.window.isActiveWindow)
    report(hands)
    number = hands.room.model.row.number
    other.desk.until(lambda: any(number in line for line in other.queue()))
    # Two reports at once: neither has seen the other's when it saves.
    place = (500_100.0, 4_060_000.0)
    for desk in (hands, other):
        desk.room.model.do(TakeReport(IncidentKind.VISIBLE_LEAK, *place))
    for desk in (hands, other):
        desk.desk.until(lambda desk=desk: len(desk.queue()) == 3)
    assert sorted(row.number for row in hands.room.model.view.queue) == sorted(
        row.number for row in other.room.model.view.queue
    )
    assert len({row.number for row in hands.room.model.view.queue}) == 3
    # Both send the same crew elsewhere: who comes second is told, and nothing is taken in passing.
    rows = [row.entity for row in hands.room.model.view.queue]
    hands.room.model.select(rows[0])
    hands.settle()
    hands.line("派 抢07")
    other.room.model.select(rows[1])
    other.settle()
    other.desk.until(lambda: next(row for row in other.room.model.view.crews if row.crew == "抢07").incident == rows[0])
    other.desk.window.activateWindow()
    other.desk.until(other.desk.window.isActiveWindow)
    other.line("派 抢07")
    assert other.room.side.prompt.asks
    assert "抢07" in other.room.side.prompt.title.text


def test_a_failed_station_tells_who_is_dry_and_who_lives_on_its_tank_how_long(
    start: Callable[..., Driver], tmp_path: Path
) -> None:
    desk = start(workspace=station_town(tmp_path / "stations")).open()
    hands = at_dispatch(desk)
    side = hands.room.side
    stations = desk.session.city.stations
    place = float(stations.x_m[0]), float(stations.y_m[0])
    hands.room.model.do(
        TakeReport(IncidentKind.STATION_FAILURE, *place, station=stations.ids[0]),
        lambda done: hands.room.model.select(done.about),
    )
    desk.until(side.stations.isVisible)
    hands.settle()
    (row,) = desk.cells(side.stations.table)
    assert row[0] == stations.name[0]
    assert "水箱" in row[1]
    assert [line[0] for line in desk.cells(side.stations.chores)] == [
        "停水前蓄满水箱",
        "冲洗前关闭进水",
        "冲洗后打开进水",
    ]
    assert desk.cells(side.stations.chores)[2][2] == "须先冲洗"
    hands.press(Qt.Key.Key_S, CTRL)
    # Nothing is squeezed to make room for the stations: the side scrolls.
    desk.until(lambda: all(row.height() >= row.heightForWidth(row.width()) for row in side.clauses.rows))
    hands.press(Qt.Key.Key_Return)
    # What is done goes below what is not.
    assert [line[0] for line in desk.cells(side.stations.chores)][-1] == "停水前蓄满水箱"
    hands.room.model.do(Record(hands.room.model.selected, FactKind.FLUSHING_DONE, {"direction": "东"}))
    hands.settle()
    hands.desk.until(lambda: not any(line[2] for line in desk.cells(side.stations.chores)))


def test_every_tab_and_button_is_whole_on_a_small_screen(hands: Hands) -> None:
    window, below = hands.desk.window, hands.room.below
    report(hands)
    # What is over and at risk is counted beside the tabs, and takes their room.
    reported(hands, 33, 9)
    reported(hands, 26, 2)
    for language in ("zh_CN", "en"):
        window.set_language(language)
        for width, height in ((1366, 768), (1600, 900)):
            window.resize(width, height)
            hands.settle()
            assert window.width() == width, f"{language}: the window asks for more than {width}"
            edge = below.mapToGlobal(below.rect().topRight()).x()
            for tab in below.tabs:
                assert tab.width() >= tab.sizeHint().width(), f"{tab.text()} is cut at {width}"
                assert tab.mapToGlobal(tab.rect().topRight()).x() <= edge
            for tab in window.top.desk_tabs.values():
                assert tab.width() >= tab.sizeHint().width(), f"{tab.text()} is cut at {width}"
            bar = hands.room.side.bar
            for button in (bar.primary, bar.plan, bar.notice, bar.note, bar.more):
                assert button.width() >= button.minimumSizeHint().width(), f"{button.text()} is cut at {width}"
