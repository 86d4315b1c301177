"""What an edit would do before it is made: to features, to the segments around it, and to who loses water there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from app.edit_requests import EditPreviewed, SegmentView
from app.operations.edit import check
from app.operations.edit_views import told
from app.operations.isolate import answer
from app.workspace import Workspace, current_states
from gis.editing.changes import Change, Feature, feature_at
from gis.editing.overlaid import Overlaid
from gis.editing.renode import NETWORK_LAYERS, noded_around
from gis.editing.source import Touched
from gis.editing.tools import dependents
from gis.layers import Layer
from gis.mending.find import components
from gis.scene.along import PipeLines
from network.answers import PipeParts, PipeTarget
from network.columns import IdColumn, Int32
from network.supply import SupplyModel, prepare

MOST_SEGMENTS = 6
"""Segments around an edit that are told one by one, the largest first."""

_SAME_M = 0.01

_Signature = frozenset[tuple[str, int, int]]


def previewed(workspace: Workspace, model: SupplyModel, changes: Sequence[Change]) -> EditPreviewed:
    """What *changes* would do; nothing is written.

    Args:
        workspace: As it is.
        model: Made of its city under its present states.
        changes: The edit.

    Raises:
        AppError: ``edit_…``: it cannot be made.
    """
    source = workspace.store.source()
    sound = check(source, changes)
    after = Overlaid(source, sound)
    touched = after.touched
    before_told = tuple(told(one) for one in _features(touched.before))
    after_told = tuple(told(one) for one in _features(touched.now))
    gone = [change for change in sound if change.what == "delete"]
    naming = sum(len(dependents(source, change.layer, change.id)) for change in gone)
    if not any(name in NETWORK_LAYERS for name in touched.layers):
        return EditPreviewed(before_told, after_told, naming=naming)
    made = noded_around(workspace.city, touched, after, workspace.options)
    if made is None:
        return EditPreviewed(before_told, after_told, naming=naming, settled=False)
    then = prepare(made, current_states(made, workspace.state))
    was, now = changed_segments(model, then, touched)
    parts = (components(workspace.city)[0], components(made)[0])
    return EditPreviewed(before_told, after_told, _views(model, was), _views(then, now), parts, naming)


def _features(layers: Mapping[str, Layer]) -> list[Feature]:
    return [feature_at(name, layer, row) for name, layer in layers.items() for row in range(len(layer))]


def changed_segments(before: SupplyModel, after: SupplyModel, touched: Touched) -> tuple[list[int], list[int]]:
    """Segments around *touched* that are there in *before* alone, and those that are there in *after* alone."""
    core_was, core_now = _around(before, touched.before), _around(after, touched.now)
    # What is left of a segment whose pipe went away is found by its other pipes, and the other way round.
    was = core_was | _of_pipes(before, _pipe_ids(after, core_now))
    now = core_now | _of_pipes(after, _pipe_ids(before, core_was))
    there_after = _signatures(after, now | _of_pipes(after, _pipe_ids(before, was)))
    there_before = _signatures(before, was | _of_pipes(before, _pipe_ids(after, now)))
    known, made = set(there_before.values()), set(there_after.values())
    gone = [segment for segment in sorted(was) if there_before[segment] not in made]
    new = [segment for segment in sorted(now) if there_after[segment] not in known]
    return gone, new


def _around(model: SupplyModel, layers: Mapping[str, Layer]) -> set[int]:
    """Segments of the pipes and devices in *layers*."""
    network, found = model.city.network, model.structure.segmentation
    named = [str(value) for value in layers["pipe"].columns["id"]] if "pipe" in layers else []
    devices = [str(value) for name in ("valve", "pump") if name in layers for value in layers[name].columns["id"]]
    rows = network.devices.ids.find_many(IdColumn.of(devices))
    standing = rows[rows >= 0]
    sides = found.sides[:, standing].ravel()
    pipes = network.devices.pipe[standing]
    return (
        _of_pipes(model, named)
        | {int(segment) for segment in sides if segment >= 0}
        | _of_rows(model, pipes[pipes >= 0].tolist())
    )


def _of_pipes(model: SupplyModel, names: Iterable[str]) -> set[int]:
    rows = model.city.network.pipes.ids.find_many(IdColumn.of(sorted(names)))
    return _of_rows(model, rows[rows >= 0].tolist())


def _of_rows(model: SupplyModel, rows: Iterable[int]) -> set[int]:
    found = model.structure.segmentation
    return {int(segment) for row in rows for segment in found.part_segment[found.parts_of_pipe(row)]}


def _stretches(model: SupplyModel, segment: int) -> PipeParts:
    return model.structure.segmentation.stretches(np.array([segment]))


def _pipe_ids(model: SupplyModel, segments: Iterable[int]) -> list[str]:
    rows: Int32 = model.structure.segmentation.stretches(np.array(sorted(segments), dtype=np.int64)).pipes
    return list(model.city.network.pipes.ids.take(rows))


def _signatures(model: SupplyModel, segments: Iterable[int]) -> dict[int, _Signature]:
    """By segment, the stretches that it is made of, by the ids of their pipes; what touches is one stretch."""
    found: dict[int, _Signature] = {}
    for segment in sorted(segments):
        parts = _stretches(model, segment)
        names = model.city.network.pipes.ids.take(parts.pipe)
        spans = np.rint(np.column_stack([parts.start_m, parts.end_m]) / _SAME_M).astype(np.int64).tolist()
        joined: list[tuple[str, int, int]] = []
        for name, (start, end) in zip(names, spans, strict=True):
            if joined and joined[-1][0] == name and joined[-1][2] == start:
                joined[-1] = (name, joined[-1][1], end)
            else:
                joined.append((name, start, end))
        found[segment] = frozenset(joined)
    return found


def _views(model: SupplyModel, segments: Sequence[int]) -> tuple[SegmentView, ...]:
    """*segments* as they are told: without the slivers between two valves, the largest first."""
    lines = PipeLines.of(model.city.shapes, model.city.network.pipes.length_m)
    parts = {segment: _stretches(model, segment) for segment in segments}
    ordered = sorted((segment for segment in segments if len(parts[segment])), key=lambda one: -parts[one].length_m)
    return tuple(_view(model, lines, parts[segment]) for segment in ordered[:MOST_SEGMENTS])


def _view(model: SupplyModel, lines: PipeLines, parts: PipeParts) -> SegmentView:
    longest = int(np.argmax(parts.end_m - parts.start_m))
    middle_m = float(parts.start_m[longest] + parts.end_m[longest]) / 2.0
    given = answer(model, PipeTarget(int(parts.pipe[longest]), middle_m))
    drawn = lines.stretches(parts)
    return SegmentView(
        len(parts.pipes), parts.length_m, len(given.impact.out), given.plan.feasible, drawn.offsets, drawn.xy_m
    )
