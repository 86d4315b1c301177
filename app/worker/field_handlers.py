"""What the desk process does for a crew at its valves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from app.config import operator
from app.dispatch.acts import No
from app.field_requests import (
    FieldReply,
    FieldRequest,
    FieldWorkShown,
    HerePlaced,
    PlaceHere,
    ShowFieldWork,
    WriteFieldPlan,
)
from app.journal.events import milliseconds
from app.operations.dispatch import with_incident
from app.operations.dispatch_scene import Scene
from app.operations.edit import Author
from app.operations.field_plans import is_untold, tell_plan
from app.operations.field_work import field_work
from app.worker.dispatch_handlers import dispatch_desk, moment_at
from app.worker.plan_handlers import PlanDesk
from app.workspace_lease import lease_of
from gis.crs import LOCAL_EPSG, transform


def _show(state: PlanDesk, request: ShowFieldWork) -> FieldReply:
    return _shown(state, request, may_write=True)


def _write_plan(state: PlanDesk, request: WriteFieldPlan) -> FieldReply:
    now, author = moment_at(request.now_ms), Author(operator(), role=request.role)
    desk, model = dispatch_desk(state), state.supposing(())
    desk, outcome = tell_plan(desk, model, request.incident, author, now, state.roads)
    state.dispatch = desk
    # Whatever became of it: this answer does not ask for it once more.
    shown = _shown(state, ShowFieldWork(request.incident, request.now_ms), may_write=False)
    return replace(shown, refused=outcome) if isinstance(outcome, No) else shown


def _shown(state: PlanDesk, request: ShowFieldWork, *, may_write: bool) -> FieldWorkShown:
    desk = with_incident(dispatch_desk(state), request.incident)
    workspace = desk.workspace
    lease = lease_of(workspace.folder)
    until_ms = None if lease is None else lease.until_ms
    scene = Scene(workspace, desk.board, milliseconds(moment_at(request.now_ms)))
    work = field_work(scene, state.supposing(()), request.incident, state.roads)
    revision = workspace.meta.revision
    if isinstance(work, No):
        return FieldWorkShown(request.incident, None, None, revision, until_ms)
    tells = may_write and is_untold(scene, work)
    return FieldWorkShown(request.incident, work.task, work.isolated, revision, until_ms, tells)


def _place(state: PlanDesk, request: PlaceHere) -> FieldReply:
    epsg = state.workspace.meta.crs_epsg
    if epsg == LOCAL_EPSG:
        return HerePlaced(None)
    degrees = np.array([request.longitude]), np.array([request.latitude])
    x_m, y_m = (float(values[0]) for values in transform(*degrees, "EPSG:4326", f"EPSG:{epsg}"))
    return HerePlaced((x_m, y_m) if np.isfinite(x_m) and np.isfinite(y_m) else None)


FIELD_HANDLERS: Mapping[type[FieldRequest], Callable[[PlanDesk, Any], FieldReply]] = {
    ShowFieldWork: _show,
    WriteFieldPlan: _write_plan,
    PlaceHere: _place,
}
"""What is done for each kind of request."""
