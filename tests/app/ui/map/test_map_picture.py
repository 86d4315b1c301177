from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from map_town import EAST, NORTH, town, town_layers
from pypdf import PdfReader
from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QColor, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from app.ui import fonts
from app.ui.map.content import MapContent
from app.ui.map.furniture import legend_entries
from app.ui.map.lettering import lettering, paint_text
from app.ui.map.picture import paint_map, paint_picture, view_for
from app.ui.map.qtdraw import draw_lines, path_of
from app.ui.map.symbols import POSITION_MARKS, ValveLook, ValveMark, paint_valve, valve_look
from app.ui.map.words import MapWords
from app.ui.theme import DARK, LIGHT, SUN
from gis.scene.build import build_scene
from gis.scene.detail import MapLayer
from gis.scene.device_places import device_places
from gis.scene.plan_picture import draw_plan
from gis.scene.view import Bounds, MapView
from network.answers import Impact, IsolationPlan, PipeParts, PipeTarget
from network.assets import Condition, Position


@pytest.fixture(scope="module")
def content(qapp) -> MapContent:
    fonts.load_fonts()
    city = town(assumed=2)
    plain = MapContent.of(city, build_scene(city, town_layers()))
    isolated = PipeParts(np.array([24, 25], np.int32), np.zeros(2), np.full(2, 100.0))
    rest = PipeParts(np.array([26], np.int32), np.zeros(1), np.full(1, 100.0))
    plan = IsolationPlan(
        PipeTarget(24), close=(24, 26), verify_closed=(17,), isolated=isolated, unintended=rest, on_storage=rest
    )
    out = np.flatnonzero(np.isin(city.customers.tap.pipe, [24, 25])).astype(np.int32)
    none = np.empty(0, np.int32)
    impact = Impact(out, none, out[:1], none, none, none, np.empty(0), 0, 0, 0.0)
    return replace(plain, plan=draw_plan(city, plain.pipes, plain.states, plan, impact))


def colours(image: QImage) -> set[int]:
    return {image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}


@pytest.mark.parametrize("theme", [DARK, LIGHT, SUN], ids=lambda theme: theme.name)
@pytest.mark.parametrize("m_per_px", [0.4, 2.0, 5.0, 15.0, 60.0])
def test_every_theme_at_every_scale(content, theme, m_per_px) -> None:
    half = m_per_px * 200
    around = Bounds(EAST + 350 - half, NORTH + 300 - half, EAST + 350 + half, NORTH + 300 + half)
    image = paint_picture(content, 400, 400, theme, bounds=around)
    assert QImage(image).pixelColor(200, 200).isValid()
    assert len(colours(image)) > 20


def test_a_picture_shows_the_plan_and_its_surroundings(content) -> None:
    view = view_for(content, 600, 400)
    assert view.bounds.x_min < EAST + 300 < EAST + 600 < view.bounds.x_max
    assert view_for(replace(content, plan=None), 600, 400).m_per_px > view.m_per_px


def test_device_pixels_multiply(content) -> None:
    image = paint_picture(content, 300, 200, DARK, dpr=2.0)
    assert (image.width(), image.height()) == (600, 400)


def test_on_paper_the_map_stays_lines_and_letters(content, tmp_path) -> None:
    path = tmp_path / "map.pdf"
    writer = QPdfWriter(str(path))
    writer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape, QMarginsF())
    )
    writer.setResolution(144)
    painter = QPainter(writer)
    view = view_for(content, 700, 500)
    paint_map(painter, view, content, LIGHT, MapWords.current())
    painter.end()
    page = PdfReader(path).pages[0]
    assert not list(page.images)
    assert len(page.get_contents().get_data()) > 10_000


