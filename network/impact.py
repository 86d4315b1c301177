"""Who is affected by a plan."""

from __future__ import annotations

from network.answers import Impact, IsolationPlan
from network.supply import SupplyModel


def assess_impact(model: SupplyModel, plan: IsolationPlan) -> Impact:
    """Customers, stations and hydrants affected by *plan*."""
    raise NotImplementedError
