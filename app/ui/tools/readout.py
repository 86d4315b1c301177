"""Where the pointer is, in the coordinates that the operator wants; a click takes the next system, another copies."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton

from app.messages import formats
from app.ui import fonts
from app.ui.look import Look
from app.ui.session import Session
from app.ui.widgets import GAP, Label, Panel
from gis.cache import open_tables
from gis.gcj02 import to_gcj02
from gis.graticule import Graticule
from network.errors import CodedError

SYSTEMS = ("project", "wgs84", "wgs84_dms", "cgcs2000", "gcj02")


class PlaceReadout(Panel):
    """The pointer's place and the name of the system it is written in.

    Signals:
        system_changed: Another system was chosen: one of :data:`SYSTEMS`.
    """

    system_changed = Signal(str)

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self._system = SYSTEMS[0]
        self._graticule: Graticule | None = None
        self._at: tuple[float, float] | None = None
        self.place = Label(size=fonts.CAPTION, tone="t2")
        self.crs = QToolButton()
        self.crs.setFont(fonts.font(fonts.CAPTION))
        self.crs.setCursor(Qt.CursorShape.PointingHandCursor)
        self.crs.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.crs.clicked.connect(self._next)
        self.crs.customContextMenuRequested.connect(lambda at: self.menu().popup(self.crs.mapToGlobal(at)))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP)
        line.addWidget(self.place)
        line.addWidget(self.crs)
        session.workspace_changed.connect(self._take_city)
        self.retranslate()

    @property
    def system(self) -> str:
        """The system in force."""
        return self._system

    def set_system(self, system: str) -> None:
        """Write places in *system*; the project's own where the city has no place on the Earth."""
        known = self._graticule is not None and self._graticule.known
        self._system = system if system in SYSTEMS and (known or self._session.workspace is None) else SYSTEMS[0]
        self.retranslate()

    def _next(self) -> None:
        self.set_system(SYSTEMS[(SYSTEMS.index(self._system) + 1) % len(SYSTEMS)])
        self.system_changed.emit(self._system)

    def menu(self) -> QMenu:
        """All systems, and copying the place."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for system in SYSTEMS:
            action = menu.addAction(self._name(system))
            action.setCheckable(True)
            action.setChecked(system == self._system)
            action.triggered.connect(self._choice(system))
        menu.addSeparator()
        menu.addAction(self.tr("Copy the place")).triggered.connect(self.copy)
        return menu

    def _choice(self, system: str) -> Callable[[], None]:
        def take() -> None:
            self.set_system(system)
            self.system_changed.emit(self._system)

        return take

    def copy(self) -> None:
        """Put the last place on the clipboard."""
        if self._at is not None:
            QGuiApplication.clipboard().setText(self.written(*self._at).replace(formats.THIN_SPACE, ""))

    def show_place(self, x_m: float, y_m: float) -> None:
        """Where the pointer is, project CRS."""
        self._at = x_m, y_m
        self.place.setText(self.written(x_m, y_m))

    def written(self, x_m: float, y_m: float) -> str:
        """A place in the system in force; a dash where it has none there."""
        if self._system == "project" or self._graticule is None:
            return formats.coordinate(x_m, y_m)
        east, north = self._graticule.degrees(np.array([x_m]), np.array([y_m]))
        if self._system == "gcj02":
            east, north = to_gcj02(east, north)
        write = formats.degrees_minutes if self._system == "wgs84_dms" else formats.degrees
        return write(float(east[0]), float(north[0]))

    def retranslate(self) -> None:
        opened = self._session.workspace
        self.setVisible(opened is not None)
        self.crs.setText(self._name(self._system))
        self.crs.setToolTip(self.tr("Click for the next coordinate system, right-click for all of them"))
        if self._at is not None:
            self.show_place(*self._at)

    def _name(self, system: str) -> str:
        opened = self._session.workspace
        if system == "project":
            return self.look.words.crs(opened.crs_epsg) if opened is not None else ""
        return self.look.words.say("coordinate_system", system)

    def _take_city(self) -> None:
        opened = self._session.workspace
        self._at = None
        self.place.setText("")
        self._graticule = None
        if opened is not None:
            # Where the cache went away under the window, places are still known in the project's own system.
            with suppress(CodedError):
                self._graticule = open_tables(opened.cache, "graticule", Graticule, verify=False)
        self.set_system(self._system)
