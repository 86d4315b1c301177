"""What the console's window is called: the city it shows, or the one that it is about to."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.ui.look import Look
from app.ui.session import Session


class WindowTitle(QObject):
    """Writes the title of *window*. A drill may stand beside it on the desktop: it says from the start which it is."""

    def __init__(self, window: QWidget, look: Look, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        for changed in (session.early_changed, session.workspace_changed, look.language_changed):
            changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Write the title again."""
        opened, awaited = self._session.workspace, self._session.awaited
        name = self.tr("Sluice")
        if opened is not None:
            chip = " · " + self.tr("synthetic") if opened.synthetic else ""
            name = f"{opened.name or opened.folder.name}{chip} — {name}"
        elif awaited is not None:
            opening = self.tr("{name} · opening").format(name=awaited.name)
            name = f"{opening} — {name}"
        self._window.setWindowTitle(name)
