"""Tables as the spec has them: 28 px rows, 26 px header, numbers right, sort, filter, copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from app.ui import fonts, icons
from app.ui.look import Look

ROW_HEIGHT, HEADER_HEIGHT = 28, 26
EDGE_PX, CELL_PX, ICON_PX, SWATCH_PX = 16, 6, 14, 20
MEASURED_ROWS, WIDEST_PX = 60, 240
SORT_MARKS = ("▲", "▼")
SLICE_ROWS = 1_000
"""Rows read in one go while a list is filtered or sorted, some 10 ms; the window goes on between two slices."""

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        title: Its header, in the language in force; units stand here and not in the cells.
        text: What a row shows.
        key: What a row sorts by; its text where None.
        width: Pixels at least: the column grows with what it holds; 0 takes what is left.
        most: Pixels at most.
        least: Pixels at least of a column that takes what is left: others that are elided give way, the last one first.
        number: Right-aligned, tabular.
        elide: Places lose their middle; ids, times and counts are never cut.
        icon: Icon name and colour token beside the text, or None.
        swatch: A colour ``#RRGGBB`` of which a sample stands before the text, or "".
        tone: Colour token of the text.
        strong: Written in weight 600.
    """

    title: str
    text: Callable[[Any], str]
    key: Callable[[Any], Any] | None = None
    width: int = 0
    most: int = WIDEST_PX
    least: int = 0
    number: bool = False
    elide: bool = False
    icon: Callable[[Any], tuple[str, str] | None] | None = None
    swatch: Callable[[Any], str] | None = None
    tone: Callable[[Any], str] | None = None
    strong: bool = False


class RowsModel(QAbstractTableModel):
    """Rows of any kind behind columns; sorting and filtering rearrange row numbers, never the rows.

    Lists longer than ``SLICE_ROWS`` are rearranged in slices, between which the window goes on; until the last one
    they stand as they were.
    """

    def __init__(self) -> None:
        super().__init__()
        self._columns: Sequence[Column] = ()
        self._rows: Sequence[Any] = ()
        self._shown: Sequence[int] = ()
        self._sorted_by: tuple[int, bool] | None = None
        self._filter = ""
        self._texts: list[str] = []
        self._work: Iterator[None] = iter(())
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    def fill(self, columns: Sequence[Column], rows: Sequence[Any]) -> None:
        """Show *rows* through *columns*, in their own order until somebody sorts."""
        self._timer.stop()
        if len(columns) != len(self._columns):
            self._sorted_by = None
        self.beginResetModel()
        self._columns, self._rows, self._texts = columns, tuple(rows), []
        self._shown = range(len(self._rows))
        self.endResetModel()
        if self._filter or self._sorted_by is not None:
            self._arrange()

    def filter(self, text: str) -> None:
        """Show only rows that have *text* in some column."""
        self._filter = text.casefold().strip()
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorted_by = (column, order == Qt.SortOrder.DescendingOrder) if column >= 0 else None
        self._arrange()

    def _arrange(self) -> None:
        self._work = self._arranging()
        self._timer.start()
        self._go_on()

    def _go_on(self) -> None:
        """One slice of the work; the last one shows the new order."""
        for _ in self._work:
            return
        self._timer.stop()

    def _arranging(self) -> Iterator[None]:
        """Rearrange, pausing after every slice."""
        shown: Sequence[int] = range(len(self._rows))
        if self._filter:
            for _ in self._reading():
                yield
            shown = [at for at, text in enumerate(self._texts) if self._filter in text]
        if self._sorted_by is not None:
            column, descending = self._columns[self._sorted_by[0]], self._sorted_by[1]
            read, keys = column.key or column.text, {}
            for count, at in enumerate(shown, start=1):
                keys[at] = read(self._rows[at])
                if count % SLICE_ROWS == 0:
                    yield
            shown = sorted(shown, key=keys.__getitem__, reverse=descending)
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()

    def _reading(self) -> Iterator[None]:
        """Read what the filter looks through, once for each list: every row's cells, a line each."""
        while len(self._texts) < len(self._rows):
            first = len(self._texts)
            for row in self._rows[first : first + SLICE_ROWS]:
                self._texts.append("\n".join(column.text(row).casefold() for column in self._columns))
            if len(self._texts) < len(self._rows):
                yield

    def row_at(self, position: int) -> Any:
        """The row shown at *position*."""
        return self._rows[self._shown[position]]

    def position_of(self, row: Any) -> int:
        """Where *row* is shown, or -1."""
        for position, at in enumerate(self._shown):
            if self._rows[at] == row:
                return position
        return -1

    def as_text(self, positions: Sequence[int]) -> str:
        """Header and rows with tabs between cells, for the clipboard."""
        lines = ["\t".join(column.title for column in self._columns)]
        lines += ["\t".join(column.text(self.row_at(at)) for column in self._columns) for at in positions]
        return "\n".join(lines) + "\n"

    def column(self, at: int) -> Column:
        """The column at *at*."""
        return self._columns[at]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, row = self._columns[index.column()], self.row_at(index.row())
        value: Any = None
        match role:
            case Role.DisplayRole:
                value = column.text(row)
            case Role.ToolTipRole if column.elide:
                value = column.text(row)
            case Role.TextAlignmentRole:
                value = _alignment(column)
        return value

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        if role == Role.DisplayRole:
            mark = ""
            if self._sorted_by is not None and self._sorted_by[0] == section:
                mark = " " + SORT_MARKS[self._sorted_by[1]]
            return self._columns[section].title + mark
        if role == Role.TextAlignmentRole:
            return _alignment(self._columns[section])
        return None


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class _Cell(QStyledItemDelegate):
    """Paints a cell by itself: hairline below, 16 px before the first and after the last column.

    Attributes:
        bare_end: No hairline under the last row: what comes next draws its own.
    """

    def __init__(self, look: Look, parent: QTableView, *, bare_end: bool) -> None:
        super().__init__(parent)
        self._look = look
        self.bare_end = bare_end

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, RowsModel)
        column, row, theme = model.column(index.column()), model.row_at(index.row()), self._look.theme
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(theme.bg3))
        if not (self.bare_end and index.row() == model.rowCount() - 1):
            painter.setPen(QColor(theme.line))
            painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        inside = self._inside(option.rect, index, model)
        found = column.icon(row) if column.icon else None
        if found is not None:
            box = QRectF(inside.left(), inside.center().y() - ICON_PX / 2 + 0.5, ICON_PX, ICON_PX)
            icons.draw(painter, found[0], box, QColor(getattr(theme, found[1])))
            inside.setLeft(inside.left() + ICON_PX + 6)
        if column.swatch is not None:
            if column.swatch(row):
                sample = QRectF(inside.left(), inside.center().y() - 1.5, SWATCH_PX, 4)
                painter.fillRect(sample, QColor(column.swatch(row)))
            inside.setLeft(inside.left() + SWATCH_PX + 8)
        painter.setFont(fonts.font(fonts.TABLE, 600 if column.strong else 400))
        painter.setPen(QColor(getattr(theme, column.tone(row) if column.tone else "t1")))
        text = column.text(row)
        if column.elide:
            text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, inside.width())
        painter.drawText(inside, _alignment(column), text)
        painter.restore()

    def _inside(self, rect: QRect, index: Index, model: RowsModel) -> QRect:
        left = EDGE_PX if index.column() == 0 else CELL_PX
        right = EDGE_PX if index.column() == model.columnCount() - 1 else CELL_PX
        return rect.adjusted(left, 0, -right, -1)


