"""The present state of every channel: what came last, since when it rests, and whether it may be relied on.

Silence is a state of its own. Arrays have one entry a channel; a batch is taken in by a few array operations for each
reading that a channel has in it, so that thousands of channels cost what one does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, Final, TypeVar

import numpy as np

from app.telemetry.channels import Channels
from app.telemetry.quantities import values_of
from app.telemetry.readings import BAD, NO_VALUE, Quality, Readings, settled
from app.telemetry.spikes import LEAST, SPREADS
from network.columns import Bool, Float64, Int64

NEVER_MS: Final = -(2**62)
FUTURE_MS: Final = 60_000
"""House value: a stamp further ahead of our clock than this is no stamp."""
STALE_AFTER_INTERVALS: Final = 3
MISSING_AFTER_MS: Final = 24 * 3_600_000
"""House value: after a day of silence a channel is missing, not late."""
SUSPECT: Final = ~int(BAD)
_STEPS: Final = 32
"""So many readings tell how far neighbours usually lie apart."""
_CLIP: Final = 6.0
"""One leap must not pass for what is usual: a step counts as so many usual ones at most."""
_TO_SPREAD: Final = 1.2533
"""From the mean distance of neighbours to its standard deviation."""


_Column = TypeVar("_Column", Int64, Float64)


class Standing(IntEnum):
    """Whether a channel's last word may be relied on, the worst last."""

    GOOD = 0
    SUSPECT = 1
    BAD = 2
    STALE = 3
    MISSING = 4


@dataclass(frozen=True, eq=False)
class Live:
    """What came last; all arrays of shape (channels,).

    Attributes:
        source_ms, received_ms: Of the newest reading by the instrument's time; ``NEVER_MS`` before the first.
        count: Its value in resolutions; ``NO_VALUE`` where it had none.
        quality: Its bits, those that follow from what came before it included; ``FUTURE`` where what came since bore
            stamps ahead.
        rests_since_ms: Instant of the first of the readings that have been equal up to it.
        ahead_ms: How far the instrument's clock is ahead of ours at least: the largest source − received so far that
            was not a stray; ``NEVER_MS`` before the first.
        late: Readings that came after newer ones.
        sound, sound_ms: The last reading that nothing spoke against, and its instant: what a leap is measured by.
        leapt: One that lay far from it and waits for the next to tell whether it was a spike; ``NO_VALUE`` where none.
        apart: How far neighbours usually lie apart, in counts.
        steps: By how many neighbours that is known, ``_STEPS`` at most.
    """

    source_ms: Int64
    received_ms: Int64
    count: Int64
    quality: Int64
    rests_since_ms: Int64
    ahead_ms: Int64
    late: Int64
    sound: Int64
    sound_ms: Int64
    leapt: Int64
    apart: Float64
    steps: Int64

    @classmethod
    def silent(cls, channels: int) -> Live:
        """Nothing has come yet."""
        never = np.full(channels, NEVER_MS, dtype=np.int64)
        nought = np.zeros(channels, dtype=np.int64)
        none = np.full(channels, NO_VALUE, dtype=np.int64)
        apart = np.zeros(channels, dtype=np.float64)
        return cls(never, never, none, nought, never, never, nought, none, never, none, apart, nought)


def intrinsic(channels: Channels, readings: Readings) -> Readings:
    """*readings* with what each says against itself, whatever came before it: no number, out of range, future."""
    at = readings.channel
    has_number = readings.count != NO_VALUE
    value = values_of(readings.count, channels.step[at])
    with np.errstate(invalid="ignore"):
        is_outside = has_number & ((value < channels.lowest[at]) | (value > channels.highest[at]))
    is_ahead = readings.source_ms - readings.received_ms > FUTURE_MS
    bits = (
        np.where(has_number, 0, int(Quality.NO_NUMBER))
        | np.where(is_outside, int(Quality.OUT_OF_RANGE), 0)
        | np.where(is_ahead, int(Quality.FUTURE), 0)
    )
    return replace(readings, quality=readings.quality | bits)


def after(live: Live, channels: Channels, readings: Readings) -> Live:
    """The state after a batch, in whatever order its readings came.

    A reading older than the newest of its channel is counted as late and changes nothing here. Nor does one from the
    future, lest it keep the true ones out until its hour: but that it came is held against the channel until the next.
    """
    batch = settled(readings)
    now = live
    while len(batch):
        is_first = np.diff(batch.channel, prepend=-1) != 0
        now = _after_one_each(now, channels, batch.take(is_first))
        batch = batch.take(~is_first)
    return _held_as_ahead(now, readings)


def _held_as_ahead(live: Live, readings: Readings) -> Live:
    """``FUTURE`` on channels of which nothing believable has arrived after a stamp that lies ahead."""
    is_last = readings.received_ms > live.received_ms[readings.channel]
    ahead = readings.channel[is_last & ((readings.quality & int(Quality.FUTURE)) != 0)]
    if not len(ahead):
        return live
    quality = live.quality.copy()
    quality[ahead] |= int(Quality.FUTURE)
    return replace(live, quality=quality)


