"""Diameters along mains and numbers beside valves, near enough to be read, where the other names leave room."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from PySide6.QtGui import QColor, QPainter

from app.ui.map.content import MapContent
from app.ui.map.lettering import lettering, paint_text
from app.ui.map.placing import Box, Placer, beside, box_around
from app.ui.theme import Theme
from gis.scene.detail import MapLayer, detail_at
from gis.scene.labels import upright
from gis.scene.scene import DnClass
from gis.scene.view import MapView
from network.assets import DeviceKind

DIAMETERS_BELOW_M_PER_PX = 0.8
NUMBERS_BELOW_M_PER_PX = 0.35
_SIZE_PX = 12
_MOST_MAINS = 400
_MOST_VALVES = 250
_SPARE_PX = 30.0
"""So much of a main stays visible beside its diameter."""
_NUMBERED = (DeviceKind.ISOLATION, DeviceKind.BOUNDARY)


def asset_steps(painter: QPainter, view: MapView, content: MapContent, theme: Theme, placer: Placer) -> Iterator[None]:
    """Paint what finds room, one a step: diameters of the widest mains first, then valves' numbers."""
    if not content.shows(MapLayer.NAMES, view.m_per_px):
        return
    if view.m_per_px < DIAMETERS_BELOW_M_PER_PX:
        yield from _diameter_steps(painter, view, content, theme, placer)
    numbered = view.m_per_px < NUMBERS_BELOW_M_PER_PX and detail_at(view.m_per_px).valves
    if numbered and content.shows(MapLayer.VALVES, view.m_per_px):
        yield from _number_steps(painter, view, content, theme, placer)


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


def _number_steps(
    painter: QPainter, view: MapView, content: MapContent, theme: Theme, placer: Placer
) -> Iterator[None]:
    """A plan has named its own valves already."""
    local = view.relative_to(*content.scene.origin_m)
    found = content.scene.devices.within(local.bounds)
    devices = content.city.network.devices
    plan = content.plan
    told = set() if plan is None else {*plan.close, *plan.verify, *plan.drain_back, *plan.held_by, *plan.stuck}
    spots = zip(found.row.tolist(), local.many_to_px(found.xy_m).tolist(), strict=True)
    shown = [(row, x, y) for row, (x, y) in spots if devices.kind[row] in _NUMBERED and row not in told][:_MOST_VALVES]
    ink, halo = QColor(theme.t2), QColor(theme.map_halo)
    for row, x, y in shown:
        text = lettering(devices.ids[row], _SIZE_PX)
        box = placer.first_free(beside(x, y, text.width + 4, text.height, 8.0))
        if box is not None:
            paint_text(painter, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, text, ink, halo)
        yield
