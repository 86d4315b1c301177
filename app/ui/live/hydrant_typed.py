"""What was typed of water drawn from a hydrant, read. No Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.hydrants.acts import OpenHydrant
from app.hydrants.entries import Purpose
from app.journal.events import milliseconds
from app.ui.dispatch.moments import typed_moment
from app.ui.live.moments import number_said

_PLACE: Final = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[,，;\s]\s*(-?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True)
class Typed:
    """The texts of the form."""

    hydrant: str
    purpose: str
    since: str
    until: str
    flow: str
    told_by: str
    note: str


@dataclass(frozen=True)
class Wrong:
    """What cannot be read: ``since``, ``until`` or ``flow``."""

    field: str


def use_of(typed: Typed, now: datetime) -> OpenHydrant | Wrong:
    """What the texts mean; *now* in the city's zone. Whether it can be is the desk's to say."""
    since = typed_moment(typed.since, now)
    if since is None:
        return Wrong("since")
    # The field shows whole minutes: the present one stands for this moment.
    since = now if since == now.replace(second=0, microsecond=0) else since
    until = None
    if typed.until.strip():
        until = end_after(typed.until, since, now)
        if until is None:
            return Wrong("until")
    flow_m3_h = number_said(typed.flow.strip()) if typed.flow.strip() else None
    if flow_m3_h is None and typed.flow.strip():
        return Wrong("flow")
    place = _PLACE.fullmatch(typed.hydrant)
    x_m, y_m = (None, None) if place is None else (float(place[1]), float(place[2]))
    return OpenHydrant(
        Purpose(typed.purpose),
        typed.hydrant.strip() if place is None else "",
        x_m,
        y_m,
        milliseconds(since),
        None if until is None else milliseconds(until),
        flow_m3_h,
        typed.told_by,
        typed.note,
    )


def end_after(text: str, since: datetime, now: datetime) -> datetime | None:
    """The moment that *text* means as an end: a time without a day is the first such one after *since*."""
    # Who ends it in the minute in which it began does not mean the next day.
    since = since.replace(second=0, microsecond=0)
    moment = typed_moment(text, since)
    if moment is None:
        return None
    if "-" in text:
        return typed_moment(text, now)
    return moment if moment >= since else moment + timedelta(days=1)
