"""Notices as they will go out, in both languages, who was told, and who was not."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QWidget

from app.dispatch.facts import FactKind
from app.messages.formats import number
from app.outage_requests import NoticeSent, NoticeShown, ShowNotice
from app.outages.book import Stage
from app.outages.fates import Audience, Fate, Row
from app.outages.showing import OutageSheet
from app.outages.templates import NoticeKind
from app.requests import Failed, Reply
from app.ui import fonts
from app.ui.asking import Latest
from app.ui.look import Look
from app.ui.outages.lines import TextLine
from app.ui.outages.model import OutagesModel
from app.ui.tables import Column, Table
from app.ui.widgets import GAP, PADDING, KeyButton, Panel, Section, column, row, scrolling, segment_button

_FATES = (Fate.TOLD, Fate.WAITING, Fate.HANDED, Fate.SENT, Fate.REFUSED, Fate.NO_PHONE)
_MOST_UNTOLD = 12
TELLS = frozenset({Stage.APPROVED, Stage.ANNOUNCED})
"""Stages in which customers are told: whom the plan leaves out by now, first."""


def kind_due(sheet: OutageSheet) -> NoticeKind:
    """The notice that is due: once the water is back, the second one; before the first, that which takes one back.

    Who can be told by no message, for want of a phone say, holds up nobody else's notice.
    """
    if sheet.stage is Stage.CANCELLED or (sheet.owed_messages and sheet.stage in TELLS):
        return NoticeKind.CALLED_OFF
    return NoticeKind.RESTORED if sheet.outage.happened(FactKind.WATER_BACK) is not None else NoticeKind.PLANNED


class NoticePage(Panel):
    """The page. L says the notice in the other language."""

    def __init__(self, look: Look, model: OutagesModel) -> None:
        super().__init__(look)
        self._model = model
        self._asking = Latest(model.session.client)
        self.shown: NoticeShown | None = None
        self.sent: NoticeSent | None = None
        self._failed: Failed | None = None
        self._asked: tuple[object, ...] = ()
        self._language = look.language
        self.text, self.who = Section(look), Section(look)
        self.languages = {
            "zh_CN": segment_button("中文", fonts.TABLE),
            "en": segment_button("English", fonts.TABLE),
        }
        self._group = QButtonGroup(self)
        for language, button in self.languages.items():
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _checked=False, language=language: self.say_in(language))
            self._group.addButton(button)
        self.web = TextLine(10, 8, size=fonts.BODY, copied=True)
        self.short_name = TextLine(4, 2, size=fonts.CAPTION, tone="t3")
        self.sms = TextLine(0, 10, tone="t2", copied=True)
        self.wrong, self.counts = TextLine(8, 0, tone="amber"), TextLine(8, 6)
        self.untold = Table(look, most_rows=_MOST_UNTOLD)
        self.published, self.earlier = TextLine(0, 6), TextLine(0, 6, tone="amber")
        self.supply = Section(look)
        self.water = TextLine(8, 8, copied=True)
        self.send, self.write = KeyButton(look, "Ctrl+F8"), KeyButton(look, "Shift+F8")
        self.publish = KeyButton(look, "Ctrl+Shift+F8")
        self._lay_out()
        model.sheet_changed.connect(self._sheet_changed)
        self.retranslate()

    def _lay_out(self) -> None:
        for button in self.languages.values():
            self.text.header.add(button)
        buttons = QWidget()
        line = row(self.send, self.publish)
        line.setContentsMargins(PADDING, 2, GAP, 10)
        buttons.setLayout(line)
        for told in (self.wrong, self.web, self.short_name, self.sms):
            self.text.body.addWidget(told)
        for widget in (self.counts, self.published, self.earlier, buttons, self.untold):
            self.who.body.addWidget(widget)
        self.who.header.add(self.write)
        self.supply.body.addWidget(self.water)
        inside = QWidget()
        column(inside, self.text, self.supply, self.who).addStretch(1)
        self.area = scrolling(inside, takes_focus=False)
        column(self, self.area)

    def retranslate(self) -> None:
        self.who.header.title.setText(self.tr("Recipients"))
        self.send.setText(self.tr("Send"))
        self.write.setText(self.tr("List to a file"))
        self.publish.setText(self.tr("On the website"))
        self.supply.header.title.setText(self.tr("Drinking water (P6)"))
        self._show()

    def say_in(self, language: str) -> None:
        """The notice in this language."""
        self._language = language
        self.ask()

    def other_language(self) -> None:
        """L: the notice in the other language."""
        self.say_in("en" if self._language == "zh_CN" else "zh_CN")

    @property
    def language(self) -> str:
        """In which the notice is shown, and its short message sent."""
        return self._language

    @property
    def kind(self) -> NoticeKind:
        """Which notice is shown: the one that is due."""
        sheet = self._model.sheet
        return NoticeKind.PLANNED if sheet is None else kind_due(sheet)

    def _sheet_changed(self) -> None:
        """Another plan has another text: asked for while the page is looked at."""
        if self.isVisible():
            self.ask()

    def ask(self) -> None:
        """Ask for the text and for who was told."""
        sheet = self._model.sheet
        if sheet is None:
            return
        if self.shown is not None and self.shown.asked.number != sheet.outage.number:
            self.shown = self.sent = None

        def take(reply: Reply) -> None:
            # A template with an error is told here, where its notice would stand.
            self._failed = reply if isinstance(reply, Failed) else None
            if isinstance(reply, NoticeShown):
                self.shown = reply
            self._show()

        self._asking.ask(ShowNotice(sheet.outage.number, kind_due(sheet), self._language), take)

    def take_sent(self, sent: NoticeSent) -> None:
        """A sending has come to an end."""
        self.sent = sent
        self.ask()

    def _broken_off(self, audience: Audience) -> str:
        """Why the last sending to *audience* was broken off, a line of its own; "" where it was not."""
        sent = self.sent
        if sent is None or sent.audience is not audience or not sent.delivery.reason:
            return ""
        return "\n" + self.look.words.say("outage_told", "broken_off", {"reason": sent.delivery.reason})

    def _show(self) -> None:
        words, shown = self.look.words, self.shown
        for language, button in self.languages.items():
            button.setChecked(language == self._language)
        kind = self.kind
        self.text.header.title.setText(words.say("outage_notice", kind))
        self.wrong.say("" if self._failed is None else words.refusal(self._failed.code, self._failed.detail))
        if shown is None or self._failed is not None or shown.asked.kind is not kind:
            for text in (self.web, self.sms, self.short_name, self.published, self.earlier, self.water):
                text.say("")
            self.supply.hide()
            return
        self.web.say(shown.web)
        self.sms.say(shown.sms)
        self.short_name.say(self.tr("Short message"))
        self.counts.say(self._told(shown))
        self.published.say("\n".join(self._told_of(one, row) for one, row in shown.published.items()))
        self.earlier.say(self._of_earlier(shown))
        self.water.say("\n".join(shown.water))
        self.supply.setVisible(bool(shown.water))
        self._show_untold(shown.untold)

    def _told(self, shown: NoticeShown) -> str:
        words = self.look.words
        if not shown.counts:
            return words.say("outage_told", "not_sent")
        told = " · ".join(
            f"{words.say('outage_fate', fate)} {number(shown.counts[fate])}" for fate in _FATES if shown.counts[fate]
        )
        return told + self._broken_off(Audience.CUSTOMERS)

    def _told_of(self, audience: Audience, row: Row) -> str:
        """What became of the notice on the website or in the media."""
        words = self.look.words
        detail: dict[str, str | int] = {
            "audience": words.say("outage_audience", audience),
            "fate": words.say("outage_fate", row.fate),
            "receipt": row.receipt,
        }
        return words.say("outage_told", "published", detail) + self._broken_off(audience)

    def _of_earlier(self, shown: NoticeShown) -> str:
        """Where the public still reads the text of an earlier plan, a line each: somebody has to decide of it."""
        words, sheet = self.look.words, self._model.sheet
        if sheet is None:
            return ""
        plan = sheet.outage.plan.number
        lines = [words.say("outage_told", "owed", {"count": number(sheet.owed)})] if sheet.owed else []
        for audience in sheet.still_announced:
            place = words.say("outage_audience", audience)
            lines.append(words.say("outage_told", "still_announced", {"audience": place}))
        for audience, told in shown.earlier.items():
            detail: dict[str, str | int] = {"audience": words.say("outage_audience", audience)}
            lines.append(words.say("outage_told", "of_earlier", detail | {"told": told, "plan": plan}))
        return "\n".join(lines)

    def _show_untold(self, rows: tuple[Row, ...]) -> None:
        words = self.look.words
        columns = (
            Column(self.tr("Not told"), lambda one: one.recipient, width=110, strong=True),
            Column(self.tr("Why"), lambda one: words.say("outage_fate", one.fate), width=80),
            Column(self.tr("Answer"), lambda one: one.receipt, elide=True, tone=lambda _one: "t2"),
        )
        self.untold.fill(columns, rows)
        self.untold.setVisible(bool(rows))
