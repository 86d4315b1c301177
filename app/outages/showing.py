"""What a desk shows of planned outages, as frozen records: the list with its clocks and clashes, one outage whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.dispatch.states import ClockTable
from app.dispatch.stations import StationHit
from app.outages.book import Outage, Revision, Stage
from app.outages.clashes import Clash
from app.outages.fates import Audience
from app.outages.judge import Judgement


@dataclass(frozen=True)
class OutageRow:
    """One outage in the list and in the calendar.

    Attributes:
        title: What its planner calls it; "" where he gave no title.
        stage: How far it has come.
        start_ms, end_ms: The announced window, UTC.
        off_ms, back_ms: When the water was off and back; None where it was not.
        households, affected: Households out, and customers out, on storage or newly low.
        lawful: Whether every rule is or can still be kept; what is over is not judged any more.
        target: What is worked on, as the plan's record has it.
        clocks: Rows in the view's clock table, with the ids of their rules.
        conflicts: How many changes of others were not taken.
        owes_word: Whether it was called off and not everybody who was told of it was told so.
        off_all_the_same: Whether its water is off though somebody called it off.
    """

    number: str
    title: str
    stage: Stage
    start_ms: int
    end_ms: int
    off_ms: int | None
    back_ms: int | None
    households: int
    affected: int
    lawful: bool
    target: Mapping[str, object]
    clocks: tuple[tuple[int, str], ...] = ()
    conflicts: int = 0
    owes_word: bool = False
    off_all_the_same: bool = False

    @property
    def is_over(self) -> bool:
        """Whether the water is on and stays on; whoever was told may still have to be told so."""
        return self.stage in {Stage.ENDED, Stage.CANCELLED}


@dataclass(frozen=True, eq=False)
class OutagesView:
    """All outages at one moment.

    Attributes:
        rows: By number.
        table: Their clocks.
        clashes: Pairs that should know of one another, by time.
        events: How many events the journal holds.
    """

    now_ms: int
    rows: tuple[OutageRow, ...]
    table: ClockTable
    clashes: tuple[Clash, ...]
    events: int

    def row(self, number: str) -> OutageRow | None:
        """The outage of that number."""
        return next((one for one in self.rows if one.number == number), None)

    def clashes_of(self, number: str) -> tuple[Clash, ...]:
        """What others do to it."""
        return tuple(one for one in self.clashes if number in {one.one, one.other})


@dataclass(frozen=True)
class JointLoss:
    """What outages under way at once do together that none of them does alone.

    Attributes:
        numbers: The outages.
        from_ms, until_ms: While all of them are under way, UTC.
        customers, people: Without water only by the combination.
        critical, critical_names: Critical customers among them: how many, and the first ones by name.
        dry_fails: Outages whose main does not stay dry beside the others.
    """

    numbers: tuple[str, ...]
    from_ms: int
    until_ms: int
    customers: int
    people: int
    critical: int
    critical_names: tuple[str, ...]
    dry_fails: tuple[str, ...] = ()


@dataclass(frozen=True)
class JointLosses:
    """What one outage and all that is under way beside it do together, and what could not be reckoned with.

    Attributes:
        losses: From each change to the next; empty where nothing is lost.
        left_out: Numbers of outages and emergencies left out; of an emergency of which only a valve is, with the valve.
    """

    losses: tuple[JointLoss, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class CriticalOne:
    """A critical customer of an outage; *state* is out, on_storage or low."""

    id: str
    name: str
    state: str


@dataclass(frozen=True, eq=False)
class OutageSheet:
    """One outage whole.

    Attributes:
        outage: As the book has it.
        found: How it stands to the rules.
        texts: Its free words by role.
        reasons: Of decisions: their words, by the decision's key as text.
        drain_back, verify_closed: Valves closed too, and seen closed, by id.
        critical: Critical customers, those out first.
        low_known: Whether somebody has worked out whose pressure falls below what is promised.
        changes: What the last revision changed of the one before it.
        owed: How many were told of an outage that will not be theirs, and not yet that it will not be.
        owed_messages: How many of them a message can tell; the others have no phone, or theirs was refused.
        still_announced: Where the public still reads of it though it was called off.
        stations: Secondary stations that get no water meanwhile, those without a tank first.
    """

    outage: Outage
    stage: Stage
    found: Judgement
    texts: Mapping[str, str]
    reasons: Mapping[str, str] = field(default_factory=dict)
    drain_back: tuple[str, ...] = ()
    verify_closed: tuple[str, ...] = ()
    critical: tuple[CriticalOne, ...] = ()
    low_known: bool = False
    changes: tuple[Change, ...] = ()
    owed: int = 0
    owed_messages: int = 0
    still_announced: tuple[Audience, ...] = ()
    stations: tuple[StationHit, ...] = ()


@dataclass(frozen=True)
class Change:
    """One thing that a revision changed.

    Attributes:
        what: ``start``, ``end``, ``out``, ``on_storage``, ``low``, ``closes`` or ``leaves`` (valves).
        before, after: UTC milliseconds of a moment, customers of a count; of valves *after* is how many.
        valves: Ids, of ``closes`` and ``leaves``.
    """

    what: str
    before: int
    after: int
    valves: tuple[str, ...] = ()


def changes_of(before: Revision, after: Revision) -> tuple[Change, ...]:
    """What *after* changed of *before*, times first."""
    pairs = {
        "start": (before.start_ms, after.start_ms),
        "end": (before.end_ms, after.end_ms),
        "out": (before.effect.out, after.effect.out),
        "on_storage": (before.effect.on_storage, after.effect.on_storage),
        "low": (before.effect.low, after.effect.low),
    }
    found = [Change(what, was, now) for what, (was, now) in pairs.items() if was != now]
    more, fewer = set(after.close) - set(before.close), set(before.close) - set(after.close)
    valves = {"closes": more, "leaves": fewer}
    found += [Change(what, 0, len(ids), tuple(sorted(ids))) for what, ids in valves.items() if ids]
    return tuple(found)
