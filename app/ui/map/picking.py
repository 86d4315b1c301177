"""Which of the things near the pointer is meant."""

from __future__ import annotations

import numpy as np

from app.ui.map.content import MapContent
from gis.scene.detail import Detail, MapLayer, detail_at
from gis.scene.device_places import device_places
from gis.scene.hits import MapHit, nearest_of, nearest_pipe, nearest_point
from gis.scene.scene import DnClass
from gis.scene.view import MapView

POINT_REACH_PX = 11.0
PIPE_REACH_PX = 9.0
_NODE_REACH_PX = 6.0
_FAINT = 0.3


def hits_at(content: MapContent, view: MapView, x_px: float, y_px: float) -> list[MapHit]:
    """Everything under a pixel, the likeliest first: symbols shown, then the nearest pipe, then its junction."""
    detail = detail_at(view.m_per_px)
    x_m, y_m = view.to_m(x_px, y_px)
    reach_m = POINT_REACH_PX * view.m_per_px
    points = [
        nearest_point(content.scene, kind, x_m, y_m, reach_m) for kind in _pickable(content, detail, view.m_per_px)
    ]
    points.append(_critical(content, detail, view.m_per_px, x_m, y_m, reach_m))
    points.append(_plan_valve(content, detail, view.m_per_px, x_m, y_m, reach_m))
    found = sorted((hit for hit in points if hit is not None), key=lambda hit: hit.distance_m)
    shown = tuple(dn_class for dn_class in DnClass if detail.main_fade[dn_class] > _FAINT)
    pipe = nearest_pipe(content.scene, content.pipes, x_m, y_m, PIPE_REACH_PX * view.m_per_px, shown)
    node = nearest_point(content.scene, "node", x_m, y_m, _NODE_REACH_PX * view.m_per_px)
    return found + [hit for hit in (pipe, node) if hit is not None]


def _pickable(content: MapContent, detail: Detail, m_per_px: float) -> list[str]:
    drawn = {
        "device": detail.valves and content.shows(MapLayer.VALVES, m_per_px),
        "hydrant": detail.hydrants and content.shows(MapLayer.HYDRANTS, m_per_px),
        "customer": detail.customers and content.shows(MapLayer.CUSTOMERS, m_per_px),
        "station": detail.stations and content.shows(MapLayer.STATIONS, m_per_px),
        "source": True,
    }
    return [kind for kind, shown in drawn.items() if shown]


def _critical(
    content: MapContent, detail: Detail, m_per_px: float, x_m: float, y_m: float, reach_m: float
) -> MapHit | None:
    """A critical customer, shown from farther away than the others."""
    if detail.customers or not (detail.critical and content.shows(MapLayer.CUSTOMERS, m_per_px)):
        return None
    return nearest_of(content.scene, content.scene.critical, "customer", x_m, y_m, reach_m)


def _plan_valve(
    content: MapContent, detail: Detail, m_per_px: float, x_m: float, y_m: float, reach_m: float
) -> MapHit | None:
    """A valve that the plan names, shown from farther away than the others."""
    plan = content.plan
    if plan is None or not detail.plan_valves or (detail.valves and content.shows(MapLayer.VALVES, m_per_px)):
        return None
    rows = np.array([*plan.close, *plan.verify, *plan.dead_side, *plan.held_by, *plan.stuck], dtype=np.int64)
    if not len(rows):
        return None
    xy_m, _ = device_places(content.city.network, content.pipes, rows)
    away_m = np.hypot(xy_m[:, 0] - x_m, xy_m[:, 1] - y_m)
    best = int(np.argmin(away_m))
    if away_m[best] > reach_m:
        return None
    return MapHit("device", int(rows[best]), None, float(xy_m[best, 0]), float(xy_m[best, 1]), float(away_m[best]))
