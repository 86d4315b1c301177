"""Where the map draws each device: where it stands, but valves on the legs of a junction beside one another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gis.scene.along import PipeLines
from network.columns import Float64
from network.topology import Network

LEG_M = 5.0
"""How far out on its leg a valve is drawn whose recorded place is the junction itself."""

_SHARE = 0.3
_SAME_PLACE_M = 1.0


def device_places(network: Network, pipes: PipeLines, rows: NDArray[np.integer]) -> tuple[Float64, Float64]:
    """Places and directions of devices.

    Three valves of a tee that are all recorded at its node would be one blot; each is moved out on its own leg, by
    :data:`LEG_M` or less on a short pipe. All others stay where they are recorded.

    Returns:
        Shape (n, 2), project CRS; and shape (n,), direction of the pipe there, radians from east, counter-clockwise
        (0 for devices off every pipe).
    """
    devices, nodes = network.devices, network.nodes
    xy_m = np.column_stack([devices.x_m[rows], devices.y_m[rows]])
    turn = np.zeros(len(rows))
    pipe, node = devices.pipe[rows], devices.node[rows]
    offset_m = np.nan_to_num(devices.offset_m[rows])
    on_leg = np.flatnonzero((pipe >= 0) & (node >= 0))
    away_m = np.hypot(xy_m[on_leg, 0] - nodes.x_m[node[on_leg]], xy_m[on_leg, 1] - nodes.y_m[node[on_leg]])
    moved = on_leg[away_m < _SAME_PLACE_M]
    length_m = pipes.length_m[pipe[moved]]
    out_m = np.minimum(LEG_M, length_m * _SHARE)
    offset_m[moved] = np.where(offset_m[moved] <= length_m / 2, out_m, length_m - out_m)
    on_pipe = np.flatnonzero(pipe >= 0)
    places, turn[on_pipe] = pipes.places(pipe[on_pipe], offset_m[on_pipe])
    xy_m[moved] = places[np.searchsorted(on_pipe, moved)]
    return xy_m, turn
