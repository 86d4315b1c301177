"""Write a sheet as PDF."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFile, QMarginsF, QRectF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from app.requests import Failed
from app.ui.sheet.blocks import FOOT, MARGIN, PX_PER_INCH, paginate
from app.ui.sheet.sheet import Sheet, SheetMaterial
from app.ui.whole_files import beside, pdf_by_qt, refused_by
from network.errors import os_detail

_TICKS_PER_INCH = 1200
PAGE_SIZES = {"A4": QPageSize.PageSizeId.A4, "A3": QPageSize.PageSizeId.A3}


def write_sheet(path: Path, material: SheetMaterial, page: str = "A4") -> Failed | None:
    """Write the sheet to *path*, whole or not at all.

    Args:
        path: A PDF file; what stood there is replaced.
        material: What it is made of.
        page: One of :data:`PAGE_SIZES`.

    Returns:
        Why it could not be written, or None.
    """
    try:
        with beside(path) as partial:
            with pdf_by_qt(partial) as device:
                _paint(device, material, page)
            partial.replace(path)
    except OSError as error:
        return Failed("cannot_write_file", {"path": str(path), **os_detail(error)})
    return None


def _paint(device: QFile, material: SheetMaterial, page: str) -> None:
    writer = QPdfWriter(device)
    writer.setResolution(_TICKS_PER_INCH)
    writer.setPageSize(QPageSize(PAGE_SIZES[page]))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Point)
    writer.setCreator("Sluice")
    painter = QPainter()
    if not painter.begin(writer):
        raise refused_by(device)
    unit = _TICKS_PER_INCH / PX_PER_INCH
    painter.scale(unit, unit)
    whole = QRectF(0, 0, writer.width() / unit, writer.height() / unit)
    inside = whole.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
    sheet = Sheet(material, inside.width(), inside.height())
    pages = paginate(list(sheet.blocks()), inside.height() - FOOT)
    for number, placed in enumerate(pages, start=1):
        if number > 1:
            writer.newPage()
        for item in placed:
            area = QRectF(inside.left(), inside.top() + item.top, inside.width(), item.block.height)
            item.block.draw(painter, area)
        sheet.draw_foot(painter, inside, number, len(pages))
    painter.end()
