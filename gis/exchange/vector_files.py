"""Foreign vector files through GDAL, always in a child process: GDAL's own SQLite must never open beside ours."""

from __future__ import annotations

import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import shapely

from gis.errors import GisError
from gis.exchange.encoding import LOSSLESS, sniff
from gis.exchange.json_kinds import refuse_other_json
from gis.exchange.raw import CALLED, PackedLayer, RawLayer
from gis.stores.sqlite import virtual_tables
from network.child import run_in_child
from network.errors import NetworkError, os_detail

DRIVERS = {
    ".gpkg": "GPKG",
    ".shp": "ESRI Shapefile",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".sqlite": "SQLite",
    ".db": "SQLite",
    ".gdb": "OpenFileGDB",
}
"""Formats that are opened, by ending; anything else is refused before GDAL sees it."""

_OTHER_DRIVERS = (
    "ADBC", "AIVector", "AmigoCloud", "AVCBin", "AVCE00", "Carto", "CSV", "CSW", "DGN", "DXF", "EDIGEO", "EEDA",
    "Elasticsearch", "ESRIJSON", "FlatGeobuf", "GDALG", "GeoJSONSeq", "GeoRSS", "GML", "GPSBabel", "GPX",
    "GTFS", "HTTP", "Idrisi", "JML", "JSONFG", "KML", "LIBKML", "LVBAG", "MapInfo File", "MapML", "MBTiles",
    "MiraMonVector", "MVT", "NGW", "OAPIF", "ODS", "OGCAPI", "OGR_GMT", "OGR_PDS", "OGR_VRT", "OSM", "PCIDSK",
    "PDS4", "PLSCENES", "PMTiles", "S57", "Selafin", "SXF", "TopoJSON", "VDV", "VFK", "VICAR", "VRT", "WAsP",
    "WFS", "XLSX",
)  # fmt: skip
_GDAL = {
    # GDAL goes by content, and some formats are a way to other files and to the network: it is to know ours alone.
    "GDAL_SKIP": ",".join(_OTHER_DRIVERS),
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    # GDAL gives SQL functions that open whatever they are told: a view in the file is to call none of them.
    "OGR_SQLITE_PRAGMA": "trusted_schema=OFF",
    "GDAL_DRIVER_PATH": "disable",
}
_TABLES_BY_CODE = frozenset({
    "fts3", "fts3tokenize", "fts4", "fts4aux", "fts5", "fts5vocab", "geopoly", "rtree", "rtree_i32", "spellfix1",
    "virtualbbox", "virtualelementary", "virtualgpkg", "virtualknn", "virtualknn2", "virtualnetwork", "virtualrouting",
    "virtualspatialindex",
})  # fmt: skip
"""Kinds of virtual tables that look into their own file only; others name files for the library to read."""

READ_TIMEOUT_S = 900.0
_MAX_UNZIPPED_BYTES = 20 * 2**30
_MOST_TIMES = 200
"""So many times an entry may grow; layers shrink to a tenth or a twentieth."""
_SMALL_BYTES = 64 * 2**20
"""What is no larger may grow as it likes."""
_DRIVE = re.compile("[A-Za-z]:")
_UTF8_NAMES = 0x800
_ONLY_BY_NAME = {".json", ".db"}
"""Endings under which so many other things lie about that they are not looked for in folders."""
_OTHER_LAYERS = _ONLY_BY_NAME | {
    ".accdb", ".dgn", ".dwg", ".dxf", ".fgb", ".gml", ".inp", ".kml", ".kmz", ".mdb", ".mif", ".parquet", ".tab",
    ".xls", ".xlsx",
}  # fmt: skip


def read_sources(sources: Sequence[Path], timeout_s: float = READ_TIMEOUT_S) -> tuple[RawLayer, ...]:
    """Every layer with geometry of *sources*: files, folders of files, File Geodatabases, or zips of any of these.

    Raises:
        GisError: ``source_missing``, ``format_unknown`` (ending not on the list), ``source_empty`` (a folder or file
            without layers), ``source_broken`` (detail: ``kind``), ``format_lies`` (the ending says another format than
            the content), ``json_of_another_kind``, ``source_timeout``, ``source_crashed``, ``source_reaches_out`` (a
            database, part of which is read from elsewhere), ``zip_broken``, ``zip_unsafe``,
            ``zip_reaches_out``.
    """
    with tempfile.TemporaryDirectory(prefix="sluice-import-") as scratch:
        files = [
            file for number, source in enumerate(sources) for file in _files_of(source, Path(scratch, str(number)))
        ]
        return tuple(_read_in_child(files, timeout_s)) if files else ()


@dataclass(frozen=True)
class _File:
    """A file to be read, and the name under which people know it (inside a zip, not where it was unpacked)."""

    path: Path
    shown: str


def _files_of(source: Path, scratch: Path) -> list[_File]:
    if source.suffix.lower() != ".zip":
        return [_File(path, str(path)) for path in find_files(source)]
    _unzip(source, scratch)
    return [_File(path, str(source / path.relative_to(scratch))) for path in _files_in(scratch, source)]


