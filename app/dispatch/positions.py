"""Positions that crews' devices send: read, judged, and put in order, whatever way they came.

A body is one JSON object or a list of them::

    {"crew": "E03", "time": "2026-03-17T08:00:00Z", "lon": 117.02, "lat": 36.66}

``x`` and ``y`` in the project CRS may stand in place of degrees, and ``time`` may be seconds or milliseconds since
1970. Where no crew is named, the last part of the topic or the file's name is the crew. Nothing is guessed: what cannot
be read, and what cannot be true, is refused with a word and counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from statistics import median
from typing import Any

from app.dispatch.arrival import Fence, Fix, WhyRefused, why_refused

Project = Callable[[float, float], tuple[float, float]]
"""Longitude and latitude (WGS 84) to x and y of the project CRS, infinite where there is no such place."""

KEPT_FIXES = 400
"""How many of a crew's last fixes are kept at hand: more than an hour at one in ten seconds."""

KEPT_REFUSALS = 50


class WhyUnread(StrEnum):
    """Why a message is no position. Words are made in app.messages."""

    NOT_JSON = "not_json"
    NO_CREW = "no_crew"
    NO_TIME = "no_time"
    NO_PLACE = "no_place"


@dataclass(frozen=True)
class Sighting:
    """A crew was somewhere, as its device says."""

    crew: str
    fix: Fix


@dataclass(frozen=True)
class Refused:
    """A message, or a position in it, that was set aside.

    Attributes:
        crew: "" where none could be read.
        received_ms: When it came, UTC.
    """

    crew: str
    received_ms: int
    why: WhyUnread | WhyRefused


def read_positions(body: bytes, name: str, received_ms: int, project: Project) -> list[Sighting | Refused]:
    """What a message says, in its order; *name* is its topic, address or file."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return [Refused("", received_ms, WhyUnread.NOT_JSON)]
    return [_read(one, name, received_ms, project) for one in (told if isinstance(told, list) else [told])]


def _read(told: Any, name: str, received_ms: int, project: Project) -> Sighting | Refused:
    if not isinstance(told, dict):
        return Refused("", received_ms, WhyUnread.NOT_JSON)
    crew = told.get("crew", name.rstrip("/").rpartition("/")[2])
    if not isinstance(crew, str) or not crew.strip() or len(crew) > 64 or not crew.isprintable():
        return Refused("", received_ms, WhyUnread.NO_CREW)
    crew = crew.strip()
    at_ms = _instant_ms(told.get("time"))
    if at_ms is None:
        return Refused(crew, received_ms, WhyUnread.NO_TIME)
    place = _place(told, project)
    if place is None:
        return Refused(crew, received_ms, WhyUnread.NO_PLACE)
    return Sighting(crew, Fix(at_ms, received_ms, *place))


def _instant_ms(told: Any) -> int | None:
    """UTC milliseconds; a text without an offset is no instant: a device's own zone is not known here."""
    if isinstance(told, str):
        try:
            moment = datetime.fromisoformat(told)
            return round(moment.timestamp() * 1000) if moment.tzinfo else None
        except (ValueError, OverflowError):
            return None
    if isinstance(told, bool) or not isinstance(told, int | float) or not 1e9 <= told < 1e14:
        return None
    # Seconds reach this only in the year 5138.
    return round(told if told >= 1e11 else told * 1000)


def _place(told: Mapping[str, Any], project: Project) -> tuple[float, float] | None:
    longitude, latitude = _number(told.get("lon")), _number(told.get("lat"))
    if longitude is not None and latitude is not None:
        # Latitude and longitude exchanged, or metres sent as degrees, are no place on the Earth.
        on_earth = abs(longitude) <= 180 and abs(latitude) <= 90
        return project(longitude, latitude) if on_earth else (float("inf"), float("inf"))
    x_m, y_m = _number(told.get("x")), _number(told.get("y"))
    return None if x_m is None or y_m is None else (x_m, y_m)


def _number(told: Any) -> float | None:
    return float(told) if isinstance(told, int | float) and not isinstance(told, bool) else None


@dataclass(frozen=True)
class Area:
    """Where crews of this utility can be at all: within a distance of its middle, project CRS."""

    middle_m: tuple[float, float]
    reach_m: float


