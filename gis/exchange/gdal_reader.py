"""GDAL's side of reading foreign files. Runs in a child process only: see :mod:`gis.exchange.vector_files`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from gis.errors import GisError
from gis.exchange.encoding import LOSSLESS, recode_columns, sniff, texts_of
from gis.exchange.raw import PackedLayer

# Tables that drivers keep for themselves beside the layers.
_HOUSEKEEPING = {"spatial_ref_sys", "geometry_columns", "layer_styles", "knn", "knn2", "elementarygeometries"}


def read_files(orders: list[tuple[str, str]]) -> list[PackedLayer]:
    """All layers with geometry of files given as (path, driver).

    Raises:
        GisError: ``source_broken``, ``source_empty``, ``format_lies``.
    """
    return [layer for path, driver in orders for layer in _read_file(path, driver)]


def _read_file(path: str, driver: str) -> list[PackedLayer]:
    try:
        names = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
        found = [_read_layer(path, driver, name) for name in names if name.lower() not in _HOUSEKEEPING]
    except (DataSourceError, DataLayerError, ValueError, UnicodeError) as broken:
        raise GisError("source_broken", path=path, why=str(broken)) from broken
    if not found:
        raise GisError("source_empty", path=path)
    return found


def _read_layer(path: str, driver: str, name: str) -> PackedLayer:
    info = pyogrio.read_info(path, layer=name)
    if info["driver"] != driver:
        raise GisError("format_lies", path=path, says=driver, found=str(info["driver"]))
    byte_wise = driver == "ESRI Shapefile"
    meta, _, wkb, values = pyogrio.raw.read(path, layer=name, encoding=LOSSLESS if byte_wise else None)
    columns = dict(zip(map(str, meta["fields"]), values, strict=True))
    recoded = ""
    if byte_wise:
        columns, recoded = _true_texts(columns, str(info["encoding"] or LOSSLESS))
    # A .dbf alone has no geometry; it is a table, not a layer.
    wkb = wkb if wkb is not None else np.full(len(values[0]) if values else 0, None, dtype=object)
    return PackedLayer(name, path, driver, str(meta["crs"] or ""), wkb, columns, recoded)


def _true_texts(columns: dict[str, NDArray[Any]], said: str) -> tuple[dict[str, NDArray[Any]], str]:
    """Texts in their true encoding, and that encoding where it is not the one that the file *said*."""
    found = sniff(texts_of(columns))
    if found in ("ascii", LOSSLESS):
        # Nothing to find out, or a code page of its own: take the file's word.
        return recode_columns(columns, said), ""
    same = found.lower().replace("-", "") == said.lower().replace("-", "") or (found == "GBK" and said in _GBK_NAMES)
    return recode_columns(columns, found), "" if same else found


_GBK_NAMES = {"GBK", "CP936", "936", "GB2312", "GB18030", "gbk", "gb2312", "gb18030", "cp936"}
