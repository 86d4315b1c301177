"""A burst that the night flow told, as its plot shows it: a point a night, what is usual, dates, units, gaps."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.operations.burst_flows import explained_flow, proposal_of_flow, shown_ticks
from app.telemetry.alarms import AlarmState, Limits
from app.telemetry.bursts.flows import Area, FlowStanding, flow_rule_from, watch_flows
from app.telemetry.bursts.learned import Candidates, Learned
from app.telemetry.bursts.picture import BurstSeen, Explained
from app.telemetry.bursts.places import Signatures
from app.telemetry.bursts.proposals import Proposal
from app.telemetry.bursts.told import Way
from app.telemetry.channels import Channel, Channels
from app.telemetry.quantities import Quantity
from app.telemetry.setup import Setup
from app.ui.live.burst_strips import INFLOW, LEFT_OVER, SUM, BurstStrips, burst_strips
from app.ui.live.strip_ground import TOP, StripWords
from app.ui.live.strips import Strips
from app.ui.look import Look

TICKS, TICK, DAY = 96, 900_000, 86_400_000
MONDAY = 4 * DAY - 8 * 3_600_000
"""0:00 in the city, 5 January."""
WEEKS, LEAKS = 16, 7 * TICKS
LEAK_M3_H = 8.0
SILENT = 4
"""Nights before the leak in which a meter said nothing."""
AREAS = (Area("D1", ("F1",), (1.0,)), Area("D2", ("F2",), (1.0,)), Area("", ("F3", "F1"), (1.0, -1.0)))
SIZE = QSize(900, 420)


def flow_m3_h(days: int, seed: int) -> np.ndarray:
    """Three areas that draw by one day and one weather; by night a fifth."""
    random = np.random.default_rng(seed)
    course = 1.0 + 0.8 * np.sin(2.0 * np.pi * (np.arange(days * TICKS) / TICKS - 0.25))
    weather = np.repeat(1.0 + random.normal(0.0, 0.05, days), TICKS)
    own = np.exp(random.normal(0.0, 0.12, (days * TICKS, 3)))
    return np.array([50.0, 80.0, 300.0]) * (course * weather)[:, None] * own


def ticks(days: int) -> np.ndarray:
    return MONDAY + np.arange(days * TICKS, dtype=np.int64) * TICK


@dataclass(frozen=True, eq=False)
class Told:
    """What a test goes by: the leak's first night begins at ``leaks_ms``."""

    setup: Setup
    one: Proposal
    explained: Explained
    strips: BurstStrips
    leaks_ms: int


@pytest.fixture(scope="module")
def learned() -> Learned:
    flows = flow_rule_from(AREAS, ticks(7 * WEEKS), flow_m3_h(7 * WEEKS, 3), 8 * 7 * TICKS, 2)
    nothing = Candidates(("A",), np.zeros((1, 2)), np.ones((1, 1)))
    return Learned(
        flows.balance, ("P1",), np.zeros((1, 2)), ("A",), Signatures(np.ones((1, 1)), np.ones(1)), nothing,
        made_ms=9, since_ms=1, until_ms=8, budget_s=7 * 86_400.0, used=0.9, flows=flows, area_of_pipe=np.array([0]),
    )  # fmt: skip


@pytest.fixture
def told(learned: Learned, qapp: object) -> Told:
    assert learned.flows is not None
    days = 35
    flow, at_ms = flow_m3_h(days, 9), ticks(days)
    flow[14 * TICKS :, 2] += LEAK_M3_H
    silent = (14 - SILENT) * TICKS
    flow[silent : silent + TICKS, 2] = np.nan
    found = watch_flows(learned.flows, FlowStanding.begin(3), at_ms, flow)[1]
    first = next(each for each in found if each.way is Way.NIGHT)
    one = proposal_of_flow(learned, first)
    shown_ms = shown_ticks(one, int(at_ms[-1]) + TICK)
    explained = explained_flow(learned, one, (one,), shown_ms, flow[np.searchsorted(at_ms, shown_ms)])
    flows = tuple(Channel(name, name, Quantity.FLOW, "m3/h") for name in ("F1", "F2", "F3"))
    setup = Setup(Channels(flows), Limits(()), ())
    return Told(setup, one, explained, strips_of(setup, one, explained), MONDAY + 14 * DAY + 7_200_000)


