"""What the window and the desk keep in a workspace's cache beside the city: the map's scene, names, device states."""

from __future__ import annotations

from app.requests import ProgressSink
from app.workspace import Workspace
from gis.cache import open_tables, save_tables
from gis.errors import GisError
from gis.graticule import Graticule
from gis.graticule_grid import build_graticule
from gis.scene.build import build_scene
from gis.scene.scene import Scene
from gis.search_tables import SearchTables, search_tables

SCENE, NAMES, STATES, GRATICULE = "scene", "search", "states", "graticule"
SCENE_LAYERS = ("road", "place", "zone", "dma", "sensor", "source")
NAME_LAYERS = ("road", "place", "dma", "source")


def prepare_cache(workspace: Workspace, progress: ProgressSink) -> None:
    """Make what is missing or belongs to another revision of the city; write the present device states.

    Steps told to *progress*: ``scene``, ``names``.
    """
    revision = workspace.meta.revision
    if not _stands(workspace, SCENE, Scene):
        progress("scene", 0.85)
        scene = build_scene(workspace.city, workspace.store.layers(SCENE_LAYERS))
        save_tables(workspace.cache, SCENE, scene, revision)
    if not _stands(workspace, NAMES, SearchTables):
        progress("names", 0.95)
        save_tables(workspace.cache, NAMES, _names(workspace), revision)
    if not _stands(workspace, GRATICULE, Graticule):
        extent = open_tables(workspace.cache, SCENE, Scene, revision, verify=False).extent
        save_tables(workspace.cache, GRATICULE, build_graticule(workspace.meta.crs_epsg, extent), revision)
    save_tables(workspace.cache, STATES, workspace.states, revision)


def kept_search(workspace: Workspace) -> SearchTables:
    """What the workspace's search reads; :func:`prepare_cache` has made it."""
    return open_tables(workspace.cache, NAMES, SearchTables, workspace.meta.revision)


def made_search(workspace: Workspace) -> SearchTables:
    """What the workspace's search reads: as kept, else made now, for a command that answers and goes."""
    return kept_search(workspace) if _stands(workspace, NAMES, SearchTables) else _names(workspace)


def _names(workspace: Workspace) -> SearchTables:
    return search_tables(workspace.store.layers(NAME_LAYERS), workspace.city)


def _stands(workspace: Workspace, name: str, cls: type[Scene | SearchTables | Graticule]) -> bool:
    try:
        open_tables(workspace.cache, name, cls, workspace.meta.revision)
    except GisError:
        # Missing, stale or damaged: caches are made again, never trusted.
        return False
    return True
