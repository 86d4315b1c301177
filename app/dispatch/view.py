"""What a dispatch desk shows, as one frozen record worked out for a moment.

The desk process makes it when events or forecasts change; between, the window compares times:
``view.table.states(now_ms)`` gives the state of every clock in ``view.clocks``, and nothing else moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.dispatch.alarms import Alarm
from app.dispatch.crews import CrewState
from app.dispatch.disputes import Dispute
from app.dispatch.life import Step
from app.dispatch.orders import Order
from app.dispatch.shift import Shift, ValveOff
from app.dispatch.states import ClockState, ClockTable, Forecast

RECENT_MS = 12 * 3_600_000
"""House: how long a closed incident stays in the list at least, a shift; else until the handover that tells of it."""


@dataclass(frozen=True)
class ClockRow:
    """One clock of the table, in its row.

    Attributes:
        due_ms: None for gates, and while a pause lasts.
        forecast: None where nothing is expected of it.
        state: At the moment of the view.
        red_line_ms: A later moment that another clause draws.
    """

    entity: str
    rule: str
    title_zh: str
    title_en: str
    start_ms: int | None
    due_ms: int | None
    met_ms: int | None
    red_line_ms: int | None
    forecast: Forecast | None
    provisional: tuple[str, ...]
    state: ClockState


@dataclass(frozen=True)
class QueueRow:
    """One incident in the queue.

    Attributes:
        entity, number: ``incident/W118`` and ``W118``.
        kind: "" where desks disagree unseen; see *disputed*.
        opened_ms: First receipt of this and of everything merged into it.
        written_ms: When the first and the last of it were written down, by the journal's clock: what is entered late
            is news all the same. Sounds that were acknowledged are none.
        untold: Whether who gave the last handover that both signed had seen nothing of it, and not all of it. Neither
            before any handover.
        crews: Crews sent to it.
        material: Of the main, as recorded; "" where it is not.
        done: Steps that are done, in order.
        next: Steps that can be done now.
        pressing: Place in ``view.clocks`` of the clock that runs out first, None where none runs.
        clocks: Places of all its clocks in ``view.clocks``.
        disputed: Attributes about which desks disagree unseen.
        conflicts: Decisions that met others unseen.
    """

    entity: str
    number: str
    kind: str
    severity: int | None
    place: str
    pipe: str
    dn_mm: float | None
    material: str
    x_m: float | None
    y_m: float | None
    channel: str
    opened_ms: int
    last_ms: int
    written_ms: tuple[int, int]
    untold: tuple[bool, bool]
    is_open: bool
    merged: tuple[str, ...]
    crews: tuple[str, ...]
    done: tuple[Step, ...]
    next: tuple[Step, ...]
    pressing: int | None
    clocks: tuple[int, ...]
    disputed: tuple[str, ...]
    conflicts: int
    notes: int


@dataclass(frozen=True)
class CrewRow:
    """One crew on the board, as the journal has it.

    Attributes:
        state: Standby, off, under way or on scene; what the roster and its last word say.
        incident: Entity of its job.
        accepted: Whether it said that it goes.
        sent_twice: Incidents that another desk sent it to, unseen.
        on_shift: Whether the roster has it on duty; True where no shift is recorded.
        since_ms: When its state was said last; None where it never was.
        shift_ends_ms: When its shift ends; None where it is off shift, or none is recorded.
        place_m, place_ms: Where it said it was, and when.
    """

    crew: str
    state: CrewState
    incident: str | None
    accepted: bool
    sent_twice: tuple[str, ...]
    on_shift: bool
    shift_ends_ms: int | None
    since_ms: int | None
    place_m: tuple[float, float] | None
    place_ms: int | None
    skills: tuple[str, ...]
    equipment: tuple[str, ...]
    vehicle: str
    largest_dn_mm: float | None
    base_m: tuple[float, float] | None


@dataclass(frozen=True, eq=False)
class DispatchView:
    """What the desk shows.

    Attributes:
        now_ms: The moment of it.
        heads: How far the journal had come; ask again with them to learn what changed.
        queue: Open incidents, the one that breaches first on top, then those closed in the last hours, latest first.
        table: All clocks of open incidents as columns, for the tick.
        clocks: The same, row by row.
        crews: By name.
        orders: Open ones first, then by number, latest first.
        alarms: What nobody has acknowledged, breaches first.
        muted_until_ms: Until when sounds are silenced; 0 where they are not.
        shift: Since when it lasts, and what handover waits to be signed.
        valves_off: Valves that open incidents, and those closed of late, left off their normal position.
        disputes: What people said and decided without having heard of each other.
        changed: Entities of which something was heard since the heads that were asked with.
    """

    now_ms: int
    heads: Mapping[str, int]
    queue: tuple[QueueRow, ...]
    table: ClockTable
    clocks: tuple[ClockRow, ...]
    crews: tuple[CrewRow, ...]
    orders: tuple[Order, ...]
    alarms: tuple[Alarm, ...]
    muted_until_ms: int
    shift: Shift
    valves_off: tuple[ValveOff, ...]
    changed: frozenset[str]
    disputes: tuple[Dispute, ...] = ()

    def row(self, entity: str) -> QueueRow | None:
        """The incident's row; None where it is not in the queue."""
        return next((row for row in self.queue if row.entity == entity), None)


def number_of(entity: str) -> str:
    """``W118`` of ``incident/W118``; the part of an entity that people say."""
    return entity.partition("/")[2]