@dataclass(frozen=True)
class Standing:
    """What is known of one crew's device.

    Attributes:
        last: Its newest fix that counts; None where none does.
        fixes: The last that count, by time.
        repeated: How many came again.
        late: How many came after a newer one.
    """

    last: Fix | None = None
    fixes: tuple[Fix, ...] = ()
    repeated: int = 0
    late: int = 0

    @property
    def skew_s(self) -> float | None:
        """How far the device's clock runs behind (ahead: negative), where that can be told; see :func:`skew_s`."""
        return skew_s(self.fixes)

    @property
    def seen_ms(self) -> int | None:
        """When the crew was at its last place, by our clock: what its age is counted from."""
        if self.last is None:
            return None
        # A clock that runs ahead makes nothing younger than the moment it was received.
        return min(self.last.received_ms, self.last.at_ms + round(1000 * max(0.0, self.skew_s or 0.0)))


@dataclass(frozen=True)
class Positions:
    """All crews' devices, and the last messages that were refused."""

    crews: Mapping[str, Standing] = field(default_factory=dict)
    refused: tuple[Refused, ...] = ()
    refusals: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """What became of what was told.

    Attributes:
        positions: How all crews' devices stand with it.
        believed: Sightings that were not refused, in the order told; some may have been known before.
        refused: What was set aside, in the order told.
    """

    positions: Positions
    believed: tuple[Sighting, ...]
    refused: tuple[Refused, ...]


def take(positions: Positions, told: Iterable[Sighting | Refused], area: Area, fence: Fence | None = None) -> Taken:
    """*positions* with what was *told*, in any order and repeated."""
    fence = fence or Fence()
    crews = dict(positions.crews)
    counts = dict(positions.refusals)
    believed: list[Sighting] = []
    refused: list[Refused] = []
    for one in told:
        if isinstance(one, Sighting):
            standing, why = _with(crews.get(one.crew, Standing()), one.fix, area, fence)
            if why is None:
                crews[one.crew] = standing
                believed.append(one)
                continue
            aside = Refused(one.crew, one.fix.received_ms, why)
        else:
            aside = one
        refused.append(aside)
        counts[aside.why.value] = counts.get(aside.why.value, 0) + 1
    kept = (*positions.refused, *refused)[-KEPT_REFUSALS:]
    return Taken(Positions(crews, kept, counts), tuple(believed), tuple(refused))


def _with(standing: Standing, fix: Fix, area: Area, fence: Fence) -> tuple[Standing, WhyRefused | None]:
    if any((one.at_ms, one.x_m, one.y_m) == (fix.at_ms, fix.x_m, fix.y_m) for one in standing.fixes):
        return replace(standing, repeated=standing.repeated + 1), None
    before = max((one for one in standing.fixes if one.at_ms <= fix.at_ms), key=lambda one: one.at_ms, default=None)
    why = why_refused(fix, before, area.middle_m, area.reach_m, fence)
    if why is not None:
        return standing, why
    is_late = standing.last is not None and fix.at_ms < standing.last.at_ms
    kept = tuple(sorted([*standing.fixes, fix], key=lambda one: one.at_ms)[-KEPT_FIXES:])
    return replace(standing, last=kept[-1], fixes=kept, late=standing.late + is_late), None


STEADY_FIXES, STEADY_SPREAD_S, STEADY_SPAN_S = 5, 5.0, 30.0
"""A clock is called wrong when as many fixes in a row came with delays as alike as this, over as long as this."""

NOTICED_SKEW_S = 30.0


def skew_s(fixes: Iterable[Fix]) -> float | None:
    """How far a device's clock runs behind ours, from the delays of its last *fixes*; None where nothing shows it.

    Positions that waited on the device for a network come in with delays that shrink; a wrong clock shows by a delay
    that stays. Only the second may be put right: an old position must never look fresh.
    """
    recent = sorted(fixes, key=lambda one: one.received_ms)[-STEADY_FIXES:]
    if len(recent) < STEADY_FIXES:
        return None
    delays = [(one.received_ms - one.at_ms) / 1000 for one in recent]
    span_s = (recent[-1].received_ms - recent[0].received_ms) / 1000
    if max(delays) - min(delays) > STEADY_SPREAD_S or span_s < STEADY_SPAN_S:
        return None
    delay_s = median(delays)
    return delay_s if abs(delay_s) >= NOTICED_SKEW_S else None
