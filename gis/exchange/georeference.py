"""Coordinates of foreign layers brought to the project CRS, and refused where it is not certain what they are.

What the user says with ``--crs`` answers two questions: where a file does not say its CRS, or says one that its
coordinates cannot be in, it is the CRS of the coordinates; where the files are sound, it is the project CRS wanted.
Nothing is guessed without it: such an import is refused, and the refusal says what the coordinates look like.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.crs import CrsInfo, describe, from_epsg, project_crs, to_degrees, transform, without_prefix
from gis.errors import GisError
from gis.exchange.apply_mapping import MappedLayer
from gis.exchange.raw import RawLayer
from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.layers import Layer
from gis.plausible import AS_THEY_STAND, PREFIX_STEP_M, Reading, believable, candidates, read_as
from network.columns import Bool, Float64

_FAR_M = 300_000.0
"""A feature farther than this from the middle of its layer is no part of the city (a point at 0, 0)."""


@dataclass(frozen=True)
class Origin:
    """Where a layer's coordinates are: their CRS, how to read them, and a typical point (already read so)."""

    crs: CrsInfo
    reading: Reading
    x: float
    y: float


def middle(geometry: NDArray[np.object_]) -> tuple[float, float] | None:
    """Median coordinate of a layer, points at the origin left out; None where it has none."""
    xy = shapely.get_coordinates(geometry)
    xy = xy[np.isfinite(xy).all(axis=1) & (xy != 0.0).any(axis=1)]
    return (float(np.median(xy[:, 0])), float(np.median(xy[:, 1]))) if len(xy) else None


def origin_of(raw: RawLayer, told: CrsInfo | None, log: FaultLog) -> Origin | None:
    """Find out where *raw* lies; None for a layer without coordinates. Faults that *told* settles go to *log*.

    *told* is what the user said with ``--crs``.

    Raises:
        GisError: ``crs_missing``, ``crs_lying``, ``swapped_axes`` or ``zone_prefix`` where the user has not said;
            ``crs_impossible`` where the coordinates cannot be in the CRS that he said. The detail has ``layer``, ``x``,
            ``y``, ``candidates``.
    """
    point = middle(raw.geometry)
    if point is None:
        return None
    x, y = point
    if raw.crs:
        said = describe(raw.crs)
        if believable(x, y, said):
            return Origin(said, AS_THEY_STAND, x, y)
        if told is None:
            raise _contradiction(raw, said, x, y)
        if said != told:
            log.add(FaultKind.CRS_LYING, raw.name, action=Action.REPAIRED, said=said.label, taken=told.label)
    elif told is None:
        raise GisError("crs_missing", **_scene(raw, x, y))
    else:
        log.add(FaultKind.CRS_MISSING, raw.name, action=Action.REPAIRED, taken=told.label)
    return _as_told(raw, told, x, y, log)


def _as_told(raw: RawLayer, told: CrsInfo, x: float, y: float, log: FaultLog) -> Origin:
    reading = read_as(x, y, told)
    if reading is None:
        raise GisError("crs_impossible", said=told.label, **_scene(raw, x, y))
    if reading.swapped:
        log.add(FaultKind.SWAPPED_AXES, raw.name, action=Action.REPAIRED, x=x, y=y)
    if reading.prefix:
        log.add(FaultKind.ZONE_PREFIX, raw.name, action=Action.REPAIRED, zone=reading.prefix)
    return Origin(told, reading, *reading.place(x, y))


def _contradiction(raw: RawLayer, said: CrsInfo, x: float, y: float) -> GisError:
    reading = read_as(x, y, said)
    if reading is None:
        return GisError("crs_lying", said=said.label, **_scene(raw, x, y))
    code = "swapped_axes" if reading.swapped else "zone_prefix"
    return GisError(code, said=said.label, zone=reading.prefix, **_scene(raw, x, y))


def _scene(raw: RawLayer, x: float, y: float) -> dict[str, str | float]:
    likely = ", ".join(info.label for info in candidates(x, y)[:5])
    return {"layer": raw.name, "path": raw.path, "x": x, "y": y, "candidates": likely or "?"}


