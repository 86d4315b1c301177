"""What can be said of water drawn from hydrants, as frozen records: command line, window and tests speak these.

:mod:`app.operations.hydrant_uses` carries them out; what cannot be done is answered by
:class:`~app.dispatch.acts.No`. Moments are UTC milliseconds, None for now.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.hydrants.entries import Purpose


@dataclass(frozen=True)
class OpenHydrant:
    """Water is drawn, was drawn or will be.

    Attributes:
        hydrant: Its id; "" where nobody knows which: then a place is needed.
        x_m, y_m: Where, project CRS; the hydrant's own place where none is given.
        until_ms: When it ended or is to end; None: it runs until somebody says that it has ended.
        flow_m3_h: About how much; None where nobody knows.
        told_by: Who told it.
    """

    purpose: Purpose
    hydrant: str = ""
    x_m: float | None = None
    y_m: float | None = None
    from_ms: int | None = None
    until_ms: int | None = None
    flow_m3_h: float | None = None
    told_by: str = ""
    note: str = ""


@dataclass(frozen=True)
class StillRuns:
    """It runs still; also where an end was written down that was none."""

    number: str
    at_ms: int | None = None
    note: str = ""


@dataclass(frozen=True)
class EndUse:
    """It has ended, or is to end at a time; the last word counts."""

    number: str
    until_ms: int | None = None
    note: str = ""


@dataclass(frozen=True)
class WithdrawUse:
    """It was a mistake: no water was drawn."""

    number: str
    reason: str


HydrantAct = OpenHydrant | StillRuns | EndUse | WithdrawUse
