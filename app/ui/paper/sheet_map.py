"""One printed map: the map itself at its scale, the coordinate grid, the neighbours' numbers, and the strip below."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.messages import formats
from app.ui.map.base import base_steps
from app.ui.map.lettering import chip_size, lettering, paint_chip, paint_text
from app.ui.map.picture import over_steps
from app.ui.map.placing import Box, Placer, around, box_around
from app.ui.map.qtdraw import colour, pen
from app.ui.paper.layout import BAND, PX_PER_MM
from app.ui.paper.order import PrintOrder
from app.ui.paper.strip import paint_strip
from app.ui.theme import SUN, Theme
from gis.map_book import BookSheet, neighbours
from gis.paper import grid_lines_m, grid_step_m
from gis.scene.view import MapView

PAPER: Final[Theme] = replace(SUN, pipe_scale=1.0, map_ground="#F7F7F5")
"""Ink on paper: the sunlight colours on a nearly white ground, mains as wide as on an indoor screen."""
FINER: Final = 4.0
"""A printer's dots against the 96 to the inch for which widths are given."""
PaintSteps = Generator[None, None, None]
"""Painting in steps; closed before its end it leaves the painter as it was."""
_CROSS_MM, _TICK_MM = 2.0, 1.6
_FREE_MIDDLE = 46.0


def sheet_steps(painter: QPainter, order: PrintOrder, sheet: BookSheet, page: int, pages: int) -> PaintSteps:
    """Paint one sheet, a few milliseconds at a time. The painter's unit is 1/96 inch of paper."""
    layout, wish = order.layout, order.wish
    box, view = layout.map, layout.view(sheet.bounds, sheet.scale)
    painter.save()
    try:
        painter.translate(box.topLeft())
        painter.setClipRect(QRectF(0, 0, box.width(), box.height()))
        yield from base_steps(painter, view, wish.content, PAPER, finer=FINER)
        chips = sheet_chips(view, order) if sheet is order.overview else []
        kept_free = tuple(box for _, box in chips)
        yield from over_steps(painter, view, wish.content, PAPER, wish.map_words, kept_free)
        if chips:
            _paint_sheets(painter, view, order, chips)
        if wish.grid:
            _paint_crosses(painter, view, sheet)
    finally:
        # Also where somebody stops in the middle: Qt complains of a painter that ends with something saved.
        painter.restore()
    yield
    beside = {} if sheet is order.overview else neighbours(order.sheets, sheet)
    _paint_frame(painter, order)
    if wish.grid:
        _paint_figures(painter, order, view, sheet, beside)
    for side, number in beside.items():
        _paint_neighbour(painter, order, side, order.page_of(number))
    paint_strip(painter, order, sheet, page, pages, PAPER)
    yield


def _paint_sheets(painter: QPainter, view: MapView, order: PrintOrder, chips: Sequence[tuple[str, Box]]) -> None:
    """On an overview: where each sheet lies, and its plate."""
    painter.setPen(pen(PAPER.acc, 1.2))
    painter.setBrush(colour(PAPER.acc, 0.07))
    for sheet in order.sheets:
        left, top = view.to_px(sheet.bounds.x_min, sheet.bounds.y_max)
        right, bottom = view.to_px(sheet.bounds.x_max, sheet.bounds.y_min)
        painter.drawRect(QRectF(left, top, right - left, bottom - top))
    for text, box in chips:
        paint_chip(painter, box, text, PAPER, ink=PAPER.acc, edge=PAPER.acc, weight=600)


def sheet_chips(view: MapView, order: PrintOrder) -> list[tuple[str, Box]]:
    """The plates of an overview: the page of each sheet, and its name where that covers no other plate.

    Sheets for each DMA lie over each other: a page stands in the middle of its sheet, or as near to it as there is
    room. The map's own names keep out of all of them.
    """
    placer = Placer(view.width_px, view.height_px)
    numbered = [(sheet, str(order.page_of(sheet.number))) for sheet in order.sheets]
    places = [_chip_place(view, sheet, text, placer) for sheet, text in numbered]
    chips = []
    for (sheet, page), box in zip(numbered, places, strict=True):
        text = f"{page}  {sheet.name}"
        end = box[0] + chip_size(text, 600)[0]
        named = bool(sheet.name) and placer.claim([(box[2], box[1], end, box[3])])
        chips.append((text, (*box[:2], end, box[3])) if named else (page, box))
    return chips


def _chip_place(view: MapView, sheet: BookSheet, text: str, placer: Placer) -> Box:
    """Room for the plate of a text on its sheet; in its middle, over others, where there is none."""
    (x, y), (width, height) = view.to_px(*sheet.bounds.centre), chip_size(text, 600)
    left, top = view.to_px(sheet.bounds.x_min, sheet.bounds.y_max)
    radii = np.arange(height, max(x - left, y - top), height / 2).tolist()
    middle = box_around(x, y, width, height)
    near = (
        box
        for box in around(x, y, width, height, radii, 0.0)
        if abs((box[0] + box[2]) / 2 - x) < x - left and abs((box[1] + box[3]) / 2 - y) < y - top
    )
    found = placer.first_free(itertools.chain([middle], near))
    if found is None:
        placer.take(middle)
    return found or middle


