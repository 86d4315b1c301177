"""Where a ranking says "at least": settle it, for the whole city or for a few rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from network.columns import Bool, Float64, Int32, Int64
from network.grouping import flags
from network.losses import Losses
from network.outage import Weights, traced_loss
from network.rank import Ranking
from network.rank_pairs import lost_together
from network.supply import SupplyModel

_FEW = 100
"""So few valves are traced at once; for more, what can be shown without tracing is shown first."""
_STEPS = 100

Progress = Callable[[float], None]
"""Told the share of the work that is done, from 0 to 1."""


def refine(
    model: SupplyModel,
    weights: Weights,
    ranking: Ranking,
    *,
    segments: NDArray[np.integer] | None = None,
    links: NDArray[np.integer] | None = None,
    progress: Progress = lambda _: None,
) -> Ranking:
    """*ranking* with what stands there as "at least" made exact, by tracing where nothing else settles it.

    Args:
        model: The model that was ranked.
        weights: As it was ranked with.
        ranking: What :func:`~network.rank.rank_outages` or this said.
        segments: Segments to settle; all where None.
        links: Rows of the ranking's valves to settle; all where None.
        progress: Told how far the tracing is, at most a hundred times. What it raises ends the work.
    """
    links = _waiting(ranking.valves_exact, links)
    if len(links) > _FEW:
        ranking = settle_valves(ranking, links)
        links = _waiting(ranking.valves_exact, links)
    segments = _waiting(ranking.segments_exact, segments)
    of = ranking.swept.groups.of
    alone = np.stack([of[segments]] * 2)
    pairs = np.sort(np.stack([of[ranking.side_a[links]], of[ranking.side_b[links]]]), axis=0)
    targets, question = np.unique(np.concatenate([alone, pairs], axis=1), axis=1, return_inverse=True)
    traced = _traced(model, weights, targets, progress)[:, question.ravel()]
    return replace(
        ranking,
        segments=_with(ranking.segments, segments, traced[:, : len(segments)]),
        segments_exact=_known(ranking.segments_exact, segments),
        valves=_with(ranking.valves, links, traced[:, len(segments) :]),
        valves_exact=_known(ranking.valves_exact, links),
    )


def settle_valves(ranking: Ranking, links: NDArray[np.integer] | None = None) -> Ranking:
    """*ranking* with valves made exact whose two sides are simple groups; the rest is left to tracing.

    Some seconds at a million pipes, whatever the number of *links* (all where None): see :mod:`network.rank_pairs`.
    """
    links = _waiting(ranking.valves_exact | ~ranking.valves_add_up, links)
    of = ranking.swept.groups.of
    found = lost_together(ranking.swept, of[ranking.side_a[links]], of[ranking.side_b[links]])
    # A customer may hang under two of the vertices that dry up: sums would count it twice.
    doubtful = flags(len(links), found.pair[ranking.contested[found.vertex]])
    kept = ~doubtful[found.pair]
    table = ranking.valves.table.copy()
    for sums, under in zip(table, ranking.under.table, strict=True):
        np.add.at(sums, links[found.pair[kept]], under[found.vertex[kept]])
    settled = links[found.settled & ~doubtful]
    return replace(ranking, valves=Losses(table), valves_exact=_known(ranking.valves_exact, settled))


def _waiting(exact: Bool, rows: NDArray[np.integer] | None) -> Int64:
    """Those of *rows* that are not exact, ascending."""
    asked = np.arange(len(exact)) if rows is None else np.unique(rows)
    return asked[~exact[asked]]


def _traced(model: SupplyModel, weights: Weights, targets: Int32, progress: Progress) -> Float64:
    """What is lost without each of *targets*, shape (2, n); shape (5, n)."""
    count = targets.shape[1]
    losses = np.zeros((5, count))
    told = 0
    for at in range(count):
        losses[:, at] = traced_loss(model, weights, np.unique(targets[:, at]))
        if (at + 1) * _STEPS // count > told:
            told = (at + 1) * _STEPS // count
            progress((at + 1) / count)
    return losses


def _with(losses: Losses, rows: Int64, traced: Float64) -> Losses:
    table = losses.table.copy()
    table[:, rows] = traced
    return Losses(table)


def _known(exact: Bool, rows: NDArray[np.integer]) -> Bool:
    known = exact.copy()
    known[rows] = True
    return known
