"""Bookmarks of the map: keep the view under a name, go back to it, rename it, delete it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QSettings, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from app.messages import formats
from app.ui import fonts
from app.ui.look import Look
from app.ui.map.canvas import MapCanvas
from app.ui.session import Session
from app.ui.tools.bookmark_shelf import LONGEST_NAME, MOST_BOOKMARKS, Bookmark, BookmarkShelf
from app.ui.widgets import PADDING, KeyButton, Label, row

KEYED = 9
"""The first ones have a key: Alt+1 and so on."""
_ROW_PX = 32


class BookmarkList(QDialog):
    """All bookmarks: Enter goes there, F2 renames, Del deletes."""

    def __init__(self, window: QWidget, look: Look, bookmarks: Bookmarks) -> None:
        super().__init__(window)
        self._bookmarks = bookmarks
        self.list = QListWidget()
        self.list.setFont(fonts.font(fonts.BODY))
        self.list.setSpacing(2)
        self.list.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.SelectedClicked
        )
        self.hint = Label(size=fonts.TABLE, tone="t3", wrap=True)
        self.go, self.rename = KeyButton(look, "Enter", primary=True), KeyButton(look, "F2")
        self.delete, self.leave = KeyButton(look, "Del"), KeyButton(look, "Esc")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        layout.setSpacing(12)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.hint)
        layout.addLayout(row(self.go, self.rename, self.delete, self.leave))
        self.resize(520, 420)
        for button in (self.go, self.rename, self.delete, self.leave):
            button.setAutoDefault(False)
        self.list.itemActivated.connect(lambda _item: self.go_there())
        self.list.itemChanged.connect(self._renamed)
        self.list.currentRowChanged.connect(lambda _row: self._check())
        self.go.clicked.connect(self.go_there)
        self.rename.clicked.connect(self.rename_chosen)
        self.delete.clicked.connect(self.delete_chosen)
        self.leave.clicked.connect(self.reject)
        QShortcut(QKeySequence("Del"), self.list, self.delete_chosen, context=Qt.ShortcutContext.WidgetShortcut)
        look.language_changed.connect(self.retranslate)
        self.retranslate()
        self.fill()

    def retranslate(self) -> None:
        """Write every word again."""
        self.setWindowTitle(self.tr("Bookmarks"))
        self.go.setText(self.tr("Go"))
        self.rename.setText(self.tr("Rename"))
        self.delete.setText(self.tr("Delete"))
        self.leave.setText(self.tr("Close"))
        self._check()

    def fill(self, chosen: int = 0) -> None:
        """List the bookmarks as they are kept."""
        self.list.blockSignals(True)
        self.list.clear()
        for one in self._bookmarks.kept:
            item = QListWidgetItem(one.name)
            item.setSizeHint(QSize(0, _ROW_PX))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setToolTip(formats.coordinate(one.x_m, one.y_m))
            self.list.addItem(item)
        self.list.setCurrentRow(min(chosen, self.list.count() - 1))
        self.list.blockSignals(False)
        self._check()

    def _check(self) -> None:
        some = self.list.currentRow() >= 0
        for button in (self.go, self.rename, self.delete):
            button.setEnabled(some)
        none = self.tr("No bookmarks yet. Ctrl+B keeps the view that the map shows.")
        self.hint.setText("" if self.list.count() else none)

    def go_there(self) -> None:
        """Show the chosen view."""
        if self.list.currentRow() >= 0:
            self._bookmarks.go(self.list.currentRow())

    def rename_chosen(self) -> None:
        """Write the chosen one's name anew, in its place."""
        item = self.list.currentItem()
        if item is not None:
            self.list.editItem(item)

    def _renamed(self, item: QListWidgetItem) -> None:
        at = self.list.row(item)
        self._bookmarks.rename(at, item.text())
        self.fill(at)

    def delete_chosen(self) -> None:
        """Forget the chosen one."""
        at = self.list.currentRow()
        if at >= 0:
            self._bookmarks.delete(at)
            self.fill(at)


