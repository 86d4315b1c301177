"""Valves, hydrants, sources and other things as shapes: state is told by shape first, colour second."""

from __future__ import annotations

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
_CHECK = np.array([[-4.5, -4.0], [-4.5, 4.0], [4.0, 0.0], [-4.5, -4.0]])
_BAR = np.array([[4.2, -4.2], [4.2, 4.2], [4.2, -4.2]])
_BOX = np.array([[-3.0, -3.0], [3.0, -3.0], [3.0, 3.0], [-3.0, 3.0], [-3.0, -3.0]])
_HALF_BOX = np.array([[-3.0, 0.4], [3.0, 0.4], [3.0, 3.0], [-3.0, 3.0], [-3.0, 0.4]])
_ROUND = np.column_stack([np.cos(np.linspace(0, 2 * np.pi, 17)), np.sin(np.linspace(0, 2 * np.pi, 17))])
_DIAMOND = np.array([[0.0, -8.0], [8.0, 0.0], [0.0, 8.0], [-8.0, 0.0], [0.0, -8.0]])
_SLASH = np.array([[-6.2, 6.2], [6.2, -6.2], [-6.2, 6.2]])
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


class ValveLook(Enum):
    """How a valve's state is drawn."""

    OPEN = "open"
    CLOSED = "closed"
    STUCK = "stuck"
    PASSING = "passing"
    UNKNOWN = "unknown"
    ASSUMED = "assumed"
    DISPUTED = "disputed"


def valve_look(position: int, condition: int, *, assumed: bool = False) -> ValveLook:
    """The look of one valve; what matters most to a plan wins. Of an *assumed* valve nothing is known but its rule."""
    if position == Position.DISPUTED:
        return ValveLook.DISPUTED
    if condition == Condition.INOPERABLE:
        return ValveLook.STUCK
    if condition == Condition.PASSING:
        return ValveLook.PASSING
    if position == Position.CLOSED:
        return ValveLook.CLOSED
    if condition == Condition.UNKNOWN:
        return ValveLook.ASSUMED if assumed else ValveLook.UNKNOWN
    return ValveLook.OPEN


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


def _looks(rows: np.ndarray, content: MapContent) -> np.ndarray:
    states, assumed = content.states, content.city.network.devices.assumed[rows]
    # One number for each state: to sort rows of a table takes a hundred times as long.
    code = (states.position[rows].astype(np.int64) * len(Condition) + states.condition[rows]) * 2 + assumed
    different, which = np.unique(code, return_inverse=True)
    looks = np.empty(len(different), dtype=object)
    looks[:] = [
        valve_look(state // 2 // len(Condition), state // 2 % len(Condition), assumed=bool(state % 2))
        for state in different.tolist()
    ]
    return looks[which]


def looks_shown(rows: np.ndarray, content: MapContent) -> set[ValveLook]:
    """The looks that the valves *rows* have now."""
    return set(_looks(rows, content).tolist())


def _flow_turn(found: Points, content: MapContent) -> np.ndarray:
    """Bearing of each device's flow; along the line where it is not known."""
    against = content.city.network.devices.direction[found.row] < 0
    return np.where(against, found.turn + np.pi, found.turn)


def _paint_closable(
    painter: QPainter, px: np.ndarray, turn: np.ndarray, looks: np.ndarray, theme: Theme, scale: float
) -> None:
    for look in ValveLook:
        chosen = looks == look
        if chosen.any():
            _paint_look(painter, px[chosen], turn[chosen], look, theme, scale)


def _paint_look(
    painter: QPainter, px: np.ndarray, turn: np.ndarray, look: ValveLook, theme: Theme, scale: float
) -> None:
    tie = _BOW_TIE * scale
    quiet, ground = theme.t3, theme.map_ground
    match look:
        case ValveLook.OPEN:
            stamp(painter, px, tie, ground, quiet, 1.1, turn)
        case ValveLook.CLOSED:
            stamp(painter, px, tie * 1.1, theme.t1, theme.t1, 1.1, turn)
        case ValveLook.PASSING:
            stamp(painter, px, tie, ground, theme.amber_text, 1.3, turn)
            stamp(
                painter,
                px + np.array([0.0, 9.0 * scale]),
                -_DROP * scale * 0.8,
                theme.amber_text,
                theme.amber_text,
                0.8,
            )
        case ValveLook.UNKNOWN:
            stamp(painter, px, tie, ground, theme.amber_text, 1.2, turn, dashes=(2.0, 1.6))
        case ValveLook.ASSUMED:
            stamp(painter, px, tie, ground, quiet, 1.1, turn, dashes=(1.2, 1.2))
        case ValveLook.STUCK:
            stamp(painter, px, _ROUND * 9.0 * scale, ground, theme.amber_text, 1.6)
            stamp(painter, px, tie * 0.85, None, theme.amber_text, 1.3, turn)
            stamp(painter, px, _SLASH * scale, None, theme.amber_text, 1.6)
        case ValveLook.DISPUTED:
            stamp(painter, px, _DIAMOND * scale, ground, theme.unintended, 1.6)
            for shift in (-3.0, 0.0, 3.0):
                dot = px + np.array([shift * scale, 0.0])
                stamp(painter, dot, _ROUND * 0.6, theme.unintended, theme.unintended, 0.8)


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
