"""Python's cyclic garbage is collected in the window's thread only.

Left to itself the collector runs in whichever thread happens to allocate: the one that reads the worker's replies, or a
tile painter. Widgets caught in a cycle would then be destroyed outside the window's thread, which ends the process.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_LOOK_EVERY_MS = 500


class Collector(QObject):
    """Takes over from the automatic collector while it lives; must be made in the window's thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.collect_due)
        self._timer.start()

    def collect_due(self) -> None:
        """Collect the generations that the automatic collector would have collected by now, and no more."""
        for generation, (count, limit) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)):
            if count <= limit:
                break
            gc.collect(generation)

    def stop(self) -> None:
        """Give the work back to the automatic collector."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()
