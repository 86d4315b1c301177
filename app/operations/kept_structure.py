"""A city's segments and taps, from the workspace's cache: found once, mapped by every process that plans."""

from __future__ import annotations

from app.workspace import Workspace
from gis.cache import save_tables
from gis.compared import open_compared
from gis.errors import GisError
from gis.given_back import give_back
from network.kept_structure import KeptStructure
from network.structure import Structure
from network.supply import SupplyModel, supplied
from network.topology import DeviceStates

NAME = "structure"


def structure_of(workspace: Workspace) -> Structure:
    """As it lies in the cache, else found now: a second and 80 MB at a million pipes."""
    try:
        kept = open_compared(workspace.cache, NAME, KeptStructure, workspace.meta.revision)
    except GisError:
        # Missing, stale or damaged: caches are made again, never trusted.
        return Structure.of(workspace.city)
    return kept.structure(workspace.city)


def model_of(workspace: Workspace, states: DeviceStates | None = None) -> SupplyModel:
    """The supply model under *states*, those of the workspace unless others are given."""
    return supplied(structure_of(workspace), workspace.states if states is None else states)


def keep_structure(workspace: Workspace, found: Structure | None = None) -> None:
    """Put it into the cache unless it lies there: *found*, or found now. Without room everybody finds it again."""
    try:
        open_compared(workspace.cache, NAME, KeptStructure, workspace.meta.revision)
    except GisError:
        try:
            made = KeptStructure.of(Structure.of(workspace.city) if found is None else found)
            save_tables(workspace.cache, NAME, made, workspace.meta.revision)
        except OSError:
            # No room or no right to write.
            return
        del made
        give_back()
