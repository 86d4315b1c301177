"""Mend the drawing: list what could be mended, show what each mend would do, make them as edits of the journal."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from app.errors import AppError
from app.operations.edit import Author, Edited, edit
from app.workspace import Workspace
from gis.editing.forms import Refusal
from gis.editing.renode import NETWORK_LAYERS
from gis.layers import LayerSet
from gis.mending.carry_out import edit_of
from gis.mending.find import Diagnosis, diagnose
from gis.mending.records import Mend

_ROUNDS = 4
"""A mend may bring another to light (two ends that now meet a third); a drawing that needs more has other troubles."""


@dataclass(frozen=True)
class Made:
    """A mend that was made.

    Attributes:
        edit: The edit that it is: with this name it is undone.
    """

    mend: Mend
    edit: str


@dataclass(frozen=True, eq=False)
class Mended:
    """What came of mending.

    Attributes:
        components: Parts that met one another nowhere, before and after.
        made: In the order in which they were made.
        left: Mends of the last list that could not be made: what they speak of had gone.
        diagnosis: What is wrong now.
    """

    workspace: Workspace
    components: tuple[int, int]
    made: tuple[Made, ...]
    left: tuple[Mend, ...]
    diagnosis: Diagnosis


def look(workspace: Workspace) -> Diagnosis:
    """What could be mended in the workspace as it is. Whole city: run it in a worker."""
    source, meta = workspace.store.source(), workspace.meta
    layers = {name: source.whole(name) for name in NETWORK_LAYERS}
    bare = {name: layer for name, layer in layers.items() if len(layer)}
    return diagnose(LayerSet(meta.crs_epsg, bare, meta.name, meta.synthetic), workspace.options)


def mend(
    workspace: Workspace,
    author: Author,
    now: datetime,
    *,
    kinds: Collection[str] = (),
    ids: Collection[str] = (),
    told: Callable[[int, int], None] = lambda _done, _of: None,
) -> Mended:
    """Make every mend of *kinds* (of faults; all without any) and *ids* (all without any), each an edit of its own.

    Raises:
        AppError: ``mend_unknown`` where no mend bears one of *ids*.
    """
    diagnosis = look(workspace)
    before = diagnosis.components
    unknown = sorted(set(ids) - {one.id for one in diagnosis.mends})
    if unknown:
        raise AppError("mend_unknown", mend=unknown[0])
    made: list[Made] = []
    left: list[Mend] = []
    for _ in range(_ROUNDS):
        asked = wanted(diagnosis, kinds, ids)
        done, left = len(made), []
        for number, one in enumerate(asked, start=1):
            told(number, len(asked))
            after = _one(workspace, one, author, now)
            if after is None:
                left.append(one)
                continue
            workspace = after.workspace
            made.append(Made(one, after.edit))
        if len(made) == done:
            break
        diagnosis = look(workspace)
    return Mended(workspace, (before, diagnosis.components), tuple(made), tuple(left), diagnosis)


def _one(workspace: Workspace, one: Mend, author: Author, now: datetime) -> Edited | None:
    """The mend made; None where it cannot be made as things stand: it is listed as left."""
    changes = edit_of(one, workspace.store.source())
    if isinstance(changes, Refusal):
        return None
    try:
        return edit(workspace, changes, author, now)
    except AppError:
        return None


def wanted(diagnosis: Diagnosis, kinds: Collection[str], ids: Collection[str] = ()) -> list[Mend]:
    """The mends of *kinds* and *ids*; an empty collection means any."""
    return [one for one in diagnosis.mends if (not kinds or one.fault in kinds) and (not ids or one.id in ids)]
