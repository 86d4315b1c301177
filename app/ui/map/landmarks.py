"""Names of what everybody steers by: plants, reservoirs, tanks, and the customers who must not be forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QColor, QPainter

from app.ui.map.content import MapContent
from app.ui.map.lettering import lettering, paint_text
from app.ui.map.placing import Placer, beside, box_around
from app.ui.theme import Theme
from gis.scene.detail import MapLayer, detail_at
from gis.scene.points import Points
from gis.scene.view import MapView
from network.assets import SourceKind

_SIZE_PX = 12
_MOST_NAMES = 120


def landmark_steps(
    painter: QPainter, view: MapView, content: MapContent, theme: Theme, placer: Placer
) -> Iterator[None]:
    """Name sources and critical customers where there is room, one a step; a plan has named its own before.

    Names never stand on any of these symbols.
    """
    if not content.shows(MapLayer.NAMES, view.m_per_px):
        return
    local = view.relative_to(*content.scene.origin_m)
    named = list(_named(local, content))
    placer.take(*(box_around(x, y, 2 * reach, 2 * reach) for _, x, y, reach in named))
    for name, x, y, reach in named:
        if not name:
            continue
        text = lettering(name, _SIZE_PX, 500)
        found = placer.first_free(beside(x, y, text.width + 6, text.height, reach + 2))
        if found is not None:
            middle = (found[0] + found[2]) / 2, (found[1] + found[3]) / 2
            paint_text(painter, *middle, text, QColor(theme.t2), QColor(theme.map_halo))
        yield


def _named(local: MapView, content: MapContent) -> Iterator[tuple[str, float, float, float]]:
    """Name, place in pixels and reach of each thing, sources first; tanks are there but have no name from far away."""
    scene, detail = content.scene, detail_at(local.m_per_px)
    kinds = content.city.network.sources.kind
    for row, x, y in _spots(local, scene.sources):
        told_here = detail.sensors or kinds[row] != SourceKind.TANK
        yield scene.source_names[row] if told_here else "", x, y, 10.0
    if detail.landmarks and content.shows(MapLayer.CUSTOMERS, local.m_per_px):
        customers = content.city.customers
        told = set() if content.plan is None else set(content.plan.critical.tolist())
        for row, x, y in _spots(local, scene.critical):
            if row not in told:
                yield customers.name[row] or customers.ids[row], x, y, 8.0


def _spots(local: MapView, points: Points) -> Iterator[tuple[int, float, float]]:
    found = points.within(local.bounds)
    places = local.many_to_px(found.xy_m[:_MOST_NAMES]).tolist()
    for row, (x, y) in zip(found.row[:_MOST_NAMES].tolist(), places, strict=True):
        yield row, x, y
