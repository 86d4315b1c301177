"""What the window, and what is printed, tells of a workspace as a whole."""

from __future__ import annotations

from pathlib import Path

from app.requests import WorkspaceOpened
from app.workspace import Workspace
from gis.assumed_sources import PREFIX as ASSUMED_SOURCE


def workspace_facts(workspace: Workspace, folder: Path) -> WorkspaceOpened:
    """Name, size and state of *workspace*, which lies in *folder* and whose cache is ready."""
    city = workspace.city
    assumed_valves, assumed_sources = assumed_by_rule(workspace)
    return WorkspaceOpened(
        folder=folder,
        cache=workspace.cache,
        name=workspace.meta.name,
        crs_epsg=workspace.meta.crs_epsg,
        synthetic=workspace.meta.synthetic,
        assumed_valves=assumed_valves,
        assumed_sources=assumed_sources,
        pipes=len(city.network.pipes),
        customers=len(city.customers),
        faults=len(workspace.faults()),
        events=event_count(workspace),
        revision=workspace.meta.revision,
    )


def assumed_by_rule(workspace: Workspace) -> tuple[int, int]:
    """How many valves and sources were placed by rule."""
    network = workspace.city.network
    return int(network.devices.assumed.sum()), sum(name.startswith(ASSUMED_SOURCE) for name in network.sources.ids)


def event_count(workspace: Workspace) -> int:
    """How many events the journal holds."""
    return sum(workspace.state.heads.values())
