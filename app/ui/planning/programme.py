"""Draining, filling, flushing, opening again: what is done after the valves are closed, step by step."""

from __future__ import annotations

from app.messages.describe import Thing
from app.plan_requests import ToldStep
from app.ui import fonts
from app.ui.look import Look
from app.ui.planning.study import Study
from app.ui.session import Session
from app.ui.tables import Column, Table
from app.ui.widgets import Label, Panel, Section, column, padded

_WIDEST_PX = 150


class ProgrammeSection(Panel):
    """The steps that follow the closing, in their order."""

    def __init__(self, look: Look, session: Session, study: Study) -> None:
        super().__init__(look)
        self._session, self._study = session, study
        self._section = Section(look)
        self.table = Table(look, most_rows=12)
        self.said = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self._section.body.addWidget(self.table)
        self._section.body.addWidget(padded(self.said, 6, 8))
        column(self, self._section)
        self.table.hovered.connect(self._tell)
        self.table.chosen.connect(self._pick)
        study.ordered_changed.connect(self.retranslate)
        self.retranslate()

    @property
    def steps(self) -> tuple[ToldStep, ...]:
        """What is done beside closing valves, which the list of valves tells."""
        ordered = self._study.ordered
        return () if ordered is None else tuple(step for step in ordered.steps if not step.closes)

    def retranslate(self) -> None:
        steps = self.steps
        self.appear(bool(steps))
        if not steps:
            return
        self._section.header.title.setText(self.tr("Drain, fill and flush"))
        self._section.header.note.set_text(self.tr("small valve first, along the way of the water"))
        numbers = {id(step): str(number) for number, step in enumerate(steps, start=1)}
        language = self.look.language
        columns = (
            Column(self.tr("#"), lambda row: numbers[id(row)], key=lambda row: int(numbers[id(row)]), width=34),
            Column(self.tr("Step"), lambda row: row.text[language], elide=True),
            Column(self.tr("When"), lambda row: row.when[language], width=84, most=_WIDEST_PX, tone=lambda _row: "t2"),
        )
        self.table.fill(columns, steps)
        self.said.setText(self.tr("Point at a step to read all of it. Times rest on house values."))

    def _tell(self, step: ToldStep | None) -> None:
        if step is not None:
            self.said.setText(step.text[self.look.language])

    def _pick(self, step: ToldStep) -> None:
        self._tell(step)
        if step.device >= 0:
            self._session.pick(Thing("valve", step.device))