class Bookmarks(QObject):
    """The bookmarks of the open workspace, their menu and keys.

    Attributes:
        kept: In their order.
    """

    def __init__(self, window: QWidget, look: Look, session: Session, canvas: MapCanvas, settings: QSettings) -> None:
        super().__init__(window)
        self._window, self._look, self._session, self._canvas = window, look, session, canvas
        self._shelf = BookmarkShelf(settings)
        self.kept: tuple[Bookmark, ...] = ()
        self.dialog: BookmarkList | None = None
        self.menu = QMenu(window)
        self._add, self._list = QAction(window), QAction(window)
        self._add.setShortcut(QKeySequence("Ctrl+B"))
        self._list.setShortcut(QKeySequence("Ctrl+Shift+B"))
        self._add.triggered.connect(lambda _checked=False: self.add())
        self._list.triggered.connect(lambda _checked=False: self.open_list())
        self._places = [QAction(window) for _ in range(KEYED)]
        for number, action in enumerate(self._places, start=1):
            action.setShortcut(QKeySequence(f"Alt+{number}"))
            action.triggered.connect(lambda _checked=False, at=number - 1: self.go(at))
        for action in (self._add, self._list, *self._places):
            window.addAction(action)
            self.menu.addAction(action)
        self.menu.insertSeparator(self._places[0])
        session.workspace_changed.connect(self._take_workspace)
        look.language_changed.connect(self.retranslate)
        self._take_workspace()

    def retranslate(self) -> None:
        """Write every word again."""
        self.menu.setTitle(self.tr("Bookmarks"))
        self._add.setText(self.tr("Keep this view"))
        self._list.setText(self.tr("All bookmarks…"))
        for at, action in enumerate(self._places):
            there = at < len(self.kept)
            action.setVisible(there)
            action.setEnabled(there)
            # An ampersand would become a key's underline.
            action.setText(self.kept[at].name.replace("&", "&&") if there else "")
        opened = self._session.workspace is not None
        self._add.setEnabled(opened)
        self._list.setEnabled(opened)

    def _take_workspace(self) -> None:
        opened = self._session.workspace
        self.kept = () if opened is None else self._shelf.of(opened.folder)
        if self.dialog is not None:
            self.dialog.close()
        self.retranslate()

    def add(self) -> None:
        """Keep what the map shows, and let its name be written."""
        if self._session.workspace is None or len(self.kept) >= MOST_BOOKMARKS:
            return
        view = self._canvas.view
        name = self.tr("View {number}").format(number=len(self.kept) + 1)
        self._keep((*self.kept, Bookmark(name, view.centre_x_m, view.centre_y_m, view.m_per_px)))
        dialog = self.open_list()
        dialog.fill(len(self.kept) - 1)
        dialog.rename_chosen()

    def go(self, at: int) -> None:
        """Show the view of one."""
        if at < len(self.kept):
            one = self.kept[at]
            self._canvas.look_at(self._canvas.view.centred(one.x_m, one.y_m, one.m_per_px))

    def rename(self, at: int, name: str) -> None:
        """Call one by another name; a name of nothing but blanks changes nothing."""
        if name.strip():
            renamed = replace(self.kept[at], name=name.strip()[:LONGEST_NAME])
            self._keep((*self.kept[:at], renamed, *self.kept[at + 1 :]))

    def delete(self, at: int) -> None:
        """Forget one."""
        self._keep((*self.kept[:at], *self.kept[at + 1 :]))

    def _keep(self, bookmarks: tuple[Bookmark, ...]) -> None:
        self.kept = bookmarks
        if self._session.workspace is not None:
            self._shelf.keep(self._session.workspace.folder, bookmarks)
        self.retranslate()

    def open_list(self) -> BookmarkList:
        """Show all of them beside the map."""
        if self.dialog is None:
            self.dialog = BookmarkList(self._window, self._look, self)
            self.dialog.setModal(False)
        self.dialog.fill()
        self.dialog.show()
        return self.dialog
