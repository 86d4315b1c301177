"""The processes of long tasks: each opens the workspace for itself, does one thing and ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any

from app.care_requests import RescueFiles
from app.layer_requests import ExportLayers, LayersExported
from app.operations.export_layers import export_layers
from app.operations.make_city import make_demo, make_import
from app.requests import BuildDemo, ImportCity, ProgressSink, Reply, Request, WorkspaceMade
from app.table_requests import ExportTable
from app.worker.boundary import begin, serve_each
from app.worker.care_jobs import CARE_JOB_HANDLERS, Rescue
from app.worker.live_jobs import LIVE_JOB_HANDLERS
from app.worker.mend_jobs import MEND_JOB_HANDLERS
from app.worker.outage_handlers import OUTAGE_JOB_HANDLERS
from app.worker.plan_jobs import PLAN_JOB_HANDLERS
from app.worker.public_jobs import PUBLIC_JOB_HANDLERS
from app.worker.sweep_handlers import SWEEP_HANDLERS
from app.worker.table_handlers import write_table

_STANDS_BACK_BY = 12
"""Behind the desks, which somebody may be asking meanwhile."""


def _build_demo(request: BuildDemo, progress: ProgressSink) -> Reply:
    return WorkspaceMade(request.folder, make_demo(request, progress))


def _import_city(request: ImportCity, progress: ProgressSink) -> Reply:
    return WorkspaceMade(request.folder, make_import(request, progress))


def _export_layers(request: ExportLayers, progress: ProgressSink) -> Reply:
    written = export_layers(request, progress)
    path = written.paths[0] if len(written.paths) == 1 else request.path
    return LayersExported(path, written.features, len(written.shortened), written.cut_texts)


JOB_HANDLERS: Mapping[type, Callable[[Any, ProgressSink], Reply]] = {
    BuildDemo: _build_demo,
    ImportCity: _import_city,
    ExportLayers: _export_layers,
    ExportTable: write_table,
    **PLAN_JOB_HANDLERS,
    **SWEEP_HANDLERS,
    **MEND_JOB_HANDLERS,
    **PUBLIC_JOB_HANDLERS,
    **OUTAGE_JOB_HANDLERS,
    **CARE_JOB_HANDLERS,
    **LIVE_JOB_HANDLERS,
}


def carry_out_job(request: Request, progress: ProgressSink, rescue: Rescue | None = None) -> Reply:
    """Carry out one long task.

    Raises:
        CodedError: It cannot be done as asked.
    """
    if isinstance(request, RescueFiles) and rescue is not None:
        return rescue(request, progress)
    return JOB_HANDLERS[type(request)](request, progress)


def serve_jobs(pipe: Connection, rescue: Rescue | None = None) -> None:
    """Carry out what comes from *pipe* until its other end closes; *rescue* replaces a damaged workspace."""
    begin(_STANDS_BACK_BY)
    serve_each(pipe, lambda request, progress: carry_out_job(request, progress, rescue))
