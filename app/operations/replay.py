"""The desk as it was at any moment of a day: for training and inquiry, worked out from the journal alone.

What counts is what was written down by then, not what is known today: an arrival that was entered an hour late is not
there in that hour. The same journal gives the same pictures, whenever they are asked for and by whom.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.dispatch.board import Board, Standards, advance
from app.dispatch.view import DispatchView
from app.dispatch.views import view_of
from app.hydrants import book as hydrants
from app.hydrants.entries import BODIES as HYDRANT_BODIES
from app.hydrants.entries import UseEntry
from app.journal import clock
from app.journal.events import Event, milliseconds
from app.journal.fold import COMPLAINT_KINDS, DISPATCH_KINDS, HYDRANT_KINDS, OUTAGE_KINDS
from app.outages.book import Outage, Stage, book_of, stage_of
from app.outages.entries import BODIES, OutageEntry
from app.outages.judge import judge
from app.public.book import Book
from app.public.book import advance as advance_book
from app.public.view import ComplaintView
from app.public.view import view_of as complaints_at
from app.times import CITY_TIME
from app.workspace import Workspace

_KINDS = DISPATCH_KINDS | COMPLAINT_KINDS | OUTAGE_KINDS | HYDRANT_KINDS


@dataclass(frozen=True)
class OutageThen:
    """How far a planned outage had come.

    Attributes:
        start_ms, end_ms: Its window as it was planned then, UTC.
    """

    number: str
    stage: Stage
    start_ms: int
    end_ms: int


@dataclass(frozen=True, eq=False)
class Then:
    """The desk at a moment.

    Attributes:
        outages: Planned outages, called off and ended ones too, by number.
        hydrants: Water drawn from hydrants, over and taken back too, by number.
        written: Events about dispatch, complaints, outages and hydrants that were written since the moment before.
    """

    at_ms: int
    view: DispatchView
    complaints: ComplaintView
    outages: tuple[OutageThen, ...]
    hydrants: tuple[hydrants.HydrantUse, ...]
    written: tuple[Event, ...]


def written_ms(event: Event) -> int:
    """When *event* was written down, by the journal's clock."""
    return clock.wall_ms(event.hlc)


def replay(workspace: Workspace, standards: Standards, moments: Iterable[datetime]) -> Iterator[Then]:
    """The desk at each of *moments*, ascending; forecasts rest on the house's priors alone."""
    events = sorted(
        (one for one in workspace.journal.events() if one.kind in _KINDS), key=lambda one: (one.hlc, one.key)
    )
    lineage = workspace.state.lineage
    board, book, done = Board(standards, lineage=lineage), Book(), 0
    entries: list[OutageEntry] = []
    outages: Mapping[str, Outage] = {}
    used: list[UseEntry] = []
    uses: Mapping[str, hydrants.HydrantUse] = {}
    for moment in moments:
        at_ms, first = milliseconds(moment), done
        while done < len(events) and written_ms(events[done]) <= at_ms:
            done += 1
        news = events[first:done]
        heads = dict(board.heads)
        for event in news:
            heads[event.dev] = max(heads.get(event.dev, 0), event.dev_seq)
        board, book = advance(board, news, heads, lineage), advance_book(book, news, heads)
        told = [entry for entry in map(BODIES.entry_of, news) if entry is not None]
        if told:
            entries += told
            outages = book_of(entries)
        drawn = [entry for entry in map(HYDRANT_BODIES.entry_of, news) if entry is not None]
        if drawn:
            used += drawn
            uses = hydrants.book_of(used)
        planned = tuple(_outage_at(one, standards, at_ms) for one in outages.values())
        yield Then(
            at_ms,
            view_of(board, at_ms),
            complaints_at(book, standards, at_ms),
            planned,
            tuple(uses.values()),
            tuple(news),
        )


def _outage_at(outage: Outage, standards: Standards, at_ms: int) -> OutageThen:
    stage = stage_of(outage, judge(outage, standards, at_ms).approvals)
    return OutageThen(outage.number, stage, outage.plan.start_ms, outage.plan.end_ms)


def moments_of(day: date, every_min: int) -> Iterator[datetime]:
    """The moments of a local day, from midnight to midnight."""
    begin = datetime(day.year, day.month, day.day, tzinfo=CITY_TIME)
    return (begin + timedelta(minutes=minutes) for minutes in range(0, 24 * 60 + 1, every_min))
