"""Everything that a dispatch desk knows, folded from the journal bit by bit.

Only what an event concerns is worked out anew: its incident with those merged into it, that incident's clocks, the
crew, the order. The same events in any portions and any order give the same board.

What has long been over is *shelved*: its entries are let go, and only its name is kept. Whatever is heard of it later
brings it back from the journal whole, so that years of incidents cost neither memory nor time and nothing is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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

Recall = Callable[[str], Iterable[Event]]
"""Gives all events about an entity again."""


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
        clocks: Of open incidents; ask :meth:`clocks_of`, which works out those of closed ones when they are wanted.
        duties: Crews by id.
        orders: By number.
        shelved: Incidents and orders that are long over, each with the name of the company that comes back with it.
        cuts: For crews whose older entries were let go, the rank below which nothing is kept.
    """

    standards: Standards
    heads: Mapping[str, int] = field(default_factory=dict)
    lineage: Lineage = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    incidents: Mapping[str, Incident] = field(default_factory=dict)
    clocks: Mapping[str, tuple[Clock, ...]] = field(default_factory=dict)
    duties: Mapping[str, Duty] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)
    shelved: Mapping[str, str] = field(default_factory=dict)
    cuts: Mapping[str, tuple[float, str, str, int]] = field(default_factory=dict)

    def entries(self, entity: str) -> tuple[Entry, ...]:
        """What the journal says of one entity, by event; nothing of one that is shelved."""
        return self.ledger.entries.get(entity, ())

    def holding(self, entity: str) -> str:
        """The incident that *entity* belongs to now: itself, or the one that it was merged into."""
        if entity in self.incidents:
            return entity
        return next((head for head, one in self.incidents.items() if entity in one.merged), entity)

    def clocks_of(self, entity: str) -> tuple[Clock, ...]:
        """Clocks of an incident that the board holds."""
        if entity in self.clocks:
            return self.clocks[entity]
        return clocks_of(self.incidents[entity].case, self.standards.pack, self.standards.days)

    def names(self, start: str) -> Iterable[str]:
        """Every entity ever heard of whose name begins so."""
        return (entity for known in (self.ledger.entries, self.shelved) for entity in known if entity.startswith(start))


def advance(
    board: Board, events: Iterable[Event], heads: Mapping[str, int], lineage: Lineage, recall: Recall | None = None
) -> Board:
    """*board* with *events*.

    Args:
        board: As it was.
        events: New ones, of any kinds, in any order.
        heads: How far the journal's fold has come with them.
        lineage: As the journal's fold has it now.
        recall: Brings back what is shelved; needed where anything is.
    """
    known = set(EntryKind)
    news = [event for event in events if event.kind in known]
    whole = lineage != board.lineage
    if recall is not None:
        board = _fetched(board, news, recall, everything=whole)
    ledger = take_in(board.ledger, news)
    touched = {event.entity for event in news}
    if whole:
        # Who had seen what has changed for everything.
        touched = set(ledger.entries)
    ahead = replace(board, heads=dict(heads), lineage=lineage, ledger=ledger)
    return _crews_and_orders(_incidents(ahead, touched), touched)


def recalled(board: Board, entity: str, recall: Recall) -> Board:
    """*board* with the incident that holds *entity*, if that is shelved."""
    return _back(board, [entity], recall) if entity in board.shelved else board


def _fetched(board: Board, news: Iterable[Event], recall: Recall, *, everything: bool) -> Board:
    """*board* with whatever *news* concern taken from the shelf."""
    if everything:
        return _back(board, [*board.shelved, *board.cuts], recall)
    wanted = []
    for event in news:
        wanted.append(event.entity)
        if event.kind == EntryKind.MERGED:
            wanted.append(str(event.facts.get("into", "")))
    late = sorted({event.entity for event in news if event.entity in board.cuts and _is_late(board, event)})
    found = [entity for entity in dict.fromkeys(wanted) if entity in board.shelved]
    return _back(board, [*found, *late], recall) if found or late else board


def goals_of(entries: Iterable[Entry]) -> list[str]:
    """What *entries* say that their incident was merged into, whether that holds or not."""
    return [str(entry.facts["into"]) for entry in entries if entry.kind is EntryKind.MERGED]


def _is_late(board: Board, event: Event) -> bool:
    """Whether *event* comes before what was let go of its crew: then all of it must be looked at again."""
    hub_seq = float("inf") if event.hub_seq is None else event.hub_seq
    return (hub_seq, event.hlc, *event.key) < board.cuts[event.entity]


def _back(board: Board, entities: Iterable[str], recall: Recall) -> Board:
    heads = {board.shelved.get(entity, entity) for entity in entities}
    parts = {entity for entity, head in board.shelved.items() if head in heads} | heads
    ledger = take_in(board.ledger, (event for entity in sorted(parts) for event in recall(entity)))
    shelved = {entity: head for entity, head in board.shelved.items() if entity not in parts}
    cuts = {entity: rank for entity, rank in board.cuts.items() if entity not in parts}
    back = replace(board, ledger=ledger, shelved=shelved, cuts=cuts)
    return _crews_and_orders(_incidents(back, parts), parts)


def _incidents(board: Board, touched: set[str]) -> Board:
    about = {entity for entity in touched if entity.startswith(INCIDENT)}
    if not about:
        return board
    parts = {part for one in together(board.ledger, about) for part in one}
    told = incidents_of(Ledger({part: board.entries(part) for part in parts if board.entries(part)}), board.lineage)
    incidents = {head: one for head, one in board.incidents.items() if head not in parts} | told
    clocks = {head: board.clocks[head] for head in incidents if head in board.clocks and head not in told}
    return _judged(replace(board, incidents=incidents, clocks=clocks), told)


def together(ledger: Ledger, entities: Iterable[str]) -> list[frozenset[str]]:
    """*entities* with everything that any merger joins them to, whether it holds or not, each company once."""
    joined: dict[str, set[str]] = {}
    for entity, told in ledger.entries.items():
        for goal in goals_of(told) if entity.startswith(INCIDENT) else ():
            joined.setdefault(entity, set()).add(goal)
            joined.setdefault(goal, set()).add(entity)
    found: dict[str, frozenset[str]] = {}
    for entity in entities:
        if entity not in found:
            company, ahead = {entity}, [entity]
            while ahead:
                new = joined.get(ahead.pop(), set()) - company
                company |= new
                ahead += new
            found |= dict.fromkeys(company, frozenset(company))
    return list(dict.fromkeys(found[entity] for entity in entities))


def _crews_and_orders(board: Board, touched: set[str]) -> Board:
    about = {entity: board.entries(entity) for entity in touched}
    duties = duties_of(about, board.lineage)
    orders = {order.number: order for order in orders_of(about)}
    if any(entity.startswith((CREW, ORDER)) for entity in about):
        return replace(board, duties={**board.duties, **duties}, orders={**board.orders, **orders})
    return board


def _judged(board: Board, heads: Iterable[str]) -> Board:
    """*board* with the clocks of those of its incidents *heads* that are open."""
    pack, days = board.standards.pack, board.standards.days
    some = (board.incidents[head] for head in heads)
    return replace(
        board, clocks={**board.clocks, **{one.entity: clocks_of(one.case, pack, days) for one in some if one.is_open}}
    )
