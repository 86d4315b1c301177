"""The figures of a month on the Hotline desk: what was promised, how often it was kept, and by whom not."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.messages import formats
from app.public.figures import RULE_OF, Figure, FigureKind
from app.public.month import MonthReport
from app.public_requests import MonthRead, ReadMonth
from app.requests import Reply
from app.ui import fonts
from app.ui.asking import Latest
from app.ui.dispatch.model import moment_of
from app.ui.hotline.model import HotlineModel
from app.ui.look import Look
from app.ui.tables import Column, Table
from app.ui.widgets import Label, Panel, column


class FiguresTable(Table):
    """The figures; the arrow keys to the left and right turn the months."""

    def __init__(self, look: Look, page: FiguresPage) -> None:
        super().__init__(look)
        self._page = page

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self._page.turn(-1)
            case Qt.Key.Key_Right:
                self._page.turn(1)
            case _:
                super().keyPressEvent(event)


class FiguresPage(Panel):
    """One month."""

    def __init__(self, look: Look, model: HotlineModel) -> None:
        super().__init__(look)
        self._model = model
        self.month: date | None = None
        self.report: MonthReport | None = None
        self._front: FigureKind | None = None
        self._asking = Latest(model.session.client)
        self.title = Label(size=fonts.TITLE, weight=600)
        self.note = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.table = FiguresTable(look, self)
        self.missed = Label(size=fonts.BODY, wrap=True)
        head, foot = QWidget(), QWidget()
        for host, labels in ((head, (self.title, self.note)), (foot, (self.missed,))):
            lines = QVBoxLayout(host)
            lines.setContentsMargins(16, 12, 16, 8)
            for label in labels:
                lines.addWidget(label)
        column(self, head, self.table, foot).setStretch(1, 1)
        for told in (self.table.chosen, self.table.hovered):
            told.connect(self._tell_missed)
        model.session.workspace_changed.connect(self._forget)
        self.retranslate()

    def _forget(self) -> None:
        self._asking.give_up()
        self.month = self.report = None
        self.retranslate()

    def begin(self) -> None:
        """The page comes to the front: its month, at first the one that runs, is counted anew."""
        self.ask(self.month or moment_of(self._model.now_ms).date().replace(day=1))

    def turn(self, by: int) -> None:
        """The month before (-1) or after (1); none after the one that runs."""
        today = moment_of(self._model.now_ms).date().replace(day=1)
        month = self.month or today
        after = (month + timedelta(days=32)).replace(day=1) if by > 0 else (month - timedelta(days=1)).replace(day=1)
        if after <= today:
            self.ask(after)

    def ask(self, month: date) -> None:
        """Ask for a month; what is shown stays until the answer comes."""
        workspace = self._model.session.workspace
        if workspace is not None:
            self.month = month
            # Each counts the whole journal: the month that was passed over is not counted to its end.
            self._asking.give_up()
            self._asking.ask(ReadMonth(workspace.folder, month, self._model.now_ms), self._take)
            self.retranslate()

    def _take(self, reply: Reply) -> None:
        if self._model.session.is_refusal(reply):
            # Why is told by the window; what was shown before stays, under its own month.
            self.month = None if self.report is None else self.report.month
        else:
            assert isinstance(reply, MonthRead)
            self.report = reply.report
        self.retranslate()

    def retranslate(self) -> None:
        words, report = self.look.words, self.report
        self.title.setText("" if self.month is None else words.say("month", "title", {"month": f"{self.month:%Y-%m}"}))
        waits = self.month is not None and (report is None or report.month != self.month)
        counted = self.tr("← → another month. Ctrl+Shift+P into a file.\nComplaints {count}, escalations {called}.")
        self.note.setText(
            self.tr("Being counted …")
            if waits
            else ""
            if report is None
            else counted.format(count=report.complaints, called=report.escalations)
        )
        columns = (
            Column(words.say("month", "figure"), lambda one: words.say("month_figure", one.kind.value), elide=True),
            Column(words.say("month", "rule"), lambda one: RULE_OF[one.kind], width=48),
            Column(words.say("month", "counted"), lambda one: str(one.counted), width=52, number=True),
            Column(words.say("month", "percent"), _percent, width=56, number=True, strong=True, tone=_tone, icon=_icon),
            Column(words.say("month", "least"), _least, width=60, number=True, tone=lambda _one: "t2"),
        )
        figures = () if report is None else report.figures
        self.table.fill(columns, figures)
        before = next((one for one in figures if one.kind is self._front), None)
        if before is not None:
            self.table.select(before)
        self._tell_missed(before)

    def _tell_missed(self, one: Figure | None) -> None:
        self._front = None if one is None else one.kind
        names = "" if one is None else ", ".join(one.missed)
        self.missed.setText(self.tr("Not kept: {names}").format(names=names) if names else "")
        self.missed.setVisible(bool(names))


def _percent(one: Figure) -> str:
    return "–" if one.percent is None else formats.number(one.percent, 1)


def _least(one: Figure) -> str:
    return "" if one.least_percent is None else f"≥ {one.least_percent}"


def _tone(one: Figure) -> str:
    return "red_text" if one.reached is False else "t1"


def _icon(one: Figure) -> tuple[str, str] | None:
    return ("stop", "red_text") if one.reached is False else None
