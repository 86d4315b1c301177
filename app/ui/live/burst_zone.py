"""The zone of a burst as colours of mains: how much of the probability they hold, never a single place."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.telemetry.bursts.picture import Zone
from app.ui.map.shades import PipeShades
from gis.scene.view import Bounds
from network.columns import IdColumn
from network.topology import Network

SHARES: Final = (0.2, 0.4, 0.6)
"""Mains that hold the burst with so much are one class each; the rest of the zone is the last."""
ROOM_M: Final = 250.0
LABELS: Final = ("80 %", "60 %", "40 %", "20 %")


def zone_shades(zone: Zone, ids: IdColumn) -> PipeShades:
    """Colours of all mains for *zone*; pipes that were taken out of the network since are passed over."""
    level = np.zeros(len(ids), dtype=np.uint8)
    before = np.cumsum(zone.probability) - zone.probability
    classes = len(LABELS) - np.searchsorted(SHARES, before, side="right")
    for pipe, of_class in zip(zone.pipes, classes.tolist(), strict=True):
        row = ids.find(pipe)
        if row >= 0:
            level[row] = of_class
    title = QCoreApplication.translate("BurstZone", "Where the burst may be: these mains hold it with")
    return PipeShades(level, "ramp_loss", title, LABELS)


def bounds_around(zone: Zone, network: Network) -> Bounds | None:
    """Box round the zone with some room, project CRS; None where none of its pipes is in the network any more."""
    places = _ends(zone, network)
    if not len(places):
        return None
    (x_min, y_min), (x_max, y_max) = places.min(axis=0).tolist(), places.max(axis=0).tolist()
    return Bounds(x_min - ROOM_M, y_min - ROOM_M, x_max + ROOM_M, y_max + ROOM_M)


def likeliest_place(zone: Zone, network: Network) -> tuple[float, float] | None:
    """Middle of the first pipe in rank that is in the network: where people begin to look. Project CRS."""
    places = _ends(zone, network)
    if not len(places):
        return None
    x_m, y_m = places[:2].mean(axis=0).tolist()
    return x_m, y_m


def _ends(zone: Zone, network: Network) -> np.ndarray:
    """Places of both ends of each pipe, one pipe after the other in their rank: shape (2 * pipes, 2)."""
    rows = [row for row in (network.pipes.ids.find(pipe) for pipe in zone.pipes) if row >= 0]
    ends = np.column_stack([network.pipes.from_node[rows], network.pipes.to_node[rows]]).ravel()
    return np.column_stack([network.nodes.x_m[ends], network.nodes.y_m[ends]])
