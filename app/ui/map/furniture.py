"""What stands in the corners of the map: legend, scale bar, north, and what the data is not."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.messages import formats
from app.ui.map.content import MapContent
from app.ui.map.density import GATHERED, gathers, is_veil, paint_sample, paint_veil_sample, points_of
from app.ui.map.lettering import chip_size, lettering, paint_chip, paint_text
from app.ui.map.overview import overview_box
from app.ui.map.placing import Box, Placer
from app.ui.map.pressure_marks import LOW_SHAPE, TURN_SHAPE, PressureMarks
from app.ui.map.qtdraw import colour, pen, shapes_path
from app.ui.map.reach_marks import ReachMarks, late_inks, near_ink
from app.ui.map.shades import PipeShades
from app.ui.map.symbols import (
    POSITION_MARKS,
    ValveLook,
    ValveMark,
    marks_shown,
    paint_check,
    paint_inverse_valve,
    paint_valve,
)
from app.ui.map.words import MapWords
from app.ui.theme import Theme
from gis.scene.detail import MapLayer, detail_at
from gis.scene.plan_picture import PlanPicture
from gis.scene.view import Bounds, MapView, scale_bar_m
from network.assets import DeviceKind

_EDGE_PX = 12.0
_BAR_PX = 26.0
_LONGEST_BAR_PX, _SHORT_BAR_PX, _BAR_ABOVE_PX = 140.0, 70.0, 8.0
_ABOVE_PX = 32.0
"""Room for the plates in the upper corners."""
_LEAST_ROWS = 2
_MUCH = 0.2
"""House value: of the map's area."""
_ROW_PX = 20.0
_SWATCH_PX = 24.0
_MOST_LOOKED_AT = 4_000

Swatch = Callable[[QPainter, float, float, Theme], None]
"""Paints a legend's sample with its middle at (x, y)."""


@dataclass(frozen=True)
class LegendEntry:
    """One line of the legend."""

    text: str
    swatch: Swatch


@dataclass(frozen=True)
class Furniture:
    """What stands in the corners of one picture, and where.

    Attributes:
        entries: Lines of the legend; its box is *legend*.
        bar_m: Length of the scale bar on the ground; its box is *bar*.
        north: Box of the arrow.
        chips: Texts of the plates and their boxes.
        folded: Whether the legend is one line.
    """

    entries: tuple[LegendEntry, ...]
    legend: Box
    bar_m: float
    bar: Box
    north: Box
    chips: tuple[tuple[str, Box], ...]
    folded: bool = False

    @property
    def boxes(self) -> tuple[Box, ...]:
        """All room that is taken."""
        return self.legend, self.bar, self.north, *(box for _, box in self.chips)


def arrange(
    view: MapView, content: MapContent, words: MapWords, placer: Placer, *, foldable: bool = False
) -> Furniture:
    """Choose what stands in the corners and take its room; to be painted last, over everything.

    On a screen the legend is *foldable*: then it bears a mark that says so, and may be folded to one line. Where nobody
    has chosen yet it is folded if it would cover much of the map: an alarm under it would not be seen.
    """
    entries = tuple(legend_entries(view, content, words))
    folded = False
    if foldable and entries:
        whole = (LegendEntry(words.legend, partial(_fold_mark, folded=False)), *entries)
        folded = _covers_much(view, whole) if content.legend_folded is None else content.legend_folded
        entries = (LegendEntry(words.legend, partial(_fold_mark, folded=True)),) if folded else whole
    legend = _legend_box(view, entries)
    bar_m, bar = _scale_bar(view, legend, overview_box(view, content) if foldable else None)
    north = (view.width_px - _EDGE_PX - 28.0, _EDGE_PX, view.width_px - _EDGE_PX, _EDGE_PX + 42.0)
    arranged = Furniture(entries, legend, bar_m, bar, north, tuple(_chips(content, words)), folded)
    placer.take(*arranged.boxes)
    return arranged


def _covers_much(view: MapView, entries: tuple[LegendEntry, ...]) -> bool:
    left, top, right, bottom = _legend_box(view, entries)
    return (right - left) * (bottom - top) > _MUCH * view.width_px * view.height_px


