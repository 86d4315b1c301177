"""The queue: incidents by time to breach, each with all of its clocks. Nothing reorders under the pointer."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.dispatch.states import ClockState
from app.ui import fonts, icons
from app.ui.dispatch.faces import chip_width, paint_chip, tone_of
from app.ui.dispatch.rows import Moment, QueueLine, in_order
from app.ui.look import Look
from app.ui.tables import Index

ROW_HEIGHT = 94
HOLD_MS = 2000
_EDGE, _TEXT_LEFT, _CHIP_GAP = 16, 40, 8
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class QueueModel(QAbstractListModel):
    """Rows of the queue in the order shown."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[QueueLine, ...] = ()
        self.moment: Moment | None = None

    def fill(self, rows: tuple[QueueLine, ...], moment: Moment) -> None:
        """Show *rows* in this order."""
        self.beginResetModel()
        self.rows, self.moment = rows, moment
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        row = self.rows[index.row()]
        faces = [] if self.moment is None else row.faces(self.moment)
        return " ".join(
            [row.number, row.place, row.size, row.told, *(f"{one.label} {one.time}".strip() for one in faces)]
        )


class _Row(QStyledItemDelegate):
    """Paints one incident."""

    def __init__(self, look: Look, view: QListView) -> None:
        super().__init__(view)
        self._look = look

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, QueueModel)
        row, moment, theme = model.rows[index.row()], model.moment, self._look.theme
        assert moment is not None
        painter.save()
        box: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.bg3))
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(theme.acc))
        painter.setPen(QColor(theme.line))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        worst = moment.worst(row.clock_rows)
        ink = theme.leak if row.icon in {"drop", "burst"} and worst < ClockState.AT_RISK else None
        colour = QColor(ink if ink and not self._quiet(worst) else getattr(theme, tone_of(worst)))
        icons.draw(painter, row.icon, QRectF(box.left() + 14, box.top() + 13, 16, 16), colour)
        self._write(painter, box, row)
        self._chips(painter, box, row, moment)
        painter.restore()

    def _quiet(self, worst: ClockState) -> bool:
        return worst < ClockState.PENDING

    def _write(self, painter: QPainter, box: QRect, row: QueueLine) -> None:
        theme = self._look.theme
        first = QRect(box.left() + _TEXT_LEFT, box.top() + 10, box.width() - _TEXT_LEFT - _EDGE, 22)
        painter.setFont(fonts.font(fonts.BODY, 600))
        painter.setPen(QColor(theme.t1))
        painter.drawText(first, _LEFT, row.number)
        number_px = QFontMetrics(painter.font()).horizontalAdvance(row.number) + 10
        painter.setFont(fonts.font(fonts.TABLE))
        size_px = QFontMetrics(painter.font()).horizontalAdvance(row.size) + (12 if row.size else 0)
        painter.setPen(QColor(theme.t2))
        painter.drawText(first, _RIGHT, row.size)
        painter.setFont(fonts.font(fonts.BODY, 500))
        painter.setPen(QColor(theme.t1))
        place = first.adjusted(number_px, 0, -size_px, 0)
        painter.drawText(place, _LEFT, _middle(painter, row.place, place.width()))
        painter.setFont(fonts.font(fonts.TABLE))
        painter.setPen(QColor(theme.t2))
        second = QRect(first.left() - 24, box.top() + 33, box.width() - _EDGE * 2, 20)
        painter.drawText(second, _LEFT, _middle(painter, row.told, second.width()))

    def _chips(self, painter: QPainter, box: QRect, row: QueueLine, moment: Moment) -> None:
        """As many clocks as there is room for; how many more there are is always said."""
        theme, left, top = self._look.theme, float(box.left() + _EDGE), float(box.top() + 59)
        faces = row.faces(moment)
        more_px = 34.0
        for at, face in enumerate(faces):
            last = at == len(faces) - 1
            if left + chip_width(face) + (0.0 if last else more_px) > box.right() - 8:
                painter.setFont(fonts.font(fonts.TABLE, 500))
                painter.setPen(QColor(theme.t2))
                more = sum(one.state is not ClockState.PENDING for one in faces[at:])
                painter.drawText(QRectF(left, top, more_px, 24), _LEFT, f"+{more}" if more else "")
                return
            left += paint_chip(painter, left, top, face, theme) + _CHIP_GAP


