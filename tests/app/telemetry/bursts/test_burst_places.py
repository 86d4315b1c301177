"""Where a burst is: known leaks are found, zones hold what they promise, a further logger helps."""

from __future__ import annotations

import numpy as np
import pytest

from app.telemetry.bursts.places import (
    CHANCE,
    LARGEST_M3_H,
    METER_CHANCE,
    Evidence,
    Metered,
    NextLogger,
    Places,
    Signatures,
    by_chance,
    next_logger,
    place,
    spread_of_mean,
)

NOISE_M = 0.02
LOGGERS = 4


def street(pipes: int = 40) -> Signatures:
    """A long main with loggers along it: the nearer, the more they feel."""
    at, loggers = np.linspace(0.0, 1.0, pipes), np.linspace(0.0, 1.0, LOGGERS)
    return Signatures(0.05 * np.exp(-3.0 * np.abs(at[:, None] - loggers)), np.ones(pipes))


def evidence(signatures: Signatures, pipe: int, flow_m3_h: float, noise: np.ndarray) -> Evidence:
    shift_m = -signatures.drop[pipe] * flow_m3_h + noise
    return Evidence(shift_m, NOISE_M**2 * np.eye(LOGGERS), np.eye(LOGGERS))


def test_without_noise_the_leak_is_found_with_its_size() -> None:
    found = place(street(), evidence(street(), 13, 20.0, np.zeros(LOGGERS)), far_error=0.0)
    assert found.order[0] == 13
    assert found.flow_m3_h[13] == pytest.approx(20.0)
    assert found.probability.sum() == pytest.approx(1.0)
    assert 13 in found.zone()
    sure = place(street(), evidence(street(), 13, 20.0, np.zeros(LOGGERS)), model_error=0.25, far_error=0.0)
    assert len(sure.zone()) < len(found.zone()) < 32


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8])
def test_zones_hold_the_leak_as_often_as_they_promise(share: float) -> None:
    """Leaks of any size anywhere, where chance is what it is taken for and the model is right: no more, no less."""
    random = np.random.default_rng(11)
    signatures, inside, zones = street(), 0, 0.0
    for _ in range(600):
        pipe, flow_m3_h = int(random.integers(40)), float(np.exp(random.uniform(0.0, np.log(LARGEST_M3_H))))
        noise = random.normal(0.0, NOISE_M * CHANCE**0.5, LOGGERS)
        found = place(signatures, evidence(signatures, pipe, flow_m3_h, noise), model_error=0.0, far_error=0.0)
        zone = found.zone(share)
        inside += pipe in zone
        # The last pipe of a zone is mostly too much of it.
        zones += found.probability[zone].sum()
    assert inside / 600 == pytest.approx(zones / 600, abs=0.05)
    assert zones / 600 >= share


def test_of_what_is_far_above_chance_the_model_is_believed_less() -> None:
    """Heads fall faster than in proportion where much flows: the loggers near a large burst fall too far by a half."""
    signatures = street()
    for pipe in (5, 13, 20, 30):
        fallen_m = signatures.drop[pipe] * 150.0
        fallen_m *= np.where(fallen_m > np.median(fallen_m), 1.8, 1.0)
        large = Evidence(-fallen_m, NOISE_M**2 * np.eye(LOGGERS), np.eye(LOGGERS))
        assert pipe in place(signatures, large).zone()
        near = evidence(signatures, pipe, 4.0, np.zeros(LOGGERS))
        widths = [len(place(signatures, near, far_error=error).zone()) for error in (0.0, 1.5)]
        assert widths[1] <= widths[0] + 14, "near chance hardly anything changes"
    sure = place(signatures, evidence(signatures, 13, 150.0, np.zeros(LOGGERS)), far_error=0.0)
    doubts = place(signatures, evidence(signatures, 13, 150.0, np.zeros(LOGGERS)))
    assert len(doubts.zone()) > len(sure.zone())


