"""A plan's marks and their names: the leak, valves in closing order, what is stuck, who must not be forgotten."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from app.ui.map.content import MapContent
from app.ui.map.lettering import chip_size, lettering, paint_chip, paint_text
from app.ui.map.placing import Box, Placer, around, beside, box_around
from app.ui.map.qtdraw import colour, pen
from app.ui.map.symbols import (
    ValveLook,
    ValveMark,
    look_of,
    paint_check,
    paint_cross,
    paint_inverse_valve,
    paint_source,
    paint_valve,
)
from app.ui.map.words import MapWords
from app.ui.theme import Theme
from gis.scene.detail import detail_at
from gis.scene.device_places import device_places
from gis.scene.plan_picture import PlanPicture
from gis.scene.view import MapView
from network.assets import Direction

BADGE_PX = 22.0
_MOVED_PX = (34.0, 42.0, 50.0, 66.0, 84.0)
_LEAK_PX = 30.0
_CROSS_PX = 18.0
_LEADER_FROM_PX = 34.0
_MOST_CRITICAL = 60
_MOST_MOVED = 60


@dataclass(frozen=True, eq=False)
class _Sheet:
    """Everything that marks are painted with."""

    painter: QPainter
    view: MapView
    content: MapContent
    plan: PlanPicture
    theme: Theme
    words: MapWords
    placer: Placer
    places: Mapping[int, tuple[float, float, float]]

    def valve_px(self, row: int) -> tuple[float, float]:
        x_m, y_m, _ = self.places[row]
        return self.view.to_px(x_m, y_m)

    def turn(self, row: int) -> float:
        return self.places[row][2]

    def near(self, x: float, y: float, by: float = 40.0) -> bool:
        return -by < x < self.view.width_px + by and -by < y < self.view.height_px + by


@dataclass(frozen=True)
class _Badge:
    """Where a valve's number goes: on the valve, or beside it with a leader."""

    row: int
    number: int
    x: float
    y: float
    box: Box
    moved: bool


def paint_marks(
    painter: QPainter,
    view: MapView,
    content: MapContent,
    plan: PlanPicture,
    theme: Theme,
    words: MapWords,
    placer: Placer,
) -> None:
    """Paint a plan's marks; every mark is painted, names yield where there is no room."""
    sheet = _Sheet(painter, view, content, plan, theme, words, placer, _places(content, plan))
    valves = detail_at(view.m_per_px).plan_valves
    _reserve_leak(sheet)
    stuck = _reserve_small(sheet, plan.stuck) if valves else []
    badges = _place_badges(sheet) if valves else []
    others = [*plan.verify, *plan.dead_side, *plan.held_by] if valves else []
    for row in others:
        _paint_other(sheet, row)
    for row in stuck:
        _paint_stuck(sheet, row)
    for badge in badges:
        _paint_leader(sheet, badge)
    for badge in badges:
        _paint_badge(sheet, badge)
    _paint_leak(sheet)
    _paint_stops(sheet)
    _name_leak(sheet)
    for badge in badges:
        _name_badge(sheet, badge)
    for row in stuck:
        passing = look_of(content, row).flaw is ValveMark.PASSING
        _name_valve(sheet, row, words.passing if passing else words.stuck, theme.amber_text)
    named = ((plan.verify, words.verify), (plan.drain_back, ""), (plan.held_by, ""))
    for rows, word in named if valves else ():
        for row in rows:
            _name_valve(sheet, row, word, theme.t1)
    _paint_critical(sheet)


def _places(content: MapContent, plan: PlanPicture) -> Mapping[int, tuple[float, float, float]]:
    """x, y (project CRS) and direction of every device that a plan names, by row."""
    named = {*plan.close, *plan.verify, *plan.dead_side, *plan.drain_back, *plan.held_by, *plan.stuck}
    rows = np.array(sorted(named), dtype=np.int64)
    xy_m, turn = device_places(content.city.network, content.pipes, rows)
    return dict(zip(rows.tolist(), np.column_stack([xy_m, turn]).tolist(), strict=True))


def _reserve_leak(sheet: _Sheet) -> None:
    if sheet.plan.at_m is not None:
        x, y = sheet.view.to_px(*sheet.plan.at_m)
        sheet.placer.take(box_around(x, y, _LEAK_PX, _LEAK_PX))


def _reserve_small(sheet: _Sheet, rows: tuple[int, ...]) -> list[int]:
    """Those of *rows* that are on the picture; their room is taken."""
    shown = [row for row in rows if sheet.near(*sheet.valve_px(row))]
    for row in shown:
        sheet.placer.take(box_around(*sheet.valve_px(row), 24.0, 24.0))
    return shown


