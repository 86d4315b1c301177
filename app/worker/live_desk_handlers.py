"""What the desk process, which knows the network, does for the Pressure desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from app.live_requests import FeedersFound, FindFeeders, PipesShaded, ShadePipes
from app.operations.alarm_feeding import find_feeders
from app.operations.instrument_sites import find_sites
from app.requests import ProgressSink, Reply, Request
from app.workspace import Workspace
from gis.hydraulic_records import source_heads
from gis.pressure_map import levels_of, pipe_pressures_mpa
from gis.stores.in_turn import LayersInTurn
from network.lifted import LevelAreas
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
    workspace, areas = desk.workspace, LevelAreas.of(desk.model)
    heads_m = source_heads(workspace.city, LayersInTurn(workspace.store))
    feeders = find_feeders(areas, request.channels)
    return FeedersFound(replace(feeders, sites=find_sites(areas, request.channels, heads_m)))


LIVE_DESK_HANDLERS: Mapping[type[Request], Callable[[Any, Any, ProgressSink], Reply]] = {
    ShadePipes: _shade,
    FindFeeders: _find_feeders,
}