def test_what_is_no_more_than_chance_leaves_the_leak_anywhere() -> None:
    """A main far from all loggers needs a large leak to be seen, and is no less likely for that."""
    random = np.random.default_rng(2)
    shares = [
        len(place(street(), Evidence(noise, NOISE_M**2 * np.eye(LOGGERS), np.eye(LOGGERS))).zone()) / 40
        for noise in random.normal(0.0, NOISE_M, (50, LOGGERS))
        if noise.min() < 0.0
    ]
    assert np.median(shares) > 0.6


def test_a_fall_that_no_leak_is_large_enough_for_has_no_place() -> None:
    signatures = street()
    fallen = evidence(signatures, 13, 40.0 * LARGEST_M3_H, np.zeros(LOGGERS))
    assert not place(signatures, fallen, model_error=0.0, far_error=0.0).probability.any()


def test_a_transform_and_silent_loggers_are_reckoned_with() -> None:
    random = np.random.default_rng(4)
    transform = np.eye(LOGGERS) + random.normal(0.0, 0.2, (LOGGERS, LOGGERS))
    signatures = street()
    shift_m = transform @ (-signatures.drop[30] * 15.0)
    found = place(signatures, Evidence(shift_m, NOISE_M**2 * np.eye(LOGGERS), transform))
    assert found.order[0] == 30
    whole = evidence(signatures, 30, 15.0, np.zeros(LOGGERS))
    silent = Evidence(np.append(whole.shift_m[:3], np.nan), whole.covariance, whole.transform)
    assert 30 in place(signatures, silent).zone()
    dry = Signatures(signatures.drop.copy(), signatures.weight)
    dry.drop[:, 0] = np.nan
    assert 30 in place(dry, whole).zone(), "a logger that the model does not feed is left out"


def test_pressures_that_rise_are_no_leak_and_unknown_pipes_have_no_probability() -> None:
    signatures = street()
    up = Evidence(np.full(LOGGERS, 0.5), NOISE_M**2 * np.eye(LOGGERS), np.eye(LOGGERS))
    assert not len(place(signatures, up).order)
    assert not len(place(signatures, up).zone())
    signatures.drop[13] = np.nan
    found = place(signatures, evidence(street(), 13, 20.0, np.zeros(LOGGERS)), far_error=0.0)
    assert found.probability[13] == 0.0
    assert found.order[0] in (12, 14)


def test_loggers_all_silent_or_nothing_known_place_nothing() -> None:
    dark = Evidence(np.full(LOGGERS, np.nan), np.eye(LOGGERS), np.eye(LOGGERS))
    assert not place(street(), dark).probability.any()
    unknown = Signatures(np.full((3, LOGGERS), np.nan), np.ones(3))
    assert not place(unknown, evidence(street(), 1, 5.0, np.zeros(LOGGERS))).probability.any()


def test_of_likely_pipes_the_weight_decides() -> None:
    twins = Signatures(np.array([[0.02, 0.01, 0.0, 0.0]] * 2), np.array([1.0, 3.0]))
    found = place(twins, evidence(twins, 0, 10.0, np.zeros(LOGGERS)))
    assert found.probability == pytest.approx([0.25, 0.75])


def test_one_more_logger_tells_two_branches_apart() -> None:
    places = Places(np.array([0.5, 0.5, 0.0]), np.array([10.0, 10.0, 0.0]))
    drop = np.array([[0.05, 0.05, np.nan], [0.05, 0.0, 0.0], [0.0, 0.0, 0.0]])
    found = next_logger(places, drop, NOISE_M)
    assert found is not None
    assert found.candidate == 1, "the first place falls alike, the third is not known for every pipe"
    assert found.zone_before == 2.0
    assert found.zone_after < 1.3
    assert found.helps
    assert not NextLogger(1, 638.0, 620.0).helps, "nobody drives out for three mains in a hundred"
    assert next_logger(places, np.full((3, 2), np.nan), NOISE_M) is None
    assert next_logger(Places(np.array([1.0, 0.0, 0.0]), np.ones(3)), drop, NOISE_M) is None