def _middle(painter: QPainter, text: str, width: int) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, width)


class QueueList(QListView):
    """The queue's list.

    Signals:
        chosen: Another incident is current: its entity.
        entered: Enter on an incident.
        waiting_changed: So many incidents would stand elsewhere, but the pointer is over the list.
    """

    chosen = Signal(str)
    entered_row = Signal(str)
    waiting_changed = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._model = QueueModel()
        self._wanted: tuple[QueueLine, ...] | None = None
        self.setModel(self._model)
        self.setItemDelegate(_Row(look, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._still = QTimer(self, singleShot=True, interval=HOLD_MS)
        self._still.timeout.connect(self._take_wanted)
        self.selectionModel().currentChanged.connect(self._tell)
        look.theme_changed.connect(self.viewport().update)

    @property
    def rows(self) -> tuple[QueueLine, ...]:
        """Incidents in the order shown."""
        return self._model.rows

    @property
    def current(self) -> str | None:
        """Entity of the current incident."""
        at = self.currentIndex().row()
        return self._model.rows[at].entity if 0 <= at < len(self._model.rows) else None

    def show_rows(self, rows: tuple[QueueLine, ...], moment: Moment) -> None:
        """Show *rows* by time to breach, once the pointer leaves them alone."""
        ordered = in_order(rows, moment)
        names = [row.entity for row in ordered]
        held = [row.entity for row in self._model.rows]
        if self._still.isActive() and held and names != held:
            # The same incidents stay where they are, with what is new of them; the others wait.
            fresh = {row.entity: row for row in ordered}
            stays = tuple(fresh[entity] for entity in held if entity in fresh)
            self._fill(stays, moment)
            self._wanted = ordered
            moved = sum(a != b for a, b in zip(names, held, strict=False)) + abs(len(names) - len(held))
            self.waiting_changed.emit(moved)
            return
        self._wanted = None
        self.waiting_changed.emit(0)
        self._fill(ordered, moment)

    def tick(self, moment: Moment) -> None:
        """Another second: digits and states, and the order where it has changed by them."""
        rows = self._model.rows if self._wanted is None else self._wanted
        if [row.entity for row in in_order(rows, moment)] != [row.entity for row in self._model.rows]:
            self.show_rows(rows, moment)
            return
        self._model.moment = moment
        self.viewport().update()

    def select(self, entity: str) -> None:
        """Make an incident current without saying so."""
        for at, row in enumerate(self._model.rows):
            if row.entity == entity and at != self.currentIndex().row():
                self.selectionModel().blockSignals(True)
                self.selectionModel().setCurrentIndex(self._model.index(at, 0), _CURRENT)
                self.selectionModel().blockSignals(False)
                self.scrollTo(self._model.index(at, 0))
                self.viewport().update()

    def take_keyboard(self) -> None:
        """The keyboard goes to the list, to its first row where none is chosen yet."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if self.current is None:
            self.step(1)

    def step(self, by: int) -> None:
        """The next or the previous incident."""
        at = self.currentIndex().row() + by
        if self._model.rows:
            at = min(max(at, 0), len(self._model.rows) - 1)
            self.selectionModel().setCurrentIndex(self._model.index(at, 0), _CURRENT)

    def _fill(self, rows: tuple[QueueLine, ...], moment: Moment) -> None:
        kept, scrolled = self.current, self.verticalScrollBar().value()
        if rows == self._model.rows:
            self._model.moment = moment
            self.viewport().update()
            return
        self._model.fill(rows, moment)
        if kept is not None:
            self.select(kept)
        self.verticalScrollBar().setValue(scrolled)

    def _take_wanted(self) -> None:
        if self._wanted is not None and self._model.moment is not None:
            self.show_rows(self._wanted, self._model.moment)

    def _tell(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self._model.rows[current.row()].entity)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseMove:
            self._still.start()
        elif event.type() == QEvent.Type.Leave:
            self._still.stop()
            self._take_wanted()
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_J | Qt.Key.Key_Down if not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                self.step(1)
            case Qt.Key.Key_K | Qt.Key.Key_Up if not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                self.step(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.current is not None:
                self.entered_row.emit(self.current)
            case _:
                # Letters are commands elsewhere: no search as one types.
                event.ignore()


_CURRENT = QItemSelectionModel.SelectionFlag.ClearAndSelect
