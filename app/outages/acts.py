"""What can be done with planned outages, as frozen records: command line, window and tests speak these.

:mod:`app.operations.outages` carries them out; what cannot be done is answered by :class:`~app.dispatch.acts.No`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.dispatch.facts import FactKind, Value
from app.journal.events import EventKey
from app.outages.entries import Effect, Role, Ruling


@dataclass(frozen=True)
class Revise:
    """Plan an outage, or plan it anew.

    Attributes:
        record: The isolation plan as the journal keeps it (:func:`app.operations.plan_record.plan_record`).
        effect: Whom it takes the water from.
        start_ms, end_ms: The window to be announced, UTC.
        number: "" for a new outage.
        after: The revision that the planner has seen; None for a new outage.
        texts: Free words: title, reason, supply, traffic, note.
    """

    record: Mapping[str, Any]
    effect: Effect
    start_ms: int
    end_ms: int
    number: str = ""
    after: EventKey | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """Approve, refuse, waive a rule for, or call off the plan as it is now."""

    number: str
    ruling: Ruling
    role: Role
    rule: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Happened:
    """Something happened to an outage: a notice went out, the water is off, or back.

    Attributes:
        despite: Why the water goes off though something that must be done before was not; "" where all was.
        of: The revision that it happened to: of a notice that by which it was written; None for the one that holds.
    """

    number: str
    fact: FactKind
    at_ms: int | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    despite: str = ""
    of: EventKey | None = None


OutageAct = Revise | Rule | Happened
