"""Units at the boundary: conversion to ours, and the signs that a column holds another unit than it says.

Inside, lengths are metres, diameters millimetres, heads metres of water, flows m³/s; nothing but this module converts.
Suspicions are only told: nothing here changes a value because it looks wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from network.columns import Bool, Float64
from network.feet import M_PER_FOOT, M_PER_INCH

M_HEAD_PER_MPA = 101.97162
"""Metres of water (1,000 kg/m³, standard gravity) in a megapascal."""

_LENGTH_M = {
    "mm": 1e-3,
    "cm": 1e-2,
    "m": 1.0,
    "km": 1e3,
    "in": M_PER_INCH,
    "inch": M_PER_INCH,
    "ft": M_PER_FOOT,
    "foot": M_PER_FOOT,
    "us_ft": 1200.0 / 3937.0,
}
_PRESSURE_MPA = {
    "Pa": 1e-6,
    "kPa": 1e-3,
    "MPa": 1.0,
    "bar": 0.1,
    "psi": 6.894757e-3,
    "kgf/cm2": 0.0980665,
    "mH2O": 1.0 / M_HEAD_PER_MPA,
}
_VOLUME_M3 = {"l": 1e-3, "m3": 1.0, "ft3": M_PER_FOOT**3, "gal": 3.785411784e-3}
_RATE = {"m3/h": 1.0 / 3600.0, "m3/d": 1.0 / 86400.0, "m3/s": 1.0, "l/s": 1e-3}
_DIMENSIONS = (_LENGTH_M, _PRESSURE_MPA, _VOLUME_M3, _RATE)
_ENDINGS = {
    "_mm": "mm",
    "_m": "m",
    "_km": "km",
    "_mpa": "MPa",
    "_m3": "m3",
    "_m3_h": "m3/h",
    "_m3_d": "m3/d",
    "_m3_s": "m3/s",
}


def unit_names() -> tuple[str, ...]:
    """Every unit that :func:`factor` knows."""
    return tuple(name for dimension in _DIMENSIONS for name in dimension)


def unit_of(column: str) -> str:
    """Unit that a column's name ends in (``dn_mm``: mm), or ""."""
    return next((_ENDINGS[end] for end in sorted(_ENDINGS, key=len, reverse=True) if column.endswith(end)), "")


def factor(source: str, target: str) -> float:
    """What to multiply values in *source* with to have them in *target*.

    Raises:
        ValueError: A unit is not known, or the two measure different things.
    """
    # Heads are lengths, but people give them as pressures: a pressure may become metres of water.
    if source in _PRESSURE_MPA and target == "m":
        return _PRESSURE_MPA[source] * M_HEAD_PER_MPA
    for dimension in _DIMENSIONS:
        if source in dimension and target in dimension:
            return dimension[source] / dimension[target]
    raise ValueError(f"{source} -> {target}")


_DIAMETER = re.compile(r"^\s*(DN|De|D|Φ|φ|Ø|ø)?\s*(\d+(?:\.\d+)?)\s*(?:mm|毫米)?\s*$", re.IGNORECASE)


def parse_diameter(text: str) -> tuple[float, str]:
    """Diameter in millimetres of a text such as ``DN300``, ``De 315`` or ``φ300``, and what it is measured by.

    Returns:
        The number, and ``nominal`` (DN), ``outside`` (De) or "" where the text does not say.

    Raises:
        ValueError: The text is no single diameter (``300×200``).
    """
    found = _DIAMETER.match(text)
    if found is None:
        raise ValueError(text)
    sign = (found[1] or "").upper()
    return float(found[2]), {"DN": "nominal", "DE": "outside"}.get(sign, "")


# Outside diameters of the PE series (ISO 4427, GB/T 13663) that are no nominal diameter of iron or steel mains.
_OUTSIDE_ONLY = np.array([63.0, 90.0, 110.0, 140.0, 160.0, 180.0, 225.0, 280.0, 315.0, 355.0, 560.0, 630.0, 710.0])
_PLASTIC = re.compile(r"PE|PVC|PP-?R|HDPE|聚乙烯|塑料|聚氯乙烯", re.IGNORECASE)


