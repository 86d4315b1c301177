"""Files that Qt writes, whole or not at all: it does not say by itself that a disk is full."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QFile, QFileDevice, QIODevice

_PDF_END_BYTES = 128


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A file beside *path* to write into; gone at the end unless somebody has put it into its place.

    Raises:
        OSError: None can be made there.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.touch()
        yield partial
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def written_by_qt(path: Path) -> Iterator[QFile]:
    """A file for Qt to write into. Its painter does not say when the disk is full: the file does, at the end.

    Raises:
        OSError: It cannot be opened, or not all of it was written.
    """
    device = QFile(str(path))
    if not device.open(QIODevice.OpenModeFlag.WriteOnly):
        raise refused_by(device)
    try:
        yield device
        if not device.flush() or device.error() is not QFileDevice.FileError.NoError:
            raise refused_by(device)
    finally:
        device.close()


@contextmanager
def pdf_by_qt(path: Path) -> Iterator[QFile]:
    """A file for Qt's PDF writer. Of a picture that a full disk takes in part, nobody says that the rest is missing.

    Raises:
        OSError: As :func:`written_by_qt`.
    """
    with written_by_qt(path) as device:
        yield device
    if not _is_whole_pdf(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _is_whole_pdf(path: Path) -> bool:
    """True where the end is there and the table of contents stands where the end says: nothing is missing before."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _PDF_END_BYTES))
        end = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", file.read())
        if end is None:
            return False
        file.seek(int(end[1]))
        return file.read(4) == b"xref"


def refused_by(device: QFile) -> OSError:
    """What the system said to Qt, as Python tells it."""
    full = device.error() is QFileDevice.FileError.ResourceError
    code = errno.ENOSPC if full else errno.EACCES if device.error() is QFileDevice.FileError.OpenError else errno.EIO
    return OSError(code, os.strerror(code))