def strips_of(setup: Setup, one: Proposal, explained: Explained) -> BurstStrips:
    seen = BurstSeen(
        one.id, one.at_ms, one.since_ms, one.logger, one.side, one.height, explained.threshold,
        AlarmState.UNACKNOWLEDGED, "", None, (), (), way=one.way, area=one.area,
    )  # fmt: skip
    return burst_strips(setup, seen, explained, 8)


def test_each_night_is_a_point_in_its_middle_with_what_is_usual_around_it(told: Told) -> None:
    strips, explained = told.strips, told.explained
    assert (told.one.way, told.one.area) == (Way.NIGHT, "")
    assert strips.rows == (INFLOW, LEFT_OVER, SUM)
    curve, band = strips.curves[0], strips.bands[0]
    assert {at % DAY for at in curve.start_ms.tolist()} == {18 * 3_600_000}, "two in the city"
    assert curve.step_ms == 7_200_000
    # A fortnight before it is seen, and on to what was read last; the silent night is missing, and is no line.
    assert told.one.since_ms - curve.start_ms[0] == 14 * DAY
    assert curve.start_ms[-1] > told.one.at_ms
    lost = told.leaks_ms - SILENT * DAY
    assert lost not in curve.start_ms
    pieces = curve.pieces(strips.heads[0].interval_ms)
    assert [int(curve.start_ms[piece.stop - 1]) for piece in pieces] == [lost - DAY, int(curve.start_ms[-1])]
    # What is usual reaches without a hole from night to night, and the leak lies above it.
    assert band.step_ms == DAY
    assert (band.start_ms + DAY // 2 == explained.at_ms[np.isfinite(explained.expected_m[:, 0])] + 3_600_000).all()
    before = curve.start_ms < told.leaks_ms
    high = dict(zip((band.start_ms + DAY // 2 - 3_600_000).tolist(), band.high.tolist(), strict=True))
    beyond = [level > high[at] for at, level in zip(curve.start_ms.tolist(), curve.mean.tolist(), strict=True)]
    assert np.mean(np.array(beyond)[before]) < 0.15
    assert np.mean(np.array(beyond)[~before]) > 0.4
    rise_m3_h = 3600.0 * (curve.mean[~before].mean() - curve.mean[before].mean())
    assert rise_m3_h == pytest.approx(LEAK_M3_H, rel=0.5)
    # The sum passes its threshold in the night that told it.
    crossed = strips.curves[2].start_ms[strips.curves[2].mean > explained.threshold]
    assert int(crossed[0]) + 7_200_000 == told.one.at_ms


def test_beside_it_stand_names_units_and_of_which_night_the_figure_is(told: Told) -> None:
    inflow, left_over, total = told.strips.heads
    day = np.datetime64(int(told.explained.at_ms[-1]) + 8 * 3_600_000, "ms").astype(str)[5:10]
    assert (inflow.name, inflow.identity) == (f"Night flow of {day}", "mains outside metered DMAs")
    assert inflow.unit == left_over.unit == "m³/h"
    assert float(inflow.value) == pytest.approx(3600.0 * told.strips.curves[0].mean[-1], abs=0.5)
    assert inflow.state.startswith("expected ")
    assert left_over.state.startswith("by chance ±")
    assert left_over.state.endswith(" m³/h")
    assert total.limits[0][0] == told.explained.threshold
    assert [(mark.text, mark.at_ms) for mark in told.strips.marks] == [
        ("since", told.one.since_ms),
        ("told", told.one.at_ms),
    ]
    unknown = replace(
        told.explained,
        measured_m=np.full_like(told.explained.measured_m, np.nan),
        expected_m=np.full_like(told.explained.expected_m, np.nan),
    )
    silent = strips_of(told.setup, told.one, unknown).heads[0]
    assert (silent.name, silent.value, silent.state) == ("Night flow", "—", "")


def test_who_is_no_instrument_any_more_has_no_strip(told: Told) -> None:
    by_pressure = replace(
        told.explained,
        way=Way.PRESSURE,
        loggers=("F1", "gone"),
        measured_m=np.ones((len(told.explained.at_ms), 2)),
        expected_m=np.ones((len(told.explained.at_ms), 2)),
        spread_m=np.ones(2),
    )
    assert len(strips_of(told.setup, told.one, by_pressure).heads) == 3


@pytest.fixture(params=["dark", "light"])
def drawn(request: pytest.FixtureRequest, qtbot: QtBot, told: Told) -> tuple[Strips, QImage, Look]:
    look = Look(request.param, "en")
    widget = Strips(look)
    qtbot.addWidget(widget)
    widget.resize(SIZE)
    widget.show_heads(told.strips.heads, told.strips.marks, int(ticks(35)[-1]), StripWords("no data", "cursor", ""))
    widget.show_span(told.strips.span)
    widget.show_curves(told.strips.rows, told.strips.curves, told.strips.bands)
    return widget, widget.grab().toImage(), look


def test_points_band_and_the_silent_night_are_there_to_be_seen(drawn: tuple[Strips, QImage, Look], told: Told) -> None:
    widget, image, look = drawn
    curve, scale = told.strips.curves[0], widget._scales[INFLOW]
    ink, ground = look.colour(told.strips.heads[0].tone).rgb(), look.colour("bg1").rgb()
    for at, level in zip(curve.start_ms.tolist(), curve.mean.tolist(), strict=True):
        x, y = round(widget._x(at + 3_600_000)), round(scale.at(level))
        assert ink in near(image, x, y, 1), "a dot in the middle of each night"
    # The band is painted from the first night to the last, whatever the curve does.
    band = told.strips.bands[0]
    inside = ((band.low + band.high) / 2.0).tolist()
    for at, level in zip((band.start_ms + DAY // 2).tolist(), inside, strict=True):
        assert near(image, round(widget._x(at)) + 6, round(scale.at(level)), 0) != {ground}
    # The silent night is hatched from top to bottom, and no line goes through it.
    lost, rows = told.leaks_ms - SILENT * DAY + 3_600_000, range(int(TOP) + 6, int(scale.bottom_px))
    columns = range(round(widget._x(lost - DAY // 3)), round(widget._x(lost + DAY // 3)))
    inked = {image.pixel(x, y): y for y in rows for x in columns}
    assert ink not in inked
    strokes = [y for y in rows if any(image.pixel(x, y) != ground for x in columns)]
    assert len(strokes) > 0.9 * len(rows)


def near(image: QImage, x: int, y: int, reach: int) -> set[int]:
    """Colours of the pixels around a place."""
    around = range(-reach, reach + 1)
    return {image.pixel(x + across, y + down) for across in around for down in around}


def test_of_a_second_leak_the_sum_begins_anew_where_the_first_became_usual(learned: Learned) -> None:
    assert learned.flows is not None
    flow, at_ms = flow_m3_h(56, 9), ticks(56)
    flow[14 * TICKS :, 1] += LEAK_M3_H
    flow[35 * TICKS :, 1] += LEAK_M3_H
    found = watch_flows(learned.flows, FlowStanding.begin(3), at_ms, flow)[1]
    first, second = (proposal_of_flow(learned, each) for each in found if each.way is Way.NIGHT)
    assert abs(second.since_ms - at_ms[35 * TICKS]) < 3 * DAY
    shown_ms = ticks(56)[7 * TICKS :]
    told = explained_flow(learned, second, (first, second), shown_ms, flow[7 * TICKS :])
    between = (told.at_ms > first.at_ms + DAY) & (told.at_ms < second.since_ms)
    after = (told.at_ms >= second.since_ms) & (told.at_ms < second.at_ms)
    before = told.at_ms < first.since_ms
    rest_m3_h = 3600.0 * told.left_m
    assert abs(rest_m3_h[before].mean()) < 2.0, "what the first takes was not usual before it began"
    assert abs(rest_m3_h[between].mean()) < 2.0, "and is when its day is over"
    assert rest_m3_h[after].mean() == pytest.approx(LEAK_M3_H, abs=2.0)
    assert told.height[between].max() < told.threshold
    crossed = told.at_ms[(told.at_ms > first.at_ms + DAY) & (told.height > told.threshold)]
    assert crossed[0] + 7_200_000 == second.at_ms
