"""The menu behind F10, and the file dialogs, none of them modal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.ui.look import Look
from app.ui.session import Session
from app.ui.theme import THEMES


class MainMenu(QMenu):
    """Workspaces, drawing an area, looks, layout, quit.

    Signals:
        demo_wanted, import_wanted, area_wanted, print_wanted, export_wanted, quit_wanted: The operator asked for it.
        theme_wanted, language_wanted: The one to change to, by name.
        detach_wanted: A side to detach or take back: ``left`` or ``right``.
    """

    demo_wanted = Signal()
    import_wanted = Signal()
    area_wanted = Signal()
    print_wanted = Signal()
    export_wanted = Signal()
    quit_wanted = Signal()
    theme_wanted = Signal(str)
    language_wanted = Signal(str)
    detach_wanted = Signal(str)
    map_wanted = Signal()

    def __init__(self, window: QWidget, look: Look, session: Session) -> None:
        super().__init__(window)
        self._window, self._look, self._session = window, look, session
        self._open = self._act("Ctrl+O", self.open_workspace)
        self._import = self._act("Ctrl+I", self.import_wanted.emit)
        self._demo = self._act("Ctrl+D", self.demo_wanted.emit)
        self.addSeparator()
        self._area = self._act("Ctrl+E", self.area_wanted.emit)
        self._clear = self._act("", session.clear_plan)
        self.addSeparator()
        self._print = self._act("Ctrl+P", self.print_wanted.emit)
        self._export = self._act("Ctrl+Shift+S", self.export_wanted.emit)
        self.addSeparator()
        self._themes = {name: self._act("", partial(self.theme_wanted.emit, name)) for name in THEMES}
        self._language = self._act("Ctrl+L", self._switch_language)
        self.addSeparator()
        self._left = self._act("Ctrl+Shift+L", partial(self.detach_wanted.emit, "left"))
        self._right = self._act("Ctrl+Shift+R", partial(self.detach_wanted.emit, "right"))
        self._map = self._act("Ctrl+Shift+N", self.map_wanted.emit)
        self.addSeparator()
        self._quit = self._act("Ctrl+Q", self.quit_wanted.emit)
        look.language_changed.connect(self.retranslate)
        session.workspace_changed.connect(self.retranslate)
        self.retranslate()

    def add_tools(self, tools: QMenu) -> None:
        """Put the tools' menu behind the area's."""
        self.insertMenu(self._clear, tools)

    def _act(self, key: str, do: Callable[[], object]) -> QAction:
        action = QAction(self)
        if key:
            action.setShortcut(QKeySequence(key))
            self._window.addAction(action)
        action.triggered.connect(lambda _checked=False: do())
        self.addAction(action)
        return action

    def retranslate(self) -> None:
        """Write every word again."""
        opened = self._session.workspace is not None
        self._open.setText(self.tr("Open workspace…"))
        self._import.setText(self.tr("Import a city's files…"))
        self._demo.setText(self.tr("Open the demo city"))
        self._area.setText(self.tr("Isolate an area: draw it"))
        self._clear.setText(self.tr("Put the plan away"))
        self._print.setText(self.tr("Print…"))
        self._export.setText(self.tr("Export layers…"))
        for action in (self._area, self._clear, self._print, self._export):
            action.setEnabled(opened)
        names = {"dark": self.tr("Dark theme"), "light": self.tr("Light theme"), "sun": self.tr("Sunlight theme")}
        for name, action in self._themes.items():
            action.setText(names[name])
        self._language.setText(self.tr("Chinese / English"))
        self._left.setText(self.tr("Detach the lists"))
        self._right.setText(self.tr("Detach the plan"))
        self._map.setText(self.tr("New map window"))
        self._map.setEnabled(opened)
        self._quit.setText(self.tr("Quit"))

    def open_workspace(self) -> None:
        """Ask for a folder; the window stays usable meanwhile."""
        dialog = QFileDialog(self._window, self.tr("Open workspace"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self._session.open_workspace(Path(path)))
        show_dialog(dialog)

    def _switch_language(self) -> None:
        self.language_wanted.emit("en" if self._look.language == "zh_CN" else "zh_CN")


def show_dialog(dialog: QFileDialog) -> None:
    """Show a file dialog that blocks nothing and goes away when it is done."""
    dialog.setModal(False)
    dialog.finished.connect(dialog.deleteLater)
    dialog.show()


def ask_where_to_save(parent: QWidget, title: str, name: str, done: Callable[[Path], None], *others: str) -> None:
    """Ask where something is to be written; *done* gets the path, and nothing comes where the question is left.

    Args:
        parent: Over which the question stands.
        title: Of the question.
        name: Proposed; its ending is the kind of file.
        done: What goes on with the path.
        others: Endings of other kinds that may be chosen instead, with their dot.
    """
    ending = Path(name).suffix
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([f"*{one}" for one in (ending, *others)])
    dialog.setDefaultSuffix(ending.removeprefix("."))
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda path: done(Path(path)))
    show_dialog(dialog)
