"""Printing beside the window's thread: a preview of one page, and the files themselves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal
from PySide6.QtGui import QImage

from app.requests import Failed
from app.ui.paper.order import PrintOrder, PrintWish, order_of
from app.ui.paper.pages import pages_of
from app.ui.paper.writer import StoppedError, page_image, write_printout
from network.errors import CodedError


@dataclass(frozen=True, eq=False)
class Preview:
    """One page as it will be.

    Attributes:
        image: The page.
        order: What it is a page of.
        page: From 0.
        pages: How many there are.
    """

    image: QImage
    order: PrintOrder
    page: int
    pages: int


class _Job(QObject):
    """Work in a thread of Qt's pool that can be stopped; *wait* lets the window go first."""

    def __init__(self, wait: Callable[[], None]) -> None:
        super().__init__()
        self._wait = wait
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin."""
        QThreadPool.globalInstance().start(QRunnable.create(self._run))

    def stop(self) -> None:
        """End soon; nothing is left behind."""
        self._stopped.set()

    def _rest(self) -> None:
        if self._stopped.is_set():
            raise StoppedError
        self._wait()

    def _run(self) -> None:
        raise NotImplementedError


class PreviewJob(_Job):
    """Paints one page.

    Signals:
        done: Preview, or None; and Failed, or None.
    """

    done = Signal(object, object)

    def __init__(self, wish: PrintWish, page: int, dpi: float, wait: Callable[[], None]) -> None:
        super().__init__(wait)
        self._wish, self._page, self._dpi = wish, page, dpi

    def _run(self) -> None:
        try:
            order = order_of(self._wish)
            self._rest()
            pages = pages_of(order)
            page = min(self._page, len(pages) - 1)
            image = page_image(self._wish.paper, pages[page], self._dpi, self._rest)
        except StoppedError:
            self.done.emit(None, None)
        except CodedError as error:
            self.done.emit(None, Failed(error.code, error.detail))
        else:
            self.done.emit(Preview(image, order, page, len(pages)), None)


class PrintJob(_Job):
    """Writes the files.

    Signals:
        progressed: Pages done, pages in all.
        done: The files, none where it failed or was stopped; and Failed, or None.
    """

    progressed = Signal(int, int)
    done = Signal(object, object)

    def __init__(self, path: Path, wish: PrintWish, dpi: int, wait: Callable[[], None]) -> None:
        super().__init__(wait)
        self._path, self._wish, self._dpi = path, wish, dpi

    def _run(self) -> None:
        try:
            order = order_of(self._wish)
            paths = write_printout(self._path, order, self._dpi, self.progressed.emit, self._rest)
        except StoppedError:
            self.done.emit((), Failed("cancelled"))
        except CodedError as error:
            self.done.emit((), Failed(error.code, error.detail))
        else:
            self.done.emit(paths, None)