def clear_of_legend(view: MapView, bounds: Bounds, legend: Box) -> MapView:
    """*view*, which shows all of *bounds*, moved so that the legend in its lower left corner covers little of them.

    What is nearest is moved: upwards, or to the right, and never so far that *bounds* pass an edge.
    """
    left, top = view.to_px(bounds.x_min, bounds.y_max)
    right, bottom = view.to_px(bounds.x_max, bounds.y_min)
    over_px, beside_px = bottom - legend[1] + _EDGE_PX, legend[2] + _EDGE_PX - left
    if legend[2] <= legend[0] or over_px <= 0 or beside_px <= 0:
        return view
    up_px, right_px = max(top - _ABOVE_PX - _EDGE_PX, 0.0), max(view.width_px - right - _EDGE_PX, 0.0)
    if beside_px <= right_px and (beside_px < over_px or over_px > up_px):
        return view.panned(beside_px, 0.0)
    return view.panned(0.0, -min(over_px, up_px))


def rescaled(arranged: Furniture, view: MapView, overview: Box | None) -> Furniture:
    """The same with a scale bar for another scale: while the map zooms nobody reads a legend that changes."""
    bar_m, bar = _scale_bar(view, arranged.legend, overview)
    return replace(arranged, bar_m=bar_m, bar=bar)


def _scale_bar(view: MapView, legend: Box, overview: Box | None) -> tuple[float, Box]:
    """Length on the ground, and the room it takes: beside the legend, or over the overview where that is in the way.

    Where even a short one has no room beside a long legend it stands over that.
    """
    left, bottom = legend[2] + 12.0, view.height_px - _EDGE_PX
    bar_m, width = _bar_of(view, _LONGEST_BAR_PX)
    if overview is not None and left + width > overview[0]:
        left, bottom = overview[2] - width, overview[1] - _BAR_ABOVE_PX
    elif left + width > view.width_px - _EDGE_PX:
        bar_m, width = _bar_of(view, _SHORT_BAR_PX)
        # In a tiny picture it would cover what the picture is of.
        has_room_above = legend[1] - _BAR_ABOVE_PX - _BAR_PX >= _EDGE_PX + _ABOVE_PX and 3 * width <= view.width_px
        if left + width > view.width_px - _EDGE_PX and has_room_above:
            left, bottom = legend[0], legend[1] - _BAR_ABOVE_PX
    return bar_m, (left, bottom - _BAR_PX, left + width, bottom)


def _bar_of(view: MapView, longest_px: float) -> tuple[float, float]:
    """The longest bar up to a length: what it stands for on the ground, and the width of its plate."""
    bar_m = scale_bar_m(view.m_per_px, longest_px)
    return bar_m, bar_m / view.m_per_px + lettering(_distance(bar_m), 12).width + 32.0


def paint_furniture(painter: QPainter, view: MapView, arranged: Furniture, theme: Theme, words: MapWords) -> None:
    """Paint legend, scale bar, north arrow and chips."""
    paint_still_furniture(painter, arranged, theme, words)
    paint_scale_bar(painter, view, arranged, theme)


def paint_still_furniture(painter: QPainter, arranged: Furniture, theme: Theme, words: MapWords) -> None:
    """Paint what stays as it is while the map zooms: legend, north arrow and chips."""
    _paint_legend(painter, arranged, theme)
    _paint_north(painter, arranged.north, theme, words)
    for text, box in arranged.chips:
        paint_chip(painter, box, text, theme, ink=theme.t2, edge=theme.t3, dashed=True)


def legend_entries(view: MapView, content: MapContent, words: MapWords) -> list[LegendEntry]:
    """What is on the picture now and needs a word."""
    names = _mark_words(words)
    entries = [] if content.plan is None else _plan_entries(view, content.plan, words)
    if content.pressures is not None:
        entries += _pressure_entries(content.pressures, words)
    if content.shades is not None:
        entries += _shade_entries(content.shades)
    if content.reach is not None:
        entries += _reach_entries(content.reach, words)
    entries += [LegendEntry(names[mark], _valve(_sample(mark))) for mark in _marks_shown(view, content)]
    return entries + list(_gathered_entries(view, content, words))