def find_files(source: Path) -> list[Path]:
    """The readable files that *source* names: itself, or what lies in the folder.

    Raises:
        GisError: ``source_missing``, ``source_empty``, ``format_unknown``.
    """
    if not source.exists():
        raise GisError("source_missing", path=str(source))
    if source.is_dir() and source.suffix.lower() != ".gdb":
        return _files_in(source, source)
    if source.suffix.lower() not in DRIVERS:
        raise GisError("format_unknown", path=str(source), ending=source.suffix, known=" ".join(sorted(DRIVERS)))
    if source.is_file():
        with source.open("rb"):  # what may not be read says so here; GDAL would call it broken
            pass
    return [source]


def passed_over(sources: Sequence[Path]) -> list[str]:
    """Files in the folders and zips among *sources* that may hold layers but are not read here."""
    return [
        name
        for source in sources
        for name in _names_in(source)
        if Path(name).suffix.lower() in _OTHER_LAYERS and ".gdb/" not in Path(name).as_posix().lower()
    ]


def _names_in(source: Path) -> list[str]:
    if source.suffix.lower() == ".zip":
        with zipfile.ZipFile(source, metadata_encoding=_names_encoding(source)) as opened:
            return [str(source / entry.filename) for entry in opened.infolist() if not entry.is_dir()]
    if source.is_dir() and source.suffix.lower() != ".gdb":
        return [str(path) for path in sorted(source.rglob("*")) if path.is_file()]
    return []


def _files_in(folder: Path, named: Path) -> list[Path]:
    endings = DRIVERS.keys() - _ONLY_BY_NAME
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in endings and not any(parent.suffix.lower() == ".gdb" for parent in path.parents)
    ]
    if not found:
        raise GisError("source_empty", path=str(named))
    return found


def _unzip(archive: Path, folder: Path) -> None:
    if not archive.exists():
        raise GisError("source_missing", path=str(archive))
    try:
        with zipfile.ZipFile(archive, metadata_encoding=_names_encoding(archive)) as opened:
            _refuse_harmful(archive, opened.infolist())
            opened.extractall(folder)
    except OSError as error:
        raise GisError("zip_broken", path=str(archive), **os_detail(error)) from error
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError, zlib.error) as broken:
        raise GisError("zip_broken", path=str(archive), why=str(broken)) from broken


def _refuse_harmful(archive: Path, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse an archive that would fill the disk, or names something outside of it, before anything is unpacked."""
    if sum(entry.file_size for entry in entries) > _MAX_UNZIPPED_BYTES:
        raise GisError("zip_unsafe", path=str(archive))
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        outside = name.startswith("/") or ".." in name.split("/") or _DRIVE.match(name) is not None
        if outside or stat.S_ISLNK(entry.external_attr >> 16):
            raise GisError("zip_reaches_out", path=str(archive), entry=entry.filename)
        # Tables of zeros shrink to nothing as well: only what is large besides is taken for a trap.
        if entry.file_size > max(_MOST_TIMES * entry.compress_size, _SMALL_BYTES):
            raise GisError("zip_unsafe", path=str(archive))


def _names_encoding(archive: Path) -> str | None:
    """Encoding of names that a zip does not mark as UTF-8: Chinese systems write them in GBK."""
    with zipfile.ZipFile(archive) as opened:
        unmarked = [entry.filename for entry in opened.infolist() if not entry.flag_bits & _UTF8_NAMES]
    found = sniff(name.encode("cp437").decode(LOSSLESS) for name in unmarked)
    return found if found in ("GBK", "UTF-8") else None


def _refuse_reaching_out(file: _File) -> None:
    """A database may hold tables that are read from wherever their definition says."""
    if DRIVERS[file.path.suffix.lower()] not in {"GPKG", "SQLite"}:
        return
    try:
        tables = virtual_tables(file.path)
    except GisError as broken:
        raise GisError("source_broken", path=file.shown, kind=CALLED[DRIVERS[file.path.suffix.lower()]]) from broken
    for table, kind in tables:
        if kind.lower() not in _TABLES_BY_CODE:
            raise GisError("source_reaches_out", path=file.shown, table=table, kind=kind)


def _read_in_child(files: list[_File], timeout_s: float) -> list[RawLayer]:
    for file in files:
        _refuse_reaching_out(file)
        if DRIVERS[file.path.suffix.lower()] == "GeoJSON":
            refuse_other_json(file.path, file.shown)
    orders = [(str(file.path), file.shown, DRIVERS[file.path.suffix.lower()]) for file in files]
    try:
        # pyogrio would load pandas for data frames, which nobody here asks for: more than half of the child's start.
        reader, without = "gis.exchange.gdal_reader:read_files", ("pandas", "geopandas")
        packed = run_in_child(timeout_s, reader, orders, without=without, settings=_GDAL)
    except NetworkError as failed:
        detail = {"path": files[0].shown} | dict(failed.detail)
        raise GisError("source_timeout" if failed.code == "child_timeout" else "source_crashed", **detail) from failed
    return [_unpacked(layer) for layer in cast("list[PackedLayer]", packed)]


def _unpacked(layer: PackedLayer) -> RawLayer:
    # A geometry that cannot be parsed becomes None and is reported as empty by noding.
    with np.errstate(invalid="ignore"):  # a coordinate that is no number; noding reports it
        geometry = np.asarray(shapely.from_wkb(layer.wkb, on_invalid="ignore"), dtype=object)
    return RawLayer(layer.name, layer.path, layer.driver, layer.crs, geometry, layer.columns, layer.recoded, layer.cut)
