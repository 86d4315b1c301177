"""What the journal knows of each valve's past: when it was last turned, and so how likely it closes."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from app.journal.events import milliseconds
from app.journal.valves import Status, position_of
from app.rank_tables import NEVER_MS
from app.workspace import Workspace, valve_rows
from network.alternatives.reliability import chances
from network.columns import Float64, Int64
from network.topology import City, DeviceStates

_MS_A_YEAR = 365.2425 * 86_400_000.0


def last_turned_ms(workspace: Workspace) -> Int64:
    """Shape (devices,), when a position of each was last reported and not taken back; :data:`NEVER_MS` elsewhere.

    Whoever reports a position has had a key on the valve, so it counts as exercise (V1) until exercises have events of
    their own.
    """
    state = workspace.state
    found = np.full(len(workspace.city.network.devices), NEVER_MS, dtype=np.int64)
    names = sorted(state.valves)
    for row, name in zip(valve_rows(workspace.city, names), names, strict=True):
        told = state.valves[name]
        statuses = dict(position_of(told, state.lineage).statuses)
        moments = [
            one.eff_at_ms for one in told if one.position is not None and statuses[one.key] is not Status.RETRACTED
        ]
        if row >= 0 and moments:
            found[row] = max(moments)
    return found


def valve_chances(city: City, states: DeviceStates, turned_ms: Int64, now: datetime) -> Float64:
    """Shape (devices,), each one's chance to close, by condition, age of its main, and when it was last turned."""
    devices, pipes = city.network.devices, city.network.pipes
    age = np.full(len(devices), np.nan)
    on_pipe = np.flatnonzero(devices.pipe >= 0)
    year = pipes.year[devices.pipe[on_pipe]].astype(np.float64)
    age[on_pipe] = np.where(year > 0.0, now.year - year, np.nan)
    idle = np.where(turned_ms == NEVER_MS, np.nan, (milliseconds(now) - turned_ms) / _MS_A_YEAR)
    return chances(states.condition, age, idle)
