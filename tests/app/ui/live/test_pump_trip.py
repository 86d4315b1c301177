"""A pump trips: what lies below it by the network stands below it in the list, without anybody having set that up."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from console_driver import Driver
from demo_town import LIMITS, MINUTE, NOW, set_up
from little_city import BLOCK_M, EAST, NORTH, little_layers, little_workspace
from PySide6.QtCore import Qt

from app.telemetry.alarm_feeding import Feeder, read_feeders
from app.telemetry.alarm_groups import GroupKey, GroupKind
from app.telemetry.alarms import NOBODY, AlarmState, Limits
from app.telemetry.demo import Happening
from app.telemetry.setup import FOLDER
from app.ui.live.desk import LiveDesk
from gis.layers import Layer

CTRL = Qt.KeyboardModifier.ControlModifier
TRIP = Happening(0, NOW - 20 * MINUTE, NOW + 300 * MINUTE)
BURST = Happening(1, NOW - 20 * MINUTE, NOW + 300 * MINUTE)
UNTOLD = Limits(tuple(replace(one, unless=NOBODY) for one in LIMITS.records))
"""Nobody has set up what explains what."""


@pytest.fixture(scope="module")
def pumped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The little town, all of which the pump B1 behind its plant feeds."""
    layers, place = little_layers(), np.empty(1, dtype=object)
    place[0] = shapely.Point(EAST - BLOCK_M / 2, NORTH + 2 * BLOCK_M)
    told = {"id": "B1", "kind": "booster", "pipe_id": "P-PLANT", "flow": "with"}
    pump = Layer(place, {name: np.array([value], dtype=object) for name, value in told.items()})
    folder = tmp_path_factory.mktemp("pumped") / "town"
    return little_workspace(folder, replace(layers, layers={**layers.layers, "pump": pump}))


def opened(start: Callable[..., Driver], town: Path, **look: str) -> tuple[Driver, LiveDesk]:
    set_up(town, TRIP, BURST, interval_s=0.2, limits=UNTOLD)
    driver = start(workspace=town, **look).open()
    driver.press(Qt.Key.Key_3, CTRL)
    desk = driver.window.live
    driver.until(lambda: {row.id for row in desk.model.rows} >= {"ST-B1 off", "PT-0001 low", "PT-0002 low"})
    return driver, desk


def states(desk: LiveDesk) -> dict[str, AlarmState]:
    return {row.id: row.state for row in desk.model.rows}


def test_what_the_pump_feeds_is_folded_under_its_trip_by_the_network(
    start: Callable[..., Driver], pumped: Path
) -> None:
    driver, desk = opened(start, pumped)
    driver.until(lambda: states(desk)["PT-0001 low"] is AlarmState.SUPPRESSED)
    assert states(desk)["PT-0002 low"] is AlarmState.SUPPRESSED
    driver.until(lambda: not {row.id for row in desk.left.list.rows} & {"PT-0001 low", "PT-0002 low"})
    head = desk.left.list.rows[0]
    assert head.group is not None
    assert (head.group.key, head.group.below) == (GroupKey(GroupKind.CAUSE, "ST-B1 off"), 2)
    desk.model.select("ST-B1 off")
    assert "单独供给的测点：3" in desk.left.facts.text()
    assert "本条首发" in desk.left.facts.text()
    # A pump's curve has words beside it, and no figure that somebody could take for a measured one.
    driver.until(lambda: desk.right.strips.heads[0].identity == "ST-B1")
    pump = desk.right.strips.heads[0]
    assert (pump.name, pump.value, pump.unit, pump.limits) == ("东郊加压站 · 水泵", "停运", "", ())
    assert [word for _, word in pump.levels] == ["停运", "运行"]
    # The recorder knows it at its next start, before any network is read.
    assert read_feeders(pumped / FOLDER).known == (Feeder("ST-B1", ("PT-0001", "PT-0002", "FT-W1"), ()),)
    driver.window.set_language("en")
    assert "instruments that it alone feeds: 3" in desk.left.facts.text()
    driver.idle()


def test_a_pump_that_is_none_of_the_network_says_that_nothing_stands_below_it(
    start: Callable[..., Driver], town: Path
) -> None:
    driver, desk = opened(start, town)
    driver.until(lambda: desk.model.setup is not None and desk.model.setup.feeders.unplaced == ("ST-B1",))
    assert states(desk)["PT-0001 low"] is AlarmState.UNACKNOWLEDGED
    desk.model.select("ST-B1 off")
    assert "不是管网中的水泵或水厂" in desk.left.facts.text()
    driver.idle()
