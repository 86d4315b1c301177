"""Further windows with a map, for further screens: they show the same session and share the painted tiles."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow

from app.ui.look import Look
from app.ui.map.store import TileStore
from app.ui.map_pane import MapPane
from app.ui.session import Session
from gis.scene.map_style import MapStyle
from gis.scene.view import MapView

_SIZE_PX = (1100, 760)


class MapWindow(QMainWindow):
    """One map in a window of its own.

    Signals:
        closed: It goes away.
    """

    closed = Signal()

    def __init__(self, look: Look, session: Session, store: TileStore) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._look, self._session = look, session
        self.pane = MapPane(look, session, store)
        self.setCentralWidget(self.pane)
        self.resize(*_SIZE_PX)
        QShortcut(QKeySequence("Ctrl+W"), self).activated.connect(self.close)
        look.language_changed.connect(self.retranslate)
        session.workspace_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Write the title again."""
        opened = self._session.workspace
        name = self.tr("Map")
        self.setWindowTitle(name if opened is None else f"{opened.name or opened.folder.name} — {name}")

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)


class MapWindows(QObject):
    """The further map windows of a console."""

    def __init__(self, look: Look, session: Session, store: TileStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look, self._session, self._store = look, session, store
        self._windows: list[MapWindow] = []

    @property
    def panes(self) -> tuple[MapPane, ...]:
        """Their maps."""
        return tuple(window.pane for window in self._windows)

    def open(self, view: MapView, style: MapStyle, year: int) -> MapWindow:
        """Open one that looks where *view* does."""
        window = MapWindow(self._look, self._session, self._store)
        window.closed.connect(lambda: self._windows.remove(window))
        self._windows.append(window)
        window.show()
        window.pane.set_style(style, year)
        window.pane.show_session()
        window.pane.canvas.look_at(window.pane.canvas.view.centred(view.centre_x_m, view.centre_y_m, view.m_per_px))
        return window

    def close(self) -> None:
        """Close all of them: the console ends."""
        for window in list(self._windows):
            window.close()
