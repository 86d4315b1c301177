"""Which valves to close. Rules: design, "Isolation, exactly"."""

from __future__ import annotations

from network.answers import CannotIsolate, IsolationPlan, Target
from network.supply import SupplyModel


def plan_isolation(model: SupplyModel, target: Target) -> IsolationPlan | CannotIsolate:
    """Plan to isolate *target* under the device states of *model*."""
    raise NotImplementedError
