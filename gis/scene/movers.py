"""What moves or changes by itself on the map — crews, sensors — as one frozen snapshot of arrays. No Qt, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from gis.scene.view import Bounds
from network.columns import Float32, Float64, Int8, Int64, TextColumn


class CrewLook(IntEnum):
    """How a crew is drawn, the least urgent first: later ones lie on top."""

    OFF = 0
    STALE = 1
    STANDBY = 2
    EN_ROUTE = 3
    ON_SCENE = 4


class SensorLook(IntEnum):
    """How a sensor is drawn, the least urgent first: later ones lie on top."""

    MISSING = 0
    GOOD = 1
    STALE = 2
    SUSPECT = 3
    LOW = 4
    ALARM = 5
    WANTED = 6
    """None stands here yet: one more would tell where a burst is."""
    DRAWN = 7
    """No sensor: water is drawn from a hydrant here."""


@dataclass(frozen=True, eq=False)
class Movers:
    """Crews or sensors at one moment, one row each.

    Attributes:
        xy_m: Shape (n, 2), float64, project CRS; NaN where the place is not known.
        look: Shape (n,), int8: :class:`CrewLook` or :class:`SensorLook`.
        age_s: Shape (n,), float32: how old the position or reading is; shown where *look* says that it is stale.
        names: One a row; "" for none.
        heading: Shape (n,), float32: radians from east, counter-clockwise; NaN where not known.
        values: What to write beside each from near, in the units on screen; "" for nothing.
    """

    xy_m: Float64
    look: Int8
    age_s: Float32
    names: TextColumn
    heading: Float32
    values: TextColumn

    @classmethod
    def of(
        cls,
        xy_m: NDArray[np.floating],
        look: NDArray[np.integer],
        *,
        age_s: NDArray[np.floating] | None = None,
        names: TextColumn | None = None,
        heading: NDArray[np.floating] | None = None,
        values: TextColumn | None = None,
    ) -> Movers:
        """A snapshot; what is not given is not known. Arrays are copied, so that the feed may go on with its own."""
        rows = len(xy_m)
        return cls(
            np.array(xy_m, dtype=np.float64).reshape(-1, 2),
            np.array(look, dtype=np.int8),
            np.zeros(rows, dtype=np.float32) if age_s is None else np.array(age_s, dtype=np.float32),
            TextColumn.blank(rows) if names is None else names,
            np.full(rows, np.nan, dtype=np.float32) if heading is None else np.array(heading, dtype=np.float32),
            TextColumn.blank(rows) if values is None else values,
        )

    def __len__(self) -> int:
        return len(self.xy_m)

    def within(self, bounds: Bounds) -> Int64:
        """Rows that stand inside *bounds* (project CRS), the least urgent first."""
        x_m, y_m = self.xy_m[:, 0], self.xy_m[:, 1]
        inside = (x_m >= bounds.x_min) & (x_m <= bounds.x_max) & (y_m >= bounds.y_min) & (y_m <= bounds.y_max)
        rows = np.flatnonzero(inside)
        urgent_last: Int64 = rows[np.argsort(self.look[rows], kind="stable")]
        return urgent_last

    def near(self, x_m: float, y_m: float, reach_m: float) -> int | None:
        """Row nearest to a place within reach; the more urgent of two at one place. None where there is none."""
        away_m = np.hypot(self.xy_m[:, 0] - x_m, self.xy_m[:, 1] - y_m)
        rows = np.flatnonzero(away_m <= reach_m)
        if not len(rows):
            return None
        return int(rows[np.lexsort((-self.look[rows], away_m[rows]))[0]])
