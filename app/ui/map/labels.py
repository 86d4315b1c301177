"""Names of roads, waters and communities: along roads, where there is room left."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QColor, QPainter

from app.ui.map.content import MapContent
from app.ui.map.lettering import Lettering, lettering, paint_text
from app.ui.map.placing import Box, Placer, box_around
from app.ui.map.qtdraw import blend
from app.ui.theme import Theme
from gis.scene.detail import Detail, MapLayer, detail_at
from gis.scene.labels import LabelKind, Labels
from gis.scene.view import MapView

_SAME_NAME_PX = 420.0
_PLACES_APART_PX = 110.0
_APART = ((20.0, 80.0), (6.0, 26.0))
"""Farther away than so many metres a pixel, names keep so many pixels between them, or they cover the city."""
_MOST_AVOIDED = 2_500
_MOST_CANDIDATES = 1500
_STEEP = math.radians(58)
_SIZE_PX = {LabelKind.ARTERIAL: 13, LabelKind.ROAD: 12, LabelKind.WATER: 12, LabelKind.COMMUNITY: 12}
_ORDER = (LabelKind.WATER, LabelKind.ARTERIAL, LabelKind.ROAD, LabelKind.COMMUNITY)
"""Who claims room first; waters are few and tell where one is."""
_CJK = 0x2E80


@dataclass(frozen=True)
class _Spot:
    """Where a name may stand: pixels, radians, metres."""

    x: float
    y: float
    text: str
    turn: float
    room_m: float


@dataclass(frozen=True)
class _Glyph:
    x: float
    y: float
    degrees: float
    text: Lettering


def name_steps(painter: QPainter, view: MapView, content: MapContent, theme: Theme, placer: Placer) -> Iterator[None]:
    """Paint the names that find room, one a step; plans and marks have claimed theirs before.

    Names of vector tiles come after the city's own of their kind, and none twice.
    """
    if not content.shows(MapLayer.NAMES, view.m_per_px):
        return
    local = view.relative_to(*content.scene.origin_m)
    detail = detail_at(view.m_per_px)
    halo, ink = QColor(theme.map_halo), QColor(theme.map_label)
    inks = {LabelKind.WATER: blend(theme.acc, theme.map_label, 0.35)}
    grounds = _ground_names(view, content)
    for kind in _ORDER:
        if kind is LabelKind.ROAD:
            _avoid_valves(local, content, detail, placer)
            yield
        own = _spots(local, content.scene.labels, kind) if _shown(kind, detail, content, view.m_per_px) else []
        for glyphs in _placed(local, [*own, *grounds.get(kind, ())], kind, placer):
            for glyph in glyphs:
                paint_text(painter, glyph.x, glyph.y, glyph.text, inks.get(kind, ink), halo, glyph.degrees)
            yield


def _avoid_valves(local: MapView, content: MapContent, detail: Detail, placer: Placer) -> None:
    """Keep the lesser names off valves, as long as these are few enough to be told apart."""
    if detail.valves and content.shows(MapLayer.VALVES, local.m_per_px):
        px = local.many_to_px(content.scene.devices.within(local.bounds).xy_m)
        if len(px) <= _MOST_AVOIDED:
            placer.avoid(*(box_around(x, y, 9.0, 9.0) for x, y in px.tolist()))


def _shown(kind: LabelKind, detail: Detail, content: MapContent, m_per_px: float) -> bool:
    match kind:
        case LabelKind.ARTERIAL:
            return content.shows(MapLayer.ROADS, m_per_px)
        case LabelKind.ROAD:
            return detail.streets and content.shows(MapLayer.ROADS, m_per_px)
        case LabelKind.WATER:
            return content.shows(MapLayer.GROUND, m_per_px)
        case LabelKind.COMMUNITY:
            return detail.communities


def _spots(local: MapView, labels: Labels, kind: LabelKind) -> list[_Spot]:
    """Where the city's own names of a kind may stand."""
    rows = labels.near(local.bounds, kind, _PLACES_APART_PX * local.m_per_px)
    px = local.many_to_px(labels.xy_m[rows])
    inside = (px > 0).all(axis=1) & (px < [local.width_px, local.height_px]).all(axis=1)
    rows, px = rows[inside][:_MOST_CANDIDATES], px[inside][:_MOST_CANDIDATES]
    return [
        _Spot(x, y, labels.names[int(labels.text[row])], float(labels.turn[row]), float(labels.room_m[row]))
        for row, (x, y) in zip(rows.tolist(), px.tolist(), strict=True)
    ]


