"""Readings that a laptop takes along: the past of a district's channels. Nothing is measured out there."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from app.telemetry.alarms import Limits
from app.telemetry.channels import Channel, Channels
from app.telemetry.history import DAY_MS, History
from app.telemetry.history_copy import copy_readings
from app.telemetry.setup import HISTORY, Setup, is_set_up, read_setup, write_setup


def take_readings(folder: Path, building: Path, area: BaseGeometry | None, days: int, now_ms: int) -> int:
    """Copy what the channels within *area* (None: all) measured in the last *days*; how many readings that were.

    The laptop's set-up has no feeds, so that nothing is recorded there, and no limits: silence is no alarm on it.

    Raises:
        AppError: ``telemetry.bad_setup``.
        GisError: What the store raises.
    """
    path = folder / HISTORY
    if days <= 0 or not is_set_up(folder) or not path.exists():
        return 0
    setup = read_setup(folder)
    records = tuple(one for one in setup.channels.records if _lies_in(one, area))
    write_setup(building, Setup(Channels(records), Limits(()), ()))
    with closing(History.open(path, readonly=True)) as own, closing(History.create(building / HISTORY)) as copy:
        span_ms = (now_ms - days * DAY_MS, now_ms + 1)
        return copy_readings(own, copy, [one.id for one in records], span_ms, now_ms)


def _lies_in(channel: Channel, area: BaseGeometry | None) -> bool:
    """Whether a channel stands in the area; one without a place belongs to none."""
    if area is None:
        return True
    if channel.x_m is None or channel.y_m is None:
        return False
    return bool(shapely.intersects(area, shapely.Point(channel.x_m, channel.y_m)))
