"""What a hotline desk shows of complaints: rows with their clocks, who is to be called back, what is escalated.

Worked out when events come; between, the window compares times: ``view.table.states(now_ms)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from app.dispatch.board import Standards
from app.dispatch.clocks import ENDLESS_MS, Clock, clocks_of
from app.dispatch.states import ClockState, ClockTable, table_of
from app.public.book import Book, Complaint, Escalation, Information, Stage
from app.public.callbacks import CallbackResult, callback_results
from app.public.entries import ComplaintKind
from app.public.linking import Happening, Proposed, proposals

RECENT_MS = 24 * 3_600_000
"""House: how long what is over stays in the list."""

RESULTS_MS = 7 * 24 * 3_600_000
"""House: how long what a callback found stays in the list."""

CALLBACKS = ("C4", "C5", "C6")
"""Clocks by which a customer is called back, or what he suggested is dealt with."""


@dataclass(frozen=True)
class ComplaintRow:
    """One complaint or escalation.

    Attributes:
        clocks: Places of its begun clocks in ``view.clocks``.
        callback: The first of :data:`CALLBACKS` that is begun and not met; "" where nobody is to be called.
        proposed: Incidents and outages that it may belong to; none once it is linked.
        level: Of an escalation: who is next to acknowledge it.
        count: Of an escalation: how many complaints called it.
        about: Of information that the public is to have: what it is about; "" for complaints.
        urgent: Of such information: whether it is to be published at once.
    """

    entity: str
    number: str
    kind: ComplaintKind
    stage: Stage
    opened_ms: int
    customer: str
    area: str
    pipe: str
    place_m: tuple[float, float] | None
    linked_to: str
    clocks: tuple[int, ...]
    callback: str
    proposed: tuple[Proposed, ...] = ()
    level: str = ""
    cause: str = ""
    count: int = 0
    about: str = ""
    urgent: bool = False


@dataclass(frozen=True, eq=False)
class ComplaintView:
    """Everything at a moment.

    Attributes:
        rows: Open complaints and information to be published, and what ended within a day, the most pressing clock
            first.
        escalations: Those that are not acknowledged by all levels, the oldest first.
        heads: Of the journal that it was made from.
        texts: Name, masked phone, address and note by entity.
        called: What callbacks of the last days found, the latest first.
    """

    now_ms: int
    rows: tuple[ComplaintRow, ...]
    escalations: tuple[ComplaintRow, ...]
    clocks: tuple[Clock, ...]
    table: ClockTable
    heads: Mapping[str, int]
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    called: tuple[CallbackResult, ...] = ()

    def row(self, entity: str) -> ComplaintRow | None:
        """The row of *entity*."""
        return next((one for one in (*self.rows, *self.escalations) if one.entity == entity), None)


def view_of(book: Book, standards: Standards, now_ms: int, happenings: Iterable[Happening] = ()) -> ComplaintView:
    """What the desk shows at *now_ms*."""
    zone, felt = ZoneInfo(standards.pack.zone), tuple(happenings)
    clocks: list[Clock] = []
    kept = (*book.complaints.values(), *book.information.values())
    rows = [_row(one, standards, clocks, felt) for one in kept if _is_shown(one, now_ms)]
    open_ones = [one for one in book.escalations.values() if one.stage is not Stage.CANCELLED and one.waits_for]
    called = [_row(one, standards, clocks, ()) for one in sorted(open_ones, key=lambda one: one.opened_ms)]
    table = table_of(clocks, zone)
    states = table.states(now_ms)

    def pressing(row: ComplaintRow) -> tuple[bool, int, int]:
        worst = max((int(states[at]) for at in row.clocks), default=0)
        is_over = row.stage in {Stage.CLOSED, Stage.CANCELLED}
        due = [int(table.due_ms[at]) for at in row.clocks if states[at] >= ClockState.RUNNING]
        return (is_over, -worst if worst >= ClockState.AT_RISK else 0, min(due, default=ENDLESS_MS))

    rows.sort(key=lambda row: (*pressing(row), row.opened_ms, row.entity))
    results = callback_results(book, now_ms - RESULTS_MS)
    return ComplaintView(now_ms, tuple(rows), tuple(called), tuple(clocks), table, dict(book.heads), called=results)


def _is_shown(one: Complaint, now_ms: int) -> bool:
    return one.is_open or one.standing_facts[-1].at_ms >= now_ms - RECENT_MS


def _row(one: Complaint, standards: Standards, clocks: list[Clock], happenings: tuple[Happening, ...]) -> ComplaintRow:
    begun = [clock for clock in clocks_of(one.case, standards.pack, standards.days) if clock.verdict.start is not None]
    first = len(clocks)
    clocks.extend(begun)
    waiting = [clock.rule.id for clock in begun if clock.verdict.met is None]
    return ComplaintRow(
        one.entity,
        one.number,
        one.kind,
        one.stage,
        one.opened_ms,
        one.said("customer"),
        one.said("area"),
        one.said("pipe"),
        one.place_m,
        one.linked_to,
        tuple(range(first, first + len(begun))),
        next((rule for rule in CALLBACKS if rule in waiting), "") if one.is_open else "",
        () if one.linked_to or not one.is_open or isinstance(one, Information) else proposals(one, happenings),
        one.waits_for if isinstance(one, Escalation) else "",
        one.cause.value if isinstance(one, Escalation) else "",
        len(one.complaints) if isinstance(one, Escalation) else 0,
        one.about.value if isinstance(one, Information) else "",
        isinstance(one, Information) and one.is_urgent,
    )
