"""What a job does about the drawing as a whole: it opens the workspace for itself and closes it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from app.config import operator
from app.mend_requests import LookForMends, MakeMends, MendsFound, MendsMade
from app.operations.edit import Author
from app.operations.mend import look, mend
from app.requests import ProgressSink
from app.workspace import open_workspace
from gis.mending.find import Diagnosis


def look_for_mends(request: LookForMends, progress: ProgressSink) -> MendsFound:
    """What could be mended; nothing is written.

    Raises:
        CodedError: The workspace cannot be opened.
    """
    progress("opening", None)
    with closing(open_workspace(request.folder)) as workspace:
        progress("examining", None)
        return _found(look(workspace))


def make_mends(request: MakeMends, progress: ProgressSink) -> MendsMade:
    """Make the mends; ended in between, those that were made stand.

    Raises:
        CodedError: The workspace cannot be opened or written, or there is no such mend.
    """
    progress("opening", None)
    with closing(open_workspace(request.folder)) as workspace:
        progress("examining", None)
        made = mend(
            workspace,
            Author(operator(), request.why, "mending"),
            datetime.now(UTC),
            ids=request.mends,
            told=lambda number, of: progress("mending", number / max(of, 1)),
        )
    edits = tuple(one.edit for one in made.made)
    return MendsMade(edits, made.components[0], len(made.left), _found(made.diagnosis))


def _found(diagnosis: Diagnosis) -> MendsFound:
    return MendsFound(diagnosis.components, diagnosis.mends, diagnosis.stays)


MEND_JOB_HANDLERS: Mapping[type, Callable[[Any, ProgressSink], MendsFound | MendsMade]] = {
    LookForMends: look_for_mends,
    MakeMends: make_mends,
}
