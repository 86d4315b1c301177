"""What an instrument at a main must read so that every meter around it has the pressure that is promised (WP1).

The promise holds at the meter: water loses pressure on the way through the service, and by so much as the meter stands
higher than the instrument.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.telemetry.alarms import Limit, Side
from app.telemetry.channels import Channel
from network.columns import Bool, Float64
from network.lifted import LevelAreas
from network.units import M_HEAD_PER_MPA

PROMISED_MPA: Final = 0.18
"""Clause WP1: at the meter."""
SERVICE_LOSS_M: Final = 1.5
"""House value: what service pipe and meter take while somebody draws water."""
AROUND_M: Final = 300.0
"""House value: an instrument stands for the customers no farther away."""


@dataclass(frozen=True)
class Around:
    """The mains of customers around an instrument, by their ends.

    Attributes:
        highest_m: The highest known elevation; NaN where none is known.
        known, unknown: How many ends have an elevation, and how many have none.
    """

    highest_m: float
    known: int
    unknown: int


def promise_limit(channel_id: str, at: int, promised_m: float) -> Limit:
    """The alarm that watches the promise: of the first priority, called *low-low*.

    Args:
        channel_id: The pressure.
        at: Its position among the channels.
        promised_m: What it must read, metres of head.
    """
    return Limit(f"{channel_id} low-low", at, Side.LOW, round(promised_m, 2), 0.5, 20_000, 60_000, 1)


class MeterPromise:
    """The city's customers by height, made ready for questions."""

    def __init__(self, areas: LevelAreas) -> None:
        """Take the mains that customers hang on; heights are those of the mains' higher ends."""
        network, customers = areas.model.city.network, areas.model.city.customers
        pipe = np.unique(customers.tap.pipe[customers.tap.pipe >= 0])
        ends = np.concatenate([network.pipes.from_node[pipe], network.pipes.to_node[pipe]])
        self._nodes = np.unique(ends)
        self._xy_m: Float64 = np.column_stack([network.nodes.x_m, network.nodes.y_m])[self._nodes]
        self._height_m = network.nodes.elevation_m[self._nodes].astype(np.float64)
        self._area = areas.of_segment[areas.model.structure.segmentation.vertex_segment[self._nodes]]

    def at_instrument_m(self, channel: Channel, area: int) -> float:
        """Metres of head that *channel* must read; without heights as if all meters stood as high as it.

        Args:
            channel: A pressure.
            area: Its level area: what another pump lifts does not count.
        """
        promised_m = PROMISED_MPA * M_HEAD_PER_MPA + SERVICE_LOSS_M
        if channel.x_m is None or channel.y_m is None or channel.elevation_m is None:
            return promised_m
        around = self.around(channel.x_m, channel.y_m, area)
        return promised_m + max(0.0, around.highest_m - channel.elevation_m) if around.known else promised_m

    def around(self, x_m: float, y_m: float, area: int) -> Around:
        """What customers hang on within ``AROUND_M`` of a place, in level area *area*."""
        near: Bool = (np.hypot(self._xy_m[:, 0] - x_m, self._xy_m[:, 1] - y_m) <= AROUND_M) & (self._area == area)
        height_m = self._height_m[near]
        known_m = height_m[np.isfinite(height_m)]
        return Around(
            float(known_m.max()) if len(known_m) else float("nan"), len(known_m), len(height_m) - len(known_m)
        )