def test_the_legend_names_what_is_there_and_nothing_else(content) -> None:
    words = MapWords.current()
    near = MapView(EAST + 350, NORTH + 300, 0.5, 800, 600)
    texts = [entry.text for entry in legend_entries(near, content, words)]
    assert texts[:3] == [words.isolated, words.unintended, words.on_storage]
    assert words.open in texts
    assert words.stuck not in texts
    # A building whose station has a tank is in that colour though its main is shut.
    nobody = np.empty(0, dtype=np.int32)
    for rows, told in ((np.array([0]), True), (nobody, False)):
        plan = replace(content.plan, on_storage=content.plan.path, storage_customers=rows)
        entries = legend_entries(near, replace(content, plan=plan), words)
        assert (words.on_storage in [entry.text for entry in entries]) is told
    stuck = replace(content, states=content.states.with_conditions([24], Condition.INOPERABLE))
    assert words.stuck in [entry.text for entry in legend_entries(near, stuck, words)]
    far = MapView(EAST, NORTH, 30.0, 800, 600)
    assert words.to_close not in [entry.text for entry in legend_entries(far, content, words)]
    assert words.customers_out in [entry.text for entry in legend_entries(far, content, words)]


@pytest.mark.parametrize(
    ("position", "condition", "look"),
    [
        (Position.OPEN, Condition.OPERABLE, ValveLook(ValveMark.OPEN)),
        (Position.CLOSED, Condition.OPERABLE, ValveLook(ValveMark.CLOSED)),
        (Position.CLOSED, Condition.UNKNOWN, ValveLook(ValveMark.CLOSED, ValveMark.UNKNOWN)),
        (Position.OPEN, Condition.UNKNOWN, ValveLook(ValveMark.OPEN, ValveMark.UNKNOWN)),
        (Position.CLOSED, Condition.INOPERABLE, ValveLook(ValveMark.CLOSED, ValveMark.STUCK)),
        (Position.OPEN, Condition.PASSING, ValveLook(ValveMark.OPEN, ValveMark.PASSING)),
        (Position.DISPUTED, Condition.INOPERABLE, ValveLook(ValveMark.DISPUTED, ValveMark.STUCK)),
    ],
)
def test_a_valve_looks_like_its_position_and_its_condition(position, condition, look) -> None:
    assert valve_look(position, condition) == look


def test_an_assumed_valve_says_so_until_somebody_has_seen_it() -> None:
    assert valve_look(Position.OPEN, Condition.UNKNOWN, assumed=True).flaw is ValveMark.ASSUMED
    assert valve_look(Position.OPEN, Condition.OPERABLE, assumed=True) == ValveLook(ValveMark.OPEN)
    assert valve_look(Position.CLOSED, Condition.UNKNOWN, assumed=True).position is ValveMark.CLOSED


def test_closed_and_stuck_are_both_on_the_map_and_in_the_legend(content) -> None:
    words = MapWords.current()
    near = MapView(EAST + 350, NORTH + 300, 0.5, 800, 600)
    closed = content.states.with_positions([24], Position.CLOSED)
    both = replace(content, plan=None, states=closed.with_conditions([24], Condition.INOPERABLE))
    told = [entry.text for entry in legend_entries(near, both, words)]
    assert told.index(words.closed) < told.index(words.stuck)
    (xy_m,), _ = device_places(content.city.network, content.pipes, np.array([24]))
    around = Bounds(*(xy_m - 10), *(xy_m + 10))
    black, amber = QColor(LIGHT.t1).name(), QColor(LIGHT.amber_text).name()
    open_and_stuck = content.states.with_conditions([24], Condition.INOPERABLE)
    for states, inks in ((both.states, {black, amber}), (closed, {black}), (open_and_stuck, {amber})):
        image = paint_picture(replace(both, states=states), 200, 200, LIGHT, bounds=around)
        seen = {image.pixelColor(x, y).name() for x in range(80, 120) for y in range(80, 120)}
        assert seen & {black, amber} == inks


def test_far_away_the_legend_says_what_is_wrong_inside_the_plan_and_no_more(content) -> None:
    words = MapWords.current()
    stuck = replace(content, plan=replace(content.plan, stuck=(24,)))
    far = MapView(EAST + 350, NORTH + 300, 5.0, 800, 600)
    for condition, told in ((Condition.INOPERABLE, words.stuck), (Condition.PASSING, words.passing)):
        now = replace(stuck, states=stuck.states.with_conditions([24], condition))
        texts = {entry.text for entry in legend_entries(far, now, words)}
        assert texts & {words.stuck, words.passing, words.open} == {told}


