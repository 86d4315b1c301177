"""Crews and sensors on the map: every state has a shape of its own, and what is stale says how old it is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from map_town import EAST, NORTH, town, town_layers
from PySide6.QtGui import QColor, QImage

from app.ui.map.canvas import MapCanvas
from app.ui.map.movers import age, label_of, mover_steps
from app.ui.map.placing import Placer
from app.ui.map.qtdraw import painting
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
