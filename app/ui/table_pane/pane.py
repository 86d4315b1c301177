"""The attribute table: one kind at a time, sorted, filtered, chosen by an area, linked with the map, exported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

import numpy as np
from PySide6.QtCore import QAbstractItemModel, QItemSelectionModel, QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from app.messages import formats
from app.messages.describe import Thing
from app.operations.attributes import KINDS, attributes_of
from app.table_requests import ArrangeTable, ExportTable, TableArranged, TableExported
from app.ui import fonts
from app.ui.asking import Latest
from app.ui.look import Look
from app.ui.menus import ask_where_to_save
from app.ui.session import Session
from app.ui.table_pane.model import CityRows, Index
from app.ui.tables import CELL_PX, EDGE_PX, HEADER_HEIGHT, ROW_HEIGHT
from app.ui.widgets import KeyButton, Panel, Picker, SectionHeader, column

_USUAL_PX, _LEAST_PX = 260, 180
_FILTER_PX, _LEAST_FILTER_PX = 220, 90
_TYPING_MS = 250
_WIDTHS = {"id": 130, "name": 200, "address": 320, "landmark": 260, "chamber": 130, "kind": 150}
MOST_COPIED = 5_000
"""Rows that Copy takes: cells are made one by one while the window stands still. A file takes all."""


class _Cell(QStyledItemDelegate):
    """Hairline below, padding at the sides, the theme's colours."""

    def __init__(self, look: Look, parent: QTableView) -> None:
        super().__init__(parent)
        self._look = look

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, CityRows)
        theme, rect = self._look.theme, option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(theme.bg3))
        painter.setPen(QColor(theme.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setFont(fonts.font(fonts.TABLE))
        painter.setPen(QColor(theme.t1))
        inside = rect.adjusted(EDGE_PX if index.column() == 0 else CELL_PX, 0, -CELL_PX, -1)
        text = painter.fontMetrics().elidedText(
            model.text(index.row(), index.column()), Qt.TextElideMode.ElideMiddle, inside.width()
        )
        painter.drawText(inside, int(model.data(index, Qt.ItemDataRole.TextAlignmentRole)), text)
        painter.restore()


class _View(QTableView):
    """A table of a million rows whose Copy takes the header along.

    Signals:
        cut_short: So many rows were copied, of so many: the clipboard is not for a whole city.
    """

    cut_short = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        down, across = self.verticalHeader(), self.horizontalHeader()
        down.hide()
        # Fixed: Qt would otherwise ask a million rows how high they are.
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(ROW_HEIGHT)
        across.setHighlightSections(False)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        if model is not None:
            # A selection of its own, always empty: to paint itself the header asks of each column whether all of it is
            # picked, which Qt answers row by row; with a million rows picked the window stood still for seconds.
            self.horizontalHeader().setSelectionModel(QItemSelectionModel(model, self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):  # "Ctrl+C"
            model = self.model()
            assert isinstance(model, CityRows)
            spans = self.selectionModel().selection()
            stretches = _apart((span.top(), span.bottom()) for span in map(spans.at, range(spans.count())))
            picked = list(islice(chain.from_iterable(stretches), MOST_COPIED))
            QGuiApplication.clipboard().setText(model.as_text(picked))
            count = sum(map(len, stretches))
            if count > len(picked):
                self.cut_short.emit(len(picked), count)
        else:
            super().keyPressEvent(event)


def _apart(spans: Iterable[tuple[int, int]]) -> list[range]:
    """Stretches of rows, none twice: a million rows taken one by one would hold the window up."""
    found: list[range] = []
    for first, last in sorted(spans):
        fresh = range(max(first, found[-1].stop) if found else first, last + 1)
        if fresh:
            found.append(fresh)
    return found


class TablePane(Panel):
    """The table and its bar.

    Signals:
        closed: The operator put it away.
        chosen: A row was picked: Thing.
        rows_changed: Other rows are shown after an area or a filter was set: kind, rows; no rows where all are shown.
    """

    closed = Signal()
    chosen = Signal(object)
    rows_changed = Signal(str, object)

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self._asked = ArrangeTable(KINDS[0])
        self._asking = Latest(session.client)
        self._following = False
        self.setProperty("surface", "panel")
        self.kinds, self.filter = Picker(look), QLineEdit()
        self.filter.setFont(fonts.font(fonts.TABLE))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(_LEAST_FILTER_PX)
        self.filter.setMaximumWidth(_FILTER_PX)
        self.all_rows, self.export, self.close_button = KeyButton(look), KeyButton(look), KeyButton(look)
        self.header = SectionHeader(look)
        for widget in (self.kinds, self.filter, self.all_rows, self.export, self.close_button):
            self.header.add(widget)
        self.model = CityRows(look.words)
        self.view = _View()
        self._dress()
        column(self, self.header, self.view).setStretch(1, 1)
        self.setMinimumHeight(_LEAST_PX)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._connect()
        self.retranslate()

    def sizeHint(self) -> QSize:
        """As high as is comfortable; on a low screen it makes do with less."""
        return QSize(super().sizeHint().width(), _USUAL_PX)

    def _connect(self) -> None:
        self._typing.timeout.connect(lambda: self._ask(replace(self._asked, text=self.filter.text())))
        self.filter.textEdited.connect(lambda _text: self._typing.start())
        self.filter.textChanged.connect(lambda text: None if text else self._typing.start())
        self.kinds.activated.connect(lambda at: self.show_kind(KINDS[at]))
        self.all_rows.clicked.connect(self.show_all)
        self.export.clicked.connect(self.ask_file)
        self.close_button.clicked.connect(self.closed)
        self.view.horizontalHeader().sectionClicked.connect(self._sort)
        self.view.cut_short.connect(self._tell_cut)
        self._session.workspace_changed.connect(self._city_changed)
        self._session.city_changed.connect(self._city_changed)
        self._session.selection_changed.connect(self._follow)

    def _dress(self) -> None:
        view = self.view
        view.setModel(self.model)
        view.setItemDelegate(_Cell(self.look, view))
        view.setShowGrid(False)
        view.setFont(fonts.font(fonts.TABLE))
        view.setTabKeyNavigation(False)
        across = view.horizontalHeader()
        across.setFixedHeight(HEADER_HEIGHT)
        across.setFont(fonts.font(fonts.CAPTION))
        across.setSectionsClickable(True)
        across.setStretchLastSection(True)
        view.selectionModel().currentRowChanged.connect(self._picked)

    def retranslate(self) -> None:
        words = self.look.words
        self.header.title.setText(self.tr("Attribute table"))
        self.filter.setPlaceholderText(self.tr("Filter: text in any column"))
        self.all_rows.setText(self.tr("All rows"))
        self.export.setText(self.tr("Export…"))
        self.close_button.setText(self.tr("Put away"))
        self.kinds.clear()
        self.kinds.addItems([words.say("layer", kind) for kind in KINDS])
        self.kinds.setCurrentIndex(KINDS.index(self._asked.kind))
        if self.model.columns:
            self.model.show_rows(self.model.columns, self.model.rows, words)
            self._write_count()

    # What is shown

    def show_kind(self, kind: str) -> None:
        """Show every row of a kind."""
        self.filter.clear()
        self._ask(ArrangeTable(kind))

    def show_in_area(self, ring_m: tuple[tuple[float, float], ...]) -> None:
        """Show what of the present kind lies in an area."""
        self._ask(replace(self._asked, ring_m=ring_m))

    def show_all(self) -> None:
        """Leave area and filter."""
        self.filter.clear()
        self._ask(replace(self._asked, text="", ring_m=()))

    def _sort(self, section: int) -> None:
        code = self.model.columns[section].code
        again = self._asked.column == code
        self._ask(replace(self._asked, column=code, descending=again and not self._asked.descending))

    def _ask(self, asked: ArrangeTable) -> None:
        """Rows come from the worker; until then the old ones stay."""
        if self._session.city is None:
            return
        self._asked = asked
        self._asking.ask(asked, self._session.expecting(TableArranged, self._show))

    def _show(self, arranged: TableArranged) -> None:
        city = self._session.city
        if city is None:
            return
        self.model.sorted_by = (arranged.asked.column, arranged.asked.descending)
        same = self.model.columns and self.kinds.currentIndex() == KINDS.index(arranged.asked.kind)
        columns = attributes_of(city, arranged.asked.kind, self._session.states)
        self.model.show_rows(columns, arranged.rows, self.look.words)
        self.kinds.setCurrentIndex(KINDS.index(arranged.asked.kind))
        if not same or self.view.columnWidth(0) < 60:
            for at, shown in enumerate(columns):
                self.view.setColumnWidth(at, _WIDTHS.get(shown.code, 110))
        self._write_count()
        chosen = arranged.rows if arranged.asked.text or arranged.asked.ring_m else np.empty(0, dtype=np.int32)
        self.rows_changed.emit(arranged.asked.kind, chosen)
        self._follow()

    def _write_count(self) -> None:
        whole = len(self.model.columns[0].values) if self.model.columns else 0
        shown = formats.number(len(self.model.rows))
        said = self.tr("{shown} of {whole} rows").format(shown=shown, whole=formats.number(whole))
        self.header.note.set_text(
            said if len(self.model.rows) != whole else self.tr("{count} rows").format(count=shown)
        )

    def _city_changed(self) -> None:
        self._asked = ArrangeTable(self._asked.kind)
        self.model.show_rows((), np.empty(0, dtype=np.int32), self.look.words)
        if self.isVisible():
            self._ask(self._asked)

    # The map and the table

    def _picked(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and not self._following and self.view.hasFocus():
            self.chosen.emit(Thing(self._asked.kind, int(self.model.rows[current.row()])))

    def _follow(self) -> None:
        """Bring what was picked on the map into view, where the table shows its kind."""
        thing = self._session.selection
        if thing is None or thing.kind != self._asked.kind or not self.isVisible() or self.view.hasFocus():
            return
        position = self.model.position_of(thing.row)
        if position >= 0:
            self._following = True
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.view.selectionModel().setCurrentIndex(self.model.index(position, 0), flags)
            self._following = False

    def _tell_cut(self, copied: int, picked: int) -> None:
        detail = {"copied": formats.number(copied), "picked": formats.number(picked)}
        self._session.told.emit("copied_part", detail)

    # Files

    def ask_file(self) -> None:
        """Ask where the rows go; the suffix says as what."""
        name = f"{self._asked.kind}.csv"
        ask_where_to_save(self.window(), self.tr("Export the table"), name, self.write, ".xlsx")

    def write(self, path: Path) -> None:
        """Write the rows shown, in their order; it goes on beside everything else and can be stopped."""
        opened = self._session.workspace
        if opened is None or not self.model.columns:
            return

        def take(written: TableExported) -> None:
            self._session.told.emit("exported", {"path": str(written.path)})

        asked = ExportTable(opened.cache, self._asked.kind, self.model.rows, path, self.look.language)
        self._session.client.ask(asked, self._session.expecting(TableExported, take))