def _paint_frame(painter: QPainter, order: PrintOrder) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(PAPER.t1, 0.4 * PX_PER_MM))
    painter.drawRect(order.layout.map)
    painter.setPen(pen(PAPER.t1, 0.25 * PX_PER_MM))
    painter.drawRect(order.layout.border)


def _lines_of(view: MapView, sheet: BookSheet) -> tuple[np.ndarray, np.ndarray]:
    bounds, step_m = view.bounds, grid_step_m(sheet.scale)
    return (
        grid_lines_m(bounds.x_min, bounds.x_max, step_m),
        grid_lines_m(bounds.y_min, bounds.y_max, step_m),
    )


def _paint_crosses(painter: QPainter, view: MapView, sheet: BookSheet) -> None:
    """Crosses where the grid's lines meet: whole lines would lie over the mains."""
    arm = _CROSS_MM * PX_PER_MM
    painter.setPen(pen(colour(PAPER.t2, 0.75), 0.15 * PX_PER_MM, cap=Qt.PenCapStyle.FlatCap))
    for x_m in _lines_of(view, sheet)[0].tolist():
        for y_m in _lines_of(view, sheet)[1].tolist():
            x, y = view.to_px(x_m, y_m)
            painter.drawLine(QPointF(x - arm, y), QPointF(x + arm, y))
            painter.drawLine(QPointF(x, y - arm), QPointF(x, y + arm))


def _paint_figures(
    painter: QPainter, order: PrintOrder, view: MapView, sheet: BookSheet, beside: dict[str, int]
) -> None:
    """Ticks at the frame and their coordinates outside, eastings above and below, northings at the sides."""
    box, tick = order.layout.map, _TICK_MM * PX_PER_MM
    eastings, northings = _lines_of(view, sheet)
    painter.setPen(pen(PAPER.t1, 0.2 * PX_PER_MM, cap=Qt.PenCapStyle.FlatCap))
    for x_m in eastings.tolist():
        x = box.left() + view.to_px(x_m, view.centre_y_m)[0]
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.top() + tick))
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x, box.bottom() - tick))
    for y_m in northings.tolist():
        y = box.top() + view.to_px(view.centre_x_m, y_m)[1]
        painter.drawLine(QPointF(box.left(), y), QPointF(box.left() + tick, y))
        painter.drawLine(QPointF(box.right(), y), QPointF(box.right() - tick, y))
    for x_m in eastings.tolist():
        x = box.left() + view.to_px(x_m, view.centre_y_m)[0]
        for side in ("north", "south"):
            if not (side in beside and abs(x - box.center().x()) < _FREE_MIDDLE * order.layout.factor):
                _figure(painter, order, side, x, x_m)
    for y_m in northings.tolist():
        y = box.top() + view.to_px(view.centre_x_m, y_m)[1]
        for side in ("west", "east"):
            if not (side in beside and abs(y - box.center().y()) < _FREE_MIDDLE * order.layout.factor):
                _figure(painter, order, side, y, y_m)


def _figure(painter: QPainter, order: PrintOrder, side: str, at: float, coordinate_m: float) -> None:
    box, factor = order.layout.map, order.layout.factor
    text = lettering(formats.number(coordinate_m), 12)
    half = text.width * factor / 2
    across = side in {"north", "south"}
    low, high = (box.left(), box.right()) if across else (box.top(), box.bottom())
    if not low + half <= at <= high - half:
        return
    _put(painter, order, side, at, lambda: paint_text(painter, 0, 0, text, QColor(PAPER.t2)))


def _put(painter: QPainter, order: PrintOrder, side: str, at: float, paint: Callable[[], None]) -> None:
    """Call *paint* with the origin in the middle of the band at *side*, turned so that it is read along the side."""
    box, factor = order.layout.map, order.layout.factor
    out = BAND * factor / 2
    places = {
        "north": (at, box.top() - out, 0.0),
        "south": (at, box.bottom() + out, 0.0),
        "west": (box.left() - out, at, -90.0),
        "east": (box.right() + out, at, -90.0),
    }
    x, y, degrees = places[side]
    painter.save()
    painter.translate(x, y)
    painter.rotate(degrees)
    painter.scale(factor, factor)
    paint()
    painter.restore()


def _paint_neighbour(painter: QPainter, order: PrintOrder, side: str, page: int) -> None:
    """The page that goes on beyond a side, with an arrow towards it, in the middle of that side."""
    box = order.layout.map
    # Read along the side: north is up there, so that west is above the text turned on its left.
    arrow = {"north": "▲", "south": "▼", "west": "▲", "east": "▼"}[side]
    text = lettering(f"{arrow} {page}", 13, 600)
    middle = box.center().x() if side in {"north", "south"} else box.center().y()
    _put(painter, order, side, middle, lambda: paint_text(painter, 0, 0, text, QColor(PAPER.t1)))
