"""A table as a PDF to print: A4 across, its head on every page, pages numbered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QFile, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen
from PySide6.QtWidgets import QApplication

from app.ui import fonts
from app.ui.whole_files import beside, pdf_by_qt, refused_by
from gis.errors import GisError
from network.errors import os_detail

_DOTS_PER_INCH = 1200
_POINTS = _DOTS_PER_INCH / 72
_MARGIN_MM = 12.0
_PAD = 3.0 * _POINTS
_LEAST = 30.0 * _POINTS
_TEXT_PX = 8.5 * _POINTS
_TITLE_PX = 13 * _POINTS
_WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere)
_INK, _RULE, _HEAD = QColor("#101418"), QColor("#b8c0c8"), QColor("#eef1f4")


class PrintedTable(Protocol):
    """What is printed: columns are as wide as what they hold asks for; long texts are broken into lines."""

    @property
    def title(self) -> str:
        """What stands over it, on every page."""

    @property
    def header(self) -> Sequence[str]:
        """Column names."""

    @property
    def rows(self) -> Sequence[Sequence[object]]:
        """As long as *header* each; None is an empty cell."""


def write_table(path: Path, table: PrintedTable, page_words: Callable[[int, int], str]) -> None:
    """Write *table* to *path*, whole or not at all.

    Args:
        path: A PDF file; what stood there is replaced.
        table: What to print.
        page_words: What stands at the foot, by page and number of pages.

    Raises:
        GisError: ``cannot_write_file``.
    """
    _application()
    try:
        with beside(path) as partial:
            with pdf_by_qt(partial) as device:
                _Paper(device, table, page_words).paint()
            partial.replace(path)
    except OSError as error:
        raise GisError("cannot_write_file", path=str(path), **os_detail(error)) from error


def _application() -> QCoreApplication:
    """Fonts need an application; a command has none yet. It is of the kind that everything else asks for: one lives."""
    application = QApplication.instance() or QApplication([])
    fonts.load_fonts()
    return application


class _Paper:
    """One table being painted."""

    def __init__(self, device: QFile, table: PrintedTable, page_words: Callable[[int, int], str]) -> None:
        self._device, self._table, self._page_words = device, table, page_words
        self._writer = QPdfWriter(device)
        self._writer.setResolution(_DOTS_PER_INCH)
        self._writer.setPageLayout(
            QPageLayout(
                QPageSize(QPageSize.PageSizeId.A4),
                QPageLayout.Orientation.Landscape,
                QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM),
                QPageLayout.Unit.Millimeter,
            )
        )
        self._writer.setTitle(table.title)
        self._writer.setCreator("Sluice")
        self._painter = QPainter()
        self._head_height = 0.0

    def paint(self) -> None:
        """All pages.

        Raises:
            OSError: The file cannot be written.
        """
        if not self._painter.begin(self._writer):
            raise refused_by(self._device)
        self._painter.setFont(fonts.font(round(_TEXT_PX)))
        rows = [tuple("" if cell is None else str(cell) for cell in row) for row in self._table.rows]
        widths = self._widths(rows)
        heights = [self._height(row, widths) for row in rows]
        self._head_height = self._height(self._table.header, widths)
        pages = self._pages(heights)
        for number, (first, last) in enumerate(pages, start=1):
            if number > 1:
                self._writer.newPage()
            self._page(rows[first:last], heights[first:last], widths, (number, len(pages)))
        self._painter.end()

    @property
    def _top(self) -> float:
        return _TITLE_PX * 2.2

    @property
    def _room(self) -> float:
        return self._writer.height() - self._top - self._head_height - 2.5 * _TEXT_PX

    def _widths(self, rows: Sequence[Sequence[str]]) -> list[float]:
        """Widths of the columns: what is narrow stays whole, what is wide shares the rest."""
        metrics = QFontMetricsF(self._painter.font())
        widest = [metrics.horizontalAdvance(name) for name in self._table.header]
        for row in rows:
            widest = [max(one, metrics.horizontalAdvance(cell)) for one, cell in zip(widest, row, strict=True)]
        wanted = [max(_LEAST, one + 2.5 * _PAD) for one in widest]
        fair = self._writer.width() / len(wanted)
        narrow = sum(width for width in wanted if width <= fair)
        wide = sum(width for width in wanted if width > fair)
        left = self._writer.width() - narrow
        scale = min(1.0, left / wide) if wide else 1.0
        widths = [width if width <= fair else width * scale for width in wanted]
        # What is left over goes to the column that had to be widest: there the longest texts stand.
        widths[wanted.index(max(wanted))] += max(0.0, self._writer.width() - sum(widths))
        return widths

    def _height(self, row: Sequence[str], widths: Sequence[float]) -> float:
        metrics = QFontMetricsF(self._painter.font())
        return max(
            metrics.boundingRect(QRectF(0, 0, width - 2 * _PAD, 1e7), _WRAPPED, text or "0").height() + 2 * _PAD
            for text, width in zip(row, widths, strict=True)
        )

    def _pages(self, heights: Sequence[float]) -> list[tuple[int, int]]:
        """First row and the one after the last of each page; an empty table has one page."""
        pages, first, used = [], 0, 0.0
        for place, height in enumerate(heights):
            if used + height > self._room and place > first:
                pages.append((first, place))
                first, used = place, 0.0
            used += height
        return [*pages, (first, len(heights))]

    def _page(
        self, rows: Sequence[Sequence[str]], heights: Sequence[float], widths: list[float], page: tuple[int, int]
    ) -> None:
        painter, width = self._painter, float(self._writer.width())
        painter.setPen(_INK)
        painter.setFont(fonts.font(round(_TITLE_PX), 600))
        painter.drawText(QRectF(0, 0, width, self._top), int(Qt.AlignmentFlag.AlignVCenter), self._table.title)
        painter.setFont(fonts.font(round(_TEXT_PX)))
        top, head = self._top, self._head_height
        painter.fillRect(QRectF(0, top, width, head), _HEAD)
        self._row(self._table.header, widths, top, head)
        top += head
        for row, height in zip(rows, heights, strict=True):
            self._row(row, widths, top, height)
            top += height
            painter.setPen(QPen(_RULE, 0.5 * _POINTS))
            painter.drawLine(0, round(top), round(width), round(top))
        painter.setPen(_INK)
        foot = QRectF(0, self._writer.height() - 1.6 * _TEXT_PX, width, 1.6 * _TEXT_PX)
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight), self._page_words(*page))

    def _row(self, row: Sequence[str], widths: Sequence[float], top: float, height: float) -> None:
        self._painter.setPen(_INK)
        left = 0.0
        for text, width in zip(row, widths, strict=True):
            area = QRectF(left + _PAD, top + _PAD, width - 2 * _PAD, height - 2 * _PAD)
            metrics = self._painter.fontMetrics()
            if "\n" not in text and metrics.horizontalAdvance(text) <= area.width():
                # On one base line across the row: a box would set Chinese lower than Latin.
                self._painter.drawText(QPointF(area.left(), area.top() + metrics.ascent()), text)
            else:
                self._painter.drawText(area, _WRAPPED, text)
            left += width
