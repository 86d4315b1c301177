"""Import a city: read the files, bring names, units and coordinates to ours, node. Whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast, get_args

from app.operations.steps import named
from app.requests import ImportCity, ProgressSink
from gis.crs import from_epsg
from gis.errors import GisError
from gis.exchange.apply_mapping import MappedLayer
from gis.exchange.assemble import Imported, mapped_layers, settle
from gis.exchange.draft_mapping import draft_mapping
from gis.exchange.inp import InpOptions, inp_layers, inp_source, read_valve_pairs
from gis.exchange.mapping_file import read_mapping
from gis.exchange.vector_files import passed_over, read_sources
from gis.fault_log import FaultLog
from gis.fault_places import with_places
from gis.faults import Action, FaultKind
from gis.noding import DEFAULT_TOLERANCE_M, Noded, NodingOptions, NodingWay, build_city
from network.inp import read_inp


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
    noded = build_city(imported.layers, noding_options(request), named(progress, "noding", 0.6, 0.8))
    return replace(noded, faults=with_places((*imported.faults, *noded.faults), noded.layers))


def noding_options(request: ImportCity) -> NodingOptions:
    """How to node what *request* names.

    Raises:
        GisError: ``noding_unknown``.
    """
    return NodingOptions(
        tolerance_m=DEFAULT_TOLERANCE_M if request.tolerance_m is None else request.tolerance_m,
        by=_way(request),
        join_ends_on_lines=request.join_ends_on_lines,
        assume_valves=request.assume_valves,
        assume_sources=request.assume_sources,
        # The drawing of an EPANET network is often a scheme: ends that lie close say nothing.
        near_miss_m=0.0 if _only_inp(request) else NodingOptions.near_miss_m,
    )


def _way(request: ImportCity) -> NodingWay:
    """The way of noding asked for; an EPANET network is its ids."""
    if request.noding == "auto" and _only_inp(request):
        return "ids"
    for way in get_args(NodingWay):
        if way == request.noding:
            return cast("NodingWay", way)
    raise GisError("noding_unknown", way=request.noding)


def _read(request: ImportCity, progress: ProgressSink) -> Imported:
    told = from_epsg(request.crs_epsg) if request.crs_epsg else None
    log = FaultLog()
    inps = [path for path in request.sources if _is_inp(path)]
    mapped = [layer for path in inps for layer in _read_inp(path, request, log)]
    others = [path for path in request.sources if not _is_inp(path)]
    if not inps and (request.isolation_valves or request.valve_layer is not None):
        raise GisError("option_without_inp")
    mapping = read_mapping(request.mapping) if request.mapping is not None else None
    raws = read_sources(others)
    for name in passed_over(others):
        log.add(FaultKind.UNUSED_FILE, "", action=Action.SKIPPED, path=name)
    progress("assembling", 0.4)
    mapped += mapped_layers(raws, mapping, _folders(request), log)
    name = request.name or (mapping.name if mapping else "") or request.sources[0].stem
    return settle(mapped, told, name, log, local=told is None and not others)


def _only_inp(request: ImportCity) -> bool:
    return all(_is_inp(path) for path in request.sources)


def _is_inp(path: Path) -> bool:
    return path.suffix.lower() == ".inp"


def _read_inp(path: Path, request: ImportCity, log: FaultLog) -> list[MappedLayer]:
    if request.isolation_valves not in ("", "tcv"):
        raise GisError("isolation_valves_unknown", said=request.isolation_valves)
    pairs = read_valve_pairs(request.valve_layer) if request.valve_layer is not None else ()
    network = read_inp(path)
    options = InpOptions(tcv_isolates=request.isolation_valves == "tcv", valve_pairs=pairs)
    return inp_layers(network, inp_source(network, path, log), options, log)


def _folders(request: ImportCity) -> tuple[Path, ...]:
    """Where tables that a mapping joins may lie: beside the mapping, then beside the sources."""
    beside = (request.mapping, *request.sources)
    found = [path if path.is_dir() else path.parent for path in beside if path is not None]
    return tuple(dict.fromkeys(found))


def draft_import_mapping(sources: Sequence[Path], name: str = "") -> str:
    """The text of a mapping file drafted for *sources*; INP files need none and are passed over.

    Raises:
        GisError: As :func:`gis.exchange.vector_files.read_sources`.
    """
    return draft_mapping(read_sources([path for path in sources if not _is_inp(path)]), name)
