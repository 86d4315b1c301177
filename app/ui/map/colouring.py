"""Mains coloured by what is recorded of them, and by pressure: levels for whoever paints, words for the legend.

Every rule is a table look-up over whole columns, a few milliseconds at 1,000,000 mains.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from app.ui.map.rule_levels import levels_of, usual_rule
from app.ui.map.shades import PipeShades
from gis.scene.colour_rule import ColourRule, Ramp
from gis.scene.map_style import ColourBy
from network.topology import City, DeviceStates


def shades_by(
    by: ColourBy, city: City, states: DeviceStates, year: int, own: ColourRule | None = None
) -> PipeShades | None:
    """Levels of all mains and what they mean, in the language in force; None where colour tells nothing.

    Args:
        by: What to tell.
        city: The network and its customers.
        states: Device states now.
        year: The present year, for ages.
        own: The operator's own limits or values; None: the usual ones.
    """
    if by is ColourBy.NOTHING:
        return None
    rule = usual_rule(by, city) if own is None else own
    told = levels_of(by, rule, city, states, year)
    # Very many areas in a few colours over and over: their borders are drawn, their names are on the map.
    labels = ("",) * len(told.labels) if own is None and by is ColourBy.DMA else told.labels
    return PipeShades(told.level, rule.ramp, title_of(by), labels, widens=rule.ramp is Ramp.LOSS)


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
