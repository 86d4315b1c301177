"""Crews and sensors on the map: every state has a shape of its own, and what is stale says how old it is."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from map_town import EAST, NORTH, town, town_layers
from PySide6.QtGui import QColor, QImage

from app.ui.map.canvas import MapCanvas
from app.ui.map.content import MapContent
from app.ui.map.incident_marks import IncidentMark, place_incidents
from app.ui.map.movers import age, label_of, mover_steps, sensor_rooms
from app.ui.map.over import OverOrder, moving_steps
from app.ui.map.placing import Box, Placer
from app.ui.map.qtdraw import painting
from app.ui.map.words import MapWords
from app.ui.theme import DARK, LIGHT, SUN, Theme
from gis.scene.build import build_scene
from gis.scene.detail import MapLayer
from gis.scene.map_style import MapStyle
from gis.scene.movers import CrewLook, Movers, SensorLook
from gis.scene.view import MapView
from network.columns import TextColumn

PATIENCE_MS = 60_000
VIEW = MapView(0.0, 0.0, 2.0, 120, 60)
CITY = town()


def painted(theme: Theme, view: MapView = VIEW, **movers: Movers) -> QImage:
    image = QImage(view.width_px, view.height_px, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.map_ground))
    with painting(image) as painter:
        for _ in mover_steps(painter, view, theme, Placer(view.width_px, view.height_px), **movers):
            pass
    return image


def shape(image: QImage, theme: Theme) -> frozenset[tuple[int, int]]:
    """Pixels of the mark that are not ground, whatever their colour."""
    ground = QColor(theme.map_ground).lightness()
    return frozenset(
        (x, y) for x in range(48, 73) for y in range(18, 43) if abs(image.pixelColor(x, y).lightness() - ground) > 40
    )


@pytest.mark.parametrize("theme", [DARK, LIGHT, SUN], ids=lambda theme: theme.name)
def test_every_state_has_a_shape_of_its_own(qapp, theme) -> None:
    crews = [shape(painted(theme, crews=Movers.of(np.zeros((1, 2)), np.array([look]))), theme) for look in CrewLook]
    sensors = [
        shape(painted(theme, sensors=Movers.of(np.zeros((1, 2)), np.array([look]))), theme) for look in SensorLook
    ]
    for family in (crews, sensors):
        assert all(family)
        for one, other in itertools.combinations(family, 2):
            assert len(one ^ other) >= 8


def test_a_crew_points_where_it_goes(qapp) -> None:
    east, north = (
        shape(
            painted(DARK, crews=Movers.of(np.zeros((1, 2)), np.array([CrewLook.EN_ROUTE]), heading=np.array([turn]))),
            DARK,
        )
        for turn in (0.0, np.pi / 2)
    )
    assert max(x for x, _ in east) > max(x for x, _ in north)
    assert min(y for _, y in north) < min(y for _, y in east)


def test_sensors_too_far_away_to_tell_apart_are_left_to_the_lists_crews_and_alarms_are_not(qapp) -> None:
    far = MapView(0.0, 0.0, 40.0, 120, 60)
    crews = Movers.of(np.zeros((1, 2)), np.array([CrewLook.ON_SCENE]))
    assert shape(painted(DARK, far, crews=crews), DARK)
    for look in SensorLook:
        sensors = Movers.of(np.zeros((1, 2)), np.array([look]))
        assert bool(shape(painted(DARK, far, sensors=sensors), DARK)) == (look >= SensorLook.LOW)


def test_what_is_stale_says_how_old_it_is() -> None:
    movers = Movers.of(
        np.zeros((2, 2)),
        np.array([CrewLook.STALE, CrewLook.STANDBY]),
        age_s=np.array([720.0, 5.0]),
        names=TextColumn.of(["R03", "R04"]),
    )
    assert label_of(movers, 0, stale=True) == "R03 12 min"
    assert label_of(movers, 1, stale=False) == "R04"
    assert [age(seconds) for seconds in (45, 90, 7200)] == ["45 s", "2 min", "2 h"]


@pytest.mark.parametrize("look", [SensorLook.GOOD, SensorLook.ALARM, SensorLook.STALE])
def test_only_what_is_stale_says_its_age(qapp, look) -> None:
    sensors = Movers.of(np.zeros((1, 2)), np.array([look]), age_s=np.array([600.0]))
    image = painted(DARK, sensors=sensors)
    beside = [image.pixelColor(x, y) for x in range(76, 118) for y in range(24, 37)]
    assert any(ink != QColor(DARK.map_ground) for ink in beside) == (look is SensorLook.STALE)


def test_crews_and_sensors_come_with_word_of_them_and_go_again(qtbot) -> None:
    canvas = MapCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(500, 400)
    canvas.show()
    canvas.set_city(CITY, build_scene(CITY, town_layers()))
    canvas.look_at(MapView(EAST + 350, NORTH + 350, 0.8, 500, 400))

    def at_middle() -> QColor:
        qtbot.waitUntil(lambda: canvas.settled, timeout=PATIENCE_MS)
        return canvas.grab().toImage().pixelColor(250, 200)

    bare = at_middle()
    place = np.array([[EAST + 350, NORTH + 350]])
    canvas.set_crews(Movers.of(place, np.array([CrewLook.ON_SCENE])))
    assert at_middle() == QColor(DARK.t1)
    canvas.set_crews(None)
    assert at_middle() == bare
    canvas.set_sensors(Movers.of(place, np.array([SensorLook.ALARM])))
    assert at_middle() == QColor(DARK.red)
    canvas.set_style(MapStyle(hidden=frozenset({MapLayer.SENSORS})))
    assert at_middle() != QColor(DARK.red)


class Remembering(Placer):
    """A placer that says what was found room for."""

    def __init__(self, view: MapView) -> None:
        super().__init__(view.width_px, view.height_px)
        self.found: list[Box] = []

    def first_free(self, boxes: Iterable[Box]) -> Box | None:
        found = super().first_free(boxes)
        if found is not None:
            self.found.append(found)
        return found


def test_crews_at_their_incident_stand_beside_it_and_both_can_be_read(qapp) -> None:
    view = MapView(0.0, 0.0, 2.0, 600, 200)
    marks = tuple(
        IncidentMark(x_m, 0.0, number, "drop", "red", "red_on", "red", dashed=False, chosen=False)
        for number, x_m in (("W1", 0.0), ("W2", 480.0))
    )
    # Three at one incident, one that drives by, one elsewhere.
    places = np.array([[0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [480.0, 20.0], [-300.0, 100.0]])
    looks = np.array([CrewLook.ON_SCENE] * 3 + [CrewLook.EN_ROUTE, CrewLook.STANDBY])
    crews = Movers.of(places, looks, names=TextColumn.of(["抢01", "抢02", "抢03", "抢04", "抢05"]))
    numbers, names = Remembering(view), Remembering(view)
    incidents = [(one.x, one.y) for one in place_incidents(view, marks, numbers)]
    assert incidents == [(300.0, 100.0), (540.0, 100.0)]
    taken = place_incidents(view, marks, names)
    assert [one.number for one in taken] == list(reversed(numbers.found)), "both sheets give the same room"
    names.found.clear()
    image = QImage(view.width_px, view.height_px, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.map_ground))
    with painting(image) as painter:
        for _ in mover_steps(painter, view, LIGHT, names, crews=crews, incidents=incidents):
            pass
    assert len(names.found) == 5, "every crew is named"
    assert sum(right < 270 for _, _, right, _ in names.found) == 4, "those at the incident to the left of it"
    ink = QColor(LIGHT.t1)
    below = [image.pixelColor(270, y) == ink for y in (100, 122, 144)]
    assert all(below), "each of the three has its own square to the left of the mark"
    assert image.pixelColor(300, 100) != ink, "and none is under it"


def test_over_the_map_crews_know_of_the_incidents(qapp) -> None:
    content = MapContent.of(CITY, build_scene(CITY, town_layers()))
    x_m, y_m = EAST + 350, NORTH + 350
    mark = IncidentMark(x_m, y_m, "W1", "drop", "red", "red_on", "red", dashed=False, chosen=False)
    crews = Movers.of(np.array([[x_m, y_m]]), np.array([CrewLook.ON_SCENE]), names=TextColumn.of(["抢01"]))
    view = MapView(x_m, y_m, 0.8, 300, 200)
    ordered = OverOrder(view, replace(content, incidents=(mark,)), LIGHT, MapWords.current(), crews=crews)
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.map_ground))
    with painting(image) as painter:
        for _ in moving_steps(painter, ordered):
            pass
    assert image.pixelColor(120, 100) == QColor(LIGHT.t1)
    assert image.pixelColor(150, 100) == QColor(LIGHT.map_ground)


def test_names_keep_out_of_an_instrument_and_what_it_reads_and_stay_when_it_reads_something_else(qapp) -> None:
    view = MapView(0.0, 0.0, 2.0, 400, 200)

    def rooms(*values: str, kept_free: tuple[Box, ...] = ()) -> tuple[Box, ...]:
        look, place = np.full(len(values), SensorLook.GOOD), np.zeros((len(values), 2))
        return sensor_rooms(view, Movers.of(place, look, values=TextColumn.of(list(values))), kept_free)

    mark, words = rooms("0.507")
    assert mark[0] < 200 < mark[2]
    assert mark[1] < 100 < mark[3]
    assert words[0] >= 208
    assert words[2] - words[0] > 30
    assert rooms("0.511") == (mark, words), "another figure has no name painted anew"
    right = (210.0, 0.0, 400.0, 200.0)
    assert rooms("0.507", kept_free=(right,))[1][2] <= 200, "words stand at the left where a corner takes the right"
    assert rooms(*["0.5"] * 500) == ()


def test_far_away_names_keep_out_of_alarms_alone(qapp) -> None:
    far = MapView(0.0, 0.0, 30.0, 400, 200)
    for look in SensorLook:
        assert bool(sensor_rooms(far, Movers.of(np.zeros((1, 2)), np.array([look])), ())) == (look >= SensorLook.LOW)
