"""Which streets and communities a plan leaves dry, from the names on the map. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis.scene.labels import LabelKind
from gis.scene.plan_picture import PlanPicture
from gis.scene.scene import Scene

ROAD_REACH_M = 130.0
"""Names stand every 250 m along a road: half of that, and a little."""

COMMUNITY_REACH_M = 60.0
MOST_NAMES = 12


@dataclass(frozen=True)
class Area:
    """Where water is out.

    Attributes:
        roads, communities: Names, the nearest first.
        east_west_m, north_south_m: Extent of what is dry.
    """

    roads: tuple[str, ...]
    communities: tuple[str, ...]
    east_west_m: float
    north_south_m: float


def area_of(scene: Scene, picture: PlanPicture) -> Area | None:
    """The area that *picture* leaves dry; None where no main is out."""
    dry_m = np.concatenate([picture.isolated.xy_m, picture.unintended.xy_m])
    if not len(dry_m):
        return None
    low, high = dry_m.min(axis=0), dry_m.max(axis=0)
    local = dry_m - np.array(scene.origin_m)
    labels = scene.labels
    reach_m = np.where(labels.kind == LabelKind.COMMUNITY, COMMUNITY_REACH_M + labels.room_m / 2, ROAD_REACH_M)
    near = _inside_box(labels.xy_m, local, float(reach_m.max(initial=0.0)))
    away_m = np.full(len(labels.text), np.inf)
    away_m[near] = [float(np.hypot(*(local - labels.xy_m[at]).T).min()) for at in near]
    reached = np.flatnonzero(away_m <= reach_m)
    ordered = reached[np.argsort(away_m[reached], kind="stable")]
    roads = [at for at in ordered if labels.kind[at] in {LabelKind.ARTERIAL, LabelKind.ROAD}]
    communities = [at for at in ordered if labels.kind[at] == LabelKind.COMMUNITY]
    return Area(_names(scene, roads), _names(scene, communities), float(high[0] - low[0]), float(high[1] - low[1]))


def _inside_box(places: np.ndarray, around: np.ndarray, reach_m: float) -> np.ndarray:
    low, high = around.min(axis=0) - reach_m, around.max(axis=0) + reach_m
    return np.flatnonzero(((places >= low) & (places <= high)).all(axis=1))


def _names(scene: Scene, found: list[int]) -> tuple[str, ...]:
    named = dict.fromkeys(scene.labels.names[int(scene.labels.text[at])] for at in found)
    return tuple(named)[:MOST_NAMES]
