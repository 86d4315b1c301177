"""Outages told for tests: a book written by hand, without a journal on disk."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from app.dispatch.board import Standards
from app.dispatch.facts import FactKind
from app.dispatch.rule_pack import standard_pack
from app.journal.events import EventKey, milliseconds
from app.outages.book import Outage, book_of
from app.outages.entries import Effect, OutageEntry, OutageKind, Role, Ruling, outage_entity
from app.outages.judge import Judgement, judge
from app.times import CITY_TIME

STANDARDS = Standards(standard_pack())


def at(text: str) -> int:
    """UTC milliseconds of a time of the city, such as 2026-03-17 22:00."""
    return milliseconds(datetime.fromisoformat(text).replace(tzinfo=CITY_TIME))


@dataclass
class Story:
    """One outage, event after event."""

    number: str = "J1"
    entries: list[OutageEntry] = field(default_factory=list)

    def _add(self, kind: OutageKind, when: str, body: dict[str, Any], actor: str, dev: str) -> EventKey:
        key = (dev, len(self.entries) + 1)
        hlc = f"{at(when):016d}"
        self.entries.append(
            OutageEntry(key, None, hlc, kind, outage_entity(self.number), at(when), actor, "", body, {})
        )
        return key

    def plan(
        self,
        when: str,
        start: str,
        end: str,
        *,
        after: EventKey | None = None,
        grows: bool = True,
        actor: str = "planner",
        dev: str = "d1",
        **effect: float,
    ) -> EventKey:
        body = {
            "after": after,
            "plan": None,
            "start_ms": at(start),
            "end_ms": at(end),
            "effect": {name: value for name, value in asdict(Effect(**effect)).items() if value},
            "grows": grows,
        }
        return self._add(OutageKind.REVISED, when, body, actor, dev)

    def told(self, when: str, revision: EventKey, *facts: FactKind) -> None:
        for fact in facts:
            self._add(OutageKind.HAPPENED, when, {"fact": fact.value, "revision": revision}, "hotline", "d1")

    def decided(self, when: str, revision: EventKey, ruling: Ruling, role: Role, rule: str = "") -> None:
        body = {"ruling": ruling.value, "role": role.value, "revision": revision, "rule": rule}
        self._add(OutageKind.DECIDED, when, body, role.value, "d1")

    def outage(self) -> Outage:
        return book_of(self.entries)[self.number]

    def judged(self, now: str) -> Judgement:
        return judge(self.outage(), STANDARDS, at(now))