def wanted_px(columns: Sequence[Column], rows: Sequence[Any]) -> int:
    """Width in which nothing of a table of *rows* is cut."""
    last = len(columns) - 1
    each = (_fitting(one, rows[:MEASURED_ROWS], first=at == 0, last=at == last) for at, one in enumerate(columns))
    return sum(each)


def _fitting(column: Column, rows: Sequence[Any], *, first: bool, last: bool) -> int:
    metrics = QFontMetrics(fonts.font(fonts.TABLE, 600 if column.strong else 400))
    text = max((metrics.horizontalAdvance(column.text(row)) for row in rows), default=0)
    edges = (EDGE_PX if first else CELL_PX) + (EDGE_PX if last else CELL_PX)
    before = (ICON_PX + 6 if column.icon else 0) + (SWATCH_PX + 8 if column.swatch else 0)
    wanted = max(text + edges + before + 2, _titled(column, first=first, last=last))
    return max(column.width, min(wanted, column.most))


def _titled(column: Column, *, first: bool, last: bool) -> int:
    """Width in which the title of a column is not cut."""
    edges = (EDGE_PX if first else CELL_PX) + (EDGE_PX if last else CELL_PX)
    return QFontMetrics(fonts.font(fonts.CAPTION)).horizontalAdvance(column.title) + edges + 2


def given_way(columns: Sequence[Column], wanted: Sequence[int], there: int) -> list[int]:
    """Widths for *there* pixels: what columns that take the rest lack at their least, elided ones give, the last first.

    Args:
        columns: As they stand in the table.
        wanted: Width of each in which nothing is cut; of those that take the rest it says nothing.
        there: Width of the table inside.
    """
    last = len(columns) - 1
    titles = [_titled(one, first=at == 0, last=at == last) for at, one in enumerate(columns)]
    widths = list(wanted)
    if not any(one.least for one in columns):
        return widths
    kept = sum(
        width if one.width else max(title, one.least) for one, width, title in zip(columns, wanted, titles, strict=True)
    )
    lack = kept - there
    for at in range(last, -1, -1):
        if lack > 0 and columns[at].width and columns[at].elide:
            given = max(0, min(lack, widths[at] - max(columns[at].width, titles[at])))
            widths[at] -= given
            lack -= given
    return widths


