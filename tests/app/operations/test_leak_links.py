"""Links as they stand in a solved state, for signatures."""

import numpy as np
import pytest

from app.operations.leak_signatures import Controls, solved_links
from network.leak_signatures import drops

LOSS_M = np.array([2.0, -30.0, -20.0, 10.0, -10.0, 15.0, 4.0, np.nan])
FLOW_M3_H = np.array([100.0, 100.0, 0.0, 50.0, -50.0, 0.0, 20.0, 0.0])
PUMPS, REDUCERS, LIMITERS = np.array([1, 2]), np.array([3, 4, 5]), np.array([6])


def test_each_kind_of_link_lets_through_what_it_does() -> None:
    """A main, a pump that runs, one that stands, reducers at work both ways and shut, a held flow, a dry main."""
    start, end = np.arange(8), np.arange(8) + 1
    links = solved_links(start, end, LOSS_M, FLOW_M3_H, Controls(PUMPS, REDUCERS, LIMITERS))
    assert links.slope[0] == pytest.approx(1.852 * 2.0 / 100.0)
    assert links.slope[1] == pytest.approx(2.0 / 3.0 * 30.0 / 100.0), "its curve gives way"
    assert np.isinf(links.slope[[2, 5, 6, 7]]).all(), "nothing passes, or no more than it holds"
    assert links.holds.tolist() == [-1, -1, -1, 4, 4, -1, -1, -1], "a valve that is shut holds nothing"


def test_behind_a_reducing_valve_that_is_shut_a_leak_is_felt_and_behind_one_at_work_it_is_not() -> None:
    """A tank, a main, a valve, a logger; and a way round from a tank of its own."""
    start, end = np.array([0, 1, 3]), np.array([1, 2, 2])
    fixed = np.array([True, False, False, True])
    for flow_m3_h, is_felt in ((0.0, True), (30.0, False)):
        links = solved_links(
            start,
            end,
            np.array([1.0, 12.0, 3.0]),
            np.array([40.0, flow_m3_h, 25.0]),
            Controls(np.array([], dtype=np.int64), np.array([1]), np.array([], dtype=np.int64)),
        )
        drop = drops(fixed, links, np.array([2]))
        assert (drop[0, 2] > 0.01) == is_felt
