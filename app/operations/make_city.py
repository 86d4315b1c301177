"""Make a workspace: of the demo city, or of somebody's files. A workspace appears whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app.config import operator
from app.operations.desk_cache import prepare_cache
from app.operations.import_city import import_city, noding_options
from app.operations.steps import named, part_of
from app.requests import BuildDemo, ImportCity, ProgressSink
from app.workspace import create_workspace, open_workspace
from app.workspace_files import refuse_occupied
from gis.given_back import give_back
from gis.noding import NodingOptions, build_city
from gis.synthetic import generate_city


def make_demo(request: BuildDemo, progress: ProgressSink) -> int:
    """Make a synthetic city in a new workspace; the number of its faults.

    Raises:
        AppError: The folder is taken.
    """
    refuse_occupied(request.folder)
    told = part_of(progress, 0.0, 0.3)
    layers = generate_city(request.pipes, request.seed, told, dense_core=request.dense_core, packed=True)
    # What making it left free is given back before noding asks for more.
    give_back()
    noded = build_city(layers, NodingOptions(), named(progress, "noding", 0.3, 0.6))
    del layers
    give_back()
    progress("saving", 0.6)
    options: dict[str, object] = {"synthetic": True, "pipes": request.pipes, "seed": request.seed}
    if request.dense_core:
        options["dense_core"] = True
    create_workspace(request.folder, noded, sources=(), now=datetime.now(UTC), actor=operator(), options=options)
    faults = len(noded.faults)
    # What is made for the window reads the new workspace: a second city would lie in memory beside it.
    del noded
    _warm(request.folder, progress)
    return faults


def make_import(request: ImportCity, progress: ProgressSink) -> int:
    """Import files into a new workspace; the number of faults found.

    Raises:
        CodedError: The folder is taken, or the files cannot be used as asked.
    """
    refuse_occupied(request.folder)
    noded = import_city(request, progress)
    progress("saving", 0.8)
    create_workspace(
        request.folder,
        noded,
        sources=[path.name for path in request.sources],
        now=datetime.now(UTC),
        actor=operator(),
        options=_options(request),
        noded_as=noding_options(request),
    )
    faults = len(noded.faults)
    del noded
    _warm(request.folder, progress)
    return faults


def _options(request: ImportCity) -> dict[str, str | float | bool]:
    """How the files were read, for the journal: what was asked for beyond the defaults."""
    told: dict[str, str | float | bool] = {
        "mapping": request.mapping.name if request.mapping else "",
        "crs_epsg": request.crs_epsg or 0,
        "tolerance_m": request.tolerance_m or 0.0,
        "noding": request.noding,
        "join_ends_on_lines": request.join_ends_on_lines,
        "assume_valves": request.assume_valves,
        "assume_sources": request.assume_sources,
        "isolation_valves": request.isolation_valves,
        "valve_layer": request.valve_layer.name if request.valve_layer else "",
    }
    return {key: value for key, value in told.items() if value}


def _warm(folder: Path, progress: ProgressSink) -> None:
    """Make what the window needs now, so that the first opening is quick."""
    give_back()
    workspace = open_workspace(folder)
    try:
        prepare_cache(workspace, progress)
    finally:
        workspace.close()
    progress("done", 1.0)