def choose_project_crs(origins: Sequence[Origin], told: CrsInfo | None, log: FaultLog) -> CrsInfo:
    """The workspace's metric CRS: the one told, else that of the first layer, else the customary one there.

    Zone numbers in front of eastings are left behind; this and every other change of CRS is reported.

    Raises:
        GisError: ``crs_not_metric`` when the user named a CRS that is not in metres for layers that are in another;
            ``crs_elsewhere`` when the layers lie far outside the CRS that he named.
    """
    first = origins[0]
    wanted = told if told is not None and told.metric else first.crs
    if told is not None and not told.metric and first.crs != told and not first.crs.geographic:
        raise GisError("crs_not_metric", said=told.label, found=first.crs.label)
    if wanted.metric and wanted.epsg:
        chosen = from_epsg(without_prefix(wanted.epsg))
    else:
        chosen = from_epsg(project_crs(*to_degrees(first.x, first.y, first.crs), chinese=first.crs.chinese))
    for origin in origins:
        if not believable(*_point(origin.x, origin.y, origin.crs, chosen), chosen):
            raise GisError("crs_elsewhere", said=chosen.label, found=origin.crs.label)
    for source in dict.fromkeys(origin.crs for origin in origins):
        if source != chosen:
            kind = FaultKind.ZONE_PREFIX if without_prefix(source.epsg) == chosen.epsg else FaultKind.CRS_CHANGED
            log.add(kind, "", action=Action.REPAIRED, said=source.label, taken=chosen.label)
    return chosen


def place_layer(mapped: MappedLayer, origin: Origin, target: CrsInfo, log: FaultLog) -> Layer:
    """The layer in *target*; features that lie nowhere near the rest are left out and reported."""
    layer = mapped.layer
    placed = _moved(layer.geometry, origin, target)
    lost = _far_off(placed, _point(origin.x, origin.y, origin.crs, target))
    if not lost.any():
        return Layer(placed, layer.columns)
    ids = layer.text("id")[lost]
    corners = shapely.bounds(placed[lost])[:, :2]
    log.each(FaultKind.OUT_OF_BOUNDS, mapped.target, ids, corners, Action.SKIPPED)
    return Layer(placed[~lost], {name: values[~lost] for name, values in layer.columns.items()})


def _far_off(geometry: NDArray[np.object_], typical: tuple[float, float]) -> Bool:
    """Features with a vertex that lies nowhere near *typical*."""
    xy, index = shapely.get_coordinates(geometry, return_index=True)
    far = ~(np.abs(xy - np.array(typical)) <= _FAR_M).all(axis=1)
    lost: Bool = np.bincount(index[far], minlength=len(geometry)) > 0
    return lost


def _point(x: float, y: float, source: CrsInfo, target: CrsInfo) -> tuple[float, float]:
    if source == target:
        return x, y
    east, north = transform(np.array([x]), np.array([y]), source.definition, target.definition)
    return float(east[0]), float(north[0])


def _moved(geometry: NDArray[np.object_], origin: Origin, target: CrsInfo) -> NDArray[np.object_]:
    if origin.crs == target and origin.reading == AS_THEY_STAND:
        return geometry

    def move(xyz: Float64) -> Float64:
        out = xyz.copy()
        if origin.reading.swapped:
            out[:, [0, 1]] = out[:, [1, 0]]
        out[:, 0] -= origin.reading.prefix * PREFIX_STEP_M
        if origin.crs != target:
            out[:, 0], out[:, 1] = transform(out[:, 0], out[:, 1], origin.crs.definition, target.definition)
        return out

    flat, deep = ~shapely.has_z(geometry), shapely.has_z(geometry)
    moved = geometry.copy()
    moved[flat] = shapely.transform(geometry[flat], move)
    if deep.any():
        moved[deep] = shapely.transform(geometry[deep], move, include_z=True)
    return moved
