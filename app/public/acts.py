"""What can be done with complaints, as frozen records: command line, window and tests speak these.

:mod:`app.operations.public` carries them out; what cannot be done is answered by :class:`~app.dispatch.acts.No`.
Moments are UTC milliseconds, None for now. Names, numbers and free words are kept outside the journal's chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.dispatch.facts import FactKind, Value
from app.public.entries import ComplaintKind, EscalationCause, InformationKind, Source


@dataclass(frozen=True)
class TakeComplaint:
    """Somebody complains, or calls that something is wrong.

    Attributes:
        customer: Id; the place is the customer's where none is given.
        x_m, y_m: Where, project CRS; None where nobody knows.
        ticket: Number that another system gave; the same number is never taken twice.
        received_ms: The ring or the transfer, not the saving of a form.
    """

    kind: ComplaintKind
    customer: str = ""
    x_m: float | None = None
    y_m: float | None = None
    source: Source = Source.PHONE
    ticket: str = ""
    received_ms: int | None = None
    name: str = ""
    phone: str = ""
    address: str = ""
    note: str = ""


@dataclass(frozen=True)
class Say:
    """Something happened to a complaint or an escalation.

    Attributes:
        number: Such as T118 or E2.
        values: ``level`` of an acknowledgement; ``until_ms`` of a suggestion that is put off (with its reason).
    """

    number: str
    fact: FactKind
    values: Mapping[str, Value] = field(default_factory=dict)
    note: str = ""
    at_ms: int | None = None


class Mood(StrEnum):
    """What a callback found; words are made in app.messages."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class CallBack:
    """A customer was called back.

    Attributes:
        suggestion: What he suggests or complains of further; "" for nothing. It gets a clock of its own (C6).
    """

    number: str
    mood: Mood
    suggestion: str = ""
    at_ms: int | None = None


@dataclass(frozen=True)
class LinkTo:
    """A complaint belongs to an incident or an outage; to nothing where *to* is empty.

    Attributes:
        to: Number, such as W12 or J3.
    """

    number: str
    to: str


@dataclass(frozen=True)
class Escalate:
    """Report something level by level: pollution of a source, or a sudden accident of supply; one is enough."""

    cause: EscalationCause
    note: str = ""
    at_ms: int | None = None


@dataclass(frozen=True)
class Inform:
    """Information that the public is to have was made, or changed: from now on a limit runs (I1, I2).

    Attributes:
        title: What it is called.
        urgent: To be published at once; None: as what it changes was, and what is new is not.
        replaces: Number of what it changes; "" for what is new.
        made_ms: When it was made or changed.
    """

    kind: InformationKind
    title: str
    urgent: bool | None = None
    replaces: str = ""
    note: str = ""
    made_ms: int | None = None


@dataclass(frozen=True)
class Mend:
    """Put right when something happened, or that it did not; both verdicts stay.

    Attributes:
        fact: The latest fact of this kind is meant.
        at_ms: When it really happened; None where it did not happen at all.
    """

    number: str
    fact: FactKind
    at_ms: int | None
    reason: str


ComplaintAct = TakeComplaint | Say | CallBack | LinkTo | Escalate | Inform | Mend
