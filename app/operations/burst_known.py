"""What known work says of a burst that was told before anybody wrote that work down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from app.operations.burst_flows import felt_by, row_of
from app.operations.burst_looking import Read
from app.telemetry.bursts.known_work import KnownWork, feels, lasting
from app.telemetry.bursts.learned import Learned
from app.telemetry.bursts.proposals import Proposal
from app.telemetry.bursts.told import Way
from app.telemetry.bursts.watch import ENDS_BELOW
from network.topology import Network


def works_near(learned: Learned, network: Network, works: Sequence[KnownWork], one: Proposal) -> tuple[KnownWork, ...]:
    """Those of *works* that the logger, or the area, of *one* may have felt while its sum grew."""
    if one.way is not Way.PRESSURE:
        lately, area = lasting(works, one.since_ms, one.at_ms), row_of(learned, one)
        return tuple(work for work, felt in zip(lately, felt_by(learned, network, lately), strict=True) if area in felt)
    row = learned.loggers.index(one.logger)
    return tuple(work for work in lasting(works, one.since_ms, one.at_ms) if feels(work, learned.loggers_m)[row])


def is_explained(learned: Learned, one: Proposal, near: Iterable[KnownWork], read: Read) -> bool:
    """Whether work that is known by now explains *one*: it was felt from its beginning until it was told.

    What stays when the work is over was no work: then it is a burst again, as soon as as many ticks say so as had told
    it.

    Args:
        learned: What the watch goes by.
        one: A burst that was told.
        near: Work that its logger may have felt, see :func:`works_near`.
        read: The ticks that are known.
    """
    until_ms = [work.until_ms for work in near if work.from_ms <= one.since_ms and work.until_ms >= one.at_ms]
    if not until_ms:
        return False
    if one.way is not Way.PRESSURE:
        return _is_flow_explained(learned, one, max(until_ms), read)
    row, after = learned.loggers.index(one.logger), read.at_ms > max(until_ms)
    left_m = learned.rule.neighbours.left_over(read.at_ms[after], read.head_m[after])[:, row] - one.level_m[row]
    if np.count_nonzero(np.isfinite(left_m)) < one.ticks:
        return True
    return bool(np.nanmedian(left_m) * one.side < ENDS_BELOW * abs(one.shift_m[row]))


def _is_flow_explained(learned: Learned, one: Proposal, until_ms: int, read: Read) -> bool:
    assert learned.flows is not None
    row, after = row_of(learned, one), read.flow_ms > until_ms
    left = learned.flows.balance.neighbours.left_over(read.flow_ms[after], read.inflow_m3_h[after])[:, row]
    if np.count_nonzero(np.isfinite(left)) < one.flow_ticks:
        return True
    return bool(np.nanmedian(left) < ENDS_BELOW * one.over_m3_h[row])
