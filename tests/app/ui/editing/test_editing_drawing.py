"""Junctions, stations and sources drawn on the map, as pipes and valves are."""

from console_driver import Driver
from little_city import BLOCK_M, EAST, NORTH
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.ui.desks import EDIT
from app.ui.editing.editor import JUNCTION, SOURCE, STATION

ON_A_MAIN = (EAST + 1.45 * BLOCK_M, NORTH + 2 * BLOCK_M)


def take(driver: Driver, key: Qt.Key) -> str:
    QTest.keyClick(driver.window.map.canvas, key)
    driver.idle()
    return driver.window.editing.editor.tool


def click(driver: Driver, x_m: float, y_m: float) -> None:
    driver.click_map(x_m, y_m)
    driver.until(lambda: driver.window.editing.editor.preview is not None)


def write(driver: Driver) -> None:
    driver.until(lambda: driver.window.editing.editor.ready)
    driver.window.editing.right.bar.why.setText("新建")
    driver.press(Qt.Key.Key_F9)
    driver.idle()


def test_junctions_stations_and_sources_are_drawn_by_keys_and_clicks(desk: Driver) -> None:
    window, session = desk.window, desk.session
    window.desks.show(EDIT)
    desk.idle()
    window.map.canvas.zoom_to_point(*ON_A_MAIN, 0.4)

    assert take(desk, Qt.Key.Key_N) == JUNCTION
    desk.click_map(ON_A_MAIN[0], ON_A_MAIN[1] + 60)
    assert window.editing.bar.note.text
    click(desk, *ON_A_MAIN)
    write(desk)
    network = session.city.network
    junction = network.nodes.ids.find("J-N1")
    halves = [network.pipes.ids.find(name) for name in ("P-H2-1", "P-H2-1-2")]
    assert junction >= 0
    assert [network.pipes.to_node[halves[0]], network.pipes.from_node[halves[1]]] == [junction, junction]

    assert take(desk, Qt.Key.Key_T) == STATION
    click(desk, ON_A_MAIN[0] + 30, ON_A_MAIN[1] + 40)
    write(desk)
    stations = session.city.stations
    station = stations.ids.find("ST-N1")
    assert network.pipes.ids[int(stations.tap.pipe[station])] in {"P-H2-1", "P-H2-1-2"}

    assert take(desk, Qt.Key.Key_W) == SOURCE
    before = len(session.city.network.sources)
    click(desk, ON_A_MAIN[0] - 50, ON_A_MAIN[1])
    effect = window.editing.right.effect
    desk.until(effect.refusal.isVisible)
    assert desk.console.look.words.name("field", "kind") in effect.refusal.text()
    window.editing.right.form.write("kind", "reservoir")
    write(desk)
    sources = session.city.network.sources
    assert len(sources) == before + 1
    assert sources.ids.find("S-N1") >= 0
