"""How everything stands at a moment, as the recorder tells it to a screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.feeds.inbox import LinkState
from app.telemetry.setup import Setup
from network.columns import Float64, Int64


@dataclass(frozen=True)
class Supplied:
    """How much water a meter has measured since midnight.

    Attributes:
        volume_m3: Since midnight.
        is_whole: Nothing of the day is missing; otherwise it is that of a part.
    """

    volume_m3: float
    is_whole: bool


@dataclass(frozen=True, eq=False)
class Present:
    """How everything stands; arrays of shape (channels,) and (alarms,).

    Attributes:
        turn: Counts up whenever something has changed.
        at_ms: The recorder's clock, UTC milliseconds.
        values: In the unit inside, NaN where nothing is known.
        standings: :class:`app.telemetry.live.Standing`.
        source_ms: Instant of the last reading; ``NEVER_MS`` before the first.
        alarm_states: :class:`app.telemetry.alarms.AlarmState`.
        cause: Position of the alarm that each comes from, or ``NOBODY``; :class:`app.telemetry.alarms.Causes`.
        raised_ms, shelved_until_ms: Of the alarms.
        links: How each feed's connection stands.
        received: Messages since the start; turned_away: those there was no room for.
        trouble: Why nothing can be written at the moment, or the day's supply not read: a code and its parameters; None
            where all is well.
        supplied: What meters of stations have counted since midnight, by position; no older than a minute.
        is_flood: More alarms in ten minutes than one person can take in.
        quality: What is held against each channel's last reading, bits of :class:`app.telemetry.readings.Quality`.
    """

    turn: int
    at_ms: int
    values: Float64
    standings: Int64
    source_ms: Int64
    alarm_states: Int64
    cause: Int64
    raised_ms: Int64
    shelved_until_ms: Int64
    links: Mapping[str, LinkState]
    received: int
    turned_away: int
    trouble: tuple[str, Mapping[str, str | int | float]] | None
    supplied: Mapping[int, Supplied]
    is_flood: bool
    quality: Int64


@dataclass(frozen=True, eq=False)
class Picture:
    """How everything stands, by the positions of *setup*, and which turn of the set-up that is."""

    present: Present
    setup: Setup
    setup_turn: int
