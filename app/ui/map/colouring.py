"""Mains coloured by what is recorded of them: the rules behind the legend's levels.

Every rule is a table look-up over whole columns, a few milliseconds at 1,000,000 mains.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from app.messages import formats
from app.ui.map.shades import PipeShades
from gis.scene.map_style import ColourBy
from network.assets import Condition, DeviceKind
from network.columns import CodedColumn
from network.topology import City, DeviceStates

KINDS = 6
"""Colours that can be told apart by any eye; what is rarer than the five most frequent kinds shares the last one."""
DN_STEPS_MM = (150, 200, 400, 800)
AGE_STEPS_YEARS = (10, 20, 30, 40)
_OLDEST_YEAR = 1850
_LATEST_YEAR = 2200
_MOST_DN_MM = 4_000
_DMA_COLOURS = 5


@dataclass(frozen=True)
class _Levels:
    level: NDArray[np.uint8]
    labels: tuple[str, ...]


def shades_by(by: ColourBy, city: City, states: DeviceStates, year: int) -> PipeShades | None:
    """Levels of all mains and what they mean, in the language in force; None where colour tells nothing.

    Args:
        by: What to tell.
        city: The network and its customers.
        states: Device states now.
        year: The present year, for ages.
    """
    if by is ColourBy.NOTHING:
        return None
    rule, ramp, widens = _RULES[by]
    levels = rule(city, states, year)
    return PipeShades(levels.level, ramp, title_of(by), levels.labels, widens=widens)


def title_of(by: ColourBy) -> str:
    """What is told, in the language in force."""
    titles = {
        ColourBy.NOTHING: QCoreApplication.translate("Colouring", "Nothing: grey by diameter"),
        ColourBy.DIAMETER: QCoreApplication.translate("Colouring", "Diameter"),
        ColourBy.MATERIAL: QCoreApplication.translate("Colouring", "Material"),
        ColourBy.AGE: QCoreApplication.translate("Colouring", "Age, years"),
        ColourBy.DMA: QCoreApplication.translate("Colouring", "Metered area (DMA), colours repeat"),
        ColourBy.CONDITION: QCoreApplication.translate("Colouring", "Worst valve on the main"),
        ColourBy.CRITICALITY: QCoreApplication.translate("Colouring", "Critical customers on the main"),
    }
    return titles[by]


def _by_diameter(city: City, _states: DeviceStates, _year: int) -> _Levels:
    table = np.searchsorted(DN_STEPS_MM, np.arange(_MOST_DN_MM + 1), side="right") + 1
    table[0] = 0
    level = table.astype(np.uint8)[np.clip(city.network.pipes.dn_mm, 0, _MOST_DN_MM)]
    return _Levels(level, _spans(DN_STEPS_MM, "DN "))


def _by_age(city: City, _states: DeviceStates, year: int) -> _Levels:
    years = np.arange(_LATEST_YEAR + 1)
    table = np.searchsorted(AGE_STEPS_YEARS, year - years, side="right") + 1
    table[:_OLDEST_YEAR] = 0
    level = table.astype(np.uint8)[np.clip(city.network.pipes.year, 0, _LATEST_YEAR)]
    return _Levels(level, _spans(AGE_STEPS_YEARS, ""))


def _spans(steps: tuple[int, ...], before: str) -> tuple[str, ...]:
    """``< 150``, ``150–199`` … ``≥ 800``."""
    between = [f"{before}{low}–{high - 1}" for low, high in pairwise(steps)]
    return (f"{before}< {steps[0]}", *between, f"{before}≥ {steps[-1]}")


def _by_material(city: City, _states: DeviceStates, _year: int) -> _Levels:
    """The most frequent materials one by one, the rest together; not recorded: no level."""
    return _kinds(city.network.pipes.material)


def _kinds(column: CodedColumn) -> _Levels:
    counts = np.bincount(column.codes, minlength=len(column.vocabulary))
    named = [code for code in np.argsort(-counts, kind="stable").tolist() if counts[code] and column.vocabulary[code]]
    alone = named if len(named) <= KINDS else named[: KINDS - 1]
    table = np.zeros(len(column.vocabulary), dtype=np.uint8)
    table[named] = KINDS
    table[alone] = np.arange(1, len(alone) + 1)
    labels = [column.vocabulary[code] for code in alone]
    if len(alone) < len(named):
        labels.append(QCoreApplication.translate("Colouring", "other"))
    return _Levels(table[column.codes], tuple(labels))


def _by_dma(city: City, _states: DeviceStates, _year: int) -> _Levels:
    """Areas in a few colours over and over: their borders are drawn, their names are on the map."""
    column = city.network.pipes.dma
    named = [code for code in range(len(column.vocabulary)) if column.vocabulary[code]]
    table = np.zeros(len(column.vocabulary), dtype=np.uint8)
    table[named] = np.arange(len(named)) % _DMA_COLOURS + 1
    return _Levels(table[column.codes], ("",) * _DMA_COLOURS)


_CONDITIONS = (Condition.UNKNOWN, Condition.PASSING, Condition.INOPERABLE)


def _by_condition(city: City, states: DeviceStates, _year: int) -> _Levels:
    """The worst condition of the isolation and boundary valves that stand on each main."""
    devices = city.network.devices
    worst = np.zeros(len(Condition), dtype=np.uint8)
    worst[list(_CONDITIONS)] = np.arange(1, len(_CONDITIONS) + 1)
    closable = (devices.kind == DeviceKind.ISOLATION) | (devices.kind == DeviceKind.BOUNDARY)
    level = np.zeros(len(city.network.pipes), dtype=np.uint8)
    found = worst[states.condition]
    for value in range(1, len(_CONDITIONS) + 1):
        level[devices.pipe[closable & (found == value) & (devices.pipe >= 0)]] = value
    labels = (
        QCoreApplication.translate("Colouring", "condition unknown"),
        QCoreApplication.translate("Colouring", "passing"),
        QCoreApplication.translate("Colouring", "stuck"),
    )
    # The strong end of the ramp: the worst is always the strongest.
    return _Levels(np.where(level > 0, level + 2, 0).astype(np.uint8), ("", "", *labels))


PRESSURE_STEPS_MPA = (0.18, 0.22, 0.26, 0.32, 0.40)
"""Below the first, 0.18 MPa, the pressure that has to stand at a meter is missing; the others are even steps on the
scale of what is usual in a street main. House values but for the first."""


def shades_by_pressure(pressure_mpa: NDArray[np.floating]) -> PipeShades:
    """Levels of mains by pressure: grey-blue, and amber alone where it is too low.

    Args:
        pressure_mpa: Shape (pipes,), over ground; NaN where it is not known, which has no level.
    """
    known = np.isfinite(pressure_mpa)
    steps = len(PRESSURE_STEPS_MPA)
    level = steps + 1 - np.searchsorted(PRESSURE_STEPS_MPA, np.where(known, pressure_mpa, 0.0), side="right")
    between = [f"{low:.2f}–{high:.2f}" for low, high in pairwise(PRESSURE_STEPS_MPA)]
    labels = (f"≥ {PRESSURE_STEPS_MPA[-1]:.2f}", *reversed(between), f"< {PRESSURE_STEPS_MPA[0]:.2f}")
    title = QCoreApplication.translate("Colouring", "Pressure, MPa")
    return PipeShades(np.where(known, level, 0).astype(np.uint8), "ramp_pressure", title, labels)


_CRITICAL_STEPS = (2, 4)


def _by_criticality(city: City, _states: DeviceStates, _year: int) -> _Levels:
    customers = city.customers
    pipe = customers.tap.pipe[customers.critical]
    counts = np.bincount(pipe[pipe >= 0], minlength=len(city.network.pipes))
    level = np.searchsorted(_CRITICAL_STEPS, counts, side="right") + 3
    low, high = _CRITICAL_STEPS
    labels = ("", "", formats.number(1), f"{low}–{high - 1}", f"≥ {high}")
    return _Levels(np.where(counts > 0, level, 0).astype(np.uint8), labels)


_Rule = Callable[[City, DeviceStates, int], _Levels]
_RULES: Mapping[ColourBy, tuple[_Rule, str, bool]] = {
    ColourBy.DIAMETER: (_by_diameter, "ramp_size", False),
    ColourBy.MATERIAL: (_by_material, "ramp_kinds", False),
    ColourBy.AGE: (_by_age, "ramp_loss", True),
    ColourBy.DMA: (_by_dma, "ramp_kinds", False),
    ColourBy.CONDITION: (_by_condition, "ramp_loss", True),
    ColourBy.CRITICALITY: (_by_criticality, "ramp_loss", True),
}
