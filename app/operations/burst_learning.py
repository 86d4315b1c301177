"""The watch for bursts learns a city: its usual week, its loggers' neighbours, what a leak on each main would do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from app.dispatch.entries import Course, Entry, EntryKind, IncidentKind, entry_of
from app.dispatch.incidents import INCIDENT
from app.errors import AppError
from app.operations.burst_flows import areas_feeling, learn_flows
from app.operations.burst_meters import metered_areas
from app.operations.known_works import known_works
from app.operations.leak_signatures import LoggersAt, signatures_at
from app.operations.steps import part_of
from app.requests import ProgressSink
from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.alarm_log import AlarmLog
from app.telemetry.alarms import Limits, Side
from app.telemetry.bursts.cusum import TooShort
from app.telemetry.bursts.flows import FlowRule, given_to_flows
from app.telemetry.bursts.grid import loggers_of, means, tick_for, ticks_between, without
from app.telemetry.bursts.known_work import unexplained
from app.telemetry.bursts.learned import Learned
from app.telemetry.bursts.watch import Rule, rule_from
from app.telemetry.history import History
from app.telemetry.setup import ALARM_LOG, HISTORY, read_setup
from app.times import CITY_TIME
from app.workspace import Workspace, open_workspace
from network.columns import Float64, Int64

DAY_MS: Final = 86_400_000
USUAL_DAYS: Final = 28
LEAST_LOGGERS: Final = 3
WEEK_S: Final = 7 * 86_400.0
LEAST_USED: Final = 0.5
"""House value: where less than half of the time was quiet and read, nothing is learned from it."""
_AROUND_MS: Final = 3_600_000
_GRAVE: Final = 2
_ENDLESS_MS: Final = 2**62
_ABOUT_MAINS: Final = frozenset(
    {IncidentKind.VISIBLE_LEAK, IncidentKind.HIDDEN_LEAK, IncidentKind.BURST, IncidentKind.STATION_FAILURE}
)


def usual_span(now_ms: int) -> tuple[int, int]:
    """What is learned from unless somebody says otherwise: four weeks up to yesterday."""
    until_ms = now_ms - DAY_MS
    return until_ms - USUAL_DAYS * DAY_MS, until_ms


def learn_bursts(
    folder: Path, now_ms: int, span_ms: tuple[int, int], budget_s: float, progress: ProgressSink
) -> Learned:
    """Learn from a span of the history of the workspace *folder*, and keep it there.

    Pressures, and inflow where areas are metered. Times in which an incident was open or a value's alarm of the first
    two priorities stood are left out, and what known work may have moved while it lasted.

    Args:
        folder: The workspace.
        now_ms: The present, UTC milliseconds.
        span_ms: From when until when; the first half teaches, the second sets the threshold.
        budget_s: One false alarm in so long is allowed.
        progress: Told ``burst_history``, ``hydraulic_inputs``, ``signatures``, ``saving``.

    Raises:
        AppError: ``bursts.bad_span``, ``bursts.few_loggers``, ``bursts.too_little``, ``bursts.too_short``, and why
            there are no pressures.
    """
    start_ms, end_ms = span_ms
    if not start_ms < end_ms <= now_ms:
        raise AppError("bursts.bad_span")
    setup = read_setup(folder)
    loggers = loggers_of(setup)
    if len(loggers) < LEAST_LOGGERS:
        raise AppError("bursts.few_loggers", count=len(loggers), least=LEAST_LOGGERS)
    progress("burst_history", 0.0)
    with closing(open_workspace(folder)) as workspace:
        disturbed = disturbed_spans(workspace, setup.limits, start_ms, end_ms)
        ids = [one.id for one in loggers]
        with closing(History.open(folder / HISTORY, readonly=True)) as history:
            tick_ms = tick_for(history, ids, start_ms, end_ms)
            at_ms = ticks_between(start_ms, end_ms, tick_ms)
            head_m = without(at_ms, means(history, ids, at_ms, tick_ms), disturbed)
            works = known_works(workspace, start_ms, end_ms)
            areas, of_pipe = metered_areas(setup.channels, workspace.city)
            felt = tuple(zip(works, areas_feeling(workspace.city.network, of_pipe, works), strict=True))
            inflow = learn_flows(history, areas, of_pipe, span_ms, (disturbed, felt), budget_s)
        places_m = np.array([(one.x_m, one.y_m) for one in loggers], dtype=np.float64)
        head_m = unexplained(at_ms, head_m, works, places_m)
        used = float(np.isfinite(head_m).mean()) if head_m.size else 0.0
        if used < LEAST_USED:
            raise AppError("bursts.too_little", percent=round(100.0 * used))
        progress("burst_history", 0.4)
        half, tick_s = len(at_ms) // 2, tick_ms / 1000.0
        # One budget for all: what inflow may be wrong about, pressures may not.
        given_away = 0 if inflow[0] is None else given_to_flows(int((len(at_ms) - half) * tick_s // budget_s))
        rule = rule_from(at_ms, head_m, half, tick_s, budget_s, given_away=given_away)
        if isinstance(rule, TooShort):
            raise AppError("bursts.too_short", days=rule.seconds / 86_400.0, budget_days=rule.budget_s / 86_400.0)
        found = signatures_at(workspace, places_m, _year(now_ms), part_of(progress, 0.45, 0.95))
        progress("saving", 0.95)
        learned = _learned(workspace, found, ids, places_m, now_ms, span_ms, budget_s, used, rule, inflow)
    learned.save(folder)
    progress("saving", 1.0)
    return learned


def _learned(
    workspace: Workspace,
    found: LoggersAt,
    ids: Sequence[str],
    places_m: Float64,
    now_ms: int,
    span_ms: tuple[int, int],
    budget_s: float,
    used: float,
    rule: Rule,
    inflow: tuple[FlowRule | None, Int64],
) -> Learned:
    pipes = workspace.city.network.pipes
    return Learned(
        rule=rule,
        loggers=tuple(ids),
        loggers_m=places_m,
        pipes=tuple(pipes.ids[row] for row in range(len(pipes))),
        signatures=found.signatures,
        candidates=found.candidates,
        made_ms=now_ms,
        since_ms=span_ms[0],
        until_ms=span_ms[1],
        budget_s=budget_s,
        used=used,
        flows=inflow[0],
        area_of_pipe=inflow[1],
    )


def _year(now_ms: int) -> int:
    return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(CITY_TIME).year


def disturbed_spans(workspace: Workspace, limits: Limits, start_ms: int, end_ms: int) -> tuple[tuple[int, int], ...]:
    """Times between *start_ms* and *end_ms* in which pressures were not usual, an hour around each; UTC milliseconds.

    Open incidents about water in the mains, and alarms by value of the first two priorities.
    """
    told = (entry_of(event) for event in workspace.journal.beginning(INCIDENT))
    incidents = incident_spans(entry for entry in told if entry is not None)
    with closing(AlarmLog(workspace.folder / ALARM_LOG)) as log:
        alarms = alarm_spans(log.between(start_ms - 7 * DAY_MS, end_ms), limits)
    return tuple(
        (begin - _AROUND_MS, finish + _AROUND_MS)
        for begin, finish in (*incidents, *alarms)
        if finish >= start_ms and begin <= end_ms
    )


def incident_spans(entries: Iterable[Entry]) -> tuple[tuple[int, int], ...]:
    """From the report of each incident about water in the mains to its close; to the end of time while it is open."""
    opened, over = dict[str, int](), dict[str, int]()
    for entry in sorted(entries, key=lambda one: one.rank):
        match entry.kind:
            case EntryKind.OPENED if entry.facts["kind"] in _ABOUT_MAINS:
                opened[entry.entity] = min(entry.eff_at_ms, opened.get(entry.entity, entry.eff_at_ms))
            case EntryKind.MERGED:
                over[entry.entity] = entry.eff_at_ms
            case EntryKind.DECIDED:
                is_open = entry.facts["course"] == Course.REOPEN
                over[entry.entity] = _ENDLESS_MS if is_open else entry.eff_at_ms
    return tuple((begin, over.get(entity, _ENDLESS_MS)) for entity, begin in opened.items())


def alarm_spans(events: Iterable[AlarmEvent], limits: Limits) -> tuple[tuple[int, int], ...]:
    """From the raising of each grave alarm by value to its clearing."""
    grave = {limit.id for limit in limits.records if limit.side is not Side.SILENT and limit.priority <= _GRAVE}
    found, raised = [], dict[str, int]()
    for event in events:
        if event.alarm in grave and event.what is Deed.RAISED:
            raised.setdefault(event.alarm, event.at_ms)
        elif event.what is Deed.CLEARED and event.alarm in raised:
            found.append((raised.pop(event.alarm), event.at_ms))
    return (*found, *((begin, _ENDLESS_MS) for begin in raised.values()))
