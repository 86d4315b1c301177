"""What vector tiles show of the ground, by what it means on a muted map: read elsewhere, painted by the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from gis.scene.lines import Polylines
from gis.tile_names import PlacedName


class Meaning(StrEnum):
    """What is drawn alike; areas first, then lines, in the order in which they are painted."""

    BLOCK = "block"
    GREEN = "green"
    WATER = "water"
    BUILDING = "building"
    STREAM = "stream"
    LANE = "lane"
    STREET = "street"
    ARTERIAL = "arterial"


AREAS: Final = (Meaning.BLOCK, Meaning.GREEN, Meaning.WATER, Meaning.BUILDING)
LINES: Final = (Meaning.STREAM, Meaning.LANE, Meaning.STREET, Meaning.ARTERIAL)


@dataclass(frozen=True, eq=False)
class Drawing:
    """What vector tiles show of a view.

    Attributes:
        shapes: By meaning, project CRS: rings of areas or lines, one entry a tile.
        broken: Tiles that could not be read.
        zoom: Of the tiles.
        names: Of each tile, by its column and row.
    """

    shapes: Mapping[Meaning, tuple[Polylines, ...]]
    broken: int
    zoom: int = 0
    names: Mapping[tuple[int, int], tuple[PlacedName, ...]] = field(default_factory=dict)