def is_plastic(material: str) -> bool:
    """Whether pipes of *material* are sold by outside diameter."""
    return _PLASTIC.search(material) is not None


def outside_suspected(dn_mm: Float64, outside: Bool, plastic: Bool) -> Bool:
    """Plastic pipes recorded as nominal whose diameter exists only as an outside diameter."""
    suspected: Bool = plastic & ~outside & np.isin(dn_mm, _OUTSIDE_ONLY)
    return suspected


def near_the_limit(dn_mm: Float64, outside: Bool, plastic: Bool) -> Bool:
    """Plastic pipes that are above DN 500 by one reading and not above it by the other.

    De560 is about DN500: repair within 24 h up to DN 500, within 48 h above, hangs on the reading.
    """
    near: Bool = (outside | plastic) & (dn_mm > 500.0) & (dn_mm <= 560.0)
    return near


@dataclass(frozen=True)
class Suspicion:
    """Values that look as if they were in another unit.

    Attributes:
        unit: The unit that they look like.
        rows: Shape (n,), True for these values.
        mixed: True when the others look right: two units in one column.
    """

    unit: str
    rows: Bool
    mixed: bool


def suspect_diameters(dn_mm: Float64) -> Suspicion | None:
    """Signs of inches or metres in a column of millimetres: mains thinner than 15 mm."""
    return _suspect(dn_mm, [("m", 0.0, 2.6), ("inch", 2.6, 15.0)], ("inch", 0.0, 15.0), 15.0)


def suspect_depths(depth_m: Float64) -> Suspicion | None:
    """Signs of centimetres or millimetres in a column of metres of cover: deeper than 20 m."""
    return _suspect(depth_m, [("cm", 20.0, 400.0), ("mm", 400.0, np.inf)], ("cm", 20.0, np.inf), 0.0)


def suspect_pressures(pressure: Float64) -> Suspicion | None:
    """Signs of two units in a column of mains pressures: MPa lie below 2.6, kPa above 26 (m of water between)."""
    known = pressure[pressure > 0]
    low, high = pressure < 2.6, pressure > 26.0
    if not len(known) or not (known < 2.6).any() or not (known > 26.0).any():
        return None
    fewer_low = (known < 2.6).sum() <= (known > 26.0).sum()
    return Suspicion("MPa" if fewer_low else "kPa", (low & (pressure > 0)) if fewer_low else high, mixed=True)


def suspect_lengths(stated_m: Float64, drawn_m: Float64) -> Suspicion | None:
    """Signs of feet, kilometres or millimetres in stated lengths, beside the lengths of the lines as drawn."""
    known = (stated_m > 0) & (drawn_m > 1.0)
    ratio = np.divide(stated_m, drawn_m, out=np.ones_like(stated_m), where=known)
    for unit, metres in (("ft", M_PER_FOOT), ("km", 1e3), ("cm", 1e-2), ("mm", 1e-3)):
        rows = known & (np.abs(ratio * metres - 1.0) < 0.03)
        if rows.sum() >= max(3, 0.05 * known.sum()):
            return Suspicion(unit, rows, mixed=bool(rows.sum() < 0.95 * known.sum()))
    return None


def _suspect(
    values: Float64, whole: list[tuple[str, float, float]], part: tuple[str, float, float], sound_from: float
) -> Suspicion | None:
    """One of *whole* (unit, above, below) when all values lie there; *part* when only some do."""
    known = np.isfinite(values) & (values > 0)
    for unit, above, below in whole:
        rows = known & (values > above) & (values < below)
        if known.any() and rows.sum() == known.sum():
            return Suspicion(unit, rows, mixed=False)
    unit, above, below = part
    rows = known & (values > above) & (values < below)
    sound = known & ~rows & (values >= sound_from)
    return Suspicion(unit, rows, mixed=bool(sound.any())) if rows.any() else None


def diameter_text(dn_mm: int, *, outside: bool) -> str:
    """A recorded diameter as the trade writes it: ``DN300``, or ``De560`` for an outside one; "" where none is known.

    >>> diameter_text(560, outside=True)
    'De560'
    """
    return f"{'De' if outside else 'DN'}{dn_mm}" if dn_mm > 0 else ""