class Table(QTableView):
    """A table of rows.

    Signals:
        chosen: A row was clicked or entered: the row.
        hovered: The pointer or the cursor is on another row: the row, or None.
        taken: A row was clicked twice or entered: the row.
    """

    chosen = Signal(object)
    taken = Signal(object)
    hovered = Signal(object)

    def __init__(self, look: Look, *, most_rows: int = 0) -> None:
        super().__init__()
        self._most_rows = most_rows
        self._columns: Sequence[Column] = ()
        self._wanted: list[int] = []
        self._model = RowsModel()
        self.setModel(self._model)
        self.setItemDelegate(_Cell(look, self, bare_end=most_rows > 0))
        self.setFont(fonts.font(fonts.TABLE))
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self._dress_headers()
        self.clicked.connect(self._choose)
        self.doubleClicked.connect(self._take)
        self.entered.connect(self._hover)
        look.theme_changed.connect(self.viewport().update)

    def _dress_headers(self) -> None:
        down = self.verticalHeader()
        down.hide()
        down.setDefaultSectionSize(ROW_HEIGHT)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across = self.horizontalHeader()
        across.setFixedHeight(HEADER_HEIGHT)
        across.setFont(fonts.font(fonts.CAPTION))
        across.setHighlightSections(False)
        across.setSectionsClickable(True)
        across.setMinimumSectionSize(24)
        across.sectionClicked.connect(self._sort)

    def fill(self, columns: Sequence[Column], rows: Sequence[Any]) -> None:
        """Show *rows*; the table is as high as they are, up to its limit, and scrolls beyond."""
        self._model.fill(columns, rows)
        self._lay_columns(columns)
        self._fit_height()

    def filter(self, text: str) -> None:
        """Show only rows that have *text* in some column."""
        self._model.filter(text)

    def _lay_columns(self, columns: Sequence[Column]) -> None:
        header = self.horizontalHeader()
        self._columns = columns
        self._wanted = [self._fitting(at, column) if column.width else 0 for at, column in enumerate(columns)]
        for at, column in enumerate(columns):
            modes = QHeaderView.ResizeMode
            header.setSectionResizeMode(at, modes.Interactive if column.width else modes.Stretch)
        self._give_way()

    def _give_way(self) -> None:
        for at, width in enumerate(given_way(self._columns, self._wanted, self.viewport().width())):
            if self._columns[at].width:
                self.setColumnWidth(at, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width() and any(column.least for column in self._columns):
            self._give_way()
        super().resizeEvent(event)

    def _fitting(self, at: int, column: Column) -> int:
        """Width in which the first rows of a column are not cut."""
        shown = [self._model.row_at(row) for row in range(min(self._model.rowCount(), MEASURED_ROWS))]
        return _fitting(column, shown, first=at == 0, last=at == self._model.columnCount() - 1)

    def _fit_height(self) -> None:
        if not self._most_rows:
            return
        rows = min(self._model.rowCount(), self._most_rows)
        self.setFixedHeight(HEADER_HEIGHT + rows * ROW_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def rows(self) -> RowsModel:
        """What is shown."""
        return self._model

    def select(self, row: Any) -> None:
        """Mark *row* without choosing it."""
        position = self._model.position_of(row)
        if position < 0:
            self.clearSelection()
            return
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self._model.index(position, 0), flags)

    def copy(self) -> None:
        """Put the selected rows, or all where none is, on the clipboard with their header."""
        picked = sorted({index.row() for index in self.selectionModel().selectedRows()})
        QGuiApplication.clipboard().setText(self._model.as_text(picked or range(self._model.rowCount())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._choose(self.currentIndex())
            self._take(self.currentIndex())
        elif event.key() in {Qt.Key.Key_J, Qt.Key.Key_K} and not event.modifiers():
            self._step(1 if event.key() == Qt.Key.Key_J else -1)
        else:
            super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if self.hasFocus():
            self._hover(current)

    def _step(self, by: int) -> None:
        at = self.currentIndex().row() + by
        if 0 <= at < self._model.rowCount():
            self.selectRow(at)

    def _choose(self, index: Index) -> None:
        if index.isValid():
            self.chosen.emit(self._model.row_at(index.row()))

    def _take(self, index: Index) -> None:
        if index.isValid():
            self.taken.emit(self._model.row_at(index.row()))

    def _hover(self, index: Index) -> None:
        self.hovered.emit(self._model.row_at(index.row()) if index.isValid() else None)

    def _sort(self, column: int) -> None:
        """First click ascends, the second descends, the third restores the order that the list came in."""
        was = self._model._sorted_by  # noqa: SLF001 - the model is this table's own
        if was == (column, True):
            self._model.sort(-1)
        else:
            descending = was == (column, False)
            self._model.sort(column, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)
