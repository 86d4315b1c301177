"""Forecasts kept to their word over a simulated history: half end before the P50, nine of ten before the P90."""

from collections.abc import Iterable

import numpy as np
import pytest

from app.dispatch.forecast import PRIORS, Finished, Job, Stage, dn_class, forecast, learn

MAINS = (Job(dn_mm=100), Job(dn_mm=300), Job(dn_mm=400, material="steel", depth_m=2.3), Job(dn_mm=800))
SPREADS = {Stage.TRAVEL: 0.35, Stage.ISOLATION: 0.6, Stage.EXCAVATION: 0.5, Stage.REPAIR: 0.7}
SLOWER = 1.6
"""This city needs longer than the house's priors say."""


def lengths_s(job: Job, chance: np.random.Generator) -> dict[Stage, float]:
    """One true course: its stages in seconds."""
    factor = {Stage.EXCAVATION: 1.3 * (1 + 0.35), Stage.REPAIR: 1.3} if job.material else {}
    return {
        stage: SLOWER
        * PRIORS[stage][dn_class(job)]
        * factor.get(stage, 1.0)
        * float(np.exp(SPREADS.get(stage, 0.45) * chance.standard_normal()))
        for stage in Stage
    }


def history(cases: int) -> Iterable[Finished]:
    chance = np.random.default_rng(7)
    for number in range(cases):
        job = MAINS[number % len(MAINS)]
        yield from (Finished(stage, job, took_s) for stage, took_s in lengths_s(job, chance).items())


@pytest.mark.parametrize("gone_share", [0.0, 0.4], ids=["from the start", "in the middle of excavation"])
def test_half_end_before_the_p50_and_nine_of_ten_before_the_p90(gone_share: float) -> None:
    experience, chance = learn(history(1200)), np.random.default_rng(8)
    before_p50 = before_p90 = 0
    cases = 600
    for number in range(cases):
        job = MAINS[number % len(MAINS)]
        took = lengths_s(job, chance)
        now_ms = round(gone_share * took[Stage.EXCAVATION] * 1000)
        ahead = [Stage.REPAIR, Stage.REFILL, Stage.CONFIRMATION]
        found = forecast(experience, job, (Stage.EXCAVATION, 0), ahead, now_ms)
        ends_ms = 1000 * sum(took[stage] for stage in (Stage.EXCAVATION, *ahead))
        before_p50 += ends_ms <= found.p50_ms
        before_p90 += ends_ms <= found.p90_ms
    assert before_p50 / cases == pytest.approx(0.5, abs=0.06)
    assert before_p90 / cases == pytest.approx(0.9, abs=0.035)


def test_the_house_s_priors_alone_are_too_hopeful_here_and_few_cases_already_help() -> None:
    def median_s(cases: int) -> float:
        return forecast(learn(history(cases)), MAINS[1], None, list(Stage), 0).p50_ms / 1000

    true_s = SLOWER * forecast(learn(()), MAINS[1], None, list(Stage), 0).p50_ms / 1000
    assert median_s(0) < 0.7 * true_s < median_s(40) < median_s(1200) == pytest.approx(true_s, rel=0.08)
