"""Diameters along mains, numbers beside valves and hydrants: near enough to be read, where other names leave room."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from PySide6.QtGui import QColor, QPainter

from app.ui.map.content import MapContent
from app.ui.map.lettering import lettering, paint_text
from app.ui.map.placing import Box, Placer, beside, box_around
from app.ui.theme import Theme
from gis.scene.detail import MapLayer
from gis.scene.labels import upright
from gis.scene.points import Points
from gis.scene.scene import DnClass
from gis.scene.view import MapView
from network.assets import DeviceKind

DIAMETERS_BELOW_M_PER_PX = 0.8
NUMBERS_BELOW_M_PER_PX = 0.35
_SIZE_PX = 12
_MOST_MAINS = 400
_MOST_NUMBERS = 250
_SPARE_PX = 30.0
"""So much of a main stays visible beside its diameter."""
_NUMBERED = (DeviceKind.ISOLATION, DeviceKind.BOUNDARY)


def asset_steps(painter: QPainter, view: MapView, content: MapContent, theme: Theme, placer: Placer) -> Iterator[None]:
    """Paint what finds room, one a step: diameters of the widest mains, then numbers of valves, then of hydrants."""
    if not content.shows(MapLayer.NAMES, view.m_per_px):
        return
    if view.m_per_px < DIAMETERS_BELOW_M_PER_PX:
        yield from _diameter_steps(painter, view, content, theme, placer)
    if view.m_per_px < NUMBERS_BELOW_M_PER_PX:
        for layer, numbered in ((MapLayer.VALVES, _valves), (MapLayer.HYDRANTS, _hydrants)):
            if content.shows(layer, view.m_per_px):
                yield from _number_steps(painter, numbered(view, content), theme, placer)


def _diameter_steps(
    painter: QPainter, view: MapView, content: MapContent, theme: Theme, placer: Placer
) -> Iterator[None]:
    pipes = content.city.network.pipes
    rows = _mains_seen(view, content)
    rows = rows[pipes.dn_mm[rows] > 0]
    rows = rows[np.argsort(-pipes.dn_mm[rows], kind="stable")][:_MOST_MAINS]
    if not len(rows):
        return
    xy_m, turn = content.pipes.places(rows, pipes.length_m[rows] / 2)
    long_px = content.pipes.drawn_m(rows) / view.m_per_px
    places = zip(rows.tolist(), view.many_to_px(xy_m).tolist(), upright(turn).tolist(), long_px.tolist(), strict=True)
    ink, halo = QColor(theme.t3), QColor(theme.map_halo)
    for row, (x, y), angle, room_px in places:
        text = lettering(f"DN{pipes.dn_mm[row]}" if not pipes.outside[row] else f"De{pipes.dn_mm[row]}", _SIZE_PX)
        if room_px > text.width + _SPARE_PX and placer.claim([_turned(x, y, text.width, text.height, angle)]):
            paint_text(painter, x, y, text, ink, halo, -math.degrees(angle))
        yield


def _mains_seen(view: MapView, content: MapContent) -> np.ndarray:
    """Rows of the mains that have a piece in view."""
    scene = content.scene
    bounds = view.relative_to(*scene.origin_m).bounds
    lines = scene.mains
    runs = [scene.mains.owner[run] for dn_class in DnClass for run in lines.near(bounds, dn_class)]
    return np.unique(np.concatenate(runs)) if runs else np.empty(0, dtype=np.int64)


def _turned(x: float, y: float, width: float, height: float, angle: float) -> Box:
    cos, sin = abs(math.cos(angle)), abs(math.sin(angle))
    return box_around(x, y, width * cos + height * sin, width * sin + height * cos)


_Numbered = list[tuple[str, float, float]]
"""Numbers, and the pixels of what bears them."""


def _valves(view: MapView, content: MapContent) -> _Numbered:
    """A plan has named its own valves already."""
    devices, plan = content.city.network.devices, content.plan
    told = set() if plan is None else {*plan.close, *plan.verify, *plan.drain_back, *plan.held_by, *plan.stuck}
    seen = _seen(view, content, content.scene.devices)
    return [(devices.ids[row], x, y) for row, x, y in seen if devices.kind[row] in _NUMBERED and row not in told]


def _hydrants(view: MapView, content: MapContent) -> _Numbered:
    ids = content.city.hydrants.ids
    return [(ids[row], x, y) for row, x, y in _seen(view, content, content.scene.hydrants)]


def _seen(view: MapView, content: MapContent, points: Points) -> list[tuple[int, float, float]]:
    """Rows of the *points* in view, and their pixels."""
    local = view.relative_to(*content.scene.origin_m)
    found = points.within(local.bounds)
    return [(row, x, y) for row, (x, y) in zip(found.row.tolist(), local.many_to_px(found.xy_m).tolist(), strict=True)]


def _number_steps(painter: QPainter, numbers: _Numbered, theme: Theme, placer: Placer) -> Iterator[None]:
    ink, halo = QColor(theme.t2), QColor(theme.map_halo)
    for number, x, y in numbers[:_MOST_NUMBERS]:
        text = lettering(number, _SIZE_PX)
        box = placer.first_free(beside(x, y, text.width + 4, text.height, 8.0))
        if box is not None:
            paint_text(painter, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, text, ink, halo)
        yield
