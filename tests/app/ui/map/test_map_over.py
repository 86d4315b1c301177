"""Plan and names are painted in slices, and the last finished picture moves with the map meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest
from map_town import EAST, NORTH, town, town_layers
from PySide6.QtGui import QColor, QImage

from app.ui.map import over
from app.ui.map.content import MapContent
from app.ui.map.furniture import arrange, rescaled
from app.ui.map.gate import Gate
from app.ui.map.over import MARGIN_PX, OverOrder, OverPainter, name_and_plan_steps
from app.ui.map.placing import Placer
from app.ui.map.qtdraw import painting
from app.ui.map.words import MapWords
from app.ui.theme import DARK, LIGHT
from gis.scene.build import build_scene
from gis.scene.view import MapView

VIEW = MapView(EAST + 60, NORTH + 40, 0.5, 500, 400)


@pytest.fixture(scope="module")
def content() -> MapContent:
    city = town()
    return MapContent.of(city, build_scene(city, town_layers()))


@pytest.fixture
def painter(qtbot) -> OverPainter:
    return OverPainter(Gate(), name_and_plan_steps)


def order(content: MapContent, view: MapView = VIEW) -> OverOrder:
    return OverOrder(view, content, DARK, MapWords.current())


def drawn(painter: OverPainter, view: MapView) -> set[tuple[int, int]]:
    """The pixels that are not ground."""
    image = QImage(view.width_px, view.height_px, QImage.Format.Format_RGB32)
    ground = QColor("#123456")
    image.fill(ground)
    with painting(image) as device:
        painter.draw(device, view)
    return {(x, y) for x in range(view.width_px) for y in range(view.height_px) if image.pixelColor(x, y) != ground}


def made(qtbot, painter: OverPainter, wanted: OverOrder) -> None:
    with qtbot.waitSignal(painter.ready, timeout=60_000):
        painter.want(wanted, at_once=True)


def test_a_picture_is_painted_in_many_slices(qtbot, content, painter, monkeypatch) -> None:
    monkeypatch.setattr(over, "SLICE_S", 0.0)
    slices = []
    monkeypatch.setattr(painter._gate, "closed", lambda: slices.append(1) or Gate().closed())
    made(qtbot, painter, order(content))
    assert painter.order == order(content)
    assert len(slices) > 3
    assert drawn(painter, VIEW)


def test_it_moves_with_the_map(qtbot, content, painter) -> None:
    made(qtbot, painter, order(content))
    before, after = drawn(painter, VIEW), drawn(painter, VIEW.panned(30, 20))
    shifted = {(x + 30, y + 20) for x, y in before if x + 30 < 500 and y + 20 < 400}
    assert shifted == after


def test_it_is_scaled_with_the_map_unless_it_would_be_of_no_use(qtbot, content, painter) -> None:
    made(qtbot, painter, order(content))
    assert drawn(painter, VIEW.zoomed(2, 250, 200))
    assert not drawn(painter, VIEW.zoomed(5, 250, 200))


def test_an_order_that_stands_is_not_painted_again(qtbot, content, painter) -> None:
    made(qtbot, painter, order(content))
    with qtbot.assertNotEmitted(painter.ready, wait=50):
        painter.want(order(content), at_once=True)


def test_while_the_map_moves_the_picture_in_hand_is_finished_first(qtbot, content, painter) -> None:
    finished = []
    painter.ready.connect(lambda: finished.append(painter.order))
    first, second, third = (order(content, VIEW.panned(step, 0)) for step in (0, 10, 20))
    for wanted in (first, second, third):
        painter.want(wanted, at_once=False)
    qtbot.waitUntil(lambda: painter.order == third, timeout=60_000)
    assert finished == [first, third]


def test_at_rest_the_picture_in_hand_is_dropped(qtbot, content, painter) -> None:
    finished = []
    painter.ready.connect(lambda: finished.append(painter.order))
    first, second = order(content), order(content, VIEW.panned(10, 0))
    painter.want(first, at_once=False)
    painter.want(second, at_once=True)
    qtbot.waitUntil(lambda: painter.order == second, timeout=60_000)
    assert finished == [second]


def test_the_sheet_it_painted_on_goes_when_nothing_is_painted_for_a_while(qtbot, content, painter) -> None:
    painter._leisure.setInterval(30)
    made(qtbot, painter, order(content))
    made(qtbot, painter, order(content, VIEW.panned(10, 0)))
    assert not painter._spare.isNull()
    qtbot.waitUntil(lambda: painter._spare.isNull() is True, timeout=60_000)
    assert drawn(painter, VIEW), "what it painted stays"
    made(qtbot, painter, order(content))


def test_what_is_forgotten_is_not_drawn(qtbot, content, painter) -> None:
    made(qtbot, painter, order(content))
    painter.want(order(content, VIEW.panned(10, 0)), at_once=True)
    painter.forget()
    assert painter.order is None
    assert not drawn(painter, VIEW)
    with qtbot.assertNotEmitted(painter.ready, wait=50):
        pass


def test_a_moving_map_s_order_reaches_beyond_its_edges(content) -> None:
    around = order(content).widened()
    assert around.serves(replace(order(content), kept_free=((0.0, 0.0, 9.0, 9.0),)))
    assert not around.serves(replace(order(content), theme=LIGHT))
    assert around.covers(VIEW)
    assert around.covers(VIEW.panned(MARGIN_PX, -MARGIN_PX))
    assert not around.covers(VIEW.panned(MARGIN_PX + 2, 0))
    assert not around.covers(VIEW.zoomed(2, 0, 0))


def test_while_the_map_zooms_only_the_scale_bar_changes(content) -> None:
    words = MapWords.current()
    arranged = arrange(VIEW, content, words, Placer(VIEW.width_px, VIEW.height_px))
    nearer = rescaled(arranged, VIEW.zoomed(4, 0, 0), None)
    assert nearer.bar_m < arranged.bar_m
    assert nearer == replace(arranged, bar_m=nearer.bar_m, bar=nearer.bar)
    assert rescaled(nearer, VIEW, None) == arranged


def test_names_keep_out_of_where_instruments_read_and_critical_customers_stay(qtbot, content, painter) -> None:
    made(qtbot, painter, order(content))
    named = drawn(painter, VIEW)
    everywhere = ((0.0, 0.0, float(VIEW.width_px), float(VIEW.height_px)),)
    made(qtbot, painter, replace(order(content), names_clear=everywhere))
    kept = drawn(painter, VIEW)
    assert kept, "a hospital is always named"
    assert kept < named
