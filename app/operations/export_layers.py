"""Write a city's layers for other programs, in the CRS and encoding asked for."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import shapely

from app.errors import AppError
from app.layer_requests import LAYER_FORMATS, ExportLayers
from app.requests import ProgressSink
from app.workspace import open_workspace
from gis.crs import LOCAL_EPSG, from_epsg
from gis.exchange.dxf import write_dxf
from gis.exchange.layer_files import Written, in_crs, write_layers
from gis.layers import Layer, LayerSet


def export_layers(wanted: ExportLayers, progress: ProgressSink) -> Written:
    """Read the layers, with the journal's valve states, and write them whole or not at all.

    Raises:
        AppError: ``export.no_such_layer``, ``export.drawing_not_in_metres``.
        GisError: The workspace, the CRS or the place to write to cannot be used.
    """
    if wanted.kind not in LAYER_FORMATS:
        raise AppError("export.unknown_format", format=wanted.kind, known=", ".join(LAYER_FORMATS))
    with closing(open_workspace(wanted.folder)) as workspace:
        layers = touching(chosen(workspace.store.layers(), wanted.layers), wanted.ring_m)
    epsg = wanted.crs_epsg
    if epsg is None:
        epsg = 4326 if wanted.kind == "geojson" and layers.crs_epsg else layers.crs_epsg
    if wanted.kind == "dxf" and epsg != LOCAL_EPSG and from_epsg(epsg).unit_m != 1.0:
        # Symbols and letters have sizes in metres: in degrees a valve would cover a province.
        raise AppError("export.drawing_not_in_metres", epsg=epsg)
    moved = in_crs(layers, epsg)

    def tell(_layer: str, share: float) -> None:
        progress("writing", share)

    # Programs go by a file's ending.
    path = wanted.path if wanted.kind not in {"gpkg", "dxf"} else _ending(wanted.path, f".{wanted.kind}")
    if wanted.kind == "dxf":
        written = Written((path,), write_dxf(path, moved, tell))
    else:
        written = write_layers(path, moved, wanted.kind, wanted.encoding, tell)
    progress("done", 1.0)
    return written


def touching(layers: LayerSet, ring_m: Sequence[tuple[float, float]]) -> LayerSet:
    """Only the features that touch the area inside *ring_m*; all of them where it has no corners.

    Raises:
        AppError: ``export.nothing_there``.
    """
    if not ring_m:
        return layers
    area = shapely.make_valid(shapely.Polygon(ring_m))
    shapely.prepare(area)
    kept = {}
    for name, layer in layers.layers.items():
        rows = np.flatnonzero(shapely.intersects(area, layer.geometry))
        kept[name] = Layer(layer.geometry[rows], {column: values[rows] for column, values in layer.columns.items()})
    if not any(map(len, kept.values())):
        raise AppError("export.nothing_there")
    return LayerSet(layers.crs_epsg, kept, layers.name, layers.synthetic)


def _ending(path: Path, ending: str) -> Path:
    return path if path.suffix.casefold() == ending else path.with_name(path.name + ending)


def chosen(layers: LayerSet, names: Sequence[str]) -> LayerSet:
    """Only the layers *names*; all where none is named.

    Raises:
        AppError: ``export.no_such_layer``.
    """
    for name in names:
        if name not in layers.layers:
            raise AppError("export.no_such_layer", layer=name, known=", ".join(layers.layers))
    kept = {name: layer for name, layer in layers.layers.items() if not names or name in names}
    return LayerSet(layers.crs_epsg, kept, layers.name, layers.synthetic)
