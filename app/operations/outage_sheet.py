"""What a desk shows of planned outages: the list with its clocks and clashes, and one outage whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from app.dispatch.clocks import Clock, clocks_of
from app.dispatch.facts import FactKind
from app.dispatch.states import table_of
from app.journal.events import EventKey, milliseconds
from app.operations.dispatch_stations import stations_of_plan
from app.operations.outages import OutageDesk, booked, customers_of, judged, plan_of_revision, text_of
from app.operations.told_otherwise import owed_by, owes_word
from app.outages.book import Outage, Revision, Stage, case_of, stage_of
from app.outages.clashes import Booked, clashes
from app.outages.entries import TEXTS
from app.outages.showing import CriticalOne, OutageRow, OutageSheet, OutagesView, changes_of
from app.times import CITY_TIME

_SETTLED = frozenset({Stage.CANCELLED, Stage.OFF, Stage.BACK, Stage.ENDED})
"""Stages that need no judgement of the rules to be known."""
MOST_CRITICAL = 50
"""Critical customers named on a desk; how many there are stands in the figures."""

Taken = dict[EventKey, Booked]
"""What revisions take, kept between two looks: a revision never changes."""


def outages_view(desk: OutageDesk, now: datetime, taken: Taken) -> OutagesView:
    """All outages of *desk*; what is read of revisions is kept in *taken*."""
    clocks: list[Clock] = []
    rows, under_way = [], []
    for outage in desk.book.values():
        row = _row(desk, outage, now, clocks)
        rows.append(row)
        if not row.is_over and row.stage is not Stage.BACK:
            key = outage.plan.key
            if key not in taken:
                taken[key] = booked(desk, outage)
            under_way.append(taken[key])
    events = sum(desk.workspace.state.heads.values())
    return OutagesView(milliseconds(now), tuple(rows), table_of(clocks, CITY_TIME), clashes(under_way), events)


def _row(desk: OutageDesk, outage: Outage, now: datetime, clocks: list[Clock]) -> OutageRow:
    """One outage; its clocks are added to *clocks*."""
    stage, lawful = stage_of(outage, ()), True
    if stage not in _SETTLED:
        found = judged(desk, outage, now)
        stage, lawful = stage_of(outage, found.approvals), found.lawful
    mine = clocks_of(case_of(outage), desk.standards.pack, desk.standards.days)
    places = tuple((len(clocks) + at, clock.rule.id) for at, clock in enumerate(mine))
    clocks += mine
    plan, effect = outage.plan, outage.plan.effect
    return OutageRow(
        number=outage.number,
        title=text_of(desk, plan, "title"),
        stage=stage,
        start_ms=plan.start_ms,
        end_ms=plan.end_ms,
        off_ms=_when(outage, FactKind.WATER_OFF),
        back_ms=_when(outage, FactKind.WATER_BACK),
        households=effect.households,
        affected=effect.out + effect.on_storage + effect.low,
        lawful=lawful,
        target=plan.target,
        clocks=places,
        conflicts=len(outage.conflicts),
        owes_word=owes_word(desk, outage, now),
        off_all_the_same=outage.overtaken is not None and stage is Stage.OFF,
    )


def _when(outage: Outage, kind: FactKind) -> int | None:
    fact = outage.happened(kind)
    return None if fact is None else fact.at_ms


def outage_sheet(desk: OutageDesk, number: str, now: datetime) -> OutageSheet | None:
    """The outage of that number; None where there is none."""
    outage = desk.book.get(number)
    if outage is None:
        return None
    plan, record = outage.plan, plan_of_revision(desk, outage.plan)
    found = judged(desk, outage, now)
    before = outage.revisions[-2] if len(outage.revisions) > 1 else None
    owed, still_announced = owed_by(desk, outage, now)
    return OutageSheet(
        outage=outage,
        stage=stage_of(outage, found.approvals),
        found=found,
        texts={role: text_of(desk, plan, role) for role in TEXTS},
        reasons=_reasons(desk, outage),
        drain_back=tuple(record.get("drain_back", ())),
        verify_closed=tuple(record.get("verify_closed", ())),
        critical=tuple(_critical(desk, plan, record)),
        low_known="customers_low" in record,
        changes=() if before is None else changes_of(before, plan),
        owed=owed.owed,
        owed_messages=owed.messages,
        still_announced=still_announced,
        stations=stations_of_plan(desk.workspace.city, record),
    )


def _reasons(desk: OutageDesk, outage: Outage) -> dict[str, str]:
    texts = {f"{one.key[0]}/{one.key[1]}": one.texts.get("reason") for one in outage.decisions}
    found = {key: desk.workspace.journal.text(text) or "" for key, text in texts.items() if text}
    return {key: text for key, text in found.items() if text}


def _critical(desk: OutageDesk, plan: Revision, record: Mapping[str, Any]) -> Iterator[CriticalOne]:
    """Critical customers by how they fare, those out first; of the newly low, those whom the city's table marks."""
    customers = desk.workspace.city.customers
    marked, shown = set(record.get("critical", ())), 0
    for state, ids in customers_of(desk, plan).items():
        for one in ids:
            row = customers.ids.find(one) if one in marked or state == "low" else -1
            if row >= 0 and shown < MOST_CRITICAL and (one in marked or bool(customers.critical[row])):
                shown += 1
                yield CriticalOne(one, customers.name[row] or customers.address[row], state)
