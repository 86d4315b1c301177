"""What the window asks of the desk process about dispatch, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.dispatch.acts import Act, Outcome
from app.dispatch.duplicates import Likeness
from app.dispatch.offers import Offers
from app.dispatch.positions import Positions
from app.dispatch.reach_told import Reach
from app.dispatch.sheet import Sheet
from app.dispatch.view import DispatchView
from app.paper_table import PaperTable
from network.assets import Condition, Position


@dataclass(frozen=True)
class LookAtDispatch:
    """What the desk shows now. Answer: :class:`DispatchShown`, or :class:`DispatchQuiet` where nothing is new.

    Attributes:
        since: ``heads`` of the view that the window has; None for the first.
        always: A whole view even where nothing was written: forecasts move with time.
        now_ms: The window's clock, UTC; None for the desk process's own.
    """

    since: Mapping[str, int] | None = None
    always: bool = False
    now_ms: int | None = None


@dataclass(frozen=True)
class DoAct:
    """Do something. Answer: :class:`ActAnswered`.

    Attributes:
        who: Who does it; "" for whoever is logged in.
        role: As whom: ``crew/…`` for a crew.
        since, now_ms: As in :class:`LookAtDispatch`: what is done happens when the key is pressed.
    """

    act: Act
    who: str = ""
    role: str = ""
    since: Mapping[str, int] | None = None
    now_ms: int | None = None


@dataclass(frozen=True)
class ShowIncident:
    """One incident whole. Answer: :class:`IncidentShown`.

    Attributes:
        incident: Number or entity; of a merged one, the incident that holds it is shown.
        now_ms: As in :class:`LookAtDispatch`.
    """

    incident: str
    now_ms: int | None = None


@dataclass(frozen=True)
class OfferCrews:
    """Which crews could take an incident, and which is suggested. Answer: :class:`CrewsOffered`.

    Attributes:
        incident: Entity.
        now_ms: As in :class:`LookAtDispatch`.
    """

    incident: str
    now_ms: int | None = None


@dataclass(frozen=True)
class LocateCrews:
    """Where crews' devices are now. Answer: :class:`CrewsLocated`."""


@dataclass(frozen=True)
class AskReach:
    """How far the crews reach, for the map. Answer: :class:`ReachShown`.

    Attributes:
        now_ms: As in :class:`LookAtDispatch`.
    """

    now_ms: int | None = None


@dataclass(frozen=True)
class AttachLastPlan:
    """Write the last plan that was made into the journal and attach it. Answer: :class:`ActAnswered`.

    Attributes:
        incident: Entity.
        pipe: Id of the pipe that the plan must be for: another may have been made in between, and is not attached.
        since, now_ms: As in :class:`LookAtDispatch`.
    """

    incident: str
    pipe: str
    since: Mapping[str, int] | None = None
    now_ms: int | None = None


@dataclass(frozen=True)
class ShowValves:
    """How valves stand now. Answer: :class:`ValvesShown`."""

    valves: tuple[str, ...]


@dataclass(frozen=True)
class FindDuplicates:
    """Which open incidents a report at this place may repeat. Answer: :class:`DuplicatesFound`."""

    x_m: float
    y_m: float
    at_ms: int
    pipe: str = ""


@dataclass(frozen=True)
class KeepEvidence:
    """Keep a picture or a sound. Answer: :class:`EvidenceKept`.

    Attributes:
        picture: Nothing but a picture will do: it shows that something was done.
    """

    path: Path
    picture: bool = False


@dataclass(frozen=True)
class FindEvidence:
    """Where a kept picture or sound lies. Answer: :class:`EvidenceFound`."""

    hash: str


@dataclass(frozen=True)
class ReadDayLog:
    """The log of a day. Answer: :class:`DayLogWritten`, or :class:`PaperTable` for a .pdf: the window paints it.

    Attributes:
        language: Of its words.
        path: The file to be written: .csv, .xlsx or .pdf.
    """

    day: date
    language: str
    path: Path


@dataclass(frozen=True, eq=False)
class DispatchShown:
    """The desk's view."""

    view: DispatchView


@dataclass(frozen=True)
class DispatchQuiet:
    """Nothing was written since."""

    now_ms: int


@dataclass(frozen=True, eq=False)
class ActAnswered:
    """What became of an act, and the desk after it."""

    outcome: Outcome
    view: DispatchView


@dataclass(frozen=True, eq=False)
class IncidentShown:
    """An incident; None where there is none of that number."""

    asked: str
    sheet: Sheet | None


@dataclass(frozen=True)
class CrewsOffered:
    """Who could take it."""

    offers: Offers


@dataclass(frozen=True)
class CrewsLocated:
    """What devices said last."""

    positions: Positions


@dataclass(frozen=True, eq=False)
class ReachShown:
    """How far the crews reach.

    Attributes:
        reach: None where the city has no roads, and while ways are still to be searched.
        more: Whether they are: ask again.
    """

    reach: Reach | None
    more: bool = False


@dataclass(frozen=True)
class ValvesShown:
    """Position and condition of each valve now, by id; valves that the city does not have are left out."""

    states: tuple[tuple[str, Position, Condition], ...]


@dataclass(frozen=True)
class DuplicatesFound:
    """Open incidents that may be the same, the likeliest first."""

    asked: FindDuplicates
    likely: tuple[Likeness, ...]


@dataclass(frozen=True)
class EvidenceKept:
    """The file is in the workspace.

    Attributes:
        hash: Names it from now on.
        sound: Whether it is to be heard, not seen.
    """

    path: Path
    hash: str
    sound: bool


@dataclass(frozen=True)
class EvidenceFound:
    """Its file in the workspace."""

    path: Path


@dataclass(frozen=True)
class DayLogWritten:
    """A day's log is in its file."""

    path: Path
    count: int


DispatchRequest = (
    LookAtDispatch
    | DoAct
    | ShowIncident
    | FindDuplicates
    | KeepEvidence
    | FindEvidence
    | OfferCrews
    | LocateCrews
    | AskReach
    | AttachLastPlan
    | ShowValves
    | ReadDayLog
)
DispatchReply = (
    DispatchShown
    | DispatchQuiet
    | ActAnswered
    | IncidentShown
    | DuplicatesFound
    | EvidenceKept
    | EvidenceFound
    | CrewsOffered
    | CrewsLocated
    | ReachShown
    | ValvesShown
    | DayLogWritten
    | PaperTable
)
