from dataclasses import fields

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from reading_streams import START_MS, Sample, batch

from app.telemetry.channels import Channel, Channels
from app.telemetry.live import NEVER_MS, Live, Standing, after, intrinsic, standing, values
from app.telemetry.quantities import Quantity
from app.telemetry.readings import NO_VALUE, Quality

CHANNELS = Channels(
    (
        Channel("PT-1", "", Quantity.PRESSURE, "m", interval_s=10.0, stuck_after_s=60.0, lowest=0.0, highest=100.0),
        Channel("LT-1", "", Quantity.LEVEL, "m", interval_s=60.0),
    )
)
MINUTE = 60_000


def fed(*samples: Sample) -> Live:
    return after(Live.silent(2), CHANNELS, intrinsic(CHANNELS, batch(list(samples))))


def at(seconds: float, count: int, channel: int = 0, later_s: float = 0.5) -> Sample:
    source = START_MS + round(seconds * 1000)
    return Sample(channel, source, source + round(later_s * 1000), count)


def told(live: Live, seconds: float) -> list[Standing]:
    return [Standing(each) for each in standing(live, CHANNELS, START_MS + round(seconds * 1000)).tolist()]


def test_silence_is_a_state() -> None:
    live = fed(at(0, 3100))
    assert told(live, 10) == [Standing.GOOD, Standing.MISSING], "nothing has ever come of the other"
    assert told(live, 31) == [Standing.STALE, Standing.MISSING]
    assert told(live, 25 * 3600)[0] == Standing.MISSING


def test_a_number_outside_of_the_instruments_range_is_no_evidence() -> None:
    for count in (-1, 10_001, NO_VALUE):
        assert told(fed(at(0, count)), 1)[0] == Standing.BAD
    assert np.isnan(values(fed(at(0, NO_VALUE)), CHANNELS)[0])
    assert values(fed(at(0, 3100)), CHANNELS)[0] == 31.0


def test_rest_longer_than_water_rests_is_stuck() -> None:
    resting = [at(second, 3100) for second in range(0, 70, 10)]
    assert told(fed(*resting[:-1]), 51)[0] == Standing.GOOD
    assert told(fed(*resting), 61)[0] == Standing.SUSPECT
    assert told(fed(*resting, at(70, 3101)), 71)[0] == Standing.GOOD
    still = [at(second, 2000, channel=1) for second in range(0, 7200, 60)]
    assert told(fed(*still), 7200)[1] == Standing.GOOD, "a tank may rest"


def test_a_leap_is_suspect_and_its_continuation_is_not() -> None:
    assert told(fed(at(0, 100), at(1, 5000)), 2)[0] == Standing.SUSPECT
    assert told(fed(at(0, 100), at(1, 5000), at(2, 5000)), 3)[0] == Standing.GOOD


def test_a_stamp_from_the_future_does_not_keep_the_true_ones_out() -> None:
    live = fed(at(0, 3000), Sample(0, START_MS + 3_600_000, START_MS + 1000, 9000), at(10, 3100))
    assert values(live, CHANNELS)[0] == 31.0
    assert live.late[0] == 0
    assert not live.quality[0] & int(Quality.FUTURE)


def test_that_stamps_lie_ahead_is_held_against_a_channel_until_the_next_that_does_not() -> None:
    """Nothing else changes: what stands is what came last by a believable stamp, until that is stale."""
    live = fed(at(0, 3000))
    sample = Sample(0, START_MS + 3_600_000, START_MS + 10_000, 9000)
    ahead = after(live, CHANNELS, intrinsic(CHANNELS, batch([sample])))
    assert ahead.quality[0] == int(Quality.FUTURE)
    assert told(ahead, 10) == [Standing.GOOD, Standing.MISSING]
    assert told(ahead, 31)[0] == Standing.STALE
    again = after(ahead, CHANNELS, batch([at(20, 3010)]))
    assert (again.quality[0], told(again, 20)[0]) == (0, Standing.GOOD)