def _gathered_entries(view: MapView, content: MapContent, words: MapWords) -> Iterator[LegendEntry]:
    """What is too much here to be drawn one by one: a line for each kind of mark, and one for all veils together."""
    detail, bounds = detail_at(view.m_per_px), view.relative_to(*content.scene.origin_m).bounds
    names = {
        MapLayer.VALVES: words.valves,
        MapLayer.HYDRANTS: words.hydrants,
        MapLayer.STATIONS: words.stations,
        MapLayer.CUSTOMERS: words.customers,
    }
    veiled = []
    for layer in GATHERED:
        if not (gathers(layer, detail) and content.shows(layer, view.m_per_px)):
            continue
        if not points_of(content.scene, layer).index.count(bounds):
            continue
        if is_veil(layer, view.m_per_px):
            veiled.append(names[layer])
        else:
            yield LegendEntry(words.gathered.format(things=names[layer]), partial(paint_sample, layer))
    if veiled:
        yield LegendEntry(words.veiled.format(things=words.and_others.join(veiled)), paint_veil_sample)


def _plan_entries(view: MapView, plan: PlanPicture, words: MapWords) -> list[LegendEntry]:
    detail = detail_at(view.m_per_px)
    valves = detail.plan_valves
    choices = (
        (len(plan.isolated), words.isolated, _line("leak")),
        (len(plan.unintended), words.unintended, _line("unintended", dashes=[1.9, 1.1])),
        (len(plan.on_storage) + len(plan.storage_customers), words.on_storage, _line("on_storage", double=True)),
        (len(plan.restorable), words.restorable, _line("restorable", dashes=[3.0, 1.2, 1.0, 1.2])),
        (len(plan.path), words.water_path, _line("acc", dashes=[2.5, 1.5])),
        (valves and plan.close, words.to_close, _badge),
        (valves and plan.verify, words.verify, _ringed),
        (valves and set(plan.dead_side) - set(plan.drain_back), words.dead_side, _ringed_grey),
        (valves and plan.drain_back, words.drain_back, _inverse),
        (valves and plan.held_by, words.held_by, _check),
        (len(plan.critical), words.critical, _cross),
        (detail.density and len(plan.out), words.customers_out, _density),
    )
    return [LegendEntry(text, swatch) for shown, text, swatch in choices if shown]


def _pressure_entries(marks: PressureMarks, words: MapWords) -> list[LegendEntry]:
    choices = ((len(marks.low), words.newly_low, _triangle), (len(marks.reversed), words.turns_round, _arrow))
    return [LegendEntry(text, swatch) for shown, text, swatch in choices if shown]


def _shade_entries(shades: PipeShades) -> list[LegendEntry]:
    """A heading, then the levels that are in use, the greatest first."""
    levels = [level for level in range(len(shades.labels), 0, -1) if shades.labels[level - 1]]
    return [
        LegendEntry(shades.title, _nothing),
        *(LegendEntry(shades.labels[level - 1], _shade(shades, level)) for level in levels),
    ]


def _reach_entries(marks: ReachMarks, words: MapWords) -> list[LegendEntry]:
    minutes = formats.number(round(marks.limit_min))
    choices = (
        (marks.near_limit.any(), words.near_limit, _near_limit),
        (marks.late.any(), words.beyond_limit, _beyond_limit),
    )
    return [
        LegendEntry(words.minutes_to_crew, _minutes),
        *(LegendEntry(text.format(minutes=minutes), swatch) for shown, text, swatch in choices if shown),
    ]


def _mark_words(words: MapWords) -> dict[ValveMark, str]:
    return {
        ValveMark.OPEN: words.open,
        ValveMark.CLOSED: words.closed,
        ValveMark.STUCK: words.stuck,
        ValveMark.PASSING: words.passing,
        ValveMark.UNKNOWN: words.unknown,
        ValveMark.ASSUMED: words.assumed,
        ValveMark.DISPUTED: words.disputed,
    }


def _marks_shown(view: MapView, content: MapContent) -> list[ValveMark]:
    """Marks of valves on the picture: positions first, then what is wrong with some."""
    detail, plan = detail_at(view.m_per_px), content.plan
    if detail.valves and content.shows(MapLayer.VALVES, view.m_per_px):
        rows = content.scene.devices.within(view.relative_to(*content.scene.origin_m).bounds).row[:_MOST_LOOKED_AT]
        kind = content.city.network.devices.kind[rows]
        present = marks_shown(rows[(kind == DeviceKind.ISOLATION) | (kind == DeviceKind.BOUNDARY)], content)
    elif detail.plan_valves and plan is not None and plan.stuck:
        present = marks_shown(np.array(plan.stuck), content) - {ValveMark.OPEN}
    else:
        present = set()
    return [mark for mark in ValveMark if mark in present]


