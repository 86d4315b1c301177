"""GDAL's side of reading foreign files. Runs in a child process only: see :mod:`gis.exchange.vector_files`."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from gis.errors import GisError
from gis.exchange.encoding import LOSSLESS, cut_texts, recode_columns, sniff, texts_of
from gis.exchange.raw import CALLED, PackedLayer

# Tables that drivers keep for themselves beside the layers.
_HOUSEKEEPING = {"spatial_ref_sys", "geometry_columns", "layer_styles", "knn", "knn2", "elementarygeometries"}


def read_files(orders: list[tuple[str, str, str]]) -> list[PackedLayer]:
    """All layers with geometry of files given as (path, name to show for it, driver).

    Raises:
        GisError: ``source_broken``, ``source_empty``, ``format_lies``.
    """
    return [layer for path, shown, driver in orders for layer in _read_file(path, shown, driver)]


def _read_file(path: str, shown: str, driver: str) -> list[PackedLayer]:
    try:
        names = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
        found = [_read_layer(path, shown, driver, name) for name in names if name.lower() not in _HOUSEKEEPING]
    except (DataSourceError, DataLayerError, ValueError, UnicodeError) as broken:
        # What GDAL says of it is advice to programmers, and pieces of SQL.
        raise GisError("source_broken", path=shown, kind=CALLED.get(driver, driver)) from broken
    if not found:
        raise GisError("source_empty", path=shown)
    return found


def _read_layer(path: str, shown: str, driver: str, name: str) -> PackedLayer:
    byte_wise = driver == "ESRI Shapefile"
    encoding = LOSSLESS if byte_wise else None
    info = pyogrio.read_info(path, layer=name, encoding=encoding)
    if info["driver"] != driver:
        raise GisError("format_lies", path=shown, says=driver, found=str(info["driver"]))
    meta, _, wkb, values = pyogrio.raw.read(path, layer=name, encoding=encoding)
    columns = dict(zip(map(str, meta["fields"]), values, strict=True))
    recoded, cut = "", 0
    if byte_wise:
        columns, recoded, cut = _true_texts(columns, _said_encoding(path, name))
    # A .dbf alone has no geometry; it is a table, not a layer.
    wkb = wkb if wkb is not None else np.full(len(values[0]) if values else 0, None, dtype=object)
    # A GeoJSON file's inner name is whatever the program that wrote it liked: people go by the file's.
    called = Path(path).stem if driver == "GeoJSON" else name
    return PackedLayer(called, shown, driver, str(meta["crs"] or ""), wkb, columns, recoded, cut)


def _said_encoding(path: str, name: str) -> str:
    """What a shapefile says of its texts: in its .cpg file, else in the header of its table."""
    for ending in (".cpg", ".CPG"):
        beside = Path(path).with_suffix(ending)
        if beside.is_file():
            return beside.read_text(encoding="ascii", errors="replace").strip()
    try:
        return str(pyogrio.read_info(path, layer=name)["encoding"] or LOSSLESS)
    except UnicodeDecodeError:
        return ""


def _true_texts(columns: dict[str, NDArray[Any]], said: str) -> tuple[dict[str, NDArray[Any]], str, int]:
    """Texts in their true encoding, that encoding where it is not the one that the file *said*, and how many were cut.

    A text loses what its encoding cannot read: mostly a last character that the column's width cut in two.
    """
    found = sniff(texts_of(columns))
    if found in ("ascii", LOSSLESS):
        # Nothing to find out, or a code page of its own: take the file's word.
        known = _known(said)
        return recode_columns(columns, known), "", cut_texts(columns, known)
    recoded = "" if _family(said) == _family(found) else found
    return recode_columns(columns, found), recoded, cut_texts(columns, found)


def _known(said: str) -> str:
    """Python's name of an encoding that a file names, Latin-1 where it names none that we know."""
    for name in (said, f"cp{said.removeprefix('ANSI').strip()}"):
        try:
            return codecs.lookup(name).name
        except (LookupError, ValueError):
            continue
    return LOSSLESS


def _family(said: str) -> str:
    """One name for all encodings in which Chinese texts read alike."""
    known = _known(said)
    return "gbk" if known in ("gbk", "gb2312", "gb18030", "cp936") else known
