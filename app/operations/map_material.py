"""What a picture of a workspace is painted from."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.operations.desk_cache import SCENE, prepare_cache
from app.operations.isolate import Desk, Query
from app.requests import PlanMade
from app.workspace import open_workspace
from gis.compared import open_compared
from gis.scene.scene import Scene
from network.supply import prepare
from network.topology import City, DeviceStates


@dataclass(frozen=True, eq=False)
class MapMaterial:
    """A city ready to be painted, with a plan or without."""

    city: City
    scene: Scene
    states: DeviceStates
    made: PlanMade | None


def map_material(folder: Path, pipe: str | None) -> MapMaterial:
    """Open the workspace in *folder* and plan for *pipe* (by id) if one is named.

    Raises:
        CodedError: The workspace cannot be opened, or has no such pipe.
    """
    with closing(open_workspace(folder)) as workspace:
        prepare_cache(workspace, lambda step, fraction=None: None)  # noqa: ARG005 - the sink's own names
        scene = open_compared(workspace.cache, SCENE, Scene, workspace.meta.revision)
        made = None
        if pipe is not None:
            started = time.perf_counter()
            answer = Desk(prepare(workspace.city, workspace.states)).answer(Query("pipe", pipe))
            made = PlanMade(answer.result, answer.impact, time.perf_counter() - started)
        return MapMaterial(workspace.city, scene, workspace.states, made)
