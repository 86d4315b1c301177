"""Valves, hydrants, sources and other things as shapes: state is told by shape first, colour second."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.ui.map.content import MapContent
from app.ui.map.qtdraw import draw_points, pen
from app.ui.map.stamps import stamp
from app.ui.theme import Theme
from gis.scene.detail import Detail
from gis.scene.points import Points
from gis.scene.view import MapView
from network.assets import Condition, DeviceKind, Position, SourceKind

_MARGIN_M = 30.0
_BOW_TIE = np.array([[-5.5, -3.6], [-5.5, 3.6], [5.5, -3.6], [5.5, 3.6], [-5.5, -3.6]])
_AROUND = np.array([[-8.5, -6.5], [-8.5, 6.5], [8.5, 6.5], [8.5, -6.5], [-8.5, -6.5]])
_CHECK = np.array([[-4.5, -4.0], [-4.5, 4.0], [4.0, 0.0], [-4.5, -4.0]])
_BAR = np.array([[4.2, -4.2], [4.2, 4.2], [4.2, -4.2]])
_BOX = np.array([[-3.0, -3.0], [3.0, -3.0], [3.0, 3.0], [-3.0, 3.0], [-3.0, -3.0]])
_HALF_BOX = np.array([[-3.0, 0.4], [3.0, 0.4], [3.0, 3.0], [-3.0, 3.0], [-3.0, 0.4]])
_ROUND = np.column_stack([np.cos(np.linspace(0, 2 * np.pi, 17)), np.sin(np.linspace(0, 2 * np.pi, 17))])
_DIAMOND = np.array([[0.0, -8.0], [8.0, 0.0], [0.0, 8.0], [-8.0, 0.0], [0.0, -8.0]])
_SLASH = np.array([[-8.8, 8.8], [8.8, -8.8], [-8.8, 8.8]])
_STUCK_PX = 9.0
_DROP = np.array([[0.0, 4.0], [3.2, -1.5], [-3.2, -1.5], [0.0, 4.0]])

_CLOSABLE = (DeviceKind.ISOLATION, DeviceKind.BOUNDARY)
_REGULATING = (DeviceKind.PRV, DeviceKind.PSV, DeviceKind.FCV)
_FITTINGS = (
    DeviceKind.AIR,
    DeviceKind.WASHOUT,
    DeviceKind.SERVICE,
    DeviceKind.METER,
    DeviceKind.OTHER,
    DeviceKind.HYDRANT,
)


class ValveMark(Enum):
    """One mark of a valve: of its position (the first three), or of what is wrong with it or not known."""

    OPEN = "open"
    CLOSED = "closed"
    DISPUTED = "disputed"
    STUCK = "stuck"
    PASSING = "passing"
    UNKNOWN = "unknown"
    ASSUMED = "assumed"


_POSITION = {
    Position.OPEN: ValveMark.OPEN,
    Position.CLOSED: ValveMark.CLOSED,
    Position.DISPUTED: ValveMark.DISPUTED,
}
POSITION_MARKS = frozenset(_POSITION.values())
_FLAW = {
    Condition.INOPERABLE: ValveMark.STUCK,
    Condition.PASSING: ValveMark.PASSING,
    Condition.UNKNOWN: ValveMark.UNKNOWN,
}


_LOUD = {ValveMark.STUCK, ValveMark.PASSING, ValveMark.UNKNOWN}
_DASHES: dict[ValveMark | None, tuple[float, ...]] = {ValveMark.UNKNOWN: (2.0, 1.6), ValveMark.ASSUMED: (1.2, 1.2)}


@dataclass(frozen=True)
class ValveLook:
    """How a valve's state is drawn: neither mark hides the other, since a stuck valve that is closed stays closed.

    Attributes:
        position: Mark of its position.
        flaw: Mark of its condition; None where it can be turned and closes.
    """

    position: ValveMark = ValveMark.OPEN
    flaw: ValveMark | None = None

    @property
    def marks(self) -> set[ValveMark]:
        """Its marks."""
        return {self.position} if self.flaw is None else {self.position, self.flaw}


def valve_look(position: int, condition: int, *, assumed: bool = False) -> ValveLook:
    """The look of one valve. Of an *assumed* one nothing is known but its rule, until somebody has seen it."""
    flaw = _FLAW.get(Condition(condition))
    if assumed and flaw is ValveMark.UNKNOWN:
        flaw = ValveMark.ASSUMED
    return ValveLook(_POSITION[Position(position)], flaw)


def look_of(content: MapContent, row: int) -> ValveLook:
    """The look of the valve *row* now."""
    states, assumed = content.states, bool(content.city.network.devices.assumed[row])
    return valve_look(int(states.position[row]), int(states.condition[row]), assumed=assumed)


def paint_devices(painter: QPainter, local: MapView, content: MapContent, theme: Theme, detail: Detail) -> None:
    """Valves and pumps in their state now."""
    if not detail.valves:
        return
    found = content.scene.devices.within(local.bounds.grown(_MARGIN_M))
    kind = content.city.network.devices.kind[found.row]
    px = local.many_to_px(found.xy_m)
    scale = detail.symbol_scale * (1.15 if theme.pipe_scale > 1 else 1.0)
    if detail.fittings:
        _paint_fittings(painter, px[np.isin(kind, _FITTINGS)], theme, scale)
    check = kind == DeviceKind.CHECK
    _paint_checks(painter, px[check], _flow_turn(found, content)[check], theme, scale)
    closable = np.isin(kind, _CLOSABLE)
    _paint_closable(painter, px[closable], found.turn[closable], _looks(found.row[closable], content), theme, scale)
    regulating = np.isin(kind, _REGULATING)
    _paint_regulating(painter, px[regulating], found.turn[regulating], theme, scale)
    pumps = kind == DeviceKind.PUMP
    _paint_pumps(painter, px[pumps], _flow_turn(found, content)[pumps], theme, scale)


def paint_customers(painter: QPainter, local: MapView, content: MapContent, theme: Theme, detail: Detail) -> None:
    """Customers where they can be told apart; critical ones from farther away."""
    scene, bounds = content.scene, local.bounds.grown(_MARGIN_M)
    if detail.customers:
        painter.setPen(pen(theme.t3, 3.0))
        draw_points(painter, local.many_to_px(scene.customers.within(bounds).xy_m))
    if detail.critical:
        for x, y in local.many_to_px(scene.critical.within(bounds).xy_m).tolist():
            paint_cross(painter, x, y, theme.t2, theme, 13.0)


def paint_hydrants(painter: QPainter, local: MapView, content: MapContent, theme: Theme, detail: Detail) -> None:
    """Hydrants."""
    if detail.hydrants:
        px = local.many_to_px(content.scene.hydrants.within(local.bounds.grown(_MARGIN_M)).xy_m)
        _paint_hydrants(painter, px, theme, detail.symbol_scale)


def paint_stations(painter: QPainter, local: MapView, content: MapContent, theme: Theme, detail: Detail) -> None:
    """Pump stations: half full where water stands in a tank, with a small square where they pump from the main."""
    if detail.stations:
        found = content.scene.stations.within(local.bounds.grown(_MARGIN_M))
        px, stored = local.many_to_px(found.xy_m), content.city.stations.storage_m3[found.row] > 0
        _paint_stations(painter, px, stored, theme)


def paint_sensors(painter: QPainter, local: MapView, content: MapContent, theme: Theme, detail: Detail) -> None:
    """Where sensors stand; what they read lies over the map."""
    if detail.sensors:
        px = local.many_to_px(content.scene.sensors.within(local.bounds.grown(_MARGIN_M)).xy_m)
        _paint_sensors(painter, px, theme, near=detail.plan_valves)


def _paint_hydrants(painter: QPainter, px: np.ndarray, theme: Theme, scale: float) -> None:
    stamp(painter, px, _ROUND * 4.0 * scale, theme.map_ground, theme.t3, 1.2)
    stamp(painter, px, _ROUND * 1.2, theme.t3, theme.t3, 1.0)


def _paint_stations(painter: QPainter, px: np.ndarray, stored: np.ndarray, theme: Theme) -> None:
    stamp(painter, px, _BOX * 1.4, theme.bg1, theme.t2, 1.2)
    stamp(painter, px[stored], _HALF_BOX * 1.4, theme.t2, theme.t2, 1.0)
    stamp(painter, px[~stored], _BOX * 0.5, theme.t2, theme.t2, 1.0)


def _paint_sensors(painter: QPainter, px: np.ndarray, theme: Theme, *, near: bool) -> None:
    stamp(painter, px, _ROUND * (3.6 if near else 2.2), theme.map_ground, theme.t2 if near else theme.t3, 1.3)


def _looks(rows: np.ndarray, content: MapContent) -> tuple[list[ValveLook], np.ndarray]:
    """The different looks of the valves *rows*, and which of them each has."""
    states, assumed = content.states, content.city.network.devices.assumed[rows]
    # One number for each state: to sort rows of a table takes a hundred times as long.
    code = (states.position[rows].astype(np.int64) * len(Condition) + states.condition[rows]) * 2 + assumed
    different, which = np.unique(code, return_inverse=True)
    looks = [
        valve_look(state // 2 // len(Condition), state // 2 % len(Condition), assumed=bool(state % 2))
        for state in different.tolist()
    ]
    return looks, which


def marks_shown(rows: np.ndarray, content: MapContent) -> set[ValveMark]:
    """The marks that the valves *rows* bear now."""
    return {mark for look in _looks(rows, content)[0] for mark in look.marks}


def _flow_turn(found: Points, content: MapContent) -> np.ndarray:
    """Bearing of each device's flow; along the line where it is not known."""
    against = content.city.network.devices.direction[found.row] < 0
    return np.where(against, found.turn + np.pi, found.turn)


