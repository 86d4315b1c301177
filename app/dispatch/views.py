"""Makes the desk's view of a board, and one incident's sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from app.dispatch.alarms import NEW, Alarm, Sound, alarm_of_clock, muted_until_ms, unacknowledged
from app.dispatch.board import DESK, Board
from app.dispatch.clocks import ENDLESS_MS, Clock
from app.dispatch.duty import Duty
from app.dispatch.entries import Entry, EntryKind, crew_in
from app.dispatch.facts import Value
from app.dispatch.field_plan import field_plan_of
from app.dispatch.forecast import Experience
from app.dispatch.incidents import Incident
from app.dispatch.life import Life, Step, life_of
from app.dispatch.orders import ORDER
from app.dispatch.outlook import forecasts_of
from app.dispatch.sheet import Line, Sheet
from app.dispatch.shift import Shift, shift_of, valves_off
from app.dispatch.states import ClockState, ClockTable, Forecast, table_of
from app.dispatch.view import RECENT_MS, ClockRow, CrewRow, DispatchView, QueueRow, number_of
from app.journal.causality import knew
from app.journal.events import EventKey


def view_of(
    board: Board,
    now_ms: int,
    experience: Experience | None = None,
    changed: Iterable[str] = (),
) -> DispatchView:
    """The view of *board* at *now_ms*; *experience* is what finished incidents taught, priors alone without it."""
    zone = ZoneInfo(board.standards.pack.zone)
    open_ones = [one for one in board.incidents.values() if one.is_open]
    clocks = [clock for one in open_ones for clock in board.clocks[one.entity]]
    foreseen = _foreseen(board, open_ones, experience or Experience(), now_ms)
    table = table_of(clocks, zone, foreseen)
    states = [ClockState(value) for value in table.states(now_ms).tolist()]
    rows = tuple(_clock_row(clock, state, foreseen) for clock, state in zip(clocks, states, strict=True))
    places = _places(rows)
    sent = _sent(board.duties.values())
    shift = shift_of(board.entries(DESK))
    queue = [_queue_row(board, one, shift, rows, places.get(one.entity, ()), sent) for one in open_ones]
    queue.sort(key=lambda row: _pressing_key(row, rows))
    closed = [one for one in board.incidents.values() if not one.is_open and _is_recent(board, one, now_ms, shift)]
    closed.sort(key=_last_ms, reverse=True)
    queue += [_queue_row(board, one, shift, rows, (), sent) for one in closed]
    return DispatchView(
        now_ms=now_ms,
        heads=board.heads,
        queue=tuple(queue),
        table=table,
        clocks=rows,
        crews=tuple(_crew_row(board, duty, now_ms, zone) for _, duty in sorted(board.duties.items())),
        orders=tuple(sorted(board.orders.values(), key=lambda order: (order.open, order.number), reverse=True)),
        alarms=_alarms(board, queue, table, rows),
        muted_until_ms=muted_until_ms(board.entries(DESK)),
        shift=shift,
        valves_off=valves_off(board.incidents.values()),
        changed=frozenset(board.holding(entity) for entity in changed),
    )


def _foreseen(
    board: Board, incidents: Iterable[Incident], experience: Experience, now_ms: int
) -> dict[tuple[str, str], Forecast]:
    found: dict[tuple[str, str], Forecast] = {}
    sent = _sent(board.duties.values())
    for one in incidents:
        found |= forecasts_of(one, board.clocks[one.entity], experience, now_ms, _elsewhere(one, sent))
    return found


def _clock_row(clock: Clock, state: ClockState, foreseen: Mapping[tuple[str, str], Forecast]) -> ClockRow:
    verdict = clock.verdict
    return ClockRow(
        entity=clock.entity,
        rule=clock.rule.id,
        title_zh=clock.rule.title_zh,
        title_en=clock.rule.title_en,
        start_ms=verdict.start_ms,
        due_ms=verdict.due_ms,
        met_ms=None if verdict.met is None else verdict.met.at_ms,
        red_line_ms=verdict.red_line_ms,
        forecast=foreseen.get((clock.entity, clock.rule.id)),
        provisional=verdict.provisional,
        state=state,
    )


def _places(rows: tuple[ClockRow, ...]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        found.setdefault(row.entity, []).append(place)
    return {entity: tuple(places) for entity, places in found.items()}


def _sent(duties: Iterable[Duty]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for duty in duties:
        if duty.incident is not None:
            found.setdefault(duty.incident, []).append(duty.crew)
    return found


def _elsewhere(incident: Incident, sent: Mapping[str, list[str]]) -> frozenset[str]:
    """Who may have been sent to *incident* and is at another one; *sent* are the crews at each."""
    own = {incident.entity, *incident.merged}
    if not incident.is_open or any(entity in own for entity in sent):
        return frozenset()
    return frozenset(crew for crews in sent.values() for crew in crews)


def _queue_row(
    board: Board,
    incident: Incident,
    shift: Shift,
    rows: tuple[ClockRow, ...],
    places: tuple[int, ...],
    sent: Mapping[str, list[str]],
) -> QueueRow:
    known = incident.attributes
    running = [place for place in places if rows[place].due_ms is not None and rows[place].met_ms is None]
    running = [place for place in running if rows[place].state >= ClockState.RUNNING]
    crews = [crew for entity in (incident.entity, *incident.merged) for crew in sent.get(entity, ())]
    life = life_of(incident.facts, _elsewhere(incident, sent))
    return QueueRow(
        entity=incident.entity,
        number=number_of(incident.entity),
        kind=str(known.get("kind", "")),
        severity=_whole(known.get("severity")),
        place=str(known.get("place", "")),
        pipe=str(known.get("pipe", "")),
        dn_mm=_real(known.get("dn_mm")),
        material=str(known.get("material", "")),
        x_m=_real(known.get("x_m")),
        y_m=_real(known.get("y_m")),
        channel=str(known.get("channel", "")),
        opened_ms=incident.opened[0].eff_at_ms,
        last_ms=_last_ms(incident),
        written_ms=_written_ms(board, incident),
        untold=_untold(board, incident, shift),
        is_open=incident.is_open,
        merged=tuple(number_of(entity) for entity in incident.merged),
        crews=tuple(sorted(crews)),
        done=_done(life),
        next=life.next if incident.is_open else (),
        pressing=min(running, key=lambda place: rows[place].due_ms or ENDLESS_MS, default=None),
        clocks=places,
        disputed=tuple(name for name, one in incident.known.items() if one.disputed),
        conflicts=len(incident.course.contested),
        notes=len(incident.evidence),
    )


def _done(life: Life) -> tuple[Step, ...]:
    return tuple(one.step for one in life.steps if one.done is not None)


def _last_ms(incident: Incident) -> int:
    moments = [fact.at_ms for fact in incident.facts]
    return max([entry.eff_at_ms for entry in incident.opened] + moments)


def _written(board: Board, incident: Incident) -> list[Entry]:
    """All that a handover may tell of *incident*."""
    parts = (incident.entity, *incident.merged)
    return [entry for part in parts for entry in board.entries(part) if entry.kind is not EntryKind.ALARM_TAKEN]


def _written_ms(board: Board, incident: Incident) -> tuple[int, int]:
    moments = [entry.written_ms for entry in _written(board, incident)]
    return min(moments), max(moments)


def _untold(board: Board, incident: Incident, shift: Shift) -> tuple[bool, bool]:
    given = shift.given
    if given is None:
        return False, False
    seen = [knew(given, entry.standing, board.lineage) for entry in _written(board, incident)]
    return not any(seen), not all(seen)


def _is_recent(board: Board, closed: Incident, now_ms: int, shift: Shift) -> bool:
    """Whether it stays in the list: what the last handover had not seen is still to be told of."""
    if now_ms - _last_ms(closed) <= RECENT_MS:
        return True
    return _untold(board, closed, shift)[1]


def _pressing_key(row: QueueRow, rows: tuple[ClockRow, ...]) -> tuple[int, int, int]:
    due_ms = ENDLESS_MS if row.pressing is None else rows[row.pressing].due_ms or ENDLESS_MS
    return (due_ms, row.severity or 9, row.opened_ms)


def _alarms(
    board: Board, queue: Iterable[QueueRow], table: ClockTable, rows: tuple[ClockRow, ...]
) -> tuple[Alarm, ...]:
    found = [
        Alarm(row.entity, NEW, NEW, Sound.NEW, row.opened_ms)
        for row in queue
        if row.is_open and Step.CREW_ASSIGNED not in row.done
    ]
    for place, row in enumerate(rows):
        alarm = alarm_of_clock(row.entity, row.rule, row.state, int(table.at_risk_ms[place]), int(table.due_ms[place]))
        if alarm is not None:
            found.append(alarm)
    told = {alarm.incident: board.entries(alarm.incident) for alarm in found}
    graver = {Sound.BREACH: 0, Sound.RISK: 1, Sound.NEW: 2}
    return tuple(sorted(unacknowledged(found, told), key=lambda one: (graver[one.sound], one.since_ms or 0)))


def _crew_row(board: Board, duty: Duty, now_ms: int, zone: ZoneInfo) -> CrewRow:
    card = duty.card
    return CrewRow(
        crew=duty.crew,
        state=duty.state,
        incident=None if duty.incident is None else board.holding(duty.incident),
        accepted=duty.accepted,
        sent_twice=tuple(str(entry.facts["incident"]) for entry in duty.sent_twice),
        on_shift=card.on_shift(now_ms, zone),
        shift_ends_ms=card.shift_ends_ms(now_ms, zone),
        since_ms=duty.since_ms,
        place_m=duty.place_m,
        place_ms=duty.place_ms,
        skills=card.skills,
        equipment=card.equipment,
        vehicle=card.vehicle,
        largest_dn_mm=card.largest_dn_mm,
        base_m=card.base_m,
    )


def _whole(value: Value | None) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _real(value: Value | None) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def lines_of(entries: Iterable[Entry], text: Callable[[str], str | None]) -> tuple[Line, ...]:
    """Time line of *entries*, by time; *text* gives a free text by its id."""
    told = sorted(entries, key=lambda entry: (entry.eff_at_ms, entry.hlc, entry.key))
    corrected = {entry.corrects for entry in told if entry.corrects is not None}
    return tuple(
        Line(
            key=entry.key,
            at_ms=entry.eff_at_ms,
            written_ms=entry.written_ms,
            actor=entry.actor,
            kind=entry.kind,
            code=_code(entry),
            values=entry.facts,
            texts={role: text(text_id) for role, text_id in entry.texts.items()},
            corrects=entry.corrects,
            corrected=entry.key in corrected,
            entity=entry.entity,
            crew=crew_in(entry.role),
        )
        for entry in told
    )


def _code(entry: Entry) -> str:
    names = ("fact", "course", "step", "state", "kind", "into", "incident", "about")
    return next((str(entry.facts[name]) for name in names if name in entry.facts), "")


def sheet_of(
    board: Board,
    entity: str,
    text: Callable[[str], str | None],
    bars: tuple[str, ...],
    plan: Callable[[EventKey], Mapping[str, Any] | None],
) -> Sheet:
    """The sheet of an incident of *board*.

    Args:
        board: Must hold the incident.
        entity: Of the incident.
        text: Gives a free text by its id.
        bars: What bars its closing.
        plan: Gives the body of an event ``plan.made``.
    """
    incident = board.incidents[entity]
    parts = (entity, *incident.merged)
    orders = tuple(order for order in board.orders.values() if order.incident in parts)
    sources = (*parts, *(f"{ORDER}{order.number}" for order in orders))
    lines = lines_of((entry for one in sources for entry in board.entries(one)), text)
    return Sheet(
        incident=incident,
        clocks=board.clocks_of(entity),
        life=life_of(incident.facts, _elsewhere(incident, _sent(board.duties.values()))),
        bars=bars,
        lines=lines,
        orders=orders,
        plan=None if incident.plan is None else plan(incident.plan),
        plan_key=incident.plan,
        field_plan=field_plan_of(incident, plan),
    )
