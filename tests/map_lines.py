"""Lines of the map as they are compared."""

from __future__ import annotations

import numpy as np

from gis.scene.lines import Lines


def in_cells(lines: Lines) -> list[tuple[object, ...]]:
    """The segments with class and cell, in an order that does not depend on where they stand within a cell."""
    key = np.repeat(np.arange(len(lines.index.offsets) - 1), np.diff(lines.index.offsets))
    start = np.round(lines.start_m.astype(np.float64), 1)
    return sorted(zip(key.tolist(), lines.owner.tolist(), lines.xy_m.tolist(), start.tolist(), strict=True))