def _paint_closable(
    painter: QPainter,
    px: np.ndarray,
    turn: np.ndarray,
    looks: tuple[list[ValveLook], np.ndarray],
    theme: Theme,
    scale: float,
) -> None:
    different, which = looks
    # Those with a flaw last, so that no sound one lies over them.
    for at in sorted(range(len(different)), key=lambda at: different[at].flaw in _LOUD):
        chosen = which == at
        _paint_look(painter, px[chosen], turn[chosen], different[at], theme, scale)


def _paint_look(
    painter: QPainter, px: np.ndarray, turn: np.ndarray, look: ValveLook, theme: Theme, scale: float
) -> None:
    """The mark of the position, and around, over or under it the one of the flaw."""
    stuck = look.flaw is ValveMark.STUCK
    if stuck:
        stamp(painter, px, _ROUND * _STUCK_PX * scale, theme.map_ground, theme.amber_text, 1.6)
        stamp(painter, px, _SLASH * scale, None, theme.amber_text, 1.6)
        scale *= 0.85
    if look.flaw is ValveMark.PASSING:
        under = px + np.array([0.0, (9.0 if look.position is not ValveMark.DISPUTED else 12.5) * scale])
        stamp(painter, under, -_DROP * scale * 0.8, theme.amber_text, theme.amber_text, 0.8)
    if stuck and look.position is not ValveMark.DISPUTED:
        # The slash goes behind the valve, not through what tells its position.
        stamp(painter, px, _BOW_TIE * scale, theme.map_ground, theme.map_ground, 4.0, turn)
    _paint_position(painter, px, turn, look, theme, scale)


