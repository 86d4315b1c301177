"""The right side: open complaints with their clocks, who is to be called back, and where calls point."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.messages import formats
from app.public.acts import Mood
from app.public.book import Stage
from app.public.callbacks import CallbackResult
from app.public.calls import LikelyMain
from app.public.view import ComplaintRow
from app.public.words import callback_text, short_moment, warned_text
from app.ui import fonts
from app.ui.dispatch.prompt import Prompt
from app.ui.hotline import words as told
from app.ui.hotline.figures import FiguresPage
from app.ui.hotline.model import HotlineModel
from app.ui.look import Look
from app.ui.tables import Column, Table
from app.ui.tabs import TabbedPages
from app.ui.widgets import PADDING, KeyButton, Label, Panel, Section, column, foot_of

OPEN, CALLBACKS, CALLS, FIGURES = 0, 1, 2, 3
_MOST_RESULTS = 10


def _result_tone(one: CallbackResult) -> str:
    return "amber_text" if one.mood is Mood.NOT_SATISFIED else "t1"


class ComplaintTable(Table):
    """Complaints, the most pressing first."""

    def show_rows(self, rows: tuple[ComplaintRow, ...], model: HotlineModel, look: Look, selected: str) -> None:
        """Show *rows* as they stand at the model's moment."""
        view, moment = model.view, model.moment
        if view is None or moment is None:
            self.fill((), ())
            return
        words = look.words
        columns = (
            Column("", lambda row: row.number, width=64, icon=told.kind_icon, strong=True),
            Column("", lambda row: told.kind_text(row, words), width=72, most=170, elide=True),
            Column("", lambda row: told.place_text(row, view), least=44, elide=True, tone=lambda _row: "t2"),
            Column(
                "",
                lambda row: told.clock_text(row, view, moment),
                width=104,
                most=130,
                icon=lambda row: told.clock_icon(row, moment),
                tone=lambda row: (told.clock_icon(row, moment) or ("", "t3"))[1],
            ),
            Column("", lambda row: told.stage_text(row, words), width=64, most=110, tone=lambda _row: "t2"),
        )
        self.horizontalHeader().hide()
        self.fill(columns, rows)
        found = next((row for row in rows if row.entity == selected), None)
        if found is not None:
            self.select(found)
        else:
            self.clearSelection()


class CallsPage(Panel):
    """The likely mains behind "no water", and clusters of complaints about quality, with their reasons.

    Signals:
        pointed: A likely main is to be shown on the map.
    """

    pointed = Signal(object)

    def __init__(self, look: Look, model: HotlineModel) -> None:
        super().__init__(look)
        self._model = model
        self.summary = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.mains = Table(look, most_rows=5)
        self.reason = Label(size=fonts.BODY, wrap=True)
        self.warnings = Label(size=fonts.BODY, wrap=True)
        inside = QWidget()
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(PADDING, 12, PADDING, 8)
        lines.setSpacing(8)
        for label in (self.reason, self.warnings):
            lines.addWidget(label)
        top = QWidget()
        head = QVBoxLayout(top)
        head.setContentsMargins(PADDING, 12, PADDING, 8)
        head.addWidget(self.summary)
        column(self, top, self.mains, inside).addStretch(1)
        self.mains.chosen.connect(self._point)
        model.calls_changed.connect(self.retranslate)
        self.retranslate()

    @property
    def chosen(self) -> LikelyMain | None:
        """The main in front; the likeliest where none was chosen."""
        found, at = self._model.calls, self.mains.currentIndex().row()
        mains = () if found is None else found.mains
        return mains[at] if 0 <= at < len(mains) else next(iter(mains), None)

    def retranslate(self) -> None:
        words, found = self.look.words, self._model.calls
        mains = () if found is None else found.mains
        columns = (
            Column(self.tr("Likely"), lambda one: f"{one.share:.0%}", width=64, number=True, strong=True),
            Column(self.tr("Main"), lambda one: ", ".join(one.pipes[:3]), elide=True),
            Column(self.tr("Calls"), lambda one: str(one.calls), width=48, number=True),
            Column(self.tr("Silent"), lambda one: formats.number(one.silent), width=56, number=True),
        )
        self.mains.fill(columns, mains)
        self.mains.setVisible(bool(mains))
        if mains:
            self.mains.selectRow(0)
        if found is None or not (found.calls or found.warnings):
            self.summary.setText(self.tr("Nothing points anywhere: fewer than two calls of “no water” in three hours."))
        else:
            text = self.tr("{count} calls of “no water” in three hours, {unplaced} of them from an unknown place.")
            self.summary.setText(text.format(count=found.calls, unplaced=found.unplaced))
            if found.calls and not mains:
                self.summary.setText(
                    self.tr("No main explains the calls: who called lives on a tank, or has no water by the record.")
                )
        self._explain()
        warned = [] if found is None else [warned_text(one, words) for one in found.warnings]
        self.warnings.setText("\n".join(f"▲ {text}" for text in warned))
        self.warnings.set_tone("amber")
        self.warnings.setVisible(bool(warned))

    def _explain(self) -> None:
        one = self.chosen
        self.reason.setVisible(one is not None)
        if one is not None:
            text = self.tr(
                "If {pipe} failed, {out} customers would be without water: {calls} of them have called, {silent} have "
                "not. F7 makes it an incident."
            )
            self.reason.setText(text.format(pipe=one.pipes[0], out=one.out, calls=one.calls, silent=one.silent))

    def _point(self, one: LikelyMain) -> None:
        self._explain()
        self.pointed.emit(one)


