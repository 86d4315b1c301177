"""What a job does about the files of a workspace that others have open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.care_requests import CheckFiles, FilesSound
from app.operations.dispatch_rules import refuse_unused_rules
from app.requests import ProgressSink
from app.workspace_care import refuse_unsound


def check_files(request: CheckFiles, _progress: ProgressSink) -> FilesSound:
    """Whether everything is as it was written, and its own rules are those by which it is judged.

    Raises:
        AppError: ``workspace.unsound``, ``workspace.tampered``, ``rules.left_aside``.
        GisError: The files cannot be read for another reason than damage.
    """
    refuse_unsound(request.folder)
    refuse_unused_rules(request.folder)
    return FilesSound(request.folder)


CARE_JOB_HANDLERS: Mapping[type, Callable[[Any, ProgressSink], FilesSound]] = {CheckFiles: check_files}
