"""Permits for entering a chamber (有限空间作业): what is measured, what is out of limits, how long a reading stands.

A chamber is ventilated, then measured, then entered. What is measured decides; nobody's word puts a gas within limits.

Sources of the limits, each the stricter where documents differ:

* oxygen 19.5 % at least: CJJ 6-2009 clause 5.3.2, GB 8958-2006; 23.5 % at most: GB 30871 (受限空间作业);
* combustible gas below 10 % of the lower explosive limit: the usual rule for underground chambers. GB 30871 allows a
  measured concentration of 0.5 % where the limit is 4 % or more, which for methane is 10 % as well. A house value here;
* hydrogen sulphide 10 mg/m³ at most at any moment: GBZ 2.1 (MAC);
* carbon monoxide 20 mg/m³ at most: GBZ 2.1 (PC-TWA); its short-term value of 30 mg/m³ is not used: work at a valve may
  last, and who goes down with 20 to 30 would have to count minutes;
* a reading is made no earlier than 30 minutes before somebody enters: 工贸企业有限空间作业安全管理与监督暂行规定,
  GB 30871.
  House: after 30 minutes it is made anew for whatever is done inside, also where an instrument measures on and on:
  what that shows is not in the record.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.journal.events import EventKey

OXYGEN_PERCENT = (19.5, 23.5)
COMBUSTIBLE_LEL_PERCENT = 10.0
"""Below it, not at it."""
H2S_MG_M3 = 10.0
CO_MG_M3 = 20.0
VALID_MS = 30 * 60_000
AHEAD_MS = 120_000
"""House: a reading may be so far ahead by another clock."""

READINGS = ("oxygen_percent", "combustible_lel_percent", "h2s_mg_m3", "co_mg_m3")
"""What is measured, in the order in which it is asked for."""
_MOST = {"oxygen_percent": 100.0, "combustible_lel_percent": 100.0, "h2s_mg_m3": 10_000.0, "co_mg_m3": 20_000.0}
"""House: what no instrument shows is a slip of the finger."""


class Breach(StrEnum):
    """Why nobody may enter. Words are made in app.messages (``permit_breach``)."""

    OXYGEN_LOW = "oxygen_low"
    OXYGEN_HIGH = "oxygen_high"
    COMBUSTIBLE = "combustible"
    H2S = "h2s"
    CO = "co"
    NOT_VENTILATED = "not_ventilated"


@dataclass(frozen=True)
class GasReading:
    """What an instrument showed in a chamber.

    Attributes:
        oxygen_percent: By volume.
        combustible_lel_percent: Of the lower explosive limit.
        h2s_mg_m3, co_mg_m3: Hydrogen sulphide and carbon monoxide.
        read_ms: When, UTC milliseconds.
    """

    oxygen_percent: float
    combustible_lel_percent: float
    h2s_mg_m3: float
    co_mg_m3: float
    read_ms: int

    @property
    def impossible(self) -> str:
        """The first reading that no instrument shows, by its name; "" where all could be."""
        for name in READINGS:
            value = getattr(self, name)
            if not (math.isfinite(value) and 0.0 <= value <= _MOST[name]):
                return name
        return ""


def breaches_of(reading: GasReading, *, ventilated: bool) -> tuple[Breach, ...]:
    """Everything that bars the way into a chamber; nothing where it may be entered."""
    least, most = OXYGEN_PERCENT
    out = {
        Breach.NOT_VENTILATED: not ventilated,
        Breach.OXYGEN_LOW: reading.oxygen_percent < least,
        Breach.OXYGEN_HIGH: reading.oxygen_percent > most,
        Breach.COMBUSTIBLE: reading.combustible_lel_percent >= COMBUSTIBLE_LEL_PERCENT,
        Breach.H2S: reading.h2s_mg_m3 > H2S_MG_M3,
        Breach.CO: reading.co_mg_m3 > CO_MG_M3,
    }
    return tuple(breach for breach, is_out in out.items() if is_out)


def is_fresh(reading: GasReading, now_ms: int) -> bool:
    """Whether a reading is young enough to enter by; one of the future is none."""
    return -AHEAD_MS <= now_ms - reading.read_ms <= VALID_MS


@dataclass(frozen=True)
class Permit:
    """What was asked for one chamber, and what was answered.

    Attributes:
        key: The event.
        valve: Id of the valve in the chamber.
        at_ms: When it was asked for.
        written: When it was written down, as the journal's hybrid clock reads.
        continuous: Whether an instrument goes down and measures on and on.
        refused: Why it was refused, by what was recorded and by the rules of this program; nothing where it was given.
    """

    key: EventKey
    valve: str
    at_ms: int
    written: str
    reading: GasReading
    instrument: str
    ventilated: bool
    continuous: bool
    refused: tuple[Breach, ...]

    @property
    def ends_ms(self) -> int:
        """When its reading is too old."""
        return self.reading.read_ms + VALID_MS


class ChamberState(StrEnum):
    """How a chamber stands. Words are made in app.messages (``chamber_state``)."""

    NONE = "none"
    REFUSED = "refused"
    EXPIRED = "expired"
    GIVEN = "given"


def permit_of(key: EventKey, at_ms: int, written: str, body: Mapping[str, Any]) -> Permit:
    """The permit that a checked body of an event says."""
    oxygen, combustible, h2s, co = (float(body[name]) for name in READINGS)
    reading = GasReading(oxygen, combustible, h2s, co, int(body["read_ms"]))
    ventilated = bool(body["ventilated"])
    # What was refused stays so; and nothing is given by a body that says so against its own figures.
    recorded = tuple(Breach(one) for one in body["refused"])
    refused = tuple(dict.fromkeys((*recorded, *breaches_of(reading, ventilated=ventilated))))
    said = str(body["valve"]), at_ms, written, reading
    return Permit(key, *said, str(body["instrument"]), ventilated, bool(body.get("continuous", False)), refused)


def latest(permits: Iterable[Permit], valve: str, at_ms: int | None = None) -> Permit | None:
    """The last word about the chamber of *valve*: by time of its reading, then as they were written.

    Args:
        permits: Of one incident.
        valve: In the chamber.
        at_ms: What was measured later than then does not count; None for all that was measured.
    """
    told = [
        permit
        for permit in permits
        if permit.valve == valve and (at_ms is None or permit.reading.read_ms <= at_ms + AHEAD_MS)
    ]
    return max(told, key=lambda one: (one.reading.read_ms, one.written, one.key), default=None)


def chamber_state(permit: Permit | None, now_ms: int) -> ChamberState:
    """How a chamber stands whose last permit is *permit*."""
    if permit is None:
        return ChamberState.NONE
    if permit.refused:
        return ChamberState.REFUSED
    return ChamberState.GIVEN if is_fresh(permit.reading, now_ms) else ChamberState.EXPIRED
