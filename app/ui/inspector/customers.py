"""Everyone affected: critical customers first, then by kind, then the whole list with how each was linked."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QLineEdit

from app.messages import formats
from app.messages.describe import Thing
from app.ui import fonts
from app.ui.look import Look
from app.ui.plan_facts import CategoryCount, PlanFacts
from app.ui.session import Session
from app.ui.tables import Column, Table
from app.ui.widgets import Panel, Section, column
from network.assets import LinkMethod

NAME_PX = 152
"""A name shows eight Chinese characters at least, with the mark before it."""


class CustomersSection(Panel):
    """Three tables: critical customers, customers by kind, all customers."""

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self._critical, self._kinds, self._all = Section(look), Section(look), Section(look)
        self.critical_table = Table(look, most_rows=8)
        self.kinds_table = Table(look, most_rows=8)
        self.table = Table(look, most_rows=10)
        self.filter = QLineEdit()
        self.filter.setFont(fonts.font(fonts.TABLE))
        self.filter.setFixedWidth(150)
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self.table.filter)
        self._critical.body.addWidget(self.critical_table)
        self._kinds.body.addWidget(self.kinds_table)
        self._all.header.add(self.filter)
        self._all.body.addWidget(self.table)
        column(self, self._critical, self._kinds, self._all)
        for table in (self.table, self.critical_table):
            table.chosen.connect(self._choose)
        session.plan_changed.connect(self.retranslate)
        self.retranslate()

    def _choose(self, customer: int) -> None:
        self._session.pick(Thing("customer", customer))

    def retranslate(self) -> None:
        facts = self._session.plan
        rows = [] if facts is None else facts.customers.tolist()
        self.appear(bool(rows))
        if facts is None or not rows:
            return
        critical = facts.customers[facts.city.customers.critical[facts.customers]].tolist()
        self._critical.setVisible(bool(critical))
        self._critical.header.title.setText(self.tr("Critical customers"))
        self._critical.header.note.set_text(formats.number(len(critical)))
        self.critical_table.fill(self._critical_columns(facts), critical)
        self._kinds.header.title.setText(self.tr("Customers by kind"))
        self._kinds.header.note.set_text("")
        self.kinds_table.fill(self._kind_columns(), facts.by_category)
        self._all.header.title.setText(self.tr("Customers"))
        self._all.header.note.set_text(formats.number(len(rows)))
        self.filter.setPlaceholderText(self.tr("Filter"))
        self.table.fill(self._columns(facts), rows)

    def _state(self, facts: PlanFacts, customer: int) -> str:
        words = self.look.words
        if not facts.is_stored(customer):
            return words.say("supply", "out")
        hours = facts.storage_hours(customer)
        stored = words.say("supply", "on_storage")
        return stored if math.isnan(hours) else f"{stored} {formats.number(hours, 1)} h"

    def _name(self, facts: PlanFacts, customer: int) -> str:
        customers = facts.city.customers
        return customers.name[customer] or customers.address[customer] or customers.ids[customer]

    def _kind(self, facts: PlanFacts, customer: int) -> str:
        return self.look.words.name("category", facts.city.customers.category[customer] or "unrecorded")

    def _critical_columns(self, facts: PlanFacts) -> tuple[Column, ...]:
        return (
            Column(
                self.tr("Name"),
                lambda row: self._name(facts, row),
                least=NAME_PX,
                elide=True,
                icon=lambda row: ("critical", "on_storage" if facts.is_stored(row) else "leak"),
                strong=True,
            ),
            Column(self.tr("Kind"), lambda row: self._kind(facts, row), width=72, elide=True, tone=lambda _row: "t2"),
            Column(
                self.tr("State"),
                lambda row: self._state(facts, row),
                width=72,
                tone=lambda row: "on_storage" if facts.is_stored(row) else "leak",
            ),
        )

    def _kind_columns(self) -> tuple[Column, ...]:
        def kind(count: CategoryCount) -> str:
            return self.look.words.name("category", count.category)

        return (
            Column(self.tr("Kind"), kind),
            Column(self.tr("Out"), lambda row: formats.number(row.out), key=lambda row: row.out, width=96, number=True),
            Column(
                self.tr("On storage"),
                lambda row: formats.number(row.on_storage),
                key=lambda row: row.on_storage,
                width=96,
                number=True,
            ),
        )

    def _columns(self, facts: PlanFacts) -> tuple[Column, ...]:
        tap, words = facts.city.customers.tap, self.look.words

        def link(customer: int) -> str:
            return words.say("link_method", LinkMethod(int(tap.method[customer])).name.lower())

        def distance(customer: int) -> str:
            return formats.number(float(tap.distance_m[customer]), 1)

        return (
            Column(
                self.tr("Customer"),
                lambda row: self._name(facts, row),
                least=NAME_PX,
                elide=True,
                icon=lambda row: ("critical", "leak") if facts.city.customers.critical[row] else None,
            ),
            Column(self.tr("Kind"), lambda row: self._kind(facts, row), width=56, elide=True, tone=lambda _row: "t2"),
            Column(self.tr("State"), lambda row: self._state(facts, row), width=48, elide=True, tone=lambda _row: "t2"),
            Column(self.tr("Linked by"), link, width=64, elide=True, tone=lambda _row: "t2"),
            Column(self.tr("m"), distance, key=lambda row: float(tap.distance_m[row]), width=48, number=True),
        )
