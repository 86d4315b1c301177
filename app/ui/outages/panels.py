"""The desk's left side, all planned outages by what presses, and the pane under the map, their calendar."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from app.messages.formats import filled
from app.outages.showing import OutagesView
from app.ui import fonts
from app.ui.dispatch.list_panel import ListPanel
from app.ui.dispatch.model import moment_of
from app.ui.look import Look
from app.ui.outages.calendar import OutageCalendar
from app.ui.outages.model import OutagesModel
from app.ui.outages.present import calendar_row, clash_words, grave_clashes, joint_words, outage_line
from app.ui.widgets import HEADER_HEIGHT, ElidedLabel, Panel, SectionHeader, chip, column


class OutageList(ListPanel):
    """Planned outages by the nearest limit.

    Signals:
        entered: Enter on an outage.
    """

    entered = Signal()

    def __init__(self, look: Look, model: OutagesModel) -> None:
        super().__init__(look)
        self._model = model
        self.list.chosen.connect(model.select)
        self.list.entered_row.connect(lambda _number: self.entered.emit())
        model.view_changed.connect(self.retranslate)
        model.ticked.connect(lambda: self.tick(model.moment))
        model.selected_changed.connect(lambda: self.list.select(model.selected))
        self.retranslate()

    def retranslate(self) -> None:
        view, words = self._model.view, self.look.words
        rows = () if view is None else view.rows
        coming = sum(not row.is_over for row in rows)
        self.header.title.setText(self.tr("Planned outages"))
        self.header.note.set_text(self.tr("{count} to come · soonest limit first").format(count=coming))
        self.empty.setText(self.tr("No outage is planned. Ctrl+N plans one; Ctrl+E draws its area on the map first."))
        lines = () if view is None else tuple(outage_line(row, view, words) for row in rows)
        self.show_lines(lines, self._model.moment, self._model.selected)


class CalendarPane(Panel):
    """The calendar with its header, and one clash after the other in words."""

    def __init__(self, look: Look, model: OutagesModel) -> None:
        super().__init__(look)
        self._model = model
        self.setProperty("surface", "panel")
        self.header = SectionHeader(look)
        self.span = ElidedLabel(look, size=fonts.CAPTION, tone="t3")
        self.span.setMinimumWidth(330)
        self.header.add(self.span)
        self.header.add(chip("F4", "key"))
        self.chart = OutageCalendar(look)
        self.chart.now_word = lambda: self.tr("now")
        column(self, self.header, self.chart).setStretch(1, 1)
        self.setMinimumHeight(HEADER_HEIGHT + 90)
        self.chart.chosen.connect(model.select)
        self.chart.moved.connect(self._tell_span)
        for changed in (model.view_changed, model.joint_changed):
            changed.connect(self.retranslate)
        model.selected_changed.connect(self._show_selected)
        model.ticked.connect(lambda: self.chart.tick(model.now_ms))
        self.retranslate()

    def retranslate(self) -> None:
        view, moment, words = self._model.view, self._model.moment, self.look.words
        self.header.title.setText(self.tr("Calendar"))
        if view is None or moment is None:
            self.chart.show_rows((), self._model.now_ms)
            self.header.note.set_text("")
            return
        joint = self._model.joint.losses
        ordered = sorted(view.rows, key=lambda row: (row.is_over, row.start_ms, row.number))
        self.chart.show_rows(
            tuple(calendar_row(row, view, moment, words, joint) for row in ordered), self._model.now_ms
        )
        self.header.note.set_text(self._clashes_told(view))
        self._tell_span()

    def _clashes_told(self, view: OutagesView) -> str:
        """How many clashes there are, and the gravest; an outage's own stand beside it."""
        words = self.look.words
        worst = [joint_words(one, words) for one in self._model.joint.losses]
        if not view.clashes:
            # An emergency is not in the calendar: what an outage does beside it is told all the same.
            return worst[0] if worst else self.tr("no conflicts")
        told = filled(self.tr("{count} {count|conflict|conflicts}"), count=len(view.clashes))
        worst += [clash_words(one, words) for one in grave_clashes(view)]
        return " · ".join((told, *worst[:1]))

    def _show_selected(self) -> None:
        self.chart.select(self._model.selected)

    def _tell_span(self) -> None:
        first, last = (f"{moment_of(at):%m-%d}" for at in self.chart.shown_ms)
        told = self.tr("△ conflict  | notice due  ·  {first} – {last}  ·  ← → + − Home")
        self.span.set_text(told.format(first=first, last=last))

    def focus(self) -> None:
        """F4: the keyboard goes to the calendar."""
        self.chart.setFocus(Qt.FocusReason.ShortcutFocusReason)
