"""What the window asks about the hotline, and what comes back. Frozen, picklable, no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.dispatch.acts import Outcome
from app.paper_table import PaperTable
from app.public.acts import ComplaintAct
from app.public.calls import CallsRead
from app.public.found import Found as CustomerFound
from app.public.month import MonthReport
from app.public.view import ComplaintView


@dataclass(frozen=True)
class LookUpCustomer:
    """Who is meant, and has he water. Answer: :class:`CustomersFound`.

    Attributes:
        text: Address, name, id, phone or meter.
        now_ms: The window's clock, UTC; None for the desk process's own.
    """

    text: str
    now_ms: int | None = None


@dataclass(frozen=True)
class LookAtComplaints:
    """What the hotline desk shows now. Answer: :class:`ComplaintsShown`, or :class:`ComplaintsQuiet`.

    Attributes:
        since: ``heads`` of the view that the window has; None for the first.
        now_ms: As in :class:`LookUpCustomer`.
    """

    since: Mapping[str, int] | None = None
    now_ms: int | None = None


@dataclass(frozen=True)
class DoComplaint:
    """Do something about a complaint. Answer: :class:`ComplaintAnswered`.

    Attributes:
        who: Who does it; "" for whoever is logged in.
        now_ms: The moment at which the key was pressed.
    """

    act: ComplaintAct
    who: str = ""
    now_ms: int | None = None


@dataclass(frozen=True)
class ReadCalls:
    """Where the calls of the last hours point. Answer: :class:`CallsPoint`. Whole city: a job of its own.

    Attributes:
        now_ms: The moment.
    """

    folder: Path
    now_ms: int


@dataclass(frozen=True)
class ReadMonth:
    """The figures of a month. Answer: :class:`MonthRead`. Reads the whole journal: a job of its own.

    Attributes:
        month: Any day of it.
        now_ms: The moment at which it is judged.
    """

    folder: Path
    month: date
    now_ms: int


@dataclass(frozen=True)
class WriteMonth:
    """The report of a month into a file; a job. Answer: :class:`MonthWritten`, or :class:`PaperTable` for a .pdf.

    Attributes:
        month: Any day of it.
        now_ms: The moment at which it is judged.
        language: Of its words.
        path: The file to be written: .csv, .xlsx or .pdf.
    """

    folder: Path
    month: date
    now_ms: int
    language: str
    path: Path


@dataclass(frozen=True)
class MonthWritten:
    """The report is on disk."""

    path: Path


@dataclass(frozen=True)
class MonthRead:
    """The figures of a month."""

    report: MonthReport


@dataclass(frozen=True)
class CustomersFound:
    """Customers that were meant, the best first, with their places; *text* is what was asked."""

    text: str
    found: tuple[CustomerFound, ...]


@dataclass(frozen=True, eq=False)
class ComplaintsShown:
    """The desk's view."""

    view: ComplaintView


@dataclass(frozen=True)
class ComplaintsQuiet:
    """Nothing was written since."""


@dataclass(frozen=True, eq=False)
class ComplaintAnswered:
    """What became of an act, and the desk after it."""

    outcome: Outcome
    view: ComplaintView


@dataclass(frozen=True)
class CallsPoint:
    """Where calls point."""

    read: CallsRead


PublicRequest = LookUpCustomer | LookAtComplaints | DoComplaint | ReadCalls | ReadMonth | WriteMonth
PUBLIC_JOBS = (ReadCalls, ReadMonth, WriteMonth)
"""Each of these runs in a job process of its own: they go over the whole city."""

PublicReply = (
    CustomersFound
    | ComplaintsShown
    | ComplaintsQuiet
    | ComplaintAnswered
    | CallsPoint
    | MonthRead
    | MonthWritten
    | PaperTable
)