def _paint_position(
    painter: QPainter, px: np.ndarray, turn: np.ndarray, look: ValveLook, theme: Theme, scale: float
) -> None:
    tie, ground = _BOW_TIE * scale, theme.map_ground
    ink = theme.amber_text if look.flaw in _LOUD else theme.t3
    dashes = _DASHES.get(look.flaw, ())
    match look.position:
        case ValveMark.CLOSED:
            if dashes:
                stamp(painter, px, _AROUND * scale, ground, ink, 1.3, turn, dashes=dashes)
            stamp(painter, px, tie if dashes else tie * 1.1, theme.t1, theme.t1, 1.1, turn)
        case ValveMark.DISPUTED:
            stamp(painter, px, _DIAMOND * scale, ground, theme.unintended, 1.6, dashes=dashes)
            for shift in (-3.0, 0.0, 3.0):
                dot = px + np.array([shift * scale, 0.0])
                stamp(painter, dot, _ROUND * 0.6, theme.unintended, theme.unintended, 0.8)
        case _:
            stamp(painter, px, tie, ground, ink, 1.1 if ink == theme.t3 else 1.3, turn, dashes=dashes)


def _paint_fittings(painter: QPainter, px: np.ndarray, theme: Theme, scale: float) -> None:
    stamp(painter, px, _ROUND * 2.2 * scale, theme.map_ground, theme.t3, 1.0)


def _paint_checks(painter: QPainter, px: np.ndarray, turn: np.ndarray, theme: Theme, scale: float) -> None:
    stamp(painter, px, _CHECK * scale, theme.map_ground, theme.t2, 1.2, turn)
    stamp(painter, px, _BAR * scale, None, theme.t2, 1.6, turn)


