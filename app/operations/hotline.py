"""What the hotline answers: is this customer without water, why, until when, and who is there.

One search by address, name, id, meter or phone number. Phone numbers are compared by their digits and told masked.
Reasons come from outages that are carried out, from incidents with a plan, and from the record of valves, which alone
may know of water that is off; planned outages of the next days are told as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from app.dispatch.facts import FactKind
from app.dispatch.view import DispatchView, QueueRow
from app.journal.events import EventKey, milliseconds
from app.operations.dispatch import DispatchDesk, look
from app.operations.meters import kept_meters
from app.operations.outage_told import begun_by, ledger_of, was_told
from app.operations.outages import OutageDesk, customers_of, stage, text_of
from app.operations.plan_bodies import plan_of_incident
from app.outages.book import Outage, Revision, Stage
from app.public.found import NOT_NOW, Cause, CauseKind, Fares, Found
from gis.meters import MeterBook
from gis.search import SearchIndex
from network.columns import Int64, TextColumn
from network.supply import SupplyModel

AHEAD_MS = 7 * 86_400_000
"""Planned outages so far ahead are told (house)."""

LAPSED_MS = 7 * 86_400_000
"""So long after its announced end an outage of which nothing was recorded is told (house)."""

RESTORES = ("E2", "E3")
"""Clocks by which water must be back."""

_FEWEST_DIGITS = 4
_NO_DIGIT = re.compile(r"\D+")
_NOT_RECORDED = frozenset({CauseKind.DUE, CauseKind.LAPSED})
_WORST_FIRST = tuple(Fares)
_UNDER_WAY = frozenset({Stage.OFF, Stage.BACK, Stage.ENDED})
_WATER = frozenset({FactKind.WATER_OFF, FactKind.WATER_BACK})

Concerned = Mapping[Fares, frozenset[str]]
"""Ids of customers by how they fare."""


@dataclass(frozen=True, eq=False)
class PhoneBook:
    """Digits of all phone numbers, laid end to end, to be searched as one text.

    Attributes:
        digits: ASCII.
        offsets: Shape (customers + 1,): row i is ``digits[offsets[i]:offsets[i + 1]]``.
    """

    digits: bytes
    offsets: Int64

    @classmethod
    def of(cls, phones: TextColumn) -> PhoneBook:
        """The digits of *phones*."""
        is_digit = (phones.data >= ord("0")) & (phones.data <= ord("9"))
        before = np.concatenate([[0], np.cumsum(is_digit)])
        return cls(phones.data[is_digit].tobytes(), before[phones.offsets].astype(np.int64))

    def rows(self, wanted: str, most: int) -> list[int]:
        """Rows whose number holds the digits *wanted*, at most so many; none for too few digits."""
        key, at = wanted.encode(), 0
        found: list[int] = []
        if len(key) < _FEWEST_DIGITS:
            return found
        while len(found) < most and (at := self.digits.find(key, at)) >= 0:
            row = int(np.searchsorted(self.offsets, at, side="right")) - 1
            if at + len(key) <= self.offsets[row + 1]:
                found.append(row)
                at = int(self.offsets[row + 1])
            else:
                at += 1
        return found


def masked(phone: str) -> str:
    """*phone* with all but its last four digits hidden.

    >>> masked("0531-55500001"), masked("")
    ('****0001', '')
    """
    digits = _NO_DIGIT.sub("", phone)
    return f"****{digits[-4:]}" if digits else ""


@dataclass(frozen=True, eq=False)
class Hotline:
    """All that the hotline looks at, made ready; make it anew when the journal has moved on."""

    model: SupplyModel
    search: SearchIndex
    phones: PhoneBook
    meters: MeterBook | None
    outages: OutageDesk
    view: DispatchView
    now: datetime
    _concerned: Mapping[EventKey, Concerned]
    _plans: Mapping[str, EventKey]
    _water: Mapping[str, FactKind] = field(default_factory=dict)
    _promised: tuple[tuple[Outage, Revision, CauseKind], ...] = ()

    @classmethod
    def ready(
        cls,
        model: SupplyModel,
        search: SearchIndex,
        outages: OutageDesk,
        dispatch: DispatchDesk,
        now: datetime,
        books: tuple[PhoneBook, MeterBook | None] | None = None,
    ) -> Hotline:
        """Read what open outages and incidents take the water from; *books* are made anew where there are none."""
        open_ones = [one for one in outages.book.values() if one.plan.plan is not None and _is_told(outages, one, now)]
        concerned: dict[EventKey, Concerned] = {}
        for one in open_ones:
            lists = customers_of(outages, one.plan)
            concerned[one.plan.key] = {fares: frozenset(lists[fares.value]) for fares in Fares}
        plans: dict[str, EventKey] = {}
        water: dict[str, FactKind] = {}
        for entity, incident in dispatch.board.incidents.items():
            planned = plan_of_incident(dispatch.workspace.journal, incident) if incident.is_open else None
            if planned is None:
                continue
            key, facts = planned
            plans[entity] = key
            # A plan of the field may have come from elsewhere, and need not name them.
            out, stored = (frozenset(facts.get(f"customers_{how}", ())) for how in ("out", "on_storage"))
            concerned[key] = {Fares.OUT: out, Fares.ON_STORAGE: stored}
            told = sorted((fact for fact in incident.facts if fact.kind in _WATER), key=lambda fact: fact.at_ms)
            if told:
                water[entity] = told[-1].kind
        promised = tuple(_promised(outages, now))
        for one, plan, _ in promised:
            lists = customers_of(outages, plan)
            kept = concerned.get(one.plan.key, {})
            spared = frozenset(name for some in kept.values() for name in some)
            concerned[plan.key] = {fares: frozenset(lists[fares.value]) - spared for fares in Fares}
        phones, meters = books or (PhoneBook.of(model.city.customers.phone), kept_meters(dispatch.workspace))
        return cls(model, search, phones, meters, outages, look(dispatch, now), now, concerned, plans, water, promised)

    def at(self, now: datetime) -> Hotline:
        """The same at another moment: what is planned comes nearer, and begins."""
        return replace(self, now=now)

    def look_up(self, text: str, most: int = 8) -> tuple[Found, ...]:
        """Customers that *text* may mean, the best first, each with how he stands."""
        digits = _NO_DIGIT.sub("", text)
        by_phone = self.phones.rows(digits, most) if not re.search(r"[^\d\s()+-]", text) else []
        hits = (hit.row for hit in self.search.find(text, 3 * most) if hit.kind == "customer" and hit.row >= 0)
        by_meter = self.meters.rows(text) if self.meters is not None else []
        rows = list(dict.fromkeys([*by_meter, *by_phone, *hits]))[:most]
        return tuple(self._found(row, text.strip() if row in by_meter else "") for row in rows)

    def _found(self, row: int, meter: str) -> Found:
        customers = self.model.city.customers
        name = customers.ids[row]
        causes = (*self._outages(name), *self._incidents(name), *self._not_to_be(name))
        causes = (*self._valves(row, causes), *causes)
        place = float(customers.x_m[row]), float(customers.y_m[row])
        said = (name, customers.name[row], customers.address[row], masked(customers.phone[row]))
        return Found(row, *said, causes, *place, meter)

    def _valves(self, row: int, causes: Sequence[Cause]) -> Iterator[Cause]:
        """What the record of valves adds: that the customer fares worse than *causes*, as far as recorded, say.

        A plan may count on low pressure where valves closed since leave nothing at all.
        """
        now = [cause for cause in causes if cause.kind not in NOT_NOW]
        sure = {cause.fares for cause in now if cause.kind not in _NOT_RECORDED}
        if self._cut_off(row):
            fares, worst = self._without_supply(row), next((one for one in Fares if one in sure), None)
            if worst is None or _WORST_FIRST.index(fares) < _WORST_FIRST.index(worst):
                yield Cause(CauseKind.VALVES_TOO if now else CauseKind.VALVES, fares=fares)

    def _cut_off(self, row: int) -> bool:
        """Whether by the record of valves nothing supplies the customer's tap."""
        segments = self.model.structure.customer_taps.segments_of(np.array([row]))
        return bool(len(segments)) and not bool(self.model.supplied[segments].any())

    def _without_supply(self, row: int) -> Fares:
        """How the customer fares whose tap nothing supplies: a station's tank may hold water."""
        city = self.model.city
        station = int(city.customers.station[row])
        return Fares.ON_STORAGE if station >= 0 and city.stations.storage_m3[station] > 0.0 else Fares.OUT

    def _outages(self, name: str) -> Iterator[Cause]:
        now_ms = milliseconds(self.now)
        for one in self.outages.book.values():
            fares = _fares(self._concerned.get(one.plan.key, {}), name)
            kind = None if fares is None else self._kind(one, now_ms)
            # Who was only to have less pressure has water, whether or not it was carried out.
            over = kind is CauseKind.LAPSED and fares is Fares.LOW
            if fares is not None and kind is not None and not over:
                yield Cause(
                    kind,
                    one.number,
                    text_of(self.outages, one.plan, "reason"),
                    one.plan.start_ms,
                    one.plan.end_ms,
                    fares=fares,
                    overdue=kind is CauseKind.OUTAGE and now_ms > one.plan.end_ms,
                )

    def _not_to_be(self, name: str) -> Iterator[Cause]:
        """Outages that the customer was told of, and that will not be as he was told."""
        for one, told, kind in self._promised:
            fares = _fares(self._concerned[told.key], name)
            if fares is not None and milliseconds(self.now) < told.end_ms:
                reason = text_of(self.outages, told, "reason")
                yield Cause(kind, one.number, reason, told.start_ms, told.end_ms, fares=fares)

    def _kind(self, one: Outage, now_ms: int) -> CauseKind | None:
        """What a planned outage is to its customers now; None for one that is far off, or long past unrecorded."""
        if stage(self.outages, one, self.now) is Stage.OFF:
            return CauseKind.OUTAGE
        if one.plan.start_ms <= now_ms:
            if now_ms < one.plan.end_ms:
                return CauseKind.DUE
            return CauseKind.LAPSED if now_ms < one.plan.end_ms + LAPSED_MS else None
        return CauseKind.AHEAD if now_ms + AHEAD_MS >= one.plan.start_ms else None

    def _incidents(self, name: str) -> Iterator[Cause]:
        for entity, key in self._plans.items():
            fares, row = _fares(self._concerned[key], name), self.view.row(entity)
            if row is not None and fares is not None and self._water.get(entity) is not FactKind.WATER_BACK:
                yield self._incident(row, fares)

    def _incident(self, row: QueueRow, fares: Fares) -> Cause:
        restoring = [clock for clock in (self.view.clocks[at] for at in row.clocks) if clock.rule in RESTORES]
        forecasts = [clock.forecast.p90_ms for clock in restoring if clock.forecast is not None]
        until_ms = min((clock.due_ms for clock in restoring if clock.due_ms is not None), default=None)
        return Cause(
            CauseKind.INCIDENT,
            row.number,
            row.kind,
            row.opened_ms,
            until_ms,
            min(forecasts, default=None),
            row.crews,
            fares,
            overdue=until_ms is not None and milliseconds(self.now) > until_ms,
        )


