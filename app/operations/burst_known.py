"""What known work says of a burst that was told before anybody wrote that work down."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from app.telemetry.bursts.known_work import KnownWork, feels, lasting
from app.telemetry.bursts.learned import Learned
from app.telemetry.bursts.proposals import Proposal
from app.telemetry.bursts.watch import ENDS_BELOW
from network.columns import Float64, Int64


def works_near(learned: Learned, works: Iterable[KnownWork], one: Proposal) -> tuple[KnownWork, ...]:
    """Those of *works* that the logger of *one* may have felt while its sum grew."""
    row = learned.loggers.index(one.logger)
    return tuple(work for work in lasting(works, one.since_ms, one.at_ms) if feels(work, learned.loggers_m)[row])


def is_explained(learned: Learned, one: Proposal, near: Iterable[KnownWork], at_ms: Int64, head_m: Float64) -> bool:
    """Whether work that is known by now explains *one*: it was felt from its beginning until it was told.

    What stays when the work is over was no work: then it is a burst again, as soon as as many ticks say so as had told
    it.

    Args:
        learned: What the watch goes by.
        one: A burst that was told.
        near: Work that its logger may have felt, see :func:`works_near`.
        at_ms: UTC milliseconds of the ticks that are known, ascending.
        head_m: Shape (ticks, loggers), metres of water; NaN where there is none.
    """
    until_ms = [work.until_ms for work in near if work.from_ms <= one.since_ms and work.until_ms >= one.at_ms]
    if not until_ms:
        return False
    row, after = learned.loggers.index(one.logger), at_ms > max(until_ms)
    left_m = learned.rule.neighbours.left_over(at_ms[after], head_m[after])[:, row] - one.level_m[row]
    if np.count_nonzero(np.isfinite(left_m)) < one.ticks:
        return True
    return bool(np.nanmedian(left_m) * one.side < ENDS_BELOW * abs(one.shift_m[row]))
