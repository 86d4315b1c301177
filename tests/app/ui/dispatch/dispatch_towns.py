"""A workspace with a pump station, for the dispatch desk."""

from datetime import UTC, datetime
from pathlib import Path

import handmade

from app.operations.desk_cache import prepare_cache
from app.workspace import create_workspace, open_workspace


def station_town(folder: Path) -> Path:
    """The handmade city, whose pump station has a tank."""
    create_workspace(folder, handmade.noded(), sources=(), now=datetime(2026, 3, 12, tzinfo=UTC), actor="test")
    workspace = open_workspace(folder)
    try:
        prepare_cache(workspace)
    finally:
        workspace.close()
    return folder
