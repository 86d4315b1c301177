"""The limits of a city's own instruments that watch what is promised at the meter (WP1), from its network."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np

from app.errors import AppError
from app.operations.alarm_feeding import nodes_at
from app.operations.meter_promise import MeterPromise, promise_limit
from app.requests import ProgressSink
from app.sync.entitled import AsTold
from app.telemetry.alarm_figures import rehearsed
from app.telemetry.alarm_marks import TakenUp
from app.telemetry.alarm_share import AlarmShare
from app.telemetry.alarms import Limit, Limits, Side
from app.telemetry.channels import Channel, Role
from app.telemetry.history import History
from app.telemetry.quantities import Quantity
from app.telemetry.setup import HISTORY, Setup, read_setup, write_setup
from app.telemetry.shared_entries import SharedKind, changes_between, limits_changed
from network.columns import Int64
from network.lifted import LevelAreas
from network.supply import SupplyModel

_MONTH_MS: Final = 30 * 24 * 3_600_000
Spans = tuple[tuple[int, int], ...]
"""From when to when, UTC milliseconds."""


class LeftOut(StrEnum):
    """Why nothing can be said of a pressure."""

    NO_PLACE = "no_place"
    NO_ELEVATION = "no_elevation"
    OWN_PUMPS = "own_pumps"
    """It is what a secondary station's pumps hold up, and not the mains."""
    NO_MAIN = "no_main"
    NO_CUSTOMERS = "no_customers"
    NO_HEIGHTS = "no_heights"
    OTHER_ALARM = "other_alarm"
    """Another alarm has the name that the promise's would have."""


@dataclass(frozen=True)
class Proposed:
    """The limit of one instrument.

    Attributes:
        channel: The instrument.
        limit: As it would be.
        was_m: As it is set up, metres of head; None where nothing watches the promise yet.
        unknown: Ends of customers' mains around it whose elevation nobody recorded: the limit may be too low.
    """

    channel: Channel
    limit: Limit
    was_m: float | None
    unknown: int

    @property
    def is_new(self) -> bool:
        """Whether anything would change."""
        return self.was_m is None or round(self.was_m, 2) != self.limit.limit


@dataclass(frozen=True, eq=False)
class Proposal:
    """What is proposed for all pressures of a set-up, in its order.

    Attributes:
        setup: From which it was made.
        proposed: Limits, changed ones and those that are right already.
        left_out: Pressures of which nothing can be said, with why.
    """

    setup: Setup
    proposed: tuple[Proposed, ...]
    left_out: tuple[tuple[Channel, LeftOut], ...]

    @property
    def changes(self) -> tuple[Proposed, ...]:
        """Those that differ from what is set up."""
        return tuple(one for one in self.proposed if one.is_new)


def propose(model: SupplyModel, setup: Setup) -> Proposal:
    """What each pressure of *setup* must read for the meters around it.

    The alarm of the promise is the one called ``<channel> low-low``; where there is none, one of the first priority is
    proposed. Of one that is there the level alone changes.
    """
    areas = LevelAreas.of(model)
    promise = MeterPromise(areas)
    pressures = [(at, one) for at, one in enumerate(setup.channels.records) if one.quantity is Quantity.PRESSURE]
    nodes: Int64 = nodes_at(areas, [one for _, one in pressures])
    standing = {limit.id: limit for limit in setup.limits.records}
    proposed: list[Proposed] = []
    left_out: list[tuple[Channel, LeftOut]] = []
    for (at, channel), node in zip(pressures, nodes.tolist(), strict=True):
        found = _proposed(promise, areas, channel, at, node, standing)
        if isinstance(found, Proposed):
            proposed.append(found)
        else:
            left_out.append((channel, found))
    return Proposal(setup, tuple(proposed), tuple(left_out))


