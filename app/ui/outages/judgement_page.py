"""Whether an outage is lawful: every P rule, what would make it so, whose approval it needs, what it clashes with."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.messages import Words
from app.outages.book import Decision
from app.outages.entries import Role, Ruling
from app.outages.judge import Finding, Remedy
from app.outages.showing import OutageSheet
from app.ui.look import Look
from app.ui.outages.lines import TextLine
from app.ui.outages.model import OutagesModel
from app.ui.outages.present import (
    STANDING_LOOKS,
    clash_words,
    finding_time,
    joint_words,
    left_out_words,
    moment_words,
    remedy_words,
)
from app.ui.tables import Column, Table
from app.ui.widgets import KeyButton, Panel, Section, chip, column, row, scrolling

_TOLD = frozenset(Remedy) - {Remedy.DO_BY}
"""Remedies that the table's times do not tell already."""


@dataclass(frozen=True)
class Approval:
    """One role whose word is needed, or was given without need."""

    role: Role
    decision: Decision | None
    reason: str


def approvals_of(sheet: OutageSheet) -> tuple[Approval, ...]:
    """Roles in the order in which they are asked, then those that spoke unasked."""
    given = sheet.outage.approvals
    roles = dict.fromkeys([*sheet.found.approvals, *given])
    found = ((role, given.get(role)) for role in roles)
    return tuple(Approval(role, one, "" if one is None else reason_of(sheet, one)) for role, one in found)


def reason_of(sheet: OutageSheet, decision: Decision) -> str:
    """Why somebody decided so; "" where he did not say."""
    return sheet.reasons.get(f"{decision.key[0]}/{decision.key[1]}", "")


def approval_words(one: Approval, words: Words) -> str:
    """What a role has said."""
    if one.decision is None:
        return words.say("outage_told", "asked")
    said = words.say("outage_ruling", one.decision.ruling)
    parts = [said, one.decision.actor, moment_words(one.decision.at_ms, words), one.reason]
    return " · ".join(part for part in parts if part)


