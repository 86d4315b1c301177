"""The scene after an edit: what the edit did not touch is taken over, roads, ground and names always.

Building a scene reads the layers of a whole city; after an edit only the network's own tables differ, and most of them
only where the edit concerns them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from gis.scene.along import PipeLines
from gis.scene.build import at_places, critical_points, device_points, dn_classes, extent_of
from gis.scene.cells import Grid
from gis.scene.lines import Polylines, build_far_lines, build_lines
from gis.scene.lines_after import Around, Classed, around, far_lines_after, line_change, lines_after, rows_after
from gis.scene.points import build_points
from gis.scene.scene import FAR_PIXELS_M, DnClass, Scene
from gis.scene.view import Bounds
from network.topology import City

_FAR = ("mains_8", "mains_16", "mains_32", "mains_64")


def scene_after(old: Scene, before: City, after: City) -> Scene | None:
    """*old*, which was made of *before*, as it is for *after*.

    Returns:
        The scene; None where it must be built from the layers: the network has outgrown its frame, or customers or
        sources came, went or moved (buildings and names go by them).
    """
    frame = old.extent
    grown = extent_of(after.shapes, after)
    outside = grown.x_min < frame.x_min or grown.y_min < frame.y_min
    if outside or grown.x_max > frame.x_max or grown.y_max > frame.y_max:
        return None
    if not (_same(before, after, _customers) and _same(before, after, _sources)):
        return None
    local = Bounds(*(float(value) for value in old.frame[2:6]))
    grid, origin_m = Grid.over(local), old.origin_m
    changed: dict[str, Any] = {"marks": _marks(old, after)}
    pipes = PipeLines.of(after.shapes, after.network.pipes.length_m)
    if not _same(before, after, _mains):
        changed |= {"run_m": pipes.run_m, **_new_mains(old, before, after)}
    if not (_same(before, after, _mains) and _same(before, after, _devices)):
        changed["devices"] = device_points(after.network, pipes, grid, origin_m)
    for name, read in (("hydrants", _hydrants), ("stations", _stations), ("nodes", _nodes)):
        if not _same(before, after, read):
            table = after.network.nodes if name == "nodes" else getattr(after, name)
            changed[name] = build_points(at_places(table, origin_m), grid)
    if not np.array_equal(before.customers.critical, after.customers.critical):
        changed["critical"] = critical_points(after.customers, grid, origin_m)
    return replace(old, **changed)


def _marks(old: Scene, after: City) -> np.ndarray:
    marks = np.array(old.marks)
    marks[1] = int(after.network.devices.assumed.sum())
    return marks


def _new_mains(old: Scene, before: City, after: City) -> dict[str, Any]:
    """The mains and their thinner copies: around what changed, or whole where that is much."""
    was, now = _classed(before), _classed(after)
    rows = rows_after(before.network.pipes.ids.data, after.network.pipes.ids.data)
    change = None if rows is None else line_change(was, now, rows)
    near = None if change is None else around(was, now, change, 2.0 * FAR_PIXELS_M[-1])
    origin_m = np.asarray(old.origin_m)
    if change is None or near is None:
        return _mains_anew(old, now.shifted(origin_m))
    found: dict[str, Any] = {"mains": lines_after(old.mains, change, now, origin_m)}
    local = Around(near.rows, (near.lines[0].shifted(origin_m), near.lines[1].shifted(origin_m)))
    for name, pixel_m in zip(_FAR, FAR_PIXELS_M, strict=True):
        found[name] = far_lines_after(getattr(old, name), change, local, pixel_m)
        if found[name] is None:
            return _mains_anew(old, now.shifted(origin_m))
    return found


def _classed(city: City) -> Classed:
    return Classed(Polylines(city.shapes.offsets, city.shapes.xy_m), dn_classes(city.network.pipes.dn_mm))


def _mains_anew(old: Scene, mains: Classed) -> dict[str, Any]:
    made = {"mains": build_lines(mains.lines, mains.classes, len(DnClass), old.mains.index.grid)}
    for name, pixel_m in zip(_FAR, FAR_PIXELS_M, strict=True):
        grid = getattr(old, name).index.grid
        made[name] = build_far_lines(mains.lines, mains.classes, len(DnClass), grid, pixel_m)
    return made


_Read = Callable[[City], tuple[np.ndarray, ...]]


def _same(before: City, after: City, read: _Read) -> bool:
    pairs = zip(read(before), read(after), strict=True)
    return all(was is now or np.array_equal(was, now, equal_nan=was.dtype.kind == "f") for was, now in pairs)


def _mains(city: City) -> tuple[np.ndarray, ...]:
    pipes = city.network.pipes
    return city.shapes.offsets, city.shapes.xy_m, pipes.dn_mm, pipes.length_m


def _devices(city: City) -> tuple[np.ndarray, ...]:
    devices = city.network.devices
    return devices.x_m, devices.y_m, devices.pipe, devices.node, devices.offset_m


def _hydrants(city: City) -> tuple[np.ndarray, ...]:
    return city.hydrants.x_m, city.hydrants.y_m


def _stations(city: City) -> tuple[np.ndarray, ...]:
    return city.stations.x_m, city.stations.y_m


def _nodes(city: City) -> tuple[np.ndarray, ...]:
    return city.network.nodes.x_m, city.network.nodes.y_m


def _customers(city: City) -> tuple[np.ndarray, ...]:
    return city.customers.x_m, city.customers.y_m


def _sources(city: City) -> tuple[np.ndarray, ...]:
    sources = city.network.sources
    return sources.x_m, sources.y_m, sources.ids.data
