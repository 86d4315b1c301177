"""A card of the wall shows all that is measured at its station."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.messages import LANGUAGES, load_words
from app.operations.demo_stations import feed_limits
from app.telemetry.alarms import NOBODY, AlarmState, Limits
from app.telemetry.channels import Channel, Channels, Role
from app.telemetry.live import Standing
from app.telemetry.present import Supplied
from app.telemetry.quantities import Quantity
from app.telemetry.readings import Quality
from app.telemetry.setup import Setup
from app.ui.live.map_marks import sensors_of
from app.ui.live.model import LiveModel
from app.ui.live.wall import Card, WallPage, cards_of
from app.ui.look import Look
from gis.scene.movers import SensorLook
from gis.scene.view import Bounds

PLANT = (
    ("ST-1", Quantity.STATE, Role.NONE),
    ("PF-1", Quantity.POWER_FEED, Role.NONE),
    ("PO-1", Quantity.PRESSURE, Role.OUTLET),
    ("PO-2", Quantity.PRESSURE, Role.OUTLET),
    ("FT-1", Quantity.FLOW, Role.NONE),
    ("FT-2", Quantity.FLOW, Role.NONE),
    ("LT-1", Quantity.LEVEL, Role.CLEAR_WATER),
)
UNITS = {Quantity.PRESSURE: "MPa", Quantity.FLOW: "m3/h", Quantity.LEVEL: "m"}


def test_a_plant_with_pumps_and_two_meters_shows_its_clear_water() -> None:
    records = tuple(
        Channel(name, "W1", what, UNITS.get(what, ""), station_id="W1", role=role) for name, what, role in PLANT
    )
    count, none = len(records), np.empty(0, dtype=np.int64)
    present: Any = SimpleNamespace(
        values=np.ones(count),
        standings=np.full(count, Standing.GOOD),
        quality=np.zeros(count, dtype=np.int64),
        alarm_states=none,
        raised_ms=none,
        cause=none,
        supplied={4: Supplied(1000.0, is_whole=True), 5: Supplied(2000.0, is_whole=False)},
    )
    model: Any = SimpleNamespace(setup=Setup(Channels(records), Limits(()), ()), present=present, city="")
    look: Any = SimpleNamespace(words=load_words("en"))
    (card,) = cards_of(cast("LiveModel", model), cast("Look", look))
    told = [line.code for line in card.lines]
    assert told.count("flow") == told.count("day_supply") == 2
    assert told[-1] == "clear_water"
    # The pump and its feed of power stand on one line.
    assert (card.lines[0].code, card.lines[0].text) == ("state", "running · feed 1")
    assert len(told) == 8


def cards(*records: Channel, **told: Any) -> tuple[Card, ...]:
    count, none = len(records), np.empty(0, dtype=np.int64)
    seen = {"values": np.ones(count), "quality": np.zeros(count, dtype=np.int64), "supplied": {}}
    seen |= {"standings": np.full(count, Standing.GOOD), "alarm_states": none, "raised_ms": none, "cause": none}
    setup = Setup(Channels(records), Limits(()), ())
    model: Any = SimpleNamespace(setup=setup, present=SimpleNamespace(**(seen | told)), city="")
    look: Any = SimpleNamespace(words=load_words("en"))
    return cards_of(cast("LiveModel", model), cast("Look", look))


METER = Channel("FT-1", "Reservoir", Quantity.FLOW, "m3/h", station_id="W3")


def test_what_flows_back_is_said_in_words_and_not_by_a_sign() -> None:
    (card,) = cards(METER, values=np.array([-0.7]), supplied={0: Supplied(-18_950.0, is_whole=True)})
    assert [(line.label, line.text) for line in card.lines] == [
        ("Flow in", "2\u202f520 m³/h"),
        ("In today", "18\u202f950 m³"),
    ]
    (card,) = cards(METER, supplied={0: Supplied(18_950.0, is_whole=True)})
    assert [line.label for line in card.lines] == ["Flow", "Today"]


def test_a_figure_in_doubt_says_why_and_keeps_its_line() -> None:
    inlet = Channel("PI-1", "", Quantity.PRESSURE, "MPa", station_id="B1")
    outlet = Channel("PO-1", "", Quantity.PRESSURE, "MPa", station_id="B1")
    head = np.array([30.0, 70.0])
    (card,) = cards(inlet, outlet, values=head)
    assert [(line.label, line.text) for line in card.lines] == [("In → out", "0.294 → 0.686 MPa")]
    doubtful = {"standings": np.array([Standing.SUSPECT, Standing.GOOD]), "quality": np.array([Quality.DRIFT, 0])}
    (card,) = cards(inlet, outlet, values=head, **doubtful)
    assert [line.label for line in card.lines] == ["Inlet · drifts", "Outlet"]
    assert card.lines[0].tone == "unintended"


FED = Channel("PW-B1", "", Quantity.POWER_FEED, "", station_id="B1", x_m=1.0, y_m=2.0)
RUNS = Channel("ST-B1", "", Quantity.STATE, "", station_id="B1", x_m=1.0, y_m=2.0)


@pytest.mark.parametrize(
    ("feed", "language", "told"),
    [(2, "en", "feed 2 (switched over)"), (0, "en", "no power"), (2, "zh_CN", "二路（备自投）"), (0, "zh_CN", "失电")],
)
def test_a_station_on_its_second_feed_of_power_or_on_none_says_so_on_wall_and_map(
    feed: int, language: str, told: str
) -> None:
    words, setup = load_words(language), Setup(Channels((RUNS, FED)), Limits(tuple(feed_limits((RUNS, FED)))), ())
    alarm = np.array([AlarmState.UNACKNOWLEDGED if feed == at else AlarmState.NORMAL for at in (0, 2)])
    present: Any = SimpleNamespace(
        values=np.array([1.0, feed]),
        standings=np.full(2, Standing.GOOD),
        quality=np.zeros(2, dtype=np.int64),
        supplied={},
        alarm_states=alarm,
        raised_ms=np.zeros(2, dtype=np.int64),
        cause=np.full(2, NOBODY),
        source_ms=np.zeros(2, dtype=np.int64),
        at_ms=1000,
    )
    model: Any = SimpleNamespace(setup=setup, present=present, city="")
    (card,) = cards_of(cast("LiveModel", model), cast("Look", SimpleNamespace(words=words)))
    assert card.priority == (1 if feed == 0 else 3)
    (line,) = [one for one in card.lines if told in one.text]
    assert line.tone != "t1", "it stands out"
    marks = sensors_of(setup, present, words)
    assert marks is not None
    # The more urgent mark of a place lies on top of the other, and finds room for its words first.
    row = marks.within(Bounds(0.0, 0.0, 9.0, 9.0))[-1]
    assert marks.values[row] == told
    assert SensorLook(int(marks.look[row])) is (SensorLook.ALARM if feed == 0 else SensorLook.LOW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_doubt_has_its_words(language: str) -> None:
    named = {(flag.name or "").lower() for flag in Quality}
    assert named - {"good"} <= set(load_words(language).sections["quality"])


class Told(QObject):
    """What the wall asks of the desk's model."""

    changed = Signal()

    def __init__(self, records: tuple[Channel, ...]) -> None:
        super().__init__()
        count, none = len(records), np.empty(0, dtype=np.int64)
        self.setup = Setup(Channels(records), Limits(()), ())
        self.city = ""
        self.present = SimpleNamespace(
            values=np.ones(count),
            standings=np.full(count, Standing.GOOD),
            quality=np.zeros(count, dtype=np.int64),
            alarm_states=none,
            raised_ms=none,
            cause=none,
            supplied={},
        )


