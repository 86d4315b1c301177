"""Which of the things near the pointer is meant."""

from __future__ import annotations

from app.ui.map.content import MapContent
from gis.scene.detail import Detail, MapLayer, detail_at
from gis.scene.hits import MapHit, nearest_pipe, nearest_point
from gis.scene.scene import DnClass
from gis.scene.view import MapView

POINT_REACH_PX = 11.0
PIPE_REACH_PX = 9.0
_NODE_REACH_PX = 6.0


def hits_at(content: MapContent, view: MapView, x_px: float, y_px: float) -> list[MapHit]:
    """Everything under a pixel, the likeliest first: symbols shown, then the nearest pipe, then its junction."""
    detail = detail_at(view.m_per_px)
    x_m, y_m = view.to_m(x_px, y_px)
    reach_m = POINT_REACH_PX * view.m_per_px
    points = [nearest_point(content.scene, kind, x_m, y_m, reach_m) for kind in _pickable(content, detail)]
    found = sorted((hit for hit in points if hit is not None), key=lambda hit: hit.distance_m)
    shown = tuple(dn_class for dn_class in DnClass if detail.main_fade[dn_class] > 0.3)
    pipe = nearest_pipe(content.scene, content.pipes, x_m, y_m, PIPE_REACH_PX * view.m_per_px, shown)
    node = nearest_point(content.scene, "node", x_m, y_m, _NODE_REACH_PX * view.m_per_px)
    return found + [hit for hit in (pipe, node) if hit is not None]


def _pickable(content: MapContent, detail: Detail) -> list[str]:
    drawn = {
        "device": detail.valves and content.shows(MapLayer.VALVES),
        "hydrant": detail.hydrants and content.shows(MapLayer.HYDRANTS),
        "customer": detail.customers and content.shows(MapLayer.CUSTOMERS),
        "station": detail.stations and content.shows(MapLayer.STATIONS),
        "source": True,
    }
    return [kind for kind, shown in drawn.items() if shown]
