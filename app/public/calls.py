"""Where calls point, as records: likely mains behind "no water", and clusters of quality complaints."""

from __future__ import annotations

from dataclasses import dataclass

from app.public.entries import ComplaintKind


@dataclass(frozen=True)
class LikelyMain:
    """A segment whose outage would explain calls.

    Attributes:
        pipes: Ids of its mains, the longest first.
        x_m, y_m: Middle of the longest, project CRS.
        out: Customers who would be without water.
        calls: Callers among them; *silent* are the others.
        share: How likely it is beside all others, 0 to 1.
    """

    pipes: tuple[str, ...]
    x_m: float
    y_m: float
    out: int
    calls: int
    share: float

    @property
    def silent(self) -> int:
        """Customers who would be out and have not called."""
        return self.out - self.calls


@dataclass(frozen=True)
class Warned:
    """More complaints of a kind than quiet days bring, somewhere.

    Attributes:
        level: What the place is: ``segment``, ``part_50``, ``dma``, ``square_500`` …
        place: Name of the DMA, or the main in the middle of it.
        count, expected: Complaints, and how many are usual there in that time.
        complaints: Their entities.
        limit: The score that quiet days exceed as seldom as is stated.
    """

    kind: ComplaintKind
    level: str
    place: str
    count: int
    expected: float
    since_ms: int
    customers: int
    score: float
    limit: float
    complaints: tuple[str, ...]
    x_m: float
    y_m: float


@dataclass(frozen=True)
class CallsRead:
    """What was found.

    Attributes:
        calls: Calls of "no water" that were looked at; *unplaced* of them are no customer's.
        mains: The likely ones, the likeliest first; none for a call or two.
    """

    at_ms: int
    calls: int
    unplaced: int
    mains: tuple[LikelyMain, ...]
    warnings: tuple[Warned, ...]
