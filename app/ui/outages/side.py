"""The desk's right side: the outage in front — its head and figures, four pages, and under them what to do next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Signal

from app.dispatch.acts import No
from app.operations.why_not import why_not
from app.outages.book import Stage
from app.outages.entries import Role
from app.outages.fates import Audience
from app.outages.showing import OutageSheet
from app.ui import fonts
from app.ui.dispatch.prompt import Prompt
from app.ui.look import Look
from app.ui.outages.checklist import BEFORE, Check
from app.ui.outages.doing import OutageDoing
from app.ui.outages.judgement_page import JudgementPage
from app.ui.outages.model import OutagesModel
from app.ui.outages.night_page import NightPage, check_words
from app.ui.outages.notice_page import TELLS, NoticePage
from app.ui.outages.plan_page import Figures, PlanPage
from app.ui.outages.present import changes_words, length_words, title_words, window_words
from app.ui.side_parts import ActsMenu, RefusalBar, hint_of, lay_out_head
from app.ui.tabs import TabbedPages
from app.ui.widgets import ElidedLabel, KeyButton, Label, Panel, chip, column, key_bar

JUDGEMENT, PLAN, NOTICE, NIGHT = range(4)


class OutageHead(Panel):
    """Number, title, window, how far it is, and whose changes were not taken."""

    def __init__(self, look: Look, model: OutagesModel) -> None:
        super().__init__(look)
        self._model = model
        self.number = Label(size=fonts.IDENTITY, weight=600)
        self.title = ElidedLabel(look, size=fonts.TITLE, weight=600)
        self.stage = chip("", "plain")
        self.window_told = ElidedLabel(look, size=fonts.TABLE, tone="t2")
        self.conflict = Label(size=fonts.TABLE, tone="amber", wrap=True)
        layout = lay_out_head(self, self.number, self.title, self.stage)
        layout.addWidget(self.window_told)
        layout.addWidget(self.conflict)
        model.sheet_changed.connect(self.retranslate)
        model.view_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        words, shown, sheet = self.look.words, self._model.row, self._model.sheet
        self.appear(shown is not None)
        if shown is None:
            return
        self.number.setText(shown.number)
        self.title.set_text(title_words(shown, words))
        self.stage.setText(words.say("outage_stage", shown.stage))
        parts = [window_words(shown.start_ms, shown.end_ms, words), length_words(shown.start_ms, shown.end_ms, words)]
        if sheet is not None:
            parts.append(words.say("outage_told", "planner", {"who": sheet.outage.plan.actor}))
        self.window_told.set_text(" · ".join(parts))
        conflicts = () if sheet is None else sheet.outage.conflicts
        windows = ((one.actor, window_words(one.start_ms, one.end_ms, words)) for one in conflicts)
        told = [words.say("outage_cli", "conflict", {"who": who, "time": time}) for who, time in windows]
        self.conflict.setText("\n".join(told))
        self.conflict.setVisible(bool(told))


class OutagePages(TabbedPages):
    """Judgement, plan, notice, night."""

    def __init__(self, look: Look, model: OutagesModel) -> None:
        super().__init__(look)
        self.judgement, self.plan = JudgementPage(look, model), PlanPage(look, model)
        self.notice, self.night = NoticePage(look, model), NightPage(look, model)
        pages = ((self.judgement, "Ctrl+R"), (self.plan, "Ctrl+G"), (self.notice, "F8"), (self.night, "F5"))
        for page, key in pages:
            self.add_page(page, key)
        for tab in self.tabs:
            tab.setProperty("tight", "true")
        self._line.addStretch(1)
        column(self, self.header, self.pages).setStretch(1, 1)
        self.retranslate()
        self.show_page(JUDGEMENT)

    def retranslate(self) -> None:
        self.name_pages((self.tr("Lawful?"), self.tr("Plan"), self.tr("Notice"), self.tr("Night")))

    def show_page(self, number: int) -> None:
        super().show_page(number)
        if number == NOTICE:
            self.notice.ask()
        elif number == NIGHT:
            self.night.ask()


class OutageBar(Panel):
    """The buttons under the outage; each prints its key."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.primary = KeyButton(look, "F9", primary=True)
        self.change, self.low, self.more = KeyButton(look, "F6"), KeyButton(look, "F7"), KeyButton(look, "F12")
        key_bar(self, self.primary, self.change, self.low, self.more)
        self.retranslate()

    def retranslate(self) -> None:
        self.change.setText(self.tr("Plan anew"))
        self.low.setText(self.tr("Low pressure"))
        self.more.setText(self.tr("More"))


