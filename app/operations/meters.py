"""The customers' meters, from the workspace's cache."""

from __future__ import annotations

from app.workspace import Workspace
from gis.cache import open_tables, save_tables
from gis.errors import GisError
from gis.given_back import give_back
from gis.meters import MeterBook, meters_of
from gis.stores.in_turn import LayersInTurn

_METERS = "meters"


def kept_meters(workspace: Workspace) -> MeterBook | None:
    """The book as it lies in the cache; None where it is still to be made."""
    try:
        return open_tables(workspace.cache, _METERS, MeterBook, workspace.meta.revision, verify=False)
    except GisError:
        # Missing, stale or damaged: caches are made again, never trusted.
        return None


def meter_book(workspace: Workspace) -> MeterBook:
    """The book, made where there is none. Slow then (whole city): run it in a worker."""
    found = kept_meters(workspace)
    if found is not None:
        return found
    made = meters_of(LayersInTurn(workspace.store), workspace.city.customers.ids)
    try:
        save_tables(workspace.cache, _METERS, made, workspace.meta.revision)
    except OSError:
        # No room or no right to write: work from memory.
        return made
    give_back()
    return made
