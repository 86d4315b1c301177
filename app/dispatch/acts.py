"""What a dispatch desk can do, as frozen records: the window, the command line and tests all speak these.

Every moment is UTC milliseconds, None for now: what happened an hour ago is written down as such. Names, phone numbers
and free words stand in ``note``, ``caller``, ``phone`` and ``reason``: they are kept outside the journal's chain.
:mod:`app.operations.dispatch` carries acts out; what cannot be done is answered by :class:`No`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.dispatch.crews import CrewState
from app.dispatch.duty import Card
from app.dispatch.entries import Channel, Course, IncidentKind, OrderStep
from app.dispatch.facts import FactKind, Value
from app.dispatch.permits import Breach, GasReading
from app.dispatch.valve_work import ValveStage
from app.journal.events import EventKey


@dataclass(frozen=True)
class TakeReport:
    """Somebody reports something: a new incident.

    Attributes:
        x_m, y_m: Where, project CRS.
        place: The address or name as the records have it.
        pipe, customer, station: Ids, where they are known; the nearest main is taken otherwise.
        received_ms: The ring, the transfer, the sensor's confirmation: the earliest receipt, not the saving of a form.
        severity: 1 is the gravest; None where nobody has judged it.
        dn_mm: Diameter as recorded; None to take the main's.
    """

    kind: IncidentKind
    x_m: float
    y_m: float
    channel: Channel = Channel.PHONE
    place: str = ""
    pipe: str = ""
    customer: str = ""
    station: str = ""
    severity: int | None = None
    received_ms: int | None = None
    dn_mm: float | None = None
    caller: str = ""
    phone: str = ""
    note: str = ""


@dataclass(frozen=True)
class Amend:
    """Say something anew of an incident: kind, severity, place, pipe, dn_mm and the like.

    Attributes:
        values: By the names of :data:`app.dispatch.entries.AMENDABLE`.
    """

    incident: str
    values: Mapping[str, Value]
    note: str = ""


@dataclass(frozen=True)
class Merge:
    """The same thing was reported twice: *incident* goes into *into*, and the earliest receipt holds."""

    incident: str
    into: str


@dataclass(frozen=True)
class Send:
    """Send a crew to an incident.

    Attributes:
        divert: Take it from the job that it has.
    """

    crew: str
    incident: str
    divert: bool = False
    at_ms: int | None = None


@dataclass(frozen=True)
class Accept:
    """The crew says that it goes: it is not sent elsewhere without being asked."""

    crew: str
    at_ms: int | None = None


@dataclass(frozen=True)
class Recall:
    """The crew is free again."""

    crew: str
    reason: str = ""
    at_ms: int | None = None


@dataclass(frozen=True)
class StateCrew:
    """What a crew is doing, and where, as said over the radio."""

    crew: str
    state: CrewState
    x_m: float | None = None
    y_m: float | None = None
    at_ms: int | None = None


@dataclass(frozen=True)
class ListCrew(Card):
    """Enter a crew in the roster, or say anew what stands on its card."""

    crew: str


@dataclass(frozen=True)
class Record:
    """Something happened: on scene, utilities checked, water off, repaired, flushed, site cleared and the like.

    Attributes:
        values: What else is known, such as ``dn_mm`` of ``diameter.read`` or ``direction`` of ``flushing.done``.
        photo: Content hash of a kept picture that shows it.
    """

    incident: str
    fact: FactKind
    values: Mapping[str, Value] = field(default_factory=dict)
    note: str = ""
    photo: str = ""
    at_ms: int | None = None


@dataclass(frozen=True)
class Turn:
    """A valve was turned for an incident; the network's record of its position follows.

    Attributes:
        position: open or closed.
        without_order: Why no dispatch order was given, where one is required.
        inside: Whether somebody went into its chamber for it: that needs a permit. With a key from above it needs none.
    """

    incident: str
    valve: str
    position: str
    without_order: str = ""
    at_ms: int | None = None
    inside: bool = False


@dataclass(frozen=True)
class WorkValve:
    """A crew says how far it is at a valve; what is wrong with a valve goes into the network's record.

    Attributes:
        turns: How many turns it took so far, where somebody counts.
        inside: As in :class:`Turn`.
    """

    incident: str
    valve: str
    stage: ValveStage
    turns: float | None = None
    inside: bool = False
    note: str = ""
    at_ms: int | None = None


@dataclass(frozen=True)
class TakeBack:
    """What a crew said of a valve did not happen: a slip of the finger. Nothing is deleted.

    Attributes:
        event: The act's event: valve.worked, valve.turned or valve.left.
    """

    incident: str
    event: EventKey
    at_ms: int | None = None


@dataclass(frozen=True)
class AskPermit:
    """Somebody is to go into a valve's chamber (有限空间作业): gas was measured.

    It is written down whether it is given or refused; :attr:`Done.refused` says which.

    Attributes:
        reading: What the instrument showed, and when.
        enters, stands_by: Who goes in, and who stays above and watches (监护人). Kept outside the journal's chain.
        ventilated: Whether the chamber was ventilated before.
        continuous: Whether an instrument goes down and measures on and on.
    """

    incident: str
    valve: str
    reading: GasReading
    instrument: str
    enters: str
    stands_by: str
    ventilated: bool
    continuous: bool = False
    note: str = ""
    at_ms: int | None = None


@dataclass(frozen=True)
class LeaveValve:
    """A valve stays away from its normal position, for a reason."""

    incident: str
    valve: str
    reason: str
    at_ms: int | None = None


@dataclass(frozen=True)
class AttachPlan:
    """Attach an isolation plan that the journal holds, with its customers' list as it was then.

    Attributes:
        plan: The event ``plan.made``.
    """

    incident: str
    plan: EventKey


@dataclass(frozen=True)
class TellFieldPlan:
    """The crew goes by another plan than was told so far, by what it found at the valves.

    Attributes:
        plan: As the body of ``plan.made``.
    """

    incident: str
    plan: Mapping[str, Any]
    at_ms: int | None = None


@dataclass(frozen=True)
class Decide:
    """Close, reopen or cancel.

    Attributes:
        reason: Required for reopening and cancelling, and for closing without a picture of the site.
    """

    incident: str
    course: Course
    reason: str = ""
    at_ms: int | None = None


@dataclass(frozen=True)
class Correct:
    """Put right when something happened, or that it did not; both verdicts stay.

    Attributes:
        event: What is put right.
        at_ms: When it really happened; None where it did not happen at all.
    """

    incident: str
    event: EventKey
    at_ms: int | None
    reason: str


@dataclass(frozen=True)
class Waive:
    """A clock is waived by somebody who may, for a reason."""

    incident: str
    rule: str
    reason: str
    at_ms: int | None = None


@dataclass(frozen=True)
class Note:
    """Words, a picture or a sound kept with an incident; also after it was closed.

    Attributes:
        photo, sound: Content hashes of kept files.
        about: What it shows, such as a fact's kind.
    """

    incident: str
    text: str = ""
    photo: str = ""
    sound: str = ""
    about: str = ""
    at_ms: int | None = None


@dataclass(frozen=True)
class Issue:
    """Give a numbered dispatch order.

    Attributes:
        receiver: Who is to carry it out.
        about: ``valve/V12`` (valves and pumps) or ``source/S1``; the id alone where one thing alone bears it.
        text: The order's words.
    """

    receiver: str
    about: str
    text: str
    incident: str = ""
    at_ms: int | None = None


@dataclass(frozen=True)
class StepOrder:
    """An order was read back, executed, reported or withdrawn."""

    order: str
    step: OrderStep
    note: str = ""
    at_ms: int | None = None


@dataclass(frozen=True)
class TakeAlarm:
    """Acknowledge that an alarm was seen.

    Attributes:
        rule: The clock's rule, or the alarm's own code.
        state: What it warned of, such as ``breached``.
    """

    incident: str
    rule: str
    state: str


@dataclass(frozen=True)
class Mute:
    """Silence the desk's sounds for a while; never without a reason."""

    until_ms: int
    reason: str


