"""What the window asks about the whole city, or about pressures, and what comes back. Frozen, picklable, no Qt.

Each of these runs in a process of its own, which opens the workspace for itself: the desk goes on answering meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class RankCity:
    """Rank all segments and valves under the states on record. Answer: :class:`CityRanked`.

    Some figures are then lower bounds; with *exact* every one is traced. What stands in the cache is not worked out
    again.
    """

    folder: Path
    now: datetime
    exact: bool = False


@dataclass(frozen=True)
class CityRanked:
    """The ranking stands in the workspace's cache (:func:`app.operations.rank_tables.open_ranking`).

    Attributes:
        stamp: State of the workspace that it was made from.
        exact: Whether no figure is a lower bound any more.
    """

    cache: Path
    stamp: str
    exact: bool


@dataclass(frozen=True)
class ExportRanking:
    """Write the ranking that stands in the cache. Answer: :class:`RankingExported`.

    Attributes:
        what: ``segments_csv``, ``valves_csv``, ``exercise_csv`` or ``ranking_xlsx``.
    """

    folder: Path
    what: str
    path: Path
    language: str


@dataclass(frozen=True)
class RankingExported:
    """The file is on disk."""

    path: Path


SweepRequest = RankCity | ExportRanking
SweepReply = CityRanked | RankingExported

SWEEPS = (RankCity, ExportRanking)
"""Requests that run in a process of their own and tell their progress where they were asked for."""
