"""A city's ranking as tables for the window: made by a job, kept in the workspace's cache, mapped by the window."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np

from app.journal.events import milliseconds
from app.operations.kept_structure import model_of
from app.operations.past_outages import PastOutages, past_outages
from app.operations.rank_city import Ranked, exercise_first, outages_by_segment, rank_city
from app.operations.valve_history import last_turned_ms, valve_chances
from app.rank_tables import RANKING, RankTables, SegmentTable, ValveTable
from app.workspace import Workspace
from gis.cache import open_tables, save_tables
from gis.errors import GisError
from gis.given_back import give_back
from network.grouping import grouped

FORMAT = 1
"""Goes up when the same workspace gives other tables."""

Tell = Callable[[str, float | None], None]


def ranking_of(workspace: Workspace, now: datetime, *, exact: bool, tell: Tell) -> tuple[RankTables, str]:
    """The ranking of *workspace* under its present states, from the cache where it stands there, and its stamp.

    Args:
        workspace: The city, its states and its journal.
        now: The day counts: what is older than twelve months is not asked for.
        exact: Settle every lower bound.
        tell: Told ``ranking``, then ``tracing`` with the share done.
    """
    stamp = stamp_of(workspace, now)
    kept = _kept(workspace.cache, stamp)
    if kept is not None and (kept.exact or not exact):
        return kept, stamp
    tell("ranking", None)
    model = model_of(workspace)
    ranked = rank_city(model, trace=exact, progress=lambda share: tell("tracing", share))
    give_back()
    tables = tables_of(ranked, workspace, past_outages(workspace, now), now)
    save_tables(workspace.cache, RANKING, tables, stamp)
    return tables, stamp


def stamp_of(workspace: Workspace, now: datetime) -> str:
    """Names everything that a ranking depends on: city, device states, what the journal says, the day."""
    digest = hashlib.sha256(workspace.meta.revision.encode())
    digest.update(np.ascontiguousarray(workspace.states.position).tobytes())
    digest.update(np.ascontiguousarray(workspace.states.condition).tobytes())
    digest.update(repr((FORMAT, sorted(workspace.state.heads.items()), now.date().isoformat())).encode())
    return digest.hexdigest()


def _kept(cache: Path, stamp: str) -> RankTables | None:
    try:
        return open_tables(cache, RANKING, RankTables, stamp)
    except GisError:
        # Missing, stale or damaged: made again, never trusted.
        return None


def tables_of(ranked: Ranked, workspace: Workspace, past: PastOutages, now: datetime) -> RankTables:
    """*ranked* as tables, with outages and the history of valves from the journal of *workspace*."""
    segmentation = ranked.model.structure.segmentation
    spans = segmentation.part_spans(np.arange(segmentation.parts))
    pipe_customers = np.zeros(len(workspace.city.network.pipes), dtype=np.int64)
    np.maximum.at(pipe_customers, spans.pipe, ranked.ranking.segments.customers[segmentation.part_segment])
    mean = float(past.by_customer.mean()) if len(past.by_customer) else 0.0
    return RankTables(
        segments=_segment_table(ranked, past),
        valves=_valve_table(ranked, workspace, now),
        pipe_customers=pipe_customers,
        outages=past.outages,
        outages_per_customer=mean,
        since_ms=milliseconds(past.since),
        supplied=bool(ranked.model.supplied.any()),
    )


def _segment_table(ranked: Ranked, past: PastOutages) -> SegmentTable:
    ranking, model = ranked.ranking, ranked.model
    segmentation, pipes = model.structure.segmentation, model.city.network.pipes
    count = segmentation.count
    spans = segmentation.part_spans(np.arange(segmentation.parts))
    real = np.flatnonzero((spans.end_m > spans.start_m) | (segmentation.pipe_length_m[spans.pipe] <= 0.0))
    parts = grouped(segmentation.part_segment[real], count)
    rows = real[parts.values]
    pipe, start_m, end_m = spans.pipe[rows], spans.start_m[rows], spans.end_m[rows]
    segment = segmentation.part_segment[rows]
    best = np.lexsort((start_m - end_m, -pipes.dn_mm[pipe].astype(np.int64), segment))
    main_pipe = np.full(count, -1, dtype=np.int32)
    first = best[np.flatnonzero(np.diff(segment[best], prepend=-1))]
    main_pipe[segment[first]] = pipe[first]
    pairs = np.unique(np.stack([segment, pipe]), axis=1)
    mains = np.bincount(pairs[0], minlength=count).astype(np.int32)
    order = ranking.segments.worst_first()
    return SegmentTable(
        order=order[(mains[order] > 0) & model.supplied[order]],
        losses=ranking.segments,
        exact=ranking.segments_exact,
        feasible=ranking.segments_feasible,
        outages=outages_by_segment(ranked, past),
        main_pipe=main_pipe,
        mains=mains,
        offsets=parts.offsets.astype(np.int64),
        pipe=pipe,
        start_m=start_m,
        end_m=end_m,
    )


def _valve_table(ranked: Ranked, workspace: Workspace, now: datetime) -> ValveTable:
    ranking = ranked.ranking
    turned_ms = last_turned_ms(workspace)
    chance = valve_chances(workspace.city, workspace.states, turned_ms, now)
    return ValveTable(
        order=ranking.valves.worst_first(),
        exercise=exercise_first(ranked, chance),
        device=ranking.device,
        side_a=ranking.side_a,
        side_b=ranking.side_b,
        losses=ranking.valves,
        more=ranking.more(),
        exact=ranking.valves_exact,
        more_exact=ranking.more_exact(),
        chance=chance[ranking.device],
        turned_ms=turned_ms[ranking.device],
    )
