"""What a limit is said to have done last month is what the running alarms would have done."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from app.telemetry.alarm_figures import rehearsed
from app.telemetry.alarms import Alarms, Change, Limit, Limits, Side, tick
from app.telemetry.live import Standing
from app.telemetry.readings import NO_VALUE, Quality, Readings

S = 1000
EVERY = 10 * S
SAID = {Standing.GOOD: 0, Standing.SUSPECT: int(Quality.SENT_UNCERTAIN), Standing.BAD: int(Quality.SENT_BAD)}
DELAYS = st.sampled_from([0, 7 * S, 15 * S])
"""None ends with a reading: what comes in the same instant has no order."""
LIMITS = st.builds(
    Limit,
    st.just("x"),
    st.just(0),
    st.sampled_from([Side.LOW, Side.HIGH]),
    limit=st.integers(1, 5).map(float),
    deadband=st.sampled_from([0.0, 1.0, 2.0]),
    on_delay_ms=DELAYS,
    off_delay_ms=DELAYS,
)
# Too few for a spike to be told.
MONTHS = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(list(SAID))), min_size=1, max_size=18)


def run(limit: Limit, month: list[tuple[int, Standing]]) -> list[tuple[int, int]]:
    """When the running alarm was raised and cleared, second by second; at last with the last reading."""
    limits, alarms = Limits((limit,)), Alarms.quiet(1, 0)
    raised, spans, end_ms = -1, list[tuple[int, int]](), len(month) * EVERY
    for now_ms in range(EVERY, end_ms + S, S):
        value, standing = month[now_ms // EVERY - 1]
        alarms, changes = tick(alarms, limits, np.array([float(value)]), np.array([int(standing)]), now_ms)
        for each in changes:
            if each.change is Change.RAISED:
                raised = now_ms
            elif each.change is Change.CLEARED:
                spans.append((raised, now_ms))
                raised = -1
    return spans if raised < 0 else [*spans, (raised, end_ms)]


@soak_examples(5_000, usual=150)
@given(LIMITS, MONTHS)
def test_a_rehearsal_tells_what_the_running_alarm_does(limit: Limit, month: list[tuple[int, Standing]]) -> None:
    at_ms = EVERY * (1 + np.arange(len(month), dtype=np.int64))
    said = np.array([SAID[standing] for _, standing in month], dtype=np.int64)
    count = np.array([value * 100 for value, _ in month], dtype=np.int64)
    count[said == SAID[Standing.BAD]] = NO_VALUE
    readings = Readings(np.zeros(len(month), dtype=np.int64), at_ms, at_ms, count, said)
    assert list(rehearsed(limit, readings, 0.01)) == run(limit, month)
