"""Crews and sensors over the map, painted with every frame: state in shape and colour, ages and values in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from app.ui.map.lettering import Lettering, lettering, paint_text
from app.ui.map.placing import Box, Placer, box_around
from app.ui.map.qtdraw import painting, pen
from app.ui.theme import Theme
from gis.scene.detail import detail_at
from gis.scene.movers import CrewLook, Movers, SensorLook
from gis.scene.view import MapView

SPRITE_PX = 22
_HIDDEN_PX, _ASIDE_PX = 16.0, 30.0
_TURNS = 48
_AT_ONCE = 200
_MOST_NAMED = 80
_MOST_KEPT_CLEAR = 400
_STEP_PX = 8.0
_NAMED_BELOW_M_PER_PX = 8.0
_POINTING = {CrewLook.STALE, CrewLook.STANDBY, CrewLook.EN_ROUTE}
_MINUTE_S, _HOUR_S = 60, 3600

_Draw = Callable[[QPainter, Theme], None]


def mover_steps(
    painter: QPainter,
    view: MapView,
    theme: Theme,
    placer: Placer,
    *,
    sensors: Movers | None = None,
    crews: Movers | None = None,
    incidents: Sequence[tuple[float, float]] = (),
) -> Iterator[None]:
    """Paint sensors, then crews over them, in steps; names, ages and values stand where there is room.

    Crews that are at one of *incidents* (pixels; their marks lie over all this) stand beside it. Crews, and sensors
    that are low or alarm, are never left out: far away the marks shrink, the more urgent lie on top. Other sensors are
    left to the lists where they could not be told apart.
    """
    if sensors is not None:
        yield from _steps(painter, view, theme, placer, sensors, SensorLook, _least_look(view))
    if crews is not None:
        yield from _steps(painter, view, theme, placer, crews, CrewLook, incidents=incidents)


def _steps(
    painter: QPainter,
    view: MapView,
    theme: Theme,
    placer: Placer,
    movers: Movers,
    looks: type[CrewLook | SensorLook],
    least: int = 0,
    incidents: Sequence[tuple[float, float]] = (),
) -> Iterator[None]:
    rows = movers.within(view.bounds.grown(SPRITE_PX * view.m_per_px))
    rows = rows[movers.look[rows] >= least]
    px = view.many_to_px(movers.xy_m[rows])
    aside = _step_aside(px, np.array(incidents))
    dpr = painter.device().devicePixelRatio()
    scale = _scale(view.m_per_px, looks)
    steps = _turn_steps(movers.heading[rows])
    kinds = movers.look[rows].astype(np.int64) * (_TURNS + 1) + steps
    half = SPRITE_PX * scale / 2
    corners = np.round((px - half) * dpr) / dpr
    images = {
        kind: _sprite(looks(kind // (_TURNS + 1)), kind % (_TURNS + 1), theme, scale, dpr)
        for kind in np.unique(kinds).tolist()
    }
    for start in range(0, len(rows), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        for kind, (x, y) in zip(kinds[part].tolist(), corners[part].tolist(), strict=True):
            painter.drawImage(QPointF(x, y), images[kind])
        yield
    if view.m_per_px < _NAMED_BELOW_M_PER_PX:
        _name(painter, theme, placer, movers, rows, px, aside, looks)


def _step_aside(px: np.ndarray, incidents: np.ndarray) -> np.ndarray:
    """Move those of *px* that an incident's mark would hide to the left of it, one below the other; which they are."""
    if not len(incidents) or not len(px):
        return np.zeros(len(px), dtype=np.bool_)
    apart = np.hypot(*(px[:, None, :] - incidents[None, :, :]).transpose(2, 0, 1))
    nearest = apart.argmin(axis=1)
    aside: np.ndarray = apart.min(axis=1) < _HIDDEN_PX
    above = np.zeros(len(incidents))
    for row in np.flatnonzero(aside).tolist():
        px[row] = incidents[nearest[row]] + (-_ASIDE_PX, above[nearest[row]])
        above[nearest[row]] += SPRITE_PX
    return aside


def _name(
    painter: QPainter,
    theme: Theme,
    placer: Placer,
    movers: Movers,
    rows: np.ndarray,
    px: np.ndarray,
    aside: np.ndarray,
    looks: type[CrewLook | SensorLook],
) -> None:
    """Words beside the marks, the most urgent first; those that find no room yield. Left of who stepped *aside*."""
    halo = QColor(theme.map_halo)
    for row, letters, box in _placed(placer, movers, rows, px, aside, looks):
        middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        paint_text(painter, *middle, letters, QColor(_ink(looks(int(movers.look[row])), theme)), halo)