def test_a_further_logger_leaves_of_the_zone_what_was_told_before() -> None:
    """Over leaks anywhere, two loggers and a third where it was proposed; elsewhere it would leave more."""
    random = np.random.default_rng(3)
    at, stand, candidates = np.linspace(0.0, 1.0, 60), [0.0, 0.3], np.linspace(0.0, 1.0, 11).tolist()

    def felt(places: list[float]) -> np.ndarray:
        return 0.05 * np.exp(-3.0 * np.abs(at[:, None] - places))

    def mains(places: list[float], shift_m: np.ndarray) -> Places:
        seen = Evidence(shift_m, NOISE_M**2 * np.eye(len(places)), np.eye(len(places)))
        return place(Signatures(felt(places), np.ones(60)), seen, far_error=0.0)

    told, left, elsewhere = [], [], []
    for _ in range(120):
        pipe, flow_m3_h = int(random.integers(60)), float(np.exp(random.uniform(np.log(4.0), np.log(40.0))))
        noise = random.normal(0.0, NOISE_M * CHANCE**0.5, 3)
        shift_m = noise - felt([*stand, 0.0])[pipe] * flow_m3_h
        found = next_logger(mains(stand, shift_m[:2]), felt(candidates), NOISE_M)
        if found is None:
            continue
        told.append(found.zone_after)
        for candidate, into in ((found.candidate, left), (int(random.integers(11)), elsewhere)):
            places = [*stand, candidates[candidate]]
            reading_m = noise[2] - felt(places)[pipe, 2] * flow_m3_h
            into.append(len(mains(places, np.append(shift_m[:2], reading_m)).zone()))
    assert np.mean(told) == pytest.approx(np.mean(left), rel=0.2)
    assert np.mean(left) < 0.8 * np.mean(elsewhere)


def test_a_zone_of_half_a_large_city_is_compared_by_some_of_its_mains() -> None:
    """Pair by pair a million mains would take the memory of a thousand machines."""
    pipes = 300_000
    probability = np.ones(pipes)
    probability[: pipes // 2] = 3.0
    drop = np.zeros((pipes, 2))
    drop[::2, 1] = 0.05
    found = next_logger(Places(probability / probability.sum(), np.full(pipes, 10.0)), drop, NOISE_M)
    assert found is not None
    assert found.candidate == 1
    assert found.zone_after / found.zone_before == pytest.approx(0.57, abs=0.04)


def test_means_of_readings_that_resemble_their_neighbours_stray_more_than_single_ones_would() -> None:
    random = np.random.default_rng(8)
    single = random.normal(0.0, 1.0, (8000, 2))
    lasting = np.repeat(random.normal(0.0, 1.0, (500, 2)), 16, axis=0)
    assert np.diagonal(spread_of_mean(single, 100)) == pytest.approx([0.01, 0.01], rel=0.6)
    assert np.diagonal(spread_of_mean(lasting, 100)) == pytest.approx([0.16, 0.16], rel=0.6)
    gappy = single.copy()
    gappy[::3, 0] = np.nan
    assert np.isfinite(spread_of_mean(gappy, 50)).all()


@pytest.mark.parametrize(
    ("spreads", "expected"), [(0.0, 1.0), (-3.0, 1.0), (np.nan, 1.0), (1.0, np.exp(-0.5)), (3.0, np.exp(-4.5))]
)
def test_inflow_far_above_the_usual_is_no_chance(spreads: float, expected: float) -> None:
    spread_m3_h = 2.0 * np.sqrt(METER_CHANCE)
    shift = Evidence(np.array([0.0, spreads * spread_m3_h]), np.diag([1.0, 4.0]), np.eye(2))
    assert by_chance(Metered(shift, np.array([1, 0])), 1) == pytest.approx(expected)
