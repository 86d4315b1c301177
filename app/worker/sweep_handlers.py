"""What a job does for requests about the whole city: it opens the workspace for itself and closes it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.messages import load_words
from app.operations.pressures import find_day, find_heads, find_pressures
from app.operations.rank_sheets import export_ranking
from app.operations.rank_tables import ranking_of
from app.requests import ProgressSink
from app.sweep_requests import (
    CityRanked,
    DayFound,
    ExportRanking,
    FindDay,
    FindHeads,
    FindPressures,
    HeadsFound,
    PressuresFound,
    RankCity,
    RankingExported,
    SweepReply,
)
from app.workspace import Workspace, open_workspace


@contextmanager
def _opened(folder: Path) -> Iterator[Workspace]:
    workspace = open_workspace(folder)
    try:
        yield workspace
    finally:
        workspace.close()


def rank_city(request: RankCity, progress: ProgressSink) -> CityRanked:
    """Rank the city, or take the ranking that stands in the cache.

    Raises:
        CodedError: The workspace cannot be opened, or the cache not written.
    """
    progress("opening", None)
    with _opened(request.folder) as workspace:
        tables, stamp = ranking_of(workspace, request.now, exact=request.exact, tell=progress)
        return CityRanked(workspace.cache, stamp, tables.exact)


def write_ranking(request: ExportRanking, progress: ProgressSink) -> RankingExported:
    """Write the ranking to a file; exact, whatever the window shows by now.

    Raises:
        CodedError: The workspace cannot be opened, or the file not written.
    """
    progress("opening", None)
    with _opened(request.folder) as workspace:
        tables, _ = ranking_of(workspace, datetime.now(UTC), exact=True, tell=progress)
        export_ranking(request.what, request.path, workspace.city, tables, load_words(request.language))
    return RankingExported(request.path)


def pressures(request: FindPressures, progress: ProgressSink) -> PressuresFound:
    """Pressures at two hours.

    Raises:
        CodedError: The workspace or the calibrated model cannot be used, or there are no pressures.
    """
    progress("opening", None)
    with _opened(request.subject.folder) as workspace:
        return find_pressures(workspace, request.subject, progress)


def day(request: FindDay, progress: ProgressSink) -> DayFound:
    """Pressures through a day.

    Raises:
        CodedError: As :func:`pressures`.
    """
    progress("opening", None)
    with _opened(request.subject.folder) as workspace:
        return find_day(workspace, request, progress)


def heads(request: FindHeads, progress: ProgressSink) -> HeadsFound:
    """The pressure line along a way.

    Raises:
        CodedError: The workspace cannot be opened, or there are no pressures.
    """
    progress("opening", None)
    with _opened(request.folder) as workspace:
        return find_heads(workspace, request, progress)


SWEEP_HANDLERS: Mapping[type, Callable[[Any, ProgressSink], SweepReply]] = {
    RankCity: rank_city,
    ExportRanking: write_ranking,
    FindPressures: pressures,
    FindDay: day,
    FindHeads: heads,
}