def _fares(concerned: Concerned, name: str) -> Fares | None:
    """How the customer fares by what *concerned* says; None where it does not name him."""
    return next((fares for fares in Fares if name in concerned.get(fares, ())), None)


def _promised(outages: OutageDesk, now: datetime) -> Iterator[tuple[Outage, Revision, CauseKind]]:
    """Outages of which customers were told otherwise than they are now, with the plan that they were told of."""
    with ledger_of(outages) as ledger:
        for one in outages.book.values():
            how_far = stage(outages, one, now)
            if how_far in _UNDER_WAY or all(plan.end_ms <= milliseconds(now) for plan in one.revisions):
                continue
            told = next((plan for plan in reversed(begun_by(one)) if was_told(one, plan, ledger)), None)
            if told is None or (told.key == one.plan.key and how_far is not Stage.CANCELLED):
                continue
            changing = how_far in {Stage.DRAFT, Stage.REFUSED}
            yield one, told, CauseKind.CHANGING if changing else CauseKind.CALLED_OFF


def _is_told(outages: OutageDesk, one: Outage, now: datetime) -> bool:
    """Whether the hotline should know of it: approved, announced, or under way; and not over."""
    return stage(outages, one, now) in {Stage.APPROVED, Stage.ANNOUNCED, Stage.OFF}