def test_what_comes_late_is_counted_and_changes_nothing() -> None:
    live = fed(at(0, 3000), at(10, 3100))
    again = after(live, CHANNELS, batch([at(5, 9000)]))
    assert values(again, CHANNELS)[0] == 31.0
    assert again.late.tolist() == [1, 0]


def test_a_clock_that_is_ahead_is_measured() -> None:
    live = fed(at(0, 3000, later_s=-20), at(10, 3000, later_s=-18))
    assert live.ahead_ms.tolist() == [20_000, NEVER_MS]


def test_a_mark_of_the_senders_is_kept() -> None:
    sample = Sample(0, START_MS, START_MS, 3000, int(Quality.SENT_BAD))
    assert told(fed(sample), 1)[0] == Standing.BAD


SAMPLES = st.lists(
    st.builds(at, st.integers(0, 200), st.integers(0, 4), st.integers(0, 1)),
    max_size=25,
    unique_by=lambda s: (s.channel, s.source_ms),
)


@given(SAMPLES, st.data())
def test_cutting_a_stream_into_batches_changes_nothing(samples: list[Sample], data: st.DataObject) -> None:
    in_time = sorted(samples, key=lambda sample: sample.source_ms)
    cut = data.draw(st.integers(0, len(in_time)))
    whole = after(Live.silent(2), CHANNELS, batch(data.draw(st.permutations(in_time))))
    halves = after(after(Live.silent(2), CHANNELS, batch(in_time[:cut])), CHANNELS, batch(in_time[cut:]))
    for field in fields(Live):
        assert np.array_equal(getattr(whole, field.name), getattr(halves, field.name)), field.name


# Spikes within what the quantity can do

USUAL = [at(second, 3000 + (second * 7) % 31) for second in range(0, 300, 10)]
"""Half a minute short of five minutes: as quiet as a main at night."""


def last_of(*counts: int, before: list[Sample] = USUAL) -> tuple[list[Standing], Live]:
    """How *counts* stand as each of them comes, ten seconds apart, after what is usual."""
    live, stands = fed(*before), []
    for number, count in enumerate(counts):
        second = 300 + 10 * number
        live = after(live, CHANNELS, intrinsic(CHANNELS, batch([at(second, count)])))
        stands.append(told(live, second + 1)[0])
    return stands, live


def test_what_leaps_is_suspect_until_the_next_has_come() -> None:
    spike, live = last_of(4500, 3010)
    assert spike == [Standing.SUSPECT, Standing.GOOD], "it was a spike, and what comes back is none"
    assert live.sound[0] == 3010
    true, live = last_of(1500, 1510, 1490)
    assert true == [Standing.SUSPECT, Standing.GOOD, Standing.GOOD], "a main has burst: the next reading stays there"
    assert live.sound[0] == 1490
    assert last_of(4500, 3010)[1].quality[0] == 0
    assert int(last_of(4500)[1].quality[0]) == int(Quality.LEAP)


def test_what_falls_farther_and_farther_waits_for_where_it_stays() -> None:
    stands, live = last_of(2500, 1500, 500, 510)
    assert stands == [Standing.SUSPECT] * 3 + [Standing.GOOD]
    assert live.sound[0] == 510


def test_a_spike_beyond_what_water_can_do_does_not_cast_doubt_on_what_follows() -> None:
    stands, live = last_of(9900, 3010)
    assert stands == [Standing.SUSPECT, Standing.GOOD]
    assert live.quality[0] == 0


def test_little_is_not_enough_to_tell_a_leap_and_a_gap_no_neighbour() -> None:
    assert last_of(4500, before=USUAL[:10])[0] == [Standing.GOOD]
    late = at(3600, 4500)
    assert told(after(fed(*USUAL), CHANNELS, batch([late])), 3601)[0] == Standing.GOOD


@given(st.integers(0, 2**32))
def test_noise_is_no_leap(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(3000.0, 20.0, 200)
    live = Live.silent(2)
    for number, count in enumerate(np.rint(noise).astype(int).tolist()):
        live = after(live, CHANNELS, batch([at(10 * number, count)]))
        assert not live.quality[0] & int(Quality.LEAP)
