"""What the window asks of the desk process for a crew at its valves, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass

from app.dispatch.acts import No
from app.dispatch.field_task import FieldTask
from network.answers import PipeParts


@dataclass(frozen=True)
class ShowFieldWork:
    """The work at the valves of an incident. Answer: :class:`FieldWorkShown`.

    Attributes:
        incident: Number or entity.
        now_ms: The window's clock, UTC; None for the desk process's own.
    """

    incident: str
    now_ms: int | None = None


@dataclass(frozen=True)
class WriteFieldPlan:
    """Write down the plan that the work at an incident goes by, where the journal tells another one.

    Answer: :class:`FieldWorkShown`.

    Attributes:
        role: As whom, such as ``crew/R03``.
        now_ms: As in :class:`ShowFieldWork`.
    """

    incident: str
    role: str = ""
    now_ms: int | None = None


@dataclass(frozen=True)
class PlaceHere:
    """Where a place on the Earth lies in the project CRS. Answer: :class:`HerePlaced`.

    Attributes:
        longitude, latitude: Degrees, WGS 84.
    """

    longitude: float
    latitude: float


@dataclass(frozen=True, eq=False)
class FieldWorkShown:
    """A crew's work.

    Attributes:
        asked: What was asked for.
        task: None where there is no such incident.
        isolated: What the plan cuts off; None where there is none, or its valves go back.
        revision: Of the arrays in which *isolated* means something.
        lease_ms: Until when a laptop's workspace may be written, UTC; None for one that is no laptop's.
        untold: Whether this console is to write down the plan that it goes by: :class:`WriteFieldPlan`.
        refused: Why the plan could not be written down; None where it was, or nothing was to be written.
    """

    asked: str
    task: FieldTask | None
    isolated: PipeParts | None
    revision: str
    lease_ms: int | None
    untold: bool = False
    refused: No | None = None


@dataclass(frozen=True)
class HerePlaced:
    """The place; None where the city's place on the Earth is not known."""

    place_m: tuple[float, float] | None


FieldRequest = ShowFieldWork | WriteFieldPlan | PlaceHere
FieldReply = FieldWorkShown | HerePlaced