def _placed(
    placer: Placer,
    movers: Movers,
    rows: np.ndarray,
    px: np.ndarray,
    aside: np.ndarray,
    looks: type[CrewLook | SensorLook],
) -> Iterator[tuple[int, Lettering, Box]]:
    """Which of *rows* have words, and where these stand."""
    named = (column[::-1][:_MOST_NAMED].tolist() for column in (rows, px, aside))
    for row, (x, y), left_first in zip(*named, strict=True):
        look = looks(int(movers.look[row]))
        # A crew's state equals the sensor's of the same number: they are told apart by identity.
        text = label_of(movers, row, stale=look is CrewLook.STALE or look is SensorLook.STALE)
        if not text:
            continue
        letters = lettering(text, 12, 500)
        right = box_around(x + SPRITE_PX / 2 + 4 + letters.width / 2, y, letters.width + 4, letters.height)
        left = box_around(x - SPRITE_PX / 2 - 4 - letters.width / 2, y, letters.width + 4, letters.height)
        found = placer.first_free((left, right) if left_first else (right, left))
        if found is not None:
            yield row, letters, found


def sensor_rooms(view: MapView, sensors: Movers, kept_free: Sequence[Box]) -> tuple[Box, ...]:
    """Where instruments and what they read stand, for names of roads and places to keep out of.

    In steps of some pixels: a figure that changes each second shall not have all names painted anew. None where there
    are more instruments than names could stand between.
    """
    least = _least_look(view)
    rows = sensors.within(view.bounds.grown(SPRITE_PX * view.m_per_px))
    rows = rows[sensors.look[rows] >= least]
    if len(rows) > _MOST_KEPT_CLEAR:
        return ()
    px = view.many_to_px(sensors.xy_m[rows])
    half = SPRITE_PX * _scale(view.m_per_px, SensorLook) / 2
    boxes = [(x - half, y - half, x + half, y + half) for x, y in px.tolist()]
    if view.m_per_px < _NAMED_BELOW_M_PER_PX:
        placer = Placer(view.width_px, view.height_px)
        placer.take(*kept_free)
        nobody = np.zeros(len(rows), dtype=np.bool_)
        boxes += [box for _, _, box in _placed(placer, sensors, rows, px, nobody, SensorLook)]
    return tuple(dict.fromkeys(_on_steps(box) for box in boxes))


def _on_steps(box: Box) -> Box:
    left, top = (math.floor(edge / _STEP_PX) * _STEP_PX for edge in box[:2])
    right, bottom = (math.ceil(edge / _STEP_PX) * _STEP_PX for edge in box[2:])
    return left, top, right, bottom


def _least_look(view: MapView) -> SensorLook:
    """What is less urgent is left to the lists at this scale."""
    return SensorLook.MISSING if detail_at(view.m_per_px).sensors else SensorLook.LOW


def label_of(movers: Movers, row: int, *, stale: bool) -> str:
    """Name, value, and the age of what is stale, as written on the map."""
    parts = [movers.names[row], movers.values[row], age(float(movers.age_s[row])) if stale else ""]
    return " ".join(part for part in parts if part)


def age(age_s: float) -> str:
    """An age in the largest unit that it fills: 45 s, 12 min, 3 h."""
    if age_s < _MINUTE_S:
        return f"{age_s:.0f} s"
    return f"{age_s / _MINUTE_S:.0f} min" if age_s < _HOUR_S else f"{age_s / _HOUR_S:.0f} h"


def _scale(m_per_px: float, looks: type[CrewLook | SensorLook]) -> float:
    """Sensors shrink with distance; crews are few, and somebody looks for them."""
    if looks is CrewLook:
        return 1.0 if m_per_px < 16 else 0.8
    return 0.8 if m_per_px < 3 else 0.6


def _turn_steps(heading: np.ndarray) -> np.ndarray:
    """Heading in steps of 7.5°; the last step stands for an unknown one."""
    known = np.isfinite(heading)
    steps = np.round(np.where(known, heading, 0.0) / (2 * math.pi) * _TURNS).astype(np.int64) % _TURNS
    return np.where(known, steps, _TURNS)


def _ink(look: CrewLook | SensorLook, theme: Theme) -> str:
    if isinstance(look, CrewLook):
        return theme.t3 if look in {CrewLook.OFF, CrewLook.STALE} else theme.t1
    match look:
        case SensorLook.ALARM:
            return theme.red_text
        case SensorLook.LOW:
            return theme.low
        case SensorLook.SUSPECT:
            return theme.unintended
        case SensorLook.WANTED | SensorLook.DRAWN:
            return theme.t1
        case _:
            return theme.t2


