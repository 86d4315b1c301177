"""The desk's left side: alarms with their counts, and under them what can be done about the one in front."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.messages import formats
from app.requests import Failed
from app.telemetry.alarm_events import Deed
from app.telemetry.alarm_groups import GroupKey
from app.telemetry.alarms import LONGEST_SHELF_MS, AlarmState, Side
from app.telemetry.quantities import Quantity
from app.times import utc_of
from app.ui import fonts
from app.ui.dispatch.prompt import Answers, Field, Prompt
from app.ui.flow import FlowLayout
from app.ui.live.alarm_list import AlarmList, group_words, name_words, state_words
from app.ui.live.burst_line import BurstLine
from app.ui.live.burst_words import burst_facts
from app.ui.live.deed_words import deed_words, last_deeds
from app.ui.live.drill_line import DrillLine
from app.ui.live.fitting import FittingText, Front, giving_way
from app.ui.live.hydrant_form import HydrantForm
from app.ui.live.hydrant_model import HydrantModel
from app.ui.live.limit_form import LimitForm
from app.ui.live.limit_typed import note_words
from app.ui.live.model import LiveModel
from app.ui.live.moments import number_said
from app.ui.live.row_groups import shown_rows
from app.ui.live.rows import STATES, AlarmRow, doubts
from app.ui.look import Look
from app.ui.widgets import GAP, PADDING, ElidedLabel, KeyButton, Label, Panel, SectionHeader, chip, column, padded

BLINK_MS = 500
_SHELF_H = "1"
_HYDRANT_WORDS = ("hydrant", "消火栓", "消防")
"""A reason that says so asks for the hydrant next."""


class AlarmPanel(Panel):
    """Alarms, and what people do with them from the keyboard."""

    def __init__(self, look: Look, model: LiveModel, hydrants: HydrantModel) -> None:
        super().__init__(look)
        self._model = model
        self._opened: dict[GroupKey, bool] = {}
        self.setProperty("surface", "panel")
        self.header = SectionHeader(look)
        self.header.add(chip("F3", "key"))
        self.counts = ElidedLabel(look, size=fonts.TABLE, tone="t2")
        self.flood = Label(size=fonts.TABLE, weight=600, tone="amber", wrap=True)
        self._flood = padded(self.flood, 6, 6)
        self.list = AlarmList(look, lambda: model.now_ms)
        self.empty = Label(size=fonts.BODY, tone="t3", wrap=True)
        self._empty = padded(self.empty, 16, 16)
        self.begin = KeyButton(look, "F9", primary=True)
        self.begin.clicked.connect(model.set_up_demo)
        self.prompt = Prompt(look)
        self.limits = LimitForm(look, model)
        self.hydrant = HydrantForm(look, hydrants)
        self.in_trends: Callable[[], int | None] = lambda: None
        self.front = Front()
        self._lay_front(look)
        self.setMinimumWidth(320)
        begin = QWidget()
        line = QHBoxLayout(begin)
        line.setContentsMargins(PADDING, 0, PADDING, 8)
        line.addWidget(self.begin)
        line.addStretch(1)
        self._begin = begin
        counts = padded(self.counts, 6, 6)
        self._spare = spare = QWidget()
        self.watch = BurstLine(look, model, self.prompt)
        self.drill = DrillLine(look, model, self.prompt)
        above = (self.header, self.drill, counts, self._flood, self._empty, begin)
        forms = giving_way(self.limits, self.hydrant)
        layout = column(self, *above, self.list, spare, self.watch, self.prompt, forms)
        layout.addWidget(self.front)
        layout.setStretch(layout.indexOf(self.list), 1)
        layout.setStretch(layout.indexOf(spare), 1)
        self._blink = QTimer(self, interval=BLINK_MS)
        self._blink.timeout.connect(self.list.blink)
        self._blink.start()
        self.list.chosen.connect(model.select)
        self.list.fold_wanted.connect(self._fold)
        model.opened.connect(self._opened.clear)
        model.changed.connect(self.retranslate)
        model.opened.connect(self.retranslate)
        model.selected_changed.connect(self.retranslate)
        self.limits.closed.connect(self._show_front)
        self.hydrant.closed.connect(self._show_front)
        self.retranslate()

    def _lay_front(self, look: Look) -> None:
        self.front_title = ElidedLabel(look, size=fonts.BODY, weight=600)
        self.facts = Label(size=fonts.TABLE, tone="t2", wrap=True, selectable=True)
        self.buttons = {
            "ack": KeyButton(look, "Space", primary=True),
            "incident": KeyButton(look, "F9"),
            "shelve": KeyButton(look, "F7"),
            "note": KeyButton(look, "F6"),
            "limit": KeyButton(look, "Shift+F7"),
            "service": KeyButton(look, "Shift+F6"),
        }
        acts = {
            "ack": self.acknowledge,
            "shelve": self.shelve,
            "note": self.note,
            "limit": self.edit_limit,
            "service": self.change_service,
        }
        for code, act in acts.items():
            self.buttons[code].clicked.connect(act)
        lines = QVBoxLayout(self.front)
        lines.setContentsMargins(PADDING, 10, GAP, 12)
        lines.setSpacing(8)
        lines.addWidget(self.front_title)
        lines.addWidget(FittingText(self.facts), 1)
        keys = FlowLayout(GAP)
        for code in ("ack", "incident", "shelve", "note", "limit", "service"):
            keys.addWidget(self.buttons[code])
        lines.addLayout(keys)
        self.front.setProperty("edge", "top")
        self.front.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def retranslate(self) -> None:
        model = self._model
        rows = model.rows
        self.header.title.setText(self.tr("Alarms"))
        self.header.note.set_text(self.tr("{count} · unseen first, then priority").format(count=len(rows)))
        is_set_up = model.setup is not None
        unseen = [row for row in rows if row.is_unseen]
        self.empty.setText(self._nothing())
        self._empty.setVisible(not rows)
        self._begin.setVisible(not is_set_up and model.session.workspace is not None)
        self.begin.setText(self.tr("Demonstration instruments"))
        self.list.setVisible(bool(rows))
        self._spare.setVisible(not rows)
        self.counts.set_text(self._counted(rows))
        is_flood = model.present is not None and model.present.is_flood
        self._flood.setVisible(is_flood)
        self.flood.setText(
            self.tr("Alarm flood: more than 10 in ten minutes. The gravest stand first; {count} unseen.").format(
                count=len(unseen)
            )
        )
        self.list.show_rows(shown_rows(rows, self._opened, model.selected, is_flood=is_flood), model.selected)
        self._show_front()

    def _nothing(self) -> str:
        model = self._model
        if model.session.workspace is None:
            return self.tr("Open a city first.")
        if model.setup is None:
            return self.tr(
                "No readings are set up for this city. F9 puts demonstration instruments into it: EPANET in time with "
                "the clock, with a month of history; it takes a minute or two."
            )
        return self.tr("No alarm. Everything that is watched lies within its limits.")

    def _counted(self, rows: tuple[AlarmRow, ...]) -> str:
        loud = Counter(row.priority for row in rows if not row.is_aside)
        aside = Counter(row.state for row in rows)
        marks = {1: "■", 2: "▼", 3: "◆", 4: "–"}
        parts = [
            f"{marks[priority]} "
            + self.look.words.say("alarm_row", "of_priority", {"priority": priority, "count": count})
            for priority, count in sorted(loud.items())
        ]
        for state in (AlarmState.SHELVED, AlarmState.SUPPRESSED):
            if aside[state]:
                told = self.look.words.say("alarm_state", state.name.lower())
                parts.append(f"{told} {aside[state]}")
        return "   ".join(parts)

    def _show_front(self) -> None:
        row = self._model.row
        is_asked = self.limits.asks or self.hydrant.asks
        self.front.setVisible(row is not None and not is_asked)
        self.watch.stand_back(is_short=row is not None, is_away=is_asked)
        if row is None:
            return
        words = self.look.words
        kind = words.say("alarm_kind", row.kind)
        self.front_title.set_text(f"{name_words(words, row)} · {kind} · {state_words(words, row)}")
        is_explained = row.state is AlarmState.SUPPRESSED and row.burst is not None
        facts = [words.say("alarm_front", "burst_explained" if is_explained else row.front)]
        if row.burst is not None:
            facts += burst_facts(words, row.burst)
        elif row.side is not Side.SILENT and row.quantity not in STATES:
            facts.append(
                self.tr("Now {value} {unit}, limit {limit} {unit}.").format(
                    value=row.value, unit=row.unit, limit=row.limit
                )
            )
        why = doubts(words, self._model.present, row.channel) if self._model.present is not None else ""
        if why and row.burst is None:
            facts.append(self.tr("In doubt: {why}. Only a good reading clears the alarm.").format(why=why))
        if row.group is not None:
            facts.append(group_words(words, row.group))
        facts += self._cause_facts(row)
        facts += self._said_facts(row)
        if row.priority == 1:
            facts.append(self.tr("An alarm of the first priority cannot be shelved."))
        self.facts.setText(formats.unbroken("\n".join(facts)))
        self.front.updateGeometry()
        is_latched, is_out = row.state is AlarmState.LATCHED, row.state is AlarmState.OUT_OF_SERVICE
        self.buttons["ack"].setText(self.tr("Reset") if is_latched else self.tr("Acknowledge"))
        self.buttons["service"].setText(self.tr("Back in service") if is_out else self.tr("Out of service"))
        self.buttons["service"].setVisible(row.burst is None)
        self.buttons["incident"].setText(self.tr("To an incident"))
        shelved = row.state is AlarmState.SHELVED
        self.buttons["shelve"].setText(self.tr("Unshelve") if shelved else self.tr("Shelve"))
        if row.burst is not None:
            self.buttons["shelve"].setText(self.tr("No burst"))
        self.buttons["note"].setText(self.tr("Comment"))
        self.buttons["limit"].setText(self.tr("Limit"))
        self.buttons["ack"].setEnabled(row.is_unseen or is_latched)
        self.buttons["shelve"].setEnabled(row.priority > 1 or shelved)
        self.buttons["limit"].setVisible(row.burst is None)
        for code in ("incident", "note", "shelve"):
            self.buttons[code].setVisible(not is_explained)

    def _said_facts(self, row: AlarmRow) -> list[str]:
        """Who did something to it last, and the last word on it."""
        words, done = self.look.words, last_deeds(self._model.events).get(row.id)
        told = [] if done is None else [deed_words(words, done, row.quantity, self._model.now_ms)]
        if row.note and (done is None or done.note != row.note):
            told.append(self.tr("Last word: {note}").format(note=note_words(words, row.note, row.quantity)))
        return told

    def _cause_facts(self, row: AlarmRow) -> list[str]:
        """What an alarm comes from, and what comes from the standing still of a pump or plant."""
        setup = self._model.setup
        if row.explained_by:
            said = self.tr("It began after “{alarm}”, which feeds this place among others.")
            if row.state is AlarmState.SUPPRESSED:
                said = self.tr("Explained by “{alarm}” while that lasts.")
            return [said.format(alarm=self._named(row.explained_by))]
        if setup is None or row.quantity is not Quantity.STATE or row.side is not Side.LOW:
            return []
        if row.channel_id in setup.feeders.unplaced:
            return [self.tr("Its place is no pump or plant of the network: by the network nothing stands below it.")]
        feeder = next((one for one in setup.feeders.known if one.channel == row.channel_id), None)
        if feeder is None:
            return []
        told = self.tr("Below it by the network: instruments that it alone feeds: {alone}, among others: {shared}.")
        return [told.format(alone=len(feeder.alone), shared=len(feeder.shared))]

    def _named(self, alarm: str) -> str:
        """An alarm as the list names it; by its id where the list has it no more."""
        row = next((one for one in self._model.rows if one.id == alarm), None)
        words = self.look.words
        return alarm if row is None else f"{name_words(words, row)} {words.say('alarm_kind', row.kind)}"

    def _fold(self, key: GroupKey, is_open: bool) -> None:
        """Open or close a group; what was in front below the head gives way to the head."""
        self._opened[key] = is_open
        row = self._model.row
        if not is_open and row is not None and row.group is not None and row.group.key == key:
            heads = (one.id for one in self._model.rows if one.group is not None and one.group.key == key)
            self._model.select(next(heads))
        self.retranslate()

    # Commands

    def focus(self) -> None:
        """F3: the keyboard goes to the alarms."""
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not self._model.selected:
            self.list.step(1)

    def acknowledge(self) -> None:
        """Space: somebody has seen what is marked; what is latched is let go."""
        picked = self.list.picked
        self._model.act(Deed.ACKNOWLEDGED, tuple(row.id for row in picked if row.is_unseen))
        self._model.act(Deed.RESET, tuple(row.id for row in picked if row.state is AlarmState.LATCHED))

    def note(self) -> None:
        """F6: say something about what is marked; what is unseen is seen by that."""
        names = tuple(row.id for row in self.list.picked)
        unseen = tuple(row.id for row in self.list.picked if row.is_unseen)
        if not names:
            return

        def done(answers: Answers) -> None:
            self._model.act(Deed.NOTED, names, answers["note"])
            self._model.act(Deed.ACKNOWLEDGED, unseen, answers["note"])

        self.prompt.ask(self.tr("Comment"), (Field("note", self.tr("What is known of it")),), done)

    def shelve(self) -> None:
        """F7: put aside for some hours, with a reason; what is aside comes back."""
        row = self._model.row
        if row is None:
            return
        if row.burst is not None:
            self._put_off(row)
            return
        if row.state is AlarmState.SHELVED:
            self._model.act(Deed.UNSHELVED, (row.id,))
            return
        if row.priority == 1:
            self._model.session.refused.emit(Failed("alarms.shelve_first", {"alarm": row.id}))
            return
        most = LONGEST_SHELF_MS // 3_600_000

        def done(answers: Answers) -> str | None:
            hours = number_said(answers["hours"])
            if hours is None or not 0 < hours <= most:
                return self.tr("Hours from 0 to {most}").format(most=most)
            until_ms = self._model.now_ms + round(hours * 3_600_000)
            self._model.act(Deed.SHELVED, (row.id,), answers["reason"], until_ms)
            return None

        hours = Field("hours", self.tr("Hours"), _SHELF_H)
        self.prompt.ask(self.tr("Shelve"), (Field("reason", self.tr("Why"), wide=3), hours), done)

    def change_service(self) -> None:
        """Shift+F6: take the alarm in front out of service, with a reason, or put it back."""
        row = self._model.row
        if row is None or row.burst is not None:
            return
        if row.state is AlarmState.OUT_OF_SERVICE:
            self._model.act(Deed.BACK, (row.id,))
            return

        def done(answers: Answers) -> None:
            self._model.act(Deed.OUT, (row.id,), answers["reason"])

        self.prompt.ask(self.tr("Out of service"), (Field("reason", self.tr("Why"), wide=3),), done)

    def _put_off(self, row: AlarmRow) -> None:
        """A proposed burst that is none leaves the list, with the reason; what known work explains needs none."""
        if row.state is AlarmState.SUPPRESSED:
            return

        def done(answers: Answers) -> None:
            self._model.act(Deed.RESET, (row.id,), answers["reason"])
            if any(word in answers["reason"].casefold() for word in _HYDRANT_WORDS):
                # Written down, it explains what comes of it later too. In the next turn: the prompt closes first.
                QTimer.singleShot(
                    0, self, lambda: self.draw(row.raised_ms if row.burst is None else row.burst.since_ms)
                )

        why = Field("reason", self.tr("Why: a hydrant in use, a pump, an instrument …"))
        self.prompt.ask(self.tr("No burst"), (why,), done)

    def draw(self, since_ms: int | None = None) -> None:
        """Ctrl+F7: write down water that is drawn from a hydrant, since now or *since_ms*."""
        self.limits.leave()
        self.prompt.leave()
        self._make_room()
        self.hydrant.open(since_ms)
        self._show_front()

    def _make_room(self) -> None:
        """Before a form is there: a small window would have to grow for as long as both were."""
        self.front.hide()
        self.watch.stand_back(is_short=True, is_away=True)

    def edit_limit(self) -> None:
        """Shift+F7: all that the alarm in front watches by, or those of the instrument first in the trends."""
        self.hydrant.leave()
        row, at = self._model.row, self.in_trends()
        self._make_room()
        if row is not None and row.burst is None:
            self.limits.open(row.channel, row.id)
        elif at is not None:
            self.limits.open(at)
        self._show_front()


def confirmed_at(row: AlarmRow) -> datetime:
    """When an alarm was confirmed: from then on the clock of arrival runs."""
    return utc_of(row.raised_ms)


MakeIncident = Callable[[AlarmRow], object]
