"""Known work out of the journal: valves turned, outages, water from hydrants. What explains pressures away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from app.dispatch.facts import FactKind
from app.hydrants.book import HydrantUse, Stage
from app.journal.valves import Status, position_of
from app.operations.dispatch_rules import standards_of
from app.operations.hydrant_uses import open_uses
from app.operations.outages import open_outages, stage
from app.outages.book import Outage
from app.outages.book import Stage as OutageStage
from app.telemetry.bursts.known_work import AROUND_MS, KnownWork
from app.workspace import Workspace, valve_rows

LONGEST_MS: Final = 3 * 86_400_000
"""House value: after so long the pressures beside a valve that stays turned are the usual ones."""
_NO_WORK: Final = frozenset({OutageStage.DRAFT, OutageStage.REFUSED, OutageStage.CANCELLED})


def known_works(workspace: Workspace, start_ms: int, end_ms: int) -> tuple[KnownWork, ...]:
    """What is known of work between *start_ms* and *end_ms*, UTC milliseconds, the earliest first."""
    told = (_turned, _planned, _drawn)
    found = [work for each in told for work in each(workspace, start_ms, end_ms)]
    return tuple(sorted(found, key=lambda work: work.from_ms))


def _turned(workspace: Workspace, start_ms: int, end_ms: int) -> Iterator[KnownWork]:
    """Each valve from its first turn to its last: what is opened again an hour later is one piece of work."""
    state, devices = workspace.state, workspace.city.network.devices
    names = sorted(state.valves)
    for row, name in zip(valve_rows(workspace.city, names), names, strict=True):
        told = state.valves[name]
        statuses = dict(position_of(told, state.lineage).statuses)
        normal = int(devices.normal[row])
        seen = sorted(
            (one.eff_at_ms, one.position)
            for one in told
            if one.position is not None and statuses[one.key] is not Status.RETRACTED
        )
        # Who only looks at a valve that stands as before moves no pressure.
        before = (normal, *(position for _, position in seen))
        turns = [
            one
            for one, was in zip(seen, before, strict=False)
            if one[1] != was and start_ms - LONGEST_MS <= one[0] <= end_ms
        ]
        if row < 0 or not turns:
            continue
        (first_ms, _), (last_ms, position) = turns[0], turns[-1]
        is_back = position == normal
        until_ms = last_ms if is_back and len(turns) > 1 else last_ms + LONGEST_MS
        place = (float(devices.x_m[row]), float(devices.y_m[row]))
        yield KnownWork("valve", first_ms - AROUND_MS, until_ms + AROUND_MS, (place,), {"valve": name})


def _planned(workspace: Workspace, start_ms: int, end_ms: int) -> Iterator[KnownWork]:
    """Outages from the beginning of their window, or from when the water went off, to when it was back.

    One that nobody has approved is no work yet: it would hide a burst for nothing.
    """
    desk = open_outages(workspace, standards_of(workspace.folder))
    devices, now = workspace.city.network.devices, datetime.fromtimestamp(end_ms / 1000, UTC)
    for number, outage in desk.book.items():
        if not outage.revisions or stage(desk, outage, now) in _NO_WORK:
            continue
        from_ms, until_ms = _felt(outage, end_ms)
        if until_ms + AROUND_MS < start_ms or from_ms - AROUND_MS > end_ms:
            continue
        rows = [row for row in valve_rows(workspace.city, list(outage.plan.close)) if row >= 0]
        places = tuple((float(devices.x_m[row]), float(devices.y_m[row])) for row in rows)
        if places:
            yield KnownWork("outage", from_ms - AROUND_MS, until_ms + AROUND_MS, places, {"outage": number})


def _drawn(workspace: Workspace, start_ms: int, end_ms: int) -> Iterator[KnownWork]:
    """Water drawn from hydrants, for as long as that is believed."""
    for use in open_uses(workspace).book.values():
        work = _of_hydrant(use, use.believed_until_ms)
        if not use.is_withdrawn and work.until_ms >= start_ms and work.from_ms <= end_ms:
            yield work


def lapsed_works(workspace: Workspace, now_ms: int) -> tuple[KnownWork, ...]:
    """Hydrants that run by the records for longer than anybody believes: they explain nothing any more.

    Each lasts from when it began to now.
    """
    uses = open_uses(workspace).book.values()
    return tuple(_of_hydrant(use, now_ms) for use in uses if use.stage(now_ms) is Stage.LAPSED)


def _of_hydrant(use: HydrantUse, until_ms: int) -> KnownWork:
    # Where nobody knows which hydrant, the number alone says where to look.
    code = "hydrant" if use.hydrant else "hydrant_somewhere"
    detail = {"use": use.number, "hydrant": use.hydrant, "purpose": use.purpose.value}
    return KnownWork(code, use.from_ms - AROUND_MS, until_ms + AROUND_MS, (use.place_m,), detail)


def _felt(outage: Outage, now_ms: int) -> tuple[int, int]:
    off = [fact.at_ms for fact, _ in outage.facts if fact.kind is FactKind.WATER_OFF]
    back = [fact.at_ms for fact, _ in outage.facts if fact.kind is FactKind.WATER_BACK]
    # Water that is off for longer than announced is still off.
    planned_ms = max(outage.plan.end_ms, now_ms) if off else outage.plan.end_ms
    return min([*off, outage.plan.start_ms]), max(back, default=planned_ms)
