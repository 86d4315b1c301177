"""What the desk answers about ways through the network: traces, routes, what hangs on what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from app.operations.relations import find_relations
from app.operations.trace import route, trace
from app.relation_requests import FindRelations
from app.requests import FindRoute, ProgressSink, Reply, Request, TraceNetwork
from app.suppositions import ValveOverride
from network.columns import Int32
from network.supply import SupplyModel
from network.traces import TraceGraph, trace_graph


class Desk(Protocol):
    """What of the worker's desk is needed here."""

    @property
    def traces(self) -> TraceGraph:
        """The network by present states."""

    @property
    def zones(self) -> Int32:
        """Pressure zone of each junction."""

    @property
    def zone_ids(self) -> list[str]:
        """Their ids."""

    def supposing(self, overrides: tuple[ValveOverride, ...]) -> SupplyModel:
        """The model under suppositions."""


def _trace(desk: Desk, request: TraceNetwork, _progress: ProgressSink) -> Reply:
    return trace(desk.traces, request)


def _find_relations(desk: Desk, request: FindRelations, _progress: ProgressSink) -> Reply:
    graph = desk.traces if not request.overrides else trace_graph(desk.supposing(request.overrides))
    return find_relations(graph, request, desk.zones, desk.zone_ids)


def _find_route(desk: Desk, request: FindRoute, _progress: ProgressSink) -> Reply:
    return route(desk.traces, request)


TRACE_HANDLERS: Mapping[type[Request], Callable[[Any, Any, ProgressSink], Reply]] = {
    TraceNetwork: _trace,
    FindRoute: _find_route,
    FindRelations: _find_relations,
}
