"""A burst explained in strips: measured beside expected, what is left over, and its sum beside the threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.messages import formats
from app.telemetry.bursts.picture import BurstSeen, Explained
from app.telemetry.bursts.told import Way
from app.telemetry.curves import Band, Curve
from app.telemetry.quantities import Quantity
from app.telemetry.setup import Setup
from app.ui.dispatch.model import moment_of
from app.ui.live.burst_words import SMALL_M3_H, area_name
from app.ui.live.rows import BURST_PRIORITY, on_screen
from app.ui.live.span import Span
from app.ui.live.strip_ground import Mark, StripHead
from network.columns import Bool, Float64

LEFT_OVER, SUM, INFLOW = -11, -12, -13
"""What stands for a channel's position in strips that no channel has."""
SPREADS: Final = 2.0
"""The band round what is expected reaches so many times what the logger strays by chance."""


@dataclass(frozen=True, eq=False)
class BurstStrips:
    """Everything that the chart shows of a burst."""

    heads: tuple[StripHead, ...]
    curves: tuple[Curve, ...]
    bands: tuple[Band, ...]
    marks: tuple[Mark, ...]
    span: Span

    @property
    def rows(self) -> tuple[int, ...]:
        """What names the strips."""
        return tuple(head.row for head in self.heads)


def burst_strips(setup: Setup, burst: BurstSeen, told: Explained, most: int) -> BurstStrips:
    """Strips of *burst*, at most *most*: the logger, what is left over, its sum, then the loggers that moved most."""
    parts = [_logger(setup, told, 0), _left_over(told), _sum(told)]
    there = [at for at, name in enumerate(told.loggers) if name in setup.channels.position]
    parts += [_logger(setup, told, at) for at in there if at]
    heads, curves, bands = zip(*parts[:most], strict=True)
    # Half a day is left around nights.
    around_ms = (told.apart_ms - told.tick_ms) // 2
    first_ms, last_ms = int(told.at_ms[0]) - around_ms, int(told.at_ms[-1]) + told.tick_ms + around_ms
    return BurstStrips(heads, curves, bands, _marks(burst), Span(last_ms, last_ms - first_ms))


def _marks(burst: BurstSeen) -> tuple[Mark, ...]:
    """When it began and was told, and while which known work lasted."""
    began = QCoreApplication.translate("BurstStrips", "began")
    if burst.way is Way.NIGHT:
        began = QCoreApplication.translate("BurstStrips", "since")
    said = QCoreApplication.translate("BurstStrips", "told")
    at_work = QCoreApplication.translate("BurstStrips", "known work")
    over = QCoreApplication.translate("BurstStrips", "work over")
    found = [Mark(burst.since_ms, began, "amber_text"), Mark(burst.at_ms, said, "amber_text")]
    for work in burst.works:
        found += [Mark(work.from_ms, at_work, "t2"), Mark(work.until_ms, over, "t2")]
    return tuple(found)


def _logger(setup: Setup, told: Explained, at: int) -> tuple[StripHead, Curve, Band]:
    row = setup.channels.position[told.loggers[at]]
    channel = setup.channels.records[row]
    factor, unit, decimals = on_screen(channel.quantity)
    measured_m, expected_m = told.measured_m[:, at], told.expected_m[:, at]
    is_area = told.way is not Way.PRESSURE
    known_m = measured_m[np.isfinite(measured_m)]
    if is_area and len(known_m) and float(np.median(known_m)) * factor < SMALL_M3_H:
        decimals += 1
    due = ""
    if np.isfinite(expected_m).any():
        due = QCoreApplication.translate("BurstStrips", "expected {value}").format(
            value=formats.number(_last(expected_m) * factor, decimals)
        )
    head = StripHead(
        row=INFLOW if is_area else row,
        name=_inflow_name(told) if is_area else channel.name or channel.id,
        identity=area_name(told.area) if is_area else channel.id,
        value=formats.number(_last(measured_m) * factor, decimals),
        unit=unit,
        state=due,
        tone="amber_text" if at == 0 else "t1",
        factor=factor,
        decimals=decimals,
        limits=(),
        interval_ms=_interval_ms(told),
    )
    reach_m = SPREADS * float(told.spread_m[at])
    known = np.isfinite(expected_m)
    middle_m = expected_m[known]
    return head, _curve(told, measured_m), _band(told, known, middle_m - reach_m, middle_m + reach_m, middle_m)


