"""``sluice mend``: the faults of the drawing as a list of work."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from app.config import operator
from app.errors import AppError
from app.messages import Words
from app.operations.edit import Author
from app.operations.mend import Mended, look, mend, wanted
from app.workspace import Workspace, keep_city, open_workspace
from gis.editing.forms import Refusal
from gis.faults import FaultKind
from gis.mending.carry_out import Preview, preview
from gis.mending.find import Diagnosis
from gis.mending.records import Mend, Stays

KINDS = ("end_on_middle", "near_miss_end", "island", "valve_off_pipe", "duplicate_feature")


def mend_command(options: argparse.Namespace, words: Words) -> int:
    """List what could be mended, or mend it, and return 0.

    Raises:
        CodedError: It cannot be done as asked.
    """
    unknown = [kind for kind in options.kind if kind not in KINDS]
    if unknown:
        raise AppError("mend_no_such_kind", kind=unknown[0], known=", ".join(KINDS))
    with closing(open_workspace(options.workspace)) as workspace:
        if options.apply:
            _apply(workspace, options, words)
        else:
            _list(workspace, options, words)
    return 0


def _apply(workspace: Workspace, options: argparse.Namespace, words: Words) -> None:
    author = Author(options.who or operator(), options.why, "mending")
    mended = mend(workspace, author, datetime.now(UTC), kinds=options.kind, ids=options.id)
    keep_city(mended.workspace)
    for made in mended.made:
        _write(options, _sentence(made.mend, words), {"did": "mended", "edit": made.edit, **_record(made.mend)})
    for left in mended.left:
        _write(options, words.say("mending", "left", {"mend": left.id}), {"did": "left", **_record(left)})
    _stays(mended.diagnosis, options, words)
    counted = _counted(mended)
    _write(options, words.say("mending", "done", counted), {"did": "done", **counted})


def _counted(mended: Mended) -> dict[str, int]:
    before, after = mended.components
    return {"made": len(mended.made), "before": before, "after": after, "stays": len(mended.diagnosis.stays)}


def _list(workspace: Workspace, options: argparse.Namespace, words: Words) -> None:
    diagnosis = look(workspace)
    for one in wanted(diagnosis, options.kind, options.id):
        effect = _effect(workspace, one) if options.preview else {}
        shown = f" {words.say('mending', 'effect', effect)}" if effect else ""
        _write(options, f"{_sentence(one, words)}{shown} [{one.id}]", {**_record(one), **effect})
    _stays(diagnosis, options, words)
    counted = {"components": diagnosis.components, "mends": len(diagnosis.mends), "stays": len(diagnosis.stays)}
    _write(options, words.say("mending", "found", counted), {"did": "found", **counted})


def _effect(workspace: Workspace, one: Mend) -> dict[str, int]:
    """What a mend would do to the network; empty where it cannot be told without making it."""
    shown: Preview | Refusal = preview(one, workspace.city, workspace.store.source(), workspace.options)
    if isinstance(shown, Refusal) or shown.effect is None:
        return {}
    (parts, parts_after), (segments, segments_after) = shown.effect.components, shown.effect.segments
    return {
        "components": parts,
        "components_after": parts_after,
        "segments": segments,
        "segments_after": segments_after,
    }


def _stays(diagnosis: Diagnosis, options: argparse.Namespace, words: Words) -> None:
    if options.kind or options.id:
        return
    for left in diagnosis.stays:
        _write(options, _reason(left, words), {"did": "stays", **asdict(left)})


def _record(one: Mend) -> dict[str, Any]:
    return {"mend": one.id, **asdict(one)}


def _sentence(one: Mend, words: Words) -> str:
    detail = {"layer": words.name("layer", one.layer), "feature": one.feature, "other": one.other}
    fault = words.say("fault_name", one.fault) if one.fault in set(FaultKind) else words.say("mending", "island")
    return f"{fault}: {words.say('mending', one.kind, {**detail, 'distance_m': one.distance_m})}"


def _reason(left: Stays, words: Words) -> str:
    detail: dict[str, str | int | float] = {"layer": words.name("layer", left.layer), "feature": left.feature}
    detail |= {"pipes": left.pipes, "length_m": left.length_m, "other": left.other, "distance_m": left.distance_m}
    return words.say("mending", f"stays_{left.why}", detail)


def _write(options: argparse.Namespace, sentence: str, record: dict[str, Any]) -> None:
    line = json.dumps(record, ensure_ascii=False) if options.json else " ".join(sentence.split())
    sys.stdout.write(line + "\n")
