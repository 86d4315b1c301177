"""What of a board has long been over, and the board without it; a board as plain values for a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from app.dispatch.board import Board, Recall, Standards, advance, together
from app.dispatch.duty import CREW
from app.dispatch.entries import Entry, EntryKind
from app.dispatch.incidents import Incident, Ledger
from app.dispatch.orders import ORDER
from app.journal.causality import Lineage, Standing
from app.journal.events import Event, key_from
from gis.uncollected import uncollected

KEPT_MS = 3 * 86_400_000
"""House: what was over for three days is shelved; a desk's list shows the last shift."""

SNAPSHOT_VERSION = 3
"""Goes up whenever the same events could give another board; snapshots of another version are set aside."""

PORTION = 20_000
"""Events folded at a time when a board is made anew: what is over is let go in between."""


def latest_ms(board: Board) -> int:
    """When the last thing happened that the board holds; 0 where nothing did."""
    return max((entry.eff_at_ms for told in board.ledger.entries.values() for entry in told[-1:]), default=0)


def shelve(board: Board, before_ms: int) -> tuple[Board, tuple[Incident, ...]]:
    """*board* without what was over before *before_ms*, and the incidents that were shelved now."""
    over, homes = list[Incident](), dict[str, str]()
    for company in together(board.ledger, board.incidents):
        members = [board.incidents[entity] for entity in sorted(company) if entity in board.incidents]
        if all(not one.is_open and _last_ms(one) < before_ms for one in members):
            over += members
            homes |= dict.fromkeys(company, min(company))
    kept = set(board.incidents) - set(homes)
    orders = {
        f"{ORDER}{order.number}": order
        for order in board.orders.values()
        if not order.open and max(order.steps_ms.values()) < before_ms and order.incident not in kept
    }
    homes |= {entity: entity for entity in orders}
    entries = {entity: told for entity, told in board.ledger.entries.items() if entity not in homes}
    cuts = dict(board.cuts)
    for entity, told in entries.items():
        if entity.startswith(CREW):
            entries[entity] = _of_crew(entity, told, before_ms, cuts)
    board = replace(
        board,
        ledger=Ledger(entries, board.ledger.set_aside),
        incidents={head: one for head, one in board.incidents.items() if head in kept},
        clocks={head: clocks for head, clocks in board.clocks.items() if head in kept},
        orders={number: order for number, order in board.orders.items() if f"{ORDER}{number}" not in orders},
        shelved={**board.shelved, **homes},
        cuts=cuts,
    )
    return board, tuple(over)


def _last_ms(incident: Incident) -> int:
    return max((fact.at_ms for fact in incident.facts), default=0)


def _of_crew(
    entity: str, told: tuple[Entry, ...], before_ms: int, cuts: dict[str, tuple[float, str, str, int]]
) -> tuple[Entry, ...]:
    """A crew's entries without those that later ones of the same sort have made history; the last ten stay."""
    kept: list[Entry] = []
    for kind in (EntryKind.CREW_LISTED, EntryKind.CREW_SENT, EntryKind.CREW_STATED):
        some = sorted((one for one in told if one.kind is kind), key=lambda one: one.rank)
        recent = [one for one in some[:-10] if one.eff_at_ms >= before_ms]
        kept += [*recent, *some[-10:]]
    gone = {one.key for one in told} - {one.key for one in kept}
    if gone:
        cuts[entity] = max([one.rank for one in told if one.key in gone] + [cuts.get(entity, (0.0, "", "", 0))])
    return tuple(sorted(kept, key=lambda one: one.key))


def rebuilt(
    standards: Standards, events: Iterable[Event], heads: Mapping[str, int], lineage: Lineage, recall: Recall
) -> tuple[Board, tuple[Incident, ...]]:
    """The board of all *events*, in portions, and every incident that was shelved on the way."""
    board, over, portion = Board(standards, lineage=lineage), list[Incident](), list[Event]()

    def folded() -> None:
        nonlocal board
        board = advance(board, portion, heads, lineage, recall)
        board, gone = shelve(board, latest_ms(board) - KEPT_MS)
        over.extend(gone)
        portion.clear()

    # Among a million entries the collector takes a third of the time.
    with uncollected():
        for event in events:
            portion.append(event)
            if len(portion) >= PORTION:
                folded()
        folded()
    return board, tuple(over)


def to_json(board: Board) -> dict[str, Any]:
    """*board* as JSON values: what cannot be worked out again from them, and nothing else."""
    return {
        "version": SNAPSHOT_VERSION,
        "heads": dict(board.heads),
        "lineage": {dev: dict(held) for dev, held in board.lineage.items()},
        "entries": {entity: [_told(one) for one in told] for entity, told in board.ledger.entries.items()},
        "set_aside": [list(key) for key in board.ledger.set_aside],
        "shelved": dict(board.shelved),
        "cuts": {entity: [None if rank[0] == float("inf") else rank[0], *rank[1:]] for entity, rank in _cuts(board)},
    }


def _cuts(board: Board) -> Iterable[tuple[str, tuple[float, str, str, int]]]:
    return board.cuts.items()


def _told(one: Entry) -> list[Any]:
    standing = one.standing
    where = [standing.dev, standing.dev_seq, standing.base, standing.hub_seq]
    corrects = None if one.corrects is None else list(one.corrects)
    return [where, one.kind, one.eff_at_ms, one.hlc, one.actor, one.facts, corrects, one.texts, one.role]


def from_json(values: Mapping[str, Any], standards: Standards) -> Board:
    """The board again, judged by *standards*.

    Raises:
        KeyError, TypeError, ValueError: *values* are none of this version's.
    """
    if values["version"] != SNAPSHOT_VERSION:
        raise ValueError(values["version"])
    told = {entity: tuple(_retold(entity, one) for one in some) for entity, some in values["entries"].items()}
    aside = tuple((str(dev), int(number)) for dev, number in values["set_aside"])
    board = Board(
        standards,
        lineage=values["lineage"],
        shelved=values["shelved"],
        cuts={
            entity: (float("inf") if hub is None else float(hub), hlc, dev, number)
            for entity, (hub, hlc, dev, number) in values["cuts"].items()
        },
    )
    # Folding nothing new into these entries works everything else out.
    board = replace(board, ledger=Ledger(told, aside), lineage={"": {"": 0}})
    return advance(board, (), values["heads"], values["lineage"])


def _retold(entity: str, told: list[Any]) -> Entry:
    where, kind, eff_at_ms, hlc, actor, facts, corrects, texts, role = told
    said = (facts, key_from(corrects), texts, role)
    return Entry(Standing(*where), EntryKind(kind), entity, eff_at_ms, hlc, actor, *said)
