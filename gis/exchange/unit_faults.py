"""Reports columns that seem to be in another unit than they should be. Values are never changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
import shapely

from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.layers import Layer
from network.columns import Bool, Float64
from network.units import (
    Suspicion,
    is_plastic,
    near_the_limit,
    outside_suspected,
    suspect_depths,
    suspect_diameters,
    suspect_lengths,
    suspect_pressures,
)

_PRESSURE_NAME = re.compile(r"press|压力|水压", re.IGNORECASE)


def check_units(layers: Mapping[str, Layer], log: FaultLog) -> None:
    """Report suspicious diameters, depths, lengths and pressures of *layers* (in the project CRS).

    Lengths are compared with the lines as drawn.
    """
    for name, layer in layers.items():
        _tell(name, "dn_mm", layer, suspect_diameters, log)
        _tell(name, "depth_m", layer, suspect_depths, log)
        for column, values in layer.columns.items():
            if _PRESSURE_NAME.search(column) and values.dtype.kind in "if":
                _tell(name, column, layer, suspect_pressures, log)
    if "pipe" in layers:
        _check_lengths(layers["pipe"], log)
        _check_plastic(layers["pipe"], log)


def _tell(name: str, column: str, layer: Layer, suspect: Callable[[Float64], Suspicion | None], log: FaultLog) -> None:
    if column in layer.columns:
        _report(name, column, layer, suspect(layer.real(column)), log)


def _report(name: str, column: str, layer: Layer, found: Suspicion | None, log: FaultLog) -> None:
    if found is None:
        return
    first = int(np.flatnonzero(found.rows)[0])
    log.add(
        FaultKind.MIXED_UNITS,
        name,
        str(layer.text("id")[first]),
        _place(layer, first),
        Action.KEPT,
        column=column,
        unit=found.unit,
        count=int(found.rows.sum()),
        of=len(layer),
        mixed=int(found.mixed),
    )


def _check_lengths(pipes: Layer, log: FaultLog) -> None:
    if "length_m" in pipes.columns:
        drawn = np.asarray(shapely.length(pipes.geometry), dtype=np.float64)
        _report("pipe", "length_m", pipes, suspect_lengths(pipes.real("length_m"), np.nan_to_num(drawn)), log)


def _check_plastic(pipes: Layer, log: FaultLog) -> None:
    """PE and PVC: outside diameters recorded as nominal, and those that decide between 24 and 48 hours."""
    materials, which = np.unique(pipes.text("material").astype(str), return_inverse=True)
    plastic: Bool = np.array([is_plastic(material) for material in materials.tolist()], dtype=np.bool_)[which]
    outside: Bool = pipes.text("dn_basis") == "outside"
    dn_mm = pipes.real("dn_mm")
    suspected = outside_suspected(dn_mm, outside, plastic)
    if suspected.any():
        first = int(np.flatnonzero(suspected)[0])
        log.add(
            FaultKind.OUTSIDE_AS_NOMINAL,
            "pipe",
            str(pipes.text("id")[first]),
            _place(pipes, first),
            Action.KEPT,
            count=int(suspected.sum()),
            of=len(pipes),
        )
    near = np.flatnonzero(near_the_limit(dn_mm, outside, plastic))
    xy = np.array([_place(pipes, int(row)) for row in near], dtype=np.float64).reshape(-1, 2)
    log.each(FaultKind.OUTSIDE_DIAMETER, "pipe", pipes.text("id")[near], xy, Action.KEPT, dn_mm=dn_mm[near])


def _place(layer: Layer, row: int) -> tuple[float, float]:
    """First coordinate of a feature, NaN where it has none."""
    xy = shapely.get_coordinates(layer.geometry[row])
    return (float(xy[0, 0]), float(xy[0, 1])) if len(xy) else (float("nan"), float("nan"))
