"""The network as a drawing (DXF): the one owner of ezdxf.

A layer for each kind, mains in one for each diameter; valves, hydrants and sources as blocks whose attribute is the id,
so that a drawing office can count and select them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely
from ezdxf import units
from ezdxf.document import Drawing
from ezdxf.filemanagement import new
from ezdxf.layouts.layout import Modelspace
from ezdxf.lldxf.const import DXFError

from gis.errors import GisError
from gis.exchange.tables import whole_file
from gis.layers import Layer, LayerSet

Tell = Callable[[str, float], None]
_RELEASE = "R2010"
_COLOURS = {
    "pipe": 5, "valve": 1, "hydrant": 30, "source": 6, "pump": 6, "customer": 8, "road": 9, "dma": 3, "zone": 4,
    "place": 8, "service": 8, "station": 6, "sensor": 2, "junction": 8,
}  # fmt: skip
_SYMBOL_M = 2.0
_TEXT_M = 1.5
_LABELLED = {"valve", "hydrant", "source", "pump", "station", "sensor"}


def write_dxf(path: Path, layers: LayerSet, tell: Tell | None = None) -> int:
    """Write *layers* as one drawing in metres, whole or not at all; the number of entities.

    Raises:
        GisError: ``cannot_write_file``.
    """
    drawing = new(_RELEASE, setup=True)
    drawing.units = units.M
    space = drawing.modelspace()
    entities = 0
    names = [name for name, layer in layers.layers.items() if len(layer)]
    for at, name in enumerate(names):
        if tell is not None:
            tell(name, at / max(len(names), 1))
        if name in _LABELLED:
            _symbol(drawing, name)
        entities += _draw(drawing, space, name, layers.get(name))
    with whole_file(path) as partial:
        try:
            drawing.saveas(partial)
        except DXFError as error:
            raise GisError("cannot_write_file", path=str(path), why=str(error)) from error
    return entities


def _symbol(drawing: Drawing, name: str) -> None:
    block = drawing.blocks.new(name.upper())
    half = _SYMBOL_M / 2
    if name == "valve":
        block.add_lwpolyline([(-half, half / 2), (-half, -half / 2), (half, half / 2), (half, -half / 2)], close=True)
    else:
        block.add_circle((0, 0), half / (2 if name == "sensor" else 1))
    block.add_attdef("ID", (half, half), dxfattribs={"height": _TEXT_M})


def _draw(drawing: Drawing, space: Modelspace, name: str, layer: Layer) -> int:
    """Entities of one layer. Things without a place are left out."""
    count = 0
    sizes = layer.real("dn_mm") if name == "pipe" else np.full(len(layer), np.nan)
    ids = layer.text("id")
    for at, geometry in enumerate(layer.geometry):
        if geometry is None or geometry.is_empty:
            continue
        called = _layer_of(drawing, name, float(sizes[at]))
        for part in shapely.get_parts(geometry):
            count += _entity(space, name, called, part, str(ids[at]))
    return count


def _layer_of(drawing: Drawing, name: str, dn_mm: float) -> str:
    called = f"PIPE-DN{dn_mm:g}" if math.isfinite(dn_mm) and dn_mm > 0 else name.upper()
    if called not in drawing.layers:
        drawing.layers.add(called, color=_COLOURS.get(name, 7))
    return called


def _entity(space: Modelspace, name: str, called: str, part: shapely.Geometry, identity: str) -> int:
    xy = shapely.get_coordinates(part).tolist()
    on = {"layer": called}
    match part:
        case shapely.Point() if name in _LABELLED:
            space.add_blockref(name.upper(), xy[0], dxfattribs=on).add_auto_attribs({"ID": identity})
        case shapely.Point():
            space.add_point(xy[0], dxfattribs=on)
        case shapely.Polygon():
            rings = [part.exterior, *part.interiors]
            for ring in rings:
                space.add_lwpolyline(list(ring.coords), close=True, dxfattribs=on)
            return len(rings)
        case _:
            space.add_lwpolyline(xy, dxfattribs=on)
    return 1