def test_no_two_states_look_alike_without_colour(qapp) -> None:
    pictures = []
    flaws = (None, *(mark for mark in ValveMark if mark not in POSITION_MARKS))
    for look in (ValveLook(position, flaw) for position in sorted(POSITION_MARKS, key=str) for flaw in flaws):
        image = QImage(40, 40, QImage.Format.Format_RGB32)
        image.fill(0xFFFFFF)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_valve(painter, 20, 20, 0.0, look, LIGHT)
        painter.end()
        pictures.append(image.convertToFormat(QImage.Format.Format_Grayscale8))
    for i, one in enumerate(pictures):
        for other in pictures[:i]:
            differs = sum(
                abs(one.pixelColor(x, y).lightness() - other.pixelColor(x, y).lightness()) > 60
                for x in range(40)
                for y in range(40)
            )
            assert differs >= 6


def test_chinese_names_are_not_boxes(qapp) -> None:
    fonts.load_fonts()
    one, other = lettering("闸", 32), lettering("口", 32)
    assert one.path != other.path
    assert one.path.elementCount() > other.path.elementCount() > 4


def test_arrays_become_lines_where_they_say(qapp) -> None:
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setPen(QPen(0xFFFFFF))
    draw_lines(painter, np.array([[10.0, 50.0, 90.0, 50.0]]))
    painter.fillPath(path_of(np.array([[10.0, 10], [30, 10], [30, 30], [10, 30]]), np.array([0, 4])), QColor(0xFF0000))
    paint_text(painter, 50, 80, lettering("I", 20), image.pixelColor(20, 20), None, 90.0)
    painter.end()
    assert image.pixelColor(50, 50).lightness() == 255
    assert image.pixelColor(50, 40).lightness() == 0
    assert image.pixelColor(20, 20).red() == 255
    assert image.pixelColor(53, 80).red() > 100


def test_a_path_of_nothing_is_empty() -> None:
    assert path_of(np.empty((0, 2)), np.zeros(1, dtype=np.int64)).isEmpty()


def test_sources_and_hospitals_are_named_without_a_plan(content) -> None:
    bare = replace(content, plan=None).with_hidden(frozenset(MapLayer) - {MapLayer.NAMES, MapLayer.CUSTOMERS})
    around = Bounds(EAST - 40, NORTH - 40, EAST + 140, NORTH + 120)
    named = paint_picture(bare, 400, 360, DARK, bounds=around)
    silent = paint_picture(bare.with_hidden(frozenset(MapLayer)), 400, 360, DARK, bounds=around)
    view = view_for(bare, 400, 360, around)
    for east_m, north_m in ((0, 0), (50, 30)):
        x, y = (round(value) for value in view.to_px(EAST + east_m, NORTH + north_m))
        beside = [(x + dx, y + dy) for dx in range(12, 60) for dy in range(-6, 7)]
        assert any(named.pixel(*spot) != silent.pixel(*spot) for spot in beside)


def test_valves_that_are_not_numbered_are_told_apart(content) -> None:
    """Verify, dead side, against backflow and held by a check valve: four marks, each in the legend."""
    assert content.plan is not None
    words = MapWords.current()
    view = MapView(EAST + 350, NORTH + 200, 0.5, 800, 700)
    marks = []
    for field in ("verify", "dead_side", "drain_back", "held_by"):
        plan = replace(content.plan, verify=(), dead_side=(), critical=content.plan.critical[:0])
        plan = (
            replace(plan, **{field: (17,)})
            if field != "drain_back"
            else replace(plan, dead_side=(17,), drain_back=(17,))
        )
        shown = replace(content, plan=plan)
        word = {"verify": words.verify}.get(field) or getattr(words, field)
        assert word in [entry.text for entry in legend_entries(view, shown, words)]
        image = paint_picture(shown, 800, 700, DARK, bounds=view.bounds)
        x, y = view_for(shown, 800, 700, view.bounds).to_px(EAST + 310, NORTH + 200)
        marks.append(image.copy(round(x) - 11, round(y) - 11, 22, 22))
    assert all(one != other for i, one in enumerate(marks) for other in marks[:i])
