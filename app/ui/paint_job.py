"""Files that the window's side paints, beside its thread: a page takes longer than a click may."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from app.requests import Failed


class PaintJob(QObject):
    """One file being written in the background.

    Args:
        path: Of the file.
        write: Writes it, whole or not at all; why it could not be written, or None.

    Signals:
        done: The path, and what *write* returned.
    """

    done = Signal(object, object)

    def __init__(self, path: Path, write: Callable[[], Failed | None]) -> None:
        super().__init__()
        self._path, self._write = path, write

    def start(self) -> None:
        """Begin; :attr:`done` is emitted from the other thread."""
        QThreadPool.globalInstance().start(QRunnable.create(self._run))

    def _run(self) -> None:
        self.done.emit(self._path, self._write())
