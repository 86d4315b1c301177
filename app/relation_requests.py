"""What the inspector asks about a picked thing, and what comes back. Frozen, picklable, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from app.suppositions import ValveOverride
from network.answers import PipeParts, Target
from network.columns import Int32


@dataclass(frozen=True)
class FindRelations:
    """What hangs together with a thing. Answer: :class:`RelationsFound`."""

    target: Target
    overrides: tuple[ValveOverride, ...] = ()


@dataclass(frozen=True, eq=False)
class RelationsFound:
    """The way from a thing to all that it hangs together with.

    Attributes:
        target: What was asked about.
        segments: How many segments meet there: one, or both sides of a valve; 0 where it stands on no pipe.
        parts: Stretches of pipe of these segments.
        border: Devices that part the segments from the rest, rows by id.
        close: Valves that a plan for the target closes, rows by id.
        isolated_m: Length of main that this takes out of service.
        stop: Sources that would have to be stopped: not empty where no closing of valves isolates it.
        customers: Shape (k,), rows of customers on the segments, critical ones first, then by row.
        critical: How many of them are critical.
        hydrants: Rows of hydrants on the segments.
        dmas: Names of the DMAs of the segments' pipes.
        zones: Ids of the pressure zones that their ends lie in.
        sources: Rows of the sources from which water runs there.
    """

    target: Target
    segments: int
    parts: PipeParts = field(default_factory=PipeParts)
    border: tuple[int, ...] = ()
    close: tuple[int, ...] = ()
    isolated_m: float = 0.0
    stop: tuple[int, ...] = ()
    customers: Int32 = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    critical: int = 0
    hydrants: tuple[int, ...] = ()
    dmas: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    sources: tuple[int, ...] = ()


RelationRequest = FindRelations
RelationReply = RelationsFound