def _legend_box(view: MapView, entries: tuple[LegendEntry, ...]) -> Box:
    bottom = view.height_px - _EDGE_PX
    if not entries:
        return _EDGE_PX, bottom, _EDGE_PX, bottom
    rows = _legend_rows(len(entries), view.height_px)
    width = math.ceil(len(entries) / rows) * _column_px(entries)
    return _EDGE_PX, bottom - rows * _ROW_PX - 12.0, _EDGE_PX + width, bottom


def _legend_rows(entries: int, height_px: float) -> int:
    """How many lines stand below each other: as many as fit under the plates above, on a low map in several columns."""
    room = int((height_px - 2 * _EDGE_PX - _ABOVE_PX - 12.0) // _ROW_PX)
    return min(entries, max(room, _LEAST_ROWS))


def _column_px(entries: tuple[LegendEntry, ...]) -> float:
    return max(lettering(entry.text, 12).width for entry in entries) + _SWATCH_PX + 30.0


def _paint_legend(painter: QPainter, arranged: Furniture, theme: Theme) -> None:
    if not arranged.entries:
        return
    _paint_plate(painter, arranged.legend, theme)
    rows = round((arranged.legend[3] - arranged.legend[1] - 12.0) / _ROW_PX)
    for number, entry in enumerate(arranged.entries):
        column, row = divmod(number, rows)
        left = arranged.legend[0] + column * _column_px(arranged.entries)
        y = arranged.legend[1] + 6.0 + (row + 0.5) * _ROW_PX
        text = lettering(entry.text, 12)
        entry.swatch(painter, left + 10.0 + _SWATCH_PX / 2, y, theme)
        paint_text(painter, left + 20.0 + _SWATCH_PX + text.width / 2, y, text, QColor(theme.t1))


def _paint_plate(painter: QPainter, box: Box, theme: Theme) -> None:
    """Ground on which things can be read whatever the map shows beneath."""
    left, top, right, bottom = box
    painter.setPen(pen(theme.line, 1.0))
    painter.setBrush(colour(theme.bg1, 0.97))
    painter.drawRect(QRectF(left + 0.5, top + 0.5, right - left, bottom - top))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _distance(length_m: float) -> str:
    return f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"


def paint_scale_bar(painter: QPainter, view: MapView, arranged: Furniture, theme: Theme) -> None:
    """Paint the scale bar, with its length on the ground."""
    width = arranged.bar_m / view.m_per_px
    x, y = arranged.bar[0] + 12.0, arranged.bar[3] - _BAR_PX / 2 + 2.0
    text = lettering(_distance(arranged.bar_m), 12)
    _paint_plate(painter, arranged.bar, theme)
    painter.setPen(pen(theme.t2, 1.4, cap=Qt.PenCapStyle.SquareCap))
    painter.drawPolyline([QPointF(x, y - 4), QPointF(x, y), QPointF(x + width, y), QPointF(x + width, y - 4)])
    paint_text(painter, x + width + 8 + text.width / 2, y - 2, text, QColor(theme.t1))


def _paint_north(painter: QPainter, box: Box, theme: Theme, words: MapWords) -> None:
    x, y = (box[0] + box[2]) / 2, box[1] + 16.0
    _paint_plate(painter, box, theme)
    painter.setPen(pen(theme.t2, 1.2))
    painter.drawPolygon([QPointF(x, y - 11), QPointF(x + 5, y + 6), QPointF(x, y + 2), QPointF(x - 5, y + 6)])
    paint_text(painter, x, y + 15, lettering(words.north, 12, 500), QColor(theme.t1))


def _chips(content: MapContent, words: MapWords) -> Iterator[tuple[str, Box]]:
    """Plates that say what the data is not: a real city, recorded valves."""
    texts = [words.synthetic] if content.scene.synthetic else []
    if content.scene.assumed_valves:
        texts.append(f"{words.assumed_valves} · {content.scene.assumed_valves}")
    x = _EDGE_PX
    for text in texts:
        width, height = chip_size(text)
        yield text, (x, _EDGE_PX, x + width + 4, _EDGE_PX + height + 2)
        x += width + 12


def _line(token: str, *, dashes: list[float] | None = None, double: bool = False) -> Swatch:
    def paint(painter: QPainter, x: float, y: float, theme: Theme) -> None:
        stroke = pen(getattr(theme, token), 4.0, cap=Qt.PenCapStyle.FlatCap)
        if dashes is not None:
            stroke.setDashPattern(dashes)
        painter.setPen(stroke)
        painter.drawLine(QPointF(x - _SWATCH_PX / 2, y), QPointF(x + _SWATCH_PX / 2, y))
        if double:
            painter.setPen(pen(theme.bg1, 1.4, cap=Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(x - _SWATCH_PX / 2, y), QPointF(x + _SWATCH_PX / 2, y))

    return paint


def _triangle(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    _fill_shape(painter, LOW_SHAPE, x, y, theme.low)


def _arrow(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    _fill_shape(painter, TURN_SHAPE, x, y, theme.amber_text)


def _fill_shape(painter: QPainter, outline: np.ndarray, x: float, y: float, ink: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ink))
    painter.drawPath(shapes_path(np.array([[x, y]]), outline))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _minutes(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    text = lettering("12", 12, 600)
    paint_text(painter, x, y, text, QColor(theme.t1), QColor(theme.map_halo))


def _near_limit(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    painter.fillRect(_block(x, y), near_ink(theme))


def _beyond_limit(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    for ink in late_inks(theme):
        painter.fillRect(_block(x, y), ink)


def _block(x: float, y: float) -> QRectF:
    return QRectF(x - _SWATCH_PX / 2, y - 6, _SWATCH_PX, 12)


def _fold_mark(painter: QPainter, x: float, y: float, theme: Theme, *, folded: bool) -> None:
    """A triangle that points to where the legend would go: upwards where it is folded, downwards where it is not."""
    way = -4.0 if folded else 4.0
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.t2))
    painter.drawPolygon([QPointF(x - 6, y - way / 2), QPointF(x + 6, y - way / 2), QPointF(x, y + way)])
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _nothing(_painter: QPainter, _x: float, _y: float, _theme: Theme) -> None:
    """A heading has no sample."""


def _shade(shades: PipeShades, level: int) -> Swatch:
    def paint(painter: QPainter, x: float, y: float, theme: Theme) -> None:
        painter.setPen(pen(shades.ink(theme, level), shades.width_px(2.2, level), cap=Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(x - _SWATCH_PX / 2, y), QPointF(x + _SWATCH_PX / 2, y))

    return paint


def _sample(mark: ValveMark) -> ValveLook:
    """A valve that bears the mark; a flaw is shown at an open one."""
    return ValveLook(mark) if mark in POSITION_MARKS else ValveLook(flaw=mark)


def _valve(look: ValveLook) -> Swatch:
    def paint(painter: QPainter, x: float, y: float, theme: Theme) -> None:
        paint_valve(painter, x, y, 0.0, look, theme, 0.85)

    return paint


def _badge(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.action))
    painter.drawRoundedRect(QRectF(x - 8, y - 8, 16, 16), 2, 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    paint_text(painter, x, y, lettering("1", 12, 600), QColor(theme.action_on))


def _ringed(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    painter.setPen(pen(theme.t1, 1.4))
    painter.drawEllipse(QPointF(x, y), 8.5, 8.5)
    paint_valve(painter, x, y, 0.0, ValveLook(ValveMark.CLOSED), theme, 0.8)


def _ringed_grey(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    painter.setPen(pen(theme.t3, 1.4))
    painter.drawEllipse(QPointF(x, y), 8.5, 8.5)
    paint_valve(painter, x, y, 0.0, ValveLook(), theme, 0.8)


def _inverse(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    paint_inverse_valve(painter, x, y, 0.0, theme)


def _check(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    painter.setPen(pen(theme.t1, 1.4))
    painter.drawEllipse(QPointF(x, y), 8.5, 8.5)
    paint_check(painter, x, y, 0.0, theme)


def _cross(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    painter.setPen(pen(theme.leak, 1.4))
    painter.drawRect(QRectF(x - 7, y - 7, 14, 14))
    painter.fillRect(QRectF(x - 1.5, y - 4.5, 3, 9), QColor(theme.leak))
    painter.fillRect(QRectF(x - 4.5, y - 1.5, 9, 3), QColor(theme.leak))


def _density(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    for shift, side in ((-8.0, 5.0), (0.0, 8.0), (9.0, 11.0)):
        painter.fillRect(QRectF(x + shift - side / 2, y - side / 2, side, side), colour(theme.leak, 0.5))
