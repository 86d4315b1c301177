"""Why each valve of a plan is needed."""

from __future__ import annotations

from network.answers import IsolationPlan, SupplyPath
from network.supply import SupplyModel


def why_close(model: SupplyModel, plan: IsolationPlan, device: int) -> SupplyPath | None:
    """The way from a source to the target that opens when *device* of ``plan.close`` alone stays open."""
    raise NotImplementedError
