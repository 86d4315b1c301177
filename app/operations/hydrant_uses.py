"""Water drawn from hydrants: one act in, an event in the journal, an outcome.

An act is checked against everything that the journal holds at that moment; where somebody wrote in between it is
checked again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.dispatch.acts import Done, No, Outcome
from app.hydrants.acts import EndUse, HydrantAct, OpenHydrant, StillRuns, WithdrawUse
from app.hydrants.book import HydrantUse, Stage, book_of
from app.hydrants.entries import BODIES, USE, UseEvent, is_flow
from app.hydrants.view import UseRow, UsesView
from app.journal.events import Draft, milliseconds
from app.operations.dispatch_scene import AHEAD_MS, MAP_REACH_M, believed, own_mark
from app.operations.edit import Author
from app.operations.in_turn import in_turn
from app.workspace import Workspace, append, refreshed
from gis.locate import BeyondReach, locate

LONGEST_USE_MS: Final = 31 * 86_400_000
"""House: what is drawn for longer is a connection, or a slip of the pen."""
EARLIEST_MS: Final = 400 * 86_400_000
LATEST_MS: Final = 60 * 86_400_000
"""House: so far back water drawn is written down, and so far ahead it is planned."""
SHOWN_MS: Final = 7 * 86_400_000
"""So long what has ended stays on the list: as long as a burst that it may explain."""


@dataclass(frozen=True, eq=False)
class UseDesk:
    """An open workspace with its book of water drawn from hydrants.

    Attributes:
        taken: Entities that something was said of, whether it can be read or not.
    """

    workspace: Workspace
    book: Mapping[str, HydrantUse]
    taken: frozenset[str]


def open_uses(workspace: Workspace) -> UseDesk:
    """The book of *workspace*."""
    events = tuple(workspace.journal.beginning(USE))
    entries = (BODIES.entry_of(event) for event in events)
    book = book_of(entry for entry in entries if entry is not None)
    return UseDesk(workspace, book, frozenset(event.entity for event in events))


def caught_up(desk: UseDesk) -> UseDesk:
    """*desk* with what others wrote since."""
    workspace = refreshed(desk.workspace)
    return desk if workspace is desk.workspace else open_uses(workspace)


def carry_out(desk: UseDesk, act: HydrantAct, author: Author, now: datetime) -> tuple[UseDesk, Outcome]:
    """Do *act*, or say why it cannot be done.

    Raises:
        AppError: ``journal.moved_on`` where others write without pause.
        GisError: The disk is full, the file is damaged and the like; nothing was written then.
    """
    return in_turn(lambda: _carried_out(caught_up(desk), act, author, now))


def _carried_out(desk: UseDesk, act: HydrantAct, author: Author, now: datetime) -> tuple[UseDesk, Outcome]:
    made = _drafted(desk, act, milliseconds(now))
    if isinstance(made, No):
        return desk, made
    heads = desk.workspace.state.heads
    workspace, events = append(desk.workspace, [made], now, author.actor, author.role, expecting=heads)
    return open_uses(workspace), Done(made.entity, tuple(event.key for event in events))


def _drafted(desk: UseDesk, act: HydrantAct, now_ms: int) -> Draft | No:
    if isinstance(act, OpenHydrant):
        return _opened(desk, act, now_ms)
    use = use_named(desk, act.number)
    if isinstance(use, No):
        return use
    if use.is_withdrawn:
        return No("withdrawn", {"number": use.number})
    match act:
        case StillRuns():
            return _runs(use, act, now_ms)
        case EndUse():
            return _ended(use, act, now_ms)
    return _withdrawn(use, act)


def _withdrawn(use: HydrantUse, act: WithdrawUse) -> Draft | No:
    if not act.reason.strip():
        return No("needs_a_reason")
    return BODIES.drafted(UseEvent.WITHDRAWN, USE + use.number, {}, {"note": act.reason})


def use_named(desk: UseDesk, number: str) -> HydrantUse | No:
    """The use of that number, which may be said without the mark of the console that gave it."""
    number = number.removeprefix(USE)
    if number in desk.book:
        return desk.book[number]
    alike = [one for name, one in desk.book.items() if name.partition("-")[0] == number]
    return alike[0] if len(alike) == 1 else No("no_such_use", {"number": number})


def _opened(desk: UseDesk, act: OpenHydrant, now_ms: int) -> Draft | No:
    from_ms = now_ms if act.from_ms is None else act.from_ms
    wrong = _wrong_times(from_ms, act.until_ms, now_ms)
    if wrong is None and act.flow_m3_h is not None and not is_flow(act.flow_m3_h):
        wrong = No("no_such_flow")
    where = _placed(desk.workspace, act)
    if isinstance(where, No):
        return where
    if wrong is not None:
        return wrong
    body: dict[str, Any] = {**where, "purpose": act.purpose.value, "from_ms": from_ms}
    if act.until_ms is None:
        same = (one for one in desk.book.values() if act.hydrant and one.hydrant == act.hydrant)
        running = next((one for one in same if one.stage(from_ms) is Stage.RUNNING and one.until_ms is None), None)
        if running is not None:
            return No("runs_already", {"number": running.number, "hydrant": act.hydrant})
    else:
        body["until_ms"] = act.until_ms
    if act.flow_m3_h is not None:
        body["flow_m3_h"] = float(act.flow_m3_h)
    return BODIES.drafted(UseEvent.OPENED, _next_entity(desk), body, {"caller": act.told_by, "note": act.note})


def _next_entity(desk: UseDesk) -> str:
    """One that nothing has; a console that began as a copy marks its own."""
    names = (one.removeprefix(f"{USE}Y").partition("-")[0] for one in desk.taken)
    number = max((int(name) for name in names if name.isascii() and name.isdecimal()), default=0) + 1
    return f"{USE}Y{number}{own_mark(desk.workspace)}"


def _placed(workspace: Workspace, act: OpenHydrant) -> dict[str, Any] | No:
    """Which hydrant, and where it stands: kept beside its id, for the network may lose it."""
    hydrants, said = workspace.city.hydrants, dict[str, Any]()
    x_m, y_m = act.x_m, act.y_m
    if act.hydrant:
        row = hydrants.ids.find(act.hydrant)
        if row < 0:
            return No("no_such_hydrant", {"hydrant": act.hydrant})
        said["hydrant"] = act.hydrant
        x_m, y_m = float(hydrants.x_m[row]), float(hydrants.y_m[row])
    if x_m is None or y_m is None:
        return No("nowhere")
    if not (math.isfinite(x_m) and math.isfinite(y_m)):
        return No("not_a_place")
    if isinstance(locate(workspace.city, x_m, y_m, MAP_REACH_M), BeyondReach):
        return No("off_the_map")
    return {**said, "x_m": round(x_m, 2), "y_m": round(y_m, 2)}


def _wrong_times(from_ms: int, until_ms: int | None, now_ms: int) -> No | None:
    if from_ms < now_ms - EARLIEST_MS:
        return No("long_ago")
    if from_ms > now_ms + LATEST_MS:
        return No("far_ahead")
    if until_ms is not None and until_ms <= from_ms:
        return No("ends_before")
    if until_ms is not None and until_ms - from_ms > LONGEST_USE_MS:
        return _TOO_LONG
    return None


_TOO_LONG = No("too_long", {"days": LONGEST_USE_MS // 86_400_000})


def _runs(use: HydrantUse, act: StillRuns, now_ms: int) -> Draft | No:
    at_ms = believed(act.at_ms, now_ms)
    if isinstance(at_ms, No):
        return at_ms
    if at_ms < use.from_ms:
        return No("before_it_began", {"number": use.number})
    return BODIES.drafted(UseEvent.RUNS, USE + use.number, {}, {"note": act.note}, at_ms)


def _ended(use: HydrantUse, act: EndUse, now_ms: int) -> Draft | No:
    until_ms = now_ms if act.until_ms is None else act.until_ms
    if until_ms <= use.from_ms:
        return No("before_it_began", {"number": use.number})
    # What was forgotten for months ended when it ended; only an end to come may not be that far.
    if until_ms > now_ms + AHEAD_MS and until_ms - use.from_ms > LONGEST_USE_MS:
        return _TOO_LONG
    return BODIES.drafted(UseEvent.ENDED, USE + use.number, {"until_ms": until_ms}, {"note": act.note})


def uses_view(desk: UseDesk, now_ms: int) -> UsesView:
    """What a screen shows: what is open too long, runs, is planned, or was over lately; of each the latest first."""
    rows = (use_row(desk, use, now_ms) for use in desk.book.values())
    shown = [row for row in rows if row.stage in _GOING_ON or (row.until_ms or row.from_ms) > now_ms - SHOWN_MS]
    return UsesView(dict(desk.workspace.state.heads), tuple(sorted(shown, key=_pressing)))


def _pressing(row: UseRow) -> tuple[int, int, str]:
    return _ORDER.index(row.stage), -row.from_ms, row.number


_ORDER = (Stage.LAPSED, Stage.RUNNING, Stage.PLANNED, Stage.ENDED, Stage.WITHDRAWN)
_GOING_ON = frozenset({Stage.PLANNED, Stage.RUNNING, Stage.LAPSED})


def use_row(desk: UseDesk, use: HydrantUse, now_ms: int) -> UseRow:
    """One of them with its words."""
    texts = {**use.opened.texts}
    last = next((one.texts["note"] for one in reversed(use.entries) if "note" in one.texts), "")
    journal = desk.workspace.journal
    return UseRow(
        number=use.number,
        hydrant=use.hydrant,
        place_m=use.place_m,
        purpose=use.purpose,
        from_ms=use.from_ms,
        until_ms=use.until_ms,
        believed_until_ms=use.believed_until_ms,
        flow_m3_h=use.flow_m3_h,
        stage=use.stage(now_ms),
        told_by=(journal.text(texts["caller"]) or "") if "caller" in texts else "",
        note=(journal.text(last) or "") if last else "",
        author=use.opened.actor,
    )