def _ground_names(view: MapView, content: MapContent) -> dict[LabelKind, list[_Spot]]:
    """Where names of vector tiles may stand, the weightiest first; without those that the city's own layers have."""
    if content.backdrop is None or not content.shows(MapLayer.GROUND, view.m_per_px):
        return {}
    own = set(content.scene.labels.names)
    found: dict[LabelKind, list[_Spot]] = {}
    for name in sorted(content.backdrop.names.within(view), key=lambda one: (one.rank, one.text)):
        if name.text not in own:
            x, y = view.to_px(name.x_m, name.y_m)
            found.setdefault(name.kind, []).append(_Spot(x, y, name.text, name.turn, name.room_m))
    return {kind: spots[:_MOST_CANDIDATES] for kind, spots in found.items()}


def _placed(local: MapView, spots: list[_Spot], kind: LabelKind, placer: Placer) -> Iterator[list[_Glyph]]:
    """The pieces of each name of a kind; none where it finds no room."""
    apart = next((px for m_per_px, px in _APART if local.m_per_px > m_per_px), 0.0)
    taken: dict[str, list[tuple[float, float]]] = {}
    for spot in spots:
        x, y = spot.x, spot.y
        if any(math.hypot(x - u, y - v) < _SAME_NAME_PX for u, v in taken.get(spot.text, ())):
            continue
        if not placer.is_free(box_around(x, y, 8.0, 8.0)):
            continue
        glyphs = _glyphs(x, y, spot.text, spot.turn, kind)
        room_px = spot.room_m / local.m_per_px
        if glyphs and room_px >= _needed_px(glyphs, kind) and placer.claim([_box(glyph, apart) for glyph in glyphs]):
            taken.setdefault(spot.text, []).append((x, y))
            yield glyphs
        else:
            yield []


def _glyphs(x: float, y: float, name: str, turn: float, kind: LabelKind) -> list[_Glyph]:
    """The pieces of a name: one for a level text, one a character for Chinese along a road."""
    size_px = _SIZE_PX[kind]
    if kind not in (LabelKind.ARTERIAL, LabelKind.ROAD):
        return [_Glyph(x, y, 0.0, lettering(name, size_px))]
    if ord(name[0]) < _CJK:
        return [_Glyph(x, y, -math.degrees(turn), lettering(name, size_px))]
    steep = abs(turn) > _STEEP
    step_px = size_px * (1.25 if steep else 1.55)
    # Steep roads are read downwards, whichever way they lean.
    along = (-math.copysign(math.cos(turn), turn), abs(math.sin(turn))) if steep else (math.cos(turn), -math.sin(turn))
    degrees = 0.0 if steep else -math.degrees(turn)
    middle = (len(name) - 1) / 2
    return [
        _Glyph(
            x + along[0] * (i - middle) * step_px,
            y + along[1] * (i - middle) * step_px,
            degrees,
            lettering(letter, size_px),
        )
        for i, letter in enumerate(name)
    ]


def _needed_px(glyphs: list[_Glyph], kind: LabelKind) -> float:
    if kind in (LabelKind.COMMUNITY, LabelKind.WATER):
        return glyphs[0].text.width * 0.5
    first, last = glyphs[0], glyphs[-1]
    return math.hypot(last.x - first.x, last.y - first.y) + first.text.width * 1.5


def _box(glyph: _Glyph, apart: float) -> Box:
    turn = math.radians(glyph.degrees)
    cos, sin = abs(math.cos(turn)), abs(math.sin(turn))
    width, height = glyph.text.width + 4 + apart, glyph.text.height + apart
    return box_around(glyph.x, glyph.y, width * cos + height * sin, width * sin + height * cos)
