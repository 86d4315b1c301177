"""What the desk's lists show, worked out once when word comes; a tick only compares times. No widget here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from app.dispatch.clocks import ENDLESS_MS
from app.dispatch.states import ClockState, ClockTable
from app.ui.dispatch.faces import PRESSING, Face, span
from network.columns import Int32

_TIMED = PRESSING | {ClockState.RUNNING}


@dataclass(frozen=True, eq=False)
class Moment:
    """Every clock at one moment.

    Attributes:
        now_ms: UTC milliseconds.
        states: Shape (n,), one for each clock of *table*.
    """

    now_ms: int
    table: ClockTable
    states: Int32

    @classmethod
    def of(cls, table: ClockTable, now_ms: int) -> Moment:
        """The clocks of *table* at *now_ms*."""
        return cls(now_ms, table, table.states(now_ms))

    def state(self, clock: int) -> ClockState:
        """State of one clock, by its row in the table."""
        return ClockState(int(self.states[clock]))

    def left_s(self, clock: int) -> float | None:
        """Seconds that it has left, negative once over; None where no limit runs."""
        due_ms = int(self.table.due_ms[clock])
        return None if due_ms == ENDLESS_MS or self.state(clock) not in _TIMED else (due_ms - self.now_ms) / 1000

    def face(self, clock: int, label: str) -> Face:
        """How one clock looks."""
        left_s = self.left_s(clock)
        return Face(self.state(clock), label, "" if left_s is None else span(left_s))

    def urgency(self, clocks: Iterable[int]) -> tuple[int, int]:
        """What a queue sorts by: the nearest breach first, those breached longest before; without limits last."""
        pressing = [clock for clock in clocks if self.state(clock) in _TIMED]
        due_ms = min((int(self.table.due_ms[clock]) for clock in pressing), default=ENDLESS_MS)
        return (0 if due_ms != ENDLESS_MS else 1, due_ms)

    def worst(self, clocks: Iterable[int]) -> ClockState:
        """The most pressing state among *clocks*."""
        return ClockState(max((int(self.states[clock]) for clock in clocks), default=0))

    def count(self, state: ClockState) -> int:
        """How many clocks are in *state*."""
        return int(np.count_nonzero(self.states == state))


@dataclass(frozen=True)
class QueueLine:
    """An incident in the queue.

    Attributes:
        entity: Its name in the journal.
        number: What everybody calls it.
        icon: By kind, or by what is done there now.
        place, size: Where, and the main's diameter.
        told: The second line: what it is, who is on it.
        clocks: Rows in the clock table with the clocks' names, in the order of the rules.
        over: Closed: it stands below what is open.
    """

    entity: str
    number: str
    icon: str
    place: str
    size: str
    told: str
    clocks: tuple[tuple[int, str], ...]
    over: bool = False

    @property
    def clock_rows(self) -> tuple[int, ...]:
        """Rows in the clock table."""
        return tuple(clock for clock, _ in self.clocks)

    def faces(self, moment: Moment) -> list[Face]:
        """Its clocks, the most pressing first; what does not apply is left out."""
        shown = [
            (-int(moment.states[clock]), int(moment.table.due_ms[clock]), moment.face(clock, label))
            for clock, label in self.clocks
            if moment.state(clock) is not ClockState.NOT_APPLICABLE
        ]
        return [face for _, _, face in sorted(shown, key=lambda one: one[:2])]


class MarkKind(Enum):
    """What a mark on the time line says."""

    HAPPENED = "happened"
    EXPECTED = "expected"
    DEADLINE = "deadline"


@dataclass(frozen=True)
class TimeMark:
    """A moment of an incident on the time line; *tone* is a colour token."""

    at_ms: int
    kind: MarkKind
    label: str
    tone: str = "t1"


@dataclass(frozen=True)
class TimeRow:
    """An incident on the time line.

    Attributes:
        told, tone: What is most pressing, and its colour token.
        from_ms: When it began. until_ms: When it was closed; None while it is open.
        late_ms: From when its nearest limit has been over; None while none is.
    """

    entity: str
    number: str
    told: str
    tone: str
    from_ms: int
    until_ms: int | None
    late_ms: int | None
    marks: tuple[TimeMark, ...] = ()


class DotKind(Enum):
    """How far a step is."""

    DONE = "done"
    NEXT = "next"
    OPEN = "open"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class Dot:
    """One step of an incident's life: its name, and when it was done or is expected."""

    kind: DotKind
    label: str
    time: str = ""


def in_order(rows: Iterable[QueueLine], moment: Moment) -> tuple[QueueLine, ...]:
    """*rows* by time to breach."""
    return tuple(sorted(rows, key=lambda row: (row.over, *moment.urgency(row.clock_rows), row.number)))
