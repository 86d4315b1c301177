"""Loggers that send once an hour: what is found quickly is what the watch tells when it is asked at every look."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from app.telemetry.bursts.watch import Rule, Standing, rule_from, watch

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
TICK_S, HOUR = 900, 4
DAY = 24 * HOUR
MONDAY_MS = 4 * 86_400_000 - 8 * 3_600_000


@pytest.fixture(scope="module")
def batched():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module("burst_batches")
    sys.modules.pop("burst_batches", None)


def moments(ticks: int) -> np.ndarray:
    return MONDAY_MS + np.arange(ticks, dtype=np.int64) * TICK_S * 1000


def heads_m(days: int, seed: int) -> np.ndarray:
    """Five loggers that feel one weather and have a noise of their own."""
    random = np.random.default_rng(seed)
    weather = np.repeat(random.normal(0.0, 1.0, days), DAY)[:, None] * np.linspace(0.4, 1.2, 5)
    return 40.0 + weather + random.normal(0.0, 0.05, (days * DAY, 5))


@pytest.fixture(scope="module")
def rule() -> Rule:
    found = rule_from(moments(42 * DAY), heads_m(42, 1), 14 * DAY, TICK_S, 7 * 86_400.0)
    assert isinstance(found, Rule)
    return found


@pytest.fixture(scope="module")
def leaky_m() -> np.ndarray:
    """Twelve days: a leak from the third on, repaired on the eighth; and a logger that is sound and odd for an hour."""
    head_m = heads_m(12, 2)
    head_m[3 * DAY + 5 : 8 * DAY, 2] -= 0.12
    head_m[10 * DAY : 10 * DAY + HOUR, 4] += 0.4
    return head_m


def asked_always(rule: Rule, head_m: np.ndarray, batches) -> list[tuple[int, int, int, bool]]:
    """The watch, given at each tick what has come: as the product does it."""
    standing, found, first = Standing.begin(5), [], 0
    at_ms = moments(len(head_m))
    for look in range(len(head_m)):
        seen_m = batches.seen(head_m, first, look)
        standing, told = watch(rule, standing, at_ms[first : look + 1], seen_m)
        found += [(look, one.at_ms, one.logger, one.ends) for one in told]
        first = int(np.searchsorted(at_ms, standing.told_ms, side="right"))
    return found


@pytest.mark.parametrize("every", [1, HOUR])
def test_it_is_told_when_the_watch_tells_it_with_what_has_come(
    batched, rule: Rule, leaky_m: np.ndarray, every: int
) -> None:
    batches = batched.Batches.drawn(5, 5, every)
    found = batched.told_in_batches(rule, moments(len(leaky_m)), leaky_m, batches)
    told = [(look, one.at_ms, one.logger, one.ends) for look, one in found]
    assert told == asked_always(rule, leaky_m, batches)
    assert {2} <= {logger for _, _, logger, _ in told}
    assert any(ends for *_, ends in told)
    looks = np.array([look for look, *_ in told])
    ticks = np.searchsorted(moments(len(leaky_m)), [at for _, at, *_ in told])
    assert (looks >= ticks).all()
    assert (every == 1) == bool((looks == ticks).all()), "what is sent later is told later"


def test_what_has_not_been_sent_is_not_seen(batched) -> None:
    batches = batched.Batches.sent(4, np.array([0, 3]))
    head_m = np.arange(12.0).reshape(6, 2)
    seen = batches.seen(head_m, 1, 5)
    assert np.isnan(seen[:, 0]).tolist() == [False, False, False, False, True], "sent at the end of tick 4"
    assert np.isnan(seen[:, 1]).tolist() == [False, False, False, True, True], "sent at the end of tick 3"
    assert np.nanmax(seen) == head_m[4, 0]


def test_an_area_is_known_when_the_last_of_its_meters_has_sent(batched) -> None:
    meters = batched.Batches.sent(4, np.array([0, 3, 1]))
    areas = meters.together([[0], [0, 1], [1, 2]])
    assert (areas.comes(0, 9)[:, 1:] == np.maximum(meters.comes(0, 9)[:, :2], meters.comes(0, 9)[:, 1:])).all()
    assert (areas.comes(0, 9)[:, 0] == meters.comes(0, 9)[:, 0]).all()
