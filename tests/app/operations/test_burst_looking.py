"""What one way of watching tells of a burst that another has told already, and of one that comes after."""

import numpy as np
import pytest
from metered_weeks import DAY, HOUR, TICK_MS, heads_m, inflow_m3_h, learned_of_town, moments

from app.operations.burst_evidence import places_of
from app.operations.burst_looking import Read, told_by_all
from app.telemetry.bursts.flows import FlowStanding
from app.telemetry.bursts.learned import Learned
from app.telemetry.bursts.proposals import Proposal, WatchState
from app.telemetry.bursts.told import Way
from app.telemetry.bursts.watch import Standing


@pytest.fixture(scope="module")
def learned() -> Learned:
    return learned_of_town()


def told_day_by_day(
    learned: Learned, head_m: np.ndarray, inflow: np.ndarray, *, forgets: bool = False
) -> list[tuple[FlowStanding, Proposal]]:
    """A look at every noon and midnight with all that came until then, and where the watch of inflow stood before;
    who *forgets* does not know what was told."""
    begun = WatchState(0, Standing.begin(4), (), FlowStanding.begin(3))
    state, found, at_ms = begun, [], moments(len(head_m))
    for end in range(DAY // 2, len(at_ms) + 1, DAY // 2):
        read = Read(at_ms[:end], head_m[:end], at_ms[:end], inflow[:end])
        standing, flows, told = told_by_all(learned, state, read)
        assert state.flows is not None
        found += [(state.flows, one) for one in told]
        state = WatchState(0, standing, () if forgets else (*state.proposals, *told), flows)
    return found


def test_what_another_way_has_told_did_not_stand_before_it(learned: Learned) -> None:
    """A small leak that the balance tells after a day, and the nights when the balance takes it for the usual."""
    inflow = inflow_m3_h(14, 9)
    inflow[3 * DAY :, 0] += 2.0
    stood, night = next(told for told in told_day_by_day(learned, heads_m(14, 2), inflow) if told[1].way is Way.NIGHT)
    assert night.area == "D1"
    assert stood.balance.is_settled
    assert stood.balance.level_m[0] > 1.0
    assert night.over_m3_h[0] == pytest.approx(2.0, abs=0.8)
    _, forgetful = next(
        told for told in told_day_by_day(learned, heads_m(14, 2), inflow, forgets=True) if told[1].way is Way.NIGHT
    )
    assert (forgetful.at_ms, forgetful.since_ms) == (night.at_ms, night.since_ms)
    assert forgetful.over_m3_h[0] < 0.5, "as if nothing more flowed into its DMA"


def test_a_leak_that_stands_is_no_part_of_one_that_comes_after_it(learned: Learned) -> None:
    head_m, inflow = heads_m(14, 2), inflow_m3_h(14, 9)
    inflow[2 * DAY :, 0] += 30.0
    inflow[9 * DAY :, 1] += 40.0
    head_m[9 * DAY :, 1] -= 0.15
    told = told_day_by_day(learned, head_m, inflow)
    began_ms = moments(14 * DAY)[9 * DAY]
    after = [one for _, one in told if abs(one.since_ms - began_ms) < 4 * HOUR * TICK_MS and one.way is not Way.NIGHT]
    assert {one.way for one in after} == {Way.PRESSURE, Way.BALANCE}
    for one in after:
        assert one.over_m3_h[1] == pytest.approx(40.0, rel=0.4)
        assert abs(one.over_m3_h[0]) < 12.0, "the first leak stood"
        assert one.level_m == pytest.approx(np.zeros(4), abs=0.03)
        assert places_of(learned, one).probability[3:6].sum() > 0.8
