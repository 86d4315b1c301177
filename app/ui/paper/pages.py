"""All pages of a printout: its maps, then the tables of the plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.ui.paper.layout import SheetLayout
from app.ui.paper.order import PrintOrder
from app.ui.paper.sheet_map import PaintSteps, sheet_steps
from app.ui.sheet.blocks import FOOT, Placed, paginate
from app.ui.sheet.sheet import Sheet

PageSteps = Callable[[QPainter], PaintSteps]
"""Paints one page in steps; the painter's unit is 1/96 inch of paper, its origin the sheet's corner."""


def pages_of(order: PrintOrder) -> list[PageSteps]:
    """How to paint every page, in order."""
    tables = _tables(order)
    count = len(order.maps) + len(tables)

    def of_map(at: int) -> PageSteps:
        return lambda painter: sheet_steps(painter, order, order.maps[at], at + 1, count)

    numbered = enumerate(tables, start=len(order.maps) + 1)
    return [of_map(at) for at in range(len(order.maps))] + [
        _table_page(order, placed, number, count) for number, placed in numbered
    ]


def _inside(layout: SheetLayout) -> QRectF:
    """What tables may fill; on a large sheet no wider than can be read."""
    return layout.border.adjusted(8.0, 8.0, -8.0, -8.0)


def _sheet(order: PrintOrder) -> Sheet | None:
    plan, inside = order.wish.plan, _inside(order.layout)
    return None if plan is None else Sheet(plan, inside.width(), inside.height())


def _tables(order: PrintOrder) -> Sequence[list[Placed]]:
    sheet = _sheet(order)
    return [] if sheet is None else paginate(list(sheet.tables()), _inside(order.layout).height() - FOOT)


def _table_page(order: PrintOrder, placed: list[Placed], number: int, count: int) -> PageSteps:
    def paint(painter: QPainter) -> PaintSteps:
        inside, sheet = _inside(order.layout), _sheet(order)
        assert sheet is not None
        for item in placed:
            item.block.draw(painter, QRectF(inside.left(), inside.top() + item.top, inside.width(), item.block.height))
            yield
        sheet.draw_foot(painter, inside, number, count)

    return paint
