"""One incident whole: its clocks with what decided them, its steps, its time line, its orders, its plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.dispatch.clocks import Clock
from app.dispatch.entries import EntryKind
from app.dispatch.field_plan import FieldPlan
from app.dispatch.incidents import Incident
from app.dispatch.life import Life
from app.dispatch.orders import Order
from app.dispatch.stations import ChoreState, StationHit
from app.journal.events import EventKey


@dataclass(frozen=True)
class Line:
    """One line of a time line.

    Attributes:
        key: The event: a clock's ``decided_by`` names these.
        at_ms: When it happened.
        written_ms: When it was written down, by the journal's clock.
        crew: For which crew its author acted; "" for none.
        kind: What sort of event; *code* says what exactly: a fact, a course, a step of an order, a crew.
        values: Its facts, as the journal has them.
        texts: Free text by role; None where it was erased.
        corrects: The event that this one puts right.
        corrected: Whether a later line puts it right.
        entity: The incident, one that was merged into it, or an order.
    """

    key: EventKey
    at_ms: int
    written_ms: int
    actor: str
    kind: EntryKind
    code: str
    values: Mapping[str, Any]
    texts: Mapping[str, str | None]
    corrects: EventKey | None
    corrected: bool
    entity: str
    crew: str = ""

    @property
    def who(self) -> str:
        """Who said it, and for which crew."""
        return " · ".join(dict.fromkeys(one for one in (self.actor, self.crew) if one))


@dataclass(frozen=True)
class Sheet:
    """One incident whole.

    Attributes:
        clocks: Every one that applies, with both verdicts and all readings.
        bars: What bars its closing now, as :func:`app.operations.dispatch_drafts.bars_to_closing` says.
        lines: What happened, by time.
        plan: The body of the plan attached last, with its customers' list as it was then; None without one.
        plan_key: The event of that plan.
        field_plan: What the field goes by instead; None where it goes by that plan.
        stations: Secondary stations that it hits: who is out at once, who lives on storage and how long.
        checklist: What is to be done there. It is recorded as ``chore.done`` with *chore* and *station*.
    """

    incident: Incident
    clocks: tuple[Clock, ...]
    life: Life
    bars: tuple[str, ...]
    lines: tuple[Line, ...]
    orders: tuple[Order, ...]
    plan: Mapping[str, Any] | None = None
    plan_key: EventKey | None = None
    field_plan: FieldPlan | None = None
    stations: tuple[StationHit, ...] = ()
    checklist: tuple[ChoreState, ...] = ()
