"""Pages filled with blocks from top to bottom. Units are px of 1/96 inch, whatever the paper's resolution."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.ui import fonts, icons
from app.ui.theme import Theme

PX_PER_INCH: Final = 96
MARGIN: Final = 46.0
FOOT: Final = 28.0
ROW: Final = 22.0

Draw = Callable[[QPainter, QRectF], None]
Align = Qt.AlignmentFlag


@dataclass(frozen=True)
class Block:
    """Something of a certain height.

    Attributes:
        height: Room that it takes.
        draw: Paints it into the rectangle that it was given.
        head: Painted above it again where it begins a new page: a table's column names.
        with_next: Never the last on its page: a heading.
        starts_page: Always the first on its page.
    """

    height: float
    draw: Draw
    head: Block | None = None
    with_next: bool = False
    starts_page: bool = False


@dataclass(frozen=True)
class Placed:
    """A block and its top on a page."""

    block: Block
    top: float


def paginate(blocks: Sequence[Block], room: float) -> list[list[Placed]]:
    """Put *blocks* on pages with *room* each, in order. A block taller than a page gets one to itself."""
    pages: list[list[Placed]] = [[]]
    top = 0.0
    for at, block in enumerate(blocks):
        follower = blocks[at + 1].height if block.with_next and at + 1 < len(blocks) else 0.0
        if pages[-1] and (block.starts_page or top + block.height + follower > room):
            pages.append([])
            top = 0.0
            if block.head is not None:
                pages[-1].append(Placed(block.head, 0.0))
                top = block.head.height
        pages[-1].append(Placed(block, top))
        top += block.height
    return pages


@dataclass(frozen=True)
class Pen:
    """Paints text in the sheet's colours.

    Attributes:
        theme: Colours.
        width: Of the printed area.
    """

    theme: Theme
    width: float

    def text(
        self,
        words: str,
        *,
        size: int = fonts.TABLE,
        weight: int = 400,
        tone: str = "t1",
        space: float = 4.0,
    ) -> Block:
        """A paragraph, wrapped to the width."""
        metrics = QFontMetricsF(fonts.font(size, weight))
        flags = int(Align.AlignLeft | Align.AlignTop) | int(Qt.TextFlag.TextWordWrap)
        height = metrics.boundingRect(QRectF(0, 0, self.width, 10_000), flags, words).height()

        def draw(painter: QPainter, rect: QRectF) -> None:
            painter.setFont(fonts.font(size, weight))
            painter.setPen(QColor(getattr(self.theme, tone)))
            painter.drawText(rect, flags, words)

        return Block(height + space, draw)

    def heading(self, words: str) -> Block:
        """A section's name over a line."""
        inside = self.text(words, size=fonts.BODY, weight=600)

        def draw(painter: QPainter, rect: QRectF) -> None:
            inside.draw(painter, rect.adjusted(0, 12, 0, 0))
            painter.setPen(QPen(QColor(self.theme.line2), 1))
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())

        return Block(inside.height + 14, draw, with_next=True)

    def gap(self, height: float) -> Block:
        """Nothing."""
        return Block(height, lambda _painter, _rect: None)


@dataclass(frozen=True)
class Cell:
    """One cell of a printed table: its words, an icon before them, and whether it stands out."""

    text: str
    icon: tuple[str, str] | None = None
    strong: bool = False


@dataclass(frozen=True)
class Columns:
    """How a printed table divides its width.

    Attributes:
        names: Column names.
        widths: Widths in px; 0 takes what is left.
        right: Columns that are set to the right.
    """

    names: tuple[str, ...]
    widths: tuple[float, ...]
    right: frozenset[int] = frozenset()


def table(pen: Pen, columns: Columns, rows: Iterable[Sequence[Cell]]) -> list[Block]:
    """A table as one block a row, so that it breaks between rows, with its column names on every page."""
    spans = _spans(columns.widths, pen.width)

    def line(cells: Sequence[Cell], tone: str, size: int, head: Block | None = None) -> Block:
        def draw(painter: QPainter, rect: QRectF) -> None:
            for at, (cell, (left, width)) in enumerate(zip(cells, spans, strict=True)):
                box = QRectF(rect.left() + left, rect.top(), width - 8, rect.height())
                _draw_cell(painter, pen.theme, box, cell, tone=tone, size=size, right=at in columns.right)
            painter.setPen(QPen(QColor(pen.theme.line), 0.7))
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())

        return Block(ROW, draw, head=head)

    head = line([Cell(name) for name in columns.names], "t2", fonts.CAPTION)
    first = Block(head.height, head.draw, with_next=True)
    return [first, *(line(cells, "t1", fonts.TABLE, head) for cells in rows)]


def _spans(widths: tuple[float, ...], whole: float) -> list[tuple[float, float]]:
    free = (whole - sum(widths)) / max(widths.count(0), 1)
    spans, left = [], 0.0
    for width in widths:
        taken = width or free
        spans.append((left, taken))
        left += taken
    return spans


def _draw_cell(painter: QPainter, theme: Theme, box: QRectF, cell: Cell, *, tone: str, size: int, right: bool) -> None:
    if cell.icon is not None:
        name, ink = cell.icon
        icons.draw(painter, name, QRectF(box.left(), box.center().y() - 7, 14, 14), QColor(getattr(theme, ink)))
        box = box.adjusted(20, 0, 0, 0)
    painter.setFont(fonts.font(size, 600 if cell.strong else 400))
    painter.setPen(QColor(getattr(theme, tone)))
    shown = QFontMetricsF(painter.font()).elidedText(cell.text, Qt.TextElideMode.ElideMiddle, box.width())
    side = Align.AlignRight if right else Align.AlignLeft
    painter.drawText(box, int(side | Align.AlignVCenter), shown)
