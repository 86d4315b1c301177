"""Lines of the map after an edit: what the changed lines pass through is laid anew, the rest is taken over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.scene.cells import CellIndex
from gis.scene.lines import Lines, Polylines, Segments, build_lines, far_segments, once, sort_segments
from gis.scene.view import Bounds
from network.columns import NO_INDEX, Bool, Float64, Int32, Int64

_AHEAD = 64
"""So many rows at once may have gone, or come in between, and the others are still followed."""
_MOST_RUNS = 2_000
_MOST_CHANGED = 5_000

_Key = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Classed:
    """Lines with the style class of each.

    Attributes:
        classes: Shape (lines,).
    """

    lines: Polylines
    classes: Int64

    def of(self, rows: Int64) -> Classed:
        """*rows* alone."""
        parts = [self.lines[row] for row in rows.tolist()]
        return Classed(Polylines.of(parts), self.classes[rows])

    def shifted(self, by_m: Float64) -> Classed:
        """The same, *by_m* taken off."""
        return Classed(Polylines(self.lines.offsets, self.lines.xy_m - by_m), self.classes)


@dataclass(frozen=True, eq=False)
class LineChange:
    """What became of lines.

    Attributes:
        row_of: Shape (lines before,), the row of each now; -1 for one that is gone.
        before: Rows, before, of lines that are gone or were drawn otherwise.
        after: Rows, now, of lines that are new or are drawn otherwise.
    """

    row_of: Int32
    before: Int64
    after: Int64

    @property
    def in_place(self) -> bool:
        """Whether every line that is still there has the row that it had."""
        return bool((self.row_of == np.arange(len(self.row_of))).all())


def rows_after(was: NDArray[np.bytes_], now: NDArray[np.bytes_]) -> Int32 | None:
    """Row in the ids *now* of each of the ids *was*, -1 where it is gone, of lists whose order has stayed.

    Returns:
        None where more has changed than is worth following.
    """
    row_of = np.full(len(was), NO_INDEX, dtype=np.int32)
    before = after = 0
    for _ in range(_AHEAD):
        count = min(len(was) - before, len(now) - after)
        differ = was[before : before + count] != now[after : after + count]
        same = int(differ.argmax()) if differ.any() else count
        row_of[before : before + same] = np.arange(after, after + same)
        before, after = before + same, after + same
        if before == len(was) or after == len(now):
            return row_of
        ahead, behind = now[after : after + _AHEAD].tolist(), was[before : before + _AHEAD].tolist()
        if behind[0] in ahead:
            after += ahead.index(behind[0])
        elif ahead[0] in behind:
            before += behind.index(ahead[0])
        else:
            before, after = before + 1, after + 1
    return None


def line_change(before: Classed, after: Classed, row_of: Int32) -> LineChange | None:
    """Which lines differ, where *row_of* says where each one before is now; None where they are too many."""
    kept = np.flatnonzero(row_of >= 0)
    to = row_of[kept].astype(np.int64)
    length_was, length_now = np.diff(before.lines.offsets), np.diff(after.lines.offsets)
    other: Bool = (length_was[kept] != length_now[to]) | (before.classes[kept] != after.classes[to])
    apart = other.copy()
    apart[1:] |= other[:-1] | (np.diff(kept) != 1) | (np.diff(to) != 1)
    starts = np.flatnonzero(np.append(True, apart[1:])) if len(kept) else kept
    if len(starts) > _MOST_RUNS:
        return None
    ends = np.append(starts[1:], len(kept))[: len(starts)]
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if not other[start]:
            first, last = int(before.lines.offsets[kept[start]]), int(before.lines.offsets[kept[end - 1] + 1])
            begin = int(after.lines.offsets[to[start]])
            moved = (before.lines.xy_m[first:last] != after.lines.xy_m[begin : begin + last - first]).any(axis=1)
            vertices = np.flatnonzero(moved) + first
            other[np.searchsorted(kept, np.searchsorted(before.lines.offsets, vertices, side="right") - 1)] = True
    new = np.ones(len(after.lines), dtype=np.bool_)
    new[to[~other]] = False
    gone = np.ones(len(before.lines), dtype=np.bool_)
    gone[kept[~other]] = False
    change = LineChange(row_of, np.flatnonzero(gone), np.flatnonzero(new))
    return change if len(change.before) + len(change.after) <= _MOST_CHANGED else None


def lines_after(old: Lines, change: LineChange, after: Classed, origin_m: Float64) -> Lines:
    """*old*, made by :func:`build_lines`, as it would be made of *after*; within a cell what is new stands last.

    Args:
        old: As it was, in scene coordinates.
        change: Of the lines that it was made of.
        after: All lines now, project CRS.
        origin_m: Shape (2,), where the scene's coordinates begin.
    """
    gone = np.zeros(len(change.row_of), dtype=np.bool_)
    gone[change.before] = True
    changed = after.of(change.after).shifted(origin_m)
    fresh = build_lines(changed.lines, changed.classes, old.index.classes, old.index.grid)
    return _merged(old, np.flatnonzero(gone[old.owner]), _owned(fresh, change.after), change)


@dataclass(frozen=True, eq=False)
class Around:
    """Lines that may share a snapped segment with a changed one, before and after.

    Attributes:
        rows: Before and now, rows of the city's lines, ascending.
        lines: The same lines alone.
    """

    rows: tuple[Int64, Int64]
    lines: tuple[Classed, Classed]


def around(before: Classed, after: Classed, change: LineChange, reach_m: float) -> Around | None:
    """Lines with a vertex within *reach_m* of a changed one; None where these are too many."""
    parts = (before.of(change.before).lines.xy_m, after.of(change.after).lines.xy_m)
    xy_m = np.concatenate(parts)
    if not len(xy_m):
        empty = np.empty(0, dtype=np.int64)
        return Around((empty, empty), (before.of(empty), after.of(empty)))
    box = Bounds(*xy_m.min(axis=0).tolist(), *xy_m.max(axis=0).tolist()).grown(reach_m)
    rows = (_within(before.lines, box), _within(after.lines, box))
    if max(len(rows[0]), len(rows[1])) > _MOST_CHANGED:
        return None
    return Around(rows, (before.of(rows[0]), after.of(rows[1])))


def _within(lines: Polylines, box: Bounds) -> Int64:
    x_m, y_m = lines.xy_m[:, 0], lines.xy_m[:, 1]
    inside = np.flatnonzero((x_m >= box.x_min) & (x_m <= box.x_max))
    inside = inside[(y_m[inside] >= box.y_min) & (y_m[inside] <= box.y_max)]
    rows: Int64 = np.unique(np.searchsorted(lines.offsets, inside, side="right") - 1)
    return rows


def far_lines_after(old: Lines, change: LineChange, near: Around, pixel_m: float) -> Lines | None:
    """*old*, made by :func:`build_far_lines`, as it would be made now.

    Args:
        old: The thinner copy as it was.
        change: Of the lines that it was made of.
        near: Lines around the changed ones, at least a pixel about.
        pixel_m: As it was made.

    Returns:
        None where *old* does not hold what it should: it is to be made anew.
    """
    thin = [far_segments(lines.lines, pixel_m) for lines in near.lines]
    keys = [_keys(segments, pixel_m) for segments in thin]
    concerned: set[_Key] = set()
    for rows, changed, segments, key in zip(near.rows, (change.before, change.after), thin, keys, strict=True):
        moved = np.isin(rows[segments.owner], changed)
        concerned.update(one for one, hit in zip(key, moved.tolist(), strict=True) if hit)
    was, now = (
        once(segments.only(np.array([one in concerned for one in key], dtype=np.bool_)), lines.classes, pixel_m).cut()
        for lines, segments, key in zip(near.lines, thin, keys, strict=True)
    )
    gone = _found(old, was, near.rows[0])
    if gone is None:
        return None
    fresh = sort_segments(now, near.lines[1].classes, old.index.classes, old.index.grid)
    return _merged(old, gone, _owned(fresh, near.rows[1]), change)


def _keys(segments: Segments, pixel_m: float) -> list[_Key]:
    """The pixels that each segment joins, whichever way it was drawn."""
    ends = np.round(segments.xy_m / pixel_m).astype(np.int64).tolist()
    return [(a, b, c, d) if (a, b) <= (c, d) else (c, d, a, b) for a, b, c, d in ends]


def _found(old: Lines, was: Segments, rows: Int64) -> Int64 | None:
    """Where the segments *was* stand in *old*; None where one of them does not."""
    lost = {(int(rows[one]), *xy) for one, xy in zip(was.owner, was.xy_m.astype(np.float32).tolist(), strict=True)}
    owners = np.zeros(max(int(old.owner.max(initial=0)), int(rows.max(initial=0))) + 1, dtype=np.bool_)
    owners[rows[was.owner]] = True
    asked = np.flatnonzero(owners[old.owner])
    there = [(owner, *xy) for owner, xy in zip(old.owner[asked].tolist(), old.xy_m[asked].tolist(), strict=True)]
    found = asked[np.array([one in lost for one in there], dtype=np.bool_)]
    return found if len(found) == len(lost) else None


def _owned(lines: Lines, rows: Int64) -> Lines:
    return Lines(lines.xy_m, rows[lines.owner].astype(np.int32), lines.start_m, lines.index)


def _merged(old: Lines, gone: Int64, fresh: Lines, change: LineChange) -> Lines:
    """*old* without the segments *gone*, its owners renumbered, and with those of *fresh*."""
    offsets = old.index.offsets
    left = offsets - np.searchsorted(gone, offsets)
    at = np.repeat(left[1:], np.diff(fresh.index.offsets))
    owner = np.delete(old.owner, gone)
    if not change.in_place:
        owner = change.row_of[owner]
    return Lines(
        np.insert(np.delete(old.xy_m, gone, axis=0), at, fresh.xy_m, axis=0),
        np.insert(owner, at, fresh.owner),
        np.insert(np.delete(old.start_m, gone), at, fresh.start_m),
        CellIndex(old.index.grid, left + fresh.index.offsets),
    )