def _band(told: Explained, known: Bool, low: Float64, high: Float64, middle: Float64) -> Band:
    """A band without holes between ticks that follow each other: a night's reaches half a day to either side."""
    before_ms = (told.apart_ms - told.tick_ms) // 2
    return Band(told.at_ms[known] - before_ms, low, high, middle, told.apart_ms)


def _interval_ms(told: Explained) -> int:
    """Between readings, as far as gaps go by it: a single night that is missing is one."""
    return told.tick_ms if told.apart_ms == told.tick_ms else told.apart_ms // 2


def _inflow_name(told: Explained) -> str:
    """Which inflow, and of which night the figure beside it is."""
    if told.way is not Way.NIGHT:
        return QCoreApplication.translate("BurstStrips", "Inflow")
    known = told.at_ms[np.isfinite(told.measured_m[:, 0])]
    if not len(known):
        return QCoreApplication.translate("BurstStrips", "Night flow")
    name = QCoreApplication.translate("BurstStrips", "Night flow of {day}")
    return name.format(day=f"{moment_of(int(known[-1])):%m-%d}")


def _left_over(told: Explained) -> tuple[StripHead, Curve, Band]:
    name = QCoreApplication.translate("BurstStrips", "Left over")
    factor, unit, decimals = (1.0, "m", 2) if told.way is Way.PRESSURE else on_screen(Quantity.FLOW)
    if told.way is not Way.PRESSURE and SPREADS * float(told.spread_m[0]) * factor < SMALL_M3_H:
        decimals += 1
    state = QCoreApplication.translate("BurstStrips", "by chance ±{value} {unit}").format(
        value=formats.number(SPREADS * float(told.spread_m[0]) * factor, decimals), unit=unit
    )
    head = StripHead(
        LEFT_OVER,
        name,
        told.loggers[0] if told.way is Way.PRESSURE else "",
        formats.number(_last(told.left_m) * factor, decimals),
        unit,
        state,
        "t1",
        factor,
        decimals,
        (),
        _interval_ms(told),
    )
    reach_m = np.full(len(told.at_ms), SPREADS * float(told.spread_m[0]))
    everywhere = np.ones(len(told.at_ms), dtype=np.bool_)
    return head, _curve(told, told.left_m), _band(told, everywhere, -reach_m, reach_m, 0.0 * reach_m)


def _sum(told: Explained) -> tuple[StripHead, Curve, Band]:
    name = QCoreApplication.translate("BurstStrips", "Sum (CUSUM)")
    state = QCoreApplication.translate("BurstStrips", "threshold {value}").format(
        value=formats.number(told.threshold, 0)
    )
    head = StripHead(
        SUM,
        name,
        told.loggers[0] if told.way is Way.PRESSURE else "",
        formats.number(_last(told.height), 0),
        "",
        state,
        "amber_text",
        1.0,
        0,
        ((told.threshold, BURST_PRIORITY),),
        _interval_ms(told),
    )
    nothing = np.empty(0)
    return head, _curve(told, told.height), Band(told.at_ms[:0], nothing, nothing, nothing, told.tick_ms)


def _curve(told: Explained, values: Float64) -> Curve:
    known = np.isfinite(values)
    value = values[known]
    return Curve(told.at_ms[known], value, value, value, told.tick_ms)


def _last(values: Float64) -> float:
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else float("nan")
