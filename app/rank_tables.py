"""A city's ranking as tables, as the window reads them: made by a job (:mod:`app.operations.rank_tables`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gis.cache import open_tables
from network.answers import PipeParts
from network.columns import Bool, Float64, Int32, Int64
from network.losses import Losses

RANKING = "ranking"
"""Name of the tables in the workspace's cache."""

NEVER_MS = -1
"""Where nobody ever reported a valve's position."""


@dataclass(frozen=True, eq=False)
class SegmentTable:
    """What is lost with each segment.

    Attributes:
        order: Shape (listed,), segments with mains that are supplied, worst first; rows of all other columns.
        losses: Of every segment.
        exact, feasible: Shape (segments,), as in :class:`~network.rank.Ranking`.
        outages: Shape (segments,), mean outages of its customers in the last twelve months.
        main_pipe: Shape (segments,), its widest main (the longest of these), -1 without one.
        mains: Shape (segments,), how many pipes have a part in it.
        offsets: Shape (segments + 1,), where the parts of each segment stand in the next three.
        pipe, start_m, end_m: Shape (parts,), parts with their places along the pipe.
    """

    order: Int64
    losses: Losses
    exact: Bool
    feasible: Bool
    outages: Float64
    main_pipe: Int32
    mains: Int32
    offsets: Int64
    pipe: Int32
    start_m: Float64
    end_m: Float64

    def parts(self, *segments: int) -> PipeParts:
        """Stretches of *segments*."""
        rows = np.concatenate([np.arange(self.offsets[one], self.offsets[one + 1]) for one in segments])
        rows = rows[np.lexsort((self.start_m[rows], self.pipe[rows]))]
        return PipeParts(self.pipe[rows], self.start_m[rows], self.end_m[rows])


@dataclass(frozen=True, eq=False)
class ValveTable:
    """What is lost when each valve fails; one row a cutting device.

    Attributes:
        order: Shape (rows,), worst first.
        exercise: Rows worth exercising, those first whose failure is expected to cost most.
        device: Shape (rows,), device rows.
        side_a, side_b: Shape (rows,), the segments that each parts.
        losses, more: Lost if both sides must be isolated, and by how much that is more than one side.
        exact, more_exact: Shape (rows,).
        chance: Shape (rows,), of each to close when a crew turns it (house values).
        turned_ms: Shape (rows,), when somebody last reported its position, ms since 1970 UTC; -1 where nobody did.
    """

    order: Int64
    exercise: Int64
    device: Int32
    side_a: Int32
    side_b: Int32
    losses: Losses
    more: Losses
    exact: Bool
    more_exact: Bool
    chance: Float64
    turned_ms: Int64


@dataclass(frozen=True, eq=False)
class RankTables:
    """A whole ranking.

    Attributes:
        pipe_customers: Shape (pipes,), customers out if the worst of the pipe's parts must be isolated.
        outages: Shutdowns carried out since *since_ms*, as far as the journal knows.
        outages_per_customer: Their mean over all customers.
        supplied: Whether anything in the city has water.
    """

    segments: SegmentTable
    valves: ValveTable
    pipe_customers: Int64
    outages: int
    outages_per_customer: float
    since_ms: int
    supplied: bool

    @property
    def exact(self) -> bool:
        """Whether no figure is a lower bound."""
        return bool(self.segments.exact.all() and self.valves.exact.all() and self.valves.more_exact.all())


def open_ranking(cache: Path, stamp: str) -> RankTables:
    """The ranking that a job has left in *cache*.

    Raises:
        GisError: As :func:`gis.cache.open_tables`.
    """
    return open_tables(cache, RANKING, RankTables, stamp, verify=False)