def _paint_regulating(painter: QPainter, px: np.ndarray, turn: np.ndarray, theme: Theme, scale: float) -> None:
    stamp(painter, px, _BOW_TIE * scale, theme.map_ground, theme.t2, 1.2, turn)
    stamp(painter, px, _ROUND * 2.6 * scale, theme.t2, theme.t2, 1.0)


def _paint_pumps(painter: QPainter, px: np.ndarray, turn: np.ndarray, theme: Theme, scale: float) -> None:
    stamp(painter, px, _ROUND * 7.0 * scale, theme.bg1, theme.t1, 1.4)
    stamp(painter, px, _CHECK * scale * 0.85, theme.t1, theme.t1, 1.0, turn)


def paint_sources(painter: QPainter, local: MapView, content: MapContent, theme: Theme) -> None:
    """Plants, reservoirs and tanks: always there."""
    found = content.scene.sources.within(local.bounds.grown(_MARGIN_M * max(local.m_per_px, 1)))
    for (x, y), row in zip(local.many_to_px(found.xy_m).tolist(), found.row.tolist(), strict=True):
        paint_source(painter, x, y, int(content.city.network.sources.kind[row]), theme)


def paint_source(painter: QPainter, x: float, y: float, kind: int, theme: Theme) -> None:
    """A plant or reservoir: a square with a triangle; a tank: a square half full."""
    box = QRectF(x - 8, y - 8, 16, 16)
    painter.setPen(pen(theme.t1, 1.4))
    painter.setBrush(QColor(theme.bg1))
    painter.drawRect(box)
    painter.setBrush(QColor(theme.t1))
    if kind == SourceKind.TANK:
        painter.fillRect(QRectF(x - 5, y, 10, 5), QColor(theme.t1))
    else:
        painter.drawPolygon([QPointF(x, y - 4.0), QPointF(x + 4.5, y + 4.0), QPointF(x - 4.5, y + 4.0)])
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_check(painter: QPainter, x: float, y: float, turn: float, theme: Theme) -> None:
    """One check valve, pointing the way it lets water pass."""
    _paint_checks(painter, np.array([[x, y]]), np.array([turn]), theme, 1.0)


def paint_hydrant(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    """One hydrant."""
    _paint_hydrants(painter, np.array([[x, y]]), theme, 1.0)


def paint_station(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    """One pump station that has no tank."""
    _paint_stations(painter, np.array([[x, y]]), np.zeros(1, dtype=np.bool_), theme)


def paint_tank_station(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    """One pump station with a tank."""
    _paint_stations(painter, np.array([[x, y]]), np.ones(1, dtype=np.bool_), theme)


def paint_sensor(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    """One sensor, as it stands on a near map."""
    _paint_sensors(painter, np.array([[x, y]]), theme, near=True)


def paint_regulator(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    """One valve that holds a pressure or a flow."""
    _paint_regulating(painter, np.array([[x, y]]), np.zeros(1), theme, 1.0)


def paint_pump(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    """One pump."""
    _paint_pumps(painter, np.array([[x, y]]), np.zeros(1), theme, 0.85)


def paint_inverse_valve(painter: QPainter, x: float, y: float, turn: float, theme: Theme) -> None:
    """A valve to be closed that has no number in the order: a bow-tie on an inverse square."""
    painter.setPen(pen(theme.action_on, 1.0))
    painter.setBrush(QColor(theme.action))
    painter.drawRoundedRect(QRectF(x - 9, y - 9, 18, 18), 2, 2)
    stamp(painter, np.array([[x, y]]), _BOW_TIE, theme.action_on, theme.action_on, 1.0, np.array([turn]))


def paint_cross(painter: QPainter, x: float, y: float, ink: str, theme: Theme, side: float) -> None:
    """A critical customer: a cross in a square."""
    painter.setPen(pen(ink, 1.6 * side / 18))
    painter.setBrush(QColor(theme.bg1))
    painter.drawRect(QRectF(x - side / 2, y - side / 2, side, side))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    arm, thick = side * 0.61, side * 0.2
    painter.fillRect(QRectF(x - thick / 2, y - arm / 2, thick, arm), QColor(ink))
    painter.fillRect(QRectF(x - arm / 2, y - thick / 2, arm, thick), QColor(ink))


def paint_valve(
    painter: QPainter, x: float, y: float, turn: float, look: ValveLook, theme: Theme, scale: float = 1.0
) -> None:
    """One valve in a state, wherever a plan names it."""
    _paint_look(painter, np.array([[x, y]]), np.array([turn]), look, theme, scale)
