import numpy as np

from app.telemetry.bursts.known_work import REACH_M, KnownWork, feels, lasting, unexplained

LOGGERS_M = np.array([[0.0, 0.0], [REACH_M, 0.0], [REACH_M + 1.0, 0.0]])
VALVE = KnownWork("valve", 100, 200, ((0.0, 0.0), (-500.0, 0.0)), {"valve": "V1"})
EVERYWHERE = KnownWork("outage", 300, 400)


def test_work_is_felt_within_its_reach_and_everywhere_where_nobody_knows_its_place() -> None:
    assert feels(VALVE, LOGGERS_M).tolist() == [True, True, False]
    assert feels(EVERYWHERE, LOGGERS_M).all()


def test_readings_near_known_work_do_not_count_while_it_lasts() -> None:
    at_ms = np.array([99, 100, 200, 201, 350])
    head_m = np.full((5, 3), 40.0)
    kept = unexplained(at_ms, head_m, (VALVE, EVERYWHERE), LOGGERS_M)
    missing = [[], [0, 1], [0, 1], [], [0, 1, 2]]
    assert [np.flatnonzero(np.isnan(row)).tolist() for row in kept] == missing
    assert np.isfinite(head_m).all()


def test_work_that_touches_a_span_is_told() -> None:
    assert lasting((VALVE, EVERYWHERE), 200, 250) == (VALVE,)
    assert lasting((VALVE, EVERYWHERE), 150, 300) == (VALVE, EVERYWHERE)
    assert lasting((VALVE, EVERYWHERE), 201, 299) == ()
