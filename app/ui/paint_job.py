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


class PaintJobs(QObject):
    """Files being written in the background; each is kept until it is done.

    Signals:
        written: A file is on disk: its path.
        failed: One could not be written: Failed.
    """

    written = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[PaintJob] = []

    @property
    def busy(self) -> bool:
        """Whether one is being written."""
        return bool(self._jobs)

    def begin(self, path: Path, write: Callable[[], Failed | None]) -> None:
        """Write one; arguments as for :class:`PaintJob`."""
        job = PaintJob(path, write)
        self._jobs.append(job)
        job.done.connect(self._done)
        job.start()

    def _done(self, path: Path, failed: Failed | None) -> None:
        sender = self.sender()
        self._jobs = [job for job in self._jobs if job is not sender]
        if failed is None:
            self.written.emit(path)
        else:
            self.failed.emit(failed)
