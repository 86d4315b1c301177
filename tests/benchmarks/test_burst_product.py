"""What is found quickly in a simulated year is what the product's look tells when it is asked at every tick."""

import importlib
import sys
from pathlib import Path

import pytest
from metered_weeks import (
    DAY,
    HOUR,
    MONDAY_MS,
    TICK_MS,
    WEEK_S,
    heads_m,
    inflow_m3_h,
    moments,
    of_pipe,
    rules,
    signatures,
)

from app.operations.burst_looking import told_by_all
from app.telemetry.bursts.flows import FlowStanding
from app.telemetry.bursts.learned import Learned
from app.telemetry.bursts.proposals import Proposal, WatchState
from app.telemetry.bursts.told import Way
from app.telemetry.bursts.watch import Standing

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def product():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module("burst_product")
    for name in ("burst_product", "burst_batches"):
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def learned(product) -> Learned:
    rule, flows = rules()
    return product.taught(rule, signatures(), flows, of_pipe(), WEEK_S)


def leaky(product, every: int):
    """Ten days: a leak that pressures and a DMA show from the second to the fifth, and later one that none but its
    DMA shows, for two days."""
    head_m, inflow = heads_m(10, 2), inflow_m3_h(10, 9)
    head_m[2 * DAY + 5 : 5 * DAY, 1] -= 0.12
    inflow[2 * DAY + 5 : 5 * DAY, 1] += 25.0
    inflow[7 * DAY + 9 :, 0] += 25.0
    waits = (product.Batches.drawn(seed, columns, every) for seed, columns in ((5, 4), (6, 3)))
    return product.Readings(moments(10 * DAY), head_m, moments(10 * DAY), inflow, *waits)


def asked_always(product, learned: Learned, year) -> list[tuple[int, Proposal]]:
    """The product's look after each tick, as it asks itself."""
    state, found = WatchState(0, Standing.begin(4), (), FlowStanding.begin(3)), []
    for at_ms in year.at_ms.tolist():
        standing, flows, told = told_by_all(learned, state, year.there(state, at_ms + TICK_MS, with_flows=True))
        state = WatchState(0, standing, (*state.proposals, *told), flows)
        found += [(at_ms + TICK_MS, one) for one in told]
    return found


@pytest.mark.parametrize("every", [1, HOUR])
def test_the_product_tells_the_same_asked_at_every_tick(product, learned: Learned, every: int) -> None:
    year = leaky(product, every)
    told = product.told_by_product(learned, year)
    always = asked_always(product, learned, year)
    assert [(at, one.id) for at, one in told] == [(at, one.id) for at, one in always]
    for (_, one), (_, other) in zip(told, always, strict=True):
        for name in ("shift_m", "level_m", "over_m3_h"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), nan_ok=True), (one.id, name)
    assert {one.way for _, one in told} == {Way.PRESSURE, Way.BALANCE, Way.NIGHT}
    assert any(one.ends for _, one in told)


def test_rows_are_what_is_new_in_its_place(product, learned: Learned) -> None:
    """The leak that pressures and meters tell is one row; the one that only its DMA shows is another, there."""
    rows = product.rows_of(learned, product.told_by_product(learned, leaky(product, 1)))
    first, *_ = rows
    assert first[1].at_ms < MONDAY_MS + 3 * 86_400_000
    later = [one for _, one in rows if one.since_ms > MONDAY_MS + 6 * 86_400_000]
    assert [(one.way, one.area) for one in later] == [(Way.BALANCE, "D1")]
    assert [one.since_ms < MONDAY_MS + 5 * 86_400_000 for _, one in rows] == [True, False]
