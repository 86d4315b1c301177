"""Files that Qt writes are there whole, or it is said that they are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from full_disk import disk_of
from pypdf import PdfReader
from PySide6.QtGui import QImage, QPainter, QPdfWriter

from app.ui.whole_files import pdf_by_qt

PICTURE = np.random.default_rng(1).integers(0, 255, (150, 150, 4), dtype=np.uint8)


def write(path: Path) -> None:
    """A page with lines, and a picture that nothing makes smaller."""
    image = QImage(PICTURE.tobytes(), 150, 150, QImage.Format.Format_ARGB32)
    with pdf_by_qt(path) as device:
        writer = QPdfWriter(device)
        painter = QPainter(writer)
        for at in range(50):
            painter.drawLine(at, at, 1_000, 7 * at)
        painter.drawImage(0, 0, image)
        painter.end()


def test_what_has_room_is_whole(qapp, tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    write(path)
    assert len(PdfReader(path).pages) == 1


def test_wherever_the_disk_is_full_it_is_said(qapp, tmp_path: Path) -> None:
    """Where a picture is cut in its middle Qt tells no error: nobody asks how much of it the disk took."""
    whole = tmp_path / "whole.pdf"
    write(whole)
    length = whole.stat().st_size
    assert length > 60_000
    for size in [*range(1, length, length // 40), length - 1, length - 8]:
        with pytest.raises(OSError), disk_of(size):  # noqa: PT011 - which one is the system's
            write(tmp_path / "cut.pdf")
