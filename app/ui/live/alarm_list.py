"""Alarms one under the other: priority in shape and colour, state in weight and words, value beside its limit."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.messages import Words
from app.telemetry.alarm_groups import GroupKey
from app.telemetry.alarms import NEVER_MS, AlarmState, Side
from app.telemetry.live import Standing
from app.ui import fonts
from app.ui.dispatch.model import moment_of
from app.ui.live.rows import STATES, AlarmRow, InGroup, ago
from app.ui.look import Look
from app.ui.theme import Theme

ROW_HEIGHT = 50
_TEXT_LEFT, _EDGE = 58, 16
_INDENT, _FOLD_PX = 12, 8
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_MIDDLE = int(Qt.AlignmentFlag.AlignCenter)
_CURRENT = QItemSelectionModel.SelectionFlag.ClearAndSelect
Index = QModelIndex | QPersistentModelIndex
_IN_WORDS = frozenset({Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole})

SHAPES = {
    1: ((-5.5, -5.5), (5.5, -5.5), (5.5, 5.5), (-5.5, 5.5)),
    2: ((-6.5, -5.0), (6.5, -5.0), (0.0, 6.5)),
    3: ((0.0, -6.5), (6.5, 0.0), (0.0, 6.5), (-6.5, 0.0)),
    4: ((-5.0, -1.5), (5.0, -1.5), (5.0, 1.5), (-5.0, 1.5)),
}
"""Outlines by priority: square, triangle that points down, diamond, dash."""
TONES = {1: "red", 2: "amber", 3: "low", 4: "t2"}
INKS = {1: "red_text", 2: "amber_text", 3: "low", 4: "t2"}


def paint_shape(painter: QPainter, theme: Theme, middle: QPointF, priority: int, *, hollow: bool = False) -> None:
    """The mark of a priority round *middle*; hollow where its condition is over."""
    colour = QColor(getattr(theme, TONES[priority]))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush if hollow else colour)
    if hollow:
        painter.drawEllipse(middle, 5.0, 5.0)
    else:
        painter.drawPolygon(QPolygonF([middle + QPointF(x, y) for x, y in SHAPES[priority]]))
    painter.restore()


def age_words(words: Words, now_ms: int, then_ms: int) -> str:
    """How long ago, in the language in force."""
    unit, count = ago(now_ms, then_ms)
    return words.say("age", unit, {"count": count})


def state_words(words: Words, row: AlarmRow) -> str:
    """The state of an alarm, with the end of a shelving."""
    told = words.say("alarm_state", row.state.name.lower())
    if row.state is AlarmState.SHELVED:
        return f"{told} {moment_of(row.until_ms):%H:%M}"
    return told


def group_words(words: Words, group: InGroup) -> str:
    """What an alarm belongs to, and which of the group came first; of itself it is told as of itself."""
    clock = f"{moment_of(group.first_ms):%H:%M:%S}"
    name = f"{group.name} {words.say('alarm_kind', group.what)}" if group.what else group.name
    code = "explains" if group.is_head and group.what else group.key.kind.value
    said = words.say("alarm_group", code, {"name": name})
    if group.is_first:
        return said + words.say("alarm_group", "first_itself", {"clock": clock})
    first = f"{group.first_name} {words.say('alarm_kind', group.first_what)}"
    return said + words.say("alarm_group", "first", {"first": first, "clock": clock})


def name_words(words: Words, row: AlarmRow) -> str:
    """What alarms: the instrument's name, and which of its station's pressures or levels it is."""
    return f"{row.name} {words.say('part', row.part)}" if row.part else row.name


def fact_words(words: Words, row: AlarmRow) -> str:
    """What is told of an alarm below its name, what matters most first: the end has no room in a narrow list."""
    facts = {"value": f"{row.value} {row.unit}".strip(), "limit": row.limit}
    told = words.say("alarm_row", "silent" if row.side is Side.SILENT else "beyond", facts)
    if row.quantity in STATES:
        told = ""
    if row.standing > Standing.SUSPECT:
        told = words.say("standing", row.standing.name.lower())
    if row.burst is not None:
        told = words.say("alarm_row", "burst", {"height": row.value, "threshold": row.limit})
    first = words.say("alarm_row", "first") if row.group is not None and row.group.is_first else ""
    return "   ".join(part for part in (first, told, _below(words, row), row.channel_id) if part)


def _below(words: Words, row: AlarmRow) -> str:
    """How many stand below a head."""
    if row.group is None or not row.group.is_head:
        return ""
    code = "below_unseen" if row.group.unseen else "below"
    return words.say("alarm_row", code, {"count": row.group.below, "unseen": row.group.unseen})


class AlarmListModel(QAbstractListModel):
    """Rows as they are to be shown; *told* has each in words, for a pointer that rests on it and for who hears it."""

    def __init__(self, told: Callable[[AlarmRow], str]) -> None:
        super().__init__()
        self._told = told
        self.rows: tuple[AlarmRow, ...] = ()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if not index.isValid() or role not in _IN_WORDS:
            return None
        return self._told(self.rows[index.row()])

    def fill(self, rows: tuple[AlarmRow, ...]) -> None:
        """Show other rows; the same alarms in the same order only change what is written."""
        same = [row.id for row in rows] == [row.id for row in self.rows]
        if same:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()


class _Row(QStyledItemDelegate):
    """Paints one alarm."""

    def __init__(self, look: Look, view: AlarmList) -> None:
        super().__init__(view)
        self._look, self._view = look, view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, AlarmListModel)
        row, theme = model.rows[index.row()], self._look.theme
        box: QRect = option.rect
        is_below = row.group is not None and not row.group.is_head
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.bg3))
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(theme.acc))
        painter.setPen(QColor(theme.line))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if row.group is not None:
            self._paint_fold(painter, box, row.group, is_open=self._view.is_open(index.row()))
        if is_below:
            box = box.adjusted(_INDENT, 0, 0, 0)
        self._mark(painter, QPointF(box.left() + 22, box.top() + 17), row)
        painter.setPen(QColor(theme.t2))
        painter.setFont(fonts.font(fonts.TABLE))
        painter.drawText(QRect(box.left() + 34, box.top() + 6, 18, 22), _MIDDLE, str(row.priority))
        self._first(painter, QRect(box.left() + _TEXT_LEFT, box.top() + 5, box.width() - _TEXT_LEFT - _EDGE, 22), row)
        self._second(painter, QRect(box.left() + _TEXT_LEFT, box.top() + 26, box.width() - _TEXT_LEFT - _EDGE, 20), row)
        painter.restore()

    def _mark(self, painter: QPainter, middle: QPointF, row: AlarmRow) -> None:
        theme = self._look.theme
        if row.is_aside:
            painter.setPen(QPen(QColor(theme.t3), 1.5))
            for x in (-5, 0, 5):
                painter.drawLine(middle + QPointF(x, -4), middle + QPointF(x, 2))
            painter.drawLine(middle + QPointF(-6, 4), middle + QPointF(6, 4))
        elif not (self._view.is_dark_moment and row.priority == 1 and row.state is AlarmState.UNACKNOWLEDGED):
            over = row.state in {AlarmState.RETURNED_UNACKNOWLEDGED, AlarmState.LATCHED}
            paint_shape(painter, theme, middle, row.priority, hollow=over)

    def _paint_fold(self, painter: QPainter, box: QRect, group: InGroup, *, is_open: bool) -> None:
        """A triangle that says whether the group is open; a line down beside those below the head."""
        ink = QColor(self._look.theme.t3)
        if not group.is_head:
            painter.setPen(QPen(ink, 1.0))
            painter.drawLine(box.left() + _FOLD_PX, box.top(), box.left() + _FOLD_PX, box.bottom())
            return
        middle = QPointF(box.left() + _FOLD_PX, box.top() + 36)
        outline = ((-4.0, -2.5), (4.0, -2.5), (0.0, 3.0)) if is_open else ((-2.5, -4.0), (3.0, 0.0), (-2.5, 4.0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon(QPolygonF([middle + QPointF(x, y) for x, y in outline]))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _first(self, painter: QPainter, box: QRect, row: AlarmRow) -> None:
        theme, words = self._look.theme, self._look.words
        painter.setFont(fonts.font(fonts.TABLE))
        clock = "" if row.raised_ms == NEVER_MS else f"{moment_of(row.raised_ms):%H:%M:%S}"
        painter.setPen(QColor(theme.t2))
        painter.drawText(box, _RIGHT, clock)
        room = box.width() - (QFontMetrics(painter.font()).horizontalAdvance(clock) + 10 if clock else 0)
        painter.setFont(fonts.font(fonts.BODY, 600 if row.is_unseen else 400))
        painter.setPen(QColor(theme.t2 if row.is_aside else theme.t1))
        title = f"{name_words(words, row)} {words.say('alarm_kind', row.kind)}"
        text = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(box, _LEFT, text)

    def _second(self, painter: QPainter, box: QRect, row: AlarmRow) -> None:
        theme, words = self._look.theme, self._look.words
        painter.setFont(fonts.font(fonts.TABLE, 500 if row.is_unseen else 400))
        told = state_words(words, row)
        if row.raised_ms != NEVER_MS:
            told += "   " + age_words(words, self._view.now_ms(), row.raised_ms)
        unseen = INKS[row.priority] if row.state is AlarmState.UNACKNOWLEDGED else "t2"
        painter.setPen(QColor(getattr(theme, unseen)))
        painter.drawText(box, _RIGHT, told)
        room = box.width() - QFontMetrics(painter.font()).horizontalAdvance(told) - 10
        painter.setFont(fonts.font(fonts.TABLE))
        painter.setPen(QColor(theme.t2))
        text = painter.fontMetrics().elidedText(fact_words(words, row), Qt.TextElideMode.ElideRight, room)
        painter.drawText(box, _LEFT, text)


class AlarmList(QListView):
    """The list.

    Args:
        look: How it looks.
        now_ms: The recorder's clock.

    Attributes:
        holds_still: No mark blinks: for pictures.

    Signals:
        chosen: Another alarm is current: its id.
        entered_row: Enter on an alarm.
        fold_wanted: → or ← on an alarm of a group: its key, and whether to open it.
    """

    chosen = Signal(str)
    entered_row = Signal(str)
    fold_wanted = Signal(object, bool)

    def __init__(self, look: Look, now_ms: Callable[[], int]) -> None:
        super().__init__()
        self.now_ms = now_ms
        self.is_dark_moment = self.holds_still = False
        self._look = look
        self._model = AlarmListModel(self.told)
        self.setModel(self._model)
        self.setItemDelegate(_Row(look, self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._tell)
        look.theme_changed.connect(self.viewport().update)

    def told(self, row: AlarmRow) -> str:
        """An alarm in words, whole."""
        words = self._look.words
        kind, state = words.say("alarm_kind", row.kind), state_words(words, row)
        priority = words.say("alarm_row", "priority", {"count": row.priority})
        return f"{name_words(words, row)} {kind}\n{priority} · {state}\n{fact_words(words, row)}"

    @property
    def rows(self) -> tuple[AlarmRow, ...]:
        """Alarms in the order shown."""
        return self._model.rows

    @property
    def picked(self) -> tuple[AlarmRow, ...]:
        """Alarms that are marked, in the order shown; the current one alone where none is."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        if not rows and 0 <= self.currentIndex().row() < len(self.rows):
            rows = [self.currentIndex().row()]
        return tuple(self.rows[row] for row in rows)

    def show_rows(self, rows: tuple[AlarmRow, ...], current: str) -> None:
        """Show *rows*; marks stay, unless something else is current now, or nothing: a key is for what is in front."""
        kept, scrolled = {row.id for row in self.picked}, self.verticalScrollBar().value()
        self.selectionModel().blockSignals(True)
        self._model.fill(rows)
        if current not in kept:
            kept = {current}
            self.selectionModel().clear()
        for at, row in enumerate(rows):
            if row.id in kept:
                self.selectionModel().select(self._model.index(at), QItemSelectionModel.SelectionFlag.Select)
            if row.id == current:
                self.selectionModel().setCurrentIndex(self._model.index(at), QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selectionModel().blockSignals(False)
        self.verticalScrollBar().setValue(scrolled)
        self.viewport().update()

    def is_open(self, at: int) -> bool:
        """Whether a row that belongs to the group of the head at *at* follows it."""
        head, after = self.rows[at].group, self.rows[at + 1].group if at + 1 < len(self.rows) else None
        return head is not None and after is not None and after.key == head.key

    def _group(self) -> GroupKey | None:
        """The group of the current alarm."""
        at = self.currentIndex().row()
        group = self.rows[at].group if 0 <= at < len(self.rows) else None
        return None if group is None else group.key

    def blink(self) -> None:
        """Half a second more: marks of unseen alarms of the first priority come and go."""
        self.is_dark_moment = not (self.is_dark_moment or self.holds_still)
        if any(row.priority == 1 and row.state is AlarmState.UNACKNOWLEDGED for row in self.rows):
            self.viewport().update()

    def step(self, by: int) -> None:
        """The next or the previous alarm."""
        if self.rows:
            at = min(max(self.currentIndex().row() + by, 0), len(self.rows) - 1)
            self.selectionModel().setCurrentIndex(self._model.index(at), _CURRENT)

    def _tell(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self.rows[current.row()].id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_J:
                self.step(1)
            case Qt.Key.Key_K:
                self.step(-1)
            case Qt.Key.Key_Right | Qt.Key.Key_Left if self._group() is not None:
                self.fold_wanted.emit(self._group(), event.key() == Qt.Key.Key_Right)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.currentIndex().isValid():
                self.entered_row.emit(self.rows[self.currentIndex().row()].id)
            case Qt.Key.Key_Up | Qt.Key.Key_Down | Qt.Key.Key_PageUp | Qt.Key.Key_PageDown:
                super().keyPressEvent(event)
            case _:
                # Letters and Space are commands of the desk: no search as one types.
                event.ignore()