def _place_badges(sheet: _Sheet) -> list[_Badge]:
    places = [(row, number, *sheet.valve_px(row)) for number, row in enumerate(sheet.plan.close, start=1)]
    shown = [place for place in places if sheet.near(place[2], place[3])]
    if not shown:
        return []
    # Where there are more than leaders could tell apart, every badge stays on its valve.
    crowded = len(shown) > _MOST_MOVED
    middle = np.mean([(x, y) for _, _, x, y in shown], axis=0)
    badges = []
    for row, number, x, y in shown:
        here = box_around(x, y, BADGE_PX, BADGE_PX)
        if crowded or sheet.placer.is_free(_grown(here, 2)):
            sheet.placer.take(here)
            badges.append(_Badge(row, number, x, y, here, moved=False))
            continue
        away = math.atan2(y - float(middle[1]), x - float(middle[0]))
        found = sheet.placer.first_free(around(x, y, BADGE_PX, BADGE_PX, _MOVED_PX, away))
        badges.append(_Badge(row, number, x, y, found or here, moved=found is not None))
    return badges


def _grown(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _paint_leader(sheet: _Sheet, badge: _Badge) -> None:
    """From a badge that had to move to its valve; painted below all badges."""
    if badge.moved:
        sheet.painter.setPen(pen(sheet.theme.action, 1.6))
        sheet.painter.drawLine(QPointF(badge.x, badge.y), _middle(badge.box))
        paint_valve(sheet.painter, badge.x, badge.y, sheet.turn(badge.row), ValveLook(ValveMark.CLOSED), sheet.theme)


def _middle(box: Box) -> QPointF:
    return QPointF((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)


def _paint_badge(sheet: _Sheet, badge: _Badge) -> None:
    painter, theme = sheet.painter, sheet.theme
    plate = QRectF(badge.box[0], badge.box[1], BADGE_PX, BADGE_PX)
    painter.setPen(pen(theme.action_on, 1.0))
    painter.setBrush(QColor(theme.action))
    painter.drawRoundedRect(plate, 2, 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    number = lettering(str(badge.number), 13 if badge.number < 100 else 11, 600)
    paint_text(painter, plate.center().x(), plate.center().y(), number, QColor(theme.action_on))


def _paint_other(sheet: _Sheet, row: int) -> None:
    """A device that the plan relies on or mentions without numbering it: its state, ringed."""
    x, y = sheet.valve_px(row)
    if not sheet.near(x, y):
        return
    painter, theme, plan = sheet.painter, sheet.theme, sheet.plan
    sheet.placer.take(box_around(x, y, 20.0, 20.0))
    turn = sheet.turn(row)
    if row in plan.drain_back:
        paint_inverse_valve(painter, x, y, turn, theme)
        return
    painter.setBrush(colour(theme.map_ground, 0.85))
    painter.setPen(pen(theme.t3 if row in plan.dead_side else theme.t1, 1.6))
    painter.drawEllipse(QPointF(x, y), 10.0, 10.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if row in plan.held_by:
        against = sheet.content.city.network.devices.direction[row] == Direction.AGAINST
        paint_check(painter, x, y, turn + math.pi if against else turn, theme)
        return
    look = look_of(sheet.content, row)
    if row in plan.verify:
        look = replace(look, position=ValveMark.CLOSED)
    paint_valve(painter, x, y, turn, look, theme)


def _paint_stuck(sheet: _Sheet, row: int) -> None:
    x, y = sheet.valve_px(row)
    paint_valve(sheet.painter, x, y, sheet.turn(row), look_of(sheet.content, row), sheet.theme, 1.15)


def _paint_leak(sheet: _Sheet) -> None:
    """A diamond with a drop in it, in a dashed ring."""
    if sheet.plan.at_m is None:
        return
    painter, theme = sheet.painter, sheet.theme
    x, y = sheet.view.to_px(*sheet.plan.at_m)
    painter.setPen(pen(theme.leak, 1.5, Qt.PenStyle.DashLine, Qt.PenCapStyle.FlatCap))
    painter.setBrush(colour(theme.leak, 0.08))
    painter.drawEllipse(QPointF(x, y), 24.0, 24.0)
    painter.setPen(pen(theme.map_ground, 1.5))
    painter.setBrush(QColor(theme.leak))
    painter.drawPolygon([QPointF(x, y - 14), QPointF(x + 14, y), QPointF(x, y + 14), QPointF(x - 14, y)])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.fillPath(_drop(x, y), QColor(theme.red_on))


def _drop(x: float, y: float) -> QPainterPath:
    drop = QPainterPath(QPointF(x, y - 7.0))
    drop.cubicTo(QPointF(x + 2.5, y - 3.0), QPointF(x + 4.6, y - 0.8), QPointF(x + 4.6, y + 2.0))
    drop.cubicTo(QPointF(x + 4.6, y + 7.6), QPointF(x - 4.6, y + 7.6), QPointF(x - 4.6, y + 2.0))
    drop.cubicTo(QPointF(x - 4.6, y - 0.8), QPointF(x - 2.5, y - 3.0), QPointF(x, y - 7.0))
    return drop


def _paint_stops(sheet: _Sheet) -> None:
    """Sources that must be stopped: in a red square, named."""
    sources = sheet.content.city.network.sources
    for row in sheet.plan.stop:
        x, y = sheet.view.to_px(float(sources.x_m[row]), float(sources.y_m[row]))
        if sheet.near(x, y):
            sheet.placer.take(box_around(x, y, 26.0, 26.0))
            paint_source(sheet.painter, x, y, int(sources.kind[row]), sheet.theme)
            sheet.painter.setPen(pen(sheet.theme.red, 2.4))
            sheet.painter.drawRect(QRectF(x - 12, y - 12, 24, 24))
            _name(sheet, x, y, 16.0, f"{sources.ids[row]} {sheet.words.stop_source}", sheet.theme.red_text, forced=True)


def _name(
    sheet: _Sheet, x: float, y: float, gap: float, text: str, ink: str, *, edge: str = "", forced: bool = False
) -> None:
    """Put a chip beside a mark; one that finds no room yields unless it is *forced*."""
    width, height = chip_size(text)
    found = sheet.placer.first_free(beside(x, y, width, height, gap))
    if found is None and forced:
        found = sheet.placer.first_free(around(x, y, width, height, (60.0, 90.0, 120.0), -math.pi / 2))
        if found is not None:
            sheet.painter.setPen(pen(edge or ink, 1.0))
            sheet.painter.drawLine(QPointF(x, y), _middle(found))
        else:
            found = next(beside(x, y, width, height, gap))
    if found is not None:
        paint_chip(sheet.painter, found, text, sheet.theme, ink=ink, edge=edge)


def _name_leak(sheet: _Sheet) -> None:
    if sheet.plan.at_m is not None and sheet.plan.label:
        x, y = sheet.view.to_px(*sheet.plan.at_m)
        width, height = chip_size(sheet.plan.label, 600)
        options = [box_around(x, y + 38, width, height), box_around(x, y - 38, width, height)]
        options += beside(x, y, width, height, 28.0)
        options += around(x, y, width, height, (70.0, 95.0, 125.0), math.pi / 2)
        found = sheet.placer.first_free(options) or options[0]
        sheet.placer.take(found)
        away = _middle(found) - QPointF(x, y)
        if math.hypot(away.x(), away.y()) > _LEADER_FROM_PX + width / 2:
            sheet.painter.setPen(pen(sheet.theme.leak, 1.0))
            sheet.painter.drawLine(
                QPointF(x, y) + away * (_LEAK_PX / 2 / math.hypot(away.x(), away.y())), _middle(found)
            )
        paint_chip(
            sheet.painter, found, sheet.plan.label, sheet.theme, ink=sheet.theme.leak, edge=sheet.theme.leak, weight=600
        )


def _name_badge(sheet: _Sheet, badge: _Badge) -> None:
    x, y = (badge.box[0] + badge.box[2]) / 2, (badge.box[1] + badge.box[3]) / 2
    _name(sheet, x, y, BADGE_PX / 2 + 4, sheet.content.city.network.devices.ids[badge.row], sheet.theme.t1)


def _name_valve(sheet: _Sheet, row: int, word: str, ink: str) -> None:
    x, y = sheet.valve_px(row)
    if sheet.near(x, y, 0.0):
        edge = "" if ink == sheet.theme.t1 else ink
        _name(sheet, x, y, 14.0, f"{sheet.content.city.network.devices.ids[row]} {word}".rstrip(), ink, edge=edge)


def _paint_critical(sheet: _Sheet) -> None:
    """Critical customers that are affected: a cross in a square, always named."""
    customers, storage = sheet.content.city.customers, set(sheet.plan.storage_customers.tolist())
    shown = []
    for row in sheet.plan.critical.tolist():
        x, y = sheet.view.to_px(float(customers.x_m[row]), float(customers.y_m[row]))
        if sheet.near(x, y, 0.0):
            shown.append((row, x, y))
            sheet.placer.take(box_around(x, y, _CROSS_PX, _CROSS_PX))
    for row, x, y in shown:
        paint_cross(
            sheet.painter, x, y, sheet.theme.on_storage if row in storage else sheet.theme.leak, sheet.theme, _CROSS_PX
        )
    for row, x, y in shown[:_MOST_CRITICAL]:
        ink = sheet.theme.on_storage if row in storage else sheet.theme.leak
        _name(sheet, x, y, _CROSS_PX / 2 + 4, customers.name[row] or customers.ids[row], ink, edge=ink, forced=True)
