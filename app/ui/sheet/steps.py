"""The programme on a page of its own: every step whole, with room to write down when it was done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.plan_requests import ToldStep
from app.ui import fonts
from app.ui.sheet.blocks import ROW, Align, Block, Columns, Pen, table

_NUMBER, _WHEN, _DONE = 34.0, 96.0, 88.0
_WRAPPED = int(Align.AlignLeft | Align.AlignTop) | int(Qt.TextFlag.TextWordWrap)
_ABOVE = 4.0


def step_blocks(pen: Pen, steps: Sequence[ToldStep], language: str) -> Iterator[Block]:
    """A page that begins with a heading; nothing where there are no steps."""
    if not steps:
        return
    yield replace(pen.heading(QCoreApplication.translate("Sheet", "Steps")), starts_page=True)
    names = (
        QCoreApplication.translate("Sheet", "#"),
        QCoreApplication.translate("Sheet", "When"),
        QCoreApplication.translate("Sheet", "Step"),
        QCoreApplication.translate("Sheet", "Done at"),
    )
    (head,) = table(pen, Columns(names, (_NUMBER, _WHEN, 0, _DONE)), ())
    yield head
    for number, step in enumerate(steps, start=1):
        yield _row(pen, head, (str(number), step.when[language], step.text[language]))
    yield pen.gap(4)
    yield pen.text(QCoreApplication.translate("Sheet", "Times rest on house values."), tone="t2")


def _row(pen: Pen, head: Block, cells: tuple[str, str, str]) -> Block:
    number, when, text = cells
    inside = pen.width - _NUMBER - _WHEN - _DONE - 8
    bounds = QFontMetricsF(fonts.font(fonts.TABLE)).boundingRect(QRectF(0, 0, inside, 10_000), _WRAPPED, text)

    def draw(painter: QPainter, rect: QRectF) -> None:
        inner = rect.adjusted(0, _ABOVE, 0, 0)
        painter.setPen(QColor(pen.theme.t1))
        painter.setFont(fonts.font(fonts.TABLE, 600))
        painter.drawText(QRectF(inner.left(), inner.top(), _NUMBER - 8, inner.height()), _WRAPPED, number)
        painter.setFont(fonts.font(fonts.TABLE))
        painter.drawText(QRectF(inner.left() + _NUMBER, inner.top(), _WHEN - 8, inner.height()), _WRAPPED, when)
        painter.drawText(QRectF(inner.left() + _NUMBER + _WHEN, inner.top(), inside, inner.height()), _WRAPPED, text)
        painter.drawText(QRectF(inner.right() - _DONE, inner.top(), _DONE, inner.height()), _WRAPPED, "____ : ____")
        painter.setPen(QPen(QColor(pen.theme.line), 0.7))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    return Block(max(ROW, bounds.height() + 2 * _ABOVE), draw, head=head)
