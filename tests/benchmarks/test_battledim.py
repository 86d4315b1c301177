"""The port of the contest's rules, on figures that its organisers published with their own program (2020)."""

import importlib
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
DAY_S = 86_400.0
P653 = 10_458.038
"""Euros for p653 found at its beginning at the very pipe, as the report on the perfect team has it."""
TO_P632_M = 246.11705
"""Along the pipes of L-TOWN.inp from the middle of p653 to that of p632."""


@pytest.fixture
def contest(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module("battledim")
    sys.modules.pop("battledim", None)


def test_the_published_account_of_one_leak_told_five_times_comes_out(contest) -> None:
    """p632 told a day after p653 began, again, again, five minutes before and five after its repair: 9 547.81 €."""
    ends_s = 62.95833 * DAY_S
    # Next to nothing runs out of a leak that only begins to grow: 4 cents on its first day.
    leak = contest.ScoredLeak(0.0, ends_s, lambda at_s: (P653 - (0.0353 if at_s > 0.0 else 0.0)) / 0.80)
    elsewhere = contest.ScoredLeak(0.0, ends_s, lambda _at_s: 1e6)
    moments = (DAY_S, 2 * DAY_S, 2 * DAY_S, ends_s - 300.0, ends_s + 300.0)
    found = contest.account([contest.Told(at_s, (TO_P632_M, 301.0)) for at_s in moments], (leak, elsewhere))
    assert found.of_told == pytest.approx((10_047.8076, 0.0, 0.0, 0.0, -500.0), abs=1e-3)
    assert found.euros == pytest.approx(9_547.81, abs=0.01)
    assert (found.found, found.false, found.missed) == (1, 1, 1)


def test_the_published_perfect_total_is_that_of_all_its_leaks(contest) -> None:
    published = (
        47071.6787, 35000.0447, 47739.018, 37871.1327, 8902.722, 6848.354, 32310.542, 10458.038, 29648.6093,
        15044.456, 51752.7173, 35680.1787, 23101.2047, 17618.578, 17980.0567, 11552.9153, 29078.078, 13008.9027,
        10005.3307, 8468.29, 14025.914, 17085.946, 2901.1147,
    )  # fmt: skip
    leaks = [
        contest.ScoredLeak(at, 99.0, lambda _at_s, euros=euros: euros / 0.80) for at, euros in enumerate(published)
    ]
    told = [contest.Told(at, [0.0 if other == at else 1e4 for other in range(23)]) for at in range(23)]
    found = contest.account(told, leaks)
    assert found.euros == pytest.approx(523_153.82, abs=0.01)
    assert (found.found, found.false, found.missed) == (23, 0, 0)


def test_of_two_leaks_nearby_the_nearer_is_told_first_and_the_other_next(contest) -> None:
    leaks = [contest.ScoredLeak(0.0, 9.0, lambda _at_s: 1000.0), contest.ScoredLeak(0.0, 9.0, lambda _at_s: 2000.0)]
    found = contest.account([contest.Told(2.0, (150.0, 30.0)), contest.Told(1.0, (150.0, 30.0))], leaks)
    assert found.of_told == pytest.approx((1600.0 - 50.0, 800.0 - 250.0))
    assert found.false == 0
