"""Whole layers written for other programs: GeoPackage, Shapefile, GeoJSON, CSV, in the CRS and encoding asked for.

A GeoPackage keeps everything: read again it gives the same layers, record by record. A shapefile cannot: names of
columns have ten characters, texts 254 bytes; what is shortened is told.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.crs import LOCAL_EPSG, from_epsg, transform
from gis.errors import GisError
from gis.exchange.formulas import neutral
from gis.exchange.gdal_pen import GdalLayer, GdalPen
from gis.exchange.tables import whole_file
from gis.layers import Layer, LayerSet
from gis.stores.layer_tables import StoredLayer, describe, geometry_type

Tell = Callable[[str, float], None]
FORMATS = ("gpkg", "shp", "geojson", "csv")
ENCODINGS = {"utf-8": "UTF-8", "gbk": "GBK"}
_SHP_NAME, _SHP_TEXT_BYTES = 10, 254


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes:
        paths: Files, the main one of each layer.
        features: How many.
        shortened: Column names that the format cut: layer, name, name in the file.
        cut_texts: How many texts lost their end, or signs that the encoding does not have.
    """

    paths: tuple[Path, ...]
    features: int
    shortened: tuple[tuple[str, str, str], ...] = ()
    cut_texts: int = 0


def in_crs(layers: LayerSet, epsg: int) -> LayerSet:
    """*layers* in another CRS.

    Raises:
        GisError: ``crs_unknown``, ``crs_local`` where their place on the Earth is not known.
    """
    if epsg == layers.crs_epsg:
        return layers
    if LOCAL_EPSG in (layers.crs_epsg, epsg):
        raise GisError("crs_local")
    source, target = f"EPSG:{layers.crs_epsg}", from_epsg(epsg).definition

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transform(xy[:, 0], xy[:, 1], source, target))

    changed = {
        name: Layer(shapely.transform(layer.geometry, moved), layer.columns) for name, layer in layers.layers.items()
    }
    return LayerSet(epsg, changed, layers.name, layers.synthetic)


def write_layers(path: Path, layers: LayerSet, kind: str, encoding: str = "utf-8", tell: Tell | None = None) -> Written:
    """Write every layer of *layers*, whole or not at all.

    Args:
        path: The file of a GeoPackage; a folder for the other formats, a file a layer. A folder must not exist yet.
        layers: In the CRS wanted.
        kind: One of :data:`FORMATS`.
        encoding: Of shapefiles and CSV: one of :data:`ENCODINGS`. The others are UTF-8 by their standard.
        tell: Told each layer's name and the share done.

    Raises:
        GisError: ``cannot_write_file``, ``export.unknown_format``, ``export.unknown_encoding``, ``export.exists``.
    """
    if kind not in FORMATS:
        raise GisError("export.unknown_format", format=kind, known=", ".join(FORMATS))
    if encoding not in ENCODINGS:
        raise GisError("export.unknown_encoding", encoding=encoding, known=", ".join(ENCODINGS))
    told = tell or (lambda _layer, _share: None)
    filled = {name: layer for name, layer in layers.layers.items() if len(layer)}
    if kind == "gpkg":
        with whole_file(path) as partial, GdalPen(path) as pen:
            _geopackage(partial, pen, layers, told)
        return Written((path,), sum(map(len, filled.values())))
    if path.exists():
        raise GisError("export.exists", path=str(path))
    with _whole_folder(path) as folder, GdalPen(path) as pen:
        found = [_WRITERS[kind](folder, pen, name, layers, encoding) for name in _each(filled, told)]
    paths = tuple(path / one.name for written in found for one in written.paths)
    shortened = tuple(cut for written in found for cut in written.shortened)
    return Written(paths, sum(map(len, filled.values())), shortened, sum(written.cut_texts for written in found))


def _each(filled: Mapping[str, Layer], told: Tell) -> list[str]:
    names = list(filled)
    for at, name in enumerate(names):
        told(name, at / max(len(names), 1))
    return names