def _after_one_each(live: Live, channels: Channels, one: Readings) -> Live:
    """One reading a channel at most."""
    is_sound_stamp = (one.quality & int(Quality.FUTURE)) == 0
    is_newer = one.source_ms > live.source_ms[one.channel]
    late = live.late.copy()
    late[one.channel[is_sound_stamp & ~is_newer]] += 1
    new = one.take(is_newer & is_sound_stamp)
    at = new.channel
    leaps, comes_back, judged = _beside_neighbours(live, channels, new)
    quality = new.quality | np.where(comes_back, 0, _against_the_last(live, channels, new))
    quality |= np.where(leaps, int(Quality.LEAP), 0)
    rests = np.where(new.count == live.count[at], live.rests_since_ms[at], new.source_ms)
    limit = channels.stuck_after_ms[at]
    is_stuck = (limit > 0) & (new.source_ms - rests >= limit) & (new.count != NO_VALUE)
    ahead = np.maximum(live.ahead_ms[at], new.source_ms - new.received_ms)
    return Live(
        _with(live.source_ms, at, new.source_ms),
        _with(live.received_ms, at, new.received_ms),
        _with(live.count, at, new.count),
        _with(live.quality, at, quality | np.where(is_stuck, int(Quality.STUCK), 0)),
        _with(live.rests_since_ms, at, rests),
        _with(live.ahead_ms, at, ahead),
        late,
        *(_with(getattr(live, name), at, column) for name, column in judged.items()),
    )


def _beside_neighbours(live: Live, channels: Channels, new: Readings) -> tuple[Bool, Bool, dict[str, Any]]:
    """Which of *new* lie far from what came before, which come back from there, and the columns that follow from it.

    Nobody can tell a spike from a true change before the next reading has come. So what leaps waits: where the next is
    back it was a spike, where the next stays by it it is believed. One that leaps farther waits in its turn.
    """
    at = new.channel
    sound, leapt, apart, steps = live.sound[at], live.leapt[at], live.apart[at], live.steps[at]
    counts = channels.can_leap[at] & (new.count != NO_VALUE) & ((new.quality & int(BAD)) == 0)
    in_time = new.source_ms - live.sound_ms[at] <= (STALE_AFTER_INTERVALS + 1) * channels.interval_ms[at]
    knows = counts & (sound != NO_VALUE) & in_time
    step = np.abs(np.where(knows, new.count - sound, 0)).astype(np.float64)
    far = SPREADS * (_TO_SPREAD * apart + 1.0)
    is_away = knows & (steps >= LEAST) & (step > far)
    waits = leapt != NO_VALUE
    beside = np.abs(np.where(knows & waits, new.count - leapt, 0))
    stays = is_away & waits & ((beside <= far) | (beside < np.abs(np.where(waits, leapt - sound, 0)) / 4.0))
    leaps = is_away & ~stays
    believed = counts & ~leaps
    # A step of the level is none of the noise.
    step = np.where(stays, beside, step)
    learns = believed & knows
    more = np.where(learns, np.minimum(steps + 1, _STEPS), steps)
    clipped = np.minimum(step, _CLIP * (apart + 1.0))
    # What leaps farther than what leapt before it: the one before was no spike, it is what the next is measured by.
    goes_on = leaps & waits
    return (
        leaps,
        believed & knows & waits & ~is_away,
        {
            "sound": np.where(believed, new.count, np.where(goes_on, leapt, sound)),
            "sound_ms": np.where(counts, new.source_ms, live.sound_ms[at]),
            "leapt": np.where(leaps, new.count, np.where(believed, NO_VALUE, leapt)),
            "apart": np.where(learns, apart + (clipped - apart) / np.maximum(more, 1), apart),
            "steps": more,
        },
    )


def _against_the_last(live: Live, channels: Channels, new: Readings) -> Int64:
    """``STEEP`` where the value changed faster than its quantity can."""
    at = new.channel
    both = (new.count != NO_VALUE) & (live.count[at] != NO_VALUE) & (live.source_ms[at] != NEVER_MS)
    change = np.where(both, np.abs(new.count - np.where(both, live.count[at], new.count)), 0) * channels.step[at]
    seconds = np.where(both, (new.source_ms - np.where(both, live.source_ms[at], 0)) / 1000.0, np.inf)
    return np.where(change > channels.steepest[at] * seconds, int(Quality.STEEP), 0)


def _with(column: _Column, at: Int64, values: _Column) -> _Column:
    changed = column.copy()
    changed[at] = values
    return changed


def standing(live: Live, channels: Channels, now_ms: int) -> Int64:
    """:class:`Standing` of every channel at an instant. Shape (channels,)."""
    silence = now_ms - live.received_ms
    # What came with a stamp ahead is not what stands here: it is told why the channel becomes stale, and no more.
    is_bad = (live.quality & int(BAD & ~Quality.FUTURE)) != 0
    is_suspect = (live.quality & SUSPECT) != 0
    state = np.where(is_bad, Standing.BAD, np.where(is_suspect, Standing.SUSPECT, Standing.GOOD))
    state = np.where(silence > STALE_AFTER_INTERVALS * channels.interval_ms, Standing.STALE, state)
    is_missing = (live.received_ms == NEVER_MS) | (silence > MISSING_AFTER_MS)
    return np.where(is_missing, Standing.MISSING, state).astype(np.int64)


def values(live: Live, channels: Channels) -> Float64:
    """Last values in the unit inside; NaN where there is none. Shape (channels,)."""
    return values_of(live.count, channels.step)


def can_be_relied_on(state: Int64) -> Bool:
    """Whether the value of a channel in *state* is worth showing, and may raise an alarm; only a good one clears it."""
    return state <= Standing.SUSPECT
