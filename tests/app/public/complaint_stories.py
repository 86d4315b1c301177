"""Complaints told for tests: a book written by hand, without a journal on disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.dispatch.board import Standards
from app.dispatch.facts import FactKind
from app.dispatch.rule_pack import standard_pack
from app.journal.events import Event, canonical, milliseconds
from app.public.book import Book, advance
from app.public.entries import BODIES, COMPLAINT, ComplaintEvent, ComplaintKind
from app.public.view import ComplaintView, view_of
from app.times import CITY_TIME

STANDARDS = Standards(standard_pack())


def at(text: str) -> int:
    """UTC milliseconds of a time of the city, such as 2026-03-12 14:00."""
    return milliseconds(datetime.fromisoformat(text).replace(tzinfo=CITY_TIME))


@dataclass
class Story:
    """Events about complaints, one after the other."""

    events: list[Event] = field(default_factory=list)

    def _add(
        self, kind: ComplaintEvent, entity: str, body: dict[str, Any], at_ms: int, dev: str = "d1"
    ) -> tuple[str, int]:
        draft = BODIES.drafted(kind, entity, body, at_ms=at_ms)
        number = sum(one.dev == dev for one in self.events) + 1
        body_text = canonical(dict(draft.body))
        self.events.append(
            Event(dev, number, 0, f"{at_ms:016d}", at_ms, "desk", "", kind, 1, entity, body_text, "", "")
        )
        return dev, number

    def opened(self, name: str, when: int | str, kind: ComplaintKind = ComplaintKind.COLOUR, **said: Any) -> str:
        """A complaint; its entity."""
        at_ms = at(when) if isinstance(when, str) else when
        self._add(ComplaintEvent.OPENED, COMPLAINT + name, {"kind": kind.value, "source": "phone", **said}, at_ms)
        return COMPLAINT + name

    def fact(self, entity: str, kind: FactKind, when: str, **more: Any) -> tuple[str, int]:
        return self._add(ComplaintEvent.HAPPENED, entity, {"fact": kind.value, **more}, at(when))

    @property
    def book(self) -> Book:
        return advance(Book(), self.events, {"d1": len(self.events)})

    def view(self, now: str) -> ComplaintView:
        return view_of(self.book, STANDARDS, at(now))