class JudgementPage(Panel):
    """The page.

    Signals:
        approval_wanted: Enter on a role: the role.
        move_wanted: The start is to be moved to where the outage is lawful.
    """

    approval_wanted = Signal(object)
    move_wanted = Signal()

    def __init__(self, look: Look, model: OutagesModel) -> None:
        super().__init__(look)
        self._model = model
        self.rules, self.roles, self.meets = Section(look), Section(look), Section(look)
        self.table = Table(look, most_rows=10)
        self.table.hovered.connect(lambda _row: self._show_clause())
        self.table.chosen.connect(lambda _row: self._show_clause())
        self.clause = TextLine(6, 8, tone="t2")
        self.remedy, self.peak = TextLine(6, 6, weight=500), TextLine(0, 6, tone="amber")
        self.accept = KeyButton(look, "Ctrl+Enter")
        self.accept.clicked.connect(self.move_wanted)
        self.approvals = Table(look, most_rows=4)
        self.approvals.horizontalHeader().hide()
        self.approvals.taken.connect(lambda one: self.approval_wanted.emit(one.role))
        self.clashes, self.joint = TextLine(8, 8), TextLine(0, 8, tone="amber", weight=500)
        self.left_out = TextLine(0, 8)
        self.roles.header.add(chip("Enter", "key"))
        self._lay_out()
        model.sheet_changed.connect(self.retranslate)
        for changed in (model.view_changed, model.joint_changed):
            changed.connect(self._show_clashes)
        self.retranslate()

    def _lay_out(self) -> None:
        self._told = QWidget()
        self._move = QWidget()
        line = row(self.accept)
        line.setContentsMargins(16, 2, 8, 8)
        self._move.setLayout(line)
        column(self._told, self.remedy, self.peak, self._move)
        for widget in (self.table, self.clause, self._told):
            self.rules.body.addWidget(widget)
        self.roles.body.addWidget(self.approvals)
        for told in (self.clashes, self.joint, self.left_out):
            self.meets.body.addWidget(told)
        inside = QWidget()
        column(inside, self.rules, self.roles, self.meets).addStretch(1)
        self.area = scrolling(inside, takes_focus=False)
        column(self, self.area)

    def retranslate(self) -> None:
        self.rules.header.title.setText(self.tr("Rules"))
        self.roles.header.title.setText(self.tr("Approvals"))
        self.roles.header.note.set_text(self.tr("nobody approves a plan of his own"))
        self.meets.header.title.setText(self.tr("Conflicts"))
        self.accept.setText(self.tr("Move the start there"))
        sheet = self._model.sheet
        if sheet is None:
            return
        self._show_rules(sheet)
        self._show_approvals(sheet)
        self._show_clashes()

    def _show_rules(self, sheet: OutageSheet) -> None:
        words, found = self.look.words, sheet.found
        columns = (
            Column(
                "",
                lambda one: one.rule.id,
                width=56,
                icon=lambda one: STANDING_LOOKS[one.standing],
                strong=True,
            ),
            Column(
                self.tr("Rule"),
                lambda one: one.rule.title_zh if words.language == "zh_CN" else one.rule.title_en,
                elide=True,
            ),
            Column(
                self.tr("Stands"),
                lambda one: words.say("outage_standing", one.standing),
                width=70,
                tone=lambda one: STANDING_LOOKS[one.standing][1],
            ),
            Column(self.tr("When"), lambda one: finding_time(one, words), width=90, tone=lambda _one: "t2"),
        )
        at = max(self.table.currentIndex().row(), 0)
        self.table.fill(columns, found.findings)
        if found.findings:
            self.table.selectRow(min(at, len(found.findings) - 1))
        self.rules.header.note.set_text(self._verdict(sheet))
        can_move = self.start_to_move_to is not None
        self._move.setVisible(can_move)
        lines = [f"{one.rule.id}: {remedy_words(one, words)}" for one in found.findings if one.remedy in _TOLD]
        self.remedy.say("\n".join(lines))
        self.peak.say(words.say("outage_cli", "over_peak") if found.over_peak else "")
        self._show_clause()

    def _verdict(self, sheet: OutageSheet) -> str:
        words, found = self.look.words, sheet.found
        if found.lawful:
            return words.say("outage_told", "ready") if found.ready else words.say("outage_cli", "lawful")
        earliest_ms, code = found.earliest_ms, "earliest"
        if earliest_ms is None:
            earliest_ms, code = found.with_waiver_ms, "with_waiver"
        earliest = words.say("outage_cli", code, {"time": moment_words(earliest_ms, words)})
        return f"{words.say('outage_cli', 'unlawful')} · {earliest}"

    @property
    def start_to_move_to(self) -> int | None:
        """The earliest lawful start, where the outage is not lawful and its start can still be moved."""
        sheet = self._model.sheet
        if sheet is None or sheet.found.lawful or self._model.row is None or self._model.row.off_ms is not None:
            return None
        return sheet.found.earliest_ms

    @property
    def start_must_move(self) -> bool:
        """Whether the start cannot stay where it is; water that goes off late is no reason to move it."""
        sheet = self._model.sheet
        moved = {Remedy.MOVE_START, Remedy.MOVE_INTO_NIGHT}
        return self.start_to_move_to is not None and any(
            one.remedy in moved for one in (sheet.found.findings if sheet is not None else ())
        )

    @property
    def finding(self) -> Finding | None:
        """The rule that the keyboard is on."""
        at = self.table.currentIndex().row()
        found = self.table.rows.row_at(at) if 0 <= at < self.table.rows.rowCount() else None
        assert found is None or isinstance(found, Finding)
        return found

    def _show_clause(self) -> None:
        """The wording of the rule under the keyboard, what the house adds, and what stands against it elsewhere."""
        one, words = self.finding, self.look.words
        if one is None:
            self.clause.say("")
            return
        lines = [f"{one.rule.source} {one.rule.heading}  “{one.rule.clause}”" if one.rule.clause else ""]
        if one.red_line_ms is not None:
            lines.append(words.say("outage_told", "red_line", {"time": moment_words(one.red_line_ms, words)}))
        lines += [zh if words.language == "zh_CN" else en for zh, en in (*one.rule.house, *one.rule.differs)]
        self.clause.say("\n".join(line for line in lines if line))

    def _show_approvals(self, sheet: OutageSheet) -> None:
        words = self.look.words
        columns = (
            Column(
                "",
                lambda one: words.say("outage_role", one.role),
                width=120,
                icon=_approval_look,
            ),
            Column(
                "",
                lambda one: approval_words(one, words),
                elide=True,
                tone=lambda one: "t1" if one.decision is not None else "t3",
            ),
        )
        at = max(self.approvals.currentIndex().row(), 0)
        rows = approvals_of(sheet)
        self.approvals.fill(columns, rows)
        self.approvals.setFixedHeight(len(rows) * 28)
        if rows:
            self.approvals.selectRow(min(at, len(rows) - 1))

    def _show_clashes(self) -> None:
        view, words = self._model.view, self.look.words
        mine = () if view is None or not self._model.selected else view.clashes_of(self._model.selected)
        self.clashes.say("\n".join(clash_words(one, words) for one in mine))
        joint = self._model.joint
        self.joint.say("\n".join(joint_words(one, words) for one in joint.losses))
        self.left_out.say(left_out_words(joint.left_out, words))
        self.meets.setVisible(bool(mine or joint.losses or joint.left_out))

    def focus_rules(self) -> None:
        """To the rules."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.area.ensureWidgetVisible(self.table)

    def focus_approvals(self) -> None:
        """To the approvals, the first that is missing."""
        rows = self.approvals.rows
        missing = [at for at in range(rows.rowCount()) if rows.row_at(at).decision is None]
        self.approvals.selectRow(missing[0] if missing else 0)
        self.approvals.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.area.ensureWidgetVisible(self.approvals)


def _approval_look(one: Approval) -> tuple[str, str]:
    if one.decision is None:
        return "clock_pending", "t3"
    return ("tick", "t3") if one.decision.ruling is Ruling.APPROVE else ("cross", "red_text")
