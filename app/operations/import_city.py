"""Import a city: read the files, bring names, units and coordinates to ours, node. Whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast, get_args

from app.requests import ImportCity, ProgressSink
from gis.crs import from_epsg
from gis.errors import GisError
from gis.exchange.assemble import Imported, assemble
from gis.exchange.vector_files import read_sources
from gis.layers import LayerSet
from gis.noding import DEFAULT_TOLERANCE_M, Noded, NodingOptions, NodingWay, build_city


def import_city(request: ImportCity, progress: ProgressSink) -> Noded:
    """Read and node what *request* names; nothing is written.

    Steps told to *progress*: ``reading``, ``assembling``, ``noding``.

    Raises:
        GisError: The files cannot be used as asked (the codes stand with each reader in :mod:`gis.exchange`).
        NetworkError: An INP file cannot be read.
    """
    progress("reading", 0.0)
    imported = _read(request, progress)
    progress("noding", 0.6)
    options = NodingOptions(
        tolerance_m=DEFAULT_TOLERANCE_M if request.tolerance_m is None else request.tolerance_m,
        by=_way(request.noding),
        assume_valves=request.assume_valves,
    )
    noded = build_city(imported.layers, options)
    return replace(noded, faults=(*imported.faults, *noded.faults))


def _way(named: str) -> NodingWay:
    for way in get_args(NodingWay):
        if way == named:
            return cast("NodingWay", way)
    raise GisError("noding_unknown", way=named)


def _read(request: ImportCity, progress: ProgressSink) -> Imported:
    told = from_epsg(request.crs_epsg) if request.crs_epsg else None
    raws = read_sources(request.sources)
    progress("assembling", 0.4)
    imported = assemble(raws, None, told, _folders(request), request.name)
    return replace(imported, layers=_named(imported.layers, request))


def _folders(request: ImportCity) -> tuple[Path, ...]:
    """Where tables that a mapping joins may lie: beside the mapping, then beside the sources."""
    beside = (request.mapping, *request.sources)
    found = [path if path.is_dir() else path.parent for path in beside if path is not None]
    return tuple(dict.fromkeys(found))


def _named(layers: LayerSet, request: ImportCity) -> LayerSet:
    """With no name given, the city is called after its first source."""
    return layers if layers.name else replace(layers, name=request.sources[0].stem)
