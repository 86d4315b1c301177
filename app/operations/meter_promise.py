"""What an instrument at a main must read so that every meter around it has the pressure that is promised (WP1).

The promise holds at the meter: water loses pressure on the way through the service, and by so much as the meter stands
higher than the instrument.
"""

from __future__ import annotations

from typing import Final

import numpy as np

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
        away_m = np.hypot(self._xy_m[:, 0] - channel.x_m, self._xy_m[:, 1] - channel.y_m)
        near: Bool = (away_m <= AROUND_M) & (self._area == area) & np.isfinite(self._height_m)
        if not near.any():
            return promised_m
        return promised_m + max(0.0, float(self._height_m[near].max()) - channel.elevation_m)
