"""What a crew has before it at the valves of an incident: which one is next, what it is like, what is done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.dispatch.permits import ChamberState, Permit
from app.journal.events import EventKey

KEY_REACHES_M = 2.0
"""House: a key turns spindles that lie no deeper; a deeper one is turned from inside its chamber."""
_ROOMS = ("室", "room", "vault")


class Goal(StrEnum):
    """What is to be done at a valve. Words are made in app.messages (``field_goal``)."""

    CLOSE = "close"
    VERIFY = "verify"
    OPEN = "open"


@dataclass(frozen=True)
class ValveCard:
    """What the records say of a valve, for whoever stands over it.

    Attributes:
        turns: To close it; None where they are not recorded.
        closes: clockwise, counterclockwise or unknown, by the names of :class:`network.assets.Turning`.
        depth_m: Of the spindle; None where it is not recorded.
        x_m, y_m: Project CRS.
        normal, position, condition: By the names of their kinds in :mod:`network.assets`, in small letters.
    """

    valve: str
    kind: str
    dn_mm: int
    turns: float | None
    closes: str
    depth_m: float | None
    chamber: str
    landmark: str
    x_m: float
    y_m: float
    normal: str
    position: str
    condition: str

    @property
    def entered(self) -> bool:
        """Whether the record says that somebody goes in to turn it: a room, or too deep for a key."""
        deep = self.depth_m is not None and self.depth_m > KEY_REACHES_M
        return deep or any(word in self.chamber.casefold() for word in _ROOMS)


@dataclass(frozen=True)
class ValveStep:
    """One valve of the work.

    Attributes:
        done: Whether it stands as is wanted, by a word of this incident.
        left: Whether it stays away from its normal position, for a reason.
        done_ms: When it was turned; None where it was not.
        stage: What the crew said of it last since it has been this step's; "" where nothing.
        turns_done: How many turns it took by that word.
        inside: Whether somebody was in its chamber by that word.
        by_order: Whether it is turned by dispatch order only, and none was read back.
        chamber: Whether somebody may go into its chamber. permit: The last word about that.
    """

    card: ValveCard
    goal: Goal
    done: bool
    left: bool = False
    done_ms: int | None = None
    stage: str = ""
    turns_done: float | None = None
    inside: bool = False
    by_order: bool = False
    chamber: ChamberState = ChamberState.NONE
    permit: Permit | None = None

    @property
    def valve(self) -> str:
        """Its id."""
        return self.card.valve

    @property
    def position_wanted(self) -> str:
        """Open or closed."""
        return "open" if self.goal is Goal.OPEN else "closed"


@dataclass(frozen=True)
class LastWord:
    """What this console said last at a valve, and can take back."""

    event: EventKey
    valve: str
    code: str


@dataclass(frozen=True)
class FieldTask:
    """The work at the valves of one incident at a moment.

    Attributes:
        planned: Whether a plan is attached.
        feasible: Whether valves alone stop the water, after all that crews found.
        going_back: Whether the main is mended: valves go back, the last closed first.
        dry: Whether the water is off by somebody's word.
        steps: Those that are done first, as they were done; then the others, in the order of closing.
        aside: Valves that crews could not turn or find, or that let water by.
        last: What can be taken back; None where there is nothing.
    """

    entity: str
    number: str
    place: str
    is_open: bool
    planned: bool
    feasible: bool
    going_back: bool
    dry: bool
    steps: tuple[ValveStep, ...] = ()
    aside: tuple[ValveStep, ...] = ()
    last: LastWord | None = None

    @property
    def current(self) -> ValveStep | None:
        """The first that is not done; None where all are."""
        return next((step for step in self.steps if not step.done), None)

    @property
    def listed(self) -> tuple[ValveStep, ...]:
        """What is done, what could not be done, what is ahead: as it is gone through."""
        done = tuple(step for step in self.steps if step.done)
        return (*done, *self.aside, *(step for step in self.steps if not step.done))

    @property
    def over(self) -> bool:
        """Whether nothing is left to do at these valves now."""
        return bool(self.steps) and self.current is None

    def step(self, valve: str) -> ValveStep | None:
        """The step or the valve set aside of that id."""
        return next((one for one in (*self.steps, *self.aside) if one.valve == valve), None)

    def number_of(self, valve: str) -> int:
        """Its place among the steps, from 1; 0 for one that is none."""
        return next((at for at, one in enumerate(self.steps, 1) if one.valve == valve), 0)
