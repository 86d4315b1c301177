"""What the window asks about planned outages, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.dispatch.acts import Outcome
from app.journal.events import EventKey
from app.outages.acts import Happened, Rule
from app.outages.fates import Audience, Delivery, Fate, Row
from app.outages.showing import JointLosses, OutageSheet, OutagesView
from app.outages.templates import NoticeKind
from app.plan_requests import Subject
from network.answers import CannotIsolate, Impact, IsolationPlan


@dataclass(frozen=True)
class LookAtOutages:
    """All planned outages now. Answer: :class:`OutagesShown`.

    Attributes:
        now_ms: The window's clock, UTC.
    """

    now_ms: int


@dataclass(frozen=True)
class ShowOutage:
    """One outage whole. Answer: :class:`OutageShown`."""

    number: str
    now_ms: int


@dataclass(frozen=True)
class PlanOutage:
    """What the plan of an outage does under the present states. Answer: :class:`OutagePlanned`."""

    number: str


@dataclass(frozen=True)
class ReckonJoint:
    """What an outage and those under way at the same time do together. Answer: :class:`JointReckoned`."""

    number: str
    now_ms: int


@dataclass(frozen=True)
class DraftOutage:
    """Plan an outage, or plan it anew. Answer: :class:`OutageAnswered`.

    Attributes:
        subject: What is made dry, and by which valves.
        start_ms, end_ms: The window to be announced, UTC.
        number, after: The outage that is planned anew, and its revision that the planner has seen.
        texts: Free words by role.
        roads: Roads that the work closes.
        now_ms: The window's clock, UTC.
    """

    subject: Subject
    start_ms: int
    end_ms: int
    now_ms: int
    number: str = ""
    after: EventKey | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    roads: int = 0


@dataclass(frozen=True)
class ReviseOutage:
    """The same plan at another time, with other words, or with the newly low named. Answer: :class:`OutageAnswered`.

    Attributes:
        after: The revision that the planner has seen.
        start_ms, end_ms, roads, texts: What changes; None for what stays.
        low: Ids of customers newly low; None where they stay as they are.
    """

    number: str
    after: EventKey
    now_ms: int
    start_ms: int | None = None
    end_ms: int | None = None
    roads: int | None = None
    texts: Mapping[str, str] | None = None
    low: tuple[str, ...] | None = None


@dataclass(frozen=True)
class DoOutage:
    """Decide, or say what happened. Answer: :class:`OutageAnswered`.

    Attributes:
        who: Who does it; "" for whoever is logged in.
    """

    act: Rule | Happened
    now_ms: int
    who: str = ""


@dataclass(frozen=True)
class ShowNotice:
    """A notice as it will go out, and who was told. Answer: :class:`NoticeShown`."""

    number: str
    kind: NoticeKind
    language: str


@dataclass(frozen=True)
class WriteRecipients:
    """Write the table of everybody to be told. Answer: :class:`RecipientsWritten`."""

    number: str
    path: Path
    language: str
    kind: NoticeKind = NoticeKind.PLANNED


@dataclass(frozen=True)
class SendNotice:
    """Tell everybody who was not told yet; a job. Answer: :class:`NoticeSent`.

    Attributes:
        folder: The workspace.
        gateway: ``http://`` or ``https://`` address, or a folder.
        language: Of the text.
        now_ms: The window's clock when the key was pressed, UTC.
        audience: Those affected are sent the short message, website and media the long one.
    """

    folder: Path
    number: str
    kind: NoticeKind
    gateway: str
    language: str
    now_ms: int
    who: str = ""
    audience: Audience = Audience.CUSTOMERS


@dataclass(frozen=True)
class FindLow:
    """Whose pressure falls below what is promised while an outage lasts; a job. Answer: :class:`LowFound`."""

    folder: Path
    number: str


@dataclass(frozen=True)
class OutagesShown:
    """All planned outages."""

    view: OutagesView


@dataclass(frozen=True)
class OutageShown:
    """One outage; None where there is none of that number."""

    number: str
    sheet: OutageSheet | None


@dataclass(frozen=True, eq=False)
class OutagePlanned:
    """What the plan does now.

    Attributes:
        subject: The plan, as other requests name it.
        as_recorded: Whether it still closes the valves that the journal names.
    """

    number: str
    subject: Subject
    answer: IsolationPlan | CannotIsolate
    impact: Impact
    as_recorded: bool
    elapsed_s: float


@dataclass(frozen=True)
class JointReckoned:
    """What is lost by the combination."""

    number: str
    found: JointLosses


@dataclass(frozen=True)
class OutageAnswered:
    """What became of it, with all outages as they are now."""

    outcome: Outcome
    view: OutagesView


@dataclass(frozen=True)
class NoticeShown:
    """A notice.

    Attributes:
        web, sms: Its texts.
        water: Where people fetch water, a line each; empty where the clause does not ask for it.
        published: What became of it on the website and in the media, where that was begun.
        earlier: Number of the plan whose text stands there, where it is not the one that holds.
        counts: Recipients by fate; empty before anything was sent.
        untold: Who was not told, at most :data:`MOST_UNTOLD`.
    """

    asked: ShowNotice
    web: str
    sms: str
    counts: Mapping[Fate, int]
    untold: tuple[Row, ...]
    water: tuple[str, ...] = ()
    published: Mapping[Audience, Row] = field(default_factory=dict)
    earlier: Mapping[Audience, int] = field(default_factory=dict)


MOST_UNTOLD = 200


@dataclass(frozen=True)
class RecipientsWritten:
    """The table is on disk."""

    path: Path
    count: int


@dataclass(frozen=True)
class NoticeSent:
    """How far the notice has come; what was finished stands in the journal."""

    number: str
    kind: NoticeKind
    delivery: Delivery
    audience: Audience = Audience.CUSTOMERS


@dataclass(frozen=True)
class LowFound:
    """Customers with water whose meter falls below what is promised.

    Attributes:
        revision: For which revision it was worked out.
        low: Their ids.
        hours: Hours of the day that were looked at.
    """

    number: str
    revision: EventKey
    low: tuple[str, ...]
    hours: tuple[float, ...]


OutageRequest = (
    LookAtOutages
    | ShowOutage
    | PlanOutage
    | ReckonJoint
    | DraftOutage
    | ReviseOutage
    | DoOutage
    | ShowNotice
    | WriteRecipients
    | SendNotice
    | FindLow
)
OutageReply = (
    OutagesShown
    | OutageShown
    | OutagePlanned
    | JointReckoned
    | OutageAnswered
    | NoticeShown
    | RecipientsWritten
    | NoticeSent
    | LowFound
)
OUTAGE_JOBS = (SendNotice, FindLow)