def _proposed(
    promise: MeterPromise, areas: LevelAreas, channel: Channel, at: int, node: int, standing: dict[str, Limit]
) -> Proposed | LeftOut:
    unplaced = _unplaced(areas, channel, node)
    if unplaced is not None:
        return unplaced
    area = int(areas.of_segment[areas.model.structure.segmentation.vertex_segment[node]])
    around = promise.around(_known(channel.x_m), _known(channel.y_m), area)
    if not around.known:
        return LeftOut.NO_HEIGHTS if around.unknown else LeftOut.NO_CUSTOMERS
    limit = promise_limit(channel.id, at, promise.at_instrument_m(channel, area))
    was = standing.get(limit.id)
    if was is None:
        return Proposed(channel, limit, None, around.unknown)
    if was.channel != at or was.side is not Side.LOW:
        return LeftOut.OTHER_ALARM
    return Proposed(channel, replace(was, limit=limit.limit), was.limit, around.unknown)


def _unplaced(areas: LevelAreas, channel: Channel, node: int) -> LeftOut | None:
    """Why the network cannot say what *channel* stands for; None where it can."""
    if (
        channel.role is Role.OUTLET
        and channel.station_id
        and areas.model.city.stations.ids.find(channel.station_id) >= 0
    ):
        return LeftOut.OWN_PUMPS
    if not np.isfinite([_known(channel.x_m), _known(channel.y_m)]).all():
        return LeftOut.NO_PLACE
    if not np.isfinite(_known(channel.elevation_m)):
        return LeftOut.NO_ELEVATION
    return LeftOut.NO_MAIN if node < 0 else None


def _known(figure: float | None) -> float:
    return np.nan if figure is None else figure


def tried(folder: Path, proposed: Sequence[Proposed], now_ms: int, progress: ProgressSink) -> dict[str, Spans | None]:
    """When each limit, by its id, would have raised and cleared its alarm in the last 30 days; None without readings.

    Args:
        folder: The workspace.
        proposed: What is tried.
        now_ms: The present, UTC milliseconds.
        progress: Told ``trying_limits``.
    """
    if not (folder / HISTORY).is_file():
        return dict.fromkeys(one.limit.id for one in proposed)
    found: dict[str, Spans | None] = {}
    with closing(History.open(folder / HISTORY, readonly=True)) as history:
        known = history.channels()
        for at, one in enumerate(proposed):
            progress("trying_limits", at / len(proposed))
            number, resolution = known.get(one.channel.id, (None, 0.0))
            if number is None:
                found[one.limit.id] = None
                continue
            readings = history.readings(number, now_ms - _MONTH_MS, now_ms + 1)
            found[one.limit.id] = rehearsed(one.limit, readings, resolution) if len(readings) else None
    return found


def put_into_force(folder: Path, proposal: Proposal, actor: str, now_ms: int) -> None:
    """Write the changed limits into the set-up of the workspace *folder*, all or none; other consoles hear of it.

    Args:
        folder: The workspace.
        proposal: What is put into force.
        actor: Who does it.
        now_ms: The present, UTC milliseconds.

    Raises:
        AppError: ``telemetry.setup_changed``: somebody changed limits or instruments while this was worked out;
            ``hub.would_refuse``: who does it may not. Nothing is changed then.
    """
    present, before = read_setup(folder), proposal.setup
    if (present.channels.records, present.limits.records) != (before.channels.records, before.limits.records):
        raise AppError("telemetry.setup_changed", path=str(folder))
    changed = {one.limit.id: one.limit for one in proposal.changes}
    kept = tuple(changed.pop(limit.id, limit) for limit in present.limits.records)
    after = present.with_limits(Limits((*kept, *changed.values())))
    changes = changes_between(present.limits, after.limits, [one.id for one in present.channels.records])
    hub = AsTold(folder)
    hub.refuse(actor, SharedKind.LIMITS)
    # The file first: a recorder at work takes up the entry at once, and writes the file as well.
    write_setup(folder, after)
    share = AlarmShare(folder, (), TakenUp(), hub)
    share.tell(lambda ahead_ms: limits_changed(changes, now_ms, ahead_ms=ahead_ms), actor, now_ms)
