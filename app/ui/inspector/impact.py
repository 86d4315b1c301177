"""Who and what a plan affects, in figures: tiles, then people and ground."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.messages import formats, recorded
from app.ui import fonts
from app.ui.look import Look
from app.ui.plan_facts import PlanFacts
from app.ui.session import Session
from app.ui.widgets import PADDING, SMALL_GAP, IconLabel, Label, Panel, Section, column, padded, row


class Tile(QFrame):
    """A figure with its name: shape, colour and word above, the number below."""

    def __init__(self, look: Look, icon: str, tone: str) -> None:
        super().__init__()
        self.name = Label(size=fonts.CAPTION, tone=tone)
        self.figure = Label(size=fonts.FIGURE, weight=600)
        self.unit = Label(size=fonts.CAPTION, tone="t2")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, 8, SMALL_GAP, 8)
        layout.setSpacing(0)
        layout.addLayout(row(IconLabel(look, icon, tone, 12), self.name, spacing=SMALL_GAP))
        figures = row(self.figure, self.unit, spacing=SMALL_GAP)
        figures.setAlignment(self.unit, Qt.AlignmentFlag.AlignBottom)
        layout.addLayout(figures)

    def show_figure(self, name: str, figure: str, unit: str = "") -> None:
        """Write name, number and unit."""
        self.name.setText(name)
        self.figure.setText(figure)
        self.unit.setText(unit)


class ImpactSection(Panel):
    """Figures of the plan."""

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self._section = Section(look)
        self.out = Tile(look, "square", "leak")
        self.unintended = Tile(look, "hollow_square", "unintended")
        self.on_storage = Tile(look, "double", "on_storage")
        self.length = Tile(look, "pipe", "t2")
        tiles = QHBoxLayout()
        tiles.setContentsMargins(0, 0, 0, 0)
        tiles.setSpacing(0)
        for tile in (self.out, self.unintended, self.on_storage, self.length):
            tiles.addWidget(tile, 1)
        self.people = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self._section.body.addLayout(tiles)
        self._section.body.addWidget(padded(self.people, 0, 10))
        column(self, self._section)
        session.plan_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        facts = self._session.plan
        self.appear(facts is not None)
        if facts is None:
            return
        impact, plan = facts.made.impact, facts.plan
        self._section.header.title.setText(self.tr("Impact"))
        self._section.header.note.set_text(
            "" if facts.feasible else self.tr("once the sources named above are stopped")
        )
        customers = self.tr("customers")
        self.out.show_figure(self.tr("out"), formats.number(len(impact.out)), customers)
        self.unintended.show_figure(self.tr("unintended"), formats.number(facts.unintended_customers), customers)
        self.on_storage.show_figure(self.tr("on storage"), formats.number(len(impact.on_storage)), customers)
        dry_m = plan.isolated.length_m + plan.unintended.length_m
        self.length.show_figure(self.tr("mains out"), formats.kilometres(dry_m), "km")
        self.people.setText(" · ".join(self._details(facts)))

    def _details(self, facts: PlanFacts) -> list[str]:
        impact, plan = facts.made.impact, facts.plan
        said = [
            recorded.households(impact, self.look.words),
            recorded.people(impact, self.look.words),
            f"{formats.area(impact.area_km2)} km²",
            formats.filled(self.tr("{count} {count|pipe|pipes}"), count=formats.number(len(plan.isolated.pipes))),
        ]
        if len(plan.unintended):
            said.append(self.tr("{length} unintended").format(length=formats.length(plan.unintended.length_m)))
        if len(impact.hydrants_out):
            said.append(self.tr("hydrants dry: {count}").format(count=len(impact.hydrants_out)))
        if len(impact.stations_out):
            said.append(self.tr("stations out: {count}").format(count=len(impact.stations_out)))
        return said
