"""What an outage takes away: customers, households, people, critical customers, and length of mains.

A figure counts who is *out*: without water, and saved neither by a tank of the network nor by one of their own station
(rules: docs/isolation-rules.md, "Customers"). Those on storage are not lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from network.columns import Bool, Float64, Int32
from network.cutoff import cut_off
from network.losses import LENGTH
from network.segments import Segmentation
from network.structure import Structure
from network.supply import SupplyModel


@dataclass(frozen=True, eq=False)
class Weights:
    """What hangs on each segment.

    Attributes:
        owner, segment: Shape (hangings,), customers that a dry segment puts out, ascending, and the segment. A tap
            within 1 mm of a device hangs on all its sides.
        value: Shape (4, customers): 1, households, people, and 1 for a critical customer.
        saved: Shape (customers,), True where the customer's station has a tank: never out.
        length_m: Shape (segments,), sum of the parts.
    """

    structure: Structure
    owner: Int32
    segment: Int32
    value: Float64
    saved: Bool
    length_m: Float64

    @classmethod
    def of(cls, structure: Structure) -> Weights:
        """Weights of the customers and mains of a city."""
        customers = structure.city.customers
        owner, segment, saved = hangings(structure)
        value = np.stack([np.ones(len(customers)), customers.households, customers.people, customers.critical])
        return cls(structure, owner, segment, value, saved, segment_lengths_m(structure.segmentation))

    def of_dry(self, segments: NDArray[np.integer]) -> Float64:
        """What is lost while *segments* are dry, shape (5,), in the order of :attr:`Losses.table`."""
        out = self.structure.customer_taps.on(segments)
        lost = np.zeros(5)
        lost[:LENGTH] = self.value[:, out[~self.saved[out]]].sum(axis=1)
        lost[LENGTH] = self.length_m[segments].sum()
        return lost


def hangings(structure: Structure) -> tuple[Int32, Int32, Bool]:
    """Owner, segment and saved as :class:`Weights` has them."""
    city, taps = structure.city, structure.customer_taps
    saved = city.customers.station >= 0
    saved[saved] = city.stations.storage_m3[city.customers.station[saved]] > 0.0
    counts = ~saved[taps.owner]
    return taps.owner[counts], taps.segment[counts], saved


def traced_loss(model: SupplyModel, weights: Weights, target: Int32) -> Float64:
    """What is lost while the segments *target* are isolated, followed exactly.

    The same customers and lengths as :func:`~network.isolation.plan_isolation` and
    :func:`~network.impact.assess_impact` find for a target on these segments; where a source cannot be closed off,
    those with that source stopped.

    Returns:
        Shape (5,), see :attr:`Losses.table`.
    """
    if not model.supplied[target].any():
        return np.zeros(5)
    cut = cut_off(model, target)
    unintended = cut.lost[~cut.stored[cut.lost]]
    return weights.of_dry(np.concatenate([cut.region[model.supplied[cut.region]], unintended]))


def segment_lengths_m(segmentation: Segmentation) -> Float64:
    """Shape (segments,), metres of mains in each segment, parts of pipes counted as such."""
    spans = segmentation.part_spans(np.arange(segmentation.parts))
    length_m = spans.end_m - spans.start_m
    return np.bincount(segmentation.part_segment, weights=length_m, minlength=segmentation.count).astype(np.float64)
