"""What the window asks when layers leave for other programs, and what comes back. Frozen, picklable, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

LAYER_NAMES: Final = (
    "pipe", "valve", "pump", "source", "customer", "hydrant", "service", "dma", "zone", "road", "place", "sensor",
    "station", "junction",
)  # fmt: skip
"""The layers of every workspace; named here because the window must not wait for the geometry library."""
LAYER_FORMATS: Final = ("gpkg", "shp", "geojson", "csv", "dxf")
LAYER_ENCODINGS: Final = ("utf-8", "gbk")


@dataclass(frozen=True)
class ExportLayers:
    """Write layers of a workspace, in a process of its own. Answer: :class:`LayersExported`.

    Attributes:
        folder: The workspace.
        path: A file (gpkg, dxf) or a new folder (shp, geojson, csv).
        kind: One of :data:`LAYER_FORMATS`.
        layers: Names; empty for all.
        crs_epsg: None for the project's own.
        encoding: Of shapefiles and CSV.
        ring_m: Only what touches the area with these corners (x, y, project CRS); empty for all.
    """

    folder: Path
    path: Path
    kind: str
    layers: tuple[str, ...] = ()
    crs_epsg: int | None = None
    encoding: str = "utf-8"
    ring_m: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class LayersExported:
    """The files are on disk.

    Attributes:
        path: The file or folder.
        features: How many.
        shortened: How many column names the format cut.
        cut_texts: How many texts lost something.
    """

    path: Path
    features: int
    shortened: int = 0
    cut_texts: int = 0
