"""Files that Qt writes, whole or not at all: it does not say by itself that a disk is full."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QFile, QFileDevice, QIODevice


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


def refused_by(device: QFile) -> OSError:
    """What the system said to Qt, as Python tells it."""
    full = device.error() is QFileDevice.FileError.ResourceError
    code = errno.ENOSPC if full else errno.EACCES if device.error() is QFileDevice.FileError.OpenError else errno.EIO
    return OSError(code, os.strerror(code))
