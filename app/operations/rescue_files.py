"""A damaged workspace, rescued for the window."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app.care_requests import FilesRescued, LostEntries, RescueFiles
from app.operations.rescue import Rescued, rescue_in_place
from app.requests import ProgressSink


def rescue_files(request: RescueFiles, progress: ProgressSink) -> FilesRescued:
    """Set it aside and put a sound one in its place.

    Raises:
        AppError, GisError: As :func:`app.operations.rescue.rescue_in_place`.
    """
    done, aside = rescue_in_place(
        request.folder, request.backup, progress, datetime.now(UTC), from_hub=request.from_hub
    )
    return told_of(request.folder, aside, done, from_hub=request.from_hub)


def told_of(folder: Path, aside: Path, done: Rescued, *, from_hub: bool) -> FilesRescued:
    """*done* as window and terminal are told it."""
    lost = tuple(LostEntries(one.device, one.first, one.last) for one in done.lost)
    return FilesRescued(
        folder, aside, done.from_backup, done.salvaged, lost, done.all_known, done.own_network, from_hub
    )
