"""How soon crews could be anywhere, as a raster: the record alone, for the process that paints maps loads it too."""

from __future__ import annotations

from dataclasses import dataclass

from network.columns import Float32


@dataclass(frozen=True, eq=False)
class ReachGrid:
    """A raster in the project CRS.

    Attributes:
        west_m, south_m: Its corner.
        cell_m: Side of a cell.
        minutes: Shape (rows, columns), from the south and from the west; NaN where no road is near, infinite where
            nobody can come.
    """

    west_m: float
    south_m: float
    cell_m: float
    minutes: Float32
