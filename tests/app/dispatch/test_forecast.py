"""Forecasts: priors, what finished incidents teach, and what the time gone by teaches."""

from pathlib import Path

import numpy as np
import pytest

from app.dispatch.forecast import PRIORS, Experience, Finished, Job, Stage, dn_class, forecast, learn

NEW = Experience()
MAIN = Job(dn_mm=200)
LEFT = (Stage.EXCAVATION, Stage.REPAIR, Stage.REFILL, Stage.CONFIRMATION)


@pytest.mark.parametrize(("dn_mm", "place"), [(None, 1), (100, 0), (150, 0), (151, 1), (500, 2), (501, 3), (1200, 3)])
def test_classes_of_diameter(dn_mm: float | None, place: int) -> None:
    assert dn_class(Job(dn_mm=dn_mm)) == place


def test_without_experience_the_house_s_priors_stand() -> None:
    found = forecast(NEW, MAIN, None, [Stage.REPAIR], 0)
    assert found.p50_ms / 1000 == pytest.approx(PRIORS[Stage.REPAIR][1], rel=0.02)
    assert found.p90_ms / 1000 == pytest.approx(PRIORS[Stage.REPAIR][1] * np.exp(0.55 * 1.2816), rel=0.03)


def test_the_same_question_has_the_same_answer() -> None:
    assert forecast(NEW, MAIN, (Stage.TRAVEL, 0), LEFT, 60_000) == forecast(NEW, MAIN, (Stage.TRAVEL, 0), LEFT, 60_000)


def test_finished_incidents_move_the_forecast_and_many_settle_it() -> None:
    def told(count: int) -> float:
        experience = learn([Finished(Stage.REPAIR, MAIN, 3600.0)] * count)
        return forecast(experience, MAIN, None, [Stage.REPAIR], 0).p50_ms / 1000

    assert PRIORS[Stage.REPAIR][1] > told(3) > told(30) > told(3000)
    assert told(3000) == pytest.approx(3600, rel=0.03)


def test_the_order_of_finished_incidents_does_not_matter_and_impossible_ones_are_left_out() -> None:
    cases = [Finished(Stage.REPAIR, MAIN, took_s) for took_s in (600.0, 5000.0, 9000.0, 0.0, -5.0)]
    assert learn(cases) == learn(cases[::-1])
    assert learn(cases).spell(Stage.REPAIR, MAIN).cases == 8 + 3


def test_what_is_learned_of_one_class_says_nothing_of_another() -> None:
    experience = learn([Finished(Stage.REPAIR, MAIN, 60.0)] * 100)
    assert experience.spell(Stage.REPAIR, Job(dn_mm=800)) == NEW.spell(Stage.REPAIR, Job(dn_mm=800))


def test_deep_mains_and_hard_materials_take_longer_and_are_learned_from_as_such() -> None:
    deep, steel = Job(dn_mm=200, depth_m=3.3), Job(dn_mm=200, material="steel")
    assert NEW.spell(Stage.EXCAVATION, deep).median_s == pytest.approx(5400 * 1.7)
    assert NEW.spell(Stage.REPAIR, steel).median_s == pytest.approx(9000 * 1.3)
    as_forecast = learn([Finished(Stage.EXCAVATION, deep, 5400 * 1.7)] * 500)
    assert as_forecast.spell(Stage.EXCAVATION, MAIN).median_s == pytest.approx(5400)


def test_the_longer_a_stage_has_lasted_the_later_its_end() -> None:
    ends = [forecast(NEW, MAIN, (Stage.REPAIR, 0), (), hours * 3600_000).p50_ms for hours in range(0, 48, 4)]
    assert ends == sorted(ends)
    assert all(end > hours * 3600_000 for hours, end in zip(range(4, 48, 4), ends[1:], strict=True))


def test_far_beyond_all_experience_the_end_is_still_ahead() -> None:
    month_ms = 30 * 86_400_000
    found = forecast(NEW, MAIN, (Stage.TRAVEL, 0), (), month_ms)
    assert month_ms < found.p50_ms <= found.p90_ms


def test_nothing_left_is_over_now() -> None:
    found = forecast(NEW, MAIN, None, (), 5000)
    assert (found.p50_ms, found.p90_ms) == (5000, 5000)


def test_a_sum_of_stages_lies_between_its_parts_and_its_worst_case() -> None:
    whole = forecast(NEW, MAIN, None, LEFT, 0)
    medians = sum(PRIORS[stage][1] for stage in LEFT)
    worst = sum(forecast(NEW, MAIN, None, [stage], 0).p90_ms for stage in LEFT) / 1000
    assert medians < whole.p50_ms / 1000 < whole.p90_ms / 1000 < worst


@pytest.mark.parametrize("ahead", [LEFT[1:2], LEFT[1:3], LEFT, tuple(Stage)], ids=len)
def test_the_few_points_tell_what_very_many_chances_do(ahead: tuple[Stage, ...]) -> None:
    chances = np.random.default_rng(20_261_121).standard_normal((200_000, len(ahead)))
    spells = [NEW.spell(stage, MAIN) for stage in ahead]
    left_s = sum(spell.median_s * np.exp(spell.spread * chances[:, at]) for at, spell in enumerate(spells))
    found = forecast(NEW, MAIN, None, ahead, 0)
    assert [found.p50_ms / 1000, found.p90_ms / 1000] == pytest.approx(np.quantile(left_s, [0.5, 0.9]), rel=0.015)


def test_the_operators_page_tells_the_house_s_priors() -> None:
    page = (Path(__file__).parents[3] / "docs" / "dispatch-rules.md").read_text(encoding="utf-8")
    told = page.partition("| median, minutes |")[2].partition("\n\n")[0].splitlines()[2:]
    minutes = [tuple(float(cell) for cell in row.split("|")[2:-1]) for row in told]
    assert minutes == [tuple(seconds / 60 for seconds in PRIORS[stage]) for stage in Stage]
