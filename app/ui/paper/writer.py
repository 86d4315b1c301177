"""Printouts as files, whole or not at all: PDF with lines and letters, or a PNG for each page."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QFile, QFileDevice, QMarginsF, QSizeF
from PySide6.QtGui import QColor, QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPdfWriter

from app.errors import AppError
from app.ui.map.qtdraw import painting
from app.ui.paper.layout import MM_PER_INCH, PX_PER_MM
from app.ui.paper.order import PrintOrder
from app.ui.paper.pages import PageSteps, pages_of
from app.ui.sheet.blocks import PX_PER_INCH
from app.ui.whole_files import beside, pdf_by_qt, refused_by, written_by_qt
from gis.paper import Paper
from network.errors import os_detail

_TICKS_PER_INCH: Final = 1200
LEAST_DPI, MOST_DPI, USUAL_DPI = 36, 1200, 200
_MOST_DOTS = 160_000_000
"""A picture takes four bytes a dot while it is painted: A0 at 300 dpi takes 560 MB."""

Tell = Callable[[int, int], None]
"""Told after each page: pages done, pages in all."""
Rest = Callable[[], None]
"""Called every few milliseconds; may wait, and raises :class:`StoppedError` to end the work."""


class StoppedError(Exception):
    """Somebody does not want the printout any more."""


def write_printout(path: Path, order: PrintOrder, dpi: int, tell: Tell, rest: Rest) -> tuple[Path, ...]:
    """Write *order*; the ending of *path* says whether as PDF or as PNG.

    Several pages become several PNG files, ``name-1.png`` and so on.

    Returns:
        The files.

    Raises:
        AppError: ``cannot_write_file``, ``print.unknown_ending``, ``print.bad_dpi``, ``print.too_many_dots``.
        StoppedError: *rest* ended it; nothing is left behind.
    """
    writers = {".pdf": _write_pdf, ".png": _write_pngs}
    if path.suffix.lower() not in writers:
        raise AppError("print.unknown_ending", path=str(path))
    try:
        return writers[path.suffix.lower()](path, order, dpi, tell, rest)
    except OSError as error:
        raise AppError("cannot_write_file", path=str(path), **os_detail(error)) from error


def _write_pdf(path: Path, order: PrintOrder, _dpi: int, tell: Tell, rest: Rest) -> tuple[Path, ...]:
    with beside(path) as partial:
        with pdf_by_qt(partial) as device:
            _paint_pdf(device, order, tell, rest)
        partial.replace(path)
    return (path,)


def _paint_pdf(device: QFile, order: PrintOrder, tell: Tell, rest: Rest) -> None:
    writer = QPdfWriter(device)
    writer.setResolution(_TICKS_PER_INCH)
    writer.setPageLayout(_page_layout(order.wish.paper))
    writer.setCreator("Sluice")
    writer.setTitle(order.wish.title)
    with painting(writer) as painter:
        if not painter.isActive():
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        unit = _TICKS_PER_INCH / PX_PER_INCH
        painter.scale(unit, unit)
        pages = pages_of(order)
        for at, page in enumerate(pages):
            if at:
                writer.newPage()
            _paint(painter, page, rest)
            if device.error() is not QFileDevice.FileError.NoError:
                raise refused_by(device)
            tell(at + 1, len(pages))


def _page_layout(paper: Paper) -> QPageLayout:
    size = QPageSize(QSizeF(paper.width_mm, paper.height_mm), QPageSize.Unit.Millimeter, paper.size)
    made = QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    made.setMode(QPageLayout.Mode.FullPageMode)
    return made


def _paint(painter: QPainter, page: PageSteps, rest: Rest) -> None:
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    with closing(page(painter)) as steps:
        for _ in steps:
            rest()


def _write_pngs(path: Path, order: PrintOrder, dpi: int, tell: Tell, rest: Rest) -> tuple[Path, ...]:
    _refuse_size(order.wish.paper, dpi)
    pages = pages_of(order)
    paths = [path] if len(pages) == 1 else [path.with_stem(f"{path.stem}-{at}") for at in range(1, len(pages) + 1)]
    with ExitStack() as stack:
        partials = [stack.enter_context(beside(one)) for one in paths]
        for at, (page, partial) in enumerate(zip(pages, partials, strict=True)):
            image = page_image(order.wish.paper, page, dpi, rest)
            with written_by_qt(partial) as device:
                if not QImageWriter(device, QByteArray(b"png")).write(image):
                    raise refused_by(device)
            tell(at + 1, len(pages))
        for partial, one in zip(partials, paths, strict=True):
            partial.replace(one)
    return tuple(paths)


def _refuse_size(paper: Paper, dpi: int) -> None:
    if not LEAST_DPI <= dpi <= MOST_DPI:
        raise AppError("print.bad_dpi", dpi=dpi, least=LEAST_DPI, most=MOST_DPI)
    dots = paper.width_mm * paper.height_mm * (dpi / MM_PER_INCH) ** 2
    if dots > _MOST_DOTS:
        most = int((_MOST_DOTS / (paper.width_mm * paper.height_mm)) ** 0.5 * MM_PER_INCH)
        raise AppError("print.too_many_dots", paper=paper.size, dpi=dpi, most=most)


def page_image(paper: Paper, page: PageSteps, dpi: float, rest: Rest) -> QImage:
    """One page as a picture."""
    dpr = dpi / PX_PER_INCH
    width, height = (round(side * PX_PER_MM * dpr) for side in (paper.width_mm, paper.height_mm))
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(dpr)
    image.setDotsPerMeterX(round(dpi / MM_PER_INCH * 1000))
    image.setDotsPerMeterY(round(dpi / MM_PER_INCH * 1000))
    image.fill(QColor("white"))
    with painting(image) as painter:
        _paint(painter, page, rest)
    return image