@lru_cache(maxsize=1024, typed=True)  # A crew's state equals the sensor's of the same number.
def _sprite(look: CrewLook | SensorLook, step: int, theme: Theme, scale: float, dpr: float) -> QImage:
    side = math.ceil(SPRITE_PX * scale * dpr)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(dpr)
    image.fill(Qt.GlobalColor.transparent)
    with painting(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(image.width() / dpr / 2, image.height() / dpr / 2)
        painter.scale(scale, scale)
        if isinstance(look, CrewLook):
            painter.rotate(0.0 if step == _TURNS or look not in _POINTING else -360.0 * step / _TURNS)
            _CREWS[look](painter, theme)
        else:
            _SENSORS[look](painter, theme)
    return image


def _stroke(painter: QPainter, theme: Theme, ink: str, fill: str | None, pattern: list[float] | None = None) -> QPen:
    """A pale rim first, so that a mark stands out on any ground; then its own pen."""
    own = pen(ink, 1.8, cap=Qt.PenCapStyle.FlatCap if pattern else Qt.PenCapStyle.RoundCap)
    if pattern:
        own.setDashPattern(pattern)
    painter.setBrush(QColor(theme.map_ground if fill is None else fill))
    return own


def _shape(
    painter: QPainter,
    theme: Theme,
    points: list[tuple[float, float]],
    ink: str,
    fill: str | None,
    pattern: list[float] | None = None,
) -> None:
    polygon = QPolygonF([QPointF(x, y) for x, y in points])
    painter.setPen(pen(theme.map_ground, 4.0))
    painter.drawPolygon(polygon)
    painter.setPen(_stroke(painter, theme, ink, fill, pattern))
    painter.drawPolygon(polygon)


_ARROW = [(9.0, 0.0), (-7.0, -6.5), (-3.5, 0.0), (-7.0, 6.5)]
_SQUARE = [(-6.5, -6.5), (6.5, -6.5), (6.5, 6.5), (-6.5, 6.5)]
_DOWN = [(0.0, 7.5), (-7.5, -5.5), (7.5, -5.5)]
_DIAMOND = [(0.0, -8.5), (8.5, 0.0), (0.0, 8.5), (-8.5, 0.0)]


def _ring(painter: QPainter, theme: Theme, ink: str, pattern: list[float] | None = None, radius: float = 6.5) -> None:
    painter.setPen(pen(theme.map_ground, 4.0))
    painter.setBrush(QColor(theme.map_ground))
    painter.drawEllipse(QPointF(0, 0), radius, radius)
    painter.setPen(_stroke(painter, theme, ink, None, pattern))
    painter.drawEllipse(QPointF(0, 0), radius, radius)


def _off(painter: QPainter, theme: Theme) -> None:
    _ring(painter, theme, theme.t3)
    painter.drawLine(QPointF(-4.6, 4.6), QPointF(4.6, -4.6))


def _suspect(painter: QPainter, theme: Theme) -> None:
    _shape(painter, theme, _DIAMOND, theme.unintended, None)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.unintended))
    for x in (-3.2, 0.0, 3.2):
        painter.drawEllipse(QPointF(x, 0.0), 0.9, 0.9)


def _missing(painter: QPainter, theme: Theme) -> None:
    _ring(painter, theme, theme.t3, [0.8, 1.6])
    painter.setPen(pen(theme.t3, 1.8))
    painter.drawLine(QPointF(-2.8, 0.0), QPointF(2.8, 0.0))


def _wanted(painter: QPainter, theme: Theme) -> None:
    _ring(painter, theme, theme.t1, [1.4, 1.2], radius=8.5)
    painter.setPen(pen(theme.t1, 2.0))
    painter.drawLine(QPointF(-4.5, 0.0), QPointF(4.5, 0.0))
    painter.drawLine(QPointF(0.0, -4.5), QPointF(0.0, 4.5))


def _drawn(painter: QPainter, theme: Theme) -> None:
    """A drop."""
    drop = QPainterPath(QPointF(0.0, -9.0))
    drop.cubicTo(1.5, -5.0, 6.5, -2.0, 6.5, 2.5)
    drop.cubicTo(6.5, 10.5, -6.5, 10.5, -6.5, 2.5)
    drop.cubicTo(-6.5, -2.0, -1.5, -5.0, 0.0, -9.0)
    painter.setPen(pen(theme.map_ground, 4.0))
    painter.setBrush(QColor(theme.map_ground))
    painter.drawPath(drop)
    painter.setPen(_stroke(painter, theme, theme.t1, theme.t1))
    painter.drawPath(drop)


_CREWS: Mapping[CrewLook, _Draw] = {
    CrewLook.OFF: _off,
    CrewLook.STALE: lambda painter, theme: _shape(painter, theme, _ARROW, theme.t3, None, [1.6, 1.2]),
    CrewLook.STANDBY: lambda painter, theme: _shape(painter, theme, _ARROW, theme.t1, None),
    CrewLook.EN_ROUTE: lambda painter, theme: _shape(painter, theme, _ARROW, theme.t1, theme.t1),
    CrewLook.ON_SCENE: lambda painter, theme: _shape(painter, theme, _SQUARE, theme.t1, theme.t1),
}

_SENSORS: Mapping[SensorLook, _Draw] = {
    SensorLook.MISSING: _missing,
    SensorLook.GOOD: lambda painter, theme: _ring(painter, theme, theme.t2, radius=5.0),
    SensorLook.STALE: lambda painter, theme: _ring(painter, theme, theme.t3, [1.8, 1.4]),
    SensorLook.SUSPECT: _suspect,
    SensorLook.LOW: lambda painter, theme: _shape(painter, theme, _DOWN, theme.low, theme.low),
    SensorLook.ALARM: lambda painter, theme: _shape(painter, theme, _SQUARE, theme.red, theme.red),
    SensorLook.WANTED: _wanted,
    SensorLook.DRAWN: _drawn,
}
