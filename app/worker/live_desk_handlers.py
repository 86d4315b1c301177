"""What the desk process, which knows the network, does for the Pressure desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from app.live_requests import FeedersFound, FindFeeders, PipesShaded, ShadePipes
from app.operations.alarm_feeding import find_feeders
from app.requests import ProgressSink, Reply, Request
from app.workspace import Workspace
from gis.pressure_map import levels_of, pipe_pressures_mpa
from network.supply import SupplyModel


class HasCity(Protocol):
    """What of the desk's state is needed here."""

    @property
    def workspace(self) -> Workspace:
        """The one that is open."""

    @property
    def model(self) -> SupplyModel:
        """Its supply model under the present states."""


def _shade(desk: HasCity, request: ShadePipes, _progress: ProgressSink) -> Reply:
    found = pipe_pressures_mpa(desk.workspace.city.network, request.places_m, request.pressure_m)
    return PipesShaded(levels_of(found), request.revision)


def _find_feeders(desk: HasCity, request: FindFeeders, _progress: ProgressSink) -> Reply:
    return FeedersFound(find_feeders(desk.model, request.channels))


LIVE_DESK_HANDLERS: Mapping[type[Request], Callable[[Any, Any, ProgressSink], Reply]] = {
    ShadePipes: _shade,
    FindFeeders: _find_feeders,
}
