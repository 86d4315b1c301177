"""What a printout of a workspace is made from, where no window has it already."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from app.operations.desk_cache import SCENE, prepare_cache
from app.operations.isolate import Desk, Query
from app.operations.map_material import MapMaterial
from app.operations.trace import route
from app.operations.workspace_facts import workspace_facts
from app.requests import FindRoute, PlanMade, WorkspaceOpened
from app.workspace import Workspace, open_workspace
from gis.compared import open_compared
from gis.map_book import way_line
from gis.scene.scene import Scene
from network.answers import PipeTarget
from network.columns import Float64
from network.stretches import pipe_line
from network.supply import SupplyModel, prepare
from network.traces import trace_graph


@dataclass(frozen=True, eq=False)
class PrintMaterial:
    """A city ready to be printed.

    Attributes:
        opened: What it is called, and how far its journal goes.
        map: City, scene, states, and a plan.
        pipe: Row of the pipe that the plan is for, or -1.
        way_m: Shape (n, 2), project CRS: a way to print along, or None.
    """

    opened: WorkspaceOpened
    map: MapMaterial
    pipe: int = -1
    way_m: Float64 | None = None


def print_material(folder: Path, pipe: str | None, way: tuple[str, ...]) -> PrintMaterial:
    """Open the workspace in *folder*.

    Args:
        folder: The workspace.
        pipe: Id of a pipe to plan for, or None.
        way: Ids of one pipe, or of the first and the last on a way; empty for none.

    Raises:
        CodedError: The workspace cannot be opened, has no such pipe, or nothing joins the two.
    """
    with closing(open_workspace(folder)) as workspace:
        prepare_cache(workspace, lambda step, fraction=None: None)  # noqa: ARG005 - the sink's own names
        city, states = workspace.city, workspace.states
        scene = open_compared(workspace.cache, SCENE, Scene, workspace.meta.revision)
        model = prepare(city, states) if pipe is not None or len(way) > 1 else None
        made = None
        if pipe is not None:
            assert model is not None
            started = time.perf_counter()
            answer = Desk(model).answer(Query("pipe", pipe))
            made = PlanMade(answer.result, answer.impact, time.perf_counter() - started)
        row = -1 if pipe is None else _row(workspace, pipe)
        facts = workspace_facts(workspace, folder)
        return PrintMaterial(facts, MapMaterial(city, scene, states, made), row, _way(workspace, model, way))


def _row(workspace: Workspace, pipe: str) -> int:
    row = workspace.city.network.pipes.ids.find(pipe)
    if row < 0:
        raise AppError("unknown_pipe", id=pipe)
    return row


def _way(workspace: Workspace, model: SupplyModel | None, way: tuple[str, ...]) -> Float64 | None:
    if not way:
        return None
    rows = [_row(workspace, pipe) for pipe in way]
    if model is None:
        return pipe_line(workspace.city, rows[0])
    return way_line(workspace.city, route(trace_graph(model), FindRoute(*map(PipeTarget, rows))).route)
