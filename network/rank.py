"""Every segment's and every valve's outage at once (rules: docs/isolation-rules.md, "Plan").

What has water after an outage is what a root still reaches: plants, reservoirs, and whatever stores water once it is
cut off (tanks, and pumps' own tanks), for storage that is still supplied passes water on as well. So with one root
above all of them, what an outage takes away hangs under its segment in the dominator tree, and sums over the tree
answer for the whole city. That is exact where water that comes in can be kept to the segment itself, or to segments
between which it runs both ways come what may. Elsewhere (one-way devices beside it, sources within it) the sum is a
lower bound, and so it is for a valve that fails where more dries up than on either side alone: there
:func:`~network.rank_refine.refine` traces. A larger outage never leaves more water, so "at least" is true.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from network.columns import Bool, Float64, Int32
from network.flood import flood
from network.grouping import flags
from network.losses import Losses
from network.outage import Weights
from network.rank_basis import Hangings, Sweep, hangings_of, sweep
from network.structure import Structure
from network.supply import SupplyModel


@dataclass(frozen=True, eq=False)
class Ranking:
    """What is lost if it must be isolated: for every segment, and for every cutting device with both its sides.

    Attributes:
        swept: What it was worked out from.
        under: For each vertex of it, what hangs under the vertex.
        contested: Shape (vertices,), True where a customer hangs under the vertex and under another one beside it.
        segments: For each segment.
        segments_exact: Shape (segments,), False where more may be lost than stands there.
        segments_feasible: Shape (segments,), False where a source feeds the segment with nothing closable between; the
            figures are then those with that source stopped.
        device: Shape (links,), device rows, as in :class:`~network.structure.Links`.
        side_a, side_b: Shape (links,), the segments that it parts.
        valves: For each of these, both sides out: what is lost when it fails while either side must be isolated.
        valves_exact: Shape (links,).
        valves_add_up: Shape (links,), True where the figures are those of both sides together, nothing hangs on both,
            and each side can be kept from the rest: exact unless more is fed through these two only.
    """

    swept: Sweep
    under: Losses
    contested: Bool
    segments: Losses
    segments_exact: Bool
    segments_feasible: Bool
    device: Int32
    side_a: Int32
    side_b: Int32
    valves: Losses
    valves_exact: Bool
    valves_add_up: Bool

    def more(self) -> Losses:
        """For each device, what is lost more if it fails: both sides in place of the one where less is lost."""
        one, other = self.segments.table[:, self.side_a], self.segments.table[:, self.side_b]
        return Losses(np.maximum(self.valves.table - np.minimum(one, other), 0.0))

    def more_exact(self) -> Bool:
        """Shape (links,), whether the figures of :meth:`more` are exact."""
        exact: Bool = self.valves_exact & self.segments_exact[self.side_a] & self.segments_exact[self.side_b]
        return exact


def rank_outages(model: SupplyModel, weights: Weights) -> Ranking:
    """What each segment and each cutting device takes away if it must be isolated, in time linear in the city."""
    return ranked(model, weights, sweep(model))


def ranked(model: SupplyModel, weights: Weights, swept: Sweep) -> Ranking:
    """The ranking from dominators already found."""
    groups, links, supplied = swept.groups, model.structure.links, model.supplied
    hangings = hangings_of(model, weights, swept)
    under = _sums(model, weights, swept, hangings)
    valves, nested, add_up = _both_sides(swept, hangings, under, groups.of[links.side_a], groups.of[links.side_b])
    fed = supplied[links.side_a] | supplied[links.side_b]
    return Ranking(
        swept=swept,
        under=Losses(under),
        contested=flags(len(swept.tree.above), hangings.contested_vertices),
        segments=Losses(under[:, groups.of] * supplied),
        segments_exact=groups.simple[groups.of] | ~supplied,
        segments_feasible=~supplied | ~_reached_by_sources(model.structure, model.floods_hard),
        device=links.device,
        side_a=links.side_a,
        side_b=links.side_b,
        valves=Losses(valves * fed),
        valves_exact=nested | ~fed,
        valves_add_up=add_up & fed,
    )


def _reached_by_sources(structure: Structure, floods_hard: Bool) -> Bool:
    """Segments into which a source's water comes though a plan closes what it may."""
    count = structure.segmentation.count
    onward = np.roll(floods_hard, len(structure.links))
    nothing = np.zeros(count, dtype=np.bool_)
    return flags(count, flood(structure.links, onward, structure.segmentation.source_legs.values, nothing))


def _sums(model: SupplyModel, weights: Weights, swept: Sweep, hangings: Hangings) -> Float64:
    """What hangs under each vertex: shape (5, vertices)."""
    vertices = len(swept.tree.above)
    at = np.concatenate([hangings.group, hangings.meeting])
    owner = np.concatenate([hangings.owner, hangings.twice])
    sign = np.repeat([1.0, -1.0], [len(hangings.owner), len(hangings.twice)])
    sums = [
        swept.tree.sums(np.bincount(at, weights=worth[owner] * sign, minlength=vertices)) for worth in weights.value
    ]
    length_m = np.bincount(swept.groups.of, weights=weights.length_m * model.supplied, minlength=vertices)
    return np.stack([*sums, np.maximum(swept.tree.sums(length_m), 0.0)])


def _both_sides(
    swept: Sweep, hangings: Hangings, under: Float64, one: Int32, other: Int32
) -> tuple[Float64, Bool, Bool]:
    """What is lost without both of two groups, at least; see :class:`Ranking` for what the masks say."""
    tree, simple = swept.tree, swept.groups.simple
    losses, losses_other = under[:, one], under[:, other]
    nested = tree.dominates(one, other) | tree.dominates(other, one)
    nested |= (tree.position[one] < 0) | (tree.position[other] < 0)
    apart = ~nested
    apart[apart] = ~hangings.contested_by(
        tree.below_meeting(one[apart], other[apart]), tree.below_meeting(other[apart], one[apart])
    )
    table = np.maximum(losses, losses_other)
    table[:, apart] = losses[:, apart] + losses_other[:, apart]
    kept = simple[one] & simple[other]
    return table, nested & kept, apart & kept
