"""What a hydraulic model assumes where the record is silent: roughness, daily patterns, pump curves, thresholds.

Every figure here is a default that a calibrated file (:mod:`network.calibration`) replaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from network.assets import PipeTable
from network.columns import CodedColumn, Float64
from network.units import is_plastic

WP1_MPA = 0.18
"""Lowest pressure at a meter that the service promise allows (WP1)."""

HYDRANT_REACH_M = 150.0
"""Farthest that a place may be from a hydrant: a hydrant's protection radius (house value, as in GB 50974)."""


@dataclass(frozen=True)
class HydraulicSettings:
    """House values of a hydraulic run. Heads are metres of water.

    Attributes:
        pressure_driven: Customers draw less where pressure is low (Wagner's law); False: they draw all they want.
        minimum_m, required_m: Pressure at the main with which nothing, and all that is wanted, is drawn. 20 m serve the
            six floors that a town main is expected to reach; service loss is part of it.
        exponent: Of Wagner's law, 0.5 as for an orifice.
        service_loss_m: Lost between main and meter (tapping, stop valve, some metres of DN 25), 1.5 m.
        low_mpa: A meter below it is low.
        stir_m_s: Velocity that moves what has settled: above some 0.4 m/s mains clean themselves, so what lies in them
            was never exposed to it (Vreeburg and Boxall, Water Research 41 (2007), 519-529).
        stir_ratio: And it must be so many times what the main carried before at the same hour.
        moving_m_s: Slower water is still: it reverses nothing.
        peak_hour: Hour of the day compared beside the present one; NaN takes the hour of greatest demand.
        usual_head_m: Head above ground of a source whose head is not recorded.
        prv_below_m: A PRV without a recorded setting helps where a zone's own sources fail: it holds so much less than
            the zone's head, or it would always pass what boosters have lifted.
        tank_depth_m, tank_share: A tank of which only volume and level are recorded is so deep, and stands so full at
            the recorded level.
        lift_m: Head that a pump adds at its design flow where nothing is recorded.
        design_m_s: Velocity in the pump's main at its design flow.
        accuracy, trials: When EPANET has converged (sum of flow changes over sum of flows), and when it gives up.
        timeout_s, timeout_each_link_s: A run is ended after so long, and so much more for each of its models' links: on
            a busy machine a million of them took a minute.
    """

    pressure_driven: bool = True
    minimum_m: float = 0.0
    required_m: float = 20.0
    exponent: float = 0.5
    service_loss_m: float = 1.5
    low_mpa: float = WP1_MPA
    stir_m_s: float = 0.4
    stir_ratio: float = 1.25
    moving_m_s: float = 0.01
    peak_hour: float = float("nan")
    usual_head_m: float = 40.0
    prv_below_m: float = 5.0
    tank_depth_m: float = 4.0
    tank_share: float = 0.75
    lift_m: float = 25.0
    design_m_s: float = 0.6
    accuracy: float = 1e-4
    trials: int = 200
    timeout_s: float = 60.0
    timeout_each_link_s: float = 2e-4

    def patience_s(self, links: int) -> float:
        """How long a run over models of *links* links in all may take, whole seconds."""
        return float(round(self.timeout_s + links * self.timeout_each_link_s))


@dataclass(frozen=True)
class PumpCurve:
    """Head that a pump adds over its flow.

    Attributes:
        flow_m3_h, head_m: Points, flow ascending. One point stands for EPANET's usual curve through it.
        speed: Relative to the curve's.
        power_kw: Of a pump of constant power, which has no points; NaN otherwise.
    """

    flow_m3_h: tuple[float, ...] = ()
    head_m: tuple[float, ...] = ()
    speed: float = 1.0
    power_kw: float = float("nan")


def flat_curve(lift_m: float, flow_m3_h: float) -> PumpCurve:
    """Curve of a regulated booster: 1.15 times *lift_m* at no flow, *lift_m* at *flow_m3_h*, 0.55 times at twice that.

    Boosters in a network are driven at varying speed to hold their outlet pressure, so the default is flatter than
    EPANET's own (1.33 at no flow).
    """
    flows = (0.0, flow_m3_h, 2.0 * flow_m3_h)
    return PumpCurve(flows, (1.15 * lift_m, lift_m, 0.55 * lift_m))


