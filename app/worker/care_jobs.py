"""What a job does about the files of a workspace that others have open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from app.care_requests import Backup, CheckFiles, FilesRescued, FilesSound, LookForRescue, RescueFiles, RescueFound
from app.errors import AppError
from app.operations.dispatch_rules import refuse_unused_rules
from app.requests import ProgressSink
from app.sync.membership import membership_of
from app.worker.boundary import begin, serve_each
from app.workspace_backups import known_backups
from app.workspace_care import file_faults, refuse_unsound
from app.workspace_files import NETWORK

_STANDS_BACK_BY = 12
"""Behind the desks, which somebody may be asking meanwhile."""

Rescue = Callable[[RescueFiles, ProgressSink], FilesRescued]
"""Puts a sound workspace in the place of a damaged one; handed in, for it loads the way to a hub."""


def check_files(request: CheckFiles, _progress: ProgressSink) -> FilesSound:
    """Whether everything is as it was written, and its own rules are those by which it is judged.

    Raises:
        AppError: ``workspace.unsound``, ``workspace.tampered``, ``rules.left_aside``.
        GisError: The files cannot be read for another reason than damage.
    """
    refuse_unsound(request.folder)
    refuse_unused_rules(request.folder)
    return FilesSound(request.folder)


def look_for_rescue(request: LookForRescue, _progress: ProgressSink) -> RescueFound:
    """What there is to make a sound workspace of.

    Raises:
        GisError: The network file cannot be read for another reason than damage.
    """
    folder = request.folder
    backups = tuple(Backup(one.folder, one.at_ms) for one in known_backups(folder))
    return RescueFound(folder, _hub_of(folder), backups, not file_faults(folder / NETWORK))


def _hub_of(folder: Path) -> str:
    try:
        membership = membership_of(folder)
    except AppError:
        # It lies in the damaged folder as well.
        return ""
    return "" if membership is None else membership.server


CARE_JOB_HANDLERS: Mapping[type, Callable[[Any, ProgressSink], FilesSound | RescueFound]] = {
    CheckFiles: check_files,
    LookForRescue: look_for_rescue,
}


def serve_care(pipe: Connection) -> None:
    """Carry out requests of :data:`app.care_requests.CARE_LOOKS` from *pipe* until its other end closes."""
    begin(_STANDS_BACK_BY)
    serve_each(pipe, lambda request, progress: CARE_JOB_HANDLERS[type(request)](request, progress))
