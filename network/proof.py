"""Why each valve of a plan is needed."""

from __future__ import annotations

from network.answers import IsolationPlan, SupplyPath
from network.columns import Int32
from network.cutoff import CutOff
from network.supply import SupplyModel


def why_close(model: SupplyModel, plan: IsolationPlan, device: int) -> SupplyPath | None:
    """The way from a source to the target that opens when *device* of ``plan.close`` alone stays open."""
    raise NotImplementedError


def ways_to_target(model: SupplyModel, target: Int32, cut: CutOff) -> tuple[SupplyPath, ...]:
    """For each source in ``cut.stop``, a way to *target* that no plan can close."""
    return ()
