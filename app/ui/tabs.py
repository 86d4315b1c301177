"""Pages behind a header that names them: one at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QPushButton, QStackedWidget, QWidget

from app.ui import fonts
from app.ui.look import Look
from app.ui.widgets import HEADER_HEIGHT, Panel, chip


class TabbedPages(Panel):
    """Header and pages; who builds on it puts them into a layout and names them in :meth:`retranslate`."""

    def __init__(self, look: Look, *, edge: str = "bottom", header_px: int = HEADER_HEIGHT + 1) -> None:
        super().__init__(look)
        self.setProperty("surface", "panel")
        self._header_px = header_px
        self.header, self.pages = QFrame(), QStackedWidget()
        self._group = QButtonGroup(self)
        self.header.setProperty("edge", edge)
        self.header.setFixedHeight(header_px)
        self._line = QHBoxLayout(self.header)
        self._line.setContentsMargins(4, 0, 8, 0)
        self._line.setSpacing(0)
        self._group.idClicked.connect(self.show_page)

    def add_page(self, page: QWidget, key: str = "") -> None:
        """One page more, and the key that brings it forward printed beside its name."""
        button = QPushButton()
        button.setCheckable(True)
        button.setProperty("tab", "true")
        button.setFont(fonts.font(fonts.TABLE, 500))
        button.setFixedHeight(self._header_px - 1)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._group.addButton(button, self.pages.addWidget(page))
        self._line.addWidget(button)
        if key:
            self._line.addWidget(chip(key, "key"))

    def close_header(self, widget: QWidget) -> None:
        """*widget* stands at the right end of the header."""
        self._line.addStretch(1)
        self._line.addWidget(widget)

    def name_pages(self, names: Sequence[str]) -> None:
        """Write the names, in the order in which the pages were added."""
        for number, name in enumerate(names):
            self._group.button(number).setText(name)

    @property
    def tabs(self) -> list[QAbstractButton]:
        """The names of the pages."""
        return self._group.buttons()

    @property
    def shown(self) -> int:
        """Which page is in front."""
        return self.pages.currentIndex()

    def show_page(self, number: int) -> None:
        """Bring a page to the front."""
        self.pages.setCurrentIndex(number)
        self._group.button(number).setChecked(True)

    def walk(self, targets: Sequence[QWidget]) -> None:
        """The keyboard goes to the page's own of *targets*, one a page; is it there, to that of the next page."""
        if targets[self.shown].hasFocus():
            self.show_page((self.shown + 1) % len(targets))
        targets[self.shown].setFocus(Qt.FocusReason.ShortcutFocusReason)
