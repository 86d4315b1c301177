"""Bringing water back: closed valves whose opening feeds what went dry outside the region."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal

from app.messages import formats
from app.messages.describe import Thing
from app.plan_requests import ResupplyFound
from app.ui import fonts
from app.ui.look import Look
from app.ui.plan_facts import PlanFacts
from app.ui.planning.study import Study
from app.ui.session import Session
from app.ui.tables import Column, Table
from app.ui.widgets import Label, Panel, Section, column, padded
from network.resupply_records import Join, NoResupply, Resupply, ResupplyOption

MOST_IDS = 3


class ResupplySection(Panel):
    """Options, fewest valves first.

    Signals:
        pointed: Mains that an option brings back: PipeParts, or None.
    """

    pointed = Signal(object)

    def __init__(self, look: Look, session: Session, study: Study) -> None:
        super().__init__(look)
        self._session, self._study = session, study
        self._section = Section(look)
        self.table = Table(look, most_rows=6)
        self.said = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self._section.body.addWidget(self.table)
        self._section.body.addWidget(padded(self.said, 6, 8))
        column(self, self._section)
        self.table.hovered.connect(self._point)
        self.table.chosen.connect(lambda option: session.pick(Thing("valve", option.open[0])))
        self.table.taken.connect(self.adopt)
        study.resupply_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        found, facts = self._study.resupply, self._session.plan
        # Where nothing went dry outside the region there is nothing to say.
        self.appear(found is not None and facts is not None and found.answer.lost_outside > 0)
        if found is None or facts is None or not found.answer.lost_outside:
            return
        self._section.header.title.setText(self.tr("Bring water back"))
        lost = formats.number(found.answer.lost_outside)
        note = self.tr("{count} {count|customer|customers} out outside the region")
        self._section.header.note.set_text(formats.filled(note, count=lost))
        answer = found.answer
        self.table.setVisible(isinstance(answer, Resupply))
        if isinstance(answer, NoResupply):
            self.said.setText(self.look.words.say("no_resupply", answer.why))
            return
        self.table.fill(self._columns(facts), answer.options)
        self.said.setText(self._sentences(answer))

    def _sentences(self, answer: Resupply) -> str:
        said = [
            self.tr("All closed valves together would bring back {count}.").format(
                count=formats.number(answer.within_reach)
            )
        ]
        if any(not option.exact for option in answer.options):
            said.append(self.tr("Options marked ≈ are not proven best."))
        if self._study.checking:
            said.append(self.tr("Pressures are being worked out …"))
        elif self._study.verdicts is None:
            said.append(self.look.words.say("resupply_safety", "not_checked") + self.tr("."))
        said.append(self.tr("Enter or double click opens these valves in the plan."))
        return self.look.words.say("join", "sentences").join(said)

    def point_at(self, number: int) -> None:
        """Show what an option brings back, as the pointer does."""
        if 0 <= number < self.table.rows.rowCount():
            self.table.select(self.table.rows.row_at(number))
            self._point(self.table.rows.row_at(number))

    def adopt(self, option: ResupplyOption) -> None:
        """Suppose these valves open; the plan that follows closes what then must be closed too."""
        found = self._study.resupply
        if found is not None:
            self._session.suppose_open(found.opens[_number(found, option)])

    def _point(self, option: ResupplyOption | None) -> None:
        found = self._study.resupply
        self.pointed.emit(None if option is None or found is None else found.parts[_number(found, option)])

    def _columns(self, facts: PlanFacts) -> tuple[Column, ...]:
        ids, words = facts.city.network.devices.ids, self.look.words

        names = {
            Join.BOUNDARY_VALVE: self.tr("boundary valve"),
            Join.DMA: self.tr("joins DMAs"),
            Join.ZONE: self.tr("joins zones"),
        }

        def valves(option: ResupplyOption) -> str:
            more = len(option.open) - MOST_IDS
            listed = ", ".join(ids[row] for row in option.open[:MOST_IDS])
            return ("" if option.exact else "≈ ") + listed + (f" +{more}" if more > 0 else "")

        def warning(option: ResupplyOption) -> str:
            told = [names[join] for at in option.joined for join in at.joins]
            if option.unknown_condition:
                told.append(self.tr("{count} unknown").format(count=len(option.unknown_condition)))
            if option.also_close:
                closed = ", ".join(ids[row] for row in option.also_close)
                told.append(self.tr("first close {valves}").format(valves=closed))
            return words.say("join", "clauses").join(dict.fromkeys(told)) or formats.NO_VALUE

        return (
            Column(self.tr("Open"), valves, width=110, strong=True),
            Column(
                self.tr("Regained"),
                lambda row: formats.number(len(row.customers)),
                key=lambda row: len(row.customers),
                width=64,
                number=True,
                strong=True,
            ),
            Column(
                self.tr("Pressure"),
                lambda row: self._pressure(row)[2],
                width=84,
                icon=lambda row: self._pressure(row)[:2],
                tone=lambda row: self._pressure(row)[1],
            ),
            Column(
                self.tr("Mind"),
                warning,
                elide=True,
                tone=lambda row: "amber_text" if warning(row) != formats.NO_VALUE else "t2",
            ),
        )

    def _pressure(self, option: ResupplyOption) -> tuple[str, str, str]:
        """Icon, colour token and words of what hydraulics say of an option."""
        found, verdicts = self._study.resupply, self._study.verdicts
        if found is None or verdicts is None:
            return "ring", "t3", self.tr("not checked")
        verdict = verdicts[_number(found, option)]
        lowest = f" {formats.number(verdict.lowest_mpa, 2)}" if math.isfinite(verdict.lowest_mpa) else ""
        told = {
            "safe": ("tick", "t2", self.tr("holds") + lowest),
            "regains_but_low": ("down", "low", self.tr("low") + lowest),
            "harms_others": ("warning", "red_text", self.tr("{count} go low").format(count=verdict.newly_low)),
        }
        return told.get(verdict.safety, ("ring", "amber_text", self.tr("not checked")))


def _number(found: ResupplyFound, option: ResupplyOption) -> int:
    assert isinstance(found.answer, Resupply)
    return found.answer.options.index(option)