class OutageSide(Panel):
    """Everything about one outage.

    Signals:
        change_wanted: F6: the outage is to be planned anew.
    """

    change_wanted = Signal()

    def __init__(self, look: Look, model: OutagesModel, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self._model = model
        self.setProperty("surface", "panel")
        self.setMinimumWidth(360)
        self.head, self.figures = OutageHead(look, model), Figures(look, model)
        self.pages, self.bar, self.prompt = OutagePages(look, model), OutageBar(look), Prompt(look)
        self.doing = OutageDoing(model, self.prompt, now)
        self.empty = Label(size=fonts.BODY, tone="t3", wrap=True)
        self.refusal = RefusalBar(look, lambda no: refusal_words(no, model, look))
        self.menu = self._menu()
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        self._hint = hint_of(self.empty)
        layout = column(self, self.head, self.figures, self._hint, self.pages, self.refusal, self.prompt, self.bar)
        layout.setStretch(2, 1)
        layout.setStretch(3, 1)

    def _connect(self) -> None:
        model, doing, pages = self._model, self.doing, self.pages
        model.selected_changed.connect(self._begin)
        model.sheet_changed.connect(self._show_sheet)
        model.view_changed.connect(self._show_sheet)
        model.refused.connect(self.refusal.tell)
        model.done.connect(lambda _request, _number: self.refusal.hide())
        pages.judgement.approval_wanted.connect(doing.approve)
        pages.judgement.move_wanted.connect(self.move_start)
        pages.night.ticked.connect(doing.tick)
        pages.night.lines_changed.connect(self._name_primary)
        pages.notice.send.clicked.connect(self.send)
        pages.notice.publish.clicked.connect(self.publish)
        pages.notice.write.clicked.connect(self.write_recipients)
        doing.notice_wanted.connect(self.send)
        doing.sent.connect(pages.notice.take_sent)
        self.bar.primary.clicked.connect(self.do_primary)
        self.bar.change.clicked.connect(self.change_wanted)
        self.bar.low.clicked.connect(model.find_low)
        self.bar.more.clicked.connect(self.open_menu)

    def _menu(self) -> ActsMenu:
        acts = {
            "refuse": self._refuse_plan,
            "waive": self.doing.waive,
            "recipients": self.write_recipients,
            "media": self._give_to_media,
            "cancel": self.doing.cancel,
        }
        return ActsMenu(self, acts)

    def retranslate(self) -> None:
        names = {
            "refuse": self.tr("&Refuse the plan…"),
            "waive": self.tr("&Waive the night window…"),
            "recipients": self.tr("&List of recipients to a file…"),
            "media": self.tr("Give the notice to the &media…"),
            "cancel": self.tr("&Call the outage off…"),
        }
        self.menu.name(names)
        self.empty.setText(self.tr("Choose an outage with J and K in the list (F3), or plan one with Ctrl+N."))
        self._show_sheet()

    def _begin(self) -> None:
        """Another outage."""
        self.refusal.hide()
        self.prompt.leave()
        self._show_sheet()

    def _show_sheet(self) -> None:
        shown = self._model.row is not None
        self._hint.setVisible(not shown)
        for part in (self.pages, self.bar):
            part.setVisible(shown)
        self._name_primary()

    # What is next

    def _name_primary(self) -> None:
        told = self._primary()
        self.bar.primary.setText(told[0] if told else self.tr("Nothing more to do"))
        self.bar.primary.setEnabled(told is not None)

    def _primary(self) -> tuple[str, Callable[[], object]] | None:
        """What F9 does: make it lawful, have it approved, then the checklist line by line."""
        sheet, words = self._model.sheet, self.look.words
        if sheet is None or sheet.stage is Stage.ENDED:
            return None
        if sheet.stage is Stage.CANCELLED:
            return self._tell_it_is_off(sheet)
        if self.pages.judgement.start_must_move:
            return self.tr("Move to the earliest lawful start"), self.move_start
        missing = self._missing_role()
        if missing is not None and sheet.stage in {Stage.DRAFT, Stage.REFUSED, Stage.ANNOUNCED}:
            role = words.say("outage_role", missing)
            return self.tr("Record approval: {role}").format(role=role), lambda: self.doing.approve(missing)
        line = self.pages.night.following
        if sheet.owed and sheet.stage in TELLS and (line is None or line.part != BEFORE):
            return self._tell_it_is_off(sheet)
        return None if line is None else (self._line_words(line), lambda: self._do_line(line))

    def _tell_it_is_off(self, sheet: OutageSheet) -> tuple[str, Callable[[], object]] | None:
        """Those who were told of an outage that was called off are told so: customers, then where the public reads."""
        if sheet.owed:
            return self.tr("Tell them that it is called off"), self._tell_otherwise
        if not sheet.still_announced:
            return None
        audience = sheet.still_announced[0]
        place = self.look.words.say("outage_audience", audience)
        return self.tr("Say that it is called off: {audience}").format(audience=place), lambda: self._send_to(audience)

    def _tell_otherwise(self) -> None:
        self.pages.show_page(NOTICE)
        self.doing.ask_otherwise(self.pages.notice.language)

    def _line_words(self, line: Check) -> str:
        """What the next line of the checklist asks to be done."""
        if line.by_notice:
            return self.tr("Send the notice")
        told = check_words(line, self.look.words)
        return told if line.valve is not None else self.tr("Record: {what}").format(what=told)

    def _missing_role(self) -> Role | None:
        sheet = self._model.sheet
        if sheet is None:
            return None
        return next((role for role in sheet.found.approvals if role not in sheet.outage.approvals), None)

    def _do_line(self, line: Check) -> None:
        self.pages.show_page(NIGHT)
        self.doing.tick(line)

    def do_primary(self) -> None:
        """F9: the next thing that can be done."""
        told = self._primary()
        if told is not None and not self.prompt.asks:
            told[1]()

    def move_start(self) -> None:
        """Ctrl+Enter: accept the earliest lawful start."""
        to_ms = self.pages.judgement.start_to_move_to
        if to_ms is not None and not self.prompt.asks:
            self.doing.move_start(to_ms)

    def send(self) -> None:
        """Ctrl+F8: send the notice that is due."""
        self._send_to(Audience.CUSTOMERS)

    def publish(self) -> None:
        """Ctrl+Shift+F8: put the notice that is due on the website."""
        self._send_to(Audience.WEB)

    def _give_to_media(self) -> None:
        self._send_to(Audience.MEDIA)

    def _send_to(self, audience: Audience) -> None:
        if self._model.sheet is not None:
            self.pages.show_page(NOTICE)
            self.doing.send(self.pages.notice.kind, self.pages.notice.language, audience)

    def write_recipients(self) -> None:
        """Shift+F8: everybody to be told as a table."""
        self.doing.write_recipients(self.pages.notice.kind, self.look.language)

    def _refuse_plan(self) -> None:
        missing = self._missing_role()
        if missing is not None:
            self.doing.refuse(missing)

    # Keys

    def show_page(self, number: int) -> None:
        """Bring a page forward with the keyboard in it."""
        if self._model.row is None:
            return
        self.pages.show_page(number)
        pages = self.pages
        targets = (pages.judgement.focus_rules, pages.plan.focus, pages.notice.area.setFocus, pages.night.focus)
        targets[number]()

    def focus_approvals(self) -> None:
        """Ctrl+Y: to the approvals."""
        if self._model.row is not None:
            self.pages.show_page(JUDGEMENT)
            self.pages.judgement.focus_approvals()

    def open_menu(self) -> None:
        """F12: what else can be done, each by its letter."""
        if self._model.selected:
            self.menu.open_above(self.bar.more)

    def step_back(self) -> bool:
        """Esc: leave the question that is asked; False where none is."""
        return self.refusal.step_back() or self.prompt.leave()


def refusal_words(no: No, model: OutagesModel, look: Look) -> str:
    """Why something was refused; where somebody else was first, what he changed."""
    told, sheet = why_not("outage_no", no, look.words), model.sheet
    if no.code != "revised_meanwhile" or sheet is None or sheet.outage.number != no.detail.get("number"):
        return told
    return f"{told}\n{changes_words(sheet.outage.plan, sheet.changes, look.words)}"