@pytest.mark.parametrize("width", [500, 846, 1112])
def test_no_card_is_cut_however_high_the_wall_is(qtbot: QtBot, width: int) -> None:
    records = tuple(
        Channel(f"{kind}-{at}", f"泵站{at}", Quantity.PRESSURE, "MPa", station_id=str(at))
        for at in range(22)
        for kind in ("PI", "PO", "PX")[: 1 + at % 3]
    )
    wall = WallPage(Look(language="en"), cast("LiveModel", Told(records)))
    qtbot.addWidget(wall)
    wall.show()
    place = wall.cards._boxes()[1].center()
    # Figures that stand without their label on a narrow card are told whole where the pointer rests.
    assert wall.cards.told_at(place) == "泵站1\nIn → out: 0.010 → 0.010 MPa"
    assert wall.cards.told_at(QPoint(-5, -5)) == ""
    told = set()
    for height in range(110, 700, 17):
        wall.resize(width, height)
        QApplication.processEvents()
        seen = wall.cards.parentWidget().height()
        boxes = wall.cards._boxes()
        assert [box for box in boxes if box.top() < seen <= box.bottom()] == [], height
        hidden = sum(box.top() >= seen for box in boxes)
        told.add(hidden)
        if wall.more.isVisible():
            assert wall.more.text().startswith(f"{hidden} more")
        assert hidden > 0 or not wall._page.verticalScrollBar().isVisible()
        assert hidden == 0 or wall.more.isVisible() or wall._page.verticalScrollBar().isVisible()
    assert 0 in told
    assert max(told) > 10