@dataclass(frozen=True)
class HandOver:
    """One half of a handover: who leaves names who comes, and who comes signs for that.

    Attributes:
        to: Who takes over, said by who leaves; "" from who comes.
        from_ms: Since when the handover tells what changed.
        taken: The event of who leaves, signed for by who comes.
    """

    to: str = ""
    from_ms: int | None = None
    taken: EventKey | None = None
    note: str = ""


Act = (
    TakeReport
    | Amend
    | Merge
    | Send
    | Accept
    | Recall
    | StateCrew
    | ListCrew
    | Record
    | Turn
    | WorkValve
    | TakeBack
    | AskPermit
    | LeaveValve
    | AttachPlan
    | TellFieldPlan
    | Decide
    | Correct
    | Waive
    | Note
    | Issue
    | StepOrder
    | TakeAlarm
    | Mute
    | HandOver
)


@dataclass(frozen=True)
class Done:
    """It is in the journal, on the disk.

    Attributes:
        about: Entity of what was done, such as ``incident/W118``: new numbers are learned here.
        events: What was written.
        refused: Why the permit that was asked for is refused; what is written then is the refusal.
    """

    about: str
    events: tuple[EventKey, ...]
    refused: tuple[Breach, ...] = ()


@dataclass(frozen=True)
class No:
    """It cannot be done now; nothing was written.

    Attributes:
        code: Words in the section ``dispatch_no``.
        detail: Parameters for them.
        bars: Steps, rules and valves that bar the way, for closing.
    """

    code: str
    detail: Mapping[str, str | int | float] = field(default_factory=dict)
    bars: tuple[str, ...] = ()


Outcome = Done | No
