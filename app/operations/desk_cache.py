"""What the window and the desk keep in a workspace's cache beside the city: scene, names, roads, device states."""

from __future__ import annotations

from contextlib import suppress
from typing import TypeVar

import numpy as np

from app.early_city import KeptSight, data_of
from app.journal.fold import FOLD_VERSION
from app.operations.first_sight import SIGHT
from app.requests import ProgressSink
from app.workspace import Workspace
from gis.cache import let_go, open_tables, save_tables
from gis.compared import open_compared
from gis.errors import GisError
from gis.given_back import give_back
from gis.graticule import Graticule
from gis.graticule_grid import build_graticule
from gis.roads import RoadNetwork, road_network
from gis.scene.build import build_scene
from gis.scene.rebuild import scene_after
from gis.scene.scene import Scene
from gis.search_tables import SearchTables, search_after, search_tables
from gis.stores.in_turn import LayersInTurn
from network.topology import DeviceStates

_Tables = TypeVar("_Tables", Scene, SearchTables, Graticule, RoadNetwork)

SCENE, NAMES, STATES, GRATICULE, ROADS = "scene", "search", "states", "graticule", "roads"


def prepare_cache(workspace: Workspace, progress: ProgressSink | None = None, *, verify: bool = True) -> None:
    """Make what is missing or belongs to another revision of the city; write the present device states.

    Args:
        workspace: Whose cache it is.
        progress: Told the steps ``scene``, ``names``, ``roads``.
        verify: See to it that every byte that lies there fits its checksum (:mod:`gis.compared`).
    """
    revision = workspace.meta.revision
    if not _stands(workspace, SCENE, Scene, verify=verify):
        if progress is not None:
            progress("scene", 0.85)
        _keep(workspace, SCENE, build_scene(workspace.city, LayersInTurn(workspace.store)))
    if not _stands(workspace, NAMES, SearchTables, verify=verify):
        if progress is not None:
            progress("names", 0.95)
        _keep(workspace, NAMES, _names(workspace))
    if not _stands(workspace, ROADS, RoadNetwork, verify=verify):
        if progress is not None:
            progress("roads", 0.98)
        _keep(workspace, ROADS, road_network(LayersInTurn(workspace.store).get("road")))
    if not _stands(workspace, GRATICULE, Graticule, verify=verify):
        extent = open_tables(workspace.cache, SCENE, Scene, revision, verify=False).extent
        _keep(workspace, GRATICULE, build_graticule(workspace.meta.crs_epsg, extent))
    # What lies there already is left: on a full disk a city that was open before opens again.
    if not _states_stand(workspace):
        save_tables(workspace.cache, STATES, workspace.states, revision)


def _keep(workspace: Workspace, name: str, tables: Scene | SearchTables | Graticule | RoadNetwork) -> None:
    """Put *tables* into the cache, where the next ones are made when these are out of memory."""
    save_tables(workspace.cache, name, tables, workspace.meta.revision)
    del tables
    give_back()
    let_go(workspace.city)


def _states_stand(workspace: Workspace) -> bool:
    try:
        kept = open_tables(workspace.cache, STATES, DeviceStates, workspace.meta.revision)
    except GisError:
        return False
    now = workspace.states
    return np.array_equal(kept.position, now.position) and np.array_equal(kept.condition, now.condition)


class SightKeeper:
    """Keeps what the next opening's first picture is made of (:mod:`app.operations.first_sight`)."""

    def __init__(self) -> None:
        self._kept: DeviceStates | None = None

    def keep(self, workspace: Workspace) -> None:
        """Keep how the devices of *workspace* stand, unless that is done; its arrays are in the cache."""
        if self._kept is workspace.states:
            return
        self._kept = workspace.states
        # No room, no right to write, arrays that another window renews: the next opening waits for its desk.
        with suppress(OSError, GisError):
            sight = KeptSight(data_of(workspace.cache), workspace.states, workspace.state.heads, FOLD_VERSION)
            save_tables(workspace.cache, SIGHT, sight, workspace.meta.revision)


def kept_search(workspace: Workspace) -> SearchTables:
    """What the workspace's search reads; :func:`prepare_cache` has made it."""
    return open_compared(workspace.cache, NAMES, SearchTables, workspace.meta.revision)


def made_search(workspace: Workspace) -> SearchTables:
    """What the workspace's search reads: as kept, else made now, for a command that answers and goes."""
    return kept_search(workspace) if _stands(workspace, NAMES, SearchTables) else _names(workspace)


def _names(workspace: Workspace) -> SearchTables:
    return search_tables(LayersInTurn(workspace.store), workspace.city)


def kept_roads(workspace: Workspace) -> RoadNetwork:
    """The roads for ways of crews, empty where the city has none; :func:`prepare_cache` has made it."""
    return open_compared(workspace.cache, ROADS, RoadNetwork, workspace.meta.revision)


def _stands(
    workspace: Workspace,
    name: str,
    cls: type[Scene | SearchTables | Graticule | RoadNetwork],
    *,
    verify: bool = True,
) -> bool:
    try:
        if verify:
            open_compared(workspace.cache, name, cls, workspace.meta.revision)
        else:
            open_tables(workspace.cache, name, cls, workspace.meta.revision, verify=False)
    except GisError:
        # Missing, stale or damaged: caches are made again, never trusted.
        return False
    return True


def renew_cache(before: Workspace, after: Workspace) -> None:
    """Put what the window maps into the cache for *after*, the workspace *before* after edits.

    What the edits did not touch is taken over from what lies there; the rest is made by :func:`prepare_cache`.
    """
    was, revision = before.meta.revision, after.meta.revision
    scene = _lying(before, SCENE, Scene)
    made = None if scene is None else scene_after(scene, before.city, after.city)
    graticule = _lying(before, GRATICULE, Graticule) if made is not None else None
    names = _lying(before, NAMES, SearchTables)
    found = None if names is None else search_after(names, before.city, after.city)
    roads = _lying(before, ROADS, RoadNetwork)
    for name, tables in ((SCENE, made), (GRATICULE, graticule), (NAMES, found), (ROADS, roads)):
        if tables is not None and was != revision:
            save_tables(after.cache, name, tables, revision)
    # What lies there was written just now.
    prepare_cache(after, verify=False)


def _lying(workspace: Workspace, name: str, cls: type[_Tables]) -> _Tables | None:
    try:
        return open_tables(workspace.cache, name, cls, workspace.meta.revision, verify=False)
    except GisError:
        # Another window has renewed it already, or it is gone.
        return None
