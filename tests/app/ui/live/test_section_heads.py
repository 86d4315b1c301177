"""Heads that instruments measure on a long section: which stand on the way, at which level, now and then."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from console_driver import Driver
from demo_town import CHANNELS, LIMITS, set_up
from little_city import BLOCK_M, EAST, NORTH
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.messages.describe import Thing
from app.telemetry.channels import Channel, Channels
from app.telemetry.quantities import Quantity
from app.telemetry.setup import Setup, write_setup
from app.ui.live.section_heads import beside, sampled_m
from network.ways import Route

ROUTE = Route(np.array([4, 7], np.int32), np.array([10.0, 50.0]), np.array([40.0, 0.0]), (), np.empty(0))
"""Thirty metres along one main, then another of fifty against its drawing."""


def test_places_along_a_way_count_from_its_beginning_on_mains_of_either_direction() -> None:
    at_m, pipe, offset_m = sampled_m(ROUTE)
    assert (at_m[0], at_m[-1]) == (0.0, 80.0)
    assert np.diff(at_m).max() <= 5.0
    where = dict(zip(at_m.tolist(), zip(pipe.tolist(), offset_m.tolist(), strict=True), strict=True))
    assert where[0.0] == (4, 10.0)
    assert where[25.0] == (4, 35.0)
    assert where[35.0] == (7, 45.0)
    assert where[80.0] == (7, 0.0)


@pytest.mark.parametrize(
    ("change", "stands"),
    [
        ({}, True),
        ({"y_m": 29.0}, True),
        ({"y_m": 31.0}, False),
        ({"pipe_id": "A"}, True),
        ({"pipe_id": "another"}, False),
        ({"quantity": Quantity.FLOW, "unit": "m3/h"}, False),
        ({"x_m": None}, False),
    ],
)
def test_what_stands_beside_the_way_is_of_it_unless_it_names_another_main(change: dict, stands: bool) -> None:
    channel = replace(Channel("P1", "", Quantity.PRESSURE, "MPa", x_m=30.0, y_m=0.0), **change)
    at_m = np.arange(0.0, 101.0, 5.0)
    xy_m = np.column_stack([at_m, np.zeros(len(at_m))])
    found = beside(Setup(Channels((channel,)), LIMITS, ()), at_m, xy_m, frozenset({"A"}))
    assert found == (((0, 30.0),) if stands else ())


@pytest.fixture
def measured(town: Path) -> Path:
    """The town's first two pressures stand on one street, the second without a level."""
    setup = set_up(town, interval_s=0.2)
    y_m = NORTH + 2 * BLOCK_M
    places = {
        "PT-0001": {"x_m": EAST + 1.5 * BLOCK_M, "y_m": y_m, "pipe_id": "P-H2-1", "elevation_m": 12.0},
        "PT-0002": {"x_m": EAST + 2.5 * BLOCK_M, "y_m": y_m, "pipe_id": "P-H2-2"},
    }
    records = tuple(replace(one, **places.get(one.id, {})) for one in CHANNELS.records)
    write_setup(town, replace(setup, channels=Channels(records)))
    return town


def test_a_long_section_shows_what_is_measured_along_it(start: Callable[..., Driver], measured: Path) -> None:
    driver = start(workspace=measured).open()
    driver.press(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    model, tools = driver.window.live.model, driver.window.tools
    driver.until(lambda: model.present is not None and bool((model.present.standings[1:3] == 0).all()))
    driver.session.pick(Thing("pipe", driver.row("pipe", "P-H2-0")))
    tools.start_section()
    driver.session.pick(Thing("pipe", driver.row("pipe", "P-H2-3")))
    driver.until(tools.section.isVisible)
    view = tools.section.view
    assert view.measured is not None
    first, second = view.measured.heads
    assert (first.at_m, second.at_m) == (pytest.approx(BLOCK_M, abs=5), pytest.approx(2 * BLOCK_M, abs=5))
    value_m = float(model.present.values[1])
    assert first.head_m == pytest.approx(12.0 + value_m, abs=1.0)
    assert first.said.startswith("山大路 0.3")
    assert first.is_fresh
    # Where nobody knows the level of an instrument or of the ground, no head is made up.
    assert np.isnan(second.head_m)
    assert view.measured.placed == (first,)
    assert view.measured_words() == "实测水头（当前）（1 个测点高程不明）"
    # It follows what comes in.
    before = view.measured
    driver.until(lambda: view.measured != before)
    ground = replace(view._content, section=replace(view._content.section, ground_m=np.full(len(_at(view)), 20.0)))
    view.show_section(ground)
    assert view.ground_at(2 * BLOCK_M) == 20.0
    driver.until(lambda: view.measured is not None and len(view.measured.placed) == 2)
    assert view._heights(ground.section)[1] > 20.0 + 25.0, "heads lie within what is drawn"
    assert _has_ink(view, driver.console.look.theme.acc)
    # The past has its own heads.
    driver.press(Qt.Key.Key_F4, Qt.KeyboardModifier.ShiftModifier)
    driver.until(lambda: model.back_ms is not None)
    assert "当前" not in view.measured_words()
    QTest.keyClick(driver.window, Qt.Key.Key_Escape)
    tools.clear()
    driver.until(lambda: view.measured is None)
    driver.idle()


def _at(view) -> np.ndarray:
    return view._content.section.at_m


def _has_ink(view, ink: str) -> bool:
    image = view.grab().toImage()
    return any(
        image.pixelColor(x, y).name().upper() == ink.upper()
        for x in range(64, image.width() - 24, 3)
        for y in range(40, image.height() - 44)
    )
