"""What stands under a printed map: title block, legend, scale bar and north arrow."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.messages import formats
from app.ui import fonts
from app.ui.map.lettering import lettering, paint_text
from app.ui.map.qtdraw import pen
from app.ui.paper.layout import MM_PER_INCH
from app.ui.paper.legend import paint_entries
from app.ui.paper.order import PrintOrder
from app.ui.sheet.blocks import PX_PER_INCH, Align
from app.ui.theme import Theme
from gis.map_book import BookSheet
from gis.scene.view import scale_bar_m

_LINE = 16.0
_PADDING = 10.0
_BAR_HEIGHT = 5.0
_BAR_PARTS = 4


def paint_strip(painter: QPainter, order: PrintOrder, sheet: BookSheet, page: int, pages: int, theme: Theme) -> None:
    """Paint the strip of one sheet where its layout has it."""
    layout = order.layout
    title, legend, scale = layout.cells
    painter.save()
    painter.translate(layout.strip.topLeft())
    painter.scale(layout.factor, layout.factor)
    painter.setPen(QPen(QColor(theme.line2), 0.7))
    painter.drawLine(title.topLeft(), scale.topRight())
    for cell in (legend, scale):
        painter.drawLine(cell.topLeft(), cell.bottomLeft())
    _paint_title(painter, title, order, sheet, theme)
    _heading(painter, legend, order.wish.paper_words.legend, theme)
    paint_entries(painter, legend.left(), legend.top(), legend.width(), order.legend(sheet), theme)
    _paint_scale(painter, scale, order, sheet, page, pages, theme)
    painter.restore()


def _heading(painter: QPainter, cell: QRectF, words: str, theme: Theme) -> None:
    painter.setFont(fonts.font(fonts.CAPTION, 600))
    painter.setPen(QColor(theme.t1))
    box = QRectF(cell.left() + _PADDING, cell.top() + 6.0, cell.width() - 2 * _PADDING, _LINE)
    painter.drawText(box, int(Align.AlignLeft | Align.AlignVCenter), words)


def _paint_title(painter: QPainter, cell: QRectF, order: PrintOrder, sheet: BookSheet, theme: Theme) -> None:
    inside = cell.adjusted(_PADDING, 6.0, -_PADDING, -4.0)
    top = inside.top()
    wish = order.wish
    heading = " · ".join(part for part in (wish.title, sheet.name) if part)
    if order.overview is sheet:
        heading = f"{wish.title} · {wish.paper_words.overview}"
    for text, size, weight, tone, height in (
        (heading, fonts.TITLE, 600, theme.t1, 22.0),
        *((line, fonts.CAPTION, 400, theme.t1, _LINE) for line in _facts(order)),
        *((line, fonts.CAPTION, 500, theme.red_text, _LINE) for line in _warnings(order)),
    ):
        face = fonts.font(size, weight)
        painter.setFont(face)
        painter.setPen(QColor(tone))
        shown = QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
        box = QRectF(inside.left(), top, inside.width(), height)
        painter.drawText(box, int(Align.AlignLeft | Align.AlignVCenter), shown)
        top += height


def _facts(order: PrintOrder) -> Iterator[str]:
    """What the data are: city, how far the journal goes, coordinates, time."""
    wish = order.wish
    words, opened = wish.paper_words, wish.workspace
    yield f"{words.city}  {opened.name or opened.folder.name}"
    journal = words.journal.format(count=formats.number(opened.events))
    yield f"{words.from_record}  {journal}"
    yield f"{words.crs}  {wish.words.crs(opened.crs_epsg)}"
    yield f"{words.printed}  {wish.at:%Y-%m-%d} {formats.clock_time(wish.at)}"


def _warnings(order: PrintOrder) -> Iterator[str]:
    wish = order.wish
    if wish.workspace.synthetic:
        yield wish.paper_words.synthetic
    if wish.content.plan is not None:
        yield wish.paper_words.computed
    assumed = wish.content.scene.assumed_valves
    if assumed:
        yield f"{wish.map_words.assumed_valves} · {formats.number(assumed)}"


def _paint_scale(
    painter: QPainter, cell: QRectF, order: PrintOrder, sheet: BookSheet, page: int, pages: int, theme: Theme
) -> None:
    words = order.wish.paper_words
    _heading(painter, cell, f"{words.scale}  1 : {formats.number(sheet.scale)}", theme)
    _paint_north(painter, QPointF(cell.right() - 24.0, cell.top() + 26.0), order, theme)
    m_per_px = sheet.scale * MM_PER_INCH / PX_PER_INCH / 1000.0 * order.layout.factor
    _paint_bar(painter, QPointF(cell.left() + _PADDING, cell.top() + 74.0), m_per_px, cell.width() - 44.0, theme)
    painter.setFont(fonts.font(fonts.CAPTION))
    painter.setPen(QColor(theme.t1))
    paper = order.wish.paper
    size = f"{paper.size}  {paper.width_mm:.0f} × {paper.height_mm:.0f} mm"
    foot = QRectF(cell.left() + _PADDING, cell.bottom() - 2 * _LINE - 6.0, cell.width() - 2 * _PADDING, _LINE)
    painter.drawText(foot, int(Align.AlignLeft | Align.AlignVCenter), size)
    painter.setFont(fonts.font(fonts.CAPTION, 600))
    painter.drawText(
        foot.translated(0, _LINE), int(Align.AlignLeft | Align.AlignVCenter), words.page.format(page=page, pages=pages)
    )


def _paint_bar(painter: QPainter, at: QPointF, m_per_px: float, longest_px: float, theme: Theme) -> None:
    """A bar in four parts, alternately filled, with figures at both ends and the middle."""
    length_m = scale_bar_m(m_per_px, longest_px)
    width = length_m / m_per_px
    painter.setPen(pen(theme.t1, 0.7, cap=Qt.PenCapStyle.FlatCap))
    for part in range(_BAR_PARTS):
        box = QRectF(at.x() + part * width / _BAR_PARTS, at.y(), width / _BAR_PARTS, _BAR_HEIGHT)
        painter.fillRect(box, QColor(theme.t1 if part % 2 == 0 else theme.bg1))
        painter.drawRect(box)
    in_km = length_m >= 1000
    unit = " km" if in_km else " m"
    for share in (0.0, 0.5, 1.0):
        figure = f"{length_m * share / (1000 if in_km else 1):g}" + (unit if share == 1.0 else "")
        text = lettering(figure, fonts.CAPTION)
        x = at.x() + share * width + (text.width / 2 - 3.0 if share == 0.0 else 0.0)
        paint_text(painter, x, at.y() - 9.0, text, QColor(theme.t1))


def _paint_north(painter: QPainter, tip: QPointF, order: PrintOrder, theme: Theme) -> None:
    """North of the grid: up."""
    x, y = tip.x(), tip.y()
    painter.setPen(pen(theme.t1, 1.0))
    left = [QPointF(x, y - 14.0), QPointF(x, y + 8.0), QPointF(x - 8.0, y + 14.0)]
    right = [QPointF(x, y - 14.0), QPointF(x + 8.0, y + 14.0), QPointF(x, y + 8.0)]
    for corners, fill in ((left, theme.t1), (right, theme.bg1)):
        painter.setBrush(QColor(fill))
        painter.drawPolygon(corners)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    paint_text(painter, x, y + 25.0, lettering(order.wish.map_words.north, 12, 600), QColor(theme.t1))
