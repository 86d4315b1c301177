"""What a map may show of a workspace before its desk has opened it: arrays that were found to be still true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gis.cache import fingerprint
from gis.scene.scene import Scene
from network.topology import City, DeviceStates


@dataclass(frozen=True, eq=False)
class KeptSight:
    """What the desk kept for the next opening's first picture.

    Attributes:
        data: Names the arrays that belong to it, see :func:`data_of`.
        states: Every device, by the journal.
        heads: How much of the journal they are by: the last event of each device.
        fold: Version of the fold that made them of it, :data:`app.journal.fold.FOLD_VERSION`.
    """

    data: str
    states: DeviceStates
    heads: Mapping[str, int]
    fold: int


@dataclass(frozen=True, eq=False)
class EarlyCity:
    """A city that can be shown, not yet worked with.

    Attributes:
        folder: Of the workspace.
        cache: Where its arrays are mapped from.
        data: Names these arrays.
        revision: Of the city.
        city, scene: Mapped, and compared with their checksums.
        states: Every device, as the journal says at this moment.
    """

    folder: Path
    cache: Path
    data: str
    revision: str
    city: City
    scene: Scene
    states: DeviceStates


def data_of(cache: Path) -> str:
    """Names the arrays of a workspace that tiles show.

    Raises:
        GisError: ``cache.missing``, ``cache.damaged``.
    """
    return f"{fingerprint(cache, 'city')} {fingerprint(cache, 'scene')}"


def as_seen(early: EarlyCity, cache: Path, city: City, states: DeviceStates) -> tuple[City, DeviceStates]:
    """*city* and *states*, mapped from *cache* now; what *early* holds of them already, so that its picture stands.

    Raises:
        GisError: As :func:`data_of`.
    """
    if cache.absolute() != early.cache or data_of(cache) != early.data:
        return city, states
    stand = np.array_equal(states.position, early.states.position)
    stand = stand and np.array_equal(states.condition, early.states.condition)
    return early.city, early.states if stand else states