class _whole_folder:  # noqa: N801 - a context manager, named as one
    """A folder beside *path* to write into; it becomes *path* when the block ends well, and goes away otherwise."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._partial = path.with_name(f".{path.name}.{os.getpid()}.partial")

    def __enter__(self) -> Path:
        try:
            self._partial.mkdir()
        except OSError as error:
            raise GisError("cannot_write_file", path=str(self._path), why=error.strerror or str(error)) from error
        return self._partial

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        try:
            if error is None:
                self._partial.rename(self._path)
        except OSError as refused:
            raise GisError("cannot_write_file", path=str(self._path), why=str(refused)) from refused
        finally:
            shutil.rmtree(self._partial, ignore_errors=True)
        if isinstance(error, OSError):
            raise GisError("cannot_write_file", path=str(self._path), why=error.strerror or str(error)) from error


def _geopackage(partial: Path, pen: GdalPen, layers: LayerSet, told: Tell) -> None:
    names = list(layers.layers)
    for at, name in enumerate(names):
        told(name, at / max(len(names), 1))
        lying, layer = describe(name, layers.get(name)), layers.get(name)
        # Columns of other people's files may be called as the driver would call its own.
        own = {"FID": "sluice_fid", "GEOMETRY_NAME": "sluice_geometry", "IDENTIFIER": name}
        more = {"layer_options": own}
        pen.add(_ready(partial, "GPKG", name, layers.crs_epsg, layer, lying, more, append=at > 0))


def _shapefile(folder: Path, pen: GdalPen, name: str, layers: LayerSet, encoding: str) -> Written:
    layer = layers.get(name)
    lying = describe(name, layer)
    short = _short_names(list(lying.stored))
    fitted, cut = _fitting(layer, ENCODINGS[encoding])
    renamed = StoredLayer(lying.table, {column: short[column] for column in lying.stored})
    file = folder / f"{name}.shp"
    more = {"encoding": ENCODINGS[encoding]}
    pen.add(_ready(file, "ESRI Shapefile", name, layers.crs_epsg, fitted, renamed, more))
    # GDAL writes the page into the table's head only; most programs look for this file first.
    (folder / f"{name}.cpg").write_text(ENCODINGS[encoding], encoding="ascii")
    shortened = tuple((name, column, made) for column, made in short.items() if made != column)
    return Written((file,), len(layer), shortened, cut)


def _geojson(folder: Path, pen: GdalPen, name: str, layers: LayerSet, _encoding: str) -> Written:
    layer = layers.get(name)
    file = folder / f"{name}.geojson"
    # RFC 7946 knows WGS 84 only; another CRS is written the older way, which programs still read.
    more = {"layer_options": {"RFC7946": "YES"} if layers.crs_epsg == 4326 else {}}
    pen.add(_ready(file, "GeoJSON", name, layers.crs_epsg, layer, describe(name, layer), more))
    return Written((file,), len(layer))


def _csv(folder: Path, _pen: GdalPen, name: str, layers: LayerSet, encoding: str) -> Written:
    """Texts neutralised against formulas; points as x and y, all else as WKT; UTF-8 has a byte order mark for Excel."""
    layer = layers.get(name)
    lying = describe(name, layer)
    points = geometry_type(name, layer) == "POINT"
    file = folder / f"{name}.csv"
    with file.open("w", encoding="utf-8-sig" if encoding == "utf-8" else "gb18030", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*map(neutral, lying.stored), *(("x", "y") if points else ("wkt",))])
        columns = [_listed(layer, column, lying) for column in lying.stored]
        places = _places(layer, points=points)
        for cells, place in zip(zip(*columns, strict=True), places, strict=True):
            writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in cells] + place)
    return Written((file,), len(layer))


def _places(layer: Layer, *, points: bool) -> list[list[Any]]:
    if points:
        found = shapely.get_coordinates(layer.geometry[~_blank(layer)])
        rows: list[list[Any]] = [["", ""] for _ in range(len(layer))]
        for at, xy in zip(np.flatnonzero(~_blank(layer)).tolist(), found.tolist(), strict=True):
            rows[at] = xy
        return rows
    return [["" if text is None else text] for text in shapely.to_wkt(layer.geometry, rounding_precision=-1).tolist()]


def _blank(layer: Layer) -> NDArray[np.bool_]:
    blank: NDArray[np.bool_] = shapely.is_missing(layer.geometry) | shapely.is_empty(layer.geometry)
    return blank


def _listed(layer: Layer, column: str, lying: StoredLayer) -> list[Any]:
    values = _column(layer, column, lying)
    if values.dtype.kind == "f":
        return [None if np.isnan(value) else value for value in values.tolist()]
    return list(values.tolist())


_WRITERS: Mapping[str, Callable[[Path, GdalPen, str, LayerSet, str], Written]] = {
    "shp": _shapefile,
    "geojson": _geojson,
    "csv": _csv,
}


def _ready(
    file: Path,
    driver: str,
    name: str,
    epsg: int,
    layer: Layer,
    lying: StoredLayer,
    options: Mapping[str, Any],
    *,
    append: bool = False,
) -> GdalLayer:
    columns = {made: _column(layer, column, lying) for column, made in lying.stored.items()}
    kind = geometry_type(name, layer)
    types = {"POINT": "Point", "LINESTRING": "LineString", "POLYGON": "Polygon", "GEOMETRY": "Unknown"}
    called = types.get(
        kind, kind.title().replace("string", "String").replace("polygon", "Polygon").replace("point", "Point")
    )
    wkb = np.asarray(shapely.to_wkb(layer.geometry), dtype=object)
    crs = f"EPSG:{epsg}" if epsg != LOCAL_EPSG else None
    return GdalLayer(str(file), driver, name, called, crs, wkb, columns, append, options)


def _column(layer: Layer, column: str, lying: StoredLayer) -> NDArray[Any]:
    """A column as drivers take it; one that the layer lacks is null throughout."""
    values = layer.columns.get(column)
    kind = lying.table.columns.get(lying.stored[column], "text")
    if values is None:
        blank = {"real": np.nan, "integer": 0, "flag": False}.get(kind, "")
        return np.full(len(layer), blank, dtype=None if kind != "text" else object)
    if values.dtype.kind == "O":
        return np.array([str(value) for value in values.tolist()], dtype=object)
    return values


def _short_names(names: list[str]) -> dict[str, str]:
    """Names of at most ten characters, each once, whatever the case."""
    made: dict[str, str] = {}
    for name in names:
        short, number = name[:_SHP_NAME], 2
        while short.casefold() in {other.casefold() for other in made.values()}:
            short = f"{name[: _SHP_NAME - len(str(number))]}{number}"
            number += 1
        made[name] = short
    return made


def _fitting(layer: Layer, encoding: str) -> tuple[Layer, int]:
    """Texts that fit into a table of dBase: no sign cut in two, none that the encoding lacks."""
    columns, cut = dict(layer.columns), 0
    for column, values in layer.columns.items():
        if values.dtype.kind == "O":
            fitted = np.array([_fits(str(text), encoding) for text in values.tolist()], dtype=object)
            cut += int((fitted != values).sum())
            columns[column] = fitted
    return Layer(layer.geometry, columns), cut


def _fits(text: str, encoding: str) -> str:
    data = text.encode(encoding, errors="replace")[:_SHP_TEXT_BYTES]
    return data.decode(encoding, errors="ignore")