_YEARS = np.array([0.0, 10.0, 20.0, 30.0, 50.0, 70.0])
_PLASTIC = (150.0, 148.0, 146.0, 144.0, 142.0, 140.0)
_LINED = (140.0, 136.0, 132.0, 128.0, 122.0, 116.0)
_CONCRETE = (135.0, 131.0, 127.0, 123.0, 117.0, 110.0)
_STEEL = (140.0, 128.0, 116.0, 106.0, 95.0, 88.0)
_GREY_IRON = (130.0, 110.0, 96.0, 87.0, 75.0, 68.0)
_GALVANISED = (120.0, 108.0, 95.0, 85.0, 75.0, 70.0)
_ROUGHNESS = (
    (("球墨", "ductile", "di", "dip"), _LINED),
    (("镀锌", "galvan"), _GALVANISED),
    (("铸铁", "cast iron", "grey iron", "gray iron", "ci"), _GREY_IRON),
    (("混凝土", "水泥", "concrete", "pccp", "rc", "ac", "asbestos"), _CONCRETE),
    (("钢", "steel", "st", "sp"), _STEEL),
)
"""Hazen-Williams C by material (words found in its name; short codes as the whole name) at the ages of ``_YEARS``.

New values are the ranges of the EPANET 2.2 User Manual, table 3.2; their fall with age follows the tables of Williams
and Hazen for unlined iron and steel (130, 100 at about 20 years, 75 at 50), and is small for lined and plastic pipes.
Where material is not recorded a main counts as lined iron; where the year is not, as 30 years old.
"""
_UNKNOWN_AGE = 30.0


def hazen_williams_c(pipes: PipeTable, year: int) -> Float64:
    """Hazen-Williams coefficient of each pipe in *year*, by material and age; shape (pipes,)."""
    age = np.where(pipes.year > 0, np.clip(year - pipes.year.astype(np.float64), 0.0, None), _UNKNOWN_AGE)
    words = np.array([_curve_of(word) for word in pipes.material.vocabulary]).reshape(-1, len(_YEARS))
    # Many words share few curves.
    curves, curve_of_word = np.unique(words, axis=0, return_inverse=True)
    curve_of = curve_of_word.ravel()[pipes.material.codes]
    found = np.empty(len(pipes))
    for number, curve in enumerate(curves):
        rows = np.flatnonzero(curve_of == number)
        found[rows] = np.interp(age[rows], _YEARS, curve)
    return found


def _curve_of(material: str) -> tuple[float, ...]:
    name = material.strip().lower()
    for words, curve in _ROUGHNESS:
        if any(word in name if len(word) > 4 or not word.isascii() else word == name for word in words):
            return curve
    return _PLASTIC if is_plastic(material) else _LINED


def bore_mm(pipes: PipeTable) -> Float64:
    """Inner diameter of each pipe: nominal, or 0.88 of an outside one (PE100 SDR 17); DN 100 where none is recorded."""
    dn_mm = pipes.dn_mm.astype(np.float64)
    return np.where(dn_mm > 0.0, np.where(pipes.outside, 0.88 * dn_mm, dn_mm), 100.0)


_HOMES = (0.45, 0.35, 0.30, 0.30, 0.40, 0.75, 1.35, 1.65, 1.50, 1.20, 1.10, 1.20,
          1.25, 1.05, 0.90, 0.90, 1.00, 1.30, 1.60, 1.65, 1.50, 1.25, 0.95, 0.60)  # fmt: skip
_OFFICES = (0.15, 0.15, 0.15, 0.15, 0.20, 0.35, 0.80, 1.50, 2.00, 2.10, 2.05, 2.00,
            1.70, 1.75, 1.95, 1.95, 1.75, 1.40, 0.90, 0.60, 0.40, 0.30, 0.20, 0.15)  # fmt: skip
_ROUND_THE_CLOCK = (0.85, 0.80, 0.80, 0.80, 0.85, 0.90, 1.00, 1.10, 1.15, 1.15, 1.15, 1.15,
                    1.10, 1.10, 1.15, 1.15, 1.10, 1.05, 1.00, 1.00, 1.00, 0.95, 0.90, 0.80)  # fmt: skip
_PATTERNS = {
    "school": _OFFICES,
    "kindergarten": _OFFICES,
    "business": _OFFICES,
    "commercial": _OFFICES,
    "government": _OFFICES,
    "industry": _ROUND_THE_CLOCK,
    "hospital": _ROUND_THE_CLOCK,
    "dialysis": _ROUND_THE_CLOCK,
    "nursing_home": _ROUND_THE_CLOCK,
    "fire_service": _ROUND_THE_CLOCK,
}
"""Draw of each hour over the day's mean, by customer category; homes for every other. House values in the usual shape:
morning and evening peak of 1.65 for homes (hourly peak factors of 1.3 to 1.6 for a city as a whole, GB 50013)."""


def multipliers(category: CodedColumn, hour: float) -> Float64:
    """Draw at *hour* (of the day, fractions interpolated) over the day's mean, for each row of *category*."""
    hours = np.arange(25.0)
    by_word = np.array([np.interp(hour % 24.0, hours, table) for table in _tables(category)])
    shares: Float64 = by_word[category.codes] if len(by_word) else np.empty(0)
    return shares


def _tables(category: CodedColumn) -> Iterator[Float64]:
    for word in category.vocabulary:
        shape = np.array(_PATTERNS.get(word, _HOMES))
        yield np.append(shape, shape[0]) / shape.mean()


def peak_hour(category: CodedColumn, demand_m3_d: Float64) -> float:
    """Full hour of the day at which *demand_m3_d* (mean, by row of *category*) is drawn fastest."""
    totals = [float((multipliers(category, float(hour)) * demand_m3_d).sum()) for hour in range(24)]
    return float(totals.index(max(totals)))
