"""What happens to supply when the water of a target is stopped (rules: docs/isolation-rules.md, "Plan")."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from network.assets import SourceKind
from network.columns import Bool, Int32
from network.flood import flood
from network.grouping import distinct, flags
from network.supply import SupplyModel


@dataclass(frozen=True, eq=False)
class CutOff:
    """The state of supply with a region taken out.

    Attributes:
        region: Segments from which water still reaches the target when every valve that a plan may close is closed.
        in_region: Shape (segments,), the same as a mask.
        stop: Source rows with a leg in the region.
        supplied: Shape (segments,), supplied after.
        stored: Shape (segments,), on storage after.
        lost: Supplied before, outside the region, and not supplied after; ascending.
    """

    region: Int32
    in_region: Bool
    stop: Int32
    supplied: Bool
    stored: Bool
    lost: Int32

    def wet(self, segments: NDArray[np.integer]) -> Bool:
        """Whether each of *segments* has water after: supplied, or on storage."""
        wet: Bool = self.supplied[segments] | self.stored[segments]
        return wet


def cut_off(model: SupplyModel, target: Int32) -> CutOff:
    """Take the region of the segments *target* out of supply."""
    structure = model.structure
    barred = np.zeros(structure.segmentation.count, dtype=np.bool_)
    return taken_out(model, flood(structure.links, model.floods_hard, target, barred))


def taken_out(model: SupplyModel, region: Int32) -> CutOff:
    """Take the segments *region* out of supply, whatever made them the region."""
    count = model.structure.segmentation.count
    in_region = flags(count, region)
    stop = _fed_by(model, in_region)
    lost = model.tree.lost_without(np.concatenate([region, model.source_vertices(stop)]))
    lost_sources, lost = lost[lost >= count] - count, np.sort(lost[lost < count])
    supplied = model.supplied.copy()
    supplied[region] = False
    supplied[lost] = False
    stored = flags(count, _stored(model, in_region, stop, supplied, lost_sources))
    return CutOff(region, in_region, stop, supplied, stored, lost)


def _fed_by(model: SupplyModel, in_region: Bool) -> Int32:
    """Sources with a leg in the region."""
    legs = model.structure.segmentation.source_legs
    owner = np.repeat(np.arange(len(legs)), np.diff(legs.offsets))
    return distinct(owner[in_region[legs.values]])


def _stored(
    model: SupplyModel, in_region: Bool, stop: Int32, supplied: Bool, lost_sources: NDArray[np.integer]
) -> Int32:
    """Segments reached by supply from tanks and pumps' own tanks that are not supplied any more."""
    seeds = storage_seeds(model, stop, supplied, lost_sources)
    return flood(model.structure.links, model.feeds, seeds, in_region | supplied)


def storage_seeds(
    model: SupplyModel, stop: Int32, supplied: Bool, lost_sources: NDArray[np.integer]
) -> NDArray[np.integer]:
    """Segments into which unsupplied tanks empty: legs of tanks, discharge sides of pumps with a tank of their own."""
    structure, pumps = model.structure, model.tank_pumps
    sources = np.arange(len(structure.network.sources))
    unsupplied = (structure.network.sources.kind == SourceKind.TANK) & (
        model.tree.position[model.source_vertices(sources)] < 0
    )
    unsupplied[lost_sources] = structure.network.sources.kind[lost_sources] == SourceKind.TANK
    unsupplied[stop] = False
    tanks = structure.segmentation.source_legs.gather(np.flatnonzero(unsupplied))
    return np.concatenate([tanks, pumps.discharge[~supplied[pumps.suction]]])
