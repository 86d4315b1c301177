"""Which outage explains calls of "no water": the network's structure against callers and silent neighbours.

For each segment above the callers in the tree of dominators it is known who would be without water if it failed: all
that hangs under it. A segment is likely in so far as many callers and few others hang under it. With N customers, K
calls, n of the customers under the segment and k of the calls among them, and one in w of those without water calling,

    log L = log mean over w of [w^k (1 − w)^(n − k)] + (K − k) log b + (N − n − K + k) log(1 − b)

where b is how often somebody with water says that he has none. Mains fail by their length: its logarithm is the prior.
House values: :data:`WILLING` and :data:`MISTAKEN`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from network.columns import Bool, Float64, Int32, Int64
from network.outage import hangings, segment_lengths_m
from network.rank_basis import Sweep, sweep
from network.supply import SupplyModel

WILLING = np.array([0.01, 0.03, 0.1, 0.2, 0.4, 0.7])
"""Shares of those without water who have called so far; each as likely as the others."""

MISTAKEN = 1e-4
"""Share of those with water who call for a reason of their own in the same hours, or are entered at a wrong place."""


@dataclass(frozen=True, eq=False)
class CallBasis:
    """A city made ready for calls: the tree of dominators with the customers under each group of segments.

    Attributes:
        below: Shape (vertices,), customers that hang under each vertex.
        length_m: Shape (vertices,), metres of mains of each group.
        group: Shape (customers,), the group on which each customer's tap hangs, -1 for none that counts.
        customers: How many customers have water by the record.
    """

    swept: Sweep
    below: Float64
    length_m: Float64
    group: Int32
    customers: int


@dataclass(frozen=True)
class Suspect:
    """A group of segments whose outage would explain calls.

    Attributes:
        segment: Its lowest segment.
        out: Customers who would be without water.
        calls: Callers among them.
        share: How likely it is beside all others, from 0 to 1.
    """

    segment: int
    out: int
    calls: int
    share: float


def call_basis(model: SupplyModel) -> CallBasis:
    """Make *model* ready. Slow part (whole city): run it in a worker."""
    swept = sweep(model)
    vertices = len(swept.tree.above)
    owner, segment, _ = hangings(model.structure)
    fed = model.supplied[segment]
    owner, group = owner[fed], swept.groups.of[segment[fed]]
    # A tap on a valve hangs on both its sides; one of them, the first, is enough to find it by.
    first = np.append(True, owner[1:] != owner[:-1])[: len(owner)]
    owner, group = owner[first], group[first]
    of_customer = np.full(len(model.city.customers), -1, dtype=np.int32)
    of_customer[owner] = group
    counts = np.bincount(group, minlength=vertices)
    long_m = segment_lengths_m(model.structure.segmentation)
    length_m: Float64 = np.bincount(swept.groups.of, weights=long_m, minlength=vertices).astype(np.float64)
    return CallBasis(swept, swept.tree.sums(counts), length_m, of_customer, len(owner))


def suspects(basis: CallBasis, callers: Int32, most: int = 10) -> tuple[Suspect, ...]:
    """The groups whose outage best explains the calls, the likeliest first.

    Args:
        basis: The city.
        callers: Customer rows; who called twice counts once, who has no water by the record not at all.
        most: How many to name.
    """
    tree = basis.swept.tree
    group = basis.group[np.unique(callers)]
    group = group[group >= 0]
    above = _above(basis, group)
    if not len(above):
        return ()
    places = np.sort(tree.position[group])
    calls = np.searchsorted(places, tree.end[above]) - np.searchsorted(places, tree.position[above])
    rating = _rating(calls, basis.below[above], len(group), basis.customers) + np.log1p(basis.length_m[above])
    chance = np.exp(rating - rating.max())
    chance /= chance.sum()
    order = np.lexsort((above, -chance))[:most]
    return tuple(
        Suspect(int(above[at]), round(float(basis.below[above[at]])), int(calls[at]), float(chance[at])) for at in order
    )


def _above(basis: CallBasis, group: Int32) -> Int64:
    """The groups and all that stands above them, each once; sources and the root are no mains."""
    tree, segments = basis.swept.tree, len(basis.swept.groups.of)
    seen: Bool = np.zeros(len(tree.above), dtype=np.bool_)
    rising = np.unique(group)
    while len(rising):
        seen[rising] = True
        rising = np.unique(tree.above[rising])
        rising = rising[~seen[rising]]
    found = np.flatnonzero(seen)
    return found[found < segments]


def _rating(calls: Int64, below: Float64, everyone_calls: int, customers: int) -> Float64:
    """Logarithm of how likely the calls are under each outage."""
    silent, elsewhere = below - calls, everyone_calls - calls
    terms = np.outer(calls, np.log(WILLING)) + np.outer(silent, np.log1p(-WILLING))
    top = terms.max(axis=1)
    inside = top + np.log(np.exp(terms - top[:, None]).mean(axis=1))
    quiet = customers - below - elsewhere
    rated: Float64 = inside + elsewhere * np.log(MISTAKEN) + quiet * np.log1p(-MISTAKEN)
    return rated
