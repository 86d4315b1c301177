"""Everything that a dispatch desk knows, folded from the journal bit by bit.

Only what an event concerns is worked out anew: its incident with those merged into it, that incident's clocks, the
crew, the order. The same events in any portions and any order give the same board.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from app.dispatch.clocks import Clock, clocks_of
from app.dispatch.duty import CREW, Duty, duties_of
from app.dispatch.entries import Entry, EntryKind
from app.dispatch.incidents import INCIDENT, Incident, Ledger, incidents_of, take_in
from app.dispatch.orders import ORDER, Order, orders_of
from app.dispatch.rules import RulePack
from app.dispatch.workdays import Calendar
from app.journal.causality import Lineage
from app.journal.events import Event

DESK = "desk"
"""Entity of what concerns the desk itself: handover, muted sounds."""


@dataclass(frozen=True)
class Standards:
    """By what clocks are judged."""

    pack: RulePack
    days: Calendar = field(default_factory=Calendar)


@dataclass(frozen=True, eq=False)
class Board:
    """The desk's state.

    Attributes:
        heads: Last event number of each device that was folded in, of whatever kind.
        lineage: What devices that began as copies had held.
        incidents: By entity; merged ones stand inside the one that they were merged into.
        clocks: By incident.
        duties: Crews by id.
        orders: By number.
    """

    standards: Standards
    heads: Mapping[str, int] = field(default_factory=dict)
    lineage: Lineage = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    incidents: Mapping[str, Incident] = field(default_factory=dict)
    clocks: Mapping[str, tuple[Clock, ...]] = field(default_factory=dict)
    duties: Mapping[str, Duty] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)

    def entries(self, entity: str) -> tuple[Entry, ...]:
        """What the journal says of one entity, by event."""
        return self.ledger.entries.get(entity, ())

    def holding(self, entity: str) -> str:
        """The incident that *entity* belongs to now: itself, or the one that it was merged into."""
        if entity in self.incidents:
            return entity
        return next((head for head, one in self.incidents.items() if entity in one.merged), entity)


def advance(board: Board, events: Iterable[Event], heads: Mapping[str, int], lineage: Lineage) -> Board:
    """*board* with *events*.

    Args:
        board: As it was.
        events: New ones, of any kinds, in any order.
        heads: How far the journal's fold has come with them.
        lineage: As the journal's fold has it now.
    """
    news = list(events)
    ledger = take_in(board.ledger, news)
    known = set(EntryKind)
    touched = {event.entity for event in news if event.kind in known}
    whole = lineage != board.lineage
    if whole:
        # Who had seen what has changed for everything.
        touched = set(ledger.entries)
    ahead = replace(board, heads=dict(heads), lineage=lineage, ledger=ledger)
    if any(event.kind == EntryKind.MERGED for event in news):
        touched |= {entity for entity in ledger.entries if entity.startswith(INCIDENT)}
    return _crews_and_orders(_incidents(ahead, touched), touched)


def _incidents(board: Board, touched: set[str]) -> Board:
    about = {board.holding(entity) for entity in touched if entity.startswith(INCIDENT)}
    if not about:
        return board
    parts = {part for head in about for part in (head, *_merged(board, head))}
    some = Ledger({entity: board.entries(entity) for entity in parts if board.entries(entity)})
    told = incidents_of(some, board.lineage)
    incidents = {head: one for head, one in board.incidents.items() if head not in parts} | told
    clocks = {head: board.clocks[head] for head in incidents if head in board.clocks}
    pack, days = board.standards.pack, board.standards.days
    clocks |= {head: clocks_of(one.case, pack, days) for head, one in told.items()}
    return replace(board, incidents=incidents, clocks=clocks)


def _merged(board: Board, head: str) -> tuple[str, ...]:
    return board.incidents[head].merged if head in board.incidents else ()


def _crews_and_orders(board: Board, touched: set[str]) -> Board:
    about = {entity: board.entries(entity) for entity in touched}
    duties = duties_of(about, board.lineage)
    orders = {order.number: order for order in orders_of(about)}
    if any(entity.startswith((CREW, ORDER)) for entity in about):
        return replace(board, duties={**board.duties, **duties}, orders={**board.orders, **orders})
    return board


def restandard(board: Board, standards: Standards) -> Board:
    """*board* judged by other *standards*."""
    pack, days = standards.pack, standards.days
    clocks = {head: clocks_of(one.case, pack, days) for head, one in board.incidents.items()}
    return replace(board, standards=standards, clocks=clocks)