class ComplaintSide(TabbedPages):
    """The pages, what is known of the complaint in front, and what can be done with it.

    Signals:
        done: The button of the next step was pressed.
    """

    next_wanted = Signal()
    link_wanted = Signal()

    def __init__(self, look: Look, model: HotlineModel) -> None:
        super().__init__(look)
        self._model = model
        self.setMinimumWidth(400)
        self.open, self.callbacks = ComplaintTable(look), ComplaintTable(look)
        self.called, self.results = Table(look, most_rows=_MOST_RESULTS), Section(look)
        self.calls, self.figures = CallsPage(look, model), FiguresPage(look, model)
        to_call = QWidget()
        column(to_call, self.callbacks, self.results).setStretch(0, 1)
        self.results.body.addWidget(self.called)
        for page, key in ((self.open, "F4"), (to_call, "F5"), (self.calls, "F6"), (self.figures, "F12")):
            self.add_page(page, key)
        # Four names with their keys: English ones are long.
        for tab in self.tabs:
            tab.setProperty("tight", "true")
        self._line.addStretch(1)
        self.detail = Label(size=fonts.BODY, wrap=True)
        self.clocks = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.proposed = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.prompt = Prompt(look)
        self.next, self.link = KeyButton(look, "F9", primary=True), KeyButton(look, "F8")
        self.more = KeyButton(look, "Shift+F9")
        self._lay_out()
        for table in (self.open, self.callbacks):
            table.chosen.connect(lambda row: self._model.select(row.entity))
            table.taken.connect(lambda _row: self.next_wanted.emit())
        self.next.clicked.connect(self.next_wanted)
        self.link.clicked.connect(self.link_wanted)
        for changed in (model.view_changed, model.ticked, model.selected_changed):
            changed.connect(self._show)
        self.retranslate()
        self.show_page(OPEN)

    def _lay_out(self) -> None:
        card = QWidget()
        card.setProperty("edge", "top")
        card.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        lines = QVBoxLayout(card)
        lines.setContentsMargins(PADDING, 12, PADDING, 8)
        lines.setSpacing(8)
        for label in (self.detail, self.clocks, self.proposed):
            lines.addWidget(label)
        self.card, self.foot = card, foot_of(self.next, self.link, self.more)
        column(self, self.header, self.pages, card, self.prompt, self.foot).setStretch(1, 1)

    def retranslate(self) -> None:
        self.more.setText(self.tr("More"))
        self._show()

    def show_page(self, number: int) -> None:
        super().show_page(number)
        if number == FIGURES:
            self.figures.begin()

    def focus_page(self, page: int) -> None:
        """Bring a page to the front with the keyboard on it; a row is chosen where none was."""
        self.show_page(page)
        table = (self.open, self.callbacks, self.calls.mains, self.figures.table)[page]
        table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if table.currentIndex().row() < 0 and table.rows.rowCount():
            table.selectRow(0)
            if page in {OPEN, CALLBACKS}:
                self._model.select(table.rows.row_at(0).entity)

    def _show(self) -> None:
        view = self._model.view
        rows = () if view is None else (*view.escalations, *view.rows)
        waiting = tuple(row for row in rows if row.callback)
        found = self._model.calls
        points = 0 if found is None else len(found.mains[:1]) + len(found.warnings)
        self.name_pages(
            (
                self.tr("Open {count}").format(count=len(rows)),
                self.tr("Callbacks {count}").format(count=len(waiting)),
                self.tr("Calls {count}").format(count=points or ""),
                self.tr("Month"),
            )
        )
        self.open.show_rows(rows, self._model, self.look, self._model.selected)
        self.callbacks.show_rows(waiting, self._model, self.look, self._model.selected)
        self._show_results()
        self._show_card()

    def _show_results(self) -> None:
        """What the callbacks of the last days found."""
        view, words = self._model.view, self.look.words
        called = () if view is None else view.called
        columns = (
            Column("", lambda one: one.number, width=64, strong=True),
            Column("", lambda one: one.rule, width=32, tone=lambda _one: "t2"),
            Column("", lambda one: short_moment(one.at_ms), width=84, tone=lambda _one: "t2"),
            Column("", lambda one: callback_text(one, words), elide=True, tone=_result_tone),
        )
        self.called.horizontalHeader().hide()
        self.called.fill(columns, called)
        self.called.setFixedHeight(min(len(called), _MOST_RESULTS) * 28)
        self.results.header.title.setText(self.tr("What callbacks found"))
        self.results.header.note.set_text(self.tr("the last 7 days"))
        self.results.setVisible(bool(called))

    def _next_text(self, row: ComplaintRow | None) -> str:
        """What F9 does next."""
        if row is None:
            return self.tr("Next step")
        if row.level:
            return self.tr("Acknowledge")
        if row.about:
            return self.tr("Published")
        if row.callback:
            return self.tr("Suggestion dealt with") if row.callback == "C6" else self.tr("Called back")
        if row.stage is Stage.NEW:
            return self.tr("Contacted")
        return self.tr("Replied and settled") if row.stage is Stage.IN_HAND else self.tr("Close")

    def _show_card(self) -> None:
        row, view, moment = self._model.row, self._model.view, self._model.moment
        self.next.setEnabled(row is not None)
        self.link.setVisible(row is not None and bool(row.proposed))
        self.next.setText(self._next_text(row))
        if row is None or view is None or moment is None:
            self.card.hide()
            return
        words, texts = self.look.words, view.texts.get(row.entity, {})
        head = " · ".join((row.number, told.kind_text(row, words), told.stage_text(row, words)))
        who = " · ".join(dict.fromkeys(texts[name] for name in ("title", "name", "phone", "address") if name in texts))
        linked = self.tr("belongs to {number}").format(number=row.linked_to.rpartition("/")[2]) if row.linked_to else ""
        count = self.tr("{count} complaints").format(count=row.count) if row.count else ""
        self.detail.setText("\n".join(part for part in (head, who, texts.get("note", ""), count, linked) if part))
        self.clocks.setText("\n".join(told.clock_lines(row, view, moment, words)))
        lines = [
            words.say("link_reason", one.reason.value,
                      {"number": one.number, "away": "" if one.apart_m is None else formats.number(one.apart_m)})
            for one in row.proposed[:3]
        ]  # fmt: skip
        self.proposed.setText("\n".join(f"? {line}" for line in lines))
        self.proposed.setVisible(bool(lines))
        if lines:
            self.link.setText(self.tr("Belongs to {number}").format(number=row.proposed[0].number))
        # Shown with its words in it: an empty one gets no room at first.
        self.card.show()
