"""Everything a dispatch desk does, read like the dispatcher's checklist: one act in, events in the journal, an outcome.

How to use it, from the desk process or the command line::

    desk = open_dispatch(workspace, standards)
    desk, outcome = carry_out(desk, TakeReport(IncidentKind.VISIBLE_LEAK, x_m, y_m), author, now)
    desk = caught_up(desk)                      # what other windows wrote meanwhile
    view = look(desk, now, since=heads)         # what the screen shows

*outcome* is :class:`~app.dispatch.acts.Done` or :class:`~app.dispatch.acts.No`, never an exception for what the world
refuses. An act is checked against everything the journal holds at that moment: where somebody else wrote in between it
is checked again, so two reports taken at once get two numbers and two desks do not close over each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.dispatch.acts import Act, Done, No, Outcome
from app.dispatch.board import Board, Standards, advance, recalled
from app.dispatch.disputes import About
from app.dispatch.entries import incident_entity
from app.dispatch.forecast import Experience, learn
from app.dispatch.incidents import INCIDENT
from app.dispatch.outlook import finished_of
from app.dispatch.position_store import positions_of
from app.dispatch.positions import STEADY_FIXES
from app.dispatch.sheet import Sheet
from app.dispatch.shelf import KEPT_MS, latest_ms, rebuilt, shelve
from app.dispatch.stations import checklist
from app.dispatch.view import DispatchView
from app.dispatch.view_positions import with_positions
from app.dispatch.views import sheet_of, view_of
from app.errors import AppError
from app.journal.events import EventKey, events_in, milliseconds
from app.journal.fold import State
from app.journal.log import SNAPSHOT_EVERY
from app.operations.dispatch_drafts import DRAFTS, Drafted, Scene, bars_to_closing
from app.operations.dispatch_forecasts import with_forecasts
from app.operations.dispatch_snapshot import keep, kept
from app.operations.dispatch_stations import stations_hit
from app.operations.disputes import disputes_of
from app.operations.edit import Author
from app.workspace import Workspace, append, refreshed

TRIES = 50
"""So often an act is checked anew because somebody else wrote; then the file is busier than any dispatch room."""


@dataclass(frozen=True, eq=False)
class DispatchDesk:
    """An open workspace with its board.

    Attributes:
        experience: What finished incidents taught about durations.
    """

    workspace: Workspace
    board: Board
    experience: Experience


def open_dispatch(workspace: Workspace, standards: Standards) -> DispatchDesk:
    """The desk of *workspace*: its snapshot, where one fits, with what the journal holds beyond it."""
    state, journal = workspace.state, workspace.journal
    found = kept(workspace.cache, standards)
    if found is not None and _fits(found[0], state):
        board, finished = found
        tail = events_in(state.heads) - events_in(board.heads)
        board = advance(board, journal.events(board.heads), state.heads, state.lineage, journal.about)
    else:
        tail, finished = events_in(state.heads), ()
        board, over = rebuilt(standards, journal.events(), state.heads, state.lineage, journal.about)
        finished = finished_of(over)
    if tail >= SNAPSHOT_EVERY:
        board, over = shelve(board, latest_ms(board) - KEPT_MS)
        finished += finished_of(over)
        keep(workspace.cache, board, finished)
    experience = learn((*finished, *finished_of(board.incidents.values())))
    return DispatchDesk(workspace, board, experience)


def _fits(board: Board, state: State) -> bool:
    """Whether the journal still holds all that the snapshot was made of."""
    return all(state.heads.get(dev, 0) >= last for dev, last in board.heads.items())


def caught_up(desk: DispatchDesk) -> DispatchDesk:
    """*desk* with what this and other windows wrote since; cheap where nobody did."""
    workspace = refreshed(desk.workspace)
    state, board = workspace.state, desk.board
    if dict(state.heads) == dict(board.heads):
        return desk if workspace is desk.workspace else replace(desk, workspace=workspace)
    journal = workspace.journal
    board = advance(board, journal.events(board.heads), state.heads, state.lineage, journal.about)
    return replace(desk, workspace=workspace, board=board)


def with_incident(desk: DispatchDesk, incident: str) -> DispatchDesk:
    """*desk* with the incident of that number, also where it was over long ago."""
    entity = incident if incident.startswith(INCIDENT) else incident_entity(incident)
    board = recalled(desk.board, entity, desk.workspace.journal.about)
    return desk if board is desk.board else replace(desk, board=board)


def carry_out(desk: DispatchDesk, act: Act, author: Author, now: datetime) -> tuple[DispatchDesk, Outcome]:
    """Do *act*, or say why it cannot be done.

    Args:
        desk: As the caller last had it.
        act: What is to be done.
        author: Who does it.
        now: The moment of writing.

    Returns:
        The desk as it is now, and the outcome.

    Raises:
        AppError: ``journal.moved_on`` where others write without pause.
        GisError: The disk is full, the file is damaged and the like; nothing was written then.
    """
    for _ in range(TRIES):
        desk = caught_up(desk)
        for named in (getattr(act, name, "") for name in ("incident", "into")):
            desk = with_incident(desk, named)
        scene = Scene(desk.workspace, desk.board, milliseconds(now))
        made = DRAFTS[type(act)](scene, act)
        if isinstance(made, No):
            return desk, made
        made = with_forecasts(made, scene, desk.experience)
        after = _written(desk, made, author, now)
        if after is not None:
            return after
    raise AppError("journal.moved_on")


def _written(desk: DispatchDesk, made: Drafted, author: Author, now: datetime) -> tuple[DispatchDesk, Outcome] | None:
    """None where somebody else wrote first."""
    try:
        workspace, events = append(
            desk.workspace, made.drafts, now, author.actor, author.role, expecting=desk.board.heads
        )
    except AppError as error:
        if error.code != "journal.moved_on":
            raise
        return None
    after = caught_up(replace(desk, workspace=workspace))
    return after, Done(made.about, tuple(event.key for event in events), made.refused)


def look(desk: DispatchDesk, now: datetime, since: Mapping[str, int] | None = None) -> DispatchView:
    """What the desk shows at *now*.

    Args:
        desk: Caught up, where what others wrote should show.
        now: The moment.
        since: Heads of the view that the caller has: ``view.changed`` then names what was heard of since.
    """
    news = () if since is None else desk.workspace.journal.events(since)
    changed = {event.entity for event in news if event.entity}
    view = view_of(desk.board, milliseconds(now), desk.experience, changed)
    waiting = view.shift.waiting
    if waiting is not None and waiting.note:
        note = desk.workspace.journal.text(waiting.note) or ""
        view = replace(view, shift=replace(view.shift, waiting=replace(waiting, note=note)))
    disputes = disputes_of(desk.workspace, desk.board)
    plans = {one.entity for one in disputes if one.about is About.PLAN}
    # Whether two plans contradict each other only their records tell, which the board does not hold.
    queue = (replace(row, conflicts=row.conflicts + 1) if row.entity in plans else row for row in view.queue)
    view = replace(view, disputes=disputes, queue=tuple(queue) if plans else view.queue)
    # A few fixes tell where a crew is and whether its clock is wrong.
    return with_positions(view, positions_of(desk.workspace.folder, STEADY_FIXES))


def sheet(desk: DispatchDesk, incident: str, now: datetime) -> Sheet | None:
    """One incident whole, by number or entity, also one that was over long ago; None where there is none."""
    desk = with_incident(desk, incident)
    scene = Scene(desk.workspace, desk.board, milliseconds(now))
    entity = scene.incident(incident)
    if isinstance(entity, No):
        return None
    journal = desk.workspace.journal

    def plan(key: EventKey) -> Mapping[str, Any] | None:
        event = journal.event(key)
        return None if event is None else event.facts

    bars = bars_to_closing(scene, entity, without_photo=False)
    found = sheet_of(desk.board, entity, journal.text, bars, plan)
    hits = stations_hit(desk.workspace.city, found.incident, found.plan)
    return replace(found, stations=hits, checklist=checklist(hits, found.incident.facts))
