"""Numbers that cannot be: reported, and taken as not recorded."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.layers import LAYERS, Layer
from network.columns import Float64

LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        # Nought is how many write "not known"; less than half a millimetre would be nought in the network.
        "dn_mm": (0.5, 6_000.0),
        "year": (1800.0, 2100.0),
        # Above ground on a bridge; in centimetres or millimetres, which is reported as a doubt about units.
        "depth_m": (-30.0, 10_000.0),
        "length_m": (1e-6, 1e6),
        "turns": (0.0, 10_000.0),
        "people": (0.0, 1e7),
        "households": (0.0, 1e7),
        "storage_m3": (0.0, 1e9),
        "volume_m3": (0.0, 1e12),
        "demand_m3_h": (0.0, 1e6),
        "demand_m3_d": (0.0, 1e7),
        "elevation_m": (-500.0, 9_000.0),
        "head_m": (-500.0, 10_000.0),
        "width_m": (0.0, 1_000.0),
    }
)
"""Lowest and highest believable value of a column, whatever its layer. Nought in a column of whole numbers is null."""


def without_impossible(name: str, layer: Layer, log: FaultLog) -> Layer:
    """The layer called *name* without the numbers that cannot be; each distinct one is reported once."""
    if name not in LAYERS:
        return layer
    sound: dict[str, NDArray[Any]] = {}
    for column in (known for known in LIMITS if known in LAYERS[name].columns and known in layer.columns):
        values = layer.real(column)
        whole = LAYERS[name].columns[column].kind == "integer"
        low, high = LIMITS[column]
        bad = ~((low <= values) & (values <= high)) & ~np.isnan(values) & ~(whole & (values == 0.0))
        if bad.any():
            _report(name, column, layer, np.flatnonzero(bad), values, log)
            sound[column] = np.where(bad, 0, layer.integer(column)) if whole else np.where(bad, np.nan, values)
    return Layer(layer.geometry, {**layer.columns, **sound}) if sound else layer


def _report(name: str, column: str, layer: Layer, rows: NDArray[np.intp], values: Float64, log: FaultLog) -> None:
    said, first, counts = np.unique(values[rows], return_index=True, return_counts=True)
    ids = layer.text("id")
    for value, at, count in zip(said.tolist(), rows[first].tolist(), counts.tolist(), strict=True):
        several: dict[str, int] = {"count": count} if count > 1 else {}
        word = f"{value:.15g}"
        log.add(FaultKind.OUT_OF_RANGE, name, str(ids[at]), None, Action.SKIPPED, column=column, word=word, **several)
