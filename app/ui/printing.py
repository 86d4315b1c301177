"""From the menu to paper: gathers what there is to print and opens the dialog."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.ui.look import Look
from app.ui.map_pane import MapPane
from app.ui.paper.dialog import Printable, PrintDialog
from app.ui.session import Session
from app.ui.sheet.sheet import SheetMaterial
from gis.map_book import way_line
from network.columns import Float64
from network.stretches import pipe_line
from network.ways import Route

_AROUND_PLAN_M = 60.0


class Printing(QObject):
    """Opens the print dialog on what is on screen."""

    def __init__(
        self,
        window: QWidget,
        look: Look,
        session: Session,
        pane: MapPane,
        now: Callable[[], datetime],
        way: Callable[[], Route | None],
    ) -> None:
        super().__init__(window)
        self._window, self._look, self._session, self._pane = window, look, session, pane
        self._now, self._way = now, way
        self.dialog: PrintDialog | None = None

    def open(self) -> None:
        """Open the dialog; where it is open already, with what is on screen now."""
        printable = self.printable()
        if printable is None:
            return
        if self.dialog is not None:
            self.dialog.close()
        gate = self._pane.canvas.store.gate
        dialog = self.dialog = PrintDialog(self._window, self._look, printable, self._now, gate.wait)
        dialog.setModal(False)
        dialog.printed.connect(lambda paths: self._session.told.emit("exported", {"path": str(paths[0])}))
        dialog.show()

    def close(self) -> None:
        """The console ends: stop what is printed."""
        if self.dialog is not None:
            self.dialog.close()

    def printable(self) -> Printable | None:
        """What there is to print; None without a city."""
        session, content = self._session, self._pane.canvas.content
        if session.workspace is None or session.city is None or content is None:
            return None
        plan = None
        name = session.workspace.name or session.workspace.folder.name
        if session.plan is not None and session.target is not None:
            words = self._look.words
            plan = SheetMaterial(session.workspace, session.target, session.plan, content, words, self._now())
            name = self.tr("Isolation plan") + " " + session.target_name(words)
        picture = content.plan
        area = picture.bounds.grown(_AROUND_PLAN_M) if picture is not None and picture.bounds is not None else None
        view = self._pane.canvas.view.bounds
        return Printable(session.workspace, content, view, plan, area, self._way_line(), name)

    def _way_line(self) -> Float64 | None:
        session, way = self._session, self._way()
        if session.city is None:
            return None
        if way is not None and len(way.pipe):
            return way_line(session.city, way)
        chosen = session.selection
        if chosen is not None and chosen.kind == "pipe":
            return pipe_line(session.city, chosen.row)
        return None
